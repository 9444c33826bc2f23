"""AWS::Glue: workflows and security configurations."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_QUICK = Seconds(create=3, update=3, delete=3)


class Workflow(Declared):
    """A workflow; its physical id is its name."""

    type = "AWS::Glue::Workflow"
    handled = frozenset(
        {"DefaultRunProperties", "Description", "MaxConcurrentRuns", "Name", "Tags"}
    )
    service = "glue"
    name_property, named = "Name", 255
    seconds = _QUICK
    whole = True
    tags_in_create = False
    creates, reads = "create_workflow", "get_workflow"
    updates, deletes = "update_workflow", "delete_workflow"
    key, item = "Name", "Workflow"
    tagging = Tagging(
        "arn:{partition}:glue:{region}:{account}:workflow/{id}",
        tags="TagsToAdd",
        keys="TagsToRemove",
        listed="get_tags",
        plain=True,
    )

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the workflow."""
        return {name: value for name, value in shown.items() if name in self.handled}

    def _who(self, at: Context, name: str, physical_id: str, item: Any) -> dict[str, Any]:
        return {"ResourceArn": at.arn("glue", f"workflow/{physical_id}")}


class SecurityConfiguration(Declared):
    """A security configuration; its physical id is its name."""

    type = "AWS::Glue::SecurityConfiguration"
    handled = frozenset({"EncryptionConfiguration", "Name"})
    service = "glue"
    name_property = "Name"
    seconds = _QUICK
    creates, reads = "create_security_configuration", "get_security_configuration"
    deletes, key, item = "delete_security_configuration", "Name", "SecurityConfiguration"

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with S3's settings under the name the API has for them."""
        config = dict(properties["EncryptionConfiguration"])
        if "S3Encryptions" in config:
            config["S3Encryption"] = config.pop("S3Encryptions")
        return {**properties, "EncryptionConfiguration": config}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the configuration under the schema's names."""
        config = dict(shown["EncryptionConfiguration"])
        for name in ("S3Encryption", "S3encryption"):
            if name in config:
                config["S3Encryptions"] = config.pop(name)
        return {"Name": physical_id, "EncryptionConfiguration": config}
