"""Cron expressions: which days, and which minutes of them, in a time zone."""

from __future__ import annotations

import calendar
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dryrun.cloud.schedules import fields
from dryrun.cloud.schedules.exceptions import InvalidExpression
from dryrun.cloud.schedules.fields import DayRule

_DAY = timedelta(days=1)


class Cron:
    """The times that a cron expression names.

    The times of one day are worked out at once and kept, because whoever asks for one mostly
    asks for the one after it next.
    """

    kind = "cron"

    def __init__(
        self,
        minutes: list[int],
        months: frozenset[int],
        years: list[int],
        days: DayRule,
        place: ZoneInfo,
    ) -> None:
        self._minutes = minutes
        self._months = months
        self._years = years
        self._days = days
        self._place = place
        self._from = self._to = 0.0
        self._times: list[float] = []
        self._month = (0, 0)
        self._month_days: list[int] = []

    @classmethod
    def parse(cls, text: str, place: ZoneInfo) -> Cron:
        """Read six fields; raises InvalidExpression."""
        parts = text.split()
        if len(parts) != 6:
            raise InvalidExpression(text)
        minute, hour, day, month, weekday, year = parts
        if (day == "?") == (weekday == "?"):
            raise InvalidExpression(text)
        hours, minutes = fields.HOUR.numbers(hour), fields.MINUTE.numbers(minute)
        return cls(
            sorted(one * 60 + other for one in hours for other in minutes),
            fields.MONTH.numbers(month),
            sorted(fields.YEAR.numbers(year)),
            fields.days_of_week(weekday) if day == "?" else fields.days_of_month(day),
            place,
        )

    def next_after(self, moment: float) -> float | None:
        """Return the first time after `moment`; None when there is none to the end of 2199."""
        if not self._from <= moment < self._to:
            self._work_out(datetime.fromtimestamp(moment, self._place).date())
        while True:
            at = bisect_right(self._times, moment)
            if at < len(self._times):
                return self._times[at]
            day = self._day_after(datetime.fromtimestamp(self._to, self._place).date())
            if day is None:
                return None
            self._work_out(day)

    def _day_after(self, day: date) -> date | None:
        """Return the first day on or after `day` that has any times."""
        year, month, first = day.year, day.month, day.day
        for one in self._years[bisect_left(self._years, year) :]:
            for other in range(month if one == year else 1, 13):
                start = first if (one, other) == (year, month) else 1
                found = self._days_in(one, other)
                at = bisect_left(found, start)
                if at < len(found):
                    return date(one, other, found[at])
        return None

    def _days_in(self, year: int, month: int) -> list[int]:
        if month not in self._months:
            return []
        if self._month != (year, month):
            first, length = calendar.monthrange(year, month)
            self._month_days = self._days((first + 1) % 7 + 1, length)
            self._month = (year, month)
        return self._month_days

    def _work_out(self, day: date) -> None:
        """Find the times of one day, from midnight to midnight of its place."""
        start = datetime(day.year, day.month, day.day, tzinfo=self._place)
        end = start + _DAY
        self._from, self._to = start.timestamp(), end.timestamp()
        if day.year not in self._years or day.day not in self._days_in(day.year, day.month):
            self._times = []
        elif start.utcoffset() == end.utcoffset():
            self._times = [self._from + 60.0 * minute for minute in self._minutes]
        else:
            self._times = self._times_of_change(day)

    def _times_of_change(self, day: date) -> list[float]:
        """Return the times of a day on which clocks are changed.

        A time that they skip is left out, one that they show twice counts once ("Daylight savings
        time on EventBridge Scheduler", EventBridge Scheduler User Guide).
        """
        found = []
        for minute in self._minutes:
            hour, rest = divmod(minute, 60)
            there = datetime(day.year, day.month, day.day, hour, rest, tzinfo=self._place)
            here = there.astimezone(UTC)
            if here.astimezone(self._place).replace(tzinfo=None) == there.replace(tzinfo=None):
                found.append(here.timestamp())
        return found
