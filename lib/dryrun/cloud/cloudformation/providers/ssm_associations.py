"""AWS::SSM: associations of State Manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)

_MEMBERS = (
    "ApplyOnlyAtCronInterval",
    "AssociationName",
    "AutomationTargetParameterName",
    "CalendarNames",
    "ComplianceSeverity",
    "DocumentVersion",
    "MaxConcurrency",
    "MaxErrors",
    "Name",
    "OutputLocation",
    "Parameters",
    "ScheduleExpression",
    "ScheduleOffset",
    "SyncCompliance",
    "Targets",
)


class Association(Provider):
    """An association; its physical id is its id."""

    type = "AWS::SSM::Association"
    handled = frozenset({"InstanceId", "Tags", *_MEMBERS})
    harmless: ClassVar[Mapping[str, str]] = {
        "AssociationDispatchAssumeRole": "nothing is carried out on any node"
    }
    seconds = Seconds(create=5, update=5, delete=3)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse to wait for nodes: none here carries anything out."""
        return "the property WaitForSuccessTimeoutSeconds" if _waits(properties) else None

    def create(self, at: Context, properties: Properties) -> str:
        """Create an association."""
        made = at.client("ssm").create_association(**pick(properties, "InstanceId", *_MEMBERS))
        association_id = str(made["AssociationDescription"]["AssociationId"])
        self._retag(at, association_id, {}, properties)
        return association_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an association."""
        try:
            found: dict[str, Any] = at.client("ssm").describe_association(
                AssociationId=physical_id
            )["AssociationDescription"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "AssociationDoesNotExist":
                raise GoneError(self.type, physical_id) from error
            raise
        tags = at.client("ssm").list_tags_for_resource(
            ResourceType="Association", ResourceId=physical_id
        )["TagList"]
        shown = pick(found, "InstanceId", *_MEMBERS)
        return {"AssociationId": physical_id, "Tags": tag_list(tags), **shown}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Make a new version of an association."""
        if changed(old, new, *_MEMBERS):
            at.client("ssm").update_association(AssociationId=physical_id, **pick(new, *_MEMBERS))
        self._retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an association."""
        self.read(at, physical_id)
        at.client("ssm").delete_association(AssociationId=physical_id)

    def _retag(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        who = {"ResourceType": "Association", "ResourceId": physical_id}
        if tags:
            at.client("ssm").add_tags_to_resource(**who, Tags=tag_list(tags))
        if gone:
            at.client("ssm").remove_tags_from_resource(**who, TagKeys=gone)


def _waits(properties: Properties) -> bool:
    return bool(properties.get("WaitForSuccessTimeoutSeconds"))
