"""Go back to an earlier point of the account, from outside the cloud."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any, Protocol

from dryrun.exceptions import CloudError

LIMIT = 60.0
"""Seconds the cloud may take to build an account again."""


class Steered(Protocol):
    """A cloud that takes control requests."""

    def control(self, path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send one; raises CloudError."""


@dataclass(frozen=True)
class Change:
    """One change of the account: the record's number, lab time in seconds, what it was."""

    number: int
    at: float
    what: str


def changes(cloud: Steered, since: int = 0) -> list[Change]:
    """Return what changed the account from a record on, oldest first; raises CloudError."""
    found = cloud.control("changes", {"since": since})["changes"]
    return [Change(int(one["number"]), float(one["at"]), str(one["what"])) for one in found]


def go_back(cloud: Steered, number: int | None = None) -> None:
    """Build the account again as it was after a record, and wait until it is there.

    Without a number, as far as a replay that stopped came. Raises CloudError.
    """
    payload = {} if number is None else {"to": number}
    worker = int(cloud.control("rewind", payload)["worker"])
    limit = time.monotonic() + LIMIT
    health: dict[str, Any] = {"worker": 0}
    while int(health["worker"]) < worker:
        if time.monotonic() > limit:
            raise CloudError(_GONE)
        time.sleep(0.01)
        with contextlib.suppress(CloudError):
            health = cloud.control("health")
    if health["halted"]:
        raise CloudError(str(health["halted"]["sentence"]))


_GONE = "The lab cloud does not come back; start it again with `dryrun cloud start`."
