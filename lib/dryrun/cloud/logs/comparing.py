"""How filter patterns compare a field with what they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

Test = Callable[[str], bool]
"""Tells whether a message is found."""


class PatternError(ValueError):
    """The pattern is none."""


class UnsimulatedError(ValueError):
    """The pattern is one that Dry Run does not simulate; its message names the kind."""


def _numeric(compare: Callable[[float, float], bool]) -> Callable[[Any, float], bool]:
    def compared(found: Any, wanted: float) -> bool:
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return is_number and compare(found, wanted)

    return compared


COMPARED = {
    "<": _numeric(lambda found, wanted: found < wanted),
    ">": _numeric(lambda found, wanted: found > wanted),
    "<=": _numeric(lambda found, wanted: found <= wanted),
    ">=": _numeric(lambda found, wanted: found >= wanted),
    "=": _numeric(lambda found, wanted: found == wanted),
    "!=": _numeric(lambda found, wanted: found != wanted),
}
"""The signs of patterns; what is no number compares as no."""


def number(text: str) -> float | None:
    """Return the number a text spells, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def is_like(found: Any, wanted: str, *, equal: bool) -> bool:
    """Compare texts, in which * stands for anything and no other sign has a meaning."""
    if not isinstance(found, str):
        return False
    return fnmatchcase(found, re.sub(r"([?\[])", r"[\1]", wanted)) is equal
