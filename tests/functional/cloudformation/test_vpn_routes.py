"""Routes over VPN connections and transit gateways, in one stack."""

from __future__ import annotations

from typing import Any

from stacks import create, delete, physical, template
from trial import client


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def _of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::EC2::{kind}", "Properties": properties}


RESOURCES = {
    "Vpc": _of("VPC", CidrBlock="10.8.0.0/16"),
    "Subnet": _of("Subnet", VpcId=_ref("Vpc"), CidrBlock="10.8.0.0/24"),
    "Table": _of("RouteTable", VpcId=_ref("Vpc")),
    "Gateway": _of("VPNGateway", Type="ipsec.1"),
    "Attached": _of("VPCGatewayAttachment", VpcId=_ref("Vpc"), VpnGatewayId=_ref("Gateway")),
    "Customer": _of("CustomerGateway", Type="ipsec.1", BgpAsn=65000, IpAddress="192.0.2.1"),
    "Connection": _of(
        "VPNConnection",
        Type="ipsec.1",
        StaticRoutesOnly=True,
        CustomerGatewayId=_ref("Customer"),
        VpnGatewayId=_ref("Gateway"),
    ),
    "Route": _of(
        "VPNConnectionRoute", VpnConnectionId=_ref("Connection"), DestinationCidrBlock="10.1.0.0/16"
    ),
    "Told": {
        **_of(
            "VPNGatewayRoutePropagation",
            RouteTableIds=[_ref("Table")],
            VpnGatewayId=_ref("Gateway"),
        ),
        "DependsOn": "Attached",
    },
    "Transit": _of("TransitGateway"),
    "Joined": _of(
        "TransitGatewayAttachment",
        TransitGatewayId=_ref("Transit"),
        VpcId=_ref("Vpc"),
        SubnetIds=[_ref("Subnet")],
    ),
    "Through": _of("TransitGatewayRouteTable", TransitGatewayId=_ref("Transit")),
    "Beyond": _of(
        "TransitGatewayRoute",
        TransitGatewayRouteTableId=_ref("Through"),
        TransitGatewayAttachmentId=_ref("Joined"),
        DestinationCidrBlock="10.2.0.0/16",
    ),
}


def test_routes() -> None:
    found = create("vpn-routes", template(None, **RESOURCES))
    assert found["StackStatus"] == "CREATE_COMPLETE", found
    ec2 = client("ec2")
    connection = physical("vpn-routes", "Connection")
    (seen,) = ec2.describe_vpn_connections(VpnConnectionIds=[connection])["VpnConnections"]
    assert [route["DestinationCidrBlock"] for route in seen["Routes"]] == ["10.1.0.0/16"]
    table = physical("vpn-routes", "Table")
    (told,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert told["PropagatingVgws"] == [{"GatewayId": physical("vpn-routes", "Gateway")}]
    routes = ec2.search_transit_gateway_routes(
        TransitGatewayRouteTableId=physical("vpn-routes", "Through"),
        Filters=[{"Name": "type", "Values": ["static"]}],
    )["Routes"]
    assert [route["DestinationCidrBlock"] for route in routes] == ["10.2.0.0/16"]
    assert delete("vpn-routes")["StackStatus"] == "DELETE_COMPLETE"
