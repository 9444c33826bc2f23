"""Filter patterns in square brackets, for log events whose fields stand between spaces.

Follows "Filter pattern syntax for metric filters …", space-delimited log events, CloudWatch Logs
User Guide. What && and || join, and regular expressions, are not simulated.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dryrun.cloud.logs.comparing import (
    COMPARED,
    PatternError,
    Test,
    UnsimulatedError,
    is_like,
    number,
)

Field = Callable[[str], bool]

_REST = "..."
# Between brackets or quotes, spaces belong to a field.
_FIELD = re.compile(r'\[[^\]]*\]|"[^"]*"|\S+')
_CONDITION = re.compile(r"\s*[\w-]*\s*(?:(!=|>=|<=|=|<|>)\s*(.*?))?\s*", re.S)


def read(pattern: str) -> Test:
    """Return the test of a pattern; raise PatternError or UnsimulatedError."""
    if not pattern.endswith("]"):
        raise PatternError(pattern)
    if "||" in pattern or "&&" in pattern:
        raise UnsimulatedError("conditions that are joined in space-delimited filter patterns")
    parts = [part.strip() for part in pattern[1:-1].split(",")]
    if parts.count(_REST) > 1:
        raise PatternError(pattern)
    if _REST not in parts:
        fields = [_field(part) for part in parts]
        return lambda message: _fit(fields, _split(message), len(fields))
    at = parts.index(_REST)
    first = [_field(part) for part in parts[:at]]
    last = [_field(part) for part in parts[at + 1 :]]

    def matches(message: str) -> bool:
        found = _split(message)
        if len(found) < len(first) + len(last):
            return False
        ends = found[len(found) - len(last) :]
        return _fit(first, found[: len(first)]) and _fit(last, ends)

    return matches


def _fit(fields: list[Field], found: list[str], count: int | None = None) -> bool:
    if count is not None and len(found) != count:
        return False
    return all(field(value) for field, value in zip(fields, found, strict=True))


def _split(message: str) -> list[str]:
    return [one[1:-1] if one[0] in '["' else one for one in _FIELD.findall(message)]


def _field(part: str) -> Field:
    condition = _CONDITION.fullmatch(part)
    if condition is None:
        raise PatternError(part)
    sign, wanted = condition[1], condition[2]
    if sign is None:
        return lambda _: True
    if wanted.startswith("%"):
        raise UnsimulatedError("regular expressions in filter patterns")
    figure = number(wanted)
    if figure is not None:
        return lambda found: COMPARED[sign](number(found), figure)
    if sign not in ("=", "!="):
        raise PatternError(part)
    text = wanted[1:-1] if wanted.startswith('"') else wanted
    return lambda found: is_like(found, text, equal=sign == "=")
