"""Looks parameters up in the account, in the name of whoever calls."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from dryrun.cloud import inside

_EC2: dict[str, tuple[str, str, str, str]] = {
    "AWS::EC2::AvailabilityZone::Name": (
        "describe_availability_zones",
        "ZoneNames",
        "AvailabilityZones",
        "ZoneName",
    ),
    "AWS::EC2::Image::Id": ("describe_images", "ImageIds", "Images", "ImageId"),
    "AWS::EC2::Instance::Id": ("describe_instances", "InstanceIds", "Reservations", "InstanceId"),
    "AWS::EC2::KeyPair::KeyName": ("describe_key_pairs", "KeyNames", "KeyPairs", "KeyName"),
    "AWS::EC2::SecurityGroup::GroupName": (
        "describe_security_groups",
        "GroupNames",
        "SecurityGroups",
        "GroupName",
    ),
    "AWS::EC2::SecurityGroup::Id": (
        "describe_security_groups",
        "GroupIds",
        "SecurityGroups",
        "GroupId",
    ),
    "AWS::EC2::Subnet::Id": ("describe_subnets", "SubnetIds", "Subnets", "SubnetId"),
    "AWS::EC2::VPC::Id": ("describe_vpcs", "VpcIds", "Vpcs", "VpcId"),
    "AWS::EC2::Volume::Id": ("describe_volumes", "VolumeIds", "Volumes", "VolumeId"),
}
"""The operation that lists each type, its argument, its list, and the name of an item."""

_ZONE = "AWS::Route53::HostedZone::Id"
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


class AwsLookup:
    """The account's own resources in one region; to be used inside a request."""

    def __init__(self, region: str) -> None:
        self._region = region

    def ssm(self, name: str) -> tuple[str, str]:
        """Return the value and type of a parameter in Parameter Store; KeyError without one."""
        try:
            found = self._client("ssm").get_parameter(Name=name)["Parameter"]
        except ClientError as error:
            if _code(error) in _DENIED:
                raise
            raise KeyError(name) from error
        except ParamValidationError as error:  # an empty name
            raise KeyError(name) from error
        return str(found["Value"]), str(found["Type"])

    def exists(self, aws_type: str, value: str) -> bool:
        """Tell whether a resource of an AWS-specific parameter type exists."""
        try:
            return self._find(aws_type, value)
        except ClientError as error:
            if _code(error) in _DENIED:
                raise
            return False

    def all_of(self, aws_type: str) -> list[str]:
        """Return the names of all there are of an AWS-specific parameter type."""
        if aws_type == _ZONE:
            zones = self._client("route53").list_hosted_zones()["HostedZones"]
            return [str(zone["Id"]).rpartition("/")[2] for zone in zones]
        _, _, _, name = _EC2[aws_type]
        return [str(item[name]) for item in self._describe(aws_type, None)]

    def attribute(self, aws_type: str, value: str, name: str) -> str:
        """Return an attribute or `Tags.key` of one of them; nothing when it has none."""
        if aws_type == _ZONE:
            return ""
        for item in self._describe(aws_type, value):
            if name.startswith("Tags."):
                tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}
                return str(tags.get(name.removeprefix("Tags."), ""))
            if name in ("DefaultNetworkAcl", "DefaultSecurityGroup"):
                return self._default(name, value)
            return str(item.get(name, ""))
        return ""

    def _default(self, name: str, vpc: str) -> str:
        ec2 = self._client("ec2")
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        if name == "DefaultNetworkAcl":
            filters.append({"Name": "default", "Values": ["true"]})
            found = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
            return str(found[0]["NetworkAclId"]) if found else ""
        filters.append({"Name": "group-name", "Values": ["default"]})
        groups = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        return str(groups[0]["GroupId"]) if groups else ""

    def _find(self, aws_type: str, value: str) -> bool:
        if aws_type == _ZONE:
            self._client("route53").get_hosted_zone(Id=value)
            return True
        return bool(self._describe(aws_type, value))

    def _describe(self, aws_type: str, value: str | None) -> list[dict[str, Any]]:
        operation, argument, member, _ = _EC2[aws_type]
        wanted = {} if value is None else {argument: [value]}
        items = getattr(self._client("ec2"), operation)(**wanted)[member]
        if member == "Reservations":
            return [instance for item in items for instance in item["Instances"]]
        return list(items)

    def _client(self, service: str) -> Any:
        return inside.client(service, self._region)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
