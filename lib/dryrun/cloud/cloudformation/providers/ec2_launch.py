"""How AWS::EC2::Instance and launch templates become a RunInstances request."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    ResourceError,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import filtered

_MOST_USER_DATA = 16384
_ROOTS = ("/dev/xvda", "/dev/sda1")
_PROVISIONED = ("io1", "io2")
"""The types of volumes whose speed has to be named."""
_PLAIN = (
    "EbsOptimized",
    "HibernationOptions",
    "ImageId",
    "InstanceInitiatedShutdownBehavior",
    "InstanceType",
    "Ipv6AddressCount",
    "KeyName",
    "LaunchTemplate",
    "MetadataOptions",
)


def run_request(at: Context, properties: Properties) -> dict[str, Any]:
    """Return the parameters of RunInstances for one instance."""
    image = str(properties.get("ImageId") or "")
    if not image:
        raise ResourceError("The request must contain the parameter ImageId")
    if not image.startswith("ami-"):
        raise ResourceError(f'Invalid id: "{image}" (expecting "ami-...")')
    request: dict[str, Any] = {"MinCount": 1, "MaxCount": 1, **pick(properties, *_PLAIN)}
    if "UserData" in properties:
        request["UserData"] = decoded(properties["UserData"])
    if "Monitoring" in properties:
        request["Monitoring"] = {"Enabled": bool(properties["Monitoring"])}
    if "IamInstanceProfile" in properties:
        request["IamInstanceProfile"] = profile(properties["IamInstanceProfile"])
    if properties.get("BlockDeviceMappings"):
        request["BlockDeviceMappings"] = _mappings(at, image, properties["BlockDeviceMappings"])
    request["TagSpecifications"] = _tags(properties)
    request |= _network(at, properties)
    if properties.get("PlacementGroupName"):
        group = {"GroupName": properties["PlacementGroupName"]}
        request["Placement"] = request.get("Placement", {}) | group
    return request


def decoded(user_data: str) -> bytes:
    """Return user data as it was before Base64, which botocore applies itself."""
    try:
        plain = base64.b64decode(user_data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ResourceError("Invalid BASE64 encoding of user data.") from error
    if len(plain) > _MOST_USER_DATA:
        raise ResourceError("User data is limited to 16384 bytes")
    return plain


def profile(given: str) -> dict[str, str]:
    """Return an instance profile named by its name or ARN, as EC2 wants it."""
    return {"Arn": given} if given.startswith("arn:") else {"Name": given}


def _tags(properties: Properties) -> list[dict[str, Any]]:
    tags = tag_list(properties.get("Tags"))
    kinds = ["instance"]
    if properties.get("PropagateTagsToVolumeOnCreation"):
        kinds.append("volume")
    return [{"ResourceType": kind, "Tags": tags} for kind in kinds if tags]


def _mappings(at: Context, image: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the mappings with what AWS takes from the image: the root volume and its size."""
    images = at.client("ec2").describe_images(Filters=filtered(image_id=image))["Images"]
    root = images[0]["RootDeviceName"] if images else _ROOTS[1]
    made = []
    for one in given:
        name = one["DeviceName"]
        if "NoDevice" in one:
            made.append({"DeviceName": name, "NoDevice": ""})
        elif "Ebs" in one:
            made.append({"DeviceName": name, "Ebs": _ebs(one["Ebs"], name in (root, *_ROOTS))})
        # What remains are instance store volumes, which no Describe call lists.
    if not any(one["DeviceName"] in (root, *_ROOTS) for one in made):
        made.insert(0, {"DeviceName": root, "Ebs": _ebs({}, True)})
    return made


def _ebs(given: dict[str, Any], is_root: bool) -> dict[str, Any]:
    # "Preserve data when an instance is terminated", EC2 User Guide: only the root goes by default.
    made = {"DeleteOnTermination": is_root, **given}
    if "VolumeSize" not in made and "SnapshotId" not in made:
        made["VolumeSize"] = 8
    if made.get("VolumeType") in _PROVISIONED:
        # RunInstances of the service here cannot make these; they are changed afterwards.
        made["VolumeType"] = "gp3"
    return made


def _network(at: Context, properties: Properties) -> dict[str, Any]:
    """Return where the instance is put, all of it named, as AWS works it out by itself."""
    given = properties.get("NetworkInterfaces") or [{"DeviceIndex": "0"}]
    interfaces = [_interface(one) for one in given]
    first = next((one for one in interfaces if one["DeviceIndex"] == 0), interfaces[0])
    groups = list(properties.get("SecurityGroupIds") or first.pop("Groups", None) or [])
    if "NetworkInterfaceId" in first:
        return _on_interface(at, interfaces, first)
    first.setdefault("SubnetId", properties.get("SubnetId") or _default_subnet(at, properties))
    if "PrivateIpAddress" in properties:
        first.setdefault("PrivateIpAddress", properties["PrivateIpAddress"])
    subnet = at.client("ec2").describe_subnets(SubnetIds=[first["SubnetId"]])["Subnets"][0]
    check_address(at, first, subnet)
    names = list(properties.get("SecurityGroups") or [])
    if not groups and not names:
        groups = [_default_group(at, subnet["VpcId"])]
    request: dict[str, Any] = {"NetworkInterfaces": interfaces}
    if groups:
        request["SecurityGroupIds"] = groups
    if names:
        request["SecurityGroups"] = names
    return request


def _on_interface(
    at: Context, interfaces: list[dict[str, Any]], first: dict[str, Any]
) -> dict[str, Any]:
    found = at.client("ec2").describe_network_interfaces(
        NetworkInterfaceIds=[first["NetworkInterfaceId"]]
    )["NetworkInterfaces"][0]
    return {
        "NetworkInterfaces": interfaces,
        "Placement": {"AvailabilityZone": found["AvailabilityZone"]},
        "SecurityGroupIds": sorted(group["GroupId"] for group in found["Groups"]),
    }


def _interface(given: dict[str, Any]) -> dict[str, Any]:
    names = (
        "AssociatePublicIpAddress",
        "DeleteOnTermination",
        "Description",
        "NetworkInterfaceId",
        "PrivateIpAddress",
        "PrivateIpAddresses",
        "SubnetId",
    )
    made = pick(given, *names, Groups="GroupSet")
    made["DeviceIndex"] = int(given.get("DeviceIndex", 0))
    if "NetworkInterfaceId" not in made:
        made.setdefault("DeleteOnTermination", True)
    return made


def _default_subnet(at: Context, properties: Properties) -> str:
    filters = [{"Name": "default-for-az", "Values": ["true"]}]
    found = at.client("ec2").describe_subnets(Filters=filters)["Subnets"]
    vpcs = at.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])
    default = [one["VpcId"] for one in vpcs["Vpcs"]]
    found = [one for one in found if one["VpcId"] in default]
    if not found:
        raise ResourceError(
            "No default VPC for this user. GroupName is only supported for EC2-Classic and "
            "default VPC."
        )
    zone = properties.get("AvailabilityZone")
    there = [one for one in found if zone in (None, one["AvailabilityZone"])]
    if not there:
        raise ResourceError(f"No default subnet for availability zone: '{zone}'.")
    return str(min(there, key=lambda one: one["AvailabilityZone"])["SubnetId"])


def _default_group(at: Context, vpc_id: str) -> str:
    filters = filtered(vpc_id=vpc_id, group_name="default")
    found = at.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return str(found[0]["GroupId"])


def check_address(at: Context, interface: dict[str, Any], subnet: dict[str, Any]) -> None:
    """Refuse a private address that the subnet does not have, or that is taken."""
    address = interface.get("PrivateIpAddress")
    if not address:
        return
    if ipaddress.ip_address(address) not in ipaddress.ip_network(subnet["CidrBlock"]):
        raise ResourceError("Address does not fall within the subnet's address range")
    filters = filtered(subnet_id=subnet["SubnetId"], private_ip_address=address)
    if at.client("ec2").describe_network_interfaces(Filters=filters)["NetworkInterfaces"]:
        raise ResourceError(f"Address {address} is in use.", "AlreadyExists")


def with_template(at: Context, properties: Properties) -> Properties:
    """Return the properties with what the launch template says of those not given."""
    named = properties.get("LaunchTemplate")
    if not named:
        return properties
    version = str(named.get("Version", "$Default"))
    found = at.client("ec2").describe_launch_template_versions(
        **pick(named, "LaunchTemplateId", "LaunchTemplateName"), Versions=[version]
    )["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    said = pick(found, *(name for name in _PLAIN if name != "LaunchTemplate"))
    said |= pick(
        found,
        "BlockDeviceMappings",
        "DisableApiTermination",
        "SecurityGroupIds",
        "SecurityGroups",
        "UserData",
    )
    if found.get("IamInstanceProfile"):
        one = found["IamInstanceProfile"]
        said["IamInstanceProfile"] = one.get("Name") or one.get("Arn")
    if found.get("Monitoring"):
        said["Monitoring"] = found["Monitoring"].get("Enabled", False)
    if found.get("NetworkInterfaces") and "SubnetId" not in properties:
        interfaces = found["NetworkInterfaces"]
        said["NetworkInterfaces"] = [one | pick(one, GroupSet="Groups") for one in interfaces]
    if found.get("Placement", {}).get("AvailabilityZone"):
        said["AvailabilityZone"] = found["Placement"]["AvailabilityZone"]
    if found.get("Placement", {}).get("GroupName"):
        said["PlacementGroupName"] = found["Placement"]["GroupName"]
    return {name: value for name, value in said.items() if value is not None} | properties
