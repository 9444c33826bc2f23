"""Log groups; "CloudWatch Logs targets" and "Log group permissions", EventBridge User Guide."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.moto_api._internal import mock_random

from dryrun.cloud import inside
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of


def carry(delivery: Delivery, report: Report) -> None:
    """Write the payload into a new stream of the group; its ARN may end with ":*"."""
    region, account, resource = parts_of(delivery.target_arn)
    group = resource.removeprefix("log-group:").removesuffix(":*")
    if not _is_there(account, region, group):
        raise Failure("NO_RESOURCE", "The specified log group does not exist.")
    logs = inside.client("logs", region)
    stream = str(mock_random.uuid4())
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    logs.put_log_events(
        logGroupName=group, logStreamName=stream, logEvents=[_event(delivery.payload)]
    )
    report({"logStreamName": stream})


def _event(payload: str) -> dict[str, Any]:
    """Return the line to write: a transformer may name its time and its text."""
    now = int(time.time() * 1000)
    try:
        given = json.loads(payload)
    except ValueError:
        given = None
    if isinstance(given, dict) and given.keys() == {"timestamp", "message"}:
        text = given["message"]
        said = text if isinstance(text, str) else json.dumps(text)
        return {"timestamp": _milliseconds(given["timestamp"], now), "message": said}
    return {"timestamp": now, "message": payload}


def _milliseconds(given: Any, now: int) -> int:
    try:
        return int(given)
    except (TypeError, ValueError):
        return now


def _is_there(account: str, region: str, group: str) -> bool:
    from moto.logs.models import logs_backends  # noqa: PLC0415 - loaded when first needed

    return group in logs_backends[account][region].groups
