"""What an execution tells others: CloudWatch Logs each event, EventBridge each status."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

from dryrun.cloud.stepfunctions import history

if TYPE_CHECKING:
    from dryrun.cloud.stepfunctions.runs import Run

# "Log levels for Step Functions execution events", Developer Guide
_FATAL = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
_DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")


def log(run: Run, event: dict[str, Any]) -> None:
    """Write an event to the machine's log group, as its logging configuration wants."""
    level = run.order.logging.get("level", "OFF")
    destinations = run.order.logging.get("destinations") or []
    if level == "OFF" or not destinations or not _is_logged(level, event["type"]):
        return
    details = history.details_of(event)
    if not run.order.logging.get("includeExecutionData"):
        details = {name: value for name, value in details.items() if name not in _DATA}
    milliseconds = int(event["timestamp"].timestamp() * 1000)
    record = {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details,
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(milliseconds),
        "execution_arn": run.arn,
        "redrive_count": str(run.redrive_count),
    }
    for destination in destinations:
        group = destination.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        _write(run, group, milliseconds, json.dumps(record, separators=(",", ":")))


def _is_logged(level: str, kind: str) -> bool:
    if level == "ALL" or kind in _FATAL:
        return True
    return level == "ERROR" and kind.endswith(("Failed", "TimedOut", "Aborted"))


def _write(run: Run, group_arn: str, milliseconds: int, message: str) -> None:
    from moto.logs.models import logs_backends  # noqa: PLC0415 - loaded when first needed

    name = group_arn.removesuffix(":*").rpartition(":log-group:")[2]
    backend = logs_backends[run.account][run.region]
    if name not in backend.groups:
        return
    stream = f"states/{run.order.machine_name}/{run.start_date:%Y-%m-%d-%H-%M}/{_mark(run)}"
    if stream not in backend.groups[name].streams:
        backend.create_log_stream(name, stream)
    backend.put_log_events(name, stream, [{"timestamp": milliseconds, "message": message}])


def _mark(run: Run) -> str:
    import hashlib  # noqa: PLC0415 - beside its only use

    return hashlib.md5(run.machine_arn.encode(), usedforsecurity=False).hexdigest()[:8]


def status_changed(run: Run) -> None:
    """Tell EventBridge of a status; "Automating Step Functions event delivery"."""
    if run.order.type == "EXPRESS":
        return
    try:
        bus = importlib.import_module("dryrun.cloud.events.bus")
    except ImportError:
        return
    bus.put_event(
        run.account,
        run.region,
        "aws.states",
        "Step Functions Execution Status Change",
        _detail(run),
        (run.arn,),
    )


def _detail(run: Run) -> dict[str, Any]:
    shown = run.description()
    detail: dict[str, Any] = {
        name: shown.get(name)
        for name in (
            "executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate", "input",
            "output", "stateMachineVersionArn", "stateMachineAliasArn", "redriveCount",
            "redriveDate", "redriveStatus", "redriveStatusReason", "inputDetails",
            "outputDetails", "error", "cause",
        )
    }  # fmt: skip
    for name in ("startDate", "stopDate", "redriveDate"):
        if detail[name] is not None:
            detail[name] = int(detail[name].timestamp() * 1000)
    return detail
