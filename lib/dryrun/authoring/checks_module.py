"""The Python side of a lab: its Lab object and the file that defines it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dryrun.exceptions import LabError

if TYPE_CHECKING:
    from dryrun.checks.model import Lab


def load(lab_id: str) -> Lab:
    """Return the Lab of `lab_id`; raise LabError when no module defines it."""
    from dryrun.checks.registry import get_lab  # noqa: PLC0415  (brings boto3 with it)

    return get_lab(lab_id)


def find(lab_id: str) -> Path | None:
    """Return the file that defines the Lab of `lab_id`; None when there is none."""
    try:
        lab = load(lab_id)
    except LabError:
        return None
    for module in list(sys.modules.values()):
        if getattr(module, "LAB", None) is lab and module.__file__:
            return Path(module.__file__)
    return None


def files(lab_id: str) -> list[Path]:
    """Return the file that defines the Lab of `lab_id` and those beside it that it imports."""
    first = find(lab_id)
    found: list[Path] = []
    waiting = [first] if first else []
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.append(file)
            waiting += [path for path in _imported(file) if path.is_file()]
    return sorted(found)


def _imported(file: Path) -> list[Path]:
    """Return the files of the same folder that a module may import from."""
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    package = file.parent.name
    return [
        file.with_name(f"{name.rpartition('.')[2]}.py")
        for name in names
        if name.split(".")[-2:-1] == [package]
    ]
