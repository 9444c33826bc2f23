"""AWS::EC2: networks, subnets and their address ranges."""

from __future__ import annotations

import ipaddress
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
from dryrun.cloud.cloudformation.providers.ec2_common import (
    Ec2Provider,
    filtered,
    live_interfaces,
    retag,
    specified,
    tag,
    violation,
    without_nothing,
)


class Vpc(Ec2Provider):
    """A network."""

    type = "AWS::EC2::VPC"
    handled = frozenset(
        {"CidrBlock", "EnableDnsHostnames", "EnableDnsSupport", "InstanceTenancy", "Tags"}
    )
    describe = ("describe_vpcs", "VpcIds", "Vpcs")
    seconds = Seconds(create=15, update=10, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a VPC with its main route table, default group and default network ACL."""
        made = at.client("ec2").create_vpc(
            **pick(properties, "CidrBlock", "InstanceTenancy"), **specified("vpc", properties)
        )
        vpc_id = str(made["Vpc"]["VpcId"])
        self._dns(at, vpc_id, properties)
        return vpc_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a VPC with what AWS made along with it."""
        found = self.found(at, physical_id)
        ec2 = at.client("ec2")
        mine = filtered(vpc_id=physical_id)
        groups = ec2.describe_security_groups(Filters=mine)["SecurityGroups"]
        acls = ec2.describe_network_acls(Filters=mine)["NetworkAcls"]
        v6 = found.get("Ipv6CidrBlockAssociationSet", [])
        return {
            "VpcId": physical_id,
            "CidrBlock": found["CidrBlock"],
            "CidrBlockAssociations": [
                one["AssociationId"]
                for one in found["CidrBlockAssociationSet"]
                if one["CidrBlockState"]["State"] == "associated"
            ],
            "DefaultNetworkAcl": _first(acls, "NetworkAclId", "IsDefault", True),
            "DefaultSecurityGroup": _first(groups, "GroupId", "GroupName", "default"),
            "EnableDnsHostnames": self._attribute(at, physical_id, "enableDnsHostnames"),
            "EnableDnsSupport": self._attribute(at, physical_id, "enableDnsSupport"),
            "InstanceTenancy": found["InstanceTenancy"],
            "Ipv6CidrBlocks": [
                one["Ipv6CidrBlock"]
                for one in v6
                if one["Ipv6CidrBlockState"]["State"] == "associated"
            ],
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the DNS settings, the tenancy (to default) and the tags."""
        if changed(old, new, "EnableDnsHostnames", "EnableDnsSupport"):
            defaults = {"EnableDnsHostnames": False, "EnableDnsSupport": True}
            self._dns(at, physical_id, defaults | new)
        if changed(old, new, "InstanceTenancy"):
            at.client("ec2").modify_vpc_tenancy(VpcId=physical_id, InstanceTenancy="default")
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a VPC that nothing needs any more."""
        self.found(at, physical_id)
        ec2 = at.client("ec2")
        mine = filtered(vpc_id=physical_id)
        groups = ec2.describe_security_groups(Filters=mine)["SecurityGroups"]
        acls = ec2.describe_network_acls(Filters=mine)["NetworkAcls"]
        gateways = ec2.describe_internet_gateways()["InternetGateways"]
        attached = [one for gateway in gateways for one in gateway["Attachments"]]
        if (
            any(one["GroupName"] != "default" for one in groups)
            or any(not one["IsDefault"] for one in acls)
            or any(one["VpcId"] == physical_id for one in attached)
        ):
            raise violation(f"The vpc '{physical_id}' has dependencies and cannot be deleted.")
        ec2.delete_vpc(VpcId=physical_id)

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Replace when the tenancy becomes dedicated; only the way back is in place."""
        if path == ("InstanceTenancy",):
            return bool(new.get("InstanceTenancy", "default") != "default")
        return None

    def _dns(self, at: Context, vpc_id: str, properties: Properties) -> None:
        # AWS wants support for DNS before names, and one attribute a call.
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            if name in properties:
                value = {"Value": bool(properties[name])}
                at.client("ec2").modify_vpc_attribute(VpcId=vpc_id, **{name: value})

    def _attribute(self, at: Context, vpc_id: str, name: str) -> bool:
        found = at.client("ec2").describe_vpc_attribute(VpcId=vpc_id, Attribute=name)
        return bool(found[name[0].upper() + name[1:]]["Value"])


class Subnet(Ec2Provider):
    """A part of a network in one availability zone."""

    type = "AWS::EC2::Subnet"
    handled = frozenset(
        {
            "AssignIpv6AddressOnCreation",
            "AvailabilityZone",
            "AvailabilityZoneId",
            "CidrBlock",
            "Ipv6CidrBlock",
            "Ipv6Native",
            "MapPublicIpOnLaunch",
            "Tags",
            "VpcId",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "EnableDns64": "names are not resolved here",
        "PrivateDnsNameOptionsOnLaunch": "names are not resolved here",
    }
    describe = ("describe_subnets", "SubnetIds", "Subnets")
    seconds = Seconds(create=5, update=5, delete=5)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse an empty range, which would come from an IPAM pool."""
        named = "CidrBlock" in properties or "Ipv6CidrBlock" in properties
        return None if named else "a subnet without CidrBlock"

    def create(self, at: Context, properties: Properties) -> str:
        """Create a subnet; a new one gives out no public addresses unless told."""
        made = at.client("ec2").create_subnet(
            **pick(
                properties,
                "AvailabilityZone",
                "AvailabilityZoneId",
                "CidrBlock",
                "Ipv6CidrBlock",
                "Ipv6Native",
                "VpcId",
            ),
            **specified("subnet", properties),
        )
        subnet_id = str(made["Subnet"]["SubnetId"])
        self._flags(at, subnet_id, properties)
        return subnet_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a subnet."""
        found = self.found(at, physical_id)
        acls = at.client("ec2").describe_network_acls(
            Filters=[{"Name": "association.subnet-id", "Values": [physical_id]}]
        )["NetworkAcls"]
        associations = [one for acl in acls for one in acl["Associations"]]
        v6 = [one["Ipv6CidrBlock"] for one in found.get("Ipv6CidrBlockAssociationSet", [])]
        return without_nothing(
            {
                "SubnetId": physical_id,
                "AssignIpv6AddressOnCreation": found["AssignIpv6AddressOnCreation"],
                "AvailabilityZone": found["AvailabilityZone"],
                "AvailabilityZoneId": found.get("AvailabilityZoneId"),
                "CidrBlock": found.get("CidrBlock"),
                "Ipv6CidrBlock": v6[0] if v6 else None,
                "Ipv6CidrBlocks": v6,
                "Ipv6Native": found.get("Ipv6Native", False),
                "MapPublicIpOnLaunch": found["MapPublicIpOnLaunch"],
                "NetworkAclAssociationId": _first(
                    associations, "NetworkAclAssociationId", "SubnetId", physical_id
                ),
                "Tags": tag_list(found.get("Tags")),
                "VpcId": found["VpcId"],
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the flags, the IPv6 range and the tags."""
        if changed(old, new, "MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation"):
            self._flags(at, physical_id, new)
        if changed(old, new, "Ipv6CidrBlock"):
            self._move_ipv6(at, physical_id, new.get("Ipv6CidrBlock"))
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a subnet without network interfaces."""
        found = self.found(at, physical_id)
        if any(one["SubnetId"] == physical_id for one in live_interfaces(at, found["VpcId"])):
            raise violation(f"The subnet '{physical_id}' has dependencies and cannot be deleted.")
        at.client("ec2").delete_subnet(SubnetId=physical_id)

    def _flags(self, at: Context, subnet_id: str, properties: Properties) -> None:
        for name in ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation"):
            value = {"Value": bool(properties.get(name, False))}
            at.client("ec2").modify_subnet_attribute(SubnetId=subnet_id, **{name: value})

    def _move_ipv6(self, at: Context, subnet_id: str, block: str | None) -> None:
        ec2 = at.client("ec2")
        for one in self.found(at, subnet_id).get("Ipv6CidrBlockAssociationSet", []):
            ec2.disassociate_subnet_cidr_block(AssociationId=one["AssociationId"])
        if block:
            ec2.associate_subnet_cidr_block(SubnetId=subnet_id, Ipv6CidrBlock=block)


class VpcCidrBlock(Provider):
    """One more address range of a VPC; its physical id is the association's."""

    type = "AWS::EC2::VPCCidrBlock"
    handled = frozenset({"AmazonProvidedIpv6CidrBlock", "CidrBlock", "VpcId"})
    harmless: ClassVar[Mapping[str, str]] = {
        "Ipv6CidrBlockNetworkBorderGroup": "addresses go no further than this account"
    }
    seconds = Seconds(create=10, update=0, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Associate the range."""
        made = at.client("ec2").associate_vpc_cidr_block(
            **pick(properties, "AmazonProvidedIpv6CidrBlock", "CidrBlock", "VpcId")
        )
        found = made.get("CidrBlockAssociation") or made["Ipv6CidrBlockAssociation"]
        return str(found["AssociationId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the range."""
        for vpc in at.client("ec2").describe_vpcs()["Vpcs"]:
            for one in vpc.get("CidrBlockAssociationSet", []):
                if _is_association(one, "CidrBlockState", physical_id):
                    return {
                        "Id": physical_id,
                        "VpcId": vpc["VpcId"],
                        "CidrBlock": one["CidrBlock"],
                    }
            for one in vpc.get("Ipv6CidrBlockAssociationSet", []):
                if _is_association(one, "Ipv6CidrBlockState", physical_id):
                    return {
                        "Id": physical_id,
                        "VpcId": vpc["VpcId"],
                        "AmazonProvidedIpv6CidrBlock": True,
                        "Ipv6CidrBlock": one["Ipv6CidrBlock"],
                    }
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Dissociate the range, which no subnet may use."""
        block = self.read(at, physical_id)
        ec2 = at.client("ec2")
        subnets = ec2.describe_subnets(Filters=filtered(vpc_id=block["VpcId"]))["Subnets"]
        if any(_within(one, block) for one in subnets):
            raise violation(
                f"The vpc '{block['VpcId']}' currently has a subnet within CIDR block "
                f"'{block.get('CidrBlock') or block.get('Ipv6CidrBlock')}'"
            )
        ec2.disassociate_vpc_cidr_block(AssociationId=physical_id)

    def physical_id(self, identifiers: Any) -> str:
        """Return the association's id."""
        return str(identifiers["Id"])


class SubnetCidrBlock(Provider):
    """The IPv6 range of a subnet."""

    type = "AWS::EC2::SubnetCidrBlock"
    handled = frozenset({"Ipv6CidrBlock", "SubnetId"})
    seconds = Seconds(create=5, update=0, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Associate the range."""
        made = at.client("ec2").associate_subnet_cidr_block(
            **pick(properties, "Ipv6CidrBlock", "SubnetId")
        )
        return str(made["Ipv6CidrBlockAssociation"]["AssociationId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the range."""
        for subnet in at.client("ec2").describe_subnets()["Subnets"]:
            for one in subnet.get("Ipv6CidrBlockAssociationSet", []):
                if one["AssociationId"] == physical_id:
                    return {
                        "Id": physical_id,
                        "SubnetId": subnet["SubnetId"],
                        "Ipv6CidrBlock": one["Ipv6CidrBlock"],
                    }
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Dissociate the range."""
        self.read(at, physical_id)
        at.client("ec2").disassociate_subnet_cidr_block(AssociationId=physical_id)


_DHCP = {
    "DomainName": "domain-name",
    "DomainNameServers": "domain-name-servers",
    "NetbiosNameServers": "netbios-name-servers",
    "NetbiosNodeType": "netbios-node-type",
    "NtpServers": "ntp-servers",
}
_LISTS = frozenset({"DomainNameServers", "NetbiosNameServers", "NtpServers"})


class DhcpOptions(Ec2Provider):
    """What machines of a VPC are told of name and time servers."""

    type = "AWS::EC2::DHCPOptions"
    handled = frozenset({"Tags", *_DHCP})
    describe = ("describe_dhcp_options", "DhcpOptionsIds", "DhcpOptions")
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a set of options."""
        made = at.client("ec2").create_dhcp_options(
            DhcpConfigurations=[
                {"Key": key, "Values": _texts(properties[name])}
                for name, key in _DHCP.items()
                if name in properties
            ]
        )
        options_id = str(made["DhcpOptions"]["DhcpOptionsId"])
        tag(at, options_id, properties)
        return options_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a set of options."""
        found = self.found(at, physical_id)
        given = {
            one["Key"]: [value["Value"] for value in one["Values"]]
            for one in found["DhcpConfigurations"]
        }
        read: Properties = {
            name: given[key] if name in _LISTS else given[key][0]
            for name, key in _DHCP.items()
            if given.get(key)
        }
        if "NetbiosNodeType" in read:
            read["NetbiosNodeType"] = int(read["NetbiosNodeType"])
        return read | {"DhcpOptionsId": physical_id, "Tags": tag_list(found.get("Tags"))}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a set of options that no VPC uses."""
        at.client("ec2").delete_dhcp_options(DhcpOptionsId=physical_id)


class VpcDhcpOptionsAssociation(Provider):
    """Which options a VPC uses; its physical id is the options' id, `|` and the VPC's."""

    type = "AWS::EC2::VPCDHCPOptionsAssociation"
    handled = frozenset({"DhcpOptionsId", "VpcId"})
    seconds = Seconds(create=5, update=0, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Let the VPC use the options."""
        at.client("ec2").associate_dhcp_options(**pick(properties, "DhcpOptionsId", "VpcId"))
        return f"{properties['DhcpOptionsId']}|{properties['VpcId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read which options the VPC uses."""
        options_id, _, vpc_id = physical_id.partition("|")
        vpcs = at.client("ec2").describe_vpcs(Filters=filtered(vpc_id=vpc_id))["Vpcs"]
        if not vpcs or vpcs[0]["DhcpOptionsId"] != options_id:
            raise GoneError(self.type, physical_id)
        return {"DhcpOptionsId": options_id, "VpcId": vpc_id}

    def delete(self, at: Context, physical_id: str) -> None:
        """Let the VPC use no options of its own any more."""
        self.read(at, physical_id)
        vpc_id = physical_id.partition("|")[2]
        at.client("ec2").associate_dhcp_options(DhcpOptionsId="default", VpcId=vpc_id)


def _first(items: list[dict[str, Any]], name: str, key: str, value: Any) -> str | None:
    return next((str(one[name]) for one in items if one.get(key) == value), None)


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _is_association(one: dict[str, Any], state: str, association_id: str) -> bool:
    return bool(one["AssociationId"] == association_id and one[state]["State"] == "associated")


def _within(subnet: dict[str, Any], block: Properties) -> bool:
    outer = ipaddress.ip_network(block.get("CidrBlock") or block["Ipv6CidrBlock"], strict=False)
    ranges = [subnet.get("CidrBlock")] if outer.version == 4 else []
    if outer.version == 6:
        ranges = [one["Ipv6CidrBlock"] for one in subnet.get("Ipv6CidrBlockAssociationSet", [])]
    inner = [ipaddress.ip_network(one, strict=False) for one in ranges if one]
    return any(one.overlaps(outer) for one in inner)
