"""The dispatcher: every delivery is an event of the lab clock, until its target has taken it.

At least once, each target on its own. What fails for a reason that may pass is tried again after
growing pauses, until it is too old or was tried often enough, as "How EventBridge retries
delivering events" has it.
"""

from __future__ import annotations

import traceback
import zlib
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.delivery import dead_letters, failures, log, principals, targets
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery, Outcome

_LONGEST_PAUSE = 480.0
"""Seconds: 185 retries with it take a day."""
_DOUBLINGS = 9


def send(delivery: Delivery) -> None:
    """Have something delivered; returns at once."""
    _Journey(delivery).try_in(0.0)


class _Journey:
    """One delivery on its way."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.began = clocks.current().time()
        self.host = inside.host()
        self.attempts = 0
        self.waits_for = 0
        """The attempt whose outcome is not known yet; 0 when there is none."""

    def try_in(self, seconds: float) -> None:
        """Try after so many seconds of lab time."""
        sender = self.delivery.sender.principal.partition(".")[0]
        what = f"{sender} delivers to {self.delivery.target_arn}"
        clocks.current().call_later(seconds, self._attempt, what=what)

    def _attempt(self) -> None:
        self.attempts += 1
        self.waits_for = number = self.attempts
        if self.delivery.payload_of is not None:
            self.delivery = replace(self.delivery, payload=self.delivery.payload_of(number))

        def report(result: dict[str, Any] | Failure) -> None:
            if self.waits_for == number:
                self.waits_for = 0
                with inside.found_at(self.host):
                    self._ended(result)

        with inside.found_at(self.host):
            try:
                caller = principals.caller(self.delivery.sender, self.delivery.target_arn)
                with inside.calling_as(caller):
                    targets.carrier(self.delivery.target_arn)(self.delivery, report)
            except Failure as failure:
                report(failure)
            except (ClientError, BotoCoreError) as error:
                report(failures.of(error, self.delivery.target_arn))
            except Exception:  # a target of ours that is broken must not stop the others
                traceback.print_exc()
                report(Failure("INTERNAL_ERROR", "Dry Run could not deliver to this target."))

    def _ended(self, result: dict[str, Any] | Failure) -> None:
        if not isinstance(result, Failure):
            self._tell(Outcome(True, attempts=self.attempts, answer=result))
            return
        exhausted = ""
        if result.retryable:
            pause = result.after if result.after is not None else self._pause()
            exhausted = self._exhausted(pause)
            if not exhausted:
                self.try_in(pause)
                return
        dead = dead_letters.put(self.delivery, result, self.attempts - 1, exhausted)
        code, message = dead_letters.named(self.delivery, result)
        self._tell(Outcome(False, code, message, self.attempts), dead=dead)

    def _exhausted(self, pause: float) -> str:
        """Return the condition that ends the retries, "" when there may be another."""
        if self.attempts > self.delivery.max_attempts:
            return "MaximumRetryAttempts"
        age = clocks.current().time() + pause - self.began
        return "MaximumEventAgeInSeconds" if age > self.delivery.max_age else ""

    def _pause(self) -> float:
        """Return how long to wait: twice as long each time, a quarter more or less."""
        grown = 2.0 ** min(self.attempts - 1, _DOUBLINGS)
        chance = zlib.crc32(f"{self.delivery.target_arn} {self.attempts}".encode()) / 2**32
        return min(grown, _LONGEST_PAUSE) * (0.75 + chance / 2)

    def _tell(self, outcome: Outcome, *, dead: bool = False) -> None:
        log.note(self.delivery, outcome, self.began, dead=dead)
        if self.delivery.done is not None:
            self.delivery.done(outcome)
