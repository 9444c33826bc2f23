"""Schedule expressions: `rate(5 minutes)`, `cron(0 12 * * ? *)`, `at(2026-01-05T09:00:00)`.

The grammar is that of "Schedule types in EventBridge Scheduler" (EventBridge Scheduler User Guide)
and "Setting a schedule pattern for scheduled rules" (EventBridge User Guide).
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from dryrun.cloud.schedules.cron import Cron
from dryrun.cloud.schedules.exceptions import InvalidExpression, InvalidTimezone

__all__ = ["At", "InvalidExpression", "InvalidTimezone", "Rate", "Schedule", "parse", "zone"]

_EXPRESSION = re.compile(r"(rate|cron|at)\(([^()]*)\)")
_RATE = re.compile(r"(\d{1,10}) +(minute|hour|day)(s?)")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


class Schedule(Protocol):
    """When something is to happen."""

    @property
    def kind(self) -> str:
        """Return "rate", "cron" or "at"."""

    def next_after(self, moment: float) -> float | None:
        """Return the first time after `moment`, in seconds since the epoch; None: never again."""


@dataclass(frozen=True)
class Rate:
    """Every so many seconds: after the last time, or, with `start`, counted from there.

    A day has 24 hours here, whatever the time zone's clocks do.
    """

    seconds: int
    start: float | None = None
    kind: str = "rate"

    def starting(self, moment: float) -> Rate:
        """Return the same rate, the first time of which is `moment`."""
        return replace(self, start=moment)

    def next_after(self, moment: float) -> float | None:
        """Return the first time after `moment`."""
        if self.start is None:
            return moment + self.seconds
        if moment < self.start:
            return self.start
        return self.start + (math.floor((moment - self.start) / self.seconds) + 1) * self.seconds


@dataclass(frozen=True)
class At:
    """Once."""

    moment: float
    kind: str = "at"

    def next_after(self, moment: float) -> float | None:
        """Return the one time, or None when it is over."""
        return self.moment if self.moment > moment else None


def parse(expression: str, *, timezone: str = "UTC", strict: bool = True) -> Schedule:
    """Return the schedule that an expression describes; raises InvalidExpression, InvalidTimezone.

    `strict` asks for `rate(1 minute)` and `rate(2 minutes)`, as rules do; Scheduler, whose own
    documentation writes `rate(1 days)`, does not mind.
    """
    place = zone(timezone)
    found = _EXPRESSION.fullmatch(expression)
    if found is None:
        raise InvalidExpression(expression)
    kind, inner = found.groups()
    if kind == "rate":
        return _rate(inner, strict)
    if kind == "cron":
        return Cron.parse(inner, place)
    return _at(inner, place)


@functools.lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name in the IANA database; raises InvalidTimezone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder of the database is an OSError
        raise InvalidTimezone(name) from None


def _rate(inner: str, strict: bool) -> Rate:
    found = _RATE.fullmatch(inner)
    if found is None or int(found[1]) == 0:
        raise InvalidExpression(inner)
    number, unit, plural = int(found[1]), found[2], bool(found[3])
    if strict and plural == (number == 1):
        raise InvalidExpression(inner)
    return Rate(number * _SECONDS[unit])


def _at(inner: str, place: ZoneInfo) -> At:
    if not _AT.fullmatch(inner):
        raise InvalidExpression(inner)
    try:
        there = datetime.fromisoformat(inner).replace(tzinfo=place)
        # A time that clocks skip is taken as if they had not been put forward, one that they
        # show twice is the first of the two. No page of AWS says; its cron runs once as well.
        return At(there.astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        raise InvalidExpression(inner) from None
