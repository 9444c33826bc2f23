"""What a criterion may raise to say more than met or not met."""

from __future__ import annotations

from dryrun.exceptions import DryRunError, LabError


class Broken(Exception):
    """Say in one sentence which part of the lab's own ground is damaged."""


class UnreadableFileError(DryRunError):
    """A file the learner edits cannot be read as what it should be."""

    def __init__(self, reason: str, where: str) -> None:
        super().__init__(f"{where} cannot be read: {reason}")
        self.reason = reason
        self.where = where


class NotStartedError(LabError):
    """Something was asked of a lab before `lab.start`."""


class NotDoneError(LabError):
    """In strict mode: a check that was not done."""
