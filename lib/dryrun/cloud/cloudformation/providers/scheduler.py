"""AWS::Scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import (
    ignoring_absence,
    lookup,
    without,
)

_QUICK = Seconds(create=3, update=3, delete=3)
_DATES = ("EndDate", "StartDate")


class Schedule(Provider):
    """A schedule; its physical id is its name."""

    type = "AWS::Scheduler::Schedule"
    handled = frozenset(
        {
            *_DATES,
            "Description",
            "FlexibleTimeWindow",
            "GroupName",
            "KmsKeyArn",
            "Name",
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "State",
            "Target",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {}
    name_property = "Name"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the schedule."""
        scheduler = at.client("scheduler")
        name = str(properties.get("Name") or at.name(64))
        # An unknown group is refused before anything is made.
        scheduler.get_schedule_group(Name=properties.get("GroupName", "default"))
        scheduler.create_schedule(**self._request(at, "CreateSchedule", properties, name))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the schedule."""
        scheduler = at.client("scheduler")
        with lookup(self.type, physical_id):
            found = scheduler.get_schedule(Name=physical_id, **pick(at.known, "GroupName"))
        shape = scheduler.meta.service_model.operation_model("GetSchedule").output_shape
        shown = from_api(self.type, shape, pick(found, *sorted(self.handled), "Arn"))
        for name in _DATES:
            if name in found:
                shown[name] = _date(found[name], at.known.get(name))
        # The service fills in how often it tries again.
        if "RetryPolicy" not in at.known.get("Target", {}) and at.known:
            shown["Target"].pop("RetryPolicy", None)
        return without(shown, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the schedule as a whole; move it where its group differs."""
        scheduler = at.client("scheduler")
        if old.get("GroupName", "default") != new.get("GroupName", "default"):
            scheduler.get_schedule_group(Name=new.get("GroupName", "default"))
            scheduler.create_schedule(**self._request(at, "CreateSchedule", new, physical_id))
            scheduler.delete_schedule(Name=physical_id, **pick(old, "GroupName"))
            return
        request = self._request(at, "UpdateSchedule", new, physical_id)
        scheduler.update_schedule(**{"State": "ENABLED", **request})

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the schedule; that its group took it along does no harm."""
        with ignoring_absence():
            at.client("scheduler").delete_schedule(Name=physical_id, **pick(at.known, "GroupName"))

    def _request(
        self, at: Context, operation: str, properties: Properties, name: str
    ) -> dict[str, Any]:
        model = at.client("scheduler").meta.service_model.operation_model(operation)
        request: dict[str, Any] = to_api(model.input_shape, {**properties, "Name": name})
        return request


class ScheduleGroup(Provider):
    """A group of schedules; its physical id is its name."""

    type = "AWS::Scheduler::ScheduleGroup"
    handled = frozenset({"Name", "Tags"})
    name_property = "Name"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the group."""
        scheduler = at.client("scheduler")
        name = str(properties.get("Name") or at.name(64))
        with ignoring_absence():
            scheduler.get_schedule_group(Name=name)
            raise ResourceError(f"Schedule group {name} already exists.", "AlreadyExists")
        scheduler.create_schedule_group(Name=name, Tags=tag_list(properties.get("Tags")))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the group."""
        scheduler = at.client("scheduler")
        with lookup(self.type, physical_id):
            found = scheduler.get_schedule_group(Name=physical_id)
        if found["State"] == "DELETING":
            raise GoneError(self.type, physical_id)
        tags = scheduler.list_tags_for_resource(ResourceArn=found["Arn"])["Tags"]
        return {
            **pick(found, "Arn", "Name", "State"),
            "CreationDate": _date(found["CreationDate"], None),
            "LastModificationDate": _date(found["LastModificationDate"], None),
            "Tags": tag_list(tags),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        scheduler = at.client("scheduler")
        arn = at.arn("scheduler", f"schedule-group/{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            scheduler.tag_resource(ResourceArn=arn, Tags=tag_list(tags))
        if untagged:
            scheduler.untag_resource(ResourceArn=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the group with its schedules."""
        scheduler = at.client("scheduler")
        with lookup(self.type, physical_id):
            scheduler.get_schedule_group(Name=physical_id)
        scheduler.delete_schedule_group(Name=physical_id)

    def deleted(self, at: Context, physical_id: str) -> bool:
        """Wait until the group is gone, with its schedules."""
        with ignoring_absence():
            at.client("scheduler").get_schedule_group(Name=physical_id)
            return False
        return True


def _date(moment: datetime, known: str | None) -> str:
    """Return a moment as text; as the template has it where that means the same."""
    if known and datetime.fromisoformat(known).replace(tzinfo=UTC) == moment.astimezone(UTC):
        return known
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
