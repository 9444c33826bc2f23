"""What was delivered lately, to be looked at: the newest outcomes, oldest first."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.delivery.models import Delivery, Outcome

MOST = 20_000
"""A night of one-minute schedules for thirty targets, and no burden."""

_entries: deque[Entry] = deque(maxlen=MOST)


@dataclass(frozen=True)
class Entry:
    """One delivery that is over; times are lab time in seconds since the epoch."""

    began: float
    ended: float
    service: str
    """Who sent it, as "events" or "scheduler"."""
    source: str
    """The rule, schedule, pipe, alarm, topic or bucket."""
    target: str
    delivered: bool
    attempts: int
    error_code: str
    error_message: str
    dead_letter: str
    """The queue that has it now, "" when none has."""


def note(delivery: Delivery, outcome: Outcome, began: float, *, dead: bool = False) -> None:
    """Remember how a delivery ended; `dead` says that its dead-letter queue took it."""
    _entries.append(
        Entry(
            began,
            clocks.current().time(),
            delivery.sender.principal.partition(".")[0],
            delivery.about or delivery.sender.source_arn,
            delivery.target_arn,
            outcome.delivered,
            outcome.attempts,
            outcome.error_code,
            outcome.error_message,
            delivery.dead_letter_arn if dead else "",
        )
    )


def entries(since: float = 0.0) -> list[dict[str, Any]]:
    """Return the deliveries that began at `since` or later, in plain values."""
    return [asdict(entry) for entry in _entries if entry.began >= since]


def forget() -> None:
    """Remember nothing of what was."""
    _entries.clear()
