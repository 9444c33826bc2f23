"""AWS::KMS."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
)

_FOR_EVER = ("KeySpec", "KeyUsage", "MultiRegion", "Origin")
_LOCKOUT = "whether a policy locks its author out is not examined here"


class Key(Provider):
    """A key; its physical id is the key id."""

    type = "AWS::KMS::Key"
    handled = frozenset(
        {
            "Description",
            "EnableKeyRotation",
            "Enabled",
            "KeyPolicy",
            "PendingWindowInDays",
            "Tags",
            *_FOR_EVER,
        }
    )
    harmless: ClassVar = {
        "BypassPolicyLockoutSafetyCheck": _LOCKOUT,
        "RotationPeriodInDays": "it is 90 days at least",
    }
    seconds = Seconds(create=120, update=60, delete=3)

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Never replace a key: what cannot be changed makes the update fail."""
        return False

    def create(self, at: Context, properties: Properties) -> str:
        """Create a key."""
        wanted = pick(properties, "Description", *_FOR_EVER)
        if "KeyPolicy" in properties:
            wanted["Policy"] = _text(properties["KeyPolicy"])
        if tags := properties.get("Tags"):
            wanted["Tags"] = _kms_tags({tag["Key"]: tag["Value"] for tag in tags})
        made = at.client("kms").create_key(**wanted)["KeyMetadata"]["KeyId"]
        self._settle(at, made, {}, properties)
        return str(made)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a key; one that waits for its deletion is gone for the stack."""
        kms = at.client("kms")
        key = _metadata(at, physical_id)
        if key is None:
            raise GoneError(self.type, physical_id)
        found: Properties = {
            **pick(key, "Arn", "Description", "KeyId", "KeySpec", "KeyUsage", "MultiRegion"),
            **pick(key, "Enabled", "Origin"),
            "KeyPolicy": json.loads(
                kms.get_key_policy(KeyId=physical_id, PolicyName="default")["Policy"]
            ),
            **pick(at.known, "PendingWindowInDays"),
        }
        if tags := kms.list_resource_tags(KeyId=physical_id).get("Tags"):
            found["Tags"] = [{"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in tags]
        if "EnableKeyRotation" in self.handled:
            state = kms.get_key_rotation_status(KeyId=physical_id)
            found["EnableKeyRotation"] = state["KeyRotationEnabled"]
        return found

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs, and put back the defaults of what is no longer named."""
        for name in _FOR_EVER:
            if changed(old, new, name):
                raise ResourceError(
                    f"You cannot change the {name} of an existing KMS key.", "NotUpdatable"
                )
        kms = at.client("kms")
        if changed(old, new, "Description"):
            kms.update_key_description(KeyId=physical_id, Description=new.get("Description", ""))
        if changed(old, new, "KeyPolicy") and "KeyPolicy" in new:
            _put_policy(at, physical_id, new["KeyPolicy"])
        self._settle(at, physical_id, old, new)
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            kms.tag_resource(KeyId=physical_id, Tags=_kms_tags(tags))
        if untagged:
            kms.untag_resource(KeyId=physical_id, TagKeys=untagged)

    def _settle(self, at: Context, key: str, old: Properties, new: Properties) -> None:
        kms = at.client("kms")
        before, after = old.get("EnableKeyRotation", False), new.get("EnableKeyRotation", False)
        if before != after:
            (kms.enable_key_rotation if after else kms.disable_key_rotation)(KeyId=key)
        before, after = old.get("Enabled", True), new.get("Enabled", True)
        if before != after:
            (kms.enable_key if after else kms.disable_key)(KeyId=key)

    def delete(self, at: Context, physical_id: str) -> None:
        """Schedule the deletion of a key."""
        at.client("kms").schedule_key_deletion(
            KeyId=physical_id, PendingWindowInDays=at.known.get("PendingWindowInDays", 30)
        )


class ReplicaKey(Key):
    """The replica of a multi-Region key; its physical id is the key id."""

    type = "AWS::KMS::ReplicaKey"
    handled = frozenset(
        {"Description", "Enabled", "KeyPolicy", "PendingWindowInDays", "PrimaryKeyArn", "Tags"}
    )
    harmless: ClassVar = {}

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Leave it to the schema."""
        return None

    def create(self, at: Context, properties: Properties) -> str:
        """Replicate a key into the stack's Region."""
        arn = str(properties["PrimaryKeyArn"])
        made = at.client("kms", arn.split(":")[3]).replicate_key(
            KeyId=arn.rpartition("/")[2], ReplicaRegion=at.region
        )
        key = str(made["ReplicaKeyMetadata"]["KeyId"])
        kms = at.client("kms")
        _put_policy(at, key, properties["KeyPolicy"])
        kms.update_key_description(KeyId=key, Description=properties.get("Description", ""))
        if tags := properties.get("Tags"):
            kms.tag_resource(KeyId=key, Tags=_kms_tags({tag["Key"]: tag["Value"] for tag in tags}))
        self._settle(at, key, {}, properties)
        return key

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a replica."""
        found = super().read(at, physical_id)
        names = ("Arn", "Description", "Enabled", "KeyId", "KeyPolicy", "Tags")
        shown = pick(found, *names, "PendingWindowInDays")
        key = _metadata(at, physical_id) or {}
        primary = key.get("MultiRegionConfiguration", {}).get("PrimaryKey", {})
        return {**shown, "PrimaryKeyArn": primary.get("Arn")}


class Alias(Provider):
    """An alias; its physical id is its name."""

    type = "AWS::KMS::Alias"
    handled = frozenset({"AliasName", "TargetKeyId"})
    name_property = "AliasName"
    seconds = Seconds(create=60, update=60, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create an alias."""
        at.client("kms").create_alias(**pick(properties, "AliasName", "TargetKeyId"))
        return str(properties["AliasName"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an alias; its key is told as the stack told it."""
        pages = at.client("kms").get_paginator("list_aliases").paginate()
        for one in (alias for page in pages for alias in page["Aliases"]):
            if one["AliasName"] == physical_id:
                known = str(at.known.get("TargetKeyId", ""))
                target = one.get("TargetKeyId", "")
                same = known.rpartition("/")[2] == target
                return {"AliasName": physical_id, "TargetKeyId": known if same else target}
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Point an alias at another key."""
        at.client("kms").update_alias(AliasName=physical_id, TargetKeyId=new["TargetKeyId"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an alias."""
        at.client("kms").delete_alias(AliasName=physical_id)


def _metadata(at: Context, key: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = at.client("kms").describe_key(KeyId=key)["KeyMetadata"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return None
    return None if found["KeyState"] == "PendingDeletion" else found


def _put_policy(at: Context, key: str, policy: Any) -> None:
    at.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=_text(policy))


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _kms_tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
