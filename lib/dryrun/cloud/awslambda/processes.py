"""Processes in which functions run, one of them started in advance.

Half of a start is Python's own; a process that waits for its order has that behind it.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from dryrun.cloud.awslambda.output import Output

BOOTSTRAP = Path(__file__).parent / "runtime" / "bootstrap.py"

_numbers = itertools.count()


class Process:
    """A supervisor and, behind walls, a function; it ends with the cloud at the latest."""

    def __init__(self) -> None:
        self.number = next(_numbers)
        self.output = Output()
        read, self._alive = os.pipe()
        self._open = True
        self._status: IO[bytes] | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-I", "-S", str(BOOTSTRAP), str(read)],
            stdin=subprocess.PIPE,
            stdout=self.output.writer(),
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
            pass_fds=(read,),
            start_new_session=True,
            close_fds=True,
        )
        os.close(read)

    def begin(self, order: dict[str, Any]) -> None:
        """Tell the process which function it is."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.close()
        except OSError:
            return  # it is gone; whoever waits for it will see

    def poll(self) -> int | None:
        """Return how it ended, or None."""
        return self._process.poll()

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, for so long."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return

    def kill(self) -> None:
        """End the function and all it started, and wait until it is gone."""
        if self._open:
            self._open = False
            os.close(self._alive)
        self.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._status is not None:
            self._status.close()
            self._status = None
        self.output.close()

    def memory(self, which: str) -> int:
        """Return kilobytes; nothing where it is gone, or the system does not tell."""
        number = self._process.pid
        try:
            if self._status is None:
                inner = Path(f"/proc/{number}/task/{number}/children").read_text().split()[0]
                # Kept open: opening it takes longer than reading it.
                self._status = Path(f"/proc/{inner}/status").open("rb", buffering=0)  # noqa: SIM115
            self._status.seek(0)
            told = self._status.read(4096)
        except (OSError, IndexError):
            return 0
        found = re.search(rb"^%s\s+(\d+)" % which.encode(), told, re.MULTILINE)
        return int(found[1]) if found else 0


_lock = threading.Lock()
_spare: list[Process] = []


def take() -> Process:
    """Return a process that waits for its order."""
    with _lock:
        ready = [process for process in _spare if process.poll() is None]
        _spare.clear()
    return ready[0] if ready else Process()


def prepare() -> None:
    """Start a process in advance, unless one is waiting."""
    with _lock:
        if not _spare:
            _spare.append(Process())
