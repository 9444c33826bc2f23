"""Elastic IP addresses at one of the several private addresses of an interface.

Follows "AssociateAddress", EC2 API Reference; moto knows only the interface's primary address.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddress

_CHOSEN = "chosen_private_address"


def _private_address(address: Any) -> str | None:
    chosen: str | None = address.__dict__.get(_CHOSEN)
    if chosen and address.eni:
        return chosen
    return address.eni.private_ip_address if address.eni else None


ElasticAddress.private_ip_address = property(_private_address)  # type: ignore[assignment,method-assign,unused-ignore]


def interface_of(backend: Any, instance_id: str | None, interface_id: str | None) -> Any:
    """Return the interface that an association is for."""
    if interface_id:
        return backend.get_network_interface(interface_id)
    return backend.get_instance(instance_id).nics[0]


def check(interface: Any, private: str) -> None:
    """Raise EC2ClientError unless an interface has the private address."""
    known = [one["PrivateIpAddress"] for one in interface.private_ip_addresses]
    if private not in known:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"The private IP address {private} is not assigned to interface {interface.id}",
        )


def choose(backend: Any, association_id: str, private: str | None, public_before: Any) -> None:
    """Let an association be with a private address, and leave what is at the primary one alone."""
    address = backend.address_by_association([association_id])[0]
    secondary = private is not None and private != address.eni.private_ip_address
    address.__dict__[_CHOSEN] = private if secondary else None
    if secondary:
        address.eni.public_ip = public_before


def secondary(backend: Any, association_id: str | None) -> tuple[Any, Any] | None:
    """Return the interface of an association with a secondary address, and its public address."""
    if not association_id:
        return None
    address = backend.address_by_association([association_id])[0]
    chosen = address.__dict__.get(_CHOSEN)
    return (address.eni, address.eni.public_ip) if chosen and address.eni else None
