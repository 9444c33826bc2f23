"""The tests a pattern can ask of one value of an event."""

from __future__ import annotations

import functools
import ipaddress
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Check = Callable[[Any], bool]

LARGEST = 5_000_000_000
"""Numbers beyond are compared as text, as "Comparison operators for use in event patterns",
EventBridge User Guide, has it."""
_SCALE = 1_000_000
_MOST_STATES = 10
_MOST_TRIED = 500
_IPV4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")


@dataclass(frozen=True)
class Test:
    """One alternative of a field: what it wants, in words, and how a value is tried."""

    wants: str
    check: Check
    exact: str | None = None
    absent: bool = False
    complex: bool = False


class Unfit(ValueError):
    """A value that an operator cannot work with."""


def exactly(text: str) -> Test:
    """Want one text; an address also in its other spellings."""
    address = _address(text)
    if address is not None:
        return Test(f'"{text}"', lambda value: type(value) is str and _address(value) == address)
    return exact_text(text)


def exact_text(text: str) -> Test:
    """Want one text, letter for letter."""
    return Test(f'"{text}"', lambda value: type(value) is str and value == text, exact=text)


def word(value: bool | None) -> Test:
    """Want true, false or null."""
    wants = "null" if value is None else str(value).lower()
    return Test(wants, lambda found: found is value)


def number(text: str) -> Test:
    """Want one number, however it is written."""
    try:
        wanted: int | None = scaled(text)
    except Unfit:
        wanted = None
    literal = _plain(text)

    def check(value: Any) -> bool:
        if type(value) is not int and type(value) is not float:
            return False
        found = _scaled_value(value)
        if wanted is not None and found is not None:
            return found == wanted
        return wanted is None and _plain(repr(value)) == literal

    return Test(text, check)


def prefix(text: str) -> Test:
    """Want the beginning of a text."""
    return Test(f'prefix "{text}"', lambda v: type(v) is str and v.startswith(text))


def prefix_any_case(text: str) -> Test:
    """Want the beginning of a text, in upper or lower case."""
    low = text.lower()
    return Test(
        f'prefix equals-ignore-case "{text}"',
        lambda v: type(v) is str and v.lower().startswith(low),
    )


def suffix(text: str) -> Test:
    """Want the end of a text."""
    return Test(f'suffix "{text}"', lambda v: type(v) is str and v.endswith(text))


def suffix_any_case(text: str) -> Test:
    """Want the end of a text, in upper or lower case."""
    low = text.lower()
    return Test(
        f'suffix equals-ignore-case "{text}"', lambda v: type(v) is str and v.lower().endswith(low)
    )


def any_case(text: str) -> Test:
    """Want a text, in upper or lower case."""
    low = text.lower()
    return Test(f'equals-ignore-case "{text}"', lambda v: type(v) is str and v.lower() == low)


def wildcard(text: str) -> Test:
    """Want a text in which each `*` stands for anything."""
    matches = wildcard_expression(text).fullmatch
    return Test(
        f'wildcard "{text}"',
        lambda v: type(v) is str and matches(v) is not None,
        complex=too_complex(text),
    )


def exists(wanted: bool) -> Test:
    """Want the field to be there, or not to be there."""
    if wanted:
        return Test("exists true", lambda _: True)
    return Test("exists false", lambda _: False, absent=True)


def numeric(bounds: Sequence[tuple[str, str]]) -> Test:
    """Want a number within one or two bounds."""
    (first, low), *more = [(_COMPARE[sign], scaled(text)) for sign, text in bounds]

    def check(value: Any) -> bool:
        if type(value) is not int and type(value) is not float:
            return False
        found = _scaled_value(value)
        if found is None or not first(found, low):
            return False
        return not more or more[0][0](found, more[0][1])

    return Test("numeric " + " and ".join(f"{sign} {text}" for sign, text in bounds), check)


_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def cidr(text: str) -> Test:
    """Want an address from the one that is named up to the last of its block."""
    low, high, version = _block(text)

    def check(value: Any) -> bool:
        if type(value) is not str:
            return False
        found = _address(value)
        return found is not None and found[0] == version and low <= found[1] <= high

    return Test(f'cidr "{text}"', check)


def anything_but(texts: Sequence[str]) -> Test:
    """Want any value but some texts."""
    banned = frozenset(texts)
    return Test(f"anything-but {_listed(texts)}", lambda v: type(v) is not str or v not in banned)


def anything_but_numbers(texts: Sequence[str]) -> Test:
    """Want any value but some numbers."""
    banned = frozenset(scaled(text) for text in texts)

    def check(value: Any) -> bool:
        if type(value) is not int and type(value) is not float:
            return True
        return _scaled_value(value) not in banned

    return Test(f"anything-but {', '.join(texts)}", check)


def anything_but_each(kind: str, texts: Sequence[str]) -> Test:
    """Want any value that none of some tests takes."""
    tests = [_BANNED[kind](text) for text in texts]
    banned = [test.check for test in tests]
    return Test(
        f"anything-but {kind} {_listed(texts)}",
        lambda value: not any(check(value) for check in banned),
        complex=any(test.complex for test in tests),
    )


_BANNED: dict[str, Callable[[str], Test]] = {
    "equals-ignore-case": any_case,
    "prefix": prefix,
    "suffix": suffix,
    "wildcard": wildcard,
}


def wildcard_expression(text: str) -> re.Pattern[str]:
    """Return the expression of a wildcard, or refuse it in AWS's words.

    Positions count the quote before the text, as AWS's matcher does, and bytes.
    """
    pieces: list[str] = []
    at, position = 0, 1
    while at < len(text):
        char, following = text[at], text[at + 1 : at + 2]
        if char == "*":
            if following == "*":
                raise Unfit(f"Consecutive wildcard characters at pos {position}")
            pieces.append(".*")
        elif char == "\\":
            if following not in ("*", "\\"):
                raise Unfit(f"Invalid escape character at pos {position}")
            pieces.append(re.escape(following))
            at, position = at + 1, position + 1
        else:
            pieces.append(re.escape(char))
        at, position = at + 1, position + len(char.encode("utf-8", "surrogatepass"))
    return re.compile("".join(pieces), re.DOTALL)


def too_complex(text: str) -> bool:
    """Tell whether a wildcard can be at too many of its places at the same time.

    AWS does not publish its limit; the one here lies just below the example that "Wildcard
    matching complexity", EventBridge User Guide, calls too complex.
    """
    if text.count("*") < 1:
        return False
    start = _standing(text, {0})
    seen = {start}
    todo = [start]
    while todo and len(seen) < _MOST_TRIED:
        now = todo.pop()
        if len(now) > _MOST_STATES:
            return True
        for char in sorted({text[place : place + 1] for place in now} - {"*", ""}):
            after = _standing(text, _advance(text, now, char))
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return False


def _advance(text: str, places: frozenset[int], char: str) -> set[int]:
    stay = {place for place in places if text[place : place + 1] == "*"}
    return stay | {place + 1 for place in places if text[place : place + 1] == char}


def _standing(text: str, places: set[int]) -> frozenset[int]:
    """Return places, and those behind a `*`, which may stand for nothing."""
    return frozenset(places | {p + 1 for p in places if text[p : p + 1] == "*"})


def scaled(text: str) -> int:
    """Return a number of a pattern in millionths, or refuse it in AWS's words."""
    try:
        exact = Decimal(text) * _SCALE
    except InvalidOperation:
        raise Unfit(f"Value must be between -5.0E9 and 5.0E9, inclusive: {text}") from None
    if abs(exact) > LARGEST * _SCALE:
        raise Unfit("Value must be between -5.0E9 and 5.0E9, inclusive")
    return int(exact)


def _scaled_value(value: float) -> int | None:
    if not -LARGEST <= value <= LARGEST:
        return None
    if type(value) is int:
        return value * _SCALE
    return int(Decimal(repr(value)) * _SCALE)


def _plain(text: str) -> Decimal:
    return Decimal(text)


@functools.lru_cache(maxsize=4096)
def _address(text: str) -> tuple[int, int] | None:
    """Return version and number of an address, or None."""
    if not _IPV4.fullmatch(text) and not _IPV6.fullmatch(text):
        return None
    try:
        found = ipaddress.ip_address(_without_zeros(text))
    except ValueError:
        return None
    return found.version, int(found)


def _without_zeros(text: str) -> str:
    """Read 010.0.0.1 as AWS does, in decimal digits."""
    if ":" in text:
        return text
    return ".".join(str(int(part)) for part in text.split("."))


def _block(text: str) -> tuple[int, int, int]:
    parts = text.split("/")
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) != 2:
        raise Unfit("Malformed CIDR, one '/' required")
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", parts[1]):
        raise Unfit("Malformed CIDR, mask bits must be an integer")
    bits = int(parts[1])
    if bits < 0:
        raise Unfit("Malformed CIDR, mask bits must not be negative")
    if not _IPV4.fullmatch(parts[0]) and not _IPV6.fullmatch(parts[0]):
        raise Unfit(f"Nonstandard IP address: {parts[0]}")
    address = _address(parts[0])
    if address is None:
        raise Unfit(f"Invalid IP address: {parts[0]}")
    version, low = address
    size = 32 if version == 4 else 128
    if bits >= size:
        raise Unfit(f"IPv{version} mask bits must be < {size}")
    return low, low | ((1 << (size - bits)) - 1), version


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)
