"""Schedules and their groups."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

from moto.moto_api._internal import mock_random
from moto.scheduler.models import ScheduleGroup as MotoGroup

from dryrun.cloud import clock as clocks
from dryrun.cloud.clock import Event
from dryrun.cloud.scheduler import firing
from dryrun.cloud.schedules import expressions
from dryrun.cloud.schedules.expressions import Rate
from dryrun.cloud.shelves import Thing

DEFAULT_RETRIES = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
DEFAULT_GROUP = "default"

_BEFORE = 0.001
"""Seconds: a time of a schedule is after the moment it begins, or is that moment."""


class Schedule:
    """A schedule, and when it fires next."""

    def __init__(self, arn: str, group_arn: str, asked: Thing) -> None:
        self.arn = arn
        self.group_arn = group_arn
        self.name = str(asked["Name"])
        self.created = datetime.now(UTC)
        self._event: Event | None = None
        self.put(asked)

    def put(self, asked: Thing) -> None:
        """Be as the request says in everything, and fire accordingly from now on."""
        self.modified = datetime.now(UTC)
        target = dict(asked["Target"])
        target["RetryPolicy"] = {**DEFAULT_RETRIES, **target.get("RetryPolicy", {})}
        self.settings: Thing = {
            "GroupName": DEFAULT_GROUP,
            "ScheduleExpressionTimezone": "UTC",
            "State": "ENABLED",
            "ActionAfterCompletion": "NONE",
            **{name: value for name, value in asked.items() if name != "ClientToken"},
            "Target": target,
        }
        self.stop()
        if self.settings["State"] == "ENABLED":
            self._begin()

    # Keys are spelled as the API has them, so that the answers are these.

    def described(self) -> Thing:
        """Return the schedule as GetSchedule does."""
        return {
            "Arn": self.arn,
            "CreationDate": self.created,
            "LastModificationDate": self.modified,
            **self.settings,
        }

    def summary(self) -> Thing:
        """Return the schedule as ListSchedules does."""
        shown = self.described()
        names = ("Arn", "CreationDate", "GroupName", "LastModificationDate", "Name", "State")
        return {name: shown[name] for name in names} | {"Target": {"Arn": self.target["Arn"]}}

    @property
    def target(self) -> Thing:
        """The target as it was asked for, with its retry policy."""
        found: Thing = self.settings["Target"]
        return found

    @property
    def vanishes(self) -> bool:
        """Whether the schedule is deleted once it has fired for the last time."""
        return self._event is None and self.settings["ActionAfterCompletion"] == "DELETE"

    # Firing

    def stop(self) -> None:
        """Fire no more."""
        if self._event is not None:
            self._event.cancel()
        self._event = None

    def _begin(self) -> None:
        now = clocks.current().time()
        self._times = expressions.parse(
            self.settings["ScheduleExpression"],
            timezone=self.settings["ScheduleExpressionTimezone"],
            strict=False,
        )
        if self._times.kind == "at":  # start and end do not count then
            self._plan(now)
            return
        start = _seconds(self.settings.get("StartDate"))
        if isinstance(self._times, Rate):
            # Without a start date it begins at once: "Rate-based schedules", User Guide.
            start = now if start is None else start
            self._times = self._times.starting(start)
        self._plan(now if start is None or start < now else start - _BEFORE)

    def _plan(self, after: float) -> None:
        """Fire at the first time after a moment, somewhere within the window if there is one."""
        self._event = None
        due = self._times.next_after(after)
        end = None if self._times.kind == "at" else _seconds(self.settings.get("EndDate"))
        if due is None or (end is not None and due > end):
            return
        self._event = clocks.current().call_at(
            due + self._shift(),
            functools.partial(self._fire, due),
            what=f"schedule {self.settings['GroupName']}/{self.name} fires",
            work=False,
        )

    def _shift(self) -> float:
        minutes = self.settings["FlexibleTimeWindow"].get("MaximumWindowInMinutes", 0)
        return float(int(mock_random.random() * minutes * 60)) if minutes else 0.0

    def _fire(self, due: float) -> None:
        self._plan(due)
        firing.fire(self, due)


class Group(MotoGroup):
    """A group of schedules; moto keeps it with its schedules."""

    def __init__(self, region: str, account_id: str, name: str) -> None:
        super().__init__(region, account_id, name)
        # The default group is older than anything the lab knows of.
        self.created = None if name == DEFAULT_GROUP else datetime.now(UTC)
        self.deleting = False

    def described(self) -> Thing:
        """Return the group as GetScheduleGroup does."""
        shown = {
            "Arn": self.arn,
            "Name": self.name,
            "State": "DELETING" if self.deleting else "ACTIVE",
        }
        dates = {"CreationDate": self.created, "LastModificationDate": self.created}
        return shown | dates if self.created else shown


def _seconds(moment: Any) -> float | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(moment)
