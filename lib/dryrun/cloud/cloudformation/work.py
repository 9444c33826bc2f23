"""Pieces of work on resources, done as soon as what they need is done, on the lab clock."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dryrun.cloud.cloudformation.reasons import reason

if TYPE_CHECKING:
    from dryrun.cloud.clock import Event
    from dryrun.cloud.cloudformation.operation import Operation


@dataclass(frozen=True)
class Wait:
    """A pause in a piece of work, in seconds of lab time.

    `outside` is a wait for somebody else, which a fast clock does not skip.
    """

    seconds: float
    outside: bool = False


class Work(ABC):
    """What is done to one resource, step by step."""

    def __init__(self, operation: Operation, key: str) -> None:
        self.operation = operation
        self.key = key
        self.event: Event | None = None
        self.going: Iterator[Wait] | None = None

    @abstractmethod
    def steps(self) -> Iterator[Wait]:
        """Do the work, yielding the pauses in it; raises what `reasons.reason` can word."""

    @abstractmethod
    def failed(self, why: str) -> None:
        """Tell the stack's story that it failed."""

    @abstractmethod
    def cancelled(self) -> None:
        """Tell the stack's story that it was broken off."""


class Schedule:
    """Work in the order of its needs; what needs nothing more begins at once, side by side.

    `needs` names by key what must be done first. `finished` is told the keys that failed or were
    broken off. After a failure nothing new begins and what is under way is broken off, unless
    `keep_going`: then only what needs the failed work is left out.
    """

    def __init__(
        self,
        operation: Operation,
        works: Mapping[str, Work],
        needs: Mapping[str, tuple[str, ...]],
        finished: Callable[[list[str]], None],
        *,
        keep_going: bool = False,
    ) -> None:
        self._operation = operation
        self._works = works
        self._finished = finished
        self._keep_going = keep_going
        self._missing = {
            key: len({n for n in needs.get(key, ()) if n in works and n != key}) for key in works
        }
        self._needed_by: dict[str, list[str]] = {key: [] for key in works}
        for key in works:
            for need in dict.fromkeys(needs.get(key, ())):
                if need in works and need != key:
                    self._needed_by[need].append(key)
        self._running: dict[str, Work] = {}
        self._unreachable: set[str] = set()
        self._failures: list[str] = []
        self._left = len(works)
        self._ready: list[str] = []
        self._beginning = False
        self._over = False

    def start(self) -> None:
        """Begin."""
        self._begin([key for key, missing in self._missing.items() if not missing])
        self._look()

    def stop(self) -> None:
        """Break everything off; `finished` is not told."""
        self._over = True
        self._break_off()

    def wake(self, key: str) -> None:
        """Go on with what waits for somebody outside, now that something has come."""
        work = self._running.get(key)
        if work is not None and work.event is not None:
            work.event.cancel()
            work.event = self._operation.later(0, lambda: self._resume(work), work.key)

    def _begin(self, keys: list[str]) -> None:
        """Begin what is ready; one after the other, for a long chain must not be a deep one."""
        self._ready += keys
        if self._beginning:
            return
        self._beginning = True
        while self._ready and not self._over and (not self._failures or self._keep_going):
            work = self._works[self._ready.pop(0)]
            self._running[work.key] = work
            work.going = work.steps()
            self._go_on(work)
        self._beginning = False

    def _go_on(self, work: Work) -> None:
        assert work.going is not None
        work.event = None
        try:
            wait = next(work.going)
        except StopIteration:
            self._succeeded(work)
        except Exception as error:  # whatever happens, the stack tells of it
            self._failed(work, reason(error))
        else:
            work.event = self._operation.later(
                wait.seconds, lambda: self._resume(work), work.key, work=not wait.outside
            )

    def _resume(self, work: Work) -> None:
        self._go_on(work)
        self._look()

    def _succeeded(self, work: Work) -> None:
        del self._running[work.key]
        self._left -= 1
        ready = []
        for key in self._needed_by[work.key]:
            self._missing[key] -= 1
            if not self._missing[key] and key not in self._unreachable:
                ready.append(key)
        self._begin(ready)

    def _failed(self, work: Work, why: str) -> None:
        del self._running[work.key]
        self._left -= 1
        self._failures.append(work.key)
        work.failed(why)
        if self._keep_going:
            self._leave_out(work.key)

    def _leave_out(self, key: str) -> None:
        """Forget what can never begin, because something it needs has failed."""
        for dependent in self._needed_by[key]:
            if dependent not in self._unreachable:
                self._unreachable.add(dependent)
                self._left -= 1
                self._leave_out(dependent)

    def _look(self) -> None:
        if self._over:
            return
        stopping = bool(self._failures) and not self._keep_going
        if stopping or (not self._running and not self._left):
            self._over = True
            self._break_off()
            self._finished(self._failures)

    def _break_off(self) -> None:
        for work in list(self._running.values()):
            if work.event is not None:
                work.event.cancel()
            work.cancelled()
            self._failures.append(work.key)
        self._running.clear()
