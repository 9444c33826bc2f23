"""The lab clock: the one source of time in the cloud process.

It starts at the real time and only ever moves forward, so that what AWS calls an
expiry is never in a client's past before the learner has wound the clock there.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import time_machine

MAX_ADVANCE = 10 * 366 * 86400.0
"""The furthest one call may wind the clock, in seconds (ten years)."""

MAX_FACTOR = 86400.0
"""The fastest `live` clock: a day a second."""


class ClockMode(StrEnum):
    """How lab time relates to real time."""

    FAST = "fast"
    PAUSED = "paused"
    LIVE = "live"


@dataclass(order=True)
class Event:
    """A call to make at a point of lab time (`when`, seconds since the epoch)."""

    when: float
    order: int
    what: str = field(compare=False)
    action: Callable[[], None] = field(compare=False, repr=False)
    work: bool = field(compare=False, default=True)
    cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        """Take the event off the clock."""
        self.cancelled = True


class Clock:
    """Virtual time in one of three modes.

    `fast`: time passes as it really does, and pending work (`call_at(..., work=True)`) is
    done at once, the clock jumping to the moment it would have ended. `paused`: time stands
    still until it is advanced or stepped. `live`: time passes `factor` times as fast as
    really, and work waits for its moment. Ties break by the order of insertion.
    """

    def __init__(self, start: float | None = None) -> None:
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._events: list[Event] = []
        self._order = itertools.count()
        self._anchor = start if start is not None else time.time()
        self._anchor_real = time.perf_counter()
        self._mode = ClockMode.FAST
        self._factor = 1.0
        self._travel: Any = None

    # Reading

    def time(self) -> float:
        """Return lab time in seconds since the epoch."""
        with self._lock:
            return self._anchor + (time.perf_counter() - self._anchor_real) * self._rate

    def now(self) -> datetime:
        """Return lab time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    @property
    def mode(self) -> ClockMode:
        """The mode the clock is in."""
        return self._mode

    @property
    def factor(self) -> float:
        """Seconds of lab time a real second in `live` mode."""
        return self._factor

    @property
    def _rate(self) -> float:
        return 0.0 if self._mode is ClockMode.PAUSED else self._factor

    def pending(self) -> list[Event]:
        """Return the events to come, soonest first."""
        with self._lock:
            return sorted(event for event in self._events if not event.cancelled)

    # Scheduling

    def call_at(
        self, when: float, action: Callable[[], None], *, what: str, work: bool = True
    ) -> Event:
        """Call `action` at lab time `when`.

        `work` is something in progress, which `fast` mode completes at once; without it the
        event belongs to the calendar and waits until the clock gets there.
        """
        with self._changed:
            event = Event(when, next(self._order), what, action, work)
            heapq.heappush(self._events, event)
            self._changed.notify_all()
            return event

    def call_later(
        self, seconds: float, action: Callable[[], None], *, what: str, work: bool = True
    ) -> Event:
        """Call `action` after `seconds` of lab time; see `call_at`."""
        return self.call_at(self.time() + seconds, action, what=what, work=work)

    # Moving

    def set_mode(self, mode: ClockMode, factor: float = 1.0) -> None:
        """Change the mode; raise ValueError when `factor` is not in (0, 86400]."""
        if not 0 < factor <= MAX_FACTOR:
            raise ValueError(f"factor must be above 0 and at most {MAX_FACTOR:.0f}")
        with self._changed:
            self._anchor_at(self.time())
            self._mode = mode
            self._factor = factor if mode is ClockMode.LIVE else 1.0
            self._changed.notify_all()
        self.settle()

    def advance(self, seconds: float) -> None:
        """Wind the clock forward, doing on the way all that falls due.

        Raises ValueError when `seconds` is negative or above ten years.
        """
        if not 0 <= seconds <= MAX_ADVANCE:
            raise ValueError("the clock only goes forward, and by ten years at most")
        target = self.time() + seconds
        while event := self._pop(lambda event: event.when <= target):
            self._run(event)
        self._move_to(target)

    def step(self) -> str | None:
        """Run the next pending event; return what it was, or None."""
        event = self._pop(lambda _: True)
        if event is None:
            return None
        self._run(event)
        return event.what

    def settle(self) -> None:
        """Do what is due, and in `fast` mode all pending work besides."""
        fast = self._mode is ClockMode.FAST
        while event := self._pop(lambda event: event.when <= self.time() or (fast and event.work)):
            self._run(event)

    def _pop(self, ready: Callable[[Event], bool]) -> Event | None:
        with self._lock:
            self._events = [event for event in self._events if not event.cancelled]
            heapq.heapify(self._events)
            chosen = min((event for event in self._events if ready(event)), default=None)
            if chosen is not None:
                self._events.remove(chosen)
                heapq.heapify(self._events)
            return chosen

    def _run(self, event: Event) -> None:
        self._move_to(event.when)
        try:
            event.action()
        except Exception:  # one event that fails must not stop the clock, or a request
            traceback.print_exc()

    def _move_to(self, when: float) -> None:
        with self._changed:
            self._anchor_at(max(when, self.time()))
            self._changed.notify_all()
        self.synchronize()

    def _anchor_at(self, when: float) -> None:
        self._anchor = when
        self._anchor_real = time.perf_counter()

    # The process

    def take_over(self) -> None:
        """Make every clock of this process show lab time, and fire events as they fall due."""
        self._travel = time_machine.travel(self.time(), tick=True).start()
        threading.Thread(target=self._tick, name="clock", daemon=True).start()

    def synchronize(self) -> None:
        """Bring the process's clocks to lab time again (a paused or live clock drifts)."""
        if self._travel is not None:
            self._travel.move_to(self.time())

    def _tick(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(self._seconds_to_next())
            self.settle()

    def _seconds_to_next(self) -> float | None:
        events = self.pending()
        if not events or not self._rate:
            return None
        return max((events[0].when - self.time()) / self._rate, 0.001)


_current: list[Clock] = []


def current() -> Clock:
    """Return the clock of this process's cloud."""
    return _current[-1]


def make_current(clock: Clock) -> None:
    """Let `clock` be the clock of this process's cloud."""
    _current[:] = [clock]
