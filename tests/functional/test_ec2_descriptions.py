"""What EC2 shows of networks, endpoints and keys."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from in_process import client

PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"


def ec2() -> Any:
    return client("ec2")


def network() -> str:
    return str(ec2().create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])


def subnet(vpc: str, number: int, zone: str) -> str:
    made = ec2().create_subnet(
        VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
    )
    return str(made["Subnet"]["SubnetId"])


def test_a_route_table_learns_of_no_gateway() -> None:
    made = ec2().create_route_table(VpcId=network())["RouteTable"]
    assert made["PropagatingVgws"] == []
    (found,) = ec2().describe_route_tables(RouteTableIds=[made["RouteTableId"]])["RouteTables"]
    assert found["PropagatingVgws"] == []


def test_dhcp_options_have_an_owner() -> None:
    options = [{"Key": "domain-name", "Values": ["pier.example"]}]
    made = ec2().create_dhcp_options(DhcpConfigurations=options)["DhcpOptions"]
    assert made["OwnerId"] == "123456789012"


def test_a_network_acl_denies_what_is_left() -> None:
    made = ec2().create_network_acl(VpcId=network())["NetworkAcl"]
    rule = {"CidrBlock": "0.0.0.0/0", "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767}
    (found,) = ec2().describe_network_acls(NetworkAclIds=[made["NetworkAclId"]])["NetworkAcls"]
    assert found["Entries"] == [{**rule, "Egress": True}, {**rule, "Egress": False}]


def test_a_transit_gateway_without_blocks_shows_none() -> None:
    made = ec2().create_transit_gateway()["TransitGateway"]
    assert "TransitGatewayCidrBlocks" not in made["Options"]
    blocks = {"TransitGatewayCidrBlocks": ["10.8.0.0/16"]}
    made = ec2().create_transit_gateway(Options=blocks)["TransitGateway"]
    assert made["Options"]["TransitGatewayCidrBlocks"] == ["10.8.0.0/16"]


def test_an_unknown_key_pair() -> None:
    ec2().create_key_pair(KeyName="here")
    with pytest.raises(ClientError) as caught:
        ec2().describe_key_pairs(KeyNames=["here", "gone"])
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidKeyPair.NotFound"
    assert error["Message"] == "The key pair 'gone' does not exist"


def test_fingerprints() -> None:
    found = ec2().import_key_pair(KeyName="brought", PublicKeyMaterial=PUBLIC.encode())
    blob = base64.b64decode(PUBLIC.split()[1])
    assert found["KeyFingerprint"] == base64.b64encode(hashlib.sha256(blob).digest()).decode()
    made = ec2().create_key_pair(KeyName="made")
    private = serialization.load_pem_private_key(made["KeyMaterial"].encode(), None)
    der = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    expected = hashlib.sha1(der, usedforsecurity=False).digest().hex(":")
    assert made["KeyFingerprint"] == expected


def test_an_endpoint_of_interfaces_has_names() -> None:
    vpc = network()
    made = ec2().create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.ecr.api",
        SubnetIds=[subnet(vpc, 1, "a"), subnet(vpc, 2, "b")],
        PrivateDnsEnabled=True,
    )["VpcEndpoint"]
    assert made["RequesterManaged"] is False
    assert (made["IpAddressType"], made["DnsOptions"]) == ("ipv4", {"DnsRecordIpType": "ipv4"})
    rule = {"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}
    assert json.loads(made["PolicyDocument"]) == {"Statement": [rule]}
    own, first, second, private = [one["DnsName"] for one in made["DnsEntries"]]
    ending = ".api.ecr.us-east-1.vpce.amazonaws.com"
    assert own.startswith(made["VpcEndpointId"])
    assert first == own.replace(ending, f"-us-east-1a{ending}")
    assert second == own.replace(ending, f"-us-east-1b{ending}")
    assert private == "api.ecr.us-east-1.amazonaws.com"
    zones = [one["HostedZoneId"] for one in made["DnsEntries"]]
    assert zones[0] == zones[1] == zones[2] != zones[3]


def test_an_endpoint_that_is_a_gateway_has_none() -> None:
    made = ec2().create_vpc_endpoint(VpcId=network(), ServiceName="com.amazonaws.us-east-1.s3")
    found = made["VpcEndpoint"]
    assert json.loads(found["PolicyDocument"])["Version"] == "2008-10-17"
    assert "DnsOptions" not in found
    assert not found["DnsEntries"]
