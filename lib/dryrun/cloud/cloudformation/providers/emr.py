"""AWS::EMR."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import to_api
from dryrun.cloud.cloudformation.providers.found import lookup, parsed, without

_ENDED = ("TERMINATED", "TERMINATED_WITH_ERRORS", "TERMINATING")
_GROUPS = {"MasterInstanceGroup": "MASTER", "CoreInstanceGroup": "CORE"}
_INSTANCES = frozenset(
    {
        "AdditionalMasterSecurityGroups",
        "AdditionalSlaveSecurityGroups",
        "CoreInstanceGroup",
        "Ec2KeyName",
        "Ec2SubnetId",
        "EmrManagedMasterSecurityGroup",
        "EmrManagedSlaveSecurityGroup",
        "HadoopVersion",
        "KeepJobFlowAliveWhenNoSteps",
        "MasterInstanceGroup",
        "Placement",
        "ServiceAccessSecurityGroup",
        "TaskInstanceGroups",
        "TerminationProtected",
    }
)
_NO_WORK = "no cluster does any work here"


class SecurityConfiguration(Provider):
    """A security configuration; its physical id is its name."""

    type = "AWS::EMR::SecurityConfiguration"
    handled = frozenset({"Name", "SecurityConfiguration"})
    name_property = "Name"
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the configuration."""
        name = str(properties.get("Name") or at.name(255))
        at.client("emr").create_security_configuration(
            Name=name, SecurityConfiguration=json.dumps(parsed(properties["SecurityConfiguration"]))
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the configuration."""
        with lookup(self.type, physical_id, "InvalidRequestException"):
            found = at.client("emr").describe_security_configuration(Name=physical_id)
        return {
            "Name": physical_id,
            "SecurityConfiguration": parsed(found["SecurityConfiguration"]),
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the configuration."""
        self.read(at, physical_id)
        at.client("emr").delete_security_configuration(Name=physical_id)


class Cluster(Provider):
    """A cluster; its physical id is its id."""

    type = "AWS::EMR::Cluster"
    handled = frozenset(
        {
            "Applications",
            "AutoScalingRole",
            "BootstrapActions",
            "Configurations",
            "CustomAmiId",
            "EbsRootVolumeIops",
            "EbsRootVolumeSize",
            "EbsRootVolumeThroughput",
            "Instances",
            "JobFlowRole",
            "KerberosAttributes",
            "LogUri",
            "Name",
            "ReleaseLabel",
            "SecurityConfiguration",
            "ServiceRole",
            "StepConcurrencyLevel",
            "Steps",
            "Tags",
            "VisibleToAllUsers",
        }
    )
    harmless = {
        "AutoTerminationPolicy": _NO_WORK,
        "LogEncryptionKmsKeyId": _NO_WORK,
        "OSReleaseLabel": _NO_WORK,
        "ScaleDownBehavior": _NO_WORK,
    }
    seconds = Seconds(create=420, update=60, delete=120)

    def create(self, at: Context, properties: Properties) -> str:
        """Start the cluster, which waits for steps when it has none."""
        emr = at.client("emr")
        shape = emr.meta.service_model.operation_model("RunJobFlow").input_shape
        names = sorted(self.handled - {"Instances", "Tags"})
        sent = to_api(shape, pick(properties, *names))
        sent["Instances"] = to_api(shape.members["Instances"], _instances(properties["Instances"]))
        made = emr.run_job_flow(**sent, Tags=tag_list(properties.get("Tags")))
        return str(made["JobFlowId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the cluster, and what was asked for its instances as far as that is there."""
        found = self._found(at, physical_id)
        attributes = found.get("Ec2InstanceAttributes") or {}
        instances = dict(at.known.get("Instances") or {})
        for name, value in {
            "Ec2KeyName": attributes.get("Ec2KeyName"),
            "Ec2SubnetId": attributes.get("Ec2SubnetId"),
            "TerminationProtected": found.get("TerminationProtected"),
        }.items():
            if name in instances and value is not None:
                instances[name] = value
        kept = ("BootstrapActions", "Configurations", "KerberosAttributes", "Steps")
        return without(
            {
                **pick(at.known, *kept, "Applications", "EbsRootVolumeSize"),
                **pick(
                    found,
                    *("AutoScalingRole", "CustomAmiId", "LogUri", "Name", "ReleaseLabel"),
                    *("SecurityConfiguration", "ServiceRole", "StepConcurrencyLevel"),
                    "VisibleToAllUsers",
                ),
                "Id": physical_id,
                "MasterPublicDNS": found.get("MasterPublicDnsName"),
                "JobFlowRole": attributes.get("IamInstanceProfile"),
                "Instances": instances,
                "Tags": tag_list(found.get("Tags")),
            },
            "",
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what can be changed of a cluster that runs."""
        emr = at.client("emr")
        before, after = dict(old["Instances"]), dict(new["Instances"])
        protected = after.pop("TerminationProtected", False)
        if protected != before.pop("TerminationProtected", False):
            emr.set_termination_protection(
                JobFlowIds=[physical_id], TerminationProtected=bool(protected)
            )
        if before != after:
            raise NotSimulatedError(
                f"Dry Run does not simulate updates of the property Instances of {self.type}; "
                "real AWS would carry it out."
            )
        if changed(old, new, "VisibleToAllUsers"):
            visible = bool(new.get("VisibleToAllUsers"))
            emr.set_visible_to_all_users(JobFlowIds=[physical_id], VisibleToAllUsers=visible)
        if changed(old, new, "StepConcurrencyLevel"):
            level = new.get("StepConcurrencyLevel", 1)
            emr.modify_cluster(ClusterId=physical_id, StepConcurrencyLevel=level)
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            emr.add_tags(ResourceId=physical_id, Tags=tag_list(tags))
        if gone:
            emr.remove_tags(ResourceId=physical_id, TagKeys=gone)

    def delete(self, at: Context, physical_id: str) -> None:
        """Terminate the cluster."""
        self._found(at, physical_id)
        at.client("emr").terminate_job_flows(JobFlowIds=[physical_id])

    def refuse(self, properties: Properties) -> str | None:
        """Refuse instance fleets, which moto does not know."""
        for name in properties["Instances"]:
            if name not in _INSTANCES:
                return f"the property Instances.{name}"
        return None

    def _found(self, at: Context, physical_id: str) -> dict[str, Any]:
        with lookup(self.type, physical_id, "InvalidRequestException"):
            found: dict[str, Any] = at.client("emr").describe_cluster(ClusterId=physical_id)
        if found["Cluster"]["Status"]["State"] in _ENDED:
            raise GoneError(self.type, physical_id)
        cluster: dict[str, Any] = found["Cluster"]
        return cluster


def _instances(given: Properties) -> dict[str, Any]:
    """Return the instances as the API has them: groups in one list."""
    groups = [
        {"InstanceRole": role, "Market": "ON_DEMAND", **given[name]}
        for name, role in _GROUPS.items()
        if name in given
    ]
    groups += [
        {"InstanceRole": "TASK", "Market": "ON_DEMAND", **one}
        for one in given.get("TaskInstanceGroups") or ()
    ]
    rest = {
        name: value
        for name, value in given.items()
        if name not in _GROUPS and name != "TaskInstanceGroups"
    }
    # A cluster of a stack goes on when its steps are done, unless told otherwise.
    return {"KeepJobFlowAliveWhenNoSteps": True, **rest, "InstanceGroups": groups}


class Step(Provider):
    """A step of a cluster; its physical id is its id."""

    type = "AWS::EMR::Step"
    handled = frozenset({"ActionOnFailure", "HadoopJarStep", "JobFlowId", "Name"})
    seconds = Seconds(create=60, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Add the step to the cluster."""
        emr = at.client("emr")
        step = pick(properties, "ActionOnFailure", "Name", "HadoopJarStep")
        shape = emr.meta.service_model.operation_model("AddJobFlowSteps").input_shape
        sent = to_api(shape.members["Steps"], [step])
        made = emr.add_job_flow_steps(JobFlowId=properties["JobFlowId"], Steps=sent)
        return str(made["StepIds"][0])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the step."""
        cluster = at.known["JobFlowId"]
        with lookup(self.type, physical_id, "InvalidRequestException"):
            found = at.client("emr").describe_step(ClusterId=cluster, StepId=physical_id)
        step = found.get("Step")
        if not step:
            raise GoneError(self.type, physical_id)
        return {
            **pick(step, "ActionOnFailure", "Name"),
            **pick(at.known, "HadoopJarStep"),
            "Id": physical_id,
            "JobFlowId": cluster,
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Leave the step to the cluster: AWS takes none away either."""


class InstanceGroupConfig(Provider):
    """More instances of a cluster; its physical id is the group's id."""

    type = "AWS::EMR::InstanceGroupConfig"
    handled = frozenset(
        {
            "BidPrice",
            "InstanceCount",
            "InstanceRole",
            "InstanceType",
            "JobFlowId",
            "Market",
            "Name",
            "EbsConfiguration",
        }
    )
    seconds = Seconds(create=180, update=60, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Add the group to the cluster."""
        emr = at.client("emr")
        shape = emr.meta.service_model.operation_model("AddInstanceGroups").input_shape
        named = sorted(self.handled - {"JobFlowId"})
        group = {"Market": "ON_DEMAND", **pick(properties, *named)}
        cluster = properties["JobFlowId"]
        known = [one["Id"] for one in _groups(at, cluster)]
        emr.add_instance_groups(
            JobFlowId=cluster, InstanceGroups=to_api(shape.members["InstanceGroups"], [group])
        )
        # moto's answer to that does not name the group.
        return str(next(one["Id"] for one in _groups(at, cluster) if one["Id"] not in known))

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the group."""
        cluster = at.known["JobFlowId"]
        with lookup(self.type, physical_id, "InvalidRequestException"):
            groups = _groups(at, cluster)
        found = next((one for one in groups if one["Id"] == physical_id), None)
        if found is None:
            raise GoneError(self.type, physical_id)
        return without(
            {
                **pick(found, "BidPrice", "InstanceType", "Market", "Name"),
                **pick(at.known, "EbsConfiguration"),
                "InstanceGroupId": physical_id,
                "InstanceRole": found["InstanceGroupType"],
                "InstanceCount": found["RequestedInstanceCount"],
                "JobFlowId": cluster,
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change how many instances the group has."""
        if changed(old, new, "InstanceCount"):
            group = {"InstanceGroupId": physical_id, "InstanceCount": new["InstanceCount"]}
            at.client("emr").modify_instance_groups(InstanceGroups=[group])

    def delete(self, at: Context, physical_id: str) -> None:
        """Leave the group without instances: EMR takes no group away."""
        group = {"InstanceGroupId": physical_id, "InstanceCount": 0}
        at.client("emr").modify_instance_groups(InstanceGroups=[group])


def _groups(at: Context, cluster: str) -> list[dict[str, Any]]:
    found = at.client("emr").list_instance_groups(ClusterId=cluster)
    return list(found["InstanceGroups"])
