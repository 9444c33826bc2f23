"""What happens outside the account: a function's process, a call to a server over HTTP.

Such a thing takes real time, may call the cloud itself, and never gives the same answer twice. So
it must not happen while a request is answered or an event of the clock happens; and its outcome
is written into the journal, from where a replay takes it instead of doing the thing again.

`run` is for work that goes on by itself: it begins when the present request or event is over, and
`done` hears of its outcome in the cloud's one order. While it lasts, the clock does not jump
ahead to other work. What was going on when a cloud was killed begins again in the next: AWS, too,
promises "at least once".

`ask` is for a request that cannot be answered without the outcome: others have their turn until
it is there. Until it asks, a request must change nothing and draw no id, for a replay repeats all
of it after what happened meanwhile.
"""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dryrun.cloud.errors import Answer

Order = dict[str, Any]
Outcome = dict[str, Any]
CarryOut = Callable[[Order], Outcome]

LONGEST_WAIT = 60.0
"""Real seconds for which an answer waits for what its request set going."""

_THREAD = "outside"

_kinds: dict[str, CarryOut] = {}

verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""What the cloud tells itself of what happens outside; each is recorded, and repeated."""

_insiders: dict[str, None] = {}


def register(kind: str, carry_out: CarryOut) -> None:
    """Let things of this kind be done by `carry_out`.

    It is called in a thread of its own, out of the cloud's order, and must not touch the account.
    An outcome has to be what JSON can hold; an order need not.
    """
    _kinds[kind] = carry_out


@dataclass
class Run:
    """Something that is done outside; `done` is called with its outcome."""

    number: int
    kind: str
    order: Order
    done: Callable[[Outcome], None]
    what: str


class Runs:
    """What is going on outside; one thing after the other, so that the same comes of the same."""

    def __init__(self, command: Callable[[str, dict[str, Any]], Answer]) -> None:
        self.command = command
        self.taken_up = 0
        """How many things were taken up so far."""
        self._runs: dict[int, Run] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._open = True

    @property
    def pending(self) -> bool:
        """Whether anything is going on, or about to begin."""
        return bool(self._runs)

    def add(self, kind: str, order: Order, done: Callable[[Outcome], None], what: str) -> None:
        """Take something up; within the cloud's order only."""
        with self._changed:
            number = self.taken_up
            self.taken_up += 1
            self._runs[number] = Run(number, kind, order, done, what)
            self._begin()

    def finish(self, number: int, outcome: Outcome) -> None:
        """Tell whoever waits for an outcome; within the cloud's order only."""
        run = self._runs.pop(number, None)
        if run is None:
            return
        try:
            run.done(outcome)
        except Exception:  # whoever cannot cope must not stop what comes after
            traceback.print_exc()
        with self._changed:
            self._changed.notify_all()

    def hold_back(self) -> None:
        """Carry nothing out, as long as a replay lasts."""
        self._open = False

    def resume(self) -> None:
        """Carry out what is going on, after a replay."""
        with self._changed:
            self._open = True
            self._begin()

    def wait(self, order: AbstractContextManager[Any], limit: float = LONGEST_WAIT) -> None:
        """Return when nothing is going on any more, or after `limit` real seconds.

        `order` is the cloud's: what ends may set the next thing going before it lets go of it.
        """
        until = time.perf_counter() + limit
        while (left := until - time.perf_counter()) > 0:
            with self._changed:
                if self._runs:
                    self._changed.wait(left)
            with order:
                if not self._runs:
                    return

    def _begin(self) -> None:
        if not self._open or not self._runs:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=_THREAD, daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._runs:
                    self._changed.wait()
                run = next(iter(self._runs.values()))
            outcome = carry_out(run.kind, run.order)
            try:
                self.command("outcome", {"number": run.number, "outcome": outcome})
            except Exception:  # whatever happens, what comes after must have its turn
                traceback.print_exc()
                self._drop(run.number)

    def _drop(self, number: int) -> None:
        with self._changed:
            self._runs.pop(number, None)
            self._changed.notify_all()


def carry_out(kind: str, order: Order) -> Outcome:
    """Do something outside; whatever goes wrong is an outcome, too."""
    try:
        return _kinds[kind](order)
    except Exception as error:  # the cloud lives
        traceback.print_exc()
        return {"mishap": f"{type(error).__name__}: {error}"}


def tell(verb: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Let the account take part in what happens outside; return what it answers.

    To be called while something is carried out: the verb is a request of its own.
    """
    told: dict[str, Any] = json.loads(_current[-1].command(verb, payload).body)
    return told


def _finish(payload: dict[str, Any]) -> dict[str, Any]:
    _current[-1].finish(int(payload["number"]), payload["outcome"])
    return {}


verbs["outcome"] = _finish


def let_in(access_key: str) -> None:
    """Know the calls of something that runs outside: others wait for it, it waits for none."""
    _insiders[access_key] = None


def is_insider(access_key: str) -> bool:
    """Tell whether a call comes from something that runs outside."""
    return access_key in _insiders


_current: list[Runs] = []


def make_current(runs: Runs) -> None:
    """Let `runs` be what is going on outside this process's cloud."""
    _current[:] = [runs]


def current() -> Runs:
    """Return what is going on outside this process's cloud."""
    return _current[-1]


def pending() -> bool:
    """Tell whether anything is going on outside this process's cloud."""
    return bool(_current) and _current[-1].pending


def is_own_thread() -> bool:
    """Tell whether this is the thread in which things are done outside."""
    return threading.current_thread().name == _THREAD


def run(kind: str, order: Order, done: Callable[[Outcome], None], *, what: str) -> None:
    """Have something done outside once the present request or event is over.

    `done` is called with the outcome, as a request of its own.
    """
    _current[-1].add(kind, order, done, what)


@dataclass
class Asked:
    """What a request asked for so far; a replay knows all the outcomes before."""

    aside: Callable[[CarryOut, Order], Outcome]
    """Has something done while others have their turn."""
    go_on: Callable[[], None]
    """Told that a request goes on, after it has its outcome."""
    outcomes: list[Outcome]
    used: int = 0


_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


@contextmanager
def asking(asked: Asked) -> Iterator[None]:
    """Let a request ask for outcomes, for as long as the block lasts."""
    token = _ASKED.set(asked)
    try:
        yield
    finally:
        _ASKED.reset(token)


def can_ask() -> bool:
    """Tell whether a request is answered, which can wait for something outside."""
    return _ASKED.get() is not None


def ask(kind: str, order: Order) -> Outcome:
    """Return the outcome of something done outside, without which a request has no answer.

    Raises LookupError where no request is answered.
    """
    asked = _ASKED.get()
    if asked is None:
        raise LookupError("only a request can wait for something outside the account")
    if asked.used == len(asked.outcomes):
        asked.outcomes.append(asked.aside(lambda order: carry_out(kind, order), order))
    asked.used += 1
    asked.go_on()
    return asked.outcomes[asked.used - 1]
