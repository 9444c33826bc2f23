"""AWS::SSM: associations of State Manager."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
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
    handled = frozenset({"InstanceId", *_MEMBERS})
    seconds = Seconds(create=5, update=5, delete=3)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse to wait for nodes: none here carries anything out."""
        return "the property WaitForSuccessTimeoutSeconds" if _waits(properties) else None

    def create(self, at: Context, properties: Properties) -> str:
        """Create an association."""
        made = at.client("ssm").create_association(**pick(properties, "InstanceId", *_MEMBERS))
        return str(made["AssociationDescription"]["AssociationId"])

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
        return {"AssociationId": physical_id, **pick(found, "InstanceId", *_MEMBERS)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Make a new version of an association."""
        at.client("ssm").update_association(AssociationId=physical_id, **pick(new, *_MEMBERS))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an association."""
        self.read(at, physical_id)
        at.client("ssm").delete_association(AssociationId=physical_id)


def _waits(properties: Properties) -> bool:
    return bool(properties.get("WaitForSuccessTimeoutSeconds"))
