"""Descriptions of security group rules whose other side is no range, which moto shows in part."""

from __future__ import annotations

import functools
from typing import Any

from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule

from dryrun.cloud import replacing

_create: Any = SecurityGroupRule.__init__
_flatten: Any = SecurityGroup._flattened_rules


def _description(rule: Any) -> str | None:
    told = rule.ip_range.get("Description") or rule.source_group.get("Description")
    found: str | None = told or getattr(rule, "prefix_list_description", None)
    return found


@functools.wraps(_create)
def _created(self: Any, *positional: Any, **named: Any) -> None:
    _create(self, *positional, **named)
    given = named.get("prefix_list_id", positional[7] if len(positional) > 7 else None)
    self.prefix_list_description = (given or {}).get("Description")


def _flattened(self: Any, rules: list[Any]) -> Any:
    views = _flatten(self, rules)
    for view in views:
        kind = (view.from_port, view.to_port, view.ip_protocol)
        texts = {
            rule.prefix_list_id: rule.description
            for rule in rules
            if (rule.from_port, rule.to_port, rule.ip_protocol) == kind
        }
        for one in view.prefix_list_ids:
            if texts.get(one["PrefixListId"]):
                one["Description"] = texts[one["PrefixListId"]]
    return views


def describe_groups() -> None:
    """Let every rule show its description."""
    replacing.put(
        (SecurityGroupRule, "__init__", _created),
        (SecurityGroupRule, "description", property(_description)),
        (SecurityGroup, "_flattened_rules", _flattened),
    )
