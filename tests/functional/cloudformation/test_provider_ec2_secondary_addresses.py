"""Elastic IP addresses at the private addresses of one interface."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_two_addresses_of_an_interface() -> None:
    ec2 = client("ec2")
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    subnet = ec2.describe_subnets(Filters=wanted)["Subnets"][0]["SubnetId"]
    made = ec2.create_network_interface(SubnetId=subnet, SecondaryPrivateIpAddressCount=1)
    interface = made["NetworkInterface"]
    first, second = [one["PrivateIpAddress"] for one in interface["PrivateIpAddresses"]]
    ids = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(2)]
    asked = {"NetworkInterfaceId": interface["NetworkInterfaceId"]}
    at_first = {**asked, "AllocationId": ids[0], "PrivateIpAddress": first}
    at_second = {**asked, "AllocationId": ids[1], "PrivateIpAddress": second}
    with Trial("AWS::EC2::EIPAssociation", at_first) as one:
        with Trial("AWS::EC2::EIPAssociation", at_second) as two:
            assert one.read()["PrivateIpAddress"] == first
            assert two.read()["PrivateIpAddress"] == second
            shown = _public(interface["NetworkInterfaceId"])
            assert shown == one.read()["EIP"]
        assert _public(interface["NetworkInterfaceId"]) == one.read()["EIP"]
    with pytest.raises(ClientError, match="is not assigned to interface"):
        Trial("AWS::EC2::EIPAssociation", {**at_first, "PrivateIpAddress": "10.9.9.9"}).create()


def _public(interface_id: str) -> str:
    found = client("ec2").describe_network_interfaces(NetworkInterfaceIds=[interface_id])
    return str(found["NetworkInterfaces"][0]["Association"]["PublicIp"])
