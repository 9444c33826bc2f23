"""AWS::EC2: transit gateways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import Ec2Provider, retag, specified, tag

_OPTIONS = (
    "AmazonSideAsn",
    "AutoAcceptSharedAttachments",
    "DefaultRouteTableAssociation",
    "DefaultRouteTablePropagation",
    "DnsSupport",
    "MulticastSupport",
    "TransitGatewayCidrBlocks",
    "VpnEcmpSupport",
)


class TransitGateway(Ec2Provider):
    """A router between networks."""

    type = "AWS::EC2::TransitGateway"
    handled = frozenset({"Description", "Tags", *_OPTIONS})
    harmless: ClassVar[Mapping[str, str]] = {
        "EncryptionSupport": "no packets pass",
        "SecurityGroupReferencingSupport": "no packets pass",
    }
    describe = ("describe_transit_gateways", "TransitGatewayIds", "TransitGateways")
    seconds = Seconds(create=120, update=60, delete=60)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a transit gateway."""
        made = at.client("ec2").create_transit_gateway(
            Options=pick(properties, *_OPTIONS),
            **pick(properties, "Description"),
            **specified("transit-gateway", properties),
        )
        return str(made["TransitGateway"]["TransitGatewayId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a transit gateway."""
        found = self.found(at, physical_id)
        options = found["Options"]
        read = pick(
            options, *_OPTIONS, "AssociationDefaultRouteTableId", "PropagationDefaultRouteTableId"
        )
        read |= pick(found, "Description", TransitGatewayArn="TransitGatewayArn")
        read = {name: value for name, value in read.items() if value not in (None, "")}
        return read | {"Id": physical_id, "Tags": tag_list(found.get("Tags"))}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the options, the description and the tags."""
        names = [name for name in _OPTIONS if changed(old, new, name)]
        if names or changed(old, new, "Description"):
            at.client("ec2").modify_transit_gateway(
                TransitGatewayId=physical_id,
                Options=pick(new, *names),
                **pick(new, "Description"),
            )
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a transit gateway."""
        self.found(at, physical_id)
        at.client("ec2").delete_transit_gateway(TransitGatewayId=physical_id)


class TransitGatewayVpcAttachment(Ec2Provider):
    """A network at a transit gateway."""

    type = "AWS::EC2::TransitGatewayVpcAttachment"
    handled = frozenset({"Options", "SubnetIds", "Tags", "TransitGatewayId", "VpcId"})
    describe = (
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayAttachmentIds",
        "TransitGatewayVpcAttachments",
    )
    seconds = Seconds(create=60, update=30, delete=60)

    def create(self, at: Context, properties: Properties) -> str:
        """Attach a network."""
        made = at.client("ec2").create_transit_gateway_vpc_attachment(
            **pick(properties, "Options", "SubnetIds", "TransitGatewayId", "VpcId")
        )
        found = made["TransitGatewayVpcAttachment"]
        attachment_id = str(found["TransitGatewayAttachmentId"])
        tag(at, attachment_id, properties)
        return attachment_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the attachment."""
        found = self.found(at, physical_id)
        names = ("Options", "SubnetIds", "TransitGatewayId", "VpcId")
        return pick(found, *names) | {"Id": physical_id, "Tags": tag_list(found.get("Tags"))}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the subnets, the options and the tags."""
        before, after = old.get("SubnetIds") or [], new.get("SubnetIds") or []
        request: dict[str, Any] = {
            "AddSubnetIds": [one for one in after if one not in before],
            "RemoveSubnetIds": [one for one in before if one not in after],
        }
        if changed(old, new, "Options"):
            request["Options"] = new.get("Options") or {}
        if any(request.values()):
            at.client("ec2").modify_transit_gateway_vpc_attachment(
                TransitGatewayAttachmentId=physical_id, **request
            )
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Detach the network."""
        self.found(at, physical_id)
        at.client("ec2").delete_transit_gateway_vpc_attachment(
            TransitGatewayAttachmentId=physical_id
        )


class TransitGatewayAttachment(TransitGatewayVpcAttachment):
    """A network at a transit gateway, by the type's older name."""

    type = "AWS::EC2::TransitGatewayAttachment"


class TransitGatewayRouteTable(Ec2Provider):
    """A route table of a transit gateway."""

    type = "AWS::EC2::TransitGatewayRouteTable"
    handled = frozenset({"Tags", "TransitGatewayId"})
    describe = (
        "describe_transit_gateway_route_tables",
        "TransitGatewayRouteTableIds",
        "TransitGatewayRouteTables",
    )
    seconds = Seconds(create=60, update=5, delete=60)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a route table."""
        made = at.client("ec2").create_transit_gateway_route_table(
            TransitGatewayId=properties["TransitGatewayId"],
            **specified("transit-gateway-route-table", properties),
        )
        return str(made["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a route table."""
        found = self.found(at, physical_id)
        return {
            "TransitGatewayRouteTableId": physical_id,
            "TransitGatewayId": found["TransitGatewayId"],
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a route table."""
        self.found(at, physical_id)
        at.client("ec2").delete_transit_gateway_route_table(TransitGatewayRouteTableId=physical_id)


class TransitGatewayRouteTableAssociation(Provider):
    """Which table an attachment uses; the physical id is the table's id, `|` and its own."""

    type = "AWS::EC2::TransitGatewayRouteTableAssociation"
    handled = frozenset({"TransitGatewayAttachmentId", "TransitGatewayRouteTableId"})
    seconds = Seconds(create=30, update=0, delete=30)
    calls: ClassVar[tuple[str, str, str, str]] = (
        "associate_transit_gateway_route_table",
        "disassociate_transit_gateway_route_table",
        "get_transit_gateway_route_table_associations",
        "Associations",
    )

    def create(self, at: Context, properties: Properties) -> str:
        """Let the attachment use the table."""
        getattr(at.client("ec2"), self.calls[0])(**pick(properties, *sorted(self.handled)))
        table = properties["TransitGatewayRouteTableId"]
        return f"{table}|{properties['TransitGatewayAttachmentId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read whether the attachment uses the table."""
        table_id, _, attachment_id = physical_id.partition("|")
        ec2 = at.client("ec2")
        there = ec2.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"]
        if table_id in [one["TransitGatewayRouteTableId"] for one in there]:
            found = getattr(ec2, self.calls[2])(TransitGatewayRouteTableId=table_id)
            for one in found[self.calls[3]]:
                if one.get("TransitGatewayAttachmentId") == attachment_id:
                    return {
                        "TransitGatewayAttachmentId": attachment_id,
                        "TransitGatewayRouteTableId": table_id,
                    }
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Let the attachment not use the table any more."""
        getattr(at.client("ec2"), self.calls[1])(**self.read(at, physical_id))


class TransitGatewayRouteTablePropagation(TransitGatewayRouteTableAssociation):
    """Which table learns of an attachment's network; the physical id is as for an association."""

    type = "AWS::EC2::TransitGatewayRouteTablePropagation"
    calls = (
        "enable_transit_gateway_route_table_propagation",
        "disable_transit_gateway_route_table_propagation",
        "get_transit_gateway_route_table_propagations",
        "TransitGatewayRouteTablePropagations",
    )
