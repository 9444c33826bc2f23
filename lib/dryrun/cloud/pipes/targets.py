"""What a pipe calls: its target and its enrichment, as its role may."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from dryrun.cloud import clock as clocks
from dryrun.cloud import delivery, inside
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.delivery import Delivery, Failure, Outcome, failures, log, principals
from dryrun.cloud.pipes import templates

if TYPE_CHECKING:
    from dryrun.cloud.awslambda.invocations import Invoked
    from dryrun.cloud.pipes.batches import Ended
    from dryrun.cloud.pipes.models import Pipe

Answered = Callable[[Any], None]
"""Told what was answered, or a Failure."""

_BATCHED = ("lambda", "states")
_OPTIONS = {
    "SqsQueueParameters": "SqsParameters",
    "KinesisStreamParameters": "KinesisParameters",
    "EventBridgeEventBusParameters": "EventBridgeParameters",
    "EcsTaskParameters": "EcsParameters",
    "HttpParameters": "HttpParameters",
    "CloudWatchLogsParameters": "CloudWatchLogsParameters",
}
"""Pipes' names of parameters, and EventBridge's."""


def takes_batches(pipe: Pipe) -> bool:
    """Tell whether the target gets a batch as one list; the others get event after event."""
    return _service(pipe.target) in _BATCHED


def send(pipe: Pipe, payload: str, event: Any, ended: Callable[[str], None]) -> None:
    """Send one event to the target; `ended` is told the error, "" when there is none."""
    delivery.send(
        Delivery(
            pipe.sender,
            pipe.target,
            payload,
            options=_options(pipe, event),
            max_attempts=0,  # the source comes again with what did not get through
            done=lambda outcome: ended(_told(outcome)),
        )
    )


def send_batch(pipe: Pipe, payload: str, events: list[Any], count: int, ended: Ended) -> None:
    """Send a batch to a function or a state machine, and wait for it unless told not to."""
    parameters = {
        **pipe.target_parameters.get("LambdaFunctionParameters", {}),
        **pipe.target_parameters.get("StepFunctionStateMachineParameters", {}),
    }
    if parameters.get("InvocationType", "REQUEST_RESPONSE") == "FIRE_AND_FORGET":
        send(
            pipe,
            payload,
            events,
            lambda error: ended([not error] * count, error),
        )
        return

    def answered(answer: Any) -> None:
        if isinstance(answer, Failure):
            ended([False] * count, answer.message)
            return
        failed = _failed_items(answer, events) if len(events) == count else set()
        error = "The target reported failed items." if failed else ""
        ended([number not in failed for number in range(count)], error)

    call(pipe, pipe.target, payload, answered)


def call(pipe: Pipe, arn: str, payload: str, answered: Answered) -> None:
    """Call a function or an express state machine, and hear what it answers."""
    began = clocks.current().time()

    def noted(answer: Any) -> None:
        failed = isinstance(answer, Failure)
        outcome = Outcome(
            not failed,
            answer.plain[0] if failed else "",
            answer.plain[1] if failed else "",
            attempts=1,
        )
        log.note(Delivery(pipe.sender, arn, ""), outcome, began)
        answered(answer)

    try:
        caller = principals.role_caller(pipe.sender)
        if _service(arn) == "lambda":
            _invoke(caller, arn, payload, noted)
        else:
            _execute(caller, arn, payload, noted)
    except Failure as failure:
        noted(failure)


def _invoke(caller: Any, arn: str, payload: str, answered: Answered) -> None:
    from dryrun.cloud.awslambda import invocations  # noqa: PLC0415 - loads much

    if not may(caller, "lambda:InvokeFunction", arn).allowed:
        raise Failure(
            "AccessDeniedException",
            f"User: {caller.arn} is not authorized to perform: lambda:InvokeFunction on resource: "
            f"{arn} because no identity-based policy allows the lambda:InvokeFunction action",
        )

    def done(result: Invoked) -> None:
        if result.error_code:
            answered(Failure(result.error_code, result.error_message))
        elif result.function_error:
            answered(Failure(result.function_error, result.payload.decode(errors="replace")))
        else:
            answered(_parsed(result.payload.decode(errors="replace")))

    invocations.invoke(arn, payload.encode(), done)


def _execute(caller: Any, arn: str, payload: str, answered: Answered) -> None:
    try:
        with inside.calling_as(caller):
            client = inside.client("stepfunctions", arn.split(":")[3])
            result = client.start_sync_execution(stateMachineArn=arn, input=payload)
    except (ClientError, BotoCoreError) as error:
        raise failures.of(error, arn) from error
    if result["status"] == "SUCCEEDED":
        answered(_parsed(result.get("output", "")))
    else:
        answered(Failure(result.get("error", result["status"]), result.get("cause", "")))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else ""
    except ValueError:
        return text


def _failed_items(answer: Any, events: list[Any]) -> set[int]:
    """Return the places of events that a target says it failed on.

    See "Partial batch failures"; of a stream everything from the first such record counts.
    """
    items = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        return set()
    named = {one.get("itemIdentifier") for one in items if isinstance(one, dict)}
    failed = {number for number, event in enumerate(events) if _identity(event) in named}
    if failed and events[0].get("eventSource") != "aws:sqs":
        failed = set(range(min(failed), len(events)))
    return failed


def _identity(event: Any) -> str:
    if not isinstance(event, dict):
        return ""
    number = event.get("sequenceNumber") or event.get("dynamodb", {}).get("SequenceNumber")
    return str(event.get("messageId") or number or event.get("eventID") or "")


def _options(pipe: Pipe, event: Any) -> dict[str, Any]:
    """Return the target's parameters as the dispatcher has them, paths resolved."""
    made: dict[str, Any] = {}
    for name, value in pipe.target_parameters.items():
        if name in _OPTIONS:
            made[_OPTIONS[name]] = templates.resolved(value, event)
    if made.get("SqsParameters", {}).get("MessageDeduplicationId"):
        made["MessageDeduplicationId"] = made["SqsParameters"]["MessageDeduplicationId"]
    if _service(pipe.target) == "events" and ":event-bus/" in pipe.target:
        # From memory of events that pipes put: what they are when nobody says.
        source = _service(pipe.source)
        defaults = {"Source": f"Pipe {pipe.name}", "DetailType": f"Event from aws:{source}"}
        made["EventBridgeParameters"] = {**defaults, **made.get("EventBridgeParameters", {})}
    return made


def _told(outcome: Outcome) -> str:
    if outcome.delivered:
        return ""
    return outcome.error_message or outcome.error_code


def _service(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") > 1 else ""
