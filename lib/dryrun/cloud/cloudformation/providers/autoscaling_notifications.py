"""What AWS::AutoScaling groups announce of themselves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties


def announce(
    at: Context, group: str, properties: Properties, event: str, instance: str = ""
) -> None:
    """Publish what happened to the topics that the group's notifications name.

    The service here has no notifications of its own: those of what the stack does are sent, and
    a change by hand goes unannounced. The message's form is that of "Amazon SNS notification
    options for Amazon EC2 Auto Scaling", Auto Scaling User Guide, from memory.
    """
    full = f"autoscaling:{event}"
    for one in _notifications(properties):
        kinds = one.get("NotificationTypes") or []
        topics = one["TopicARN"] if isinstance(one["TopicARN"], list) else [one["TopicARN"]]
        if event == "TEST_NOTIFICATION" or full in kinds:
            for topic in topics:
                _publish(at, topic, group, full, instance)


def announce_difference(
    at: Context, group: str, properties: Properties, before: list[str], after: list[str]
) -> None:
    """Publish which instances were started and ended."""
    for instance in after:
        if instance not in before:
            announce(at, group, properties, "EC2_INSTANCE_LAUNCH", instance)
    for instance in before:
        if instance not in after:
            announce(at, group, properties, "EC2_INSTANCE_TERMINATE", instance)


def _notifications(properties: Properties) -> list[dict[str, Any]]:
    single = properties.get("NotificationConfiguration")
    return [*(properties.get("NotificationConfigurations") or ()), *([single] if single else ())]


def _publish(at: Context, topic: str, group: str, event: str, instance: str) -> None:
    verb = "launch" if event.endswith("LAUNCH") else "termination"
    message = {
        "Service": "AWS Auto Scaling",
        "Time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "Event": event,
        "AccountId": at.account,
        "AutoScalingGroupName": group,
    }
    subject = f'Auto Scaling: test notification for group "{group}"'
    if instance:
        message["EC2InstanceId"] = instance
        subject = f'Auto Scaling: {verb} for group "{group}"'
    at.client("sns").publish(TopicArn=topic, Subject=subject[:100], Message=json.dumps(message))
