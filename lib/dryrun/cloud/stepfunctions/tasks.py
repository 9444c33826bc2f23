"""Task states: an attempt schedules work, hears of its end or of none, and has its times."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.stepfunctions import calls, functions, history, resources, templates
from dryrun.cloud.stepfunctions.failures import (
    HEARTBEAT,
    RUNTIME,
    TASK_FAILED,
    TIMEOUT,
    StateError,
)
from dryrun.cloud.stepfunctions.resources import Resource
from dryrun.cloud.stepfunctions.tokens import new_token, tokens_of
from dryrun.cloud.stepfunctions.visits import Visit

_PREFIXES = {"function": "LambdaFunction", "activity": "Activity", "service": "Task"}


class Attempt:
    """One attempt of a task; it ends once, by one of `succeed`, `fail` and `time_out`."""

    def __init__(self, visit: Visit, resource: Resource) -> None:
        self.visit = visit
        self.flow = visit.flow
        self.run = visit.run
        self.resource = resource
        self.prefix = _PREFIXES[resource.kind]
        self.over = False
        self.timeout = _seconds(visit, "TimeoutSeconds")
        self.heartbeat = _seconds(visit, "HeartbeatSeconds")
        self.heart: Any = None
        visit.on_abort.append(self.close)

    @property
    def marks(self) -> dict[str, Any]:
        """What all events of a service's task have."""
        if self.resource.kind != "service":
            return {}
        return {"resourceType": self.resource.type, "resource": self.resource.name}

    def close(self) -> None:
        """Hear of nothing any more."""
        self.over = True
        tokens_of(self.run).pop_attempt(self)

    def scheduled(self, details: dict[str, Any]) -> None:
        """Write down that the task was scheduled."""
        limits = {"timeoutInSeconds": self.timeout, "heartbeatInSeconds": self.heartbeat}
        self.flow.add(
            f"{self.prefix}Scheduled",
            {**details, **{name: int(value) for name, value in limits.items() if value}},
        )

    def started(self, details: dict[str, Any] | None = None) -> None:
        """Write down that the task began; its times begin, too."""
        shown = details if details is not None else self.marks
        self.flow.add(f"{self.prefix}Started", shown or None)
        if self.timeout:
            self.visit.timer(self.timeout, self.time_out)
        self.beat()

    def beat(self) -> None:
        """Begin to wait for the next heartbeat."""
        if self.heart is not None:
            self.heart.cancel()
        if self.heartbeat:
            self.heart = self.visit.timer(self.heartbeat, lambda: self.time_out(HEARTBEAT))

    def submitted(self, answer: Any) -> None:
        """Write down that the call was made whose work is waited for."""
        self.flow.add("TaskSubmitted", {**self.marks, **history.data("output", answer)})

    def succeed(self, result: Any) -> None:
        """End with a result."""
        if self.over:
            return
        if len(history.text(result).encode()) > templates.LARGEST:
            what = self.resource.service or self.resource.arn
            self.fail(templates.too_large(what))
            return
        self.flow.add(f"{self.prefix}Succeeded", {**self.marks, **history.data("output", result)})
        self.visit.succeed(result)

    def fail(self, error: StateError) -> None:
        """End with a failure of the task."""
        if self.over:
            return
        self.flow.add(f"{self.prefix}Failed", {**self.marks, **error.details()})
        error.placed = True
        self.visit.fail(error)

    def time_out(self, known_as: str = "") -> None:
        """End because the task took too long, or its heart stopped beating."""
        if self.over:
            return
        tokens_of(self.run).expire(self)
        self.flow.add(f"{self.prefix}TimedOut", {**self.marks, "error": TIMEOUT})
        error = StateError(TIMEOUT)
        error.also = known_as
        self.visit.fail(error)


def _seconds(visit: Visit, field: str) -> float | None:
    value = templates.number(visit, field)
    if value is not None and value <= 0:
        raise StateError(RUNTIME, f"{field} must be a positive number, but was {value}")
    return value


def do_task(visit: Visit) -> None:
    """Do a task's work, or have it done."""
    resource = resources.read(visit.state["Resource"])
    if resource is None:
        raise StateError(RUNTIME, f"The resource {visit.state['Resource']} cannot be read.")
    if resource.waits_for_token:
        visit.token = new_token()
    data = templates.effective_input(visit)
    attempt = Attempt(visit, resource)
    if resource.kind == "function":
        _function(attempt, data)
    elif resource.kind == "activity":
        _activity(attempt, data)
    else:
        _service(attempt, data)


def _function(attempt: Attempt, data: Any) -> None:
    arn = attempt.resource.arn
    attempt.scheduled({"resource": arn, **history.data("input", data)})
    attempt.started()
    try:
        functions.invoke(
            attempt.run,
            arn,
            history.text(data).encode(),
            lambda end: _function_ended(attempt, end),
        )
    except StateError as error:
        attempt.fail(error)


def _function_ended(attempt: Attempt, end: functions.End) -> None:
    if end.error is not None:
        attempt.fail(end.error)
    else:
        attempt.succeed(end.result)


def _activity(attempt: Attempt, data: Any) -> None:
    attempt.scheduled({"resource": attempt.resource.arn, **history.data("input", data)})
    attempt.visit.token = new_token()
    waiting = tokens_of(attempt.run)
    if not waiting.offer(attempt.resource.arn, attempt, attempt.visit.token, history.text(data)):
        attempt.fail(StateError(RUNTIME, f"The activity {attempt.resource.arn} does not exist."))
    elif attempt.timeout:
        attempt.visit.timer(attempt.timeout, attempt.time_out)


def _service(attempt: Attempt, data: Any) -> None:
    details = {
        **attempt.marks,
        "region": attempt.run.region,
        "parameters": history.text(data),
    }
    attempt.scheduled(details)
    attempt.started()
    resource = attempt.resource
    if resource.waits_for_token:
        tokens_of(attempt.run).expect(attempt.visit.token, attempt)
    try:
        if resource.service == "lambda" and resource.action == "invoke":
            functions.invoke_service(attempt.run, data, lambda end: _service_ended(attempt, end))
            return
        _called(attempt, calls.call(attempt.run, resource, _parameters(resource, data)))
    except StateError as error:
        attempt.fail(error)


def _service_ended(attempt: Attempt, end: functions.End) -> None:
    if end.error is not None:
        attempt.fail(end.error)
    else:
        _called(attempt, end.answer)


def _called(attempt: Attempt, answer: dict[str, Any]) -> None:
    """Go on after a call was answered: at once, or when what it set going is over."""
    resource = attempt.resource
    if attempt.over:
        return
    if resource.pattern == "":
        if resource.service == "events" and answer.get("FailedEntryCount"):
            attempt.fail(StateError("EventBridge.FailedEntry", history.text(answer)))
            return
        attempt.succeed(answer)
        return
    attempt.submitted(answer)
    if resource.waits_for_token:
        return
    if resource.service in ("states", "sfn") and resource.action == "startExecution":
        _wait_for_execution(attempt, answer["ExecutionArn"])
    else:
        attempt.fail(
            StateError(
                "DryRun.NotSimulated",
                f"Dry Run does not simulate {resource.arn}; real AWS would carry it out.",
            )
        )


def _parameters(resource: Resource, data: Any) -> Any:
    if resource.service != "states" or resource.sdk or not isinstance(data, dict):
        return data
    given = dict(data)
    if not isinstance(given.get("Input"), str):
        value = given.get("Input")
        given["Input"] = history.text({} if value is None else value)
    return given


def _wait_for_execution(attempt: Attempt, arn: str) -> None:
    from dryrun.cloud.stepfunctions.models import find_run  # noqa: PLC0415 - they know each other

    child = find_run(arn)

    def ended() -> None:
        shown = child.described()
        if attempt.resource.pattern == "sync:2":
            for name in ("Input", "Output"):
                if name in shown:
                    shown[name] = json.loads(shown[name])
        if child.status == "SUCCEEDED":
            attempt.succeed(shown)
        else:
            attempt.fail(StateError(TASK_FAILED, history.text(shown)))

    child.when_ended(ended)
    attempt.visit.on_abort.append(lambda: child.forget(ended))
