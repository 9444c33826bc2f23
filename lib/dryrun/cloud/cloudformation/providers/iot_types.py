"""AWS::IoT: types and groups of things, and names for roles."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared

_QUICK = Seconds(create=3, update=3, delete=3)
_NO_TAGS = {"Tags": "the simulated IoT keeps no tags"}


class ThingType(Declared):
    """A type of things; its physical id is its name."""

    type = "AWS::IoT::ThingType"
    handled = frozenset({"DeprecateThingType", "ThingTypeName", "ThingTypeProperties"})
    harmless = _NO_TAGS
    service = "iot"
    name_property, named = "ThingTypeName", 128
    # A type is deleted only five minutes after it was deprecated.
    seconds = Seconds(create=3, update=3, delete=310)
    creates, reads, deletes = "create_thing_type", "describe_thing_type", "delete_thing_type"
    key = "thingTypeName"
    answered = {
        "Arn": "thingTypeArn",
        "DeprecateThingType": "thingTypeMetadata.deprecated",
        "Id": "thingTypeId",
    }

    def refuse(self, properties: Properties) -> str | None:
        """Refuse rules of messages, which no simulated thing sends."""
        kept = properties.get("ThingTypeProperties") or {}
        return "Mqtt5Configuration" if "Mqtt5Configuration" in kept else None

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Deprecate it where that is asked for at once."""
        if properties.get("DeprecateThingType"):
            self._deprecate(at, physical_id, wanted=True)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Deprecate it, or take that back."""
        if "DeprecateThingType" in names:
            self._deprecate(at, physical_id, wanted=bool(new.get("DeprecateThingType")))
        return [name for name in names if name != "DeprecateThingType"]

    def _deprecate(self, at: Context, name: str, *, wanted: bool) -> None:
        at.client("iot").deprecate_thing_type(thingTypeName=name, undoDeprecate=not wanted)


class ThingGroup(Declared):
    """A static group of things; its physical id is its name."""

    type = "AWS::IoT::ThingGroup"
    handled = frozenset({"ParentGroupName", "ThingGroupName", "ThingGroupProperties"})
    harmless = _NO_TAGS
    service = "iot"
    name_property, named = "ThingGroupName", 128
    seconds = _QUICK
    creates, reads = "create_thing_group", "describe_thing_group"
    updates, deletes = "update_thing_group", "delete_thing_group"
    key = "thingGroupName"
    answered = {
        "Arn": "thingGroupArn",
        "Id": "thingGroupId",
        "ParentGroupName": "thingGroupMetadata.parentGroupName",
    }
    defaults = {
        "ThingGroupProperties": {
            "AttributePayload": {"Attributes": {}},
            "ThingGroupDescription": "",
        }
    }

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the group without what it has not."""
        kept = dict(shown.pop("ThingGroupProperties", None) or {})
        attributes = (kept.pop("AttributePayload", None) or {}).get("Attributes")
        if attributes:
            kept["AttributePayload"] = {"Attributes": attributes}
        if not kept.get("ThingGroupDescription"):
            kept.pop("ThingGroupDescription", None)
        return {**shown, **({"ThingGroupProperties": kept} if kept else {})}


class RoleAlias(Declared):
    """A name devices have for a role; its physical id is that name."""

    type = "AWS::IoT::RoleAlias"
    handled = frozenset({"CredentialDurationSeconds", "RoleAlias", "RoleArn"})
    harmless = _NO_TAGS
    service = "iot"
    name_property, named = "RoleAlias", 128
    seconds = _QUICK
    creates, reads = "create_role_alias", "describe_role_alias"
    updates, deletes = "update_role_alias", "delete_role_alias"
    key, item = "roleAlias", "roleAliasDescription"
    defaults = {"CredentialDurationSeconds": 3600}
