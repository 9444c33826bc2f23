"""The lab clock: the one source of time in the cloud process.

It starts at the real time and only ever moves forward, so that what AWS calls an
expiry is never in a client's past before the learner has wound the clock there.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import time_machine

MAX_ADVANCE = 10 * 366 * 86400.0
"""The furthest one call may wind the clock, in seconds (ten years)."""

MAX_FACTOR = 86400.0
"""The fastest `live` clock: a day a second."""


Around = Callable[[], AbstractContextManager[None]]


class ClockMode(StrEnum):
    """How lab time relates to real time."""

    FAST = "fast"
    PAUSED = "paused"
    LIVE = "live"


@dataclass(eq=False, slots=True)
class Event:
    """A call to make at a point of lab time (`when`, seconds since the epoch)."""

    when: float
    order: int
    what: str
    action: Callable[[], None] = field(repr=False)
    work: bool = True
    cancelled: bool = False
    begun: bool = False
    group: int | None = None
    more: list[Event] | None = field(default=None, repr=False)
    """Those of the same group and moment, which happen right after it."""
    around: Around | None = field(default=None, repr=False)
    """What holds while it and those happen."""

    @property
    def all(self) -> tuple[Event, ...]:
        """It, and those that happen right after it."""
        return (self, *self.more) if self.more else (self,)

    @property
    def idle(self) -> bool:
        """Whether nothing is left to happen."""
        return self.cancelled and all(one.cancelled for one in self.all)

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
        self.order = threading.RLock()
        """Held while a request is answered or an event happens: one after the other."""
        self.before_event: Callable[[Event], None] = lambda _: None
        self.moved: Callable[[float], None] = lambda _: None
        """Told lab time before and after each jump."""
        self.busy: Callable[[], bool] = lambda: False
        """Whether something outside is going on, during which the clock must not jump."""
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._held: float | None = None
        self._latest = 0.0
        # Beside each its moment and order, which heaps compare very often.
        self._events: list[tuple[float, int, Event]] = []
        self._work: list[tuple[float, int, Event]] = []
        self._groups: dict[tuple[int, float], Event] = {}
        self._rest: list[Event] = []
        self._news = False
        self._shown: tuple[float, datetime] | None = None
        self._order = itertools.count()
        self._anchor = start if start is not None else time.time()
        self._anchor_real = time.perf_counter()
        self._mode = ClockMode.FAST
        self._factor = 1.0
        self._travel: Any = None

    # Reading

    def time(self) -> float:
        """Return lab time in seconds since the epoch."""
        held = self._held
        if held is not None:
            return held
        with self._lock:
            if self._held is not None:
                return self._held
            return self._anchor + (time.perf_counter() - self._anchor_real) * self._rate

    def now(self) -> datetime:
        """Return lab time as an aware datetime in UTC."""
        moment = self.time()
        shown = self._shown
        if shown is None or shown[0] != moment:  # much happens at one moment while time stands
            shown = self._shown = moment, datetime.fromtimestamp(moment, UTC)
        return shown[1]

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
            found = [one for *_, event in sorted(self._events) for one in event.all]
            return [event for event in found if not event.cancelled]

    # Scheduling

    def call_at(
        self,
        when: float,
        action: Callable[[], None],
        *,
        what: str,
        work: bool = True,
        group: object = None,
        around: Around | None = None,
    ) -> Event:
        """Call `action` at lab time `when`, within `around()`.

        `work` is something in progress, which `fast` mode completes at once; without it the
        event belongs to the calendar and waits until the clock gets there. What is of one `group`
        and falls due at one moment happens in one go, unless it is stepped through; its
        `around` has to be the same.
        """
        with self._changed:
            event = Event(when, next(self._order), what, action, work, around=around)
            if group is not None:
                event.group = id(group)
                first = self._groups.setdefault((event.group, when), event)
                if first is not event:
                    first.more = first.more or []
                    first.more.append(event)
                    return event
            self._add(event)
            self._news = True
            if self._held is None:
                self._tell()
            return event

    def call_later(
        self,
        seconds: float,
        action: Callable[[], None],
        *,
        what: str,
        work: bool = True,
        group: object = None,
        around: Around | None = None,
    ) -> Event:
        """Call `action` after `seconds` of lab time; see `call_at`."""
        when = self.time() + seconds
        return self.call_at(when, action, what=what, work=work, group=group, around=around)

    def _add(self, event: Event) -> None:
        heapq.heappush(self._events, (event.when, event.order, event))
        if event.work:
            heapq.heappush(self._work, (event.when, event.order, event))

    def afterwards(self, action: Callable[[], None], *, what: str) -> None:
        """Call `action` once the request at work has its answer, before anything else happens."""
        self._rest.append(Event(self.time(), next(self._order), what, action))

    def finish(self) -> None:
        """Do what was left for afterwards."""
        with self.order:
            while self._rest:
                self._run(self._rest.pop(0))

    @property
    def unfinished(self) -> bool:
        """Whether something was left for afterwards."""
        return bool(self._rest)

    # Holding

    @contextlib.contextmanager
    def hold(self, at: float | None = None) -> Iterator[float]:
        """Stand still while one request is answered; yield the moment, in lab time.

        All that falls due before it is done first, and what the request set going after it.
        `at` repeats a request at the moment at which it was answered before.
        """
        with self.order:
            self.finish()
            moment = self.time() if at is None else at
            self._do_due(moment)
            moment = max(moment, self._latest)
            self._stand_at(moment)
            try:
                yield moment
                self._do_due(self.time())
            finally:
                self._let_go()

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have their turn in the middle of a `hold`, and stand still again after it."""
        self._let_go()
        self.order.release()
        try:
            yield
        finally:
            self.order.acquire()
            self.finish()
            moment = self.time()
            self._do_due(moment)
            self._stand_at(max(moment, self._latest))

    def _stand_at(self, moment: float) -> None:
        if moment == self._held:  # as every clock shows already
            self._anchor_real = time.perf_counter()
            return
        with self._lock:
            self._held = self._latest = moment
            self._anchor_at(moment)
        self.synchronize()

    def _let_go(self) -> None:
        with self._changed:
            self._held = None
            self._tell()
        self.synchronize()

    def _tell(self) -> None:
        """Tell whoever waits for the next event of new ones; as long as time stands, that waits."""
        if self._news:
            self._news = False
            self._changed.notify_all()

    def resume(self, now: float) -> None:
        """Go on after a replay: at real time `now`, in seconds, unless lab time is further."""
        self.finish()
        with self._changed:
            if self._mode is not ClockMode.PAUSED:
                self._anchor_at(max(now, self.time()))
            self._changed.notify_all()
        self.synchronize()

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
        self.advance_to(self.time() + seconds)

    def advance_to(self, target: float) -> bool:
        """Wind the clock forward to a moment, doing on the way all that falls due.

        Returns False when it stopped on the way, for something outside is going on that has to
        end first.
        """
        with self.order:
            self.finish()
            while not self.busy():
                event = self._pop(target)
                if event is None:
                    self._move_to(target)
                    self._latest = max(self._latest, target)
                    return True
                self._run(event)
        return False

    def step(self) -> str | None:
        """Run the next pending event; return what it was, or None."""
        with self.order:
            self.finish()
            event = self._pop(float("inf"))
            if event is None:
                return None
            event, *more = (one for one in event.all if not one.cancelled)
            event.more = None
            if more:
                more[0].more = more[1:]
                self._add(more[0])
            self._run(event)
            return event.what

    def settle(self) -> None:
        """Do what is due, and in `fast` mode all pending work besides."""
        with self.order:
            self.finish()
            self._do_due(self.time())

    def _do_due(self, now: float) -> None:
        while event := self._pop(self._horizon(now)):
            self._run(event)

    def _horizon(self, now: float) -> float:
        """Return the moment up to which things happen: in `fast` mode the end of the next work."""
        if self._mode is not ClockMode.FAST or self.busy():
            return now
        with self._lock:
            while self._work and (self._work[0][2].begun or self._work[0][2].idle):
                heapq.heappop(self._work)
            return max(now, self._work[0][0]) if self._work else now

    def _pop(self, limit: float) -> Event | None:
        with self._lock:
            self._drop_cancelled()
            if self._events and self._events[0][0] <= limit:
                event = heapq.heappop(self._events)[2]
                event.begun = True
                if self._groups:
                    self._forget_group(event)
                return event
            return None

    def _drop_cancelled(self) -> None:
        while self._events and self._events[0][2].idle:
            self._forget_group(heapq.heappop(self._events)[2])

    def _forget_group(self, event: Event) -> None:
        """Let nothing join an event any more."""
        if event.group is not None and self._groups.get((event.group, event.when)) is event:
            del self._groups[event.group, event.when]

    def _run(self, event: Event) -> None:
        """Let an event happen at its own moment, however late it is, for a replay to repeat."""
        held, now = self._held, self.time()
        self._stand_at(max(event.when, self._latest))
        try:
            self.before_event(event)
            with event.around() if event.around is not None else contextlib.nullcontext():
                for one in event.all:
                    self._happen(one)
        finally:
            if held is None:
                self._let_go()
                self._move_to(now)

    def _happen(self, event: Event) -> None:
        event.begun = True
        try:
            if not event.cancelled:
                event.action()
        except Exception:  # one event that fails must not stop the clock, or a request
            traceback.print_exc()

    def _move_to(self, when: float) -> None:
        with self._changed:
            now = self.time()
            self.moved(now)
            self._anchor_at(max(when, now))
            self.moved(self.time())
            self._changed.notify_all()
        self.synchronize()

    def _anchor_at(self, when: float) -> None:
        self._anchor = when
        if self._held is not None:
            self._held = self._latest = when
        self._anchor_real = time.perf_counter()

    # The process

    def take_over(self) -> None:
        """Make every clock of this process show lab time."""
        self._travel = time_machine.travel(self.time(), tick=True).start()

    def run(self) -> None:
        """Let events happen as they fall due, from now on."""
        threading.Thread(target=self._tick, name="clock", daemon=True).start()

    def synchronize(self) -> None:
        """Bring the process's clocks to lab time again (a paused or live clock drifts)."""
        if self._travel is not None:
            self._travel.move_to(self.time(), tick=self._held is None)

    def _tick(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(self._seconds_to_next())
            self.settle()

    def _seconds_to_next(self) -> float | None:
        self._drop_cancelled()
        if not self._events or not self._rate:
            return None
        return max((self._events[0][0] - self.time()) / self._rate, 0.001)


_current: list[Clock] = []


def current() -> Clock:
    """Return the clock of this process's cloud."""
    return _current[-1]


def make_current(clock: Clock) -> None:
    """Let `clock` be the clock of this process's cloud."""
    _current[:] = [clock]
