"""AWS::EC2: ways out of a network, and public addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import (
    Ec2Provider,
    filtered,
    is_missing,
    retag,
    specified,
    without_nothing,
)


class InternetGateway(Ec2Provider):
    """An internet gateway."""

    type = "AWS::EC2::InternetGateway"
    handled = frozenset({"Tags"})
    describe = ("describe_internet_gateways", "InternetGatewayIds", "InternetGateways")
    seconds = Seconds(create=15, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create an internet gateway."""
        made = at.client("ec2").create_internet_gateway(**specified("internet-gateway", properties))
        return str(made["InternetGateway"]["InternetGatewayId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an internet gateway."""
        found = self.found(at, physical_id)
        return {"InternetGatewayId": physical_id, "Tags": tag_list(found.get("Tags"))}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an internet gateway that is attached to no VPC."""
        at.client("ec2").delete_internet_gateway(InternetGatewayId=physical_id)


class EgressOnlyInternetGateway(Ec2Provider):
    """A way out for IPv6."""

    type = "AWS::EC2::EgressOnlyInternetGateway"
    handled = frozenset({"Tags", "VpcId"})
    describe = (
        "describe_egress_only_internet_gateways",
        "EgressOnlyInternetGatewayIds",
        "EgressOnlyInternetGateways",
    )
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the gateway."""
        made = at.client("ec2").create_egress_only_internet_gateway(
            VpcId=properties["VpcId"],
            **specified("egress-only-internet-gateway", properties),
        )
        return str(made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the gateway."""
        found = self.found(at, physical_id)
        return {
            "Id": physical_id,
            "VpcId": found["Attachments"][0]["VpcId"],
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags; a gateway of another VPC is another gateway."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the gateway."""
        at.client("ec2").delete_egress_only_internet_gateway(
            EgressOnlyInternetGatewayId=physical_id
        )

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Replace for another VPC; the schema leaves it out, the template reference has it."""
        return True if path == ("VpcId",) else None


_IGW, _VGW = "IGW", "VGW"


class VpcGatewayAttachment(Provider):
    """A gateway at a VPC; its physical id is `IGW|vpc-...` or `VGW|vpc-...`."""

    type = "AWS::EC2::VPCGatewayAttachment"
    handled = frozenset({"InternetGatewayId", "VpcId", "VpnGatewayId"})
    seconds = Seconds(create=15, update=15, delete=15)

    def create(self, at: Context, properties: Properties) -> str:
        """Attach the gateway."""
        _attach(at, properties)
        kind = _IGW if "InternetGatewayId" in properties else _VGW
        return f"{kind}|{properties['VpcId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read which gateway is attached."""
        kind, _, vpc_id = physical_id.partition("|")
        ec2 = at.client("ec2")
        if kind == _IGW:
            found = ec2.describe_internet_gateways()["InternetGateways"]
            name, attachments = "InternetGatewayId", "Attachments"
        else:
            found = ec2.describe_vpn_gateways()["VpnGateways"]
            name, attachments = "VpnGatewayId", "VpcAttachments"
        for gateway in found:
            for one in gateway.get(attachments, ()):
                if one["VpcId"] == vpc_id and one["State"] in ("available", "attached"):
                    return {"AttachmentType": kind, "VpcId": vpc_id, name: gateway[name]}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Attach another gateway."""
        _detach(at, self.read(at, physical_id))
        _attach(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Detach the gateway."""
        _detach(at, self.read(at, physical_id))


def _attach(at: Context, properties: Properties) -> None:
    if "InternetGatewayId" in properties:
        at.client("ec2").attach_internet_gateway(**pick(properties, "InternetGatewayId", "VpcId"))
    else:
        at.client("ec2").attach_vpn_gateway(**pick(properties, "VpcId", "VpnGatewayId"))


def _detach(at: Context, found: Properties) -> None:
    if "InternetGatewayId" in found:
        at.client("ec2").detach_internet_gateway(**pick(found, "InternetGatewayId", "VpcId"))
    else:
        at.client("ec2").detach_vpn_gateway(**pick(found, "VpcId", "VpnGatewayId"))


class NatGateway(Ec2Provider):
    """A NAT gateway."""

    type = "AWS::EC2::NatGateway"
    handled = frozenset({"AllocationId", "ConnectivityType", "SubnetId", "Tags"})
    harmless: ClassVar[Mapping[str, str]] = {
        "MaxDrainDurationSeconds": "connections through the gateway are not simulated",
    }
    describe = ("describe_nat_gateways", "NatGatewayIds", "NatGateways")
    seconds = Seconds(create=105, update=10, delete=60)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse a gateway that is in no subnet."""
        return None if "SubnetId" in properties else "a regional gateway, without SubnetId,"

    def create(self, at: Context, properties: Properties) -> str:
        """Create a NAT gateway."""
        made = at.client("ec2").create_nat_gateway(
            **{"ConnectivityType": "public"}
            | pick(properties, "AllocationId", "ConnectivityType", "SubnetId"),
            **specified("natgateway", properties),
        )
        return str(made["NatGateway"]["NatGatewayId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a NAT gateway."""
        found = self.found(at, physical_id)
        address = found["NatGatewayAddresses"][0]
        return without_nothing(
            {
                "NatGatewayId": physical_id,
                "AllocationId": address.get("AllocationId"),
                "ConnectivityType": found.get("ConnectivityType"),
                "EniId": address.get("NetworkInterfaceId"),
                "PrivateIpAddress": address.get("PrivateIp"),
                "SubnetId": found["SubnetId"],
                "VpcId": found["VpcId"],
                "Tags": tag_list(found.get("Tags")),
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a NAT gateway and its network interface, which the service here leaves."""
        found = self.read(at, physical_id)
        ec2 = at.client("ec2")
        ec2.delete_nat_gateway(NatGatewayId=physical_id)
        try:
            ec2.delete_network_interface(NetworkInterfaceId=found["EniId"])
        except ClientError as error:
            if not is_missing(error):
                raise


class Eip(Ec2Provider):
    """An elastic IP address; its physical id is the address."""

    type = "AWS::EC2::EIP"
    handled = frozenset({"Address", "Domain", "InstanceId", "Tags"})
    harmless: ClassVar[Mapping[str, str]] = {
        "NetworkBorderGroup": "addresses go no further than this account",
        "PublicIpv4Pool": "every pool gives addresses that go no further than this account",
    }
    describe = ("describe_addresses", "PublicIps", "Addresses")
    seconds = Seconds(create=15, update=15, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Allocate an address, and associate it with the instance."""
        ec2 = at.client("ec2")
        made = ec2.allocate_address(
            Domain="vpc", **pick(properties, "Address"), **specified("elastic-ip", properties)
        )
        if "InstanceId" in properties:
            ec2.associate_address(
                AllocationId=made["AllocationId"], InstanceId=properties["InstanceId"]
            )
        return str(made["PublicIp"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an address."""
        found = self.found(at, physical_id)
        return without_nothing(
            {
                "PublicIp": physical_id,
                "AllocationId": found["AllocationId"],
                "Domain": found["Domain"],
                "InstanceId": found.get("InstanceId"),
                "Tags": tag_list(found.get("Tags")),
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Associate the address with another instance; change the tags."""
        found = self.found(at, physical_id)
        ec2 = at.client("ec2")
        if changed(old, new, "InstanceId"):
            if found.get("AssociationId"):
                ec2.disassociate_address(AssociationId=found["AssociationId"])
            if "InstanceId" in new:
                ec2.associate_address(
                    AllocationId=found["AllocationId"], InstanceId=new["InstanceId"]
                )
        retag(at, found["AllocationId"], old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Release an address."""
        found = self.found(at, physical_id)
        at.client("ec2").release_address(AllocationId=found["AllocationId"])

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the address."""
        return identifiers["PublicIp"]


class EipAssociation(Provider):
    """An elastic IP address at an instance or interface; its physical id is the association's."""

    type = "AWS::EC2::EIPAssociation"
    handled = frozenset(
        {"AllocationId", "EIP", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress"}
    )
    seconds = Seconds(create=10, update=0, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Associate the address."""
        made = at.client("ec2").associate_address(
            AllowReassociation=True,
            **pick(
                properties,
                *("AllocationId", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress"),
                PublicIp="EIP",
            ),
        )
        return str(made["AssociationId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the association."""
        found = self._address(at, physical_id)
        named = ("AllocationId", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress")
        read = pick(found, *named, EIP="PublicIp")
        return without_nothing({"Id": physical_id} | read)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the address away from what has it."""
        self._address(at, physical_id)
        at.client("ec2").disassociate_address(AssociationId=physical_id)

    def _address(self, at: Context, physical_id: str) -> dict[str, Any]:
        filters = filtered(association_id=physical_id)
        found = at.client("ec2").describe_addresses(Filters=filters)["Addresses"]
        if not found:
            raise GoneError(self.type, physical_id)
        return dict(found[0])


class VpcPeeringConnection(Ec2Provider):
    """A connection between two networks."""

    type = "AWS::EC2::VPCPeeringConnection"
    handled = frozenset({"PeerOwnerId", "PeerRegion", "PeerRoleArn", "PeerVpcId", "Tags", "VpcId"})
    describe = (
        "describe_vpc_peering_connections",
        "VpcPeeringConnectionIds",
        "VpcPeeringConnections",
    )
    seconds = Seconds(create=15, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Ask for the connection; between networks of one account it is accepted at once."""
        ec2 = at.client("ec2")
        owner = properties.get("PeerOwnerId", at.account)
        if "PeerRoleArn" in properties and owner != at.account:
            raise NotSimulatedError(
                f"Dry Run does not simulate the property PeerRoleArn of {self.type} for another "
                "account; real AWS would carry it out."
            )
        made = ec2.create_vpc_peering_connection(
            **pick(properties, "PeerOwnerId", "PeerRegion", "PeerVpcId", "VpcId"),
            **specified("vpc-peering-connection", properties),
        )
        connection_id = str(made["VpcPeeringConnection"]["VpcPeeringConnectionId"])
        if owner == at.account:
            peer = at.client("ec2", properties.get("PeerRegion"))
            peer.accept_vpc_peering_connection(VpcPeeringConnectionId=connection_id)
        return connection_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the connection."""
        found = self.found(at, physical_id)
        peer = found["AccepterVpcInfo"]
        return {
            "Id": physical_id,
            "PeerOwnerId": peer["OwnerId"],
            "PeerRegion": peer.get("Region", at.region),
            "PeerVpcId": peer["VpcId"],
            "VpcId": found["RequesterVpcInfo"]["VpcId"],
            "Tags": tag_list(found.get("Tags")),
            # Who accepted it is kept by CloudFormation alone.
            **pick(at.known, "PeerRoleArn"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the connection."""
        at.client("ec2").delete_vpc_peering_connection(VpcPeeringConnectionId=physical_id)
