"""Events that lead to themselves, cut off before they fill the account.

A rule that starts a function whose events match the rule again never ends. AWS warns of it
("Best practices when defining rules", EventBridge User Guide), carries on, and bills. Here it
ends after so many events within ten minutes of lab time that only roles have sent: nobody sits at
a keyboard behind those.
"""

from __future__ import annotations

from collections import deque

from dryrun.cloud import calling
from dryrun.cloud import clock as clocks
from dryrun.cloud.identity import CallerKind

MOST = 200
"""Events that roles may put on one bus within ten minutes."""
_WINDOW = 600.0


class Gauge:
    """How many events roles have put on a bus lately."""

    def __init__(self) -> None:
        self._moments: deque[float] = deque()

    def allows(self) -> bool:
        """Count an event, and tell whether it is still one that could have been meant."""
        if not _by_a_role():
            return True
        now = clocks.current().time()
        while self._moments and self._moments[0] <= now - _WINDOW:
            self._moments.popleft()
        if len(self._moments) >= MOST:
            return False
        self._moments.append(now)
        return True


def sentence(bus: str) -> str:
    """Say why an event was not taken."""
    return (
        f"Dry Run stopped a storm: roles have put {MOST} events on the event bus {bus} within ten"
        " minutes, probably because a rule's target sends events that the rule matches again; AWS"
        " would go on, and bill every event. Make the rule's pattern narrower."
    )


def _by_a_role() -> bool:
    try:
        return calling.current_caller().kind is CallerKind.ROLE
    except LookupError:
        return False
