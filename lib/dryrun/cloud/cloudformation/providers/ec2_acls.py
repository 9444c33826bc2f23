"""AWS::EC2: network ACLs."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import (
    Ec2Provider,
    filtered,
    retag,
    specified,
)


class NetworkAcl(Ec2Provider):
    """A network ACL."""

    type = "AWS::EC2::NetworkAcl"
    handled = frozenset({"Tags", "VpcId"})
    describe = ("describe_network_acls", "NetworkAclIds", "NetworkAcls")
    seconds = Seconds(create=15, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a network ACL."""
        made = at.client("ec2").create_network_acl(
            VpcId=properties["VpcId"], **specified("network-acl", properties)
        )
        return str(made["NetworkAcl"]["NetworkAclId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a network ACL."""
        found = self.found(at, physical_id)
        return {
            "Id": physical_id,
            "VpcId": found["VpcId"],
            "Tags": tag_list(found.get("Tags")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a network ACL that no subnet uses."""
        self._forget_gone_subnets(at, physical_id)
        at.client("ec2").delete_network_acl(NetworkAclId=physical_id)

    def _forget_gone_subnets(self, at: Context, physical_id: str) -> None:
        # The service here keeps the association of a subnet that was deleted.
        found = self.found(at, physical_id)
        ec2 = at.client("ec2")
        there = {one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]}
        gone = [one for one in found["Associations"] if one["SubnetId"] not in there]
        for one in gone:
            ec2.replace_network_acl_association(
                AssociationId=one["NetworkAclAssociationId"],
                NetworkAclId=_default(at, found["VpcId"]),
            )


class NetworkAclEntry(Provider):
    """One rule of a network ACL; its physical id is `acl|number|egress`."""

    type = "AWS::EC2::NetworkAclEntry"
    handled = frozenset(
        {
            "CidrBlock",
            "Egress",
            "Icmp",
            "Ipv6CidrBlock",
            "NetworkAclId",
            "PortRange",
            "Protocol",
            "RuleAction",
            "RuleNumber",
        }
    )
    seconds = Seconds(create=15, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the rule."""
        at.client("ec2").create_network_acl_entry(**_entry(properties))
        egress = str(bool(properties.get("Egress", False))).lower()
        return f"{properties['NetworkAclId']}|{properties['RuleNumber']}|{egress}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the rule."""
        acl_id, number, egress = physical_id.split("|")
        acls = at.client("ec2").describe_network_acls()["NetworkAcls"]
        entries = [acl["Entries"] for acl in acls if acl["NetworkAclId"] == acl_id]
        for one in entries[0] if entries else ():
            if one["RuleNumber"] == int(number) and one["Egress"] == (egress == "true"):
                names = ("CidrBlock", "Egress", "Ipv6CidrBlock", "PortRange", "RuleAction")
                return {
                    "Id": physical_id,
                    "NetworkAclId": acl_id,
                    "Protocol": int(one["Protocol"]),
                    "RuleNumber": one["RuleNumber"],
                    **pick(one, *names, Icmp="IcmpTypeCode"),
                }
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Replace what the rule says."""
        at.client("ec2").replace_network_acl_entry(**_entry(new))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the rule."""
        found = self.read(at, physical_id)
        at.client("ec2").delete_network_acl_entry(
            **pick(found, "Egress", "NetworkAclId", "RuleNumber")
        )


def _entry(properties: Properties) -> dict[str, Any]:
    names = ("CidrBlock", "Ipv6CidrBlock", "NetworkAclId", "PortRange", "RuleAction", "RuleNumber")
    return pick(properties, *names, IcmpTypeCode="Icmp") | {
        "Egress": bool(properties.get("Egress", False)),
        "Protocol": str(properties["Protocol"]),
    }


class SubnetNetworkAclAssociation(Provider):
    """Which network ACL a subnet uses; its physical id is the association's."""

    type = "AWS::EC2::SubnetNetworkAclAssociation"
    handled = frozenset({"NetworkAclId", "SubnetId"})
    seconds = Seconds(create=10, update=0, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Let the subnet use the ACL in place of the one it has."""
        for one in _associations(at):
            if one["SubnetId"] == properties["SubnetId"]:
                return _move(at, one["NetworkAclAssociationId"], properties["NetworkAclId"])
        raise GoneError("AWS::EC2::Subnet", properties["SubnetId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the association."""
        for one in _associations(at):
            if one["NetworkAclAssociationId"] == physical_id:
                return {
                    "AssociationId": physical_id,
                    "NetworkAclId": one["NetworkAclId"],
                    "SubnetId": one["SubnetId"],
                }
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Let the subnet use the default ACL again."""
        found = self.read(at, physical_id)
        subnets = at.client("ec2").describe_subnets(SubnetIds=[found["SubnetId"]])["Subnets"]
        _move(at, physical_id, _default(at, subnets[0]["VpcId"]))


def _move(at: Context, association_id: str, acl_id: str) -> str:
    moved = at.client("ec2").replace_network_acl_association(
        AssociationId=association_id, NetworkAclId=acl_id
    )
    return str(moved["NewAssociationId"])


def _associations(at: Context) -> list[dict[str, Any]]:
    acls = at.client("ec2").describe_network_acls()["NetworkAcls"]
    return [one for acl in acls for one in acl["Associations"]]


def _default(at: Context, vpc_id: str) -> str:
    acls = at.client("ec2").describe_network_acls(Filters=filtered(vpc_id=vpc_id))["NetworkAcls"]
    return str(next(acl["NetworkAclId"] for acl in acls if acl["IsDefault"]))
