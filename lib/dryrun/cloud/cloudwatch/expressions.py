"""Metric math: expressions over series of values.

Follows "Using math expressions with CloudWatch metrics", CloudWatch User Guide. A series is a
value for each of some moments; a moment that is not there has no data.
"""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Values = dict[float, float]
"""A series: values by the start of their period."""

Found = float | Values | list[Values] | str
"""What a part of an expression is: a number, a series, several series, or a word."""

METRIC = "METRICS "
"""What a metric's id begins with among the known values, for METRICS() to find it."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark>&&|\|\||[<>=!]=|[-+*/^%<>(),\[\]]))"
)

_BINDING = {
    "||": 1, "OR": 1, "&&": 2, "AND": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "^": 8,
}  # fmt: skip


class ExpressionError(Exception):
    """An expression cannot be read, or means nothing."""


class UnknownFunctionError(Exception):
    """An expression has a function that is not simulated."""


@dataclass(frozen=True)
class Grid:
    """The periods an expression is evaluated for."""

    start: float
    period: float
    count: int

    @property
    def end(self) -> float:
        """The moment at which the last period is over."""
        return self.start + self.count * self.period

    @property
    def moments(self) -> list[float]:
        """When each period begins."""
        return [self.start + number * self.period for number in range(self.count)]


Part = Callable[[Mapping[str, Values], Grid], Found]


@dataclass(frozen=True)
class Expression:
    """An expression that was read, and the ids of others that it uses."""

    part: Part
    ids: tuple[str, ...]
    uses_all: bool

    def values(self, known: Mapping[str, Values], grid: Grid) -> list[Values]:
        """Return the series that come out."""
        found = self.part(known, grid)
        if isinstance(found, str):
            raise ExpressionError("The expression does not give a time series")
        if isinstance(found, float):
            found = dict.fromkeys(grid.moments, found)
        several = found if isinstance(found, list) else [found]
        return [{at: it for at, it in one.items() if math.isfinite(it)} for one in several]


def parsed(text: str) -> Expression:
    """Read an expression; raises ExpressionError or UnknownFunctionError."""
    reader = _Reader(_tokens(text))
    try:
        part = reader.binary(0)
    except RecursionError as error:
        raise ExpressionError("The expression has too many levels") from error
    if reader.left:
        raise ExpressionError(f"Unexpected '{reader.left[0][1]}'")
    return Expression(part, tuple(dict.fromkeys(reader.ids)), reader.uses_all)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"Unexpected '{text[at:].strip()[:1]}'")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.left = tokens
        self.ids: list[str] = []
        self.uses_all = False

    def binary(self, least: int) -> Part:
        """Read operands joined by operators that bind at least so much."""
        part = self._operand()
        while self.left and _BINDING.get(self.left[0][1], -1) >= max(least, 1):
            sign = self.left.pop(0)[1]
            other = self.binary(_BINDING[sign] + (sign != "^"))
            part = _joined(sign, part, other)
        return part

    def _operand(self) -> Part:
        if not self.left:
            raise ExpressionError("The expression ends too early")
        kind, text = self.left.pop(0)
        if kind == "number":
            number = float(text)
            return lambda *_: number
        if kind == "text":
            return lambda *_: text[1:-1]
        if text == "-":
            negative = self.binary(7)
            return lambda known, grid: _each(negative(known, grid), operator.neg)
        if text == "(":
            inner = self.binary(0)
            self._expect(")")
            return inner
        if text == "[":
            return _listed(self._arguments("]"))
        if kind == "name":
            return self._name(text)
        raise ExpressionError(f"Unexpected '{text}'")

    def _name(self, text: str) -> Part:
        if self.left and self.left[0][1] == "(":
            self.left.pop(0)
            arguments = self._arguments(")")
            if text == "METRICS":
                self.uses_all = True
            return _call(text, arguments)
        if text in ("REPEAT", "LINEAR"):
            return lambda *_: text
        if not text[0].islower():
            raise ExpressionError(f"Unknown word '{text}'")
        self.ids.append(text)
        return lambda known, _: known[text]

    def _arguments(self, end: str) -> list[Part]:
        found: list[Part] = []
        while self.left and self.left[0][1] != end:
            found.append(self.binary(0))
            if self.left and self.left[0][1] == ",":
                self.left.pop(0)
        self._expect(end)
        return found

    def _expect(self, mark: str) -> None:
        if not self.left or self.left.pop(0)[1] != mark:
            raise ExpressionError(f"'{mark}' is missing")


# Operators


def _divide(one: float, other: float) -> float:
    return one / other if other else math.nan


def _power(one: float, other: float) -> float:
    try:
        found = one**other
    except ArithmeticError:
        return math.nan
    return math.nan if isinstance(found, complex) else float(found)


_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divide,
    "%": lambda a, b: math.fmod(a, b) if b else math.nan, "^": _power,
    "<": lambda a, b: float(a < b), "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b), ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b), "!=": lambda a, b: float(a != b),
    "&&": lambda a, b: float(bool(a and b)), "AND": lambda a, b: float(bool(a and b)),
    "||": lambda a, b: float(bool(a or b)), "OR": lambda a, b: float(bool(a or b)),
}  # fmt: skip


def _joined(sign: str, one: Part, other: Part) -> Part:
    meaning = _OPERATORS[sign]
    return lambda known, grid: _both(one(known, grid), other(known, grid), meaning)


def _both(one: Found, other: Found, meaning: Callable[[float, float], float]) -> Found:
    if isinstance(one, list):
        return [_series(_both(each, other, meaning)) for each in one]
    if isinstance(other, list):
        return [_series(_both(one, each, meaning)) for each in other]
    if isinstance(one, str) or isinstance(other, str):
        raise ExpressionError("A word cannot be computed with")
    if isinstance(one, float) and isinstance(other, float):
        return meaning(one, other)
    moments = one if isinstance(one, dict) else _series(other)
    found = {}
    for moment in moments:
        left = one.get(moment) if isinstance(one, dict) else one
        right = other.get(moment) if isinstance(other, dict) else other
        if left is not None and right is not None:
            found[moment] = meaning(left, right)
    return {moment: value for moment, value in found.items() if not math.isnan(value)}


def _each(found: Found, meaning: Callable[[float], float]) -> Found:
    if isinstance(found, list):
        return [_series(_each(one, meaning)) for one in found]
    if isinstance(found, dict):
        return {moment: meaning(value) for moment, value in found.items()}
    if isinstance(found, str):
        raise ExpressionError("A word cannot be computed with")
    return meaning(found)


def _series(found: Found) -> Values:
    if not isinstance(found, dict):
        raise ExpressionError("A time series is expected here")
    return found


def _listed(parts: list[Part]) -> Part:
    return lambda known, grid: [_series(part(known, grid)) for part in parts]


# Functions

_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "AVG": lambda values: sum(values) / len(values),
    "MIN": min,
    "MAX": max,
}

_PLAIN: dict[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": lambda value: float(math.ceil(value)),
    "FLOOR": lambda value: float(math.floor(value)),
}


def _call(name: str, parts: list[Part]) -> Part:
    if name == "METRICS":
        return _metrics(parts)
    if name in _AGGREGATES:
        return _with(parts, 1, lambda found, _: _aggregate(_AGGREGATES[name], found[0]))
    if name in _PLAIN:
        return _with(parts, 1, lambda found, _: _each(found[0], _PLAIN[name]))
    if name in _FUNCTIONS:
        count, meaning = _FUNCTIONS[name]
        return _with(parts, count, meaning)
    raise UnknownFunctionError(name)


def _metrics(parts: list[Part]) -> Part:
    """Return all metrics, or those whose id has the word that is given."""

    def chosen(known: Mapping[str, Values], grid: Grid) -> Found:
        word = str(parts[0](known, grid)) if parts else ""
        names = [name for name in known if name.startswith(METRIC) and word in name[len(METRIC) :]]
        return [known[name] for name in names]

    return chosen


def _with(parts: list[Part], count: int, meaning: Callable[[list[Found], Grid], Found]) -> Part:
    if len(parts) != count and not (meaning is _if and len(parts) == 2):
        raise ExpressionError(f"A function takes {count} arguments and was given {len(parts)}")
    return lambda known, grid: meaning([part(known, grid) for part in parts], grid)


def _aggregate(meaning: Callable[[Sequence[float]], float], found: Found) -> Found:
    """Aggregate one series into a number, or several series into one."""
    if isinstance(found, dict):
        return meaning(list(found.values())) if found else math.nan
    if not isinstance(found, list):
        return found
    moments = sorted({moment for one in found for moment in one})
    return {moment: meaning([one[moment] for one in found if moment in one]) for moment in moments}


def _if(found: list[Found], _: Grid) -> Found:
    condition, then = found[0], found[1]
    other = found[2] if len(found) > 2 else {}
    if isinstance(condition, float):
        return then if condition else other
    chosen: Values = {}
    for moment, holds in _series(condition).items():
        source = then if holds else other
        value = source if isinstance(source, float) else _series(source).get(moment)
        if value is not None:
            chosen[moment] = value
    return chosen


def _fill(found: list[Found], grid: Grid) -> Found:
    values, filler = found
    if isinstance(values, list):
        return [_series(_fill([one, filler], grid)) for one in values]
    values = _series(values)
    filled: Values = {}
    for moment in grid.moments:
        value = values.get(moment)
        if value is None:
            value = _filler(filler, values, moment)
        if value is not None:
            filled[moment] = value
    return filled


def _filler(filler: Found, values: Values, moment: float) -> float | None:
    if isinstance(filler, float):
        return filler
    if isinstance(filler, dict):
        return filler.get(moment)
    before = max((one for one in values if one < moment), default=None)
    after = min((one for one in values if one > moment), default=None)
    if before is None:
        return None
    if filler == "REPEAT":
        return values[before]
    if after is None:
        return None
    share = (moment - before) / (after - before)
    return values[before] + (values[after] - values[before]) * share


def _steps(found: Found, meaning: Callable[[float, float], float]) -> Found:
    """Return what `meaning` makes of each value's difference and the seconds since the last."""
    if isinstance(found, list):
        return [_series(_steps(one, meaning)) for one in found]
    values = _series(found)
    moments = sorted(values)
    return {
        now: meaning(values[now] - values[before], now - before)
        for before, now in itertools.pairwise(moments)
    }


def _running(found: Found) -> Found:
    total, summed = 0.0, {}
    for moment, value in sorted(_series(found).items()):
        total += value
        summed[moment] = total
    return summed


_FUNCTIONS: dict[str, tuple[int, Callable[[list[Found], Grid], Found]]] = {
    "IF": (3, _if),
    "FILL": (2, _fill),
    "RATE": (1, lambda found, _: _steps(found[0], lambda change, seconds: change / seconds)),
    "DIFF": (1, lambda found, _: _steps(found[0], lambda change, _: change)),
    "DIFF_TIME": (1, lambda found, _: _steps(found[0], lambda _, seconds: seconds)),
    "RUNNING_SUM": (1, lambda found, _: _running(found[0])),
    "PERIOD": (1, lambda _, grid: float(grid.period)),
    "DATAPOINT_COUNT": (1, lambda found, _: float(len(_series(found[0])))),
    "TIME_SERIES": (1, lambda found, grid: dict.fromkeys(grid.moments, _number(found[0]))),
}


def _number(found: Found) -> float:
    if not isinstance(found, float):
        raise ExpressionError("A number is expected here")
    return found
