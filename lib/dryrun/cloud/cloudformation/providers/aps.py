"""AWS::APS: Amazon Managed Service for Prometheus."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds, changed
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_TAGS: dict[str, Any] = {
    "at": "arn",
    "key": "resourceArn",
    "tags": "tags",
    "keys": "tagKeys",
    "answer": "tags",
}


class Workspace(Declared):
    """A workspace; its physical id is its ARN."""

    type = "AWS::APS::Workspace"
    handled = frozenset({"Alias", "Tags"})
    harmless = {"KmsKeyArn": "no metrics are kept here that could be encrypted"}
    service = "amp"
    seconds = Seconds(create=30, update=10, delete=30)
    creates, reads, item = "create_workspace", "describe_workspace", "workspace"
    updates, deletes = "update_workspace_alias", "delete_workspace"
    key, made = "workspaceId", "arn"
    tagging = Tagging(**_TAGS)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Call it otherwise, or no longer anything."""
        if changed(old, new, "Alias"):
            keys = self._keys(at, self.updates, physical_id)
            alias = {"alias": new["Alias"]} if new.get("Alias") else {}
            self.call(at, self.updates, {**keys, **alias})
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return no alias where there is none."""
        if not shown.get("Alias"):
            shown.pop("Alias", None)
        return shown

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {"workspaceId": physical_id.rpartition("/")[2]}


class RuleGroupsNamespace(Declared):
    """Rules of a workspace; its physical id is its ARN."""

    type = "AWS::APS::RuleGroupsNamespace"
    handled = frozenset({"Data", "Name", "Tags", "Workspace"})
    service = "amp"
    name_property = "Name"
    seconds = Seconds(create=10, update=10, delete=10)
    creates, reads = "create_rule_groups_namespace", "describe_rule_groups_namespace"
    updates, deletes = "put_rule_groups_namespace", "delete_rule_groups_namespace"
    key, made, item = "name", "arn", "ruleGroupsNamespace"
    tagging = Tagging(**_TAGS)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the workspace's id, and the rules in bytes."""
        properties["workspaceId"] = properties.pop("Workspace").rpartition("/")[2]
        properties["Data"] = properties["Data"].encode()
        return properties

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the rules as text, and whose they are."""
        workspace = physical_id.split("/")[1]
        data = shown["Data"]
        shown["Data"] = data.decode() if isinstance(data, bytes) else data
        return shown | {"Workspace": at.arn("aps", f"workspace/{workspace}")}

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        _, workspace, namespace = physical_id.split("/")
        return {"workspaceId": workspace, "name": namespace}
