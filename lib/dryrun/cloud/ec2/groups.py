"""Instances of Auto Scaling groups: spread over subnets, with all that their group says."""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import ASG_NAME_TAG, FakeAutoScalingGroup, InstanceState

from dryrun.cloud.ec2 import launches, notices


def install() -> None:
    """Let every group launch as AWS does."""
    launches.install()
    notices.install()
    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch


def launch(self: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
    """Start instances of a group, each where the group has the fewest.

    Follows "Amazon EC2 Auto Scaling benefits for application architecture", Auto Scaling User
    Guide: a group keeps its zones balanced.
    """
    tags = {**propagated_tags, ASG_NAME_TAG: self.name, **self.instance_tags}
    for _ in range(count_needed):
        made = self.autoscaling_backend.ec2_backend.run_instances(
            self.image_id,
            1,
            self.user_data,
            self.security_groups,
            tags={"instance": tags},
            is_instance_type_default=False,
            **_where(self),
            **_how(self),
        )
        for instance in made.instances:
            instance.autoscaling_group = self
            protected = self.new_instances_protected_from_scale_in
            state = InstanceState(instance, protected_from_scale_in=protected)
            self.instance_states.append(state)
            notices.tell_launch(instance)


def _where(group: Any) -> dict[str, Any]:
    subnets = (group.vpc_zone_identifier or "").replace(" ", "").split(",")
    there = [state.instance for state in group.instance_states]
    if subnets[0]:
        taken = [one.subnet_id for one in there]
        return {"subnet_id": min(subnets, key=taken.count), "placement": None}
    taken = [one.placement.zone for one in there]
    return {"placement": min(group.availability_zones, key=taken.count)}


def _how(group: Any) -> dict[str, Any]:
    how: dict[str, Any] = {"instance_type": _instance_type(group)}
    config, template = group.launch_config, group.ec2_launch_template
    if group.placement_group:
        how["placement_group"] = group.placement_group
    if config is not None:
        monitored = str(config.instance_monitoring_enabled).lower() == "true"
        how |= {
            "launch_config": config,
            "key_name": config.key_name,
            "associate_public_ip": config.associate_public_ip_address,
            "ebs_optimized": config.ebs_optimized,
            "monitoring_state": "enabled" if monitored else "disabled",
            "template_profile": config.iam_instance_profile,
        }
    if template is not None:
        version = template.get_version(group.launch_template_version)
        how["launch_template"] = {"LaunchTemplateId": template.id, "Version": version.number}
        how["associate_public_ip"] = None
    return how


def _instance_type(group: Any) -> str:
    """Return the type of instances: the first of a mixed group's, which comes first in priority."""
    policy = (group.mixed_instances_policy or {}).get("LaunchTemplate") or {}
    for override in policy.get("Overrides") or ():
        if override.get("InstanceType"):
            return str(override["InstanceType"])
    return str(group.instance_type)
