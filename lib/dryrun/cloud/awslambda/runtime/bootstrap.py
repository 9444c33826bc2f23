"""The first thing in a function's process: walls, then AWS's own runtime client.

Started as `python -I -S bootstrap.py PIPE`; the order comes later, as JSON on standard input. A
supervisor stays behind: it ends the function when the other end of the pipe is closed, which is so
when the cloud is gone, and passes on how the function ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

# Started with -I, a program does not find what lies beside it.
sys.path.insert(0, str(Path(__file__).parent))

import walls

_CLOSE = 1.0
"""Seconds by which the real time may differ from the lab's."""

_DEADLINE = 8
"""Which argument of the runtime client's own function is the deadline, in milliseconds."""


def main() -> None:
    """Split into supervisor and function."""
    alive = int(sys.argv[1])
    walls.adopt_orphans()
    separated = walls.separate()
    child = os.fork()
    if child == 0:
        os.close(alive)
        load_in_advance()
        become_function(json.loads(sys.stdin.buffer.readline()), separated=separated)
    supervise(child, alive)


def load_in_advance() -> None:
    """Load of the standard library what AWS's runtime client will need."""
    for name in ("decimal", "importlib.metadata", "http.client", "logging", "traceback"):
        __import__(name)


def supervise(child: int, alive: int) -> None:
    """Wait for the function's end, or make it when the cloud's end of the pipe is closed."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    function = os.pidfd_open(child)
    poll = select.poll()
    poll.register(function, select.POLLIN)
    poll.register(alive, select.POLLHUP)
    poll.poll()
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    end_orphans()
    code = os.waitstatus_to_exitcode(status)
    os._exit(128 - code if code < 0 else code)


def end_orphans() -> None:
    """End what a function started and left behind."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while left := children.read_text().split():
        for orphan in left:
            os.kill(int(orphan), signal.SIGKILL)
            os.waitpid(int(orphan), 0)


def become_function(order: dict[str, Any], *, separated: bool) -> None:
    """Move behind the walls and hand over to AWS's runtime client."""
    os.environ.clear()
    os.environ.update(order["variables"])
    time.tzset()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    layout = walls.Layout(**order["layout"])
    moved = separated and walls.move_in(layout)
    if not moved:
        os.chdir(layout.task)
        os.environ["TMPDIR"] = layout.tmp
        resource.setrlimit(resource.RLIMIT_FSIZE, (layout.size, layout.size))
        walls.lock(layout)
    task, opt = ("/var/task", "/opt") if moved else (layout.task, layout.opt)
    os.environ["LAMBDA_TASK_ROOT"] = task
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    own = sys.path[1:]
    sys.path[:] = [task, f"{opt}/python/lib/{version}/site-packages", f"{opt}/python"]
    sys.path += [order["libraries"], *own]
    start(order)


class LabClock:
    """The function's clocks, which show the lab's time."""

    def __init__(self, clockwork: str) -> None:
        self._clockwork = clockwork
        self._travel: Any = None

    def show(self, moment: float) -> None:
        """Go on from `moment`; cheap as long as that is the real time."""
        if self._travel is None and abs(moment - time.time()) < _CLOSE:
            return
        if self._travel is not None:
            self._travel.stop()
        self._travel = self._machine().travel(moment, tick=True)
        self._travel.start()

    def _machine(self) -> Any:
        sys.path.append(self._clockwork)
        sys.modules.setdefault("pytest", None)  # type: ignore[arg-type]  # it would load all of it
        try:
            import time_machine
        finally:
            sys.path.remove(self._clockwork)
            if sys.modules["pytest"] is None:
                del sys.modules["pytest"]
        return time_machine


def start(order: dict[str, Any]) -> None:
    """Let AWS's runtime client run the handler, at the lab's time."""
    del sys.modules["walls"], sys.modules["__main__"]
    clock = LabClock(order["clockwork"])
    clock.show(order["time"])
    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    handle = bootstrap.handle_event_request

    def at_lab_time(*arguments: Any) -> None:
        clock.show(float(arguments[_DEADLINE]) / 1000 - order["timeout"])
        handle(*arguments)

    bootstrap.handle_event_request = at_lab_time
    bootstrap.run(os.environ["_HANDLER"], LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main()
