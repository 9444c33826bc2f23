"""What a learner uses in a notebook: `from dryrun import lab`."""

from dryrun.notebook.facade import (
    answer,
    catch_up,
    check,
    check_clean_up,
    clock,
    hint,
    outcome,
    progress,
    quiz,
    reset,
    solution,
    start,
)

__all__ = [
    "answer",
    "catch_up",
    "check",
    "check_clean_up",
    "clock",
    "hint",
    "outcome",
    "progress",
    "quiz",
    "reset",
    "solution",
    "start",
]
