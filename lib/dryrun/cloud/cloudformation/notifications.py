"""What a stack's events set going: messages to its SNS topics, events on the default bus."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.models import STACK_TYPE, Stack, StackEvent
from dryrun.cloud.events import bus
from dryrun.cloud.inside import client


def wanted(stack: Stack) -> bool:
    """Tell whether anybody wants to hear of a stack's events."""
    return bool(stack.deployment.notification_arns) or bus.listens(stack.account, stack.region)


def tell(stack: Stack, event: StackEvent, principal: str) -> None:
    """Send one event of a stack to whoever wants to hear of it."""
    for arn in stack.deployment.notification_arns:
        _publish(stack, event, arn, principal)
    _to_event_bus(stack, event)


def message(stack: Stack, event: StackEvent, principal: str) -> str:
    """Return the text of a notification, as "AWS CloudFormation Notification" mails have it."""
    lines = {
        "StackId": stack.stack_id,
        "Timestamp": stamp(event.timestamp),
        "EventId": event.event_id,
        "LogicalResourceId": event.logical_id,
        "Namespace": stack.account,
        "PhysicalResourceId": event.physical_id,
        "PrincipalId": principal,
        "ResourceProperties": event.properties or "null",
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason or "",
        "ResourceType": event.type,
        "StackName": stack.name,
        "ClientRequestToken": event.token or "null",
    }
    return "".join(f"{name}='{value}'\n" for name, value in lines.items())


@functools.lru_cache(64)
def stamp(when: datetime) -> str:
    """Return a time as `2026-01-05T10:00:00.123Z`."""
    return when.isoformat(timespec="milliseconds")[:23] + "Z"


def _publish(stack: Stack, event: StackEvent, arn: str, principal: str) -> None:
    try:
        client("sns", arn.split(":")[3]).publish(
            TopicArn=arn,
            Subject="AWS CloudFormation Notification",
            Message=message(stack, event, principal),
        )
    except (ClientError, IndexError):
        # AWS goes on when a topic is gone; the stack's own story is not the place to say so.
        return


def _to_event_bus(stack: Stack, event: StackEvent) -> None:
    """Put the event on the default bus; "CloudFormation events detail reference"."""
    if not bus.listens(stack.account, stack.region):
        return
    kind = "Stack" if event.type == STACK_TYPE and event.logical_id == stack.name else "Resource"
    detail: dict[str, Any] = {"stack-id": stack.stack_id}
    if kind == "Resource":
        detail |= {
            "logical-resource-id": event.logical_id,
            "physical-resource-id": event.physical_id,
            "resource-type": event.type,
        }
    detail |= {
        "status-details": {"status": event.status, "status-reason": event.reason or ""},
        "client-request-token": event.token or "",
    }
    bus.put_event(
        stack.account,
        stack.region,
        "aws.cloudformation",
        f"CloudFormation {kind} Status Change",
        detail,
        [stack.stack_id],
        time=event.timestamp.timestamp(),
    )
