"""The rule that everything shown can also be read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dryrun.authoring.build import read_notebook
from dryrun.authoring.gate import prose
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

ALT = re.compile(r"\balt=(?:\"\s*[^\"\s][^\"]*\"|'\s*[^'\s][^']*')", re.IGNORECASE)
# What Python shows of an object that has no text of its own.
EMPTY = re.compile(r"\s*(?:<[\w.]+ object(?: at \w+)?>|<Figure [^>]*>|<IPython\.[^>]*>)?\s*")
TEXTLESS = "text/plain"


def twins(subject: Subject) -> Iterator[Finding]:
    """Demand an alternative text of every image, and a plain one of every rich output."""
    source = subject.source
    for link in prose.links(source):
        if link.is_image and not link.text.strip():
            yield subject.finding(
                "twins",
                f"the image {link.target} has no alternative text",
                "say in the brackets what it shows",
                line=link.line,
            )
    for tag, line in prose.html_images(source):
        if not ALT.search(tag):
            yield subject.finding(
                "twins", "an <img> has no `alt` text", "say in `alt` what it shows", line=line
            )
    notebook = read_notebook(source.solution_notebook) or {"cells": []}
    file = source.solution_notebook.relative_to(source.root).as_posix()
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if _is_mute(output.get("data", {})):
                first = "".join(cell["source"]).strip().splitlines()[:1]
                yield subject.finding(
                    "twins",
                    f"the output of `{''.join(first)}` has no plain text",
                    "give what it shows a text/plain of its own",
                    file=file,
                )


def _is_mute(data: dict[str, Any]) -> bool:
    rich = [kind for kind in data if kind != TEXTLESS]
    return bool(rich) and EMPTY.fullmatch("".join(data.get(TEXTLESS, ""))) is not None
