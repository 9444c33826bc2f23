"""Take a cell apart: shell commands, Python, and a file it writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SHELL_MAGICS = ("%%bash", "%%sh", "%%script bash", "%%script sh", "%%!")
SHELL_LINE = re.compile(r"^(?P<before>\s*(?:[\w, ]+=\s*)?)(?P<mark>!!?|%env\s|%sx\s|%system\s)")
CONTINUED = re.compile(r"\\\s*$")


@dataclass(frozen=True)
class Piece:
    """Hold a piece of the cell and where it starts."""

    text: str
    start: int


@dataclass
class Parts:
    """Hold the pieces; `python` is the whole cell with everything else blanked out."""

    commands: list[Piece] = field(default_factory=list)
    python: str = ""
    written: Piece | None = None


def split(code: str) -> Parts:
    """Return the pieces of a cell; offsets count characters from its beginning."""
    first, newline, rest = code.partition("\n")
    start = len(first) + len(newline)
    if first.startswith("%%writefile"):
        return Parts(written=Piece(rest, start))
    if first.startswith(SHELL_MAGICS):
        return Parts(commands=_shell_lines(rest, start))
    return _mixed(code)


def _shell_lines(text: str, start: int) -> list[Piece]:
    pieces = []
    for line, at in _logical_lines(text):
        if line.strip() and not line.lstrip().startswith("#"):
            pieces.append(Piece(line, start + at))
    return pieces


def _mixed(code: str) -> Parts:
    parts = Parts()
    python = []
    for line, at in _logical_lines(code):
        shell = SHELL_LINE.match(line)
        if shell:
            parts.commands.append(Piece(line[shell.end() :], at + shell.end()))
            python.append(_blank(line))
        elif line.lstrip().startswith("%"):
            python.append(_blank(line))
        else:
            python.append(line)
    parts.python = "".join(python) if any(text.strip() for text in python) else ""
    return parts


def _blank(line: str) -> str:
    # Same length and lines, so that every offset in the Python around it still holds.
    indent = len(line) - len(line.lstrip())
    first = line.split("\n", 1)[0]
    body = "pass" + " " * (len(first) - indent - 4) if len(first) - indent >= 4 else ""
    kept = line[:indent] + body
    return kept + "".join("\n" if sign == "\n" else " " for sign in line[len(kept) :])


def _logical_lines(text: str) -> list[tuple[str, int]]:
    """Return lines with their offsets; a shell line ends where no backslash continues it."""
    lines: list[tuple[str, int]] = []
    at = 0
    current, begun = "", 0
    for line in text.splitlines(keepends=True):
        if not current:
            begun = at
        current += line
        at += len(line)
        if not CONTINUED.search(line):
            lines.append((current, begun))
            current = ""
    if current:
        lines.append((current, begun))
    return lines
