"""What was seen when a lab was run; rules judge it, nothing here does."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class State:
    """Hold how an exercise stood: outcome ("done", …) and the criteria that were not met."""

    outcome: str
    unmet: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Tell whether the exercise was done."""
        return self.outcome == "done"

    def __str__(self) -> str:
        """Return the state in words."""
        return f"“{self.outcome}”" + (f" (not met: {', '.join(self.unmet)})" if self.unmet else "")


@dataclass(frozen=True)
class CellRan:
    """Hold what a cell of the solved lab did; `error` is None when it succeeded."""

    line: int
    error: str | None


@dataclass(frozen=True)
class Trial:
    """Hold one answer that was tried: a variant, a wrong answer or a mutant.

    `label` is the mutant's id, otherwise the criterion or "". `line` is that of the cell.
    """

    kind: str
    exercise: str
    line: int
    label: str
    state: State
    error: str | None
    seconds: float


@dataclass
class Observations:
    """Hold everything one run of the gate saw of a lab.

    `prepared` and `reached` say how each exercise stood right after the start and just
    before its solution; `caught_up` the same after `lab.catch_up`; `solved` just after its
    solution. `calls` are "service:Operation" in order of first use, `refused` those answered
    with NotSimulated.
    """

    prepared: dict[str, State] = field(default_factory=dict)
    reached: dict[str, State] = field(default_factory=dict)
    caught_up: dict[str, State] = field(default_factory=dict)
    solved: dict[str, State] = field(default_factory=dict)
    cells: list[CellRan] = field(default_factory=list)
    left_behind: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    trials: list[Trial] = field(default_factory=list)
    oracle_seconds: float = 0.0
    seconds: float = 0.0

    def add(self, other: Observations) -> None:
        """Take over the trials another run of the same lab made."""
        self.caught_up.update(other.caught_up)
        self.trials += other.trials

    def of(self, kind: str) -> list[Trial]:
        """Return the trials of one kind ("variant", "wrong", "mutant")."""
        return [trial for trial in self.trials if trial.kind == kind]
