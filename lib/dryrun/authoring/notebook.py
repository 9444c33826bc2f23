"""Lay out the two notebooks of a lab: cells, ids and metadata, without running anything."""

from __future__ import annotations

import ast
import hashlib
import json
from collections import Counter
from typing import Any

from dryrun.authoring.cells import Cell
from dryrun.authoring.source import Source

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
SHOWN_TAGS = frozenset({"predict", "quiz", "nbval-ignore-output"})


def lab_notebook(source: Source) -> dict[str, Any]:
    """Return the notebook a learner opens: a marked gap where each solution stands."""
    cells = [
        _gap(source, cell) if cell.role == "solution" else _shown(cell)
        for cell in source.cells
        if cell.role in ("shown", "solution")
    ]
    return _notebook(cells, {"lab": source.id})


def solution_notebook(source: Source, fingerprint: str) -> dict[str, Any]:
    """Return the notebook with solutions, not yet run."""
    cells = [_shown(cell) for cell in source.cells if cell.role in ("shown", "solution")]
    return _notebook(cells, {"lab": source.id, "source_sha256": fingerprint})


def gap_text(source: Source, cell: Cell) -> str:
    """Return what stands in place of a solution."""
    number = source.number(str(cell.exercise))
    lines = [f"# Exercise {number}: your turn. Write here, run, then run the check below."]
    if cell.gap:
        lines += cell.gap.rstrip().split("\n") if _is_code(cell.gap) else _comment(cell.gap)
    return "\n".join(lines) + "\n"


def _is_code(text: str) -> bool:
    """Tell starting code, which a learner runs, from a sentence, which becomes a comment."""
    if text.startswith(("#", "!", "%")):
        return True
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.rstrip().split("\n")]


def dump(notebook: dict[str, Any]) -> str:
    """Return a notebook as the text of its file, as nbformat writes it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _notebook(cells: list[dict[str, Any]], own: dict[str, str]) -> dict[str, Any]:
    seen: Counter[str] = Counter()
    for cell in cells:
        cell["id"] = _cell_id(cell, seen)
    return {
        "cells": cells,
        "metadata": {
            "dryrun": own,
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell_id(cell: dict[str, Any], seen: Counter[str]) -> str:
    # From the text alone: a cell put in above must not rename every cell below.
    exercise = cell["metadata"].get("exercise")
    if exercise:
        return f"exercise-{exercise}"[:64]
    text = cell["cell_type"] + "\n" + cell["source"]
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _gap(source: Source, cell: Cell) -> dict[str, Any]:
    return _code(gap_text(source, cell), {"exercise": cell.exercise})


def _shown(cell: Cell) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    tags = sorted(cell.tags & SHOWN_TAGS)
    if "fails" in cell.tags:
        # Jupyter's own word, so that Run All goes on behind it.
        tags.append("raises-exception")
    if tags:
        metadata["tags"] = tags
    if cell.exercise:
        metadata["exercise"] = cell.exercise
    if cell.is_code:
        return _code(cell.text, metadata)
    return {"cell_type": cell.kind, "metadata": metadata, "source": cell.text}


def _code(text: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": text,
    }
