"""ECS tasks, which are recorded and run nothing; "Amazon ECS task targets", EventBridge."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud import inside
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of

_SAME = {
    "LaunchType": "launchType",
    "NetworkConfiguration": "networkConfiguration",
    "PlatformVersion": "platformVersion",
    "Group": "group",
    "CapacityProviderStrategy": "capacityProviderStrategy",
    "EnableECSManagedTags": "enableECSManagedTags",
    "EnableExecuteCommand": "enableExecuteCommand",
    "PlacementConstraints": "placementConstraints",
    "PlacementStrategy": "placementStrategy",
    "PropagateTags": "propagateTags",
    "ReferenceId": "referenceId",
    "Tags": "tags",
}
"""Parameters of a target, and what RunTask calls them."""


def carry(delivery: Delivery, report: Report) -> None:
    """Call RunTask on the cluster; a payload may override what containers run."""
    region, _, _ = parts_of(delivery.target_arn)
    given = delivery.options.get("EcsParameters", {})
    asked: dict[str, Any] = {
        "cluster": delivery.target_arn,
        "taskDefinition": given.get("TaskDefinitionArn", ""),
        "count": int(given.get("TaskCount") or 1),
    }
    for name, theirs in _SAME.items():
        if given.get(name):
            asked[theirs] = _lowered(given[name])
    overrides = _overrides(delivery.payload)
    if overrides:
        asked["overrides"] = overrides
    answer = inside.client("ecs", region).run_task(**asked)
    if answer.get("failures"):
        first = answer["failures"][0]
        raise Failure("ERROR_FROM_TARGET", f"{first.get('reason')} {first.get('arn')}")
    report({"taskArns": [task["taskArn"] for task in answer["tasks"]]})


def _overrides(payload: str) -> dict[str, Any]:
    try:
        given = json.loads(payload)
    except ValueError:
        return {}
    known = ("containerOverrides", "cpu", "memory", "taskRoleArn", "executionRoleArn")
    return {name: given[name] for name in known if name in given} if isinstance(given, dict) else {}


def _lowered(value: Any) -> Any:
    """Return parameters by ECS's names, whose first letter is small."""
    if isinstance(value, dict):
        return {
            (name if name.isupper() else name[:1].lower() + name[1:]): _lowered(one)
            for name, one in value.items()
        }
    return [_lowered(one) for one in value] if isinstance(value, list) else value
