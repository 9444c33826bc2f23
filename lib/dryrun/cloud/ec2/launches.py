"""Launching instances with everything that was asked for.

moto forgets the instance profile and the network interfaces of launch templates, cannot read user
data of a template's later versions, and starts all instances of an Auto Scaling group in its first
subnet. Its own classes are changed: Auto Scaling calls them without any request to EC2.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from moto.core.types import Base64EncodedString
from moto.ec2.exceptions import EC2ClientError, InvalidSecurityGroupNotFoundError
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data

_run = EC2Backend.run_instances
_create_version = LaunchTemplate.create_version
_terminate = Instance.terminate
_SPEEDS = "speeds_of_devices"


@functools.cache
def install() -> None:
    """Let every EC2 launch as it is asked to."""
    EC2Backend.run_instances = run_instances
    LaunchTemplate.create_version = create_version
    Instance.terminate = terminate
    Instance.add_block_device = add_block_device


def create_version(self: LaunchTemplate, data: dict[str, Any], description: str) -> Any:
    """Add a version to a launch template, its user data in the form launches need."""
    given = data.get("UserData")
    if given is not None and not isinstance(given, Base64EncodedString):
        data = {**data, "UserData": parse_user_data(given)}
    return _create_version(self, data, description)


def run_instances(
    self: Any,
    image_id: str,
    count: int,
    user_data: Any,
    security_group_names: Sequence[str],
    **wanted: Any,
) -> Any:
    """Start instances; a template gives what the call itself does not say."""
    template = wanted.get("launch_template")
    data = self._get_template_from_args(template).data if template else {}
    for name in security_group_names:
        if self.get_security_group_by_name_or_id(name) is None:
            raise InvalidSecurityGroupNotFoundError(name)
    _use_interfaces(wanted, data.get("NetworkInterfaces") or [])
    _use_devices(wanted, data.get("BlockDeviceMappings") or [])
    _use_rest(wanted, data)
    _check_groups(self, wanted)
    profile = wanted.pop("template_profile", None)
    group = wanted.pop("placement_group", None)
    given = {nic.get("NetworkInterfaceId"): nic for nic in wanted.get("nics") or ()}
    config = wanted.get("launch_config")
    planned = [*(data.get("BlockDeviceMappings") or ()), *_planned(config)]
    devices = wanted.get("block_device_mappings") or planned
    with _nothing_left(self), _speeds(self, devices):
        made = _run(self, image_id, count, user_data, list(security_group_names), **wanted)
    for instance in made.instances:
        if template or config:
            _end_volumes(instance, planned)
        _mark(instance, given, wanted.get("nics") or ())
        if profile:
            _associate(self, instance.id, profile)
        if group:
            instance.placement.group_name = group
    return made


def _check_groups(backend: Any, wanted: dict[str, Any]) -> None:
    """Raise EC2ClientError unless the groups are there, in the network of their subnet."""
    asked = [(one.get("Groups"), one.get("SubnetId")) for one in wanted.get("nics") or ()]
    asked.append((wanted.get("security_group_ids"), None))
    for groups, subnet in asked:
        place = subnet or wanted.get("subnet_id")
        # For spot instances moto itself asks, with the groups and not with their ids.
        for group_id in (one for one in groups or () if isinstance(one, str)):
            if not group_id.startswith("sg-"):
                raise EC2ClientError(
                    "InvalidGroupId.Malformed", f'Invalid id: "{group_id}" (expecting "sg-...")'
                )
            group = backend.get_security_group_from_id(group_id)
            if group is None:
                raise InvalidSecurityGroupNotFoundError(group_id)
            if place and backend.get_subnet(place).vpc_id != group.vpc_id:
                raise EC2ClientError(
                    "InvalidParameter",
                    f"Security group {group_id} and subnet {place} belong to different networks.",
                )


def terminate(self: Instance, *args: Any, **more: Any) -> Any:
    """End an instance; its own interfaces go with it, others are free again.

    Follows "Network interface attributes", EC2 User Guide: Delete on termination.
    """
    ended = _terminate(self, *args, **more)
    for interface in list(self.nics.values()):
        if getattr(interface, "ends_with_instance", False):
            self.ec2_backend.enis.pop(interface.id, None)
        else:
            interface.instance = interface.attachment_id = interface.attach_time = None
            interface.device_index, interface.status = None, "available"
    return ended


def add_block_device(self: Instance, size: int, path: str, *given: Any, volume_type: Any) -> None:
    """Give an instance a volume as fast as asked: moto cannot launch those that need IOPS."""
    snapshot_id, encrypted, delete_on_termination, kms_key_id = given
    speed = self.ec2_backend.__dict__.get(_SPEEDS, {}).get(path, {})
    volume = self.ec2_backend.create_volume(
        size=size,
        zone_name=self._placement.zone,
        snapshot_id=snapshot_id,
        encrypted=encrypted,
        kms_key_id=kms_key_id,
        volume_type=volume_type,
        iops=speed.get("Iops"),
        throughput=speed.get("Throughput"),
    )
    self.ec2_backend.attach_volume(volume.id, self.id, path, delete_on_termination)


@contextmanager
def _speeds(backend: Any, devices: list[dict[str, Any]]) -> Iterator[None]:
    """Remember the IOPS and throughput of devices while instances are launched with them."""
    backend.__dict__[_SPEEDS] = {
        one["DeviceName"]: {
            name: int(one["Ebs"][name]) for name in ("Iops", "Throughput") if one["Ebs"].get(name)
        }
        for one in devices
        if one.get("Ebs")
    }
    try:
        yield
    finally:
        del backend.__dict__[_SPEEDS]


@contextmanager
def _nothing_left(backend: Any) -> Iterator[None]:
    """Take back the interfaces and the reservation of a launch that fails half way."""
    interfaces, reservations = list(backend.enis), list(backend.reservations)
    try:
        yield
    except Exception:
        for kept, before in ((backend.enis, interfaces), (backend.reservations, reservations)):
            for name in [name for name in kept if name not in before]:
                del kept[name]
        raise


def _mark(instance: Any, given: dict[str, Any], asked: Sequence[dict[str, Any]]) -> None:
    """Remember which interfaces were made for the instance, and end with it."""
    wishes = {int(nic.get("DeviceIndex") or 0): nic.get("DeleteOnTermination") for nic in asked}
    for index, interface in instance.nics.items():
        own = interface.id not in given and wishes.get(index) is not False
        interface.ends_with_instance = own


def _use_interfaces(wanted: dict[str, Any], interfaces: list[dict[str, Any]]) -> None:
    if not interfaces or wanted.get("nics"):
        return
    nics = copy.deepcopy(interfaces)
    for number, nic in enumerate(nics):
        nic["DeviceIndex"] = int(nic.get("DeviceIndex", number))
    wanted["nics"] = nics
    first = next((nic for nic in nics if nic["DeviceIndex"] == 0), nics[0])
    if wanted.get("subnet_id"):
        first["SubnetId"] = wanted["subnet_id"]
    if wanted.get("associate_public_ip") is None:
        wanted["associate_public_ip"] = first.get("AssociatePublicIpAddress")


def _planned(config: Any) -> list[dict[str, Any]]:
    return list(config.block_device_mapping_dict or ()) if config is not None else []


def _end_volumes(instance: Any, planned: list[dict[str, Any]]) -> None:
    """Let volumes end with their instance, unless a template or configuration says no."""
    said = {one["DeviceName"]: (one.get("Ebs") or {}) for one in planned}
    for name, device in instance.block_device_mapping.items():
        if said.get(name, {}).get("DeleteOnTermination") is None:
            device.delete_on_termination = True


def _use_devices(wanted: dict[str, Any], devices: list[dict[str, Any]]) -> None:
    """Leave out of a template's devices what is no volume: moto looks for its size."""
    if "block_device_mappings" not in wanted and any("Ebs" not in one for one in devices):
        wanted["block_device_mappings"] = [one for one in devices if "Ebs" in one]


def _use_rest(wanted: dict[str, Any], data: dict[str, Any]) -> None:
    named = wanted.get("iam_instance_profile_name") or wanted.get("iam_instance_profile_arn")
    profile = data.get("IamInstanceProfile") or {}
    if profile and not named:
        wanted.setdefault("template_profile", profile.get("Arn") or profile.get("Name"))
    placement = data.get("Placement") or {}
    if placement.get("GroupName"):
        wanted.setdefault("placement_group", placement["GroupName"])
    if (data.get("Monitoring") or {}).get("Enabled"):
        wanted["monitoring_state"] = "enabled"
    if data.get("MetadataOptions") and not wanted.get("metadata_options"):
        wanted["metadata_options"] = data["MetadataOptions"]
    if data.get("EbsOptimized") and not wanted.get("ebs_optimized"):
        wanted["ebs_optimized"] = True


def _associate(backend: Any, instance_id: str, profile: str) -> None:
    kind = "arn" if profile.startswith("arn:") else "name"
    backend.associate_iam_instance_profile(
        instance_id=instance_id, **{f"iam_instance_profile_{kind}": profile}
    )
