"""What a rule looks at: one lab, from its source to what was seen when it ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.observations import Observations
from dryrun.authoring.source import Source

if TYPE_CHECKING:
    from dryrun.checks.model import Exercise, Lab


@dataclass(frozen=True)
class Subject:
    """Hold one lab; `observed` is empty when it was not run."""

    source: Source
    lab: Lab
    observed: Observations

    def finding(
        self,
        rule: str,
        problem: str,
        remedy: str,
        *,
        exercise: str = "",
        line: int | None = None,
        file: str = "",
    ) -> Finding:
        """Return a finding about this lab; `exercise` is a slug of it."""
        if exercise in self.source.exercises:
            if not file:
                line = line or self.source.solution(exercise).line
            exercise = f"{self.source.number(exercise)} ({exercise})"
        return Finding(rule, file or self.source.file, line, exercise, problem, remedy)

    def exercise(self, slug: str) -> Exercise | None:
        """Return the exercise object of a slug; None when the checks do not have it."""
        return next((made for made in self.lab.exercises if made.id == slug), None)
