"""Running through states: a flow goes from state to state, a visit is its stay in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random

from dryrun.cloud.clock import Event
from dryrun.cloud.stepfunctions import failures, history, jsonata_language, templates
from dryrun.cloud.stepfunctions.failures import StateError
from dryrun.cloud.stepfunctions.paths import Sight

if TYPE_CHECKING:
    from dryrun.cloud.stepfunctions.runs import Run

Json = Any
_ABORTED = frozenset({"Task", "Wait", "Parallel", "Map"})


class Flow:
    """A run through the states of a machine, a branch or an iteration.

    `previous` is the event that came before. It ends once, by `done(output)` or
    `failed(error)`, unless it is aborted.
    """

    def __init__(
        self,
        run: Run,
        program: dict[str, Any],
        previous: int,
        done: Callable[[Json], None],
        failed: Callable[[StateError], None],
        *,
        outer: Flow | None = None,
    ) -> None:
        self.run = run
        self.program = program
        self.previous = previous
        self.done = done
        self.failed = failed
        self.language: str = program.get("QueryLanguage") or (
            outer.language if outer else "JSONPath"
        )
        self.variables: dict[str, Any] = dict(outer.variables) if outer else {}
        self.item: dict[str, Any] = dict(outer.item) if outer else {}
        self.visit: Visit | None = None
        self.over = False

    def begin(self, data: Json) -> None:
        """Enter the first state."""
        self.enter(self.program["StartAt"], data)

    def enter(self, name: str, data: Json) -> None:
        """Enter a state, as soon as all that happens now has happened."""
        self.run.later(0, lambda: self._enter(name, data), f"the state {name} is entered")

    def _enter(self, name: str, data: Json) -> None:
        if self.over:
            return
        self.visit = Visit(self, name, self.program["States"][name], data)
        self.visit.begin()

    def add(self, kind: str, details: dict[str, Any] | None = None) -> int:
        """Write down the next event of this flow."""
        self.previous = self.note(kind, details)
        return self.previous

    def note(self, kind: str, details: dict[str, Any] | None = None) -> int:
        """Write down an event that no other follows from, as AWS has those of groups' ends."""
        return self.run.history.add(kind, self.previous, details)

    def leave(self, state: dict[str, Any], data: Json, following: str | None = None) -> None:
        """Go on after a state, or end."""
        target = following or state.get("Next")
        if target is not None:
            self.enter(target, data)
        else:
            self.over = True
            self.done(data)

    def fail(self, error: StateError) -> None:
        """End with an error that no state caught."""
        self.over = True
        self.failed(error)

    def abort(self) -> None:
        """Stop wherever it is."""
        if not self.over:
            self.over = True
            if self.visit is not None:
                self.visit.abort()


class Visit:
    """A stay in one state, with all its attempts."""

    def __init__(self, flow: Flow, name: str, state: dict[str, Any], data: Json) -> None:
        self.flow = flow
        self.run = flow.run
        self.name = name
        self.state = state
        self.input = data
        self.kind = str(state["Type"])
        self.jsonata = state.get("QueryLanguage", flow.language) == "JSONata"
        self.entered = 0
        self.entered_at: datetime = history.now()
        self.retries: dict[int, int] = {}
        self.token = ""
        self.over = False
        self.on_abort: list[Callable[[], None]] = []
        """What to stop when the attempt is over, however it ends."""

    # What can be seen

    def context(self) -> dict[str, Any]:
        """Return the context object; "Accessing execution data from the Context object"."""
        state: dict[str, Any] = {"EnteredTime": history.iso(self.entered_at), "Name": self.name}
        if self.kind in ("Task", "Parallel", "Map"):
            state["RetryCount"] = sum(self.retries.values())
        made = {**self.run.context(), "State": state, **self.flow.item}
        if self.token:
            made["Task"] = {"Token": self.token}
        return made

    def sight(self, data: Json) -> Sight:
        """Return what paths can see, with `data` as `$`."""
        return Sight(data, self.context(), self.flow.variables)

    def expression(self, field: str, value: Any, **states: Any) -> Any:
        """Return a field with its JSONata expressions evaluated."""
        shown = {"input": self.input, "context": self.context(), **states}
        return jsonata_language.evaluate(value, {"states": shown, **self.flow.variables}, field)

    # Its course

    def begin(self) -> None:
        """Enter the state."""
        self.entered = self.flow.add(
            f"{self.kind}StateEntered", {"name": self.name, **history.data("input", self.input)}
        )
        self.attempt()

    def attempt(self) -> None:
        """Do what the state does, for the first time or again."""
        from dryrun.cloud.stepfunctions.states import DOES  # noqa: PLC0415 - they know each other

        if self.over:
            return
        try:
            DOES[self.kind](self)
        except StateError as error:
            self.fail(error)

    def later(self, seconds: float, action: Callable[[], None], *, work: bool = True) -> None:
        """Do something after a while, unless the attempt is over by then."""
        event = self.run.later(seconds, action, f"the state {self.name} goes on", work=work)
        self.on_abort.append(event.cancel)

    def timer(self, seconds: float, action: Callable[[], None]) -> Event:
        """Do something when the lab clock gets there, unless the attempt is over by then."""
        event = self.run.later(seconds, action, f"the state {self.name} times out", work=False)
        self.on_abort.append(event.cancel)
        return event

    def succeed(self, result: Json) -> None:
        """Leave the state with what it gave."""
        if self.over:
            return
        self._stop_attempt()
        try:
            data = templates.output(self, result)
            assigned = templates.assigned(self, self.state.get("Assign"), result, result=result)
        except StateError as error:
            self.fail(error)
            return
        self._exit(data, assigned, None)

    def pass_on(self, data: Json, following: str | None = None, rule: Any = None) -> None:
        """Leave a state that gives nothing of its own (Choice, Wait, Succeed)."""
        state = rule if rule is not None else self.state
        try:
            if self.jsonata:
                made = self.expression("Output", state["Output"]) if "Output" in state else data
            else:
                made = templates.at(self.state.get("OutputPath", "$"), self.sight(data))
            assigned = templates.assigned(self, state.get("Assign"), data)
        except StateError as error:
            self.fail(error)
            return
        self._exit(made, assigned, following)

    def _exit(self, data: Json, assigned: dict[str, Any], following: str | None) -> None:
        self._stop_attempt()
        self.over = True
        details = {"name": self.name, **history.data("output", data)}
        if assigned:
            details["assignedVariables"] = {
                name: history.text(value) for name, value in assigned.items()
            }
            details["assignedVariablesDetails"] = {"truncated": False}
            self.flow.variables.update(assigned)
        self.flow.add(f"{self.kind}StateExited", details)
        self.flow.leave(self.state, data, following)

    # Its failures

    def fail(self, error: StateError, told: str = "") -> None:
        """Try again, go where a catcher says, or let the flow fail.

        `told` is the event that tells of it when there is no other attempt.
        """
        if self.over:
            return
        self._stop_attempt()
        error = failures.placed_in(error, self.name, self.entered)
        if error.location:
            self.flow.add(
                "EvaluationFailed",
                {**error.details(), "location": error.location, "state": self.name},
            )
        if self._retried(error):
            return
        if told:
            self.flow.add(told)
        if not self._caught(error):
            self.over = True
            self.flow.fail(error)

    def _retried(self, error: StateError) -> bool:
        for index, retrier in enumerate(self.state.get("Retry", ())):
            if not failures.matches(retrier["ErrorEquals"], error):
                continue
            done = self.retries.get(index, 0)
            if done >= retrier.get("MaxAttempts", 3):
                return False
            self.retries[index] = done + 1
            seconds = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** done
            seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
            if retrier.get("JitterStrategy") == "FULL":
                seconds = mock_random.uniform(0, seconds)
            self.later(seconds, self.attempt)
            return True
        return False

    def _caught(self, error: StateError) -> bool:
        for index, catcher in enumerate(self.state.get("Catch", ())):
            if failures.matches(catcher["ErrorEquals"], error):
                self._catch(catcher, error, index)
                return True
        return False

    def _catch(self, catcher: dict[str, Any], error: StateError, index: int) -> None:
        output = error.output()
        try:
            if self.jsonata:
                data = output
                if "Output" in catcher:
                    field = f"Catch[{index}]/Output"
                    data = self.expression(field, catcher["Output"], errorOutput=output)
            else:
                data = templates.with_result(self.input, catcher.get("ResultPath", "$"), output)
            assigned = templates.assigned(self, catcher.get("Assign"), output, errorOutput=output)
        except StateError as failure:
            self.over = True
            self.flow.fail(failures.placed_in(failure, self.name, self.entered))
            return
        self._exit(data, assigned, catcher["Next"])

    def abort(self) -> None:
        """Stop, because the execution or the state around this one ends."""
        if self.over:
            return
        self.over = True
        self._stop_attempt()
        if self.kind in _ABORTED and not self.run.ended:
            self.flow.add(f"{self.kind}StateAborted")

    def _stop_attempt(self) -> None:
        stops, self.on_abort = self.on_abort, []
        for stop in stops:
            stop()
        self.token = ""
