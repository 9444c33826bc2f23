"""The six fields of a cron expression, each as the numbers it stands for.

AWS's grammar is that of the Quartz scheduler without seconds ("Cron expressions", EventBridge User
Guide): `L`, `W` and `#` are as Quartz has them, and so is a range over the end, as FRI-MON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dryrun.cloud.schedules.exceptions import InvalidExpression

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
YEARS = (1970, 2199)

_PART = re.compile(r"(\*|(\w+)(?:-(\w+))?)?(?:/(\d{1,4}))?")
_LAST_DAY = re.compile(r"L(?:-(\d{1,2}))?(W?)")
_NEAR_DAY = re.compile(r"(\d{1,2})W")


@dataclass(frozen=True)
class Field:
    """What a field may hold."""

    low: int
    high: int
    names: tuple[str, ...] = ()

    def numbers(self, text: str) -> frozenset[int]:
        """Return the numbers a field names; raises InvalidExpression."""
        found: set[int] = set()
        for part in text.split(","):
            found |= self._part(part)
        return frozenset(found)

    def number(self, text: str) -> int:
        """Return one number of the field, by its figure or its name."""
        if text.upper() in self.names:
            return self.names.index(text.upper()) + self.low
        if not (text.isascii() and text.isdigit()) or not self.low <= int(text) <= self.high:
            raise InvalidExpression(text)
        return int(text)

    def _part(self, text: str) -> set[int]:
        found = _PART.fullmatch(text)
        if found is None or not text:
            raise InvalidExpression(text)
        whole, first, last, step = found.groups()
        if whole in (None, "*"):
            start, end = self.low, self.high
        else:
            start = self.number(first)
            end = self.number(last) if last else (self.high if step else start)
        every = int(step) if step else 1
        if not 1 <= every <= self.high:
            raise InvalidExpression(text)
        if end < start:
            end += self.high - self.low + 1
        size = self.high - self.low + 1
        return {(one - self.low) % size + self.low for one in range(start, end + 1, every)}


MINUTE = Field(0, 59)
HOUR = Field(0, 23)
MONTH = Field(1, 12, MONTHS)
YEAR = Field(*YEARS)
_DAY = Field(1, 31)
_WEEKDAY = Field(1, 7, DAYS)

DayRule = Callable[[int, int], list[int]]
"""Which days of a month: given the weekday of its first (1 is Sunday) and its length."""


def days_of_month(text: str) -> DayRule:
    """Return the rule of the day-of-month field."""
    if found := _LAST_DAY.fullmatch(text.upper()):
        before, weekday = int(found[1] or 0), bool(found[2])
        if before > 30:
            raise InvalidExpression(text)
        return lambda first, length: _from_the_end(first, length, before, weekday)
    if found := _NEAR_DAY.fullmatch(text.upper()):
        near = _DAY.number(found[1])
        return lambda first, length: [_weekday_near(first, length, near)] if near <= length else []
    wanted = sorted(_DAY.numbers(text))
    return lambda _, length: [day for day in wanted if day <= length]


def _from_the_end(first: int, length: int, before: int, weekday: bool) -> list[int]:
    day = length - before
    if day < 1:
        return []
    return [_weekday_near(first, length, day)] if weekday else [day]


def _weekday_near(first: int, length: int, day: int) -> int:
    """Return the day from Monday to Friday nearest to `day`, in the same month."""
    weekday = (first + day - 2) % 7 + 1
    if weekday == 7:
        return day - 1 if day > 1 else day + 2
    if weekday == 1:
        return day + 1 if day < length else day - 2
    return day


def days_of_week(text: str) -> DayRule:
    """Return the rule of the day-of-week field."""
    if text.upper() == "L":
        text = "7"
    if text.upper().endswith("L"):
        last = _WEEKDAY.number(text[:-1])
        return lambda first, length: _all_of(first, length, last)[-1:]
    if "#" in text:
        name, _, which = text.partition("#")
        weekday = _WEEKDAY.number(name)
        if which not in ("1", "2", "3", "4", "5"):
            raise InvalidExpression(text)
        place = int(which) - 1
        return lambda first, length: _all_of(first, length, weekday)[place : place + 1]
    wanted = sorted(_WEEKDAY.numbers(text))
    return lambda first, length: sorted(
        day for weekday in wanted for day in _all_of(first, length, weekday)
    )


def _all_of(first: int, length: int, weekday: int) -> list[int]:
    return list(range((weekday - first) % 7 + 1, length + 1, 7))
