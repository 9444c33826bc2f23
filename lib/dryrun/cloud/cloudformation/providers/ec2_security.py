"""AWS::EC2: security groups and key pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import (
    Ec2Provider,
    filtered,
    live_interfaces,
    retag,
    specified,
    violation,
    without_nothing,
)

Rule = dict[str, Any]
_INGRESS, _EGRESS = "SecurityGroupIngress", "SecurityGroupEgress"
_EVERYWHERE: list[Rule] = [{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}]
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
_OWNER = "SourceSecurityGroupOwnerId"
_TARGETS = {
    "CidrIp": "CidrIp",
    "CidrIpv6": "CidrIpv6",
    "DestinationPrefixListId": "PrefixListId",
    "DestinationSecurityGroupId": "GroupId",
    "SourcePrefixListId": "PrefixListId",
    "SourceSecurityGroupId": "GroupId",
    "SourceSecurityGroupName": "GroupName",
}
"""How a template names what a rule is for, and how EC2 does."""


_ID = re.compile("sg-[0-9a-f]{8,17}")


class SecurityGroup(Ec2Provider):
    """A security group; its physical id is its id, or its name where no VPC was named."""

    type = "AWS::EC2::SecurityGroup"
    handled = frozenset({"GroupDescription", "GroupName", "Tags", "VpcId", _INGRESS, _EGRESS})
    name_property = "GroupName"
    describe = ("describe_security_groups", "GroupIds", "SecurityGroups")
    seconds = Seconds(create=10, update=10, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a group with its rules; rules for what leaves take the place of the usual one."""
        name = properties.get("GroupName") or at.name(255)
        made = at.client("ec2").create_security_group(
            GroupName=name,
            Description=properties["GroupDescription"],
            **pick(properties, "VpcId"),
            **specified("security-group", properties),
        )
        group_id = str(made["GroupId"])
        self._apply(at, group_id, {}, properties)
        return group_id if "VpcId" in properties else str(name)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a group; rules the stack wrote come back as it wrote them."""
        found = self._group(at, physical_id)
        incoming = _told(found["IpPermissions"], "Source")
        outgoing = _told(found["IpPermissionsEgress"], "Destination")
        return {
            "Id": physical_id,
            "GroupId": found["GroupId"],
            "GroupDescription": found["Description"],
            "GroupName": found["GroupName"],
            _INGRESS: _as_written(at.known.get(_INGRESS), incoming),
            _EGRESS: _as_written(at.known.get(_EGRESS), outgoing),
            "Tags": tag_list(found.get("Tags")),
            "VpcId": found["VpcId"],
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the rules and the tags."""
        group_id = self._group(at, physical_id)["GroupId"]
        self._apply(at, group_id, old, new)
        retag(at, group_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a group that no interface and no other group's rule names."""
        found = self._group(at, physical_id)
        group_id = found["GroupId"]
        if _in_use(at, group_id, found["VpcId"]):
            raise violation(f"resource {group_id} has a dependent object")
        at.client("ec2").delete_security_group(GroupId=group_id)

    def _group(self, at: Context, physical_id: str) -> dict[str, Any]:
        if _ID.fullmatch(physical_id):
            return self.found(at, physical_id)
        named = filtered(group_name=physical_id)
        groups = at.client("ec2").describe_security_groups(Filters=named)["SecurityGroups"]
        if not groups:
            raise GoneError(self.type, physical_id)
        return dict(groups[0])

    def _apply(self, at: Context, group_id: str, old: Properties, new: Properties) -> None:
        for name, egress, usual in ((_INGRESS, False, []), (_EGRESS, True, _EVERYWHERE)):
            before = (old.get(name) or usual) if old or egress else []
            after = new.get(name) or usual
            gone = [rule_key(one) for one in before if one not in after]
            added = [one for one in after if one not in before]
            # What replaces a rule comes first to nobody's harm, but the same rule twice is refused.
            _revoke(at, group_id, egress, gone)
            for one in added:
                _authorize(at, group_id, egress, one)


class _Rule(Provider):
    """A rule apart from its group; its physical id is the rule's."""

    egress: ClassVar[bool]
    side: ClassVar[str]
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Authorize what the rule says."""
        group_id = properties.get("GroupId") or _id_of(at, properties["GroupName"])
        return _authorize(at, group_id, self.egress, properties)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the rule."""
        for one in at.client("ec2").describe_security_group_rules()["SecurityGroupRules"]:
            if one["SecurityGroupRuleId"] == physical_id:
                return self._with_known(at, _of_rule(one, self.side)) | {"Id": physical_id}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the description, all that can change in place."""
        permission = _permission(new)
        which = "egress" if self.egress else "ingress"
        change = getattr(at.client("ec2"), f"update_security_group_rule_descriptions_{which}")
        group_id = self.read(at, physical_id)["GroupId"]
        change(GroupId=group_id, IpPermissions=[permission])

    def delete(self, at: Context, physical_id: str) -> None:
        """Revoke the rule."""
        group_id = self.read(at, physical_id)["GroupId"]
        _revoke_ids(at, group_id, self.egress, [physical_id])

    def _with_known(self, at: Context, found: Rule) -> Rule:
        # The rule is shown as the stack wrote it, where that means the same.
        if at.known and rule_key(at.known) == rule_key(found):
            names = ("IpProtocol", "FromPort", "ToPort", "GroupName", *_TARGETS)
            shown = {name: at.known[name] for name in names if name in at.known}
            if _OWNER in at.known:
                shown[_OWNER] = found.get(_OWNER)
            return {"GroupId": found["GroupId"], **pick(found, "Description"), **shown}
        return found


class SecurityGroupIngress(_Rule):
    """A rule for what comes in."""

    type = "AWS::EC2::SecurityGroupIngress"
    egress = False
    side = "Source"
    handled = frozenset(
        {
            "CidrIp",
            "CidrIpv6",
            "Description",
            "FromPort",
            "GroupId",
            "GroupName",
            "IpProtocol",
            "SourcePrefixListId",
            "SourceSecurityGroupId",
            "SourceSecurityGroupName",
            _OWNER,
            "ToPort",
        }
    )


class SecurityGroupEgress(_Rule):
    """A rule for what goes out."""

    type = "AWS::EC2::SecurityGroupEgress"
    egress = True
    side = "Destination"
    handled = frozenset(
        {
            "CidrIp",
            "CidrIpv6",
            "Description",
            "DestinationPrefixListId",
            "DestinationSecurityGroupId",
            "FromPort",
            "GroupId",
            "IpProtocol",
            "ToPort",
        }
    )


def _id_of(at: Context, name: str) -> str:
    if name.startswith("sg-"):
        return name
    found = at.client("ec2").describe_security_groups(Filters=filtered(group_name=name))
    if not found["SecurityGroups"]:
        raise ResourceError(f"The security group '{name}' does not exist", "NotFound")
    return str(found["SecurityGroups"][0]["GroupId"])


def _authorize(at: Context, group_id: str, egress: bool, rule: Rule) -> str:
    ec2 = at.client("ec2")
    call = ec2.authorize_security_group_egress if egress else ec2.authorize_security_group_ingress
    made = call(GroupId=group_id, IpPermissions=[_permission(rule)])
    return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def _revoke(at: Context, group_id: str, egress: bool, keys: list[tuple[Any, ...]]) -> None:
    if not keys:
        return
    filters = filtered(group_id=group_id)
    rules = at.client("ec2").describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    side = "Destination" if egress else "Source"
    found = [
        one["SecurityGroupRuleId"]
        for one in rules
        if one["IsEgress"] == egress and rule_key(_of_rule(one, side)) in keys
    ]
    if found:
        _revoke_ids(at, group_id, egress, found)


def _revoke_ids(at: Context, group_id: str, egress: bool, rule_ids: list[str]) -> None:
    ec2 = at.client("ec2")
    call = ec2.revoke_security_group_egress if egress else ec2.revoke_security_group_ingress
    call(GroupId=group_id, SecurityGroupRuleIds=rule_ids)


def _permission(rule: Rule) -> dict[str, Any]:
    """Return what EC2 calls an IpPermission."""
    protocol, start, end = rule_key(rule)[:3]
    made: dict[str, Any] = {"IpProtocol": protocol}
    if protocol in ("tcp", "udp") and None in (start, end):
        raise ResourceError(
            "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."
        )
    if protocol != "-1":
        made |= {"FromPort": start, "ToPort": end}
    names = [name for name in _TARGETS if rule.get(name)]
    if not names:
        raise ResourceError(
            "Exactly one of CidrIp, CidrIpv6, SourcePrefixListId, and SourceSecurityGroupId "
            "must be specified and not empty"
        )
    target = {_TARGETS[names[0]]: rule[names[0]], **pick(rule, "Description")}
    if rule.get(_OWNER):
        target["UserId"] = rule[_OWNER]
    kinds = {"CidrIp": "IpRanges", "CidrIpv6": "Ipv6Ranges", "PrefixListId": "PrefixListIds"}
    return made | {kinds.get(_TARGETS[names[0]], "UserIdGroupPairs"): [target]}


def rule_key(rule: Rule) -> tuple[Any, ...]:
    """Return what makes a rule the same as another, however it is written."""
    given = str(rule["IpProtocol"]).lower()
    protocol = _PROTOCOLS.get(given, given)
    start, end = rule.get("FromPort"), rule.get("ToPort")
    if protocol == "-1":
        start = end = None
    elif protocol not in ("tcp", "udp"):
        start, end = (-1 if one is None else one for one in (start, end))
    # A source named by its name is kept by its id, and cannot be told here.
    target = next((rule[name] for name in _TARGETS if rule.get(name)), None)
    return protocol, start, end, target


def _of_rule(found: dict[str, Any], side: str) -> Rule:
    """Return a rule of DescribeSecurityGroupRules as a template writes it."""
    group = found.get("ReferencedGroupInfo") or {}
    return without_nothing(
        {
            **pick(found, "Description", "FromPort", "GroupId", "IpProtocol", "ToPort"),
            "CidrIp": found.get("CidrIpv4"),
            "CidrIpv6": found.get("CidrIpv6"),
            f"{side}PrefixListId": found.get("PrefixListId"),
            f"{side}SecurityGroupId": group.get("GroupId"),
            _OWNER: group.get("UserId") if side == "Source" else None,
        }
    )


def _told(permissions: list[dict[str, Any]], side: str) -> list[Rule]:
    """Return IpPermissions as a template writes rules, one for each target."""
    rules = []
    for one in permissions:
        ports = pick(one, "FromPort", "IpProtocol", "ToPort")
        for name, kind in (("CidrIp", "IpRanges"), ("CidrIpv6", "Ipv6Ranges")):
            for target in one.get(kind, ()):
                rules.append(ports | pick(target, name, "Description"))
        for target in one.get("PrefixListIds", ()):
            named = {f"{side}PrefixListId": target["PrefixListId"]}
            rules.append(ports | named | pick(target, "Description"))
        for target in one.get("UserIdGroupPairs", ()):
            named = {f"{side}SecurityGroupId": target["GroupId"]}
            rules.append(ports | named | pick(target, "Description"))
    return rules


def _as_written(written: list[Rule] | None, found: list[Rule]) -> list[Rule]:
    """Return the rules that are there, in the stack's words and order as far as it wrote them."""
    left = list(found)
    shown = []
    for rule in written or ():
        same = next((one for one in left if _same(rule, one)), None)
        if same is not None:
            left.remove(same)
            kept = {name: value for name, value in rule.items() if name != "Description"}
            shown.append(kept | pick(same, "Description"))
    return shown + left


def _same(written: Rule, found: Rule) -> bool:
    if "SourceSecurityGroupName" in written and "SourceSecurityGroupId" in found:
        return rule_key(written)[:3] == rule_key(found)[:3]
    return rule_key(written) == rule_key(found)


def _in_use(at: Context, group_id: str, vpc_id: str) -> bool:
    ec2 = at.client("ec2")
    for interface in live_interfaces(at, vpc_id):
        if any(group["GroupId"] == group_id for group in interface["Groups"]):
            return True
    return any(
        (one.get("ReferencedGroupInfo") or {}).get("GroupId") == group_id
        and one["GroupId"] != group_id
        for one in ec2.describe_security_group_rules()["SecurityGroupRules"]
    )


class KeyPair(Provider):
    """A key pair; its physical id is its name."""

    type = "AWS::EC2::KeyPair"
    handled = frozenset({"KeyName", "KeyType", "PublicKeyMaterial", "Tags"})
    harmless: ClassVar[Mapping[str, str]] = {
        "KeyFormat": "the private key is kept in Parameter Store as PEM, whatever its format"
    }
    name_property = "KeyName"
    seconds = Seconds(create=5, update=0, delete=5)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse a key for PuTTY, whose private half would be written differently."""
        return "KeyFormat ppk" if properties.get("KeyFormat") == "ppk" else None

    def create(self, at: Context, properties: Properties) -> str:
        """Import the public key, or make a pair and keep its private key as AWS does."""
        ec2 = at.client("ec2")
        name = str(properties["KeyName"])
        tagged = specified("key-pair", properties)
        if "PublicKeyMaterial" in properties:
            material = properties["PublicKeyMaterial"].encode()
            ec2.import_key_pair(KeyName=name, PublicKeyMaterial=material, **tagged)
            return name
        kind = properties.get("KeyType", "rsa")
        made = ec2.create_key_pair(KeyName=name, KeyType=kind, **tagged)
        # "AWS::EC2::KeyPair", CloudFormation Template Reference: /ec2/keypair/ and the pair's id.
        at.client("ssm").put_parameter(
            Name=f"/ec2/keypair/{made['KeyPairId']}", Value=made["KeyMaterial"], Type="SecureString"
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a key pair."""
        found = at.client("ec2").describe_key_pairs(Filters=filtered(key_name=physical_id))
        if not found["KeyPairs"]:
            raise GoneError(self.type, physical_id)
        pair = found["KeyPairs"][0]
        read = pick(pair, "KeyFingerprint", "KeyName", "KeyPairId", "KeyType")
        return read | {"Tags": tag_list(pair.get("Tags"))}

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a key pair, and the private key where it was kept."""
        found = self.read(at, physical_id)
        at.client("ec2").delete_key_pair(KeyName=physical_id)
        at.client("ssm").delete_parameters(Names=[f"/ec2/keypair/{found['KeyPairId']}"])
