"""AWS::AutoScaling: groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.autoscaling_notifications import (
    announce,
    announce_difference,
)
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
)

_METRICS = (
    "GroupMinSize",
    "GroupMaxSize",
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
)
_LAUNCH = ("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy")
_PLAIN = (
    "AvailabilityZones",
    "CapacityRebalance",
    "HealthCheckGracePeriod",
    "HealthCheckType",
    "InstanceId",
    "LoadBalancerNames",
    "NewInstancesProtectedFromScaleIn",
    "TargetGroupARNs",
    "TerminationPolicies",
    *_LAUNCH,
)
_NUMBERS = {"Cooldown": "DefaultCooldown", "DesiredCapacity": "DesiredCapacity"}
_SIZES = ("MaxSize", "MinSize")
_FIXED = ("CapacityRebalance", "Cooldown", "TerminationPolicies")
"""What UpdateAutoScalingGroup of the service here does not change."""
_USUAL = {"HealthCheckGracePeriod": 0, "HealthCheckType": "EC2"}


class AutoScalingGroup(Provider):
    """A group of instances; its physical id is its name."""

    type = "AWS::AutoScaling::AutoScalingGroup"
    handled = frozenset(
        {
            "AutoScalingGroupName",
            "LifecycleHookSpecificationList",
            "MetricsCollection",
            "NotificationConfiguration",
            "NotificationConfigurations",
            "Tags",
            "VPCZoneIdentifier",
            *_NUMBERS,
            *_PLAIN,
            *_SIZES,
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "AvailabilityZoneDistribution": "no zone here is ever short of capacity",
        "AvailabilityZoneImpairmentPolicy": "no zone here is ever impaired",
        "Context": "reserved by AWS, without effect",
        "DefaultInstanceWarmup": "instances here are warm at once",
        "InstanceMaintenancePolicy": "no instance here is replaced for its health or age",
        "MaxInstanceLifetime": "no instance here is replaced for its age",
        "ServiceLinkedRoleARN": "the service works under its own name",
        "SkipZonalShiftValidation": "no zone here is ever impaired",
    }
    name_property = "AutoScalingGroupName"
    seconds = Seconds(create=60, update=30, delete=90)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a group, which starts its instances, and all that belongs to it."""
        name = str(properties.get("AutoScalingGroupName") or at.name(255))
        at.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=name,
            Tags=_tags(name, properties),
            **_request(properties),
        )
        for hook in properties.get("LifecycleHookSpecificationList") or ():
            put_hook(at, name, hook)
        self._collect(at, name, properties)
        announce(at, name, properties, "TEST_NOTIFICATION")
        announce_difference(at, name, properties, [], self._instances(at, name))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a group."""
        found = self._found(at, physical_id)
        hooks = at.client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=physical_id)
        subnets = [one for one in found.get("VPCZoneIdentifier", "").split(",") if one]
        names = (
            "CapacityRebalance",
            "HealthCheckGracePeriod",
            "HealthCheckType",
            "TerminationPolicies",
        )
        read: Properties = {
            "AutoScalingGroupARN": found["AutoScalingGroupARN"],
            "AutoScalingGroupName": physical_id,
            **pick(found, *names, "LoadBalancerNames", "NewInstancesProtectedFromScaleIn"),
            **_launch(found, at.known),
            "Cooldown": str(found["DefaultCooldown"]),
            "DesiredCapacity": str(found["DesiredCapacity"]),
            "MaxSize": str(found["MaxSize"]),
            "MinSize": str(found["MinSize"]),
            "MetricsCollection": _metrics(found),
            "Tags": [pick(one, "Key", "Value", "PropagateAtLaunch") for one in found["Tags"]],
            "TargetGroupARNs": found.get("TargetGroupARNs", []),
            "VPCZoneIdentifier": subnets,
        }
        if "AvailabilityZones" in at.known or not subnets:
            read["AvailabilityZones"] = _in_order(
                at.known.get("AvailabilityZones"), found["AvailabilityZones"]
            )
        if at.known.get("LifecycleHookSpecificationList"):
            mine = [one["LifecycleHookName"] for one in hooks["LifecycleHooks"]]
            read["LifecycleHookSpecificationList"] = [
                one
                for one in at.known["LifecycleHookSpecificationList"]
                if one["LifecycleHookName"] in mine
            ]
        return read | pick(at.known, "NotificationConfiguration", "NotificationConfigurations")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; instances stay as they were started."""
        for name in _FIXED:
            if changed(old, new, name):
                raise NotSimulatedError(
                    f"Dry Run does not simulate changes of {name} of {self.type}; "
                    "real AWS would carry it out."
                )
        self._found(at, physical_id)
        before = self._instances(at, physical_id)
        request = _request({**_USUAL, **new}, updating=True)
        at.client("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=physical_id, **request
        )
        self._move_balancers(at, physical_id, old, new)
        if changed(old, new, "MetricsCollection"):
            self._collect(at, physical_id, new)
        if changed(old, new, "LifecycleHookSpecificationList"):
            self._set_hooks(at, physical_id, old, new)
        self._retag(at, physical_id, old, new)
        if changed(old, new, "NotificationConfiguration", "NotificationConfigurations"):
            announce(at, physical_id, new, "TEST_NOTIFICATION")
        announce_difference(at, physical_id, new, before, self._instances(at, physical_id))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a group with its instances, as CloudFormation does by force."""
        self._found(at, physical_id)
        before = self._instances(at, physical_id)
        at.client("autoscaling").delete_auto_scaling_group(
            AutoScalingGroupName=physical_id, ForceDelete=True
        )
        announce_difference(at, physical_id, at.known, before, [])

    def _found(self, at: Context, name: str) -> dict[str, Any]:
        found = at.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
        if not found["AutoScalingGroups"]:
            raise GoneError(self.type, name)
        return dict(found["AutoScalingGroups"][0])

    def _instances(self, at: Context, name: str) -> list[str]:
        return [one["InstanceId"] for one in self._found(at, name)["Instances"]]

    def _collect(self, at: Context, name: str, properties: Properties) -> None:
        wanted: list[str] = []
        for one in properties.get("MetricsCollection") or ():
            wanted += one.get("Metrics") or _METRICS
        # An empty list is the service's way here to stop collecting.
        if wanted or self._found(at, name).get("EnabledMetrics"):
            at.client("autoscaling").enable_metrics_collection(
                AutoScalingGroupName=name, Granularity="1Minute", Metrics=wanted
            )

    def _move_balancers(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        scaling = at.client("autoscaling")
        for key, noun in (
            ("TargetGroupARNs", "load_balancer_target_groups"),
            ("LoadBalancerNames", "load_balancers"),
        ):
            before, after = old.get(key) or [], new.get(key) or []
            gone = [one for one in before if one not in after]
            added = [one for one in after if one not in before]
            if gone:
                getattr(scaling, f"detach_{noun}")(AutoScalingGroupName=name, **{key: gone})
            if added:
                getattr(scaling, f"attach_{noun}")(AutoScalingGroupName=name, **{key: added})

    def _set_hooks(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        after = new.get("LifecycleHookSpecificationList") or []
        kept = [one["LifecycleHookName"] for one in after]
        for one in old.get("LifecycleHookSpecificationList") or ():
            if one["LifecycleHookName"] not in kept:
                at.client("autoscaling").delete_lifecycle_hook(
                    AutoScalingGroupName=name, LifecycleHookName=one["LifecycleHookName"]
                )
        for one in after:
            put_hook(at, name, one)

    def _retag(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        before, after = _tags(name, old), _tags(name, new)
        keys = [one["Key"] for one in after]
        gone = [one for one in before if one["Key"] not in keys]
        wanted = [one for one in after if one not in before]
        if gone:
            at.client("autoscaling").delete_tags(Tags=gone)
        if wanted:
            at.client("autoscaling").create_or_update_tags(Tags=wanted)


def put_hook(at: Context, group: str, hook: dict[str, Any]) -> None:
    """Set a lifecycle hook of a group."""
    at.client("autoscaling").put_lifecycle_hook(
        AutoScalingGroupName=group,
        **pick(
            hook, "DefaultResult", "HeartbeatTimeout", "LifecycleHookName", "LifecycleTransition"
        ),
    )


def _request(properties: Properties, *, updating: bool = False) -> dict[str, Any]:
    names = [name for name in _PLAIN if not updating or name not in _UPDATED_APART]
    made = pick(properties, *names)
    for name, api in _NUMBERS.items():
        if name in properties and not (updating and name == "Cooldown"):
            made[api] = int(properties[name])
    made |= {name: int(properties[name]) for name in _SIZES if name in properties}
    if properties.get("VPCZoneIdentifier"):
        made["VPCZoneIdentifier"] = ",".join(properties["VPCZoneIdentifier"])
    return made


_UPDATED_APART = frozenset(
    {
        "CapacityRebalance",
        "InstanceId",
        "LoadBalancerNames",
        "TargetGroupARNs",
        "TerminationPolicies",
    }
)


def _tags(name: str, properties: Properties) -> list[dict[str, Any]]:
    """Return the tags as the service takes them; the stack's own go to the instances too."""
    return [
        {
            "Key": one["Key"],
            "Value": str(one.get("Value", "")),
            "PropagateAtLaunch": one.get("PropagateAtLaunch", one["Key"].startswith("aws:")),
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
        }
        for one in properties.get("Tags") or ()
    ]


def _launch(found: dict[str, Any], known: Properties) -> Properties:
    """Return what instances are started from, with those members that the stack named."""
    read = {name: found[name] for name in _LAUNCH if found.get(name)}
    template, asked = read.get("LaunchTemplate"), known.get("LaunchTemplate")
    if "MixedInstancesPolicy" in read:
        read.pop("LaunchTemplate", None)
        read["MixedInstancesPolicy"] = _named(
            known.get("MixedInstancesPolicy"), read["MixedInstancesPolicy"]
        )
    elif template and asked:
        read["LaunchTemplate"] = {name: template.get(name) for name in asked}
    return read


def _named(asked: Any, one: Any) -> Any:
    if isinstance(asked, dict) and isinstance(one, dict):
        return {name: _named(asked[name], one[name]) for name in asked if name in one}
    return one


def _metrics(found: dict[str, Any]) -> list[dict[str, Any]]:
    names = [one["Metric"] for one in found.get("EnabledMetrics") or ()]
    return [{"Granularity": "1Minute", "Metrics": names}] if names else []


def _in_order(written: list[str] | None, found: list[str]) -> list[str]:
    kept = [one for one in written or () if one in found]
    return kept + sorted(set(found) - set(kept))
