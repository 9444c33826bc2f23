"""What the providers of AWS::EC2 have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    tag_changes,
    tag_list,
)

_ENDED = frozenset(
    {
        "delete-complete",
        "deleted",
        "released",
        "released-permanent-failure",
        "deleting",
        "terminated",
        "shutting-down",
    }
)


class Ec2Provider(Provider):
    """A resource that one Describe call shows by its id.

    `describe` is that call: its name, the parameter for ids, and where the answer has the items.
    """

    describe: ClassVar[tuple[str, str, str]]

    def found(self, at: Context, physical_id: str) -> dict[str, Any]:
        """Return what the Describe call says of the resource, or raise GoneError."""
        operation, argument, result = self.describe
        try:
            answer = getattr(at.client("ec2"), operation)(**{argument: [physical_id]})
        except ClientError as error:
            if is_missing(error):
                raise GoneError(self.type, physical_id) from error
            raise
        if not answer[result] or _has_ended(answer[result][0]):
            raise GoneError(self.type, physical_id)
        return dict(answer[result][0])


def is_missing(error: ClientError) -> bool:
    """Tell whether EC2 said that there is no such resource."""
    code = error.response["Error"]["Code"]
    return "NotFound" in code or "Unknown" in code or "Malformed" in code


def _has_ended(found: dict[str, Any]) -> bool:
    for key in ("State", "Status"):
        state = found.get(key)
        name = state.get("Name", state.get("Code")) if isinstance(state, dict) else state
        if isinstance(name, str) and name in _ENDED:
            return True
    return False


def specified(kind: str, properties: Properties) -> dict[str, Any]:
    """Return the parameter that tags a resource of this kind as it is created."""
    tags = properties.get("Tags")
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tag_list(tags)}]} if tags else {}


def tag(at: Context, resource_id: str, properties: Properties) -> None:
    """Tag a resource whose creation takes no tags."""
    if properties.get("Tags"):
        at.client("ec2").create_tags(Resources=[resource_id], Tags=tag_list(properties["Tags"]))


def retag(at: Context, resource_id: str, old: Properties, new: Properties) -> None:
    """Set the tags that differ and take away those no longer named."""
    wanted, gone = tag_changes(old.get("Tags"), new.get("Tags"))
    if wanted:
        at.client("ec2").create_tags(Resources=[resource_id], Tags=tag_list(wanted))
    if gone:
        at.client("ec2").delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in gone])


def filtered(**filters: str) -> list[dict[str, Any]]:
    """Return the parameter Filters: `vpc_id="vpc-1"` filters by `vpc-id`."""
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]


def without_nothing(properties: Properties) -> Properties:
    """Leave out what has no value, as Describe calls of AWS do."""
    return {name: value for name, value in properties.items() if value not in (None, "")}


def violation(message: str) -> ResourceError:
    """Return EC2's DependencyViolation, which it gives for what is still in use."""
    return ResourceError(
        f"{message} (Service: Ec2, Status Code: 400, Error Code: DependencyViolation)",
        "InvalidRequest",
    )


def live_interfaces(at: Context, vpc_id: str) -> list[dict[str, Any]]:
    """Return the network interfaces of a VPC, without those of terminated instances.

    The service here keeps an instance's own interface after its end; in AWS it goes with it.
    """
    ec2 = at.client("ec2")
    found = ec2.describe_network_interfaces(Filters=filtered(vpc_id=vpc_id))["NetworkInterfaces"]
    owners = {one.get("Attachment", {}).get("InstanceId") for one in found} - {None}
    gone = terminated(at, sorted(owners)) if owners else frozenset()
    return [one for one in found if one.get("Attachment", {}).get("InstanceId") not in gone]


def terminated(at: Context, instance_ids: list[str]) -> frozenset[str]:
    """Return which of these instances have ended."""
    found = at.client("ec2").describe_instances(InstanceIds=instance_ids)["Reservations"]
    instances = [one for reservation in found for one in reservation["Instances"]]
    return frozenset(one["InstanceId"] for one in instances if one["State"]["Name"] == "terminated")
