"""AWS::AutoScaling: launch configurations, policies, schedules, hooks and warm pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.autoscaling import put_hook
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.ec2_launch import decoded

_CONFIGURATION = (
    "AssociatePublicIpAddress",
    "BlockDeviceMappings",
    "EbsOptimized",
    "IamInstanceProfile",
    "ImageId",
    "InstanceType",
    "KernelId",
    "KeyName",
    "MetadataOptions",
    "SecurityGroups",
    "SpotPrice",
)


class LaunchConfiguration(Provider):
    """What a group starts instances from; its physical id is its name."""

    type = "AWS::AutoScaling::LaunchConfiguration"
    handled = frozenset(
        {"InstanceMonitoring", "LaunchConfigurationName", "UserData", "RamDiskId", *_CONFIGURATION}
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "ClassicLinkVPCId": "EC2-Classic has ended",
        "ClassicLinkVPCSecurityGroups": "EC2-Classic has ended",
        "PlacementTenancy": "instances here share no hardware",
    }
    name_property = "LaunchConfigurationName"
    seconds = Seconds(create=5, update=0, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a launch configuration."""
        name = str(properties.get("LaunchConfigurationName") or at.name(255))
        request = pick(properties, *_CONFIGURATION, RamdiskId="RamDiskId")
        if "UserData" in properties:
            request["UserData"] = decoded(properties["UserData"])
        if "BlockDeviceMappings" in request:
            request["BlockDeviceMappings"] = _mappings(request["BlockDeviceMappings"])
        # "AWS::AutoScaling::LaunchConfiguration", Template Reference: detailed by default.
        monitoring = {"Enabled": properties.get("InstanceMonitoring", True)}
        at.client("autoscaling").create_launch_configuration(
            LaunchConfigurationName=name, InstanceMonitoring=monitoring, **request
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a launch configuration."""
        found = at.client("autoscaling").describe_launch_configurations(
            LaunchConfigurationNames=[physical_id]
        )["LaunchConfigurations"]
        if not found:
            raise GoneError(self.type, physical_id)
        names = (*_CONFIGURATION, "UserData")
        read = {name: found[0][name] for name in names if found[0].get(name) not in (None, "", [])}
        if "BlockDeviceMappings" in at.known:
            read["BlockDeviceMappings"] = at.known["BlockDeviceMappings"]
        return read | {
            "InstanceMonitoring": found[0]["InstanceMonitoring"]["Enabled"],
            "LaunchConfigurationName": physical_id,
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a launch configuration that no group uses."""
        self.read(at, physical_id)
        scaling = at.client("autoscaling")
        for group in scaling.describe_auto_scaling_groups()["AutoScalingGroups"]:
            if group.get("LaunchConfigurationName") == physical_id:
                raise ResourceError(
                    f"Cannot delete launch configuration {physical_id} because it is attached to "
                    f"AutoScalingGroup {group['AutoScalingGroupName']}"
                )
        scaling.delete_launch_configuration(LaunchConfigurationName=physical_id)


def _mappings(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the volumes of the mappings; instance store volumes are shown by no Describe call."""
    made = []
    for one in given:
        if one.get("Ebs"):
            ebs = dict(one["Ebs"])
            if "VolumeSize" not in ebs and "SnapshotId" not in ebs:
                ebs["VolumeSize"] = 8
            made.append({"DeviceName": one["DeviceName"], "Ebs": ebs})
    return made


_POLICY = (
    "AdjustmentType",
    "AutoScalingGroupName",
    "EstimatedInstanceWarmup",
    "MetricAggregationType",
    "MinAdjustmentMagnitude",
    "PolicyType",
    "PredictiveScalingConfiguration",
    "ScalingAdjustment",
    "StepAdjustments",
    "TargetTrackingConfiguration",
)


class ScalingPolicy(Provider):
    """How a group scales; its physical id is its ARN."""

    type = "AWS::AutoScaling::ScalingPolicy"
    handled = frozenset({"Cooldown", *_POLICY})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a policy."""
        return self._put(at, at.name(255), properties)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a policy."""
        for one in at.client("autoscaling").describe_policies()["ScalingPolicies"]:
            if one["PolicyARN"] == physical_id:
                read = {name: one[name] for name in _POLICY if one.get(name) not in (None, [], {})}
                for name in ("PredictiveScalingConfiguration", "TargetTrackingConfiguration"):
                    if name in read and name in at.known:
                        read[name] = _named(at.known[name], read[name])
                if one.get("Cooldown") is not None:
                    read["Cooldown"] = str(one["Cooldown"])
                return read | {"Arn": physical_id, "PolicyName": one["PolicyName"]}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the policy anew."""
        self._put(at, self.read(at, physical_id)["PolicyName"], new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a policy."""
        found = self.read(at, physical_id)
        at.client("autoscaling").delete_policy(**pick(found, "AutoScalingGroupName", "PolicyName"))

    def _put(self, at: Context, name: str, properties: Properties) -> str:
        request = pick(properties, *_POLICY)
        if "Cooldown" in properties:
            request["Cooldown"] = int(properties["Cooldown"])
        scaling = at.client("autoscaling")
        scaling.put_scaling_policy(PolicyName=name, **request)
        # The service here answers without the ARN.
        found = scaling.describe_policies(PolicyNames=[name])["ScalingPolicies"]
        return str(found[0]["PolicyARN"])


def _named(asked: Any, one: Any) -> Any:
    if isinstance(asked, dict) and isinstance(one, dict):
        return {name: _named(asked[name], one[name]) for name in asked if name in one}
    return one


_SCHEDULE = (
    "AutoScalingGroupName",
    "DesiredCapacity",
    "EndTime",
    "MaxSize",
    "MinSize",
    "Recurrence",
    "StartTime",
    "TimeZone",
)


class ScheduledAction(Provider):
    """When a group changes its size; its physical id is its name."""

    type = "AWS::AutoScaling::ScheduledAction"
    handled = frozenset(_SCHEDULE)
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Schedule the action."""
        name = at.name(255)
        self._put(at, name, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the action."""
        found = at.client("autoscaling").describe_scheduled_actions(
            ScheduledActionNames=[physical_id]
        )["ScheduledUpdateGroupActions"]
        if not found:
            raise GoneError(self.type, physical_id)
        read = {name: found[0][name] for name in _SCHEDULE if found[0].get(name) not in (None, "")}
        for name in ("EndTime", "StartTime"):
            if name in read:
                read[name] = read[name].strftime("%Y-%m-%dT%H:%M:%SZ")
        return read | {"ScheduledActionName": physical_id}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the action anew."""
        self._put(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the action."""
        group = self.read(at, physical_id)["AutoScalingGroupName"]
        at.client("autoscaling").delete_scheduled_action(
            AutoScalingGroupName=group, ScheduledActionName=physical_id
        )

    def _put(self, at: Context, name: str, properties: Properties) -> None:
        at.client("autoscaling").put_scheduled_update_group_action(
            ScheduledActionName=name, **pick(properties, *_SCHEDULE)
        )


class LifecycleHook(Provider):
    """What a group waits for; its physical id is the hook's name."""

    type = "AWS::AutoScaling::LifecycleHook"
    handled = frozenset(
        {
            "AutoScalingGroupName",
            "DefaultResult",
            "HeartbeatTimeout",
            "LifecycleHookName",
            "LifecycleTransition",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "NotificationMetadata": "hooks here are kept and hold no instance, so nobody is told",
        "NotificationTargetARN": "hooks here are kept and hold no instance, so nobody is told",
        "RoleARN": "hooks here are kept and hold no instance, so nobody is told",
    }
    name_property = "LifecycleHookName"
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Set the hook."""
        name = str(properties.get("LifecycleHookName") or at.name(255))
        put_hook(at, properties["AutoScalingGroupName"], {**properties, "LifecycleHookName": name})
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the hook."""
        scaling = at.client("autoscaling")
        groups = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        known = at.known.get("AutoScalingGroupName")
        for group in (one["AutoScalingGroupName"] for one in groups):
            hooks = scaling.describe_lifecycle_hooks(AutoScalingGroupName=group)["LifecycleHooks"]
            for one in hooks:
                if one["LifecycleHookName"] == physical_id and known in (None, group):
                    return pick(one, *sorted(self.handled))
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set the hook anew."""
        put_hook(at, new["AutoScalingGroupName"], {**new, "LifecycleHookName": physical_id})

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the hook."""
        group = self.read(at, physical_id)["AutoScalingGroupName"]
        at.client("autoscaling").delete_lifecycle_hook(
            AutoScalingGroupName=group, LifecycleHookName=physical_id
        )


_POOL = ("InstanceReusePolicy", "MaxGroupPreparedCapacity", "MinSize", "PoolState")


class WarmPool(Provider):
    """Instances a group keeps ready; its physical id is the group's name."""

    type = "AWS::AutoScaling::WarmPool"
    handled = frozenset({"AutoScalingGroupName", *_POOL})
    seconds = Seconds(create=10, update=10, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Put the pool."""
        at.client("autoscaling").put_warm_pool(**pick(properties, "AutoScalingGroupName", *_POOL))
        return str(properties["AutoScalingGroupName"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the pool."""
        scaling = at.client("autoscaling")
        groups = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[physical_id])
        if not groups["AutoScalingGroups"]:
            raise GoneError(self.type, physical_id)
        found = scaling.describe_warm_pool(AutoScalingGroupName=physical_id)
        pool = found.get("WarmPoolConfiguration")
        if not pool:
            raise GoneError(self.type, physical_id)
        return pick(pool, *_POOL) | {"AutoScalingGroupName": physical_id}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the pool anew."""
        at.client("autoscaling").put_warm_pool(**pick(new, "AutoScalingGroupName", *_POOL))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the pool."""
        self.read(at, physical_id)
        at.client("autoscaling").delete_warm_pool(
            AutoScalingGroupName=physical_id, ForceDelete=True
        )
