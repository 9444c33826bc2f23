"""Let an instance and its first network interface agree on their security groups.

In AWS an instance's groups are those of its first interface, whichever of the two is changed;
see "Change the security groups for your Amazon EC2 instance", EC2 User Guide.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import (
    NetworkInterface,
    NetworkInterfaceBackend,
)
from moto.ec2.models.instances import InstanceBackend

_modify_instance = InstanceBackend.modify_instance_security_groups
_modify_interface = NetworkInterfaceBackend.modify_network_interface_attribute
_FIRST = 0


def install() -> None:
    """Let a change of either one reach the other."""
    NetworkInterface.group_set = property(_groups)
    InstanceBackend.modify_instance_security_groups = _of_instance
    NetworkInterfaceBackend.modify_network_interface_attribute = _of_interface


def _groups(interface: Any) -> list[Any]:
    """Return the groups in one order; moto gives a set, and mixes in those of the instance."""
    own = interface._group_set or (interface.instance and interface.instance.security_groups)
    return list({group.id: group for group in own or ()}.values())


def _of_instance(backend: Any, instance_id: str, new_group_id_list: list[str]) -> Any:
    # moto comes here too when no attribute is named at all, and would take every group away.
    if not new_group_id_list:
        raise EC2ClientError("InvalidParameterCombination", "No attributes specified.")
    instance = _modify_instance(backend, instance_id, new_group_id_list)
    first = instance.nics.get(_FIRST)
    if first is not None:
        first._group_set = list(instance.security_groups)
    return instance


def _of_interface(backend: Any, eni_id: str, group_ids: list[str], *rest: Any, **more: Any) -> None:
    _modify_interface(backend, eni_id, group_ids, *rest, **more)
    interface = backend.get_network_interface(eni_id)
    if group_ids and interface.instance and interface.instance.nics.get(_FIRST) is interface:
        interface.instance.security_groups = list(interface._group_set)
