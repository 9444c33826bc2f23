"""Descriptions of security group rules whose other side is a group, which moto shows in part."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule


def _description(rule: Any) -> str | None:
    found: str | None = rule.ip_range.get("Description") or rule.source_group.get("Description")
    return found


def describe_groups() -> None:
    """Let every rule show its description."""
    SecurityGroupRule.description = property(_description)
