"""The security groups of an instance are those of its first network interface."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client


def made() -> tuple[str, str, list[str]]:
    ec2 = client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    known = {"Description": "d", "VpcId": vpc}
    here = ec2.describe_security_groups()["SecurityGroups"]
    names = [f"group-{len(here)}-{number}" for number in range(2)]
    groups = [ec2.create_security_group(GroupName=name, **known)["GroupId"] for name in names]
    ran = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SecurityGroupIds=groups[:1])
    [instance] = ran["Instances"]
    [interface] = instance["NetworkInterfaces"]
    return instance["InstanceId"], interface["NetworkInterfaceId"], groups


def ids(thing: dict[str, Any], name: str) -> list[str]:
    return [group["GroupId"] for group in thing[name]]


def found(instance: str, interface: str) -> tuple[list[str], list[str]]:
    ec2 = client("ec2")
    [reservation] = ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    [card] = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    return ids(reservation["Instances"][0], "SecurityGroups"), ids(card, "Groups")


def test_what_is_changed_of_the_instance_holds_for_its_interface() -> None:
    instance, interface, (first, second) = made()
    assert found(instance, interface) == ([first], [first])
    client("ec2").modify_instance_attribute(InstanceId=instance, Groups=[second])
    assert found(instance, interface) == ([second], [second])


def test_what_is_changed_of_the_interface_holds_for_the_instance() -> None:
    instance, interface, (first, second) = made()
    client("ec2").modify_network_interface_attribute(
        NetworkInterfaceId=interface, Groups=[second, first]
    )
    assert found(instance, interface) == ([second, first], [second, first])


def test_a_change_of_nothing_is_refused() -> None:
    instance, interface, (first, _) = made()
    with pytest.raises(ClientError, match="No attributes specified") as caught:
        client("ec2").modify_instance_attribute(InstanceId=instance)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterCombination"
    assert found(instance, interface) == ([first], [first])
