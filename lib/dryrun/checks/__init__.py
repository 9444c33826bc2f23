"""Exercises, criteria, feedback and progress; what the author of a lab imports."""

from dryrun.checks.account import Account
from dryrun.checks.calls import Call
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import (
    Criterion,
    CriterionResult,
    Evidence,
    Exercise,
    Lab,
    Outcome,
    Question,
    Result,
)

__all__ = [
    "Account",
    "Broken",
    "Call",
    "Criterion",
    "CriterionResult",
    "Evidence",
    "Exercise",
    "Lab",
    "Outcome",
    "Question",
    "Result",
]
