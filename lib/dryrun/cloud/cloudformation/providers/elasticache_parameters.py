"""AWS::ElastiCache::ParameterGroup."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import lookup


class ParameterGroup(Provider):
    """A parameter group; its physical id is its name, which CloudFormation makes up."""

    type = "AWS::ElastiCache::ParameterGroup"
    handled = frozenset({"CacheParameterGroupFamily", "Description", "Properties", "Tags"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the group, and set its parameters."""
        name = at.name(255, lower=True)
        cache = at.client("elasticache")
        cache.create_cache_parameter_group(
            CacheParameterGroupName=name,
            **pick(properties, "CacheParameterGroupFamily", "Description"),
            Tags=tag_list(properties.get("Tags")),
        )
        _set(at, name, properties.get("Properties") or {})
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the group with the parameters that were set."""
        cache = at.client("elasticache")
        with lookup(self.type, physical_id):
            found = cache.describe_cache_parameter_groups(CacheParameterGroupName=physical_id)
        group = found["CacheParameterGroups"][0]
        values = cache.describe_cache_parameters(CacheParameterGroupName=physical_id, Source="user")
        tags = cache.list_tags_for_resource(ResourceName=group["ARN"])["TagList"]
        return {
            **pick(group, "CacheParameterGroupFamily", "CacheParameterGroupName", "Description"),
            "Properties": {
                one["ParameterName"]: one["ParameterValue"] for one in values["Parameters"]
            },
            "Tags": tag_list(tags),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set what differs, take back what is no longer named, and set the tags."""
        cache = at.client("elasticache")
        before, after = old.get("Properties") or {}, new.get("Properties") or {}
        gone = [{"ParameterName": name} for name in before if name not in after]
        if gone:
            cache.reset_cache_parameter_group(
                CacheParameterGroupName=physical_id, ParameterNameValues=gone
            )
        _set(at, physical_id, after)
        tags, dropped = tag_changes(old.get("Tags"), new.get("Tags"))
        arn = at.arn("elasticache", f"parametergroup:{physical_id}")
        if tags:
            cache.add_tags_to_resource(ResourceName=arn, Tags=tag_list(tags))
        if dropped:
            cache.remove_tags_from_resource(ResourceName=arn, TagKeys=dropped)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the group."""
        at.client("elasticache").delete_cache_parameter_group(CacheParameterGroupName=physical_id)


def _set(at: Context, name: str, values: Properties) -> None:
    pairs = [{"ParameterName": key, "ParameterValue": str(value)} for key, value in values.items()]
    if pairs:
        at.client("elasticache").modify_cache_parameter_group(
            CacheParameterGroupName=name, ParameterNameValues=pairs
        )
