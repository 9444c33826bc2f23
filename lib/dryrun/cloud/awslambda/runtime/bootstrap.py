"""The first thing in a function's process: walls, then AWS's own runtime client.

Started as `python -I -S bootstrap.py`, with the order as JSON on standard input. A supervisor
stays behind: it ends the function when the cloud is gone, and passes on how the function ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any

# Started with -I, a program does not find what lies beside it.
sys.path.insert(0, str(Path(__file__).parent))

import walls


def main() -> None:
    """Split into supervisor and function."""
    order = json.loads(sys.stdin.buffer.readline())
    separated = walls.separate()
    child = os.fork()
    if child == 0:
        become_function(order, separated=separated)
    supervise(child, order["alive"])


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
    code = os.waitstatus_to_exitcode(status)
    os._exit(128 - code if code < 0 else code)


def become_function(order: dict[str, Any], *, separated: bool) -> None:
    """Move behind the walls and hand over to AWS's runtime client."""
    os.close(order["alive"])
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


def start(order: dict[str, Any]) -> None:
    """Let AWS's runtime client run the handler, at the lab's time."""
    del sys.modules["walls"], sys.modules["__main__"]
    sys.path.append(order["clockwork"])
    sys.modules["pytest"] = None  # type: ignore[assignment]  # it would load all of it
    import time_machine

    del sys.modules["pytest"]
    sys.path.pop()
    travel = [time_machine.travel(order["time"], tick=True)]
    travel[0].start()
    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    handle = bootstrap.handle_event_request

    def at_lab_time(*arguments: Any) -> None:
        travel.pop().stop()
        moment = float(arguments[8]) / 1000 - order["timeout"]
        travel.append(time_machine.travel(moment, tick=True))
        travel[0].start()
        handle(*arguments)

    bootstrap.handle_event_request = at_lab_time
    bootstrap.run(os.environ["_HANDLER"], LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main()
