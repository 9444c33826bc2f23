"""Signals that a resource is ready: CreationPolicy, SignalResource, wait conditions.

Follows "CreationPolicy attribute", CloudFormation Template Reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudformation import wait_conditions
from dryrun.cloud.cloudformation.models import StackResource
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.reasons import FailedError
from dryrun.cloud.cloudformation.work import Wait

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", re.I)
DEFAULT_TIMEOUT = 300.0


def awaited(resource: StackResource) -> Iterator[Wait]:
    """Wait for the signals the creation policy or a wait condition asks for; raises FailedError."""
    if resource.type == wait_conditions.TYPE:
        yield from wait_conditions.awaited(resource)
        return
    policy = resource.creation_policy
    wanted = policy.get("ResourceSignal") if isinstance(policy, dict) else None
    if not isinstance(wanted, dict):
        return
    count = number(wanted.get("Count"), 1)
    share = policy.get("AutoScalingCreationPolicy") or {}
    percent = number(share.get("MinSuccessfulInstancesPercent"), 100)
    until = clocks.current().time() + seconds(wanted.get("Timeout"))
    while True:
        good = list(resource.signals.values()).count("SUCCESS")
        bad = list(resource.signals.values()).count("FAILURE")
        if good * 100 >= count * percent:
            return
        if (count - bad) * 100 < count * percent:
            raise FailedError(
                f"Received {bad} FAILURE signal(s) out of {count}. Unable to satisfy "
                f"{percent}% MinSuccessfulInstancesPercent requirement"
            )
        if clocks.current().time() >= until:
            missing = count - good - bad
            raise FailedError(
                f"Failed to receive {missing} resource signal(s) within the specified duration"
            )
        yield Wait(until - clocks.current().time(), outside=True)


def receive(operation: Operation, resource: StackResource, unique_id: str, status: str) -> None:
    """Take a signal for a resource that waits."""
    resource.signals[unique_id] = status
    operation.note(resource, resource.status, f"Received {status} signal with UniqueId {unique_id}")
    if operation.schedule is not None:
        operation.schedule.wake(resource.logical_id)


def seconds(duration: Any) -> float:
    """Return an ISO 8601 duration such as PT15M in seconds; five minutes when there is none."""
    match = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if match is None:
        return DEFAULT_TIMEOUT
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + rest)


def number(value: Any, otherwise: int) -> int:
    """Return a number that may be written as text."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise
