"""What can be wrong with a journal, each in one sentence."""

from __future__ import annotations


class UnwritableError(OSError):
    """The disk refuses a record; nothing of it stays."""


class DamagedError(ValueError):
    """A record cannot be read; `last_good` is the number of the one before it."""

    def __init__(self, sentence: str, last_good: int) -> None:
        super().__init__(sentence)
        self.last_good = last_good
