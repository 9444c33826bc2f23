"""Which log events a filter pattern finds: by terms, by the fields of JSON, or between spaces.

Follows "Filter pattern syntax for metric filters, subscription filters, filter log events, and
Live Tail", CloudWatch Logs User Guide. Regular expressions are not simulated.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import Any

from dryrun.cloud.logs import spaced_patterns
from dryrun.cloud.logs.comparing import (
    COMPARED,
    PatternError,
    Test,
    UnsimulatedError,
    is_like,
    number,
)

_REGEX = "regular expressions in filter patterns"
_TERM = re.compile(r'([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))')
_ESCAPED = re.compile(r"\\(.)")
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<selector>\$(?:\.[\w-]+|\.?\["[^"\]]*"\]|\[\d+\])+)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<sign>&&|\|\||!=|>=|<=|[()=<>])
    | (?P<word>[^\s()=<>!&|"]+)
    )""",
    re.X,
)
_STEP = re.compile(r'\.([\w-]+)|\["([^"\]]*)"\]|\[(\d+)\]')
_MISSING = object()
_NAMED: dict[str, Any] = {"TRUE": True, "FALSE": False, "NULL": None}


@functools.lru_cache(maxsize=256)
def compile(pattern: str) -> Test:
    """Return the test of a pattern; raise PatternError or UnsimulatedError.

    Terms are told apart by case. All must be found, but for those behind - (none may be) and
    those behind ? (one will do; they count for nothing beside others).
    """
    stripped = pattern.strip()
    if stripped.startswith("{"):
        try:
            return _Reader(stripped).read()
        except RecursionError:
            raise PatternError(pattern) from None
    if stripped.startswith("["):
        return spaced_patterns.read(stripped)
    if stripped.startswith("%"):
        raise UnsimulatedError(_REGEX)
    terms: dict[str, list[str]] = {"": [], "-": [], "?": []}
    for sign, quoted, plain in _TERM.findall(stripped):
        terms[sign].append(_ESCAPED.sub(r"\1", quoted) or plain)
    return functools.partial(_has_terms, terms[""], terms["-"], terms["?"])


def value_of(message: str, selector: str) -> Any:
    """Return the field that a selector such as $.a.b names in a JSON event; None without one."""
    found = _select(_parsed(message), selector)
    return None if found is _MISSING else found


def _has_terms(wanted: list[str], unwanted: list[str], optional: list[str], message: str) -> bool:
    if any(term in message for term in unwanted):
        return False
    if wanted or unwanted or not optional:
        return all(term in message for term in wanted)
    return any(term in message for term in optional)


def _parsed(message: str) -> Any:
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return _MISSING


def _select(node: Any, selector: str) -> Any:
    for name, quoted, place in _STEP.findall(selector):
        if place:
            at = int(place)
            node = node[at] if isinstance(node, list) and at < len(node) else _MISSING
        else:
            node = node.get(name or quoted, _MISSING) if isinstance(node, dict) else _MISSING
    return node


class _Reader:
    """Reads a pattern in braces by recursive descent; || binds less than &&."""

    def __init__(self, pattern: str) -> None:
        if not pattern.endswith("}"):
            raise PatternError(pattern)
        self._tokens: list[tuple[str, str]] = []
        inner, at = pattern[1:-1].strip(), 0
        while at < len(inner):
            found = _TOKEN.match(inner, at)
            if found is None or found.lastgroup is None:
                raise PatternError(pattern)
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def read(self) -> Test:
        """Return the test of the whole."""
        test = self._joined("||", any, lambda: self._joined("&&", all, self._one))
        if self._at != len(self._tokens):
            raise PatternError
        return lambda message: test(_parsed(message))

    def _joined(
        self, sign: str, how: Callable[[Any], bool], inner: Callable[[], Callable[[Any], bool]]
    ) -> Callable[[Any], bool]:
        tests = [inner()]
        while self._peek() == ("sign", sign):
            self._take()
            tests.append(inner())
        return lambda event: how(test(event) for test in tests)

    def _one(self) -> Callable[[Any], bool]:
        kind, token = self._take()
        if (kind, token) == ("sign", "("):
            test = self._joined("||", any, lambda: self._joined("&&", all, self._one))
            if self._take() != ("sign", ")"):
                raise PatternError
            return test
        if kind != "selector":
            raise PatternError
        return self._about(token)

    def _about(self, selector: str) -> Callable[[Any], bool]:
        kind, sign = self._take()
        if kind == "word":
            return self._worded(selector, sign.upper())
        if sign not in COMPARED:
            raise PatternError
        kind, wanted = self._take()
        if kind == "word" and wanted.startswith("%"):
            raise UnsimulatedError(_REGEX)
        if kind not in ("text", "word"):
            raise PatternError
        figure = number(wanted) if kind == "word" else None
        if figure is not None:
            return lambda event: COMPARED[sign](_select(event, selector), figure)
        if sign not in ("=", "!="):
            raise PatternError
        text = _ESCAPED.sub(r"\1", wanted[1:-1]) if kind == "text" else wanted
        return lambda event: is_like(_select(event, selector), text, equal=sign == "=")

    def _worded(self, selector: str, word: str) -> Callable[[Any], bool]:
        """Read IS TRUE and its kin, EXISTS, NOT EXISTS."""
        if word == "EXISTS":
            return lambda event: _select(event, selector) is not _MISSING
        _, then = self._take()
        if (word, then.upper()) == ("NOT", "EXISTS"):
            return lambda event: event is not _MISSING and _select(event, selector) is _MISSING
        if word != "IS" or then.upper() not in _NAMED:
            raise PatternError
        named = _NAMED[then.upper()]
        return lambda event: _select(event, selector) is named

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _take(self) -> tuple[str, str]:
        found = self._peek()
        self._at += 1
        return found
