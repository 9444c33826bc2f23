"""Looks parameters up in the account, in the name of whoever calls."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud import inside

_EC2: dict[str, tuple[str, str]] = {
    "AWS::EC2::AvailabilityZone::Name": ("describe_availability_zones", "ZoneNames"),
    "AWS::EC2::Image::Id": ("describe_images", "ImageIds"),
    "AWS::EC2::Instance::Id": ("describe_instances", "InstanceIds"),
    "AWS::EC2::KeyPair::KeyName": ("describe_key_pairs", "KeyNames"),
    "AWS::EC2::SecurityGroup::GroupName": ("describe_security_groups", "GroupNames"),
    "AWS::EC2::SecurityGroup::Id": ("describe_security_groups", "GroupIds"),
    "AWS::EC2::Subnet::Id": ("describe_subnets", "SubnetIds"),
    "AWS::EC2::VPC::Id": ("describe_vpcs", "VpcIds"),
    "AWS::EC2::Volume::Id": ("describe_volumes", "VolumeIds"),
}
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
        return str(found["Value"]), str(found["Type"])

    def exists(self, aws_type: str, value: str) -> bool:
        """Tell whether a resource of an AWS-specific parameter type exists."""
        try:
            return self._find(aws_type, value)
        except ClientError as error:
            if _code(error) in _DENIED:
                raise
            return False

    def _find(self, aws_type: str, value: str) -> bool:
        if aws_type == "AWS::Route53::HostedZone::Id":
            self._client("route53").get_hosted_zone(Id=value)
            return True
        operation, argument = _EC2[aws_type]
        answer = getattr(self._client("ec2"), operation)(**{argument: [value]})
        return any(found for key, found in answer.items() if isinstance(found, list))

    def _client(self, service: str) -> Any:
        return inside.client(service, self._region)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
