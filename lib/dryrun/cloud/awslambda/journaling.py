"""What an invocation leaves behind: log events and metrics.

Follows "Log and monitor Python Lambda functions" and "Types of metrics for Lambda functions", AWS
Lambda Developer Guide; JSON lines follow "Lambda Telemetry API Event schema reference".
"""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.logs.models import logs_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside, outside, registry
from dryrun.cloud.awslambda.tasks import Task
from dryrun.cloud.delivery import principals
from dryrun.cloud.delivery.models import Sender
from dryrun.cloud.identity import Caller, CallerKind

LARGEST_EVENT = 200_000
"""Characters of the longest message; CloudWatch Logs takes 262,144 bytes with its own 26."""

LARGEST_BATCH, MOST_EVENTS = 1_048_576, 10_000
"""Bytes and events of one PutLogEvents."""


def assumable(role_arn: str) -> Any:
    """Return the role, where it is there and trusts Lambda."""
    account = principals.account_of(role_arn)
    return principals.assumable(Sender("lambda.amazonaws.com", "", account, "", role_arn))


def write(task: Task, outcome: dict[str, Any]) -> str:
    """Write an invocation's log events, as far as the role may, and count; return the log.

    Whoever waits for the function's answer has it before that, as in AWS, unless others are told
    of the log's events: what that sets going is over when the request is.
    """
    lines = _json_lines(task, outcome) if task.log_format == "JSON" else _lines(task, outcome)

    def leave() -> None:
        _put(task, outcome, _events(lines, outcome["at"]))
        count(task, "Invocations", 1.0)
        count(task, "Errors", 1.0 if outcome["error"] else 0.0)
        count(task, "Duration", _milliseconds(outcome), "Milliseconds")

    if outside.can_ask() and not _followed(task):
        clocks.current().afterwards(leave, what=f"log of {task.name}")
    else:
        leave()
    return "".join(text for _, text in lines)


def _followed(task: Task) -> bool:
    """Tell whether somebody is told of the log's events."""
    registry.prepare("logs")
    group = logs_backends[task.account][task.region].groups.get(task.log_group)
    return group is not None and bool(group.subscription_filters)


def _put(task: Task, outcome: dict[str, Any], events: list[dict[str, Any]]) -> None:
    caller = _role_session(outcome["key"])
    if caller is None:
        return
    where = {"logGroupName": task.log_group, "logStreamName": outcome["stream"]}
    with inside.calling_as(caller):
        logs = inside.client("logs", task.region)
        try:
            for batch in _batches(events):
                _put_batch(logs, where, batch)
        except ClientError:
            return  # a role that may not write logs leaves none, here as in AWS


def _put_batch(logs: Any, where: dict[str, str], batch: list[dict[str, Any]]) -> None:
    try:
        logs.put_log_events(**where, logEvents=batch)
    except logs.exceptions.ResourceNotFoundException:
        _create(logs, where)
        logs.put_log_events(**where, logEvents=batch)


def _events(lines: list[tuple[float, str]], at: float) -> list[dict[str, Any]]:
    """Return lines as log events, the longest in pieces.

    A line may be read after the end of its invocation, but events must be in order of time.
    """
    made = []
    latest = 0.0
    for offset, text in lines:
        latest = max(latest, offset)
        made += [
            {"timestamp": int((at + latest) * 1000), "message": text[begin : begin + LARGEST_EVENT]}
            for begin in range(0, len(text), LARGEST_EVENT)
        ]
    return made


def _batches(events: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return events in portions that PutLogEvents takes."""
    made: list[list[dict[str, Any]]] = [[]]
    size = 0
    for event in events:
        length = len(event["message"].encode()) + 26
        if size + length > LARGEST_BATCH or len(made[-1]) >= MOST_EVENTS:
            made.append([])
            size = 0
        made[-1].append(event)
        size += length
    return made


def _create(logs: Any, where: dict[str, str]) -> None:
    try:
        logs.create_log_stream(**where)
    except logs.exceptions.ResourceNotFoundException:
        logs.create_log_group(logGroupName=where["logGroupName"])
        logs.create_log_stream(**where)


def _role_session(access_key: str) -> Caller | None:
    from dryrun.cloud.sts.models import session_credentials  # noqa: PLC0415 - loads for a while

    session = session_credentials.get(access_key)
    if session is None:
        return None
    kind = CallerKind.ROLE
    return Caller(kind, session.arn, session.user_id, session.account, access_key, session)


def _milliseconds(outcome: dict[str, Any]) -> float:
    return float(round(outcome["seconds"] * 1000, 2))


def _lines(task: Task, outcome: dict[str, Any]) -> list[tuple[float, str]]:
    request_id = task.request_id
    end = outcome["seconds"] + (outcome["started"] or 0.0)
    started = outcome["started"] or 0.0
    made: list[tuple[float, str]] = []
    printed = [(offset, text.replace("\r", "\n")) for offset, text in outcome["lines"]]
    if outcome["started"] is not None:
        made.append((0.0, _init_start(task)))
        made += [(offset, text) for offset, text in printed if offset < started]
        printed = [(offset, text) for offset, text in printed if offset >= started]
    made.append((started, f"START RequestId: {request_id} Version: {task.version}\n"))
    made += printed
    if outcome["timed_out"]:
        moment = _stamp(outcome["at"] + end)
        words = f"Task timed out after {task.timeout:.2f} seconds"
        made.append((end, f"{moment} {request_id} {words}\n\n"))
    elif outcome["error"] == "Runtime.ExitError":
        message = json.loads(outcome["payload"])["errorMessage"]
        made.append((end, f"{message}\nRuntime.ExitError\n"))
    made.append((end, f"END RequestId: {request_id}\n"))
    made.append((end, _report(task, outcome)))
    return made


def _init_start(task: Task) -> str:
    runtime = task.runtime.replace("python", "python:")
    arn = runtime_version_arn(task.region, task.runtime)
    return f"INIT_START Runtime Version: {runtime}.v1\tRuntime Version ARN: {arn}\n"


def runtime_version_arn(region: str, runtime: str) -> str:
    """Return the ARN of a runtime's build.

    The numbers of AWS's builds are its own; these are ours, and stay the same.
    """
    digest = hashlib.sha256(runtime.encode()).hexdigest()
    return f"arn:aws:lambda:{region}::runtime:{digest}"


def _report(task: Task, outcome: dict[str, Any]) -> str:
    duration = _milliseconds(outcome)
    start = round((outcome["started"] or 0.0) * 1000, 2)
    # Since August 2025 the start counts, too; "AWS Lambda standardizes billing for INIT Phase".
    billed = math.ceil(duration + start)
    parts = [
        f"REPORT RequestId: {task.request_id}",
        f"Duration: {duration:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {task.memory} MB",
        f"Max Memory Used: {min(outcome['megabytes'], task.memory) or task.memory} MB",
    ]
    if outcome["started"] is not None:
        parts.append(f"Init Duration: {start:.2f} ms")
    if outcome["timed_out"]:
        parts.append("Status: timeout")
    elif outcome["error"] == "Runtime.ExitError":
        parts.append("Status: error\tError Type: Runtime.ExitError")
    return "\t".join(parts) + "\t\n"


def _json_lines(task: Task, outcome: dict[str, Any]) -> list[tuple[float, str]]:
    started = outcome["started"] or 0.0
    end = outcome["seconds"] + started
    status = "timeout" if outcome["timed_out"] else "error" if outcome["error"] else "success"

    def platform(offset: float, kind: str, record: dict[str, Any]) -> tuple[float, str]:
        at = _stamp(outcome["at"] + offset)
        whole = {"time": at, "type": f"platform.{kind}", "record": record}
        return offset, json.dumps(whole, separators=(",", ":"))

    metrics: dict[str, Any] = {
        "durationMs": _milliseconds(outcome),
        "billedDurationMs": math.ceil(_milliseconds(outcome) + started * 1000),
        "memorySizeMB": task.memory,
        "maxMemoryUsedMB": min(outcome["megabytes"], task.memory) or task.memory,
    }
    made: list[tuple[float, str]] = []
    if outcome["started"] is not None:
        metrics["initDurationMs"] = round(started * 1000, 3)
        made.append(
            platform(
                0.0,
                "initStart",
                {
                    "initializationType": "on-demand",
                    "phase": "init",
                    "functionName": task.name,
                    "functionVersion": task.version,
                },
            )
        )
    made.append(platform(started, "start", {"requestId": task.request_id, "version": task.version}))
    made += [(offset, text.replace("\r", "\n")) for offset, text in outcome["lines"]]
    record = {"requestId": task.request_id, "metrics": metrics, "status": status}
    made.append(platform(end, "report", record))
    return made


def _stamp(moment: float) -> str:
    when = datetime.fromtimestamp(moment, UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"


def count(task: Task, name: str, value: float, unit: str = "Count") -> None:
    """Record a metric of a function, as Lambda does by itself."""
    from dryrun.cloud.cloudwatch import metrics  # noqa: PLC0415 - loads CloudWatch

    at = clocks.current().time()
    resource = task.invoked_arn.split(":function:")[1]
    dimensions = [{"FunctionName": task.name}]
    if ":" in resource:
        dimensions.append({"FunctionName": task.name, "Resource": resource})
    for each in dimensions:
        metrics.record(task.account, task.region, "AWS/Lambda", name, each, value, unit, at)
