"""AWS::EC2: network interfaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

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
from dryrun.cloud.cloudformation.providers.ec2_common import Ec2Provider, retag, specified
from dryrun.cloud.cloudformation.providers.ec2_launch import check_address

_CREATION = (
    "Description",
    "Ipv6AddressCount",
    "Ipv6Addresses",
    "PrivateIpAddress",
    "PrivateIpAddresses",
    "SecondaryPrivateIpAddressCount",
    "SubnetId",
)
_FIXED = (
    "Ipv6AddressCount",
    "Ipv6Addresses",
    "PrivateIpAddresses",
    "SecondaryPrivateIpAddressCount",
)


class NetworkInterface(Ec2Provider):
    """A network interface."""

    type = "AWS::EC2::NetworkInterface"
    handled = frozenset({"GroupSet", "InterfaceType", "SourceDestCheck", "Tags", *_CREATION})
    harmless: ClassVar[Mapping[str, str]] = {
        "ConnectionTrackingSpecification": "connections are not simulated"
    }
    describe = ("describe_network_interfaces", "NetworkInterfaceIds", "NetworkInterfaces")
    seconds = Seconds(create=10, update=10, delete=5)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse interfaces for special hardware."""
        kind = properties.get("InterfaceType", "interface")
        return None if kind == "interface" else f"InterfaceType {kind}"

    def create(self, at: Context, properties: Properties) -> str:
        """Create a network interface."""
        ec2 = at.client("ec2")
        subnet = ec2.describe_subnets(SubnetIds=[properties["SubnetId"]])["Subnets"][0]
        check_address(at, properties, subnet)
        if properties.get("GroupSet"):
            # The service here makes up a group that it does not find.
            ec2.describe_security_groups(GroupIds=properties["GroupSet"])
        made = ec2.create_network_interface(
            **pick(properties, *_CREATION, Groups="GroupSet"),
            **specified("network-interface", properties),
        )
        interface_id = str(made["NetworkInterface"]["NetworkInterfaceId"])
        if properties.get("SourceDestCheck") is False:
            self._modify(at, interface_id, SourceDestCheck={"Value": False})
        return interface_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a network interface."""
        found = self.found(at, physical_id)
        addresses = found["PrivateIpAddresses"]
        primary = found["PrivateIpAddress"]
        others = [one["PrivateIpAddress"] for one in addresses if not one["Primary"]]
        groups = sorted(one["GroupId"] for one in found["Groups"])
        written = at.known.get("GroupSet") or []
        known = [name for name in _FIXED if name in at.known]
        read: Properties = {
            "Id": physical_id,
            "Description": found["Description"],
            "GroupSet": [one for one in written if one in groups]
            + [one for one in groups if one not in written],
            "InterfaceType": "interface",
            "Ipv6AddressCount": len(found["Ipv6Addresses"]),
            "Ipv6Addresses": [pick(one, "Ipv6Address") for one in found["Ipv6Addresses"]],
            "PrivateIpAddresses": [pick(one, "Primary", "PrivateIpAddress") for one in addresses],
            "SecondaryPrivateIpAddressCount": len(others),
        }
        read = {name: value for name, value in read.items() if name not in _FIXED or name in known}
        return read | {
            "PrimaryPrivateIpAddress": primary,
            "PrivateIpAddress": primary,
            "SecondaryPrivateIpAddresses": others,
            "SourceDestCheck": found["SourceDestCheck"],
            "SubnetId": found["SubnetId"],
            "Tags": tag_list(found.get("TagSet")),
            "VpcId": found["VpcId"],
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the groups, the check of addresses, the description and the tags."""
        if changed(old, new, *_FIXED):
            super().update(at, physical_id, old, new)
        if changed(old, new, "GroupSet") and new.get("GroupSet"):
            self._modify(at, physical_id, Groups=new["GroupSet"])
        if changed(old, new, "SourceDestCheck"):
            value = {"Value": new.get("SourceDestCheck", True)}
            self._modify(at, physical_id, SourceDestCheck=value)
        if changed(old, new, "Description"):
            self._modify(at, physical_id, Description={"Value": new.get("Description", "")})
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a network interface that no instance uses."""
        if self.found(at, physical_id).get("Attachment"):
            raise ResourceError(f"Network interface '{physical_id}' is currently in use.")
        at.client("ec2").delete_network_interface(NetworkInterfaceId=physical_id)

    def _modify(self, at: Context, interface_id: str, **change: Any) -> None:
        at.client("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=interface_id, **change
        )


class NetworkInterfaceAttachment(Provider):
    """A network interface at an instance; its physical id is the attachment's."""

    type = "AWS::EC2::NetworkInterfaceAttachment"
    handled = frozenset({"DeviceIndex", "InstanceId", "NetworkInterfaceId"})
    harmless: ClassVar[Mapping[str, str]] = {
        "DeleteOnTermination": "a stack takes the attachment away before its instance ends",
        "EnaQueueCount": "no packets pass",
        "EnaSrdSpecification": "no packets pass",
    }
    seconds = Seconds(create=15, update=0, delete=15)

    def create(self, at: Context, properties: Properties) -> str:
        """Attach the interface."""
        ec2 = at.client("ec2")
        wanted = properties["NetworkInterfaceId"]
        found = ec2.describe_network_interfaces(NetworkInterfaceIds=[wanted])
        if found["NetworkInterfaces"][0].get("Attachment"):
            raise ResourceError(f"Interface: [{wanted}] in use.")
        made = ec2.attach_network_interface(
            DeviceIndex=int(properties["DeviceIndex"]),
            InstanceId=properties["InstanceId"],
            NetworkInterfaceId=wanted,
        )
        return str(made["AttachmentId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the attachment."""
        for one in at.client("ec2").describe_network_interfaces()["NetworkInterfaces"]:
            attachment = one.get("Attachment") or {}
            if attachment.get("AttachmentId") == physical_id:
                return {
                    "AttachmentId": physical_id,
                    "DeviceIndex": str(attachment["DeviceIndex"]),
                    "InstanceId": attachment["InstanceId"],
                    "NetworkInterfaceId": one["NetworkInterfaceId"],
                }
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Detach the interface."""
        self.read(at, physical_id)
        at.client("ec2").detach_network_interface(AttachmentId=physical_id)
