"""What other resources of a stack attach to a resource, which is no drift of it.

Follows "Resource type edge cases" of "Detect unmanaged configuration changes to stacks and
resources with drift detection", CloudFormation User Guide: attachments of the same template are
set aside before resources are compared, those of other stacks are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dryrun.cloud.cloudformation.models import Stack, StackResource
from dryrun.cloud.cloudformation.providers.base import Properties
from dryrun.cloud.cloudformation.providers.ec2_security import rule_key

Told = Callable[[Any], Any]
"""What tells an element of a list from others, whoever wrote it."""
_HOLDERS = {"AWS::IAM::Group": "Group", "AWS::IAM::Role": "Role", "AWS::IAM::User": "User"}
_RULES = ("SecurityGroupIngress", "SecurityGroupEgress")


def set_aside(stack: Stack, resource: StackResource, read: Properties) -> Properties:
    """Return what was read of a resource without what the stack's others attached to it."""
    others = [one for one in stack.resources.values() if one.exists and one is not resource]
    left = dict(read)
    for name, told, attached in _attached(resource, read, others):
        own = [told(one) for one in resource.applied.get(name) or ()]
        foreign = [one for one in attached if one not in own]
        left[name] = [one for one in left.get(name) or () if told(one) not in foreign]
    return left


def _attached(
    resource: StackResource, read: Properties, others: list[StackResource]
) -> Iterator[tuple[str, Told, list[Any]]]:
    """Yield properties that others attach to, how their elements are told, and those of others."""
    if resource.type == "AWS::EC2::SecurityGroup":
        for name in _RULES:
            yield name, _rule, _rules(read, others, f"AWS::EC2::{name}")
    kind = _HOLDERS.get(resource.type)
    if kind:
        holder = resource.physical_id
        mine = [one for one in others if holder in (one.applied.get(f"{kind}s") or ())]
        single = [one for one in others if one.applied.get(f"{kind}Name") == holder]
        named = _named(mine, "AWS::IAM::Policy") + _named(single, f"AWS::IAM::{kind}Policy")
        yield "Policies", lambda one: one["PolicyName"], named
        managed = [one.physical_id for one in mine if one.type == "AWS::IAM::ManagedPolicy"]
        yield "ManagedPolicyArns", str, managed
    if kind == "User":
        groups = [one for one in mine if one.type == "AWS::IAM::UserToGroupAddition"]
        yield "Groups", str, [one.applied["GroupName"] for one in groups]


def _named(found: list[StackResource], type_name: str) -> list[str]:
    return [one.applied["PolicyName"] for one in found if one.type == type_name]


def _rule(rule: Properties) -> tuple[Any, ...]:
    return *rule_key(rule), rule.get("Description")


def _rules(group: Properties, others: list[StackResource], type_name: str) -> list[Any]:
    ids = (group.get("GroupId"), group.get("GroupName"))
    rules = [one.applied for one in others if one.type == type_name]
    return [_rule(one) for one in rules if (one.get("GroupId") or one.get("GroupName")) in ids]
