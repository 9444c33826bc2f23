"""AWS::EC2: endpoints, flow logs, prefix lists, VPN, hosts and transit gateways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from trial import Trial, client

TAGS = [{"Key": "Name", "Value": "one"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]
EC2 = "AWS::EC2::"


@pytest.fixture
def vpc() -> Iterator[str]:
    with Trial(EC2 + "VPC", {"CidrBlock": "10.0.0.0/16"}, "Vpc") as trial:
        yield trial.physical_id


@pytest.fixture
def subnet(vpc: str) -> Iterator[str]:
    with Trial(EC2 + "Subnet", {"VpcId": vpc, "CidrBlock": "10.0.1.0/24"}, "Subnet") as trial:
        yield trial.physical_id


def routes(table: str) -> int:
    found = client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]
    return sum(1 for one in found["Routes"] if "DestinationPrefixListId" in one)


def test_gateway_endpoint(vpc: str) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}
    with (
        Trial(EC2 + "RouteTable", {"VpcId": vpc}, "One") as one,
        Trial(EC2 + "RouteTable", {"VpcId": vpc}, "Two") as two,
    ):
        properties = {
            "VpcId": vpc,
            "ServiceName": "com.amazonaws.us-east-1.s3",
            "RouteTableIds": [one.physical_id],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "Tags": TAGS,
        }
        with Trial(EC2 + "VPCEndpoint", properties) as endpoint:
            found = endpoint.read()
            assert {name: found[name] for name in properties} == properties
            assert found["VpcEndpointType"] == "Gateway"
            assert (routes(one.physical_id), routes(two.physical_id)) == (1, 0)
            found = endpoint.update({**properties, "RouteTableIds": [two.physical_id], "Tags": []})
            assert found["RouteTableIds"] == [two.physical_id]
            assert (routes(one.physical_id), routes(two.physical_id)) == (0, 1)
            assert found["Tags"] == []


def test_interface_endpoint(vpc: str, subnet: str) -> None:
    with Trial(EC2 + "SecurityGroup", {"VpcId": vpc, "GroupDescription": "g"}, "G") as group:
        properties = {
            "VpcId": vpc,
            "ServiceName": "com.amazonaws.us-east-1.sqs",
            "VpcEndpointType": "Interface",
            "SubnetIds": [subnet],
            "SecurityGroupIds": [group.physical_id],
            "PrivateDnsEnabled": True,
        }
        with Trial(EC2 + "VPCEndpoint", properties) as endpoint:
            found = endpoint.read()
            assert {name: found[name] for name in properties} == properties
            assert len(found["NetworkInterfaceIds"]) == 1
            assert ":vpce-" in found["DnsEntries"][0]
            shown = client("ec2").describe_network_interfaces(
                NetworkInterfaceIds=found["NetworkInterfaceIds"]
            )["NetworkInterfaces"][0]
            assert [one["GroupId"] for one in shown["Groups"]] == [group.physical_id]


def test_endpoint_service(subnet: str) -> None:
    balancer = Trial(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network", "Subnets": [subnet]}
    )
    with balancer:
        properties = {
            "NetworkLoadBalancerArns": [balancer.physical_id],
            "AcceptanceRequired": False,
        }
        with Trial(EC2 + "VPCEndpointService", properties) as service:
            found = service.read()
            assert {name: found[name] for name in properties} == properties
            found = service.update({**properties, "AcceptanceRequired": True})
            assert found["AcceptanceRequired"] is True
            allowed = {
                "ServiceId": service.physical_id,
                "AllowedPrincipals": ["arn:aws:iam::123456789012:root"],
            }
            with Trial(EC2 + "VPCEndpointServicePermissions", allowed) as permissions:
                assert permissions.read() == allowed


def test_flow_log(vpc: str) -> None:
    client("logs").create_log_group(logGroupName="flow")
    properties = {
        "ResourceId": vpc,
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogGroupName": "flow",
        "DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/flow",
        "MaxAggregationInterval": 60,
        "Tags": TAGS,
    }
    with Trial(EC2 + "FlowLog", properties) as log:
        found = log.read()
        assert {name: found[name] for name in properties} == properties
        assert log.update({**properties, "Tags": TAGS[1:]})["Tags"] == TAGS[1:]
    client("logs").delete_log_group(logGroupName="flow")


def test_prefix_list() -> None:
    properties = {
        "PrefixListName": "offices",
        "AddressFamily": "IPv4",
        "MaxEntries": 5,
        "Entries": [{"Cidr": "10.1.0.0/16", "Description": "one"}],
        "Tags": TAGS,
    }
    with Trial(EC2 + "PrefixList", properties) as prefix_list:
        found = prefix_list.read()
        assert {name: found[name] for name in properties} == properties
        assert found["Arn"].endswith(prefix_list.physical_id)
        entries = [{"Cidr": "10.2.0.0/16", "Description": "two"}]
        found = prefix_list.update({**properties, "Entries": entries})
        assert found["Entries"] == entries
        assert found["Version"] == 2


def test_vpn(vpc: str) -> None:
    with (
        Trial(
            EC2 + "CustomerGateway",
            {"Type": "ipsec.1", "BgpAsn": 65010, "IpAddress": "203.0.113.9", "Tags": TAGS},
        ) as customer,
        Trial(EC2 + "VPNGateway", {"Type": "ipsec.1", "Tags": TAGS}) as gateway,
    ):
        assert customer.read()["BgpAsn"] == 65010
        assert customer.read()["Tags"] == TAGS
        assert gateway.read()["Type"] == "ipsec.1"
        attach = {"VpcId": vpc, "VpnGatewayId": gateway.physical_id}
        with Trial(EC2 + "VPCGatewayAttachment", attach) as attachment:
            assert attachment.physical_id == f"VGW|{vpc}"
            assert attachment.read() == {"AttachmentType": "VGW", **attach}
        properties = {
            "Type": "ipsec.1",
            "CustomerGatewayId": customer.physical_id,
            "VpnGatewayId": gateway.physical_id,
            "Tags": TAGS,
        }
        with Trial(EC2 + "VPNConnection", properties) as connection:
            found = connection.read()
            assert {name: found[name] for name in properties} == properties


def test_host() -> None:
    properties = {
        "AvailabilityZone": "us-east-1a",
        "InstanceType": "m5.large",
        "AutoPlacement": "off",
    }
    with Trial(EC2 + "Host", properties) as host:
        found = host.read()
        assert {name: found[name] for name in properties} == properties
        assert host.update({**properties, "AutoPlacement": "on"})["AutoPlacement"] == "on"


@pytest.mark.parametrize("kind", ["TransitGatewayAttachment", "TransitGatewayVpcAttachment"])
def test_transit_gateway(vpc: str, subnet: str, kind: str) -> None:
    properties = {
        "Description": "hub",
        "AmazonSideAsn": 64600,
        "DnsSupport": "enable",
        "Tags": TAGS,
    }
    with Trial(EC2 + "TransitGateway", properties) as gateway:
        found = gateway.read()
        assert {name: found[name] for name in properties} == properties
        assert gateway.update({**properties, "Description": "new"})["Description"] == "new"
        attach = {
            "TransitGatewayId": gateway.physical_id,
            "VpcId": vpc,
            "SubnetIds": [subnet],
            "Tags": TAGS,
        }
        with (
            Trial(EC2 + kind, attach) as attachment,
            Trial(
                EC2 + "TransitGatewayRouteTable", {"TransitGatewayId": gateway.physical_id}
            ) as table,
        ):
            found = attachment.read()
            assert {name: found[name] for name in attach} == attach
            assert table.read()["TransitGatewayId"] == gateway.physical_id
            both = {
                "TransitGatewayAttachmentId": attachment.physical_id,
                "TransitGatewayRouteTableId": table.physical_id,
            }
            with Trial(EC2 + "TransitGatewayRouteTableAssociation", both) as association:
                assert association.read() == both
            with Trial(EC2 + "TransitGatewayRouteTablePropagation", both) as propagation:
                assert propagation.read() == both
            route_table = Trial(EC2 + "RouteTable", {"VpcId": vpc}, "Routes")
            with route_table:
                via = {
                    "RouteTableId": route_table.physical_id,
                    "DestinationCidrBlock": "10.9.0.0/16",
                    "TransitGatewayId": gateway.physical_id,
                }
                with Trial(EC2 + "Route", via) as route:
                    assert route.read() == {"CidrBlock": "10.9.0.0/16", **via}
