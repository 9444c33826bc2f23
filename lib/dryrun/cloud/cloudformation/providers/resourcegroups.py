"""AWS::ResourceGroups."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging


class Group(Declared):
    """A group of resources; its physical id is its name."""

    type = "AWS::ResourceGroups::Group"
    handled = frozenset({"Description", "Name", "ResourceQuery", "Tags"})
    service = "resource-groups"
    name_property = "Name"
    seconds = Seconds(create=5, update=5, delete=5)
    written = frozenset({"ResourceQuery"})
    creates, reads, updates, deletes = "create_group", "get_group", "update_group", "delete_group"
    key, item = "GroupName", "Group"
    answered = {"Arn": "GroupArn"}
    defaults = {"Description": ""}
    tagging = Tagging(
        "GroupArn",
        key="Arn",
        add="tag",
        remove="untag",
        listed="get_tags",
        keys="Keys",
        plain=True,
    )

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the query as text."""
        query = dict(properties.get("ResourceQuery") or {})
        if query:
            inner = query.get("Query") or {
                "ResourceTypeFilters": ["AWS::AllSupported"],
                "StackIdentifier": at.stack_id,
            }
            properties["ResourceQuery"] = {"Type": query["Type"], "Query": inner}
        return properties

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the query by its own call."""
        if "ResourceQuery" in names:
            call = "update_group_query"
            self.call(at, call, {**self.request(at, call, new), "GroupName": physical_id})
        return [name for name in names if name != "ResourceQuery"]
