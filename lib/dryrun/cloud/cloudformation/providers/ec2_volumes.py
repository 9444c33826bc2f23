"""AWS::EC2: volumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import Ec2Provider, retag, specified

_CREATION = (
    "AvailabilityZone",
    "Encrypted",
    "Iops",
    "KmsKeyId",
    "MultiAttachEnabled",
    "Size",
    "SnapshotId",
    "Throughput",
    "VolumeType",
)
_CHANGES = ("Iops", "MultiAttachEnabled", "Size", "Throughput", "VolumeType")


class Volume(Ec2Provider):
    """A volume."""

    type = "AWS::EC2::Volume"
    handled = frozenset({"Tags", *_CREATION})
    harmless: ClassVar[Mapping[str, str]] = {
        "AutoEnableIO": "volumes here never become inconsistent",
        "VolumeInitializationRate": "volumes here are whole at once",
    }
    describe = ("describe_volumes", "VolumeIds", "Volumes")
    seconds = Seconds(create=12, update=30, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a volume."""
        made = at.client("ec2").create_volume(
            **pick(properties, *_CREATION), **specified("volume", properties)
        )
        return str(made["VolumeId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a volume."""
        found = self.found(at, physical_id)
        read = {name: found[name] for name in _CREATION if found.get(name) not in (None, "")}
        return read | {"VolumeId": physical_id, "Tags": tag_list(found.get("Tags"))}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change size, type and speed; nothing else of a volume can change."""
        for name in _CREATION:
            if name not in _CHANGES and changed(old, new, name):
                raise ResourceError(
                    f"Updates are not supported for the property {name} of {self.type}.",
                    "NotUpdatable",
                )
        if new.get("Size", 0) < old.get("Size", 0) and "Size" in new:
            raise ResourceError("New size cannot be smaller than existing size")
        wanted = {name: new[name] for name in _CHANGES if name in new and changed(old, new, name)}
        if "VolumeType" in old and "VolumeType" not in new:
            wanted["VolumeType"] = "gp2"
        if wanted:
            at.client("ec2").modify_volume(VolumeId=physical_id, **wanted)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a volume that is attached to nothing."""
        at.client("ec2").delete_volume(VolumeId=physical_id)

    def snapshot(self, at: Context, physical_id: str) -> None:
        """Take a snapshot of the volume with the volume's tags."""
        found = self.found(at, physical_id)
        at.client("ec2").create_snapshot(VolumeId=physical_id, **specified("snapshot", found))


class VolumeAttachment(Provider):
    """A volume at an instance; its physical id is the volume's id, `|` and the instance's."""

    type = "AWS::EC2::VolumeAttachment"
    handled = frozenset({"Device", "InstanceId", "VolumeId"})
    harmless: ClassVar[Mapping[str, str]] = {"EbsCardIndex": "instances here have no cards"}
    seconds = Seconds(create=15, update=0, delete=15)

    def create(self, at: Context, properties: Properties) -> str:
        """Attach the volume."""
        ec2 = at.client("ec2")
        volume_id, instance_id = properties["VolumeId"], properties["InstanceId"]
        volume = ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]
        found = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
        _check(volume, found, str(properties["Device"]))
        ec2.attach_volume(VolumeId=volume_id, InstanceId=instance_id, Device=properties["Device"])
        return f"{volume_id}|{instance_id}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the attachment."""
        volume_id, _, instance_id = physical_id.partition("|")
        for volume in at.client("ec2").describe_volumes()["Volumes"]:
            for one in volume["Attachments"] if volume["VolumeId"] == volume_id else ():
                if one["InstanceId"] == instance_id:
                    return pick(one, "Device", "InstanceId", "VolumeId")
        raise GoneError(self.type, physical_id)

    def delete(self, at: Context, physical_id: str) -> None:
        """Detach the volume."""
        found = self.read(at, physical_id)
        at.client("ec2").detach_volume(**pick(found, "InstanceId", "VolumeId"))


def _check(volume: dict[str, Any], instance: dict[str, Any], device: str) -> None:
    """Refuse what AttachVolume of AWS refuses and the service here lets through."""
    volume_id, instance_id = volume["VolumeId"], instance["InstanceId"]
    if volume["Attachments"] and not volume.get("MultiAttachEnabled"):
        raise ResourceError(f"{volume_id} is already attached to an instance")
    if volume["AvailabilityZone"] != instance["Placement"]["AvailabilityZone"]:
        raise ResourceError(
            f"The volume '{volume_id}' is not in the same availability zone as instance "
            f"'{instance_id}'"
        )
    if any(one["DeviceName"] == device for one in instance["BlockDeviceMappings"]):
        raise ResourceError(
            f"Invalid value '{device}' for unixDevice. Attachment point {device} is already in use"
        )
