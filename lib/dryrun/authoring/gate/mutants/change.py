"""How one value of a right answer becomes a wrong one."""

from __future__ import annotations

import re
from dataclasses import dataclass

REGION = re.compile(r"(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d")
NUMBER = re.compile(r"\d+")
QUOTED = re.compile(r'"([^"\\]*)"(?P<key>\s*:)?')
VARIABLE = re.compile(r"\$|^\{[^{}\"']*\}$")


@dataclass(frozen=True)
class Mutant:
    """Hold one wrong answer: a readable id that stays, and the whole cell."""

    id: str
    code: str


@dataclass(frozen=True)
class Edit:
    """Replace the characters `start` to `end` of a cell by `text`."""

    name: str
    start: int
    end: int
    text: str

    def apply(self, code: str) -> str:
        """Return the cell with the edit made."""
        return code[: self.start] + self.text + code[self.end :]


def other_value(value: str) -> tuple[str, str] | None:
    """Return (kind, wrong value) for a right value, or None when it must stay as it is.

    Kinds are "region", "number" and "value". What comes from a variable stays.
    """
    if not value or VARIABLE.search(value):
        return None
    if REGION.fullmatch(value):
        return "region", "eu-west-1" if value != "eu-west-1" else "us-east-1"
    if NUMBER.fullmatch(value):
        return "number", str(other_number(int(value)))
    if value[-1] in "]}":
        return _other_json(value)
    return "value", f"{value}-x"


def other_number(number: float) -> float:
    """Return a number far enough off that no tolerance excuses it."""
    return number * 10 if abs(number) >= 10 else number + 1


def _other_json(value: str) -> tuple[str, str] | None:
    texts = [text for text in QUOTED.finditer(value) if not text["key"]]
    if not texts:
        return None
    last = texts[-1]
    return "value", f"{value[: last.end(1)]}-x{value[last.end(1) :]}"


def shorten(value: str, length: int = 40) -> str:
    """Return a value short enough for an id."""
    flat = " ".join(value.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
