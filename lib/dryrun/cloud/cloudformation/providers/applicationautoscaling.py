"""AWS::ApplicationAutoScaling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
)

_NAME = ("ResourceId", "ScalableDimension", "ServiceNamespace")
_TARGET = ("MaxCapacity", "MinCapacity", "RoleARN", "SuspendedState")
_ACTION = (
    "EndTime",
    "ScalableTargetAction",
    "Schedule",
    "ScheduledActionName",
    "StartTime",
    "Timezone",
)
_POLICY = (
    "PolicyType",
    "StepScalingPolicyConfiguration",
    "TargetTrackingScalingPolicyConfiguration",
)
_NEVER_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}


class ScalableTarget(Provider):
    """What can scale; its physical id is the resource, the dimension and the service."""

    type = "AWS::ApplicationAutoScaling::ScalableTarget"
    handled = frozenset({"ScheduledActions", *_NAME, *_TARGET})
    harmless: ClassVar[Mapping[str, str]] = {
        "Tags": "the service here keeps no tags, and offers no call that would show them"
    }
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Register the target."""
        at.client("application-autoscaling").register_scalable_target(
            **pick(properties, *_NAME, *_TARGET)
        )
        self._schedule(at, {}, properties)
        return "|".join(properties[name] for name in _NAME)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the target."""
        name = _named(physical_id)
        scaling = at.client("application-autoscaling")
        found = scaling.describe_scalable_targets(
            ServiceNamespace=name["ServiceNamespace"],
            ResourceIds=[name["ResourceId"]],
            ScalableDimension=name["ScalableDimension"],
        )["ScalableTargets"]
        if not found:
            raise GoneError(self.type, physical_id)
        read = {key: found[0][key] for key in _TARGET if found[0].get(key) is not None}
        actions = scaling.describe_scheduled_actions(**name)["ScheduledActions"]
        if actions:
            shown = [{key: one[key] for key in _ACTION if one.get(key)} for one in actions]
            read["ScheduledActions"] = _as_written(at.known.get("ScheduledActions"), shown)
        return {**name, **read, "Id": physical_id}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Register the target anew; scheduled actions no longer named go."""
        wanted = {**({"SuspendedState": _NEVER_SUSPENDED} if "SuspendedState" in old else {})}
        at.client("application-autoscaling").register_scalable_target(
            **wanted | pick(new, *_NAME, *_TARGET)
        )
        if changed(old, new, "ScheduledActions"):
            self._schedule(at, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Deregister the target with its scheduled actions."""
        found = self.read(at, physical_id)
        self._schedule(at, found, _named(physical_id))
        at.client("application-autoscaling").deregister_scalable_target(**_named(physical_id))

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the three parts in the order that Ref has them."""
        return "|".join(identifiers[name] for name in _NAME)

    def _schedule(self, at: Context, old: Properties, new: Properties) -> None:
        scaling = at.client("application-autoscaling")
        name = pick(new, *_NAME)
        after = new.get("ScheduledActions") or []
        kept = [one["ScheduledActionName"] for one in after]
        for one in old.get("ScheduledActions") or ():
            if one["ScheduledActionName"] not in kept:
                scaling.delete_scheduled_action(**name, **pick(one, "ScheduledActionName"))
        for one in after:
            scaling.put_scheduled_action(**name, **pick(one, *_ACTION))


class ScalingPolicy(Provider):
    """How a target scales; its physical id is its ARN."""

    type = "AWS::ApplicationAutoScaling::ScalingPolicy"
    handled = frozenset({"PolicyName", "ScalingTargetId", *_NAME, *_POLICY})
    name_property = "PolicyName"
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the policy."""
        return self._put(at, properties, _target(properties))

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        scaling = at.client("application-autoscaling")
        # The ARN ends in what the policy is of: ...:resource/ecs/service/...:policyName/... Its
        # middle changes here when a policy is put anew, which it does not in AWS.
        part = physical_id.partition(":resource/")[2]
        namespace = part.partition("/")[0]
        found = scaling.describe_scaling_policies(ServiceNamespace=namespace)["ScalingPolicies"]
        for one in found:
            if one["PolicyARN"].partition(":resource/")[2] == part:
                read = pick(one, "PolicyName", *_NAME, *_POLICY)
                for name in _POLICY[1:]:
                    if name in read and name in at.known:
                        read[name] = _within(at.known[name], read[name])
                return read | {"Arn": physical_id, **pick(at.known, "ScalingTargetId")}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the policy anew."""
        found = self.read(at, physical_id)
        self.delete(at, physical_id)
        self._put(at, new, pick(found, *_NAME))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the policy."""
        found = self.read(at, physical_id)
        at.client("application-autoscaling").delete_scaling_policy(
            **pick(found, "PolicyName", *_NAME)
        )

    def _put(self, at: Context, properties: Properties, target: dict[str, str]) -> str:
        made = at.client("application-autoscaling").put_scaling_policy(
            **pick(properties, "PolicyName", *_POLICY), **target
        )
        return str(made["PolicyARN"])


def _named(physical_id: str) -> dict[str, str]:
    return dict(zip(_NAME, physical_id.split("|"), strict=True))


def _target(properties: Properties) -> dict[str, str]:
    """Return what scales, named by itself or by the target's physical id."""
    if "ScalingTargetId" in properties:
        return _named(properties["ScalingTargetId"])
    return pick(properties, *_NAME)


def _as_written(written: list[Any] | None, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    there = {one["ScheduledActionName"]: one for one in found}
    shown = []
    for asked in written or ():
        one = there.pop(asked["ScheduledActionName"], None)
        if one is not None:
            # Times are kept as moments, and come back in the stack's own words.
            shown.append(_within(asked, one) | pick(asked, "EndTime", "StartTime"))
    return shown + list(there.values())


def _within(asked: Any, one: Any) -> Any:
    if isinstance(asked, dict) and isinstance(one, dict):
        return {name: _within(asked[name], one[name]) for name in asked if name in one}
    return one
