"""AWS::EFS."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    NotSimulatedError,
    Properties,
    ResourceError,
    Seconds,
    changed,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_TAGGING: dict[str, Any] = {"key": "ResourceId", "add": "tag_resource", "remove": "untag_resource"}


class FileSystem(Declared):
    """A file system; its physical id is its id."""

    type = "AWS::EFS::FileSystem"
    handled = frozenset(
        {
            "AvailabilityZoneName",
            "BackupPolicy",
            "Encrypted",
            "FileSystemPolicy",
            "FileSystemTags",
            "KmsKeyId",
            "LifecyclePolicies",
            "PerformanceMode",
            "ProvisionedThroughputInMibps",
            "ThroughputMode",
        }
    )
    harmless = {
        "BypassPolicyLockoutSafetyCheck": "no policy locks anybody out here",
        "FileSystemProtection": "no file system is copied over another here",
    }
    service = "efs"
    seconds = Seconds(create=15, update=10, delete=15)
    creates, reads, deletes = (
        "create_file_system",
        "describe_file_systems",
        "delete_file_system",
    )
    key, made, item = "FileSystemId", "FileSystemId", "FileSystems.0"
    answered = {"Arn": "FileSystemArn", "FileSystemTags": "Tags"}
    tagging = Tagging("FileSystemId", **_TAGGING)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties as the API names them."""
        properties["Tags"] = properties.pop("FileSystemTags", None) or []
        if "BackupPolicy" in properties:
            properties["Backup"] = properties.pop("BackupPolicy").get("Status") == "ENABLED"
        return {"CreationToken": at.logical_id, **properties}

    def create(self, at: Context, properties: Properties) -> str:
        """Create a file system, unlike any before it."""
        return super().create(at, {**properties, "CreationToken": at.name(64)})

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Put the policies."""
        self._policies(at, physical_id, {}, properties)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the policies; moto changes nothing else."""
        self._policies(at, physical_id, old, new)
        own = ("FileSystemPolicy", "LifecyclePolicies", "CreationToken")
        for name in names:
            if name not in own:
                raise NotSimulatedError(
                    f"Dry Run does not simulate updates of the property {name} of {self.type}; "
                    f"real AWS would carry it out."
                )
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the file system with its policies."""
        client = at.client(self.service)
        lifecycle = client.describe_lifecycle_configuration(FileSystemId=physical_id)
        shown["LifecyclePolicies"] = lifecycle["LifecyclePolicies"]
        if at.known.get("FileSystemPolicy"):
            found = client.describe_file_system_policy(FileSystemId=physical_id)
            shown["FileSystemPolicy"] = json.loads(found["Policy"])
        if "BackupPolicy" in at.known:
            backup = client.describe_backup_policy(FileSystemId=physical_id)["BackupPolicy"]
            shown["BackupPolicy"] = {"Status": backup["Status"]}
        return shown

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a file system without mount targets."""
        item, _ = self.fetch(at, physical_id)
        if item.get("NumberOfMountTargets"):
            raise ResourceError(
                f"Unable to delete a file system '{physical_id}' with mount targets."
            )
        super().delete(at, physical_id)

    def _policies(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        client = at.client(self.service)
        if changed(old, new, "LifecyclePolicies"):
            client.put_lifecycle_configuration(
                FileSystemId=physical_id, LifecyclePolicies=new.get("LifecyclePolicies") or []
            )
        if changed(old, new, "FileSystemPolicy") and new.get("FileSystemPolicy"):
            policy = new["FileSystemPolicy"]
            text = policy if isinstance(policy, str) else json.dumps(policy)
            client.put_file_system_policy(FileSystemId=physical_id, Policy=text)


class MountTarget(Declared):
    """A mount target; its physical id is its id."""

    type = "AWS::EFS::MountTarget"
    handled = frozenset({"FileSystemId", "IpAddress", "SecurityGroups", "SubnetId"})
    harmless = {"IpAddressType": "no connection reaches a mount target here"}
    service = "efs"
    seconds = Seconds(create=90, update=10, delete=30)
    creates, reads, deletes = "create_mount_target", "describe_mount_targets", "delete_mount_target"
    key, made, item = "MountTargetId", "MountTargetId", "MountTargets.0"
    answered = {"Id": "="}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set the security groups."""
        if "SecurityGroups" in names:
            at.client(self.service).modify_mount_target_security_groups(
                MountTargetId=physical_id, SecurityGroups=new["SecurityGroups"]
            )
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the mount target with its security groups."""
        client = at.client(self.service)
        found = client.describe_mount_target_security_groups(MountTargetId=physical_id)
        shown["SecurityGroups"] = found["SecurityGroups"]
        return shown


class AccessPoint(Declared):
    """An access point; its physical id is its id."""

    type = "AWS::EFS::AccessPoint"
    handled = frozenset({"AccessPointTags", "FileSystemId", "PosixUser", "RootDirectory"})
    harmless = {"ClientToken": "tells one request from another, and nothing of the access point"}
    service = "efs"
    seconds = Seconds(create=10, update=5, delete=10)
    creates, reads, deletes = "create_access_point", "describe_access_points", "delete_access_point"
    key, made, item = "AccessPointId", "AccessPointId", "AccessPoints.0"
    answered = {"Arn": "AccessPointArn", "AccessPointTags": "Tags"}
    tagging = Tagging("AccessPointId", **_TAGGING)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties as the API names them."""
        properties["Tags"] = properties.pop("AccessPointTags", None) or []
        return properties

    def create(self, at: Context, properties: Properties) -> str:
        """Create an access point, unlike any before it."""
        return super().create(at, {"ClientToken": at.name(64), **properties})

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> Properties:
        """Give the call the token it wants."""
        made = super().request(at, name, properties, tags=tags)
        made.setdefault("ClientToken", properties.get("ClientToken", at.name(64)))
        return made
