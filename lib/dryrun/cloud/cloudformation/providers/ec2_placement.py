"""AWS::EC2: placement groups."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds, pick
from dryrun.cloud.cloudformation.providers.ec2_common import Ec2Provider, retag


class PlacementGroup(Ec2Provider):
    """A placement group; its physical id is its name."""

    type = "AWS::EC2::PlacementGroup"
    handled = frozenset({"PartitionCount", "SpreadLevel", "Strategy", "Tags"})
    describe = ("describe_placement_groups", "GroupNames", "PlacementGroups")
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a placement group."""
        name = at.name(255)
        asked = pick(properties, "PartitionCount", "SpreadLevel", "Strategy")
        tags = [{"ResourceType": "placement-group", "Tags": properties.get("Tags") or []}]
        more = {"TagSpecifications": tags} if properties.get("Tags") else {}
        at.client("ec2").create_placement_group(GroupName=name, **asked, **more)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a placement group."""
        found = self.found(at, physical_id)
        shown = pick(found, "PartitionCount", "SpreadLevel", "Strategy", "Tags")
        return {"GroupName": physical_id, **shown}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change its tags."""
        retag(at, str(self.found(at, physical_id)["GroupId"]), old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a placement group."""
        at.client("ec2").delete_placement_group(GroupName=physical_id)
