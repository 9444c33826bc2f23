"""Run one lab in one kernel against one cloud, and write down everything that is seen."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from dryrun.authoring import checks_module
from dryrun.authoring.cells import Cell
from dryrun.authoring.exceptions import BuildError
from dryrun.authoring.gate import mutants
from dryrun.authoring.gate.inside import MARK
from dryrun.authoring.gate.observations import CellRan, Observations, State, Trial
from dryrun.authoring.gate.resident import resident_cli
from dryrun.authoring.kernel import Kernel, Ran
from dryrun.authoring.sandbox import Sandbox, sandbox
from dryrun.authoring.source import Source

CELL_TIMEOUT = 120.0
STARTS = "lab.start("
# A mutant may wait for something that never comes. A right answer takes about as long as the
# solution did, which tells how busy the computer is.
TRIAL_TIMEOUT = 30.0
TRIAL_TIMES = 4


def observe(
    source: Source,
    exercises: tuple[str, ...] | None = None,
    at_most: int = mutants.AT_MOST,
) -> Observations:
    """Solve the lab once from top to bottom, then try every variant, wrong answer and mutant.

    `exercises` limits the trials to some of them, so that several processes can share a lab;
    `at_most` is the number of mutants of each.
    Raises BuildError when the lab cannot even be started.
    """
    began = time.monotonic()
    with sandbox(source.root) as box:
        cwd = box.lab_folder(source.lab_notebook, source.root)
        services = checks_module.load(source.id).services
        with (
            resident_cli(box.folder / "aws", box.environment(strict=True), services) as environment,
            Kernel(box.folder, cwd, environment) as kernel,
        ):
            run = _Run(source, kernel, at_most)
            run.solve()
            # Before the trials: what catch_up and wrong answers call is not the lab's doing.
            run.seen.calls, run.seen.refused = _calls(box)
            run.try_out(source.exercises if exercises is None else exercises)
            seen = run.seen
    seen.seconds = time.monotonic() - began
    return seen


class _Run:
    """Hold the kernel of one run and what was seen so far."""

    def __init__(self, source: Source, kernel: Kernel, at_most: int) -> None:
        self._source = source
        self._at_most = at_most
        self._kernel = kernel
        self._limits: dict[str, float] = {}
        self.seen = Observations()

    def try_out(self, exercises: tuple[str, ...]) -> None:
        for exercise in self.seen.solved:
            if exercise in exercises:
                self._try_all(exercise)

    def solve(self) -> None:
        first = next((cell for cell in self._source.cells if cell.is_code), None)
        if first is None or STARTS not in first.text:
            raise BuildError(
                f"{self._source.file}: the first code cell does not start the lab; "
                f'put lab.start("{self._source.id}") in it.'
            )
        self._helper("from dryrun.authoring.gate import inside as _gate")
        seen, started = self.seen, False
        for cell in self._source.cells:
            if not cell.is_code or cell.role not in ("shown", "solution"):
                continue
            if cell.role == "solution":
                seen.reached[str(cell.exercise)] = self._state(str(cell.exercise))
                self._helper(f"_gate.STAGE.remember({cell.exercise!r})")
            ran = self._kernel.run(cell.text, CELL_TIMEOUT)
            seen.oracle_seconds += ran.seconds
            seen.cells.append(CellRan(cell.line, ran.error))
            if cell.role == "solution":
                limit = max(TRIAL_TIMEOUT, TRIAL_TIMES * ran.seconds)
                self._limits[str(cell.exercise)] = limit
                seen.solved[str(cell.exercise)] = self._state(str(cell.exercise))
            if not started and STARTS in cell.text:
                started = True
                self._prepared(ran)
        answer = self._ask(f"_gate.tell_left_behind({self._source.id!r})")
        seen.left_behind = tuple(answer["unmet"])

    def _prepared(self, ran: Ran) -> None:
        if ran.error:
            raise BuildError(
                f"{self._source.file}: the lab does not start ({ran.error}); "
                "run its first cell by hand."
            )
        for exercise in self._source.exercises:
            self.seen.prepared[exercise] = self._state(exercise)

    def _try_all(self, exercise: str) -> None:
        solution = self._source.solution(exercise)
        for cell in self._source.of("variant", exercise):
            self._try("variant", cell, cell.text, "")
        for cell in self._source.of("wrong", exercise):
            self._try("wrong", cell, cell.text, str(cell.criterion))
        made = mutants.generate(solution.text)
        for mutant in mutants.chosen(made, solution.equivalent, self._at_most):
            self._try("mutant", solution, mutant.code, mutant.id)

    def _try(self, kind: str, cell: Cell, code: str, label: str) -> None:
        exercise = str(cell.exercise)
        began = time.monotonic()
        self._helper(f"_gate.STAGE.set({exercise!r})")
        if exercise not in self.seen.caught_up:
            self.seen.caught_up[exercise] = self._state(exercise)
        ran = self._kernel.run(code, self._limits[exercise])
        state = self._state(exercise)
        seconds = time.monotonic() - began
        self.seen.trials.append(Trial(kind, exercise, cell.line, label, state, ran.error, seconds))

    def _state(self, exercise: str) -> State:
        answer = self._ask(f"_gate.tell_state({exercise!r})")
        return State(answer["outcome"], tuple(answer["unmet"]))

    def _ask(self, code: str) -> Mapping[str, Any]:
        text = self._helper(code).text
        for line in reversed(text.splitlines()):
            if line.startswith(MARK):
                answer: Mapping[str, Any] = json.loads(line.removeprefix(MARK))
                return answer
        raise BuildError(f"{self._source.file}: the kernel gave no answer to {code}; try again.")

    def _helper(self, code: str) -> Ran:
        ran = self._kernel.run(code, CELL_TIMEOUT)
        if ran.error:
            raise BuildError(
                f"{self._source.file}: the gate cannot work with this lab ({ran.error}); "
                "run the lab by hand up to there."
            )
        return ran


def _calls(box: Sandbox) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the operations called by the learner's cells, and those not simulated."""
    from dryrun.cloud import launcher  # noqa: PLC0415

    running = launcher.find(box.workspace)
    calls = running.control("calls", {"since": 0})["calls"] if running else []
    names = {f"{call['service']}:{call['operation']}": None for call in calls}
    refused = {
        f"{call['service']}:{call['operation']}": None
        for call in calls
        if call.get("error") == "NotSimulated"
    }
    return tuple(names), tuple(refused)
