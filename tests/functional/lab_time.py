"""Let a test's process show lab time on every clock, as the cloud process does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import time_machine
from in_process import forget_everything, lab

from dryrun.cloud.clock import ClockMode
from dryrun.cloud.delivery import log


@contextmanager
def fresh(start: float | None = None, *, paused: bool = False) -> Iterator[None]:
    """Begin with an empty account, and with every clock at `start`, in seconds, if it is given."""
    forget_everything()
    log.forget()
    clock = lab().clock
    if start is not None:
        clock._anchor_at(start)
    travel = time_machine.travel(clock.time(), tick=True)
    clock._travel = travel.start()
    clock.set_mode(ClockMode.PAUSED if paused else ClockMode.FAST)
    clock.synchronize()
    try:
        yield
    finally:
        travel.stop()
        clock._travel = None
        forget_everything()
