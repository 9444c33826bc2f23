"""AWS::EC2: connections to networks elsewhere, and dedicated hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Seconds,
    changed,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import Ec2Provider, retag, specified

_TUNNELS = "no packets pass through the tunnels"


class CustomerGateway(Ec2Provider):
    """The far end of a VPN connection."""

    type = "AWS::EC2::CustomerGateway"
    handled = frozenset({"BgpAsn", "IpAddress", "Tags", "Type"})
    harmless: ClassVar[Mapping[str, str]] = {
        "CertificateArn": _TUNNELS,
        "DeviceName": "a label that only the console shows",
    }
    describe = ("describe_customer_gateways", "CustomerGatewayIds", "CustomerGateways")
    seconds = Seconds(create=15, update=5, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a customer gateway."""
        made = at.client("ec2").create_customer_gateway(
            **{"BgpAsn": 65000} | pick(properties, "BgpAsn", "IpAddress", "Type"),
            **specified("customer-gateway", properties),
        )
        return str(made["CustomerGateway"]["CustomerGatewayId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a customer gateway."""
        found = self.found(at, physical_id)
        return {
            "CustomerGatewayId": physical_id,
            **pick(found, "IpAddress", "Type"),
            "BgpAsn": int(found["BgpAsn"]),
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a customer gateway."""
        self.found(at, physical_id)
        at.client("ec2").delete_customer_gateway(CustomerGatewayId=physical_id)


class VpnGateway(Ec2Provider):
    """The near end of a VPN connection."""

    type = "AWS::EC2::VPNGateway"
    handled = frozenset({"AmazonSideAsn", "Tags", "Type"})
    describe = ("describe_vpn_gateways", "VpnGatewayIds", "VpnGateways")
    seconds = Seconds(create=15, update=5, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a VPN gateway."""
        made = at.client("ec2").create_vpn_gateway(
            **pick(properties, "AmazonSideAsn", "Type"), **specified("vpn-gateway", properties)
        )
        return str(made["VpnGateway"]["VpnGatewayId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a VPN gateway."""
        found = self.found(at, physical_id)
        read = pick(found, "AmazonSideAsn", "Type")
        return read | {"VPNGatewayId": physical_id, "Tags": tag_list(found.get("Tags"))}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a VPN gateway."""
        self.found(at, physical_id)
        at.client("ec2").delete_vpn_gateway(VpnGatewayId=physical_id)


class VpnConnection(Ec2Provider):
    """A VPN connection."""

    type = "AWS::EC2::VPNConnection"
    handled = frozenset({"CustomerGatewayId", "Tags", "TransitGatewayId", "Type", "VpnGatewayId"})
    harmless: ClassVar[Mapping[str, str]] = {
        "EnableAcceleration": _TUNNELS,
        "LocalIpv4NetworkCidr": _TUNNELS,
        "RemoteIpv4NetworkCidr": _TUNNELS,
        "StaticRoutesOnly": _TUNNELS,
        "TunnelInsideIpVersion": _TUNNELS,
        "VpnTunnelOptionsSpecifications": _TUNNELS,
    }
    describe = ("describe_vpn_connections", "VpnConnectionIds", "VpnConnections")
    seconds = Seconds(create=240, update=60, delete=180)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a VPN connection."""
        made = at.client("ec2").create_vpn_connection(
            **pick(properties, "CustomerGatewayId", "TransitGatewayId", "Type", "VpnGatewayId"),
            **specified("vpn-connection", properties),
        )
        return str(made["VpnConnection"]["VpnConnectionId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a VPN connection."""
        found = self.found(at, physical_id)
        names = ("CustomerGatewayId", "TransitGatewayId", "Type", "VpnGatewayId")
        read: Properties = {name: found[name] for name in names if found.get(name)}
        return read | {"VpnConnectionId": physical_id, "Tags": tag_list(found.get("Tags"))}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        if changed(old, new, "CustomerGatewayId", "TransitGatewayId", "VpnGatewayId"):
            super().update(at, physical_id, old, new)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a VPN connection."""
        self.found(at, physical_id)
        at.client("ec2").delete_vpn_connection(VpnConnectionId=physical_id)


class Host(Ec2Provider):
    """A dedicated host."""

    type = "AWS::EC2::Host"
    handled = frozenset(
        {
            "AutoPlacement",
            "AvailabilityZone",
            "HostRecovery",
            "InstanceFamily",
            "InstanceType",
            "Tags",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {"HostMaintenance": "hosts here need no maintenance"}
    describe = ("describe_hosts", "HostIds", "Hosts")
    seconds = Seconds(create=15, update=5, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Allocate a host."""
        names = ("AutoPlacement", "HostRecovery", "InstanceFamily", "InstanceType")
        made = at.client("ec2").allocate_hosts(
            AvailabilityZone=properties["AvailabilityZone"],
            Quantity=1,
            **pick(properties, *names),
            **specified("dedicated-host", properties),
        )
        return str(made["HostIds"][0])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a host."""
        found = self.found(at, physical_id)
        hardware = pick(found.get("HostProperties") or {}, "InstanceFamily", "InstanceType")
        return {
            "HostId": physical_id,
            **pick(found, "AutoPlacement", "AvailabilityZone", "HostRecovery"),
            **{name: value for name, value in hardware.items() if value},
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change placement, recovery and tags."""
        if changed(old, new, "AutoPlacement", "HostRecovery"):
            usual = {"AutoPlacement": "on", "HostRecovery": "off"}
            wanted = usual | pick(new, "AutoPlacement", "HostRecovery")
            at.client("ec2").modify_hosts(HostIds=[physical_id], **wanted)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Release a host."""
        self.found(at, physical_id)
        at.client("ec2").release_hosts(HostIds=[physical_id])
