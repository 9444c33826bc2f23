"""Read one match expression of a pattern, such as `{"prefix": "eu-"}`, or refuse it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dryrun.cloud.events import pattern_tests as tests
from dryrun.cloud.events.pattern_reader import (
    ARRAY,
    END_ARRAY,
    END_OBJECT,
    FALSE,
    NAME,
    NUMBER,
    OBJECT,
    STRING,
    TRUE,
    Reader,
    Unreadable,
)
from dryrun.cloud.events.pattern_tests import Test, Unfit

_T = TypeVar("_T")
_ONE_KEY = "Only one key allowed in match expression"
_TOO_MANY = "Too many elements in numeric expression"
_BUT_LIST = "Inside anything but list, start|null|boolean is not supported."
_BUT_MIXED = (
    "Inside anything but list, either all values are number or string, mixed type is not supported"
)
_BUT_VALUE = "Value of anything-but must be an array or single string/number value."
_BUT_NOT_TEXT = {
    "equals-ignore-case": (
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
    ),
    "wildcard": "wildcard match pattern must be a string",
    "prefix": "prefix/suffix match pattern must be a string",
    "suffix": "prefix/suffix match pattern must be a string",
}


def expression(reader: Reader) -> Test:
    """Read the expression whose opening brace was just read."""
    if reader.next() != NAME:
        reader.fail("Match expression name not found")
    operator = reader.name
    read = _READERS.get(operator)
    if read is None:
        reader.fail(f"Unrecognized match type {operator}")
    return read(reader)


def _exactly(reader: Reader) -> Test:
    text = _only_text(reader, "exact match pattern must be a string")
    return tests.exact_text(text)


def _prefix(reader: Reader) -> Test:
    return _end_of_text(reader, "prefix", tests.prefix, tests.prefix_any_case)


def _suffix(reader: Reader) -> Test:
    return _end_of_text(reader, "suffix", tests.suffix, tests.suffix_any_case)


def _end_of_text(
    reader: Reader, name: str, plain: Callable[[str], Test], any_case: Callable[[str], Test]
) -> Test:
    if reader.next() == OBJECT:
        return any_case(_nested_text(reader, name))
    if reader.token != STRING:
        reader.fail(f"{name} match pattern must be a string")
    text = reader.text()
    _end(reader, _ONE_KEY)
    return plain(text)


def _nested_text(reader: Reader, name: str) -> str:
    if reader.next() != NAME:
        reader.fail(f"{name.capitalize()} expression name not found")
    if reader.name != "equals-ignore-case":
        reader.fail(f"Unsupported {name} pattern: {reader.name}")
    text = _only_text(reader, "equals-ignore-case match pattern must be a string")
    _end(reader, _ONE_KEY)
    return text


def _cidr(reader: Reader) -> Test:
    if reader.next() != STRING:
        # AWS says prefix here.
        reader.fail("prefix match pattern must be a string")
    try:
        test = tests.cidr(reader.text())
    except Unfit as unfit:
        raise Unreadable(str(unfit)) from None
    _end(reader, _ONE_KEY)
    return test


def _any_case(reader: Reader) -> Test:
    return tests.any_case(_only_text(reader, "equals-ignore-case match pattern must be a string"))


def _wildcard(reader: Reader) -> Test:
    if reader.next() != STRING:
        reader.fail("wildcard match pattern must be a string")
    text = reader.text()
    test = _tried(reader, lambda: tests.wildcard(text))
    _end(reader, _ONE_KEY)
    return test


def _exists(reader: Reader) -> Test:
    if reader.next() not in (TRUE, FALSE):
        reader.fail("exists match pattern must be either true or false.")
    wanted = reader.token == TRUE
    _end(reader, _ONE_KEY)
    return tests.exists(wanted)


def _numeric(reader: Reader) -> Test:
    if reader.next() != ARRAY:
        reader.fail("Value of numeric must be an array.")
    if reader.next() != STRING:
        reader.fail(f"Invalid member in numeric match: {reader.text()}")
    sign = reader.text()
    bounds = _bounds(reader, sign)
    test = _tried(reader, lambda: _range(bounds))
    _end(reader, _TOO_MANY)
    return test


def _bounds(reader: Reader, sign: str) -> list[tuple[str, str]]:
    token = reader.next()
    if sign not in ("=", ">=", ">", "<=", "<"):
        reader.fail(f"Unrecognized numeric range operator: {sign}")
    if token != NUMBER:
        reader.fail(f"Value of {'equals' if sign == '=' else sign} must be numeric")
    bounds = [(sign, reader.text())]
    token = reader.next()
    if token == END_ARRAY:
        return bounds
    if sign not in (">", ">="):
        reader.fail(_TOO_MANY)
    return [*bounds, _upper_bound(reader, token)]


def _upper_bound(reader: Reader, token: str) -> tuple[str, str]:
    if token != STRING:
        reader.fail(f"Bad value in numeric range: {reader.text()}")
    sign = reader.text()
    if sign not in ("<", "<="):
        reader.fail(f"Bad numeric range operator: {sign}")
    if reader.next() != NUMBER:
        reader.fail(f"Value of {sign} must be numeric")
    text = reader.text()
    if reader.next() != END_ARRAY:
        reader.fail("Too many terms in numeric range expression")
    return sign, text


def _range(bounds: list[tuple[str, str]]) -> Test:
    if len(bounds) == 2 and tests.scaled(bounds[0][1]) >= tests.scaled(bounds[1][1]):
        raise Unfit("Bottom must be less than top")
    return tests.numeric(bounds)


def _anything_but(reader: Reader) -> Test:
    kind = ""
    if reader.next() == OBJECT:
        if reader.next() != NAME:
            reader.fail("Anything-But expression name not found")
        kind = reader.name
        if kind not in _BUT_NOT_TEXT or kind not in (reader.but or _BUT_NOT_TEXT):
            reader.fail(f"Unsupported anything-but pattern: {kind}")
        if reader.next() != STRING and reader.but:
            # The older parser knows no lists here.
            reader.fail(f"{kind} match pattern must be a string")
    if reader.token not in (ARRAY, STRING, NUMBER):
        reader.fail(_BUT_VALUE)
    test = _but_texts(reader, kind) if kind else _but_values(reader)
    _end(reader, _TOO_MANY)
    if kind:
        _end(reader, _TOO_MANY)
    return test


def _but_values(reader: Reader) -> Test:
    if reader.token != ARRAY:
        text = reader.text()
        if reader.token == STRING:
            return tests.anything_but([text])
        return _out_of_range(lambda: tests.anything_but_numbers([text]))
    values = _inside_list(reader, lambda: _but_list(reader))
    kinds = {kind for kind, _ in values}
    if len(kinds) != 1:
        reader.fail(_BUT_MIXED)
    texts = [text for _, text in values]
    return tests.anything_but(texts) if STRING in kinds else tests.anything_but_numbers(texts)


def _but_list(reader: Reader) -> list[tuple[str, str]]:
    values: list[tuple[str, str]] = []
    while reader.next() != END_ARRAY:
        if reader.token not in (STRING, NUMBER):
            reader.fail(_BUT_LIST)
        values.append((reader.token, reader.text()))
        if reader.token == NUMBER:
            _tried(reader, lambda: tests.scaled(values[-1][1]))
    return values


def _but_texts(reader: Reader, kind: str) -> Test:
    if reader.token == ARRAY:
        texts = _inside_list(reader, lambda: _text_list(reader, kind))
    else:
        texts = [_but_text(reader, kind)]
    return _tried(reader, lambda: tests.anything_but_each(kind, texts))


def _text_list(reader: Reader, kind: str) -> list[str]:
    texts: list[str] = []
    while reader.next() != END_ARRAY:
        texts.append(_but_text(reader, kind))
    return texts


def _but_text(reader: Reader, kind: str) -> str:
    if reader.token != STRING:
        reader.fail(_BUT_NOT_TEXT[kind])
    text = reader.text()
    if not text and kind in ("prefix", "suffix"):
        reader.fail("Null prefix/suffix not allowed")
    return text


def _inside_list(reader: Reader, read: Callable[[], _T]) -> _T:
    """Read a list; AWS names the place of what is wrong in one twice."""
    try:
        return read()
    except Unreadable as unreadable:
        reader.fail(str(unreadable))


def _tried(reader: Reader, make: Callable[[], _T]) -> _T:
    try:
        return make()
    except Unfit as unfit:
        reader.fail(str(unfit))


def _out_of_range(make: Callable[[], Test]) -> Test:
    """Make a test; for a single number too large AWS names no place."""
    try:
        return make()
    except Unfit as unfit:
        raise Unreadable(str(unfit)) from None


def _only_text(reader: Reader, message: str) -> str:
    if reader.next() != STRING:
        reader.fail(message)
    text = reader.text()
    _end(reader, _ONE_KEY)
    return text


def _end(reader: Reader, message: str) -> None:
    if reader.next() != END_OBJECT:
        reader.fail(message)


_READERS: dict[str, Callable[[Reader], Test]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _any_case,
    "exactly": _exactly,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
}

RESERVED = frozenset(
    {
        *_READERS,
        *("=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    }
)
"""Names that no field inside `$or` can have."""
