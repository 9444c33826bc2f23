"""Long polls: a call that waits for something must not keep all others waiting.

SQS's ReceiveMessage with WaitTimeSeconds asks moto without waiting, lets others have their turn,
and asks again; only the last attempt is recorded, for the others found nothing.
"""

from __future__ import annotations

import time
from typing import Any

from moto.sqs.models import SQSBackend

from dryrun.cloud.clock import Clock

REST = 0.05
"""Real seconds between two attempts."""

_wanted = [0.0]


class Patience:
    """How long one request still waits, in lab time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: float | None = None

    def wants_more(self, seconds: float) -> bool:
        """Tell whether to ask again, after an attempt that would have waited `seconds`."""
        if seconds <= 0:
            return False
        if self._until is None:
            self._until = self._clock.time() + seconds
        return self._clock.time() < self._until

    def rest(self) -> None:
        """Wait a little, in real time, and let other requests be answered."""
        time.sleep(REST)


def want(seconds: float) -> None:
    """Let the call being simulated be asked again, for it found nothing and would have waited."""
    _wanted[0] = seconds


def wanted() -> float:
    """Return how many seconds the call just simulated would have waited, and forget it."""
    seconds, _wanted[0] = _wanted[0], 0.0
    return seconds


def install() -> None:
    """Let a queue that is empty say so at once."""
    receive = SQSBackend.receive_message

    def receive_now(
        self: SQSBackend, queue_name: str, count: int, wait_seconds_timeout: int, *rest: Any
    ) -> Any:
        messages = receive(self, queue_name, count, 0, *rest)
        _wanted[0] = 0.0 if messages else float(wait_seconds_timeout)
        return messages

    SQSBackend.receive_message = receive_now
