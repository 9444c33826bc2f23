"""What a schedule sends when it fires."""

from __future__ import annotations

import functools
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random
from moto.scheduler.models import scheduler_backends

from dryrun.cloud import delivery
from dryrun.cloud.delivery import Delivery, Outcome, Sender

if TYPE_CHECKING:
    from dryrun.cloud.scheduler.models import Schedule

PRINCIPAL = "scheduler.amazonaws.com"


def sender(group_arn: str, role_arn: str) -> Sender:
    """Return Scheduler as the one who assumes a role; roles know it by the group's ARN.

    See "Confused deputy prevention in EventBridge Scheduler", EventBridge Scheduler User Guide.
    """
    _, _, _, region, account, _ = group_arn.split(":", 5)
    return Sender(PRINCIPAL, group_arn, account, region, role_arn)


def fire(schedule: Schedule, due: float) -> None:
    """Send the target its input; delete the schedule after its last time, if it wants that."""
    target, last = schedule.target, schedule.vanishes
    execution = mock_random.get_random_hex(16)
    scheduled = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    policy = target["RetryPolicy"]
    words = {
        "schedule-arn": schedule.arn,
        "scheduled-time": scheduled,
        "execution-id": execution,
    }
    text = target.get("Input") or _notification(schedule.arn, scheduled)
    delivery.send(
        Delivery(
            sender(schedule.group_arn, target["RoleArn"]),
            target["Arn"],
            _filled(text, words, 1),
            options={name: target[name] for name in target if name.endswith("Parameters")},
            max_age=float(policy["MaximumEventAgeInSeconds"]),
            max_attempts=policy["MaximumRetryAttempts"],
            dead_letter_arn=target.get("DeadLetterConfig", {}).get("Arn", ""),
            dead_letter_attributes={
                "EXECUTION_ID": execution,
                "IS_PAYLOAD_TRUNCATED": "false",
                "SCHEDULED_TIME": scheduled,
                "SCHEDULE_ARN": schedule.arn,
                "TARGET_ARN": target["Arn"],
            },
            done=functools.partial(_done, schedule) if last else None,
            about=schedule.arn,
            payload_of=functools.partial(_filled, text, words),
        )
    )


def _filled(text: str, words: dict[str, str], attempt: int) -> str:
    """Put what Scheduler knows in the place of its keywords.

    "Adding context attributes in EventBridge Scheduler", EventBridge Scheduler User Guide.
    """
    for name, value in {**words, "attempt-number": str(attempt)}.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def _notification(arn: str, scheduled: str) -> str:
    """Return what a target without an input gets (from memory of such a message)."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return json.dumps(
        {
            "version": "0",
            "id": str(mock_random.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": account,
            "time": scheduled,
            "region": region,
            "resources": [arn],
            "detail": "{}",
        },
        separators=(",", ":"),
    )


def _done(schedule: Schedule, outcome: Outcome) -> None:  # noqa: ARG001 - however it ended
    """Delete a schedule that has fired for the last time, unless it was changed since."""
    _, _, _, region, account, _ = schedule.arn.split(":", 5)
    groups = scheduler_backends[account][region].schedule_groups
    group = groups.get(schedule.settings["GroupName"])
    kept: Any = group.schedules.get(schedule.name) if group else None
    if group and kept is schedule and schedule.vanishes:
        del group.schedules[schedule.name]
