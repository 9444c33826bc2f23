"""One cell of a lab source: its text, where it stands and what it is for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dryrun.authoring.exceptions import SourceError

ROLES = ("solution", "variant", "wrong")
TAGS = frozenset({*ROLES, "predict", "quiz", "fails", "nbval-ignore-output"})
KEYS = frozenset({"tags", "exercise", "criterion", "equivalent", "single-tool", "gap"})


@dataclass(frozen=True)
class Cell:
    """Hold one cell; `line` is where it begins in the file, counted from 1."""

    kind: str
    text: str
    line: int
    tags: frozenset[str] = frozenset()
    exercise: str | None = None
    criterion: str | None = None
    equivalent: Mapping[str, str] = field(default_factory=dict)
    single_tool: str | None = None
    gap: str = ""

    @property
    def role(self) -> str:
        """Return `solution`, `variant`, `wrong`, or `shown` for a cell everybody sees."""
        return next((role for role in ROLES if role in self.tags), "shown")

    @property
    def is_code(self) -> bool:
        """Tell whether the cell is run."""
        return self.kind == "code"


def make_cell(kind: str, text: str, metadata: Mapping[str, Any], file: str, line: int) -> Cell:
    """Return the cell that `metadata` describes; raise SourceError when it makes no sense."""
    where = f"{file}:{line}"
    _refuse_unknown("cell option", metadata, KEYS, where)
    tags = metadata.get("tags") or []
    if isinstance(tags, str):
        tags = [tags]
    _refuse_unknown("tag", tags, TAGS, where)
    cell = Cell(
        kind=kind,
        text=text,
        line=line,
        tags=frozenset(tags),
        exercise=_text(metadata, "exercise", where),
        criterion=_text(metadata, "criterion", where),
        equivalent=reasons(metadata.get("equivalent"), "equivalent", where),
        single_tool=_text(metadata, "single-tool", where),
        gap=_text(metadata, "gap", where) or "",
    )
    _refuse_contradictions(cell, where)
    return cell


def reasons(value: object, key: str, where: str) -> dict[str, str]:
    """Return a table of name to reason; raise SourceError when a reason is missing."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SourceError(f'{where}: `{key}` must be a table such as {{"name": "reason"}}.')
    for name, reason in value.items():
        if not isinstance(reason, str) or not reason.strip():
            raise SourceError(f"{where}: `{key}` gives no reason for `{name}`; say why.")
    return {str(name): reason for name, reason in value.items()}


def _text(metadata: Mapping[str, Any], key: str, where: str) -> str | None:
    value = metadata.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise SourceError(f"{where}: `{key}` must be a text, not {value!r}; put it in quotes.")
    return value


def _refuse_unknown(what: str, found: Any, known: frozenset[str], where: str) -> None:
    for name in found:
        if name in known:
            continue
        near = difflib.get_close_matches(str(name), sorted(known), 1)
        hint = f"did you mean `{near[0]}`?" if near else f"use one of {', '.join(sorted(known))}."
        raise SourceError(f"{where}: there is no {what} `{name}`; {hint}")


def _refuse_contradictions(cell: Cell, where: str) -> None:
    roles = [role for role in ROLES if role in cell.tags]
    if len(roles) > 1:
        raise SourceError(f"{where}: a cell cannot be both {' and '.join(roles)}; keep one tag.")
    if roles and not cell.is_code:
        raise SourceError(f"{where}: only a code cell can be tagged `{roles[0]}`; drop the tag.")
    if roles and not cell.exercise:
        raise SourceError(
            f"{where}: this `{roles[0]}` cell names no exercise; add `:exercise: slug` to it."
        )
    if cell.role == "wrong" and not cell.criterion:
        raise SourceError(
            f"{where}: this `wrong` cell names no criterion; "
            "add `:criterion: id` with the one that must reject it."
        )
    if cell.exercise and not roles:
        raise SourceError(
            f"{where}: a cell with an exercise must be tagged {', '.join(ROLES[:-1])} or wrong; "
            "add the tag or drop `:exercise:`."
        )
    if cell.criterion and cell.role != "wrong":
        raise SourceError(f"{where}: only a `wrong` cell has a criterion; drop `:criterion:`.")
    for key, value in (("equivalent", cell.equivalent), ("gap", cell.gap)):
        if value and cell.role != "solution":
            raise SourceError(f"{where}: `{key}` belongs on the solution cell; move it there.")
