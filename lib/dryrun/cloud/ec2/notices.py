"""What EventBridge hears of instances: every state they come to, and what their group does.

Follows "State change events for your instances", EC2 User Guide, and "Amazon EC2 Auto Scaling event
reference". moto's instances change at once; the states on the way are told all the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance
from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import bus

_WAYS = {
    "start": ("stopped", ("pending", "running")),
    "stop": ("running", ("stopping", "stopped")),
    "terminate": ("", ("shutting-down", "terminated")),
}
"""From which state, "" for any, a method leads through which others."""


@functools.cache
def install() -> None:
    """Tell of launches, starts, stops and ends."""
    for method, (before, states) in _WAYS.items():
        setattr(Instance, method, _telling(getattr(Instance, method), before, states))
    EC2Backend.run_instances = _launching(EC2Backend.run_instances)


def _telling(act: Callable[..., Any], before: str, states: tuple[str, ...]) -> Callable[..., Any]:
    def telling(self: Instance, *given: Any, **more: Any) -> Any:
        former = self.state
        answer = act(self, *given, **more)
        if (before and former != before) or former == states[-1]:
            return answer
        for state in states:
            _tell(self, state)
        if states[-1] == "terminated":
            _tell_group(self, "Terminate")
        return answer

    return telling


def _launching(run: Callable[..., Any]) -> Callable[..., Any]:
    def launching(self: EC2Backend, *given: Any, **more: Any) -> Any:
        made = run(self, *given, **more)
        for instance in made.instances:
            for state in ("pending", "running"):
                _tell(instance, state)
        return made

    return launching


def _tell(instance: Any, state: str) -> None:
    backend = instance.ec2_backend
    bus.put_event(
        backend.account_id,
        backend.region_name,
        "aws.ec2",
        "EC2 Instance State-change Notification",
        {"instance-id": instance.id, "state": state},
        [_arn(instance)],
    )


def tell_launch(instance: Any) -> None:
    """Tell that a group launched an instance."""
    _tell_group(instance, "Launch")


def _tell_group(instance: Any, verb: str) -> None:
    group = getattr(instance, "autoscaling_group", None)
    if group is None:
        return
    backend = instance.ec2_backend
    if not bus.listens(backend.account_id, backend.region_name):
        return
    is_launch = verb == "Launch"
    now = datetime.fromtimestamp(clocks.current().time(), UTC)
    moment = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z"
    what = "Launching a new EC2 instance" if is_launch else "Terminating EC2 instance"
    detail = {
        "StatusCode": "InProgress",
        "Description": f"{what}: {instance.id}",
        "AutoScalingGroupName": group.name,
        "ActivityId": str(mock_random.uuid4()),
        "Details": {"Subnet ID": instance.subnet_id, "Availability Zone": instance.placement.zone},
        "RequestId": str(mock_random.uuid4()),
        "StatusMessage": "",
        "EndTime": moment,
        "EC2InstanceId": instance.id,
        "StartTime": moment,
        "Cause": f"At {now:%Y-%m-%dT%H:%M:%SZ} the capacity of the group was adjusted.",
        "Origin": "EC2" if is_launch else "AutoScalingGroup",
        "Destination": "AutoScalingGroup" if is_launch else "EC2",
    }
    bus.put_event(
        backend.account_id,
        backend.region_name,
        "aws.autoscaling",
        f"EC2 Instance {'Launch' if is_launch else 'Terminate'} Successful",
        detail,
        [group.arn, _arn(instance)],
    )


def _arn(instance: Any) -> str:
    backend = instance.ec2_backend
    return f"arn:aws:ec2:{backend.region_name}:{backend.account_id}:instance/{instance.id}"
