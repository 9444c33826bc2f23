"""Placement groups, which moto has not.

Follows "Placement groups for your Amazon EC2 instances", EC2 User Guide.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, EC2_RESOURCE_TO_PREFIX
from moto.moto_api._internal import mock_random

STRATEGIES = ("cluster", "partition", "spread")
_KIND, _PREFIX = "placement-group", "pg"
_MOST_PARTITIONS = 7

# moto tags only what it knows by the beginning of its id.
EC2_RESOURCE_TO_PREFIX[_KIND], EC2_PREFIX_TO_RESOURCE[_PREFIX] = _PREFIX, _KIND


class PlacementGroup(TaggedEC2Resource):
    """A placement group; its id is `pg-...`."""

    def __init__(self, backend: Any, name: str, asked: dict[str, Any]) -> None:
        self.ec2_backend = backend
        self.id = f"{_PREFIX}-{mock_random.get_random_hex(17)}"
        self.group_name = name
        self.strategy = str(asked.get("Strategy") or "cluster")
        self.state = "available"
        self.partition_count = asked.get("PartitionCount")
        if self.strategy == "partition":
            self.partition_count = self.partition_count or 2
        spread = asked.get("SpreadLevel")
        self.spread_level = (spread or "rack") if self.strategy == "spread" else None
        where = f"{backend.region_name}:{backend.account_id}"
        self.group_arn = f"arn:{backend.partition}:ec2:{where}:placement-group/{name}"

    def shape(self) -> dict[str, Any]:
        """Return the PlacementGroup structure."""
        tags = [{"Key": tag["key"], "Value": tag["value"]} for tag in self.get_tags()]
        found = {
            "GroupName": self.group_name,
            "State": self.state,
            "Strategy": self.strategy,
            "PartitionCount": self.partition_count,
            "GroupId": self.id,
            "GroupArn": self.group_arn,
            "SpreadLevel": self.spread_level,
            "Tags": tags,
        }
        return {name: value for name, value in found.items() if value is not None}


def groups(backend: Any) -> dict[str, PlacementGroup]:
    """Return the placement groups of a region by name."""
    found: dict[str, PlacementGroup] = backend.__dict__.setdefault("placement_groups", {})
    return found


def create(backend: Any, asked: dict[str, Any], tags: dict[str, str]) -> PlacementGroup:
    """Create a placement group; raises EC2ClientError."""
    name, strategy = asked.get("GroupName"), asked.get("Strategy") or "cluster"
    if not name:
        # EC2 makes up a name where only the strategy is given.
        name = f"{_PREFIX}-{mock_random.get_random_hex(17)}"
    if name in groups(backend):
        raise EC2ClientError(
            "InvalidPlacementGroup.Duplicate", f"The placement group '{name}' already exists."
        )
    if strategy not in STRATEGIES:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"Value ({strategy}) for parameter strategy is invalid. Invalid placement strategy.",
        )
    count = asked.get("PartitionCount")
    if count is not None and (strategy != "partition" or not 0 < count <= _MOST_PARTITIONS):
        raise EC2ClientError(
            "InvalidParameterCombination" if strategy != "partition" else "InvalidParameterValue",
            "The parameter PartitionCount may only be used with the strategy 'partition', "
            f"and must be between 1 and {_MOST_PARTITIONS}.",
        )
    made = groups(backend)[name] = PlacementGroup(backend, name, asked)
    made.add_tags(tags)
    return made


def known(backend: Any, name: str) -> PlacementGroup:
    """Return a placement group by name or id; raises EC2ClientError."""
    for group in groups(backend).values():
        if name in (group.group_name, group.id):
            return group
    raise EC2ClientError(
        "InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown."
    )


def delete(backend: Any, name: str) -> None:
    """Delete a placement group without instances; raises EC2ClientError."""
    group = known(backend, name)
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            if instance.placement.group_name == group.group_name and instance.state_code != 48:
                raise EC2ClientError(
                    "InvalidPlacementGroup.InUse",
                    f"The placement group '{name}' is in use and may not be deleted.",
                )
    backend.delete_tags([group.id], {tag["key"]: tag["value"] for tag in group.get_tags()})
    del groups(backend)[group.group_name]
