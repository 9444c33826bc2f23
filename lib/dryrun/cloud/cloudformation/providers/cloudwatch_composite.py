"""AWS::CloudWatch: alarms on the states of other alarms."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    TakenError,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.leftovers import forget_tags

_MEMBERS = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "ActionsSuppressor",
    "ActionsSuppressorExtensionPeriod",
    "ActionsSuppressorWaitPeriod",
    "AlarmRule",
    "InsufficientDataActions",
    "OKActions",
)


class CompositeAlarm(Provider):
    """A composite alarm; its physical id is its name."""

    type = "AWS::CloudWatch::CompositeAlarm"
    handled = frozenset({"AlarmName", "Tags", *_MEMBERS})
    name_property = "AlarmName"
    seconds = Seconds(create=3, update=3, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a composite alarm where there is none of its name."""
        name = str(properties.get("AlarmName") or at.name(255))
        if self._found(at, name) is not None:
            raise TakenError(self.type, name)
        tags = {"Tags": properties["Tags"]} if properties.get("Tags") else {}
        self._put(at, name, properties, **tags)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a composite alarm."""
        found = self._found(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        arn = found["AlarmArn"]
        tags = at.client("cloudwatch").list_tags_for_resource(ResourceARN=arn).get("Tags", [])
        shown = {name: found[name] for name in _MEMBERS if found.get(name) not in (None, [], "")}
        return {"AlarmName": physical_id, "Arn": arn, **shown, "Tags": tags}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new alarm in the old one's place."""
        if any(old.get(name) != new.get(name) for name in _MEMBERS):
            self._put(at, physical_id, new)
        arn = at.arn("cloudwatch", f"alarm:{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            at.client("cloudwatch").tag_resource(ResourceARN=arn, Tags=tag_list(tags))
        if untagged:
            at.client("cloudwatch").untag_resource(ResourceARN=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a composite alarm; its tags go with it."""
        at.client("cloudwatch").delete_alarms(AlarmNames=[physical_id])
        forget_tags(at, "cloudwatch", at.arn("cloudwatch", f"alarm:{physical_id}"))

    def _put(self, at: Context, name: str, properties: Properties, **more: Any) -> None:
        wanted = pick(properties, *_MEMBERS)
        at.client("cloudwatch").put_composite_alarm(AlarmName=name, **wanted, **more)

    def _found(self, at: Context, name: str) -> dict[str, Any] | None:
        found = at.client("cloudwatch").describe_alarms(
            AlarmNames=[name], AlarmTypes=["CompositeAlarm"]
        )["CompositeAlarms"]
        return dict(found[0]) if found else None
