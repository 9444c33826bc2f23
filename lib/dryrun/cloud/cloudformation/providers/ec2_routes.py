"""AWS::EC2: route tables and routes."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import (
    Ec2Provider,
    retag,
    specified,
)


class RouteTable(Ec2Provider):
    """A route table."""

    type = "AWS::EC2::RouteTable"
    handled = frozenset({"Tags", "VpcId"})
    describe = ("describe_route_tables", "RouteTableIds", "RouteTables")
    seconds = Seconds(create=10, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a route table."""
        made = at.client("ec2").create_route_table(
            VpcId=properties["VpcId"], **specified("route-table", properties)
        )
        return str(made["RouteTable"]["RouteTableId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a route table."""
        found = self.found(at, physical_id)
        return {
            "RouteTableId": physical_id,
            "VpcId": found["VpcId"],
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a route table that no subnet uses."""
        at.client("ec2").delete_route_table(RouteTableId=physical_id)


_TARGETS = (
    "CarrierGatewayId",
    "EgressOnlyInternetGatewayId",
    "GatewayId",
    "InstanceId",
    "NatGatewayId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "VpcEndpointId",
    "VpcPeeringConnectionId",
)
_REPLACEABLE = frozenset(_TARGETS) - {"CarrierGatewayId", "VpcEndpointId"}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


class Route(Provider):
    """A route; its physical id is the table's id, `|` and the destination."""

    type = "AWS::EC2::Route"
    handled = frozenset({"RouteTableId", *_TARGETS, *_DESTINATIONS})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a route."""
        names = ("RouteTableId", *_TARGETS, *_DESTINATIONS)
        destination = next((properties[one] for one in _DESTINATIONS if one in properties), None)
        if destination is None:  # moto makes a route to nowhere; the words are from memory
            raise ResourceError(
                "The request must contain the parameter destinationCidrBlock or "
                "destinationIpv6CidrBlock or destinationPrefixListId"
            )
        at.client("ec2").create_route(**pick(properties, *names))
        return f"{properties['RouteTableId']}|{destination}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a route."""
        table_id, _, destination = physical_id.partition("|")
        filters = [{"Name": "route-table-id", "Values": [table_id]}]
        tables = at.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
        for route in tables[0]["Routes"] if tables else ():
            name = next((one for one in _DESTINATIONS if route.get(one) == destination), None)
            if name:
                read = {one: route[one] for one in _TARGETS if route.get(one)}
                return self._told_apart(read) | {
                    "RouteTableId": table_id,
                    "CidrBlock": destination,
                    name: destination,
                }
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Send the route to another target."""
        if not changed(old, new, *_TARGETS):
            return
        ec2 = at.client("ec2")
        names = ("RouteTableId", *_DESTINATIONS)
        if any(name in new for name in _TARGETS if name not in _REPLACEABLE):
            # The service's ReplaceRoute knows fewer targets than CreateRoute.
            ec2.delete_route(**pick(new, *names))
            ec2.create_route(**pick(new, *names, *_TARGETS))
        else:
            ec2.replace_route(**pick(new, *names, *_TARGETS))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a route."""
        found = self.read(at, physical_id)
        at.client("ec2").delete_route(**pick(found, "RouteTableId", *_DESTINATIONS))

    def _told_apart(self, targets: dict[str, Any]) -> dict[str, Any]:
        # Describe shows the endpoint of a gateway load balancer as a gateway, as in AWS.
        if str(targets.get("GatewayId", "")).startswith("vpce-"):
            targets["VpcEndpointId"] = targets.pop("GatewayId")
        return targets


class SubnetRouteTableAssociation(Provider):
    """Which route table a subnet uses; its physical id is the association's."""

    type = "AWS::EC2::SubnetRouteTableAssociation"
    handled = frozenset({"RouteTableId", "SubnetId"})
    seconds = Seconds(create=5, update=0, delete=5)
    target = "SubnetId"

    def create(self, at: Context, properties: Properties) -> str:
        """Associate the subnet; one that already uses another table is moved."""
        ec2 = at.client("ec2")
        wanted, table_id = properties[self.target], properties["RouteTableId"]
        for one in _associations(at):
            if one.get(self.target) == wanted and one["RouteTableId"] != table_id:
                moved = ec2.replace_route_table_association(
                    AssociationId=one["RouteTableAssociationId"], RouteTableId=table_id
                )
                return str(moved["NewAssociationId"])
        made = ec2.associate_route_table(RouteTableId=table_id, **{self.target: wanted})
        return str(made["AssociationId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the association."""
        for one in _associations(at):
            if one["RouteTableAssociationId"] == physical_id:
                return {
                    "Id": physical_id,
                    "RouteTableId": one["RouteTableId"],
                    self.target: one[self.target],
                }
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Let the subnet use the main route table again."""
        at.client("ec2").disassociate_route_table(AssociationId=physical_id)


class GatewayRouteTableAssociation(Provider):
    """Which route table traffic from a gateway uses; its physical id is the gateway's id."""

    type = "AWS::EC2::GatewayRouteTableAssociation"
    handled = frozenset({"GatewayId", "RouteTableId"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Associate the gateway."""
        at.client("ec2").associate_route_table(**pick(properties, "GatewayId", "RouteTableId"))
        return str(properties["GatewayId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the association."""
        for one in _associations(at):
            if one.get("GatewayId") == physical_id:
                return {
                    "AssociationId": one["RouteTableAssociationId"],
                    "GatewayId": physical_id,
                    "RouteTableId": one["RouteTableId"],
                }
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Let the gateway use another route table."""
        at.client("ec2").replace_route_table_association(
            AssociationId=self.read(at, physical_id)["AssociationId"],
            RouteTableId=new["RouteTableId"],
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Let the gateway use no route table."""
        found = self.read(at, physical_id)
        at.client("ec2").disassociate_route_table(AssociationId=found["AssociationId"])


def _associations(at: Context) -> list[dict[str, Any]]:
    tables = at.client("ec2").describe_route_tables()["RouteTables"]
    return [one for table in tables for one in table["Associations"]]
