"""What Scheduler refuses, in its words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from dryrun.cloud.delivery import principals
from dryrun.cloud.scheduler import firing, universal
from dryrun.cloud.scheduler.exceptions import Invalid, NotSimulated
from dryrun.cloud.schedules import expressions
from dryrun.cloud.shelves import Thing

_GRACE = timedelta(minutes=5)
_TEMPLATED = {
    "codebuild": "project/",
    "codepipeline": "",
    "ecs": "cluster/",
    "events": "event-bus/",
    "firehose": "deliverystream/",
    "inspector": "target/",
    "kinesis": "stream/",
    "lambda": "function:",
    "sagemaker": "pipeline/",
    "sns": "",
    "sqs": "",
    "states": "stateMachine:",
}
"""Services with targets of their own, and how their resources begin; "Using templated targets"."""
_NEEDED = {
    "ecs": "EcsParameters",
    "events": "EventBridgeParameters",
    "kinesis": "KinesisParameters",
}
_JSON = ("events", "lambda", "states")
"""What takes only JSON; `Input`, "Target", EventBridge Scheduler API Reference."""


def check(asked: Thing, group_arn: str) -> None:
    """Raise Invalid for a schedule that cannot be."""
    _check_expression(asked)
    _check_dates(asked)
    _check_window(asked["FlexibleTimeWindow"])
    _check_target(asked["Target"])
    _check_role(asked["Target"]["RoleArn"], group_arn)


def _check_expression(asked: Thing) -> None:
    expression = asked["ScheduleExpression"]
    zone = asked.get("ScheduleExpressionTimezone", "UTC")
    try:
        expressions.parse(expression, timezone=zone, strict=False)
    except expressions.InvalidExpression:
        raise Invalid(f"Invalid Schedule Expression {expression}.") from None
    except expressions.InvalidTimezone:
        # From memory, as are the words below for which no answer of AWS is on record.
        raise Invalid(f"Invalid Schedule Expression Timezone {zone}.") from None


def _check_dates(asked: Thing) -> None:
    if asked["ScheduleExpression"].startswith("at("):
        return
    now = datetime.now(UTC)
    start, end = _moment(asked.get("StartDate")), _moment(asked.get("EndDate"))
    if start and start < now - _GRACE:
        raise Invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end and end < now:
        raise Invalid("The EndDate you specify cannot be earlier than the current time.")
    if start and end and end <= start:
        raise Invalid("The EndDate you specify must be later than the StartDate.")


def _moment(given: Any) -> datetime | None:
    if given is None:
        return None
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(given), UTC)


def _check_window(window: Thing) -> None:
    flexible, minutes = window["Mode"] == "FLEXIBLE", window.get("MaximumWindowInMinutes")
    if flexible and minutes is None:
        raise Invalid("The MaximumWindowInMinutes is required when the Mode is FLEXIBLE.")
    if not flexible and minutes is not None:
        raise Invalid("The MaximumWindowInMinutes can only be specified when Mode is FLEXIBLE.")


def _check_target(target: Thing) -> None:
    arn = target["Arn"]
    if arn.startswith(universal.PREFIX):
        universal.check(arn, target.get("Input"))
        return
    parts = arn.split(":", 5)
    service = parts[2] if len(parts) == 6 else ""
    if service not in _TEMPLATED or not parts[5].startswith(_TEMPLATED[service]):
        raise Invalid("Provided Arn is not in correct format.")
    for name in target:
        if name in ("EventBridgePutEventsV2Parameters", "EventBridgePutRawEventsParameters"):
            raise NotSimulated(f"Dry Run does not simulate {name}.")
    needed = _NEEDED.get(service)
    if needed and needed not in target:
        raise Invalid(f"{needed} must be specified for the target {arn}.")
    if service == "sqs" and arn.endswith(".fifo") and not target.get("SqsParameters"):
        raise Invalid("SqsParameters must be specified for a FIFO queue.")
    if service in _JSON and "Input" in target and not _is_json(target["Input"]):
        raise Invalid("Provided Input is not valid JSON.")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _check_role(role_arn: str, group_arn: str) -> None:
    sender = firing.sender(group_arn, role_arn)
    if not principals.assumable(sender):
        raise Invalid(
            "The execution role you provide must allow AWS EventBridge Scheduler to assume the "
            "role."
        )
