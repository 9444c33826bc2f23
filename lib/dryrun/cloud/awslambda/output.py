"""What a function writes to its standard output and error, line by line."""

from __future__ import annotations

import os
import select
import threading
import time

KEPT = 1_048_576
"""Bytes of one invocation's output that are kept."""

_CUT = b"\n[Dry Run keeps the first megabyte an invocation prints; AWS keeps all of it.]\n"


class Output:
    """A pipe that is always read, so that nobody who writes has to wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: int | None = None
        self._write: int | None = None
        self._pieces: list[tuple[float, bytes]] = []
        self._size = 0
        self._cut = False

    def writer(self) -> int:
        """Return the end into which a new process writes."""
        self.close()
        self._read, self._write = os.pipe()
        threading.Thread(target=self._follow, args=(self._read,), daemon=True).start()
        return self._write

    def _follow(self, descriptor: int) -> None:
        while True:
            select.select([descriptor], [], [])
            with self._lock:
                if not self._drain(descriptor):
                    os.close(descriptor)
                    self._read = None
                    return

    def _drain(self, descriptor: int) -> bool:
        """Read what is there; tell whether more can come. The lock is the caller's."""
        while select.select([descriptor], [], [], 0)[0]:
            data = os.read(descriptor, 65536)
            if not data:
                return False
            self._keep(data)
        return True

    def _keep(self, data: bytes) -> None:
        if self._size < KEPT:
            self._pieces.append((time.perf_counter(), data[: KEPT - self._size]))
        self._size += len(data)
        if self._size > KEPT and not self._cut:
            self._cut = True
            self._pieces.append((time.perf_counter(), _CUT))

    def settle(self) -> None:
        """Have read all that was written so far."""
        with self._lock:
            if self._read is not None:
                self._drain(self._read)

    def take(self) -> list[tuple[float, str]]:
        """Return the lines since last time, each with the moment it came (`perf_counter`)."""
        with self._lock:
            pieces, self._pieces = self._pieces, []
            self._size, self._cut = 0, False
        lines: list[tuple[float, str]] = []
        rest, since = b"", 0.0
        for moment, data in pieces:
            since = since if rest else moment
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                lines.append((since, line.decode("utf-8", "replace") + "\n"))
                since = moment
        if rest:
            lines.append((since, rest.decode("utf-8", "replace")))
        return lines

    def close(self) -> None:
        """Close our end for writing; the reader ends when the last process is gone."""
        if self._write is not None:
            os.close(self._write)
            self._write = None
