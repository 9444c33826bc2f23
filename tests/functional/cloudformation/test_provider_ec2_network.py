"""AWS::EC2: networks, routes, gateways and network ACLs, type by type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from trial import ACCOUNT, Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

TAGS = [{"Key": "Name", "Value": "one"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]
EC2 = "AWS::EC2::"


@pytest.fixture
def vpc() -> Iterator[str]:
    with Trial(EC2 + "VPC", {"CidrBlock": "10.0.0.0/16", "Tags": TAGS}, "Vpc") as trial:
        yield trial.physical_id


@pytest.fixture
def subnet(vpc: str) -> Iterator[str]:
    properties = {"VpcId": vpc, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-east-1b"}
    with Trial(EC2 + "Subnet", properties, "Subnet") as trial:
        yield trial.physical_id


def ec2_attribute(vpc_id: str, name: str) -> bool:
    found = client("ec2").describe_vpc_attribute(VpcId=vpc_id, Attribute=name)
    return bool(found[name[0].upper() + name[1:]]["Value"])


def test_vpc() -> None:
    with Trial(
        EC2 + "VPC", {"CidrBlock": "10.9.0.0/16", "EnableDnsHostnames": True, "Tags": TAGS}
    ) as vpc:
        found = vpc.read()
        assert found["VpcId"] == vpc.physical_id
        assert found["DefaultSecurityGroup"].startswith("sg-")
        assert found["DefaultNetworkAcl"].startswith("acl-")
        assert len(found["CidrBlockAssociations"]) == 1
        assert found["Ipv6CidrBlocks"] == []
        assert (found["EnableDnsHostnames"], found["EnableDnsSupport"]) == (True, True)
        assert found["Tags"] == TAGS
        found = vpc.update({"CidrBlock": "10.9.0.0/16", "EnableDnsSupport": False})
        assert (found["EnableDnsHostnames"], found["EnableDnsSupport"]) == (False, False)
        assert not ec2_attribute(vpc.physical_id, "enableDnsSupport")
        assert found["Tags"] == []
        replaces = vpc.provider.replaces
        path = ("InstanceTenancy",)
        assert replaces({}, {"InstanceTenancy": "dedicated"}, path) is True
        assert replaces({"InstanceTenancy": "dedicated"}, {}, path) is False


def test_vpc_with_gateway_stays(vpc: str) -> None:
    with Trial(EC2 + "InternetGateway", {"Tags": TAGS}) as gateway:
        found = gateway.read()
        assert found == {"InternetGatewayId": gateway.physical_id, "Tags": TAGS}
        assert gateway.update({})["Tags"] == []
        attach = {"VpcId": vpc, "InternetGatewayId": gateway.physical_id}
        with Trial(EC2 + "VPCGatewayAttachment", attach) as attachment:
            assert attachment.physical_id == f"IGW|{vpc}"
            assert attachment.read() == {"AttachmentType": "IGW", **attach}
            trial = Trial(EC2 + "VPC", {"CidrBlock": "10.0.0.0/16"})
            trial.physical_id = vpc
            with pytest.raises(ResourceError, match="has dependencies and cannot be deleted"):
                trial.delete()


def test_subnet(vpc: str) -> None:
    properties = {
        "VpcId": vpc,
        "CidrBlock": "10.0.2.0/24",
        "AvailabilityZone": "us-east-1a",
        "MapPublicIpOnLaunch": True,
        "Tags": TAGS,
    }
    with Trial(EC2 + "Subnet", properties) as subnet:
        found = subnet.read()
        assert {name: found[name] for name in properties} == properties
        assert found["NetworkAclAssociationId"].startswith("aclassoc-")
        assert found["AvailabilityZoneId"]
        less = {name: properties[name] for name in properties if name != "MapPublicIpOnLaunch"}
        found = subnet.update({**less, "Tags": TAGS[1:]})
        assert found["MapPublicIpOnLaunch"] is False
        assert found["Tags"] == TAGS[1:]
        interface = client("ec2").create_network_interface(SubnetId=subnet.physical_id)
        with pytest.raises(ResourceError, match=r"The subnet 'subnet-.*' has dependencies"):
            subnet.delete()
        client("ec2").delete_network_interface(
            NetworkInterfaceId=interface["NetworkInterface"]["NetworkInterfaceId"]
        )
    assert subnet.provider.unsupported({"VpcId": vpc}) is not None


def test_ranges(vpc: str) -> None:
    with Trial(EC2 + "VPCCidrBlock", {"VpcId": vpc, "CidrBlock": "10.1.0.0/16"}) as block:
        assert block.read()["CidrBlock"] == "10.1.0.0/16"
        with (
            Trial(EC2 + "Subnet", {"VpcId": vpc, "CidrBlock": "10.1.1.0/24"}),
            pytest.raises(ResourceError, match="currently has a subnet within CIDR block"),
        ):
            block.delete()
    with Trial(EC2 + "VPCCidrBlock", {"VpcId": vpc, "AmazonProvidedIpv6CidrBlock": True}) as block:
        v6 = block.read()["Ipv6CidrBlock"]
        trial = Trial(EC2 + "VPC", {})
        trial.physical_id = vpc
        assert trial.read()["Ipv6CidrBlocks"] == [v6]
        with Trial(EC2 + "Subnet", {"VpcId": vpc, "CidrBlock": "10.0.3.0/24"}) as subnet:
            part = v6.replace("/56", "/64")
            properties = {"SubnetId": subnet.physical_id, "Ipv6CidrBlock": part}
            with Trial(EC2 + "SubnetCidrBlock", properties) as piece:
                assert piece.read() == {"Id": piece.physical_id, **properties}
                assert subnet.read()["Ipv6CidrBlocks"] == [part]


def test_dhcp_options(vpc: str) -> None:
    properties = {"DomainName": "ferry.test", "DomainNameServers": ["10.0.0.2"], "Tags": TAGS}
    with Trial(EC2 + "DHCPOptions", properties) as options:
        assert options.read() == {"DhcpOptionsId": options.physical_id, **properties}
        both = {"DhcpOptionsId": options.physical_id, "VpcId": vpc}
        with Trial(EC2 + "VPCDHCPOptionsAssociation", both) as association:
            assert association.physical_id == f"{options.physical_id}|{vpc}"
            assert association.read() == both
        assert options.update({**properties, "Tags": []})["Tags"] == []


def test_routes(vpc: str, subnet: str) -> None:
    ec2 = client("ec2")
    with (
        Trial(EC2 + "InternetGateway", {}) as gateway,
        Trial(
            EC2 + "VPCGatewayAttachment", {"VpcId": vpc, "InternetGatewayId": gateway.physical_id}
        ),
        Trial(EC2 + "RouteTable", {"VpcId": vpc, "Tags": TAGS}) as table,
        Trial(EC2 + "EIP", {"Domain": "vpc", "Tags": TAGS}) as address,
    ):
        assert table.read()["Tags"] == TAGS
        assert address.physical_id == address.read()["PublicIp"]
        allocation = address.read()["AllocationId"]
        nat_properties = {"AllocationId": allocation, "SubnetId": subnet, "Tags": TAGS}
        with Trial(EC2 + "NatGateway", nat_properties) as nat:
            found = nat.read()
            assert {name: found[name] for name in nat_properties} == nat_properties
            assert found["EniId"].startswith("eni-")
            route_properties = {
                "RouteTableId": table.physical_id,
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": gateway.physical_id,
            }
            with Trial(EC2 + "Route", route_properties) as route:
                assert route.physical_id == f"{table.physical_id}|0.0.0.0/0"
                assert route.read() == {"CidrBlock": "0.0.0.0/0", **route_properties}
                moved = {**route_properties, "NatGatewayId": nat.physical_id}
                del moved["GatewayId"]
                found = route.update(moved)
                assert found["NatGatewayId"] == nat.physical_id
                assert "GatewayId" not in found
            with Trial(
                EC2 + "SubnetRouteTableAssociation",
                {"RouteTableId": table.physical_id, "SubnetId": subnet},
            ) as association:
                assert association.physical_id.startswith("rtbassoc-")
                shown = ec2.describe_route_tables(RouteTableIds=[table.physical_id])
                associations = shown["RouteTables"][0]["Associations"]
                assert [one["SubnetId"] for one in associations] == [subnet]
            with Trial(
                EC2 + "GatewayRouteTableAssociation",
                {"RouteTableId": table.physical_id, "GatewayId": gateway.physical_id},
            ) as association:
                assert association.read()["RouteTableId"] == table.physical_id


def test_ipv6_route(vpc: str) -> None:
    with (
        Trial(EC2 + "EgressOnlyInternetGateway", {"VpcId": vpc}) as gateway,
        Trial(EC2 + "RouteTable", {"VpcId": vpc}) as table,
    ):
        assert gateway.read()["VpcId"] == vpc
        properties = {
            "RouteTableId": table.physical_id,
            "DestinationIpv6CidrBlock": "::/0",
            "EgressOnlyInternetGatewayId": gateway.physical_id,
        }
        with Trial(EC2 + "Route", properties) as route:
            assert route.read() == {"CidrBlock": "::/0", **properties}


def test_addresses(subnet: str) -> None:
    ec2 = client("ec2")
    eni = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    with Trial(EC2 + "EIP", {}) as address:
        found = address.read()
        properties = {"AllocationId": found["AllocationId"], "NetworkInterfaceId": eni}
        with Trial(EC2 + "EIPAssociation", properties) as association:
            read = association.read()
            assert {name: read[name] for name in properties} == properties
            assert read["EIP"] == address.physical_id
        assert address.update({"Tags": TAGS})["Tags"] == TAGS
    ec2.delete_network_interface(NetworkInterfaceId=eni)


def test_peering(vpc: str) -> None:
    with Trial(EC2 + "VPC", {"CidrBlock": "10.2.0.0/16"}, "Other") as other:
        properties = {"VpcId": vpc, "PeerVpcId": other.physical_id, "Tags": TAGS}
        with Trial(EC2 + "VPCPeeringConnection", properties) as peering:
            found = peering.read()
            assert {name: found[name] for name in properties} == properties
            shown = client("ec2").describe_vpc_peering_connections(
                VpcPeeringConnectionIds=[peering.physical_id]
            )["VpcPeeringConnections"][0]
            assert shown["Status"]["Code"] == "active"
        role = {"PeerRoleArn": "arn:aws:iam::123456789012:role/accepts", "PeerOwnerId": ACCOUNT}
        with Trial(EC2 + "VPCPeeringConnection", {**properties, **role}) as peering:
            assert peering.read().items() >= role.items()
        role["PeerOwnerId"] = "210987654321"
        with pytest.raises(NotSimulatedError, match="PeerRoleArn"):
            Trial(EC2 + "VPCPeeringConnection", {**properties, **role}).create()


def test_network_acl(vpc: str, subnet: str) -> None:
    with Trial(EC2 + "NetworkAcl", {"VpcId": vpc, "Tags": TAGS}) as acl:
        assert acl.read() == {"Id": acl.physical_id, "VpcId": vpc, "Tags": TAGS}
        properties = {
            "NetworkAclId": acl.physical_id,
            "RuleNumber": 100,
            "Protocol": 6,
            "RuleAction": "allow",
            "Egress": True,
            "CidrBlock": "0.0.0.0/0",
            "PortRange": {"From": 80, "To": 80},
        }
        with Trial(EC2 + "NetworkAclEntry", properties) as entry:
            assert entry.read() == {"Id": entry.physical_id, **properties}
            assert entry.update({**properties, "RuleAction": "deny"})["RuleAction"] == "deny"
        with Trial(
            EC2 + "SubnetNetworkAclAssociation",
            {"NetworkAclId": acl.physical_id, "SubnetId": subnet},
        ) as association:
            assert association.read()["NetworkAclId"] == acl.physical_id
