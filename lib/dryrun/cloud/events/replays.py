"""Replays: the events of an archive once more, a minute of them after the other.

Follows "Replaying archived events", EventBridge User Guide: what happened within the window, by
the time in the events, to the bus the archive is of, to all of its rules or to those that are
named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import bus as buses
from dryrun.cloud.events import envelope
from dryrun.cloud.events.envelope import Event
from dryrun.cloud.events.exceptions import IllegalStatusException

if TYPE_CHECKING:
    from dryrun.cloud.clock import Event as Tick
    from dryrun.cloud.events.archives import Archive
    from dryrun.cloud.events.models import Bus

MOST_REPLAYS = 10
"""At the same time in a region; "Amazon EventBridge quotas"."""
_STARTS = 10.0
_MINUTE = 60.0
_PAUSE = 1.0
"""Seconds of lab time from one minute's events to the next one's; AWS promises no number."""


class Replay:
    """One replay, from its start to its end."""

    def __init__(self, account: str, region: str, given: dict[str, Any]) -> None:
        """Make a replay that has not begun."""
        self.name: str = given["ReplayName"]
        self.arn = f"arn:aws:events:{region}:{account}:replay/{self.name}"
        self.description: str | None = given.get("Description")
        self.source_arn: str = given["EventSourceArn"]
        self.destination: dict[str, Any] = given["Destination"]
        self.first = seconds(given["EventStartTime"])
        self.last = seconds(given["EventEndTime"])
        self.state = "STARTING"
        self.started = clocks.current().now()
        self.ended: datetime | None = None
        self.last_replayed: str | None = None
        self._next: Tick | None = None

    @property
    def active(self) -> bool:
        """Whether the replay is on its way."""
        return self.state in ("STARTING", "RUNNING")

    def begin(self, archive: Archive, bus: Bus) -> None:
        """Set the replay going."""

        def run() -> None:
            self.state = "RUNNING"
            self._go_on(self._minutes(archive), bus)

        self._later(_STARTS, run)

    def cancel(self) -> None:
        """Stop the replay."""
        if not self.active:
            raise IllegalStatusException(
                f"Replay {self.name} is not in a valid state for this operation."
            )
        self.state = "CANCELLING"
        if self._next is not None:
            self._next.cancel()
        self._later(_STARTS, lambda: self._end("CANCELLED"))

    def short(self) -> dict[str, Any]:
        """Return the replay as ListReplays has it."""
        told = {
            "ReplayName": self.name,
            "EventSourceArn": self.source_arn,
            "State": self.state,
            "EventStartTime": datetime.fromtimestamp(self.first, UTC),
            "EventEndTime": datetime.fromtimestamp(self.last, UTC),
            "EventLastReplayedTime": self._last_replayed(),
            "ReplayStartTime": self.started,
            "ReplayEndTime": self.ended,
        }
        return {name: value for name, value in told.items() if value is not None}

    def described(self) -> dict[str, Any]:
        """Return the replay as DescribeReplay has it."""
        told = {
            "ReplayArn": self.arn,
            "Description": self.description,
            "Destination": self.destination,
            **self.short(),
        }
        return {name: value for name, value in told.items() if value is not None}

    def _minutes(self, archive: Archive) -> list[list[Event]]:
        inside = [
            one.event
            for one in archive.kept()
            if self.first <= envelope.moment_of(one.event) <= self.last
        ]
        minutes: dict[float, list[Event]] = {}
        for event in inside:
            minutes.setdefault(envelope.moment_of(event) // _MINUTE, []).append(event)
        return [minutes[minute] for minute in sorted(minutes)]

    def _go_on(self, minutes: list[list[Event]], bus: Bus) -> None:
        if not minutes:
            self._end("COMPLETED")
            return
        only = self.destination.get("FilterArns") or None
        for event in minutes[0]:
            buses.publish(bus, envelope.named_after_replay(event, self.name), only=only)
            self.last_replayed = event["time"]
        self._later(_PAUSE, lambda: self._go_on(minutes[1:], bus))

    def _end(self, state: str) -> None:
        self.state = state
        self.ended = clocks.current().now()
        self._next = None

    def _later(self, after: float, action: Callable[[], None]) -> None:
        self._next = clocks.current().call_later(after, action, what=f"replay {self.name}")

    def _last_replayed(self) -> datetime | None:
        if self.last_replayed is None:
            return None
        return datetime.fromtimestamp(envelope.moment_of({"time": self.last_replayed}), UTC)


def seconds(moment: Any) -> float:
    """Return a moment of a request in seconds since the epoch."""
    if isinstance(moment, datetime):
        return moment.timestamp()
    if isinstance(moment, int | float):
        return float(moment)
    text = str(moment)
    try:
        return float(text)
    except ValueError:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
