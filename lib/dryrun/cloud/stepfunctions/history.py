"""What happened in an execution, event by event; GetExecutionHistory."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.stepfunctions.failures import OutOfHistoryError

LONGEST = 25_000
"""How many events an execution has at most; "Step Functions service quotas", Developer Guide."""

# Events whose details have no name of their own.
_DETAILS = {"StateEntered": "stateEntered", "StateExited": "stateExited"}
_ENDS = frozenset({"ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"})


def text(value: Any) -> str:
    """Return a value as Step Functions writes JSON: without spaces, in Unicode."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def now() -> datetime:
    """Return lab time to the millisecond, as Step Functions keeps it."""
    moment = clocks.current().now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """Return a moment as the context object has it."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def data(name: str, value: Any) -> dict[str, Any]:
    """Return an input or output and what is said of it, as details of events have them."""
    return {name: text(value), f"{name}Details": {"truncated": False}}


class History:
    """The events of one execution."""

    def __init__(self, tell: Any) -> None:
        self.events: list[dict[str, Any]] = []
        self._tell = tell

    def add(self, kind: str, previous: int, details: dict[str, Any] | None = None) -> int:
        """Write an event down and return its number; raises OutOfHistoryError."""
        if len(self.events) >= LONGEST - 1 and kind not in _ENDS:
            raise OutOfHistoryError
        number = len(self.events) + 1
        event: dict[str, Any] = {
            "timestamp": now(),
            "type": kind,
            "id": number,
            "previousEventId": previous,
        }
        if details is not None:
            event[_details_name(kind)] = details
        self.events.append(event)
        self._tell(event)
        return number


def _details_name(kind: str) -> str:
    for end, name in _DETAILS.items():
        if kind.endswith(end):
            return f"{name}EventDetails"
    return f"{kind[0].lower()}{kind[1:]}EventDetails"


def details_of(event: dict[str, Any]) -> dict[str, Any]:
    """Return the details of an event, whatever they are called."""
    for name, value in event.items():
        if name.endswith("EventDetails"):
            return dict(value)
    return {}
