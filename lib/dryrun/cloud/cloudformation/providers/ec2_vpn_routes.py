"""AWS::EC2: what is reached over VPN connections and transit gateways."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.ec2_common import filtered, is_missing


class VPNConnectionRoute(Provider):
    """A static route of a VPN connection; its physical id is the connection and the block."""

    type = "AWS::EC2::VPNConnectionRoute"
    handled = frozenset({"DestinationCidrBlock", "VpnConnectionId"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Add a route."""
        at.client("ec2").create_vpn_connection_route(**properties)
        return f"{properties['DestinationCidrBlock']}|{properties['VpnConnectionId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a route."""
        block, connection = physical_id.split("|")
        try:
            found = at.client("ec2").describe_vpn_connections(VpnConnectionIds=[connection])
        except ClientError as error:
            if is_missing(error):
                raise GoneError(self.type, physical_id) from error
            raise
        for one in found["VpnConnections"]:
            if block in [route["DestinationCidrBlock"] for route in one.get("Routes", [])]:
                return {"DestinationCidrBlock": block, "VpnConnectionId": connection}
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take a route away."""
        block, connection = physical_id.split("|")
        at.client("ec2").delete_vpn_connection_route(
            DestinationCidrBlock=block, VpnConnectionId=connection
        )


class VPNGatewayRoutePropagation(Provider):
    """What a virtual private gateway tells route tables; its physical id is made up."""

    type = "AWS::EC2::VPNGatewayRoutePropagation"
    handled = frozenset({"RouteTableIds", "VpnGatewayId"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Begin to tell the route tables."""
        self._each(at, "enable", properties, properties["RouteTableIds"])
        return at.name(255)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read which of the stack's tables are told."""
        gateway, wanted = at.known["VpnGatewayId"], at.known["RouteTableIds"]
        found = [table for table in wanted if gateway in _told_by(at, table)]
        if not found:
            raise GoneError(self.type, physical_id)
        return {"Id": physical_id, "RouteTableIds": found, "VpnGatewayId": gateway}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Tell others."""
        before, after = old["RouteTableIds"], new["RouteTableIds"]
        same = old["VpnGatewayId"] == new["VpnGatewayId"]
        kept = [table for table in before if same and table in after]
        self._each(at, "disable", old, [table for table in before if table not in kept])
        self._each(at, "enable", new, [table for table in after if table not in kept])

    def delete(self, at: Context, physical_id: str) -> None:
        """Tell them no longer."""
        self.read(at, physical_id)
        self._each(at, "disable", at.known, at.known["RouteTableIds"])

    def _each(self, at: Context, verb: str, properties: Properties, tables: list[str]) -> None:
        for table in tables:
            getattr(at.client("ec2"), f"{verb}_vgw_route_propagation")(
                GatewayId=properties["VpnGatewayId"], RouteTableId=table
            )


def _told_by(at: Context, table: str) -> list[str]:
    try:
        found = at.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"]
    except ClientError as error:
        if is_missing(error):
            return []
        raise
    return [str(one["GatewayId"]) for each in found for one in each.get("PropagatingVgws", [])]


class TransitGatewayRoute(Provider):
    """A static route of a transit gateway; its physical id is the table and the block."""

    type = "AWS::EC2::TransitGatewayRoute"
    handled = frozenset(
        {
            "Blackhole",
            "DestinationCidrBlock",
            "TransitGatewayAttachmentId",
            "TransitGatewayRouteTableId",
        }
    )
    seconds = Seconds(create=10, update=10, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a route."""
        at.client("ec2").create_transit_gateway_route(**properties)
        return "|".join(
            (properties["TransitGatewayRouteTableId"], properties["DestinationCidrBlock"])
        )

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a route."""
        table, block = physical_id.split("|")
        found = self._found(at, table, block)
        if found is None:
            raise GoneError(self.type, physical_id)
        read: Properties = {
            "Blackhole": found.get("State") == "blackhole",
            "DestinationCidrBlock": block,
            "TransitGatewayRouteTableId": table,
        }
        for one in found.get("TransitGatewayAttachments", []):
            read |= pick(one, "TransitGatewayAttachmentId")
        return read

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a route."""
        self.read(at, physical_id)
        table, block = physical_id.split("|")
        at.client("ec2").delete_transit_gateway_route(
            DestinationCidrBlock=block, TransitGatewayRouteTableId=table
        )

    def _found(self, at: Context, table: str, block: str) -> dict[str, Any] | None:
        try:
            answer = at.client("ec2").search_transit_gateway_routes(
                TransitGatewayRouteTableId=table, Filters=filtered(type="static")
            )
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        alike = [one for one in answer["Routes"] if one["DestinationCidrBlock"] == block]
        return next((one for one in alike if one.get("State") != "deleted"), None)
