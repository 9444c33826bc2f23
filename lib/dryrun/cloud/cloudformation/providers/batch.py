"""AWS::Batch."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    ResourceError,
    Seconds,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging, schema
from dryrun.cloud.cloudformation.providers.found import ignoring_absence

_TAGGING = Tagging("=", key="resourceArn", tags="tags", keys="tagKeys", answer="tags", plain=True)
_NO_JOB = "no job runs here"


def as_set(found: Any, known: Any) -> Any:
    """Return what is found without the empty parts the service adds to what a stack set."""
    if isinstance(found, dict):
        before = known if isinstance(known, dict) else {}
        return {
            name: as_set(value, before.get(name))
            for name, value in found.items()
            if name in before or value not in (None, [], {}, "")
        }
    if isinstance(found, list):
        others = known if isinstance(known, list) and len(known) == len(found) else [None] * 999
        return [as_set(one, other) for one, other in zip(found, others, strict=False)]
    return found


def in_schema(type_name: str, shown: Properties) -> Properties:
    """Return what the type has, of what the API tells."""
    names = schema(type_name)["properties"]
    return {name: value for name, value in shown.items() if name in names}


class ComputeEnvironment(Declared):
    """A compute environment; its physical id is its ARN."""

    type = "AWS::Batch::ComputeEnvironment"
    handled = frozenset(
        {"ComputeEnvironmentName", "ComputeResources", "ServiceRole", "State", "Tags", "Type"}
    )
    harmless = {
        "ReplaceComputeEnvironment": "whether an update replaces it; updates of it are refused",
        "UpdatePolicy": _NO_JOB,
        "UnmanagedvCpus": _NO_JOB,
    }
    service = "batch"
    name_property, named = "ComputeEnvironmentName", 128
    seconds = Seconds(create=60, update=30, delete=60)
    creates, reads = "create_compute_environment", "describe_compute_environments"
    updates, deletes = "update_compute_environment", "delete_compute_environment"
    key, read_key, made = "computeEnvironment", "computeEnvironments", "computeEnvironmentArn"
    item = "computeEnvironments.0"
    tagging = _TAGGING

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties as Batch takes them: capital letters, and its own role."""
        properties["Type"] = str(properties["Type"]).upper()
        properties.setdefault("State", "ENABLED")
        role = properties.get("ServiceRole")
        if not role:
            properties["ServiceRole"] = _own_role(at)
        elif not role.startswith("arn:"):
            # Batch takes a role's name as well as its ARN.
            found = at.client("iam").get_role(RoleName=role.rpartition("/")[2])
            properties["ServiceRole"] = found["Role"]["Arn"]
        return properties

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Leave changes of the resources alone, which moto takes and forgets."""
        if "ComputeResources" in names:
            raise NotSimulatedError(
                f"Dry Run does not simulate updates of the property ComputeResources of "
                f"{self.type}; real AWS would carry it out."
            )
        return names

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the environment as the template has it."""
        role = at.known.get("ServiceRole")
        if role is None:
            shown.pop("ServiceRole", None)
        elif shown.get("ServiceRole", "").rpartition("/")[2] == role:
            shown["ServiceRole"] = role
        if str(at.known.get("Type", "")).upper() == shown.get("Type"):
            shown["Type"] = at.known["Type"]
        for name in ("ComputeEnvironmentName", "State"):
            if name not in at.known:
                shown.pop(name, None)
        return in_schema(self.type, shown)

    def delete(self, at: Context, physical_id: str) -> None:
        """Disable the environment, as Batch wants it, and delete it."""
        self.fetch(at, physical_id)
        client = at.client("batch")
        client.update_compute_environment(computeEnvironment=physical_id, state="DISABLED")
        client.delete_compute_environment(computeEnvironment=physical_id)


def _own_role(at: Context) -> str:
    """Return the role Batch makes for itself; "Using service-linked roles for AWS Batch"."""
    with ignoring_absence("InvalidInput", "EntityAlreadyExists"):
        at.client("iam").create_service_linked_role(AWSServiceName="batch.amazonaws.com")
    role = "aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
    return at.arn("iam", f"role/{role}", region=False)


class JobQueue(Declared):
    """A job queue; its physical id is its ARN."""

    type = "AWS::Batch::JobQueue"
    handled = frozenset(
        {
            "ComputeEnvironmentOrder",
            "JobQueueName",
            "Priority",
            "SchedulingPolicyArn",
            "State",
            "Tags",
        }
    )
    harmless = {"JobStateTimeLimitActions": _NO_JOB}
    service = "batch"
    name_property, named = "JobQueueName", 128
    seconds = Seconds(create=30, update=15, delete=45)
    creates, reads = "create_job_queue", "describe_job_queues"
    updates, deletes = "update_job_queue", "delete_job_queue"
    key, read_key, made = "jobQueue", "jobQueues", "jobQueueArn"
    item = "jobQueues.0"
    defaults = {"State": "ENABLED"}
    tagging = _TAGGING

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the state a queue has when nothing is said."""
        properties.setdefault("State", "ENABLED")
        return properties

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the queue as the template has it."""
        for name in ("JobQueueName", "State"):
            if name not in at.known:
                shown.pop(name, None)
        return in_schema(self.type, shown)

    def delete(self, at: Context, physical_id: str) -> None:
        """Disable the queue, as Batch wants it, and delete it."""
        self.fetch(at, physical_id)
        client = at.client("batch")
        client.update_job_queue(jobQueue=physical_id, state="DISABLED")
        client.delete_job_queue(jobQueue=physical_id)


class JobDefinition(Declared):
    """A job definition; its physical id is the ARN of its revision."""

    type = "AWS::Batch::JobDefinition"
    handled = frozenset(
        {
            "ContainerProperties",
            "EksProperties",
            "JobDefinitionName",
            "Parameters",
            "PlatformCapabilities",
            "PropagateTags",
            "RetryStrategy",
            "Tags",
            "Timeout",
            "Type",
        }
    )
    harmless = {"SchedulingPriority": _NO_JOB, "ResourceRetentionPolicy": _NO_JOB}
    service = "batch"
    name_property, named = "JobDefinitionName", 128
    seconds = Seconds(create=5, update=5, delete=5)
    creates, reads = "register_job_definition", "describe_job_definitions"
    deletes, key, read_key = "deregister_job_definition", "jobDefinition", "jobDefinitions"
    made, item = "jobDefinitionArn", "jobDefinitions.0"
    ended = ("INACTIVE",)
    tagging = _TAGGING

    def create(self, at: Context, properties: Properties) -> str:
        """Register the definition; moto leaves environment variables without a value out."""
        container = properties.get("ContainerProperties") or {}
        image = container.get("Image")
        if "ContainerProperties" in properties and not image:
            raise ResourceError("Container properties must specify an image.")
        return super().create(at, properties)

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Make a new revision of every change, and a new physical id with it."""
        return path[0] != "Tags"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the definition without what Batch adds to it."""
        shown = {name: as_set(value, at.known.get(name)) for name, value in shown.items()}
        for name, value in list(shown.items()):
            if name not in at.known and value in ({}, [], None):
                del shown[name]
        for name in ("RetryStrategy", "Timeout"):
            if at.known.get(name) == {}:  # without a word in it, which moto drops
                shown.setdefault(name, {})
        if "JobDefinitionName" not in at.known:
            shown.pop("JobDefinitionName", None)
        return in_schema(self.type, shown)

    def fetch(self, at: Context, physical_id: str) -> tuple[Any, Any]:
        """Return the revision, unless it has been deregistered."""
        found = at.client("batch").describe_job_definitions(jobDefinitions=[physical_id])
        active = [one for one in found["jobDefinitions"] if one["status"] == "ACTIVE"]
        if not active:
            raise GoneError(self.type, physical_id)
        return active[0], self._shape(at, self.reads, self.item)


class SchedulingPolicy(Declared):
    """A scheduling policy; its physical id is its ARN."""

    type = "AWS::Batch::SchedulingPolicy"
    handled = frozenset({"FairsharePolicy", "Name", "Tags"})
    service = "batch"
    name_property, named = "Name", 128
    seconds = Seconds(create=5, update=5, delete=5)
    creates, reads = "create_scheduling_policy", "describe_scheduling_policies"
    updates, deletes = "update_scheduling_policy", "delete_scheduling_policy"
    key, read_key, made, item = "arn", "arns", "arn", "schedulingPolicies.0"
    tagging = _TAGGING
