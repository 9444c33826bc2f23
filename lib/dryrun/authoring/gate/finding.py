"""What the gate says: one sentence with file, exercise, problem and remedy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Hold one thing that is wrong with a lab; `exercise` is as people read it, or empty."""

    rule: str
    file: str
    line: int | None
    exercise: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return the sentence."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        exercise = f"exercise {self.exercise}: " if self.exercise else ""
        return f"{place}: {exercise}{self.problem}; {self.remedy}. [{self.rule}]"
