"""Asynchronous invocations: taken at once, tried again, and their end told to whoever wants it.

Follows "Invoking a Lambda function asynchronously" and "Capturing records of Lambda asynchronous
invocations", AWS Lambda Developer Guide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.models import lambda_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud import outside
from dryrun.cloud.awslambda import invocations, tasks
from dryrun.cloud.awslambda.invocations import Invoked
from dryrun.cloud.awslambda.invoke_configs import configs
from dryrun.cloud.awslambda.naming import LATEST
from dryrun.cloud.delivery import Delivery, Sender, send

PAUSES = (60.0, 120.0)
"""Seconds before the second and the third attempt."""

LONGEST_AGE = 6 * 3600.0

_THROTTLED_PAUSE, _LONGEST_PAUSE = 1.0, 300.0


@dataclass
class Event:
    """An event in a function's own queue."""

    account: str
    region: str
    name: str
    """With the qualifier, where there is one."""
    payload: bytes
    request_id: str
    taken: float
    attempts: int = 0
    throttled: int = 0

    @property
    def arn(self) -> str:
        """The function as it was called."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"


def take(event: Event) -> None:
    """Take an event, to be handled as soon as may be."""
    clocks.current().call_later(0, lambda: _try(event), what=f"invoke {event.arn}")


def _try(event: Event) -> None:
    settings = _settings(event)
    age = settings.get("MaximumEventAgeInSeconds", LONGEST_AGE)
    if clocks.current().time() - event.taken > age:
        _over(event, None, "EventAgeExceeded")
        return
    try:
        task = invocations.task_of(event.account, event.region, event.name, event.payload)
    except LookupError:
        return  # the function is gone, and its queue with it
    outside.run(
        tasks.KIND,
        {"task": _again(task, event.request_id)},
        lambda outcome: _tried(event, invocations.finish(_again(task, event.request_id), outcome)),
        what=f"invoke {event.arn}",
    )


def _again(task: tasks.Task, request_id: str) -> tasks.Task:
    """Return the run under the event's own request id, which all attempts have in common."""
    return replace(task, request_id=request_id)


def _tried(event: Event, invoked: Invoked) -> None:
    if invoked.status == 200 and not invoked.function_error:
        event.attempts += 1
        _over(event, invoked, "Success")
    elif invoked.status == 429:
        if _closed(event):
            _over(event, None, "ZeroReservedConcurrency")
            return
        event.throttled += 1
        pause = min(_THROTTLED_PAUSE * 2.0 ** (event.throttled - 1), _LONGEST_PAUSE)
        _later(event, pause)
    else:
        event.attempts += 1
        settings = _settings(event)
        retries = int(settings.get("MaximumRetryAttempts", len(PAUSES)))
        if invoked.status == 501 or event.attempts > retries:
            _over(event, invoked, "RetriesExhausted")
            return
        pause = PAUSES[event.attempts - 1]
        longest = settings.get("MaximumEventAgeInSeconds", LONGEST_AGE)
        if clocks.current().time() + pause - event.taken > longest:
            _over(event, invoked, "EventAgeExceeded")
        else:
            _later(event, pause)


def _closed(event: Event) -> bool:
    """Tell whether a function may not run at all: nothing is reserved for it."""
    function = _function(event)
    return function is not None and function.reserved_concurrency in (0, "0")


def _later(event: Event, seconds: float) -> None:
    # A function that is throttled for good would keep a fast clock busy for hours.
    work = event.throttled == 0
    what = f"try {event.arn} again"
    clocks.current().call_later(seconds, lambda: _try(event), what=what, work=work)


def _settings(event: Event) -> dict[str, Any]:
    function = _function(event)
    if function is None:
        return {}
    qualifier = event.name.partition(":")[2] or LATEST
    found = configs(function).get(qualifier)
    return dict(found.config) if found is not None else {}


def _function(event: Event) -> Any:
    backend = lambda_backends[event.account][event.region]
    try:
        return backend.get_function(event.name.partition(":")[0])
    except Exception:  # deleted meanwhile
        return None


def _over(event: Event, invoked: Invoked | None, condition: str) -> None:
    """Tell the destinations and the dead-letter queue how it ended."""
    function = _function(event)
    if function is None:
        return
    config = _settings(event).get("DestinationConfig") or {}
    kind = "OnSuccess" if condition == "Success" else "OnFailure"
    destination = (config.get(kind) or {}).get("Destination")
    if destination:
        _send(event, function, destination, _record(event, invoked, condition))
    letter = (function.kept.get("DeadLetterConfig") or {}).get("TargetArn")
    if letter and condition != "Success":
        _send_dead(event, function, letter, invoked)


def _record(event: Event, invoked: Invoked | None, condition: str) -> dict[str, Any]:
    now = datetime.fromtimestamp(clocks.current().time(), UTC)
    arn = event.arn if ":" in event.name else f"{event.arn}:$LATEST"
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": arn,
            "condition": condition,
            "approximateInvokeCount": event.attempts,
        },
        "requestPayload": json.loads(event.payload or b"{}"),
    }
    if invoked is not None and invoked.status == 200:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": invoked.executed_version}
        if invoked.function_error:
            context["functionError"] = invoked.function_error
        record["responseContext"] = context
        record["responsePayload"] = json.loads(invoked.payload or b"null")
    return record


def _send(event: Event, function: Any, target: str, record: dict[str, Any]) -> None:
    payload = json.dumps(record, separators=(",", ":"))
    options: dict[str, Any] = {}
    if target.split(":")[2] == "events":
        failed = "functionError" in record.get("responseContext", {}) or (
            record["requestContext"]["condition"] != "Success"
        )
        how = "Failure" if failed else "Success"
        options["EventBridgeParameters"] = {
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {how}",
            "Resources": [target, record["requestContext"]["functionArn"]],
        }
    send(Delivery(_sender(event, function), target, payload, options=options))


def _send_dead(event: Event, function: Any, target: str, invoked: Invoked | None) -> None:
    attributes = {"RequestID": _text(event.request_id), "ErrorCode": _text("200", "Number")}
    if invoked is not None and invoked.payload:
        try:
            told = json.loads(invoked.payload)
        except ValueError:
            told = None
        if isinstance(told, dict):
            message = str(told.get("errorMessage", ""))[:1024]
            attributes["ErrorMessage"] = _text(message or " ")
    body = event.payload.decode("utf-8", "replace")
    send(
        Delivery(_sender(event, function), target, body, options={"MessageAttributes": attributes})
    )


def _text(value: str, kind: str = "String") -> dict[str, str]:
    return {"DataType": kind, "StringValue": value}


def _sender(event: Event, function: Any) -> Sender:
    arn = event.arn.rpartition(":function:")[0] + ":function:" + event.name.partition(":")[0]
    return Sender("lambda.amazonaws.com", arn, event.account, event.region, function.role)
