"""Task tokens: whoever has one may end the task that waits for it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random

from dryrun.cloud.stepfunctions.exceptions import InvalidToken, TaskDoesNotExist, TaskTimedOut

if TYPE_CHECKING:
    from dryrun.cloud.stepfunctions.runs import Run
    from dryrun.cloud.stepfunctions.tasks import Attempt

_BYTES = 240


class Tokens:
    """The tokens of one region, and the activities' tasks that nobody has taken yet."""

    def __init__(self) -> None:
        self._waiting: dict[str, Attempt] = {}
        self._known: dict[str, str] = {}
        self._offered: dict[str, list[tuple[str, Attempt, str]]] = {}
        self.activities: Any = {}
        """The activities there are, by their ARNs."""

    def expect(self, token: str, attempt: Attempt) -> None:
        """Let a token end an attempt."""
        self._waiting[token] = attempt
        self._known[token] = "open"

    def offer(self, activity: str, attempt: Attempt, token: str, data: str) -> bool:
        """Offer a task to the workers of an activity; tell whether there is one."""
        if activity not in self.activities:
            return False
        self.expect(token, attempt)
        self._offered.setdefault(activity, []).append((token, attempt, data))
        return True

    def take(self, activity: str, worker: str | None) -> tuple[str, str] | None:
        """Give the next task of an activity to a worker: its token and its input."""
        offered = self._offered.get(activity, [])
        while offered:
            token, attempt, data = offered.pop(0)
            if not attempt.over:
                attempt.started({"workerName": worker} if worker else {})
                return token, data
        return None

    def waiting(self, token: str) -> Attempt:
        """Return the attempt a token ends; raises TaskTimedOut and the like."""
        if token not in self._known:
            raise InvalidToken("Invalid Token: 'Invalid token'")
        attempt = self._waiting.get(token)
        if attempt is None or attempt.over:
            if self._known[token] == "timed out":
                raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")
            raise TaskDoesNotExist("Task does not exist")
        return attempt

    def pop_attempt(self, attempt: Attempt) -> None:
        """Forget the token of an attempt that is over."""
        for token in [token for token, one in self._waiting.items() if one is attempt]:
            del self._waiting[token]

    def expire(self, attempt: Attempt) -> None:
        """Remember that an attempt took too long."""
        for token in [token for token, one in self._waiting.items() if one is attempt]:
            self._known[token] = "timed out"


def tokens_of(run: Run) -> Tokens:
    """Return the tokens of the region a run is in."""
    return run.tokens


def new_token() -> str:
    """Return a new token."""
    data = mock_random.getrandbits(_BYTES * 8).to_bytes(_BYTES, "big")
    return "AAAAKgAAAAIAAAAAAAAAAR" + base64.b64encode(data).decode()
