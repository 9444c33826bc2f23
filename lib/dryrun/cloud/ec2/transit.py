"""Transit gateways and their attachments, which EC2 shows for a while after their end.

Follows "DescribeTransitGateways" and "DeleteTransitGateway", Amazon EC2 API Reference.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from moto.ec2.exceptions import EC2ClientError

from dryrun.cloud import clock as clocks
from dryrun.cloud.shelves import Thing, shelf

GATEWAYS, ATTACHMENTS = "TransitGateway", "TransitGatewayAttachment"
"""What is shown after its end."""

# How long AWS shows them, in seconds, is from memory; it is not written down.
_SHOWN = 3600.0
_OVER = ("deleted", "failed", "rejected")
_KINDS = {"vpc": "VPC", "vpn": "VPN", "peering": "Peering"}
_FILTERS = {
    "resource-id": "resource_id",
    "resource-type": "resource_type",
    "state": "state",
    "transit-gateway-id": "transit_gateway_id",
    "transit-gateway-attachment-id": "id",
    "vpc-id": "resource_id",
}


def end(backend: Any, kind: str, ended: Any) -> None:
    """Remember what was deleted, which the answer shows as on its way there."""
    kept = copy.copy(ended)
    kept.state = "deleted"
    _ended(backend, kind)[kept.id] = {"one": kept, "at": clocks.current().time()}
    ended.state = "deleting"


def check_idle(backend: Any, gateway_id: str) -> None:
    """Refuse to delete a gateway that is not there, or has attachments."""
    if gateway_id not in backend.transit_gateways:
        raise missing(GATEWAYS, gateway_id)
    for kind, words in _KINDS.items():
        left = [
            one.id
            for one in backend.transit_gateway_attachments.values()
            if (one.transit_gateway_id, one.resource_type) == (gateway_id, kind)
            and one.state not in _OVER
        ]
        if left:
            # From memory.
            raise EC2ClientError(
                "IncorrectState",
                f"{gateway_id} has non-deleted {words} Attachments: {', '.join(left)}.",
            )


def missing(kind: str, named: str) -> EC2ClientError:
    """Return the error for what is not there; its words are from memory for attachments."""
    words = "Transit Gateway" if kind == GATEWAYS else "Transit Gateway Attachment"
    return EC2ClientError(
        f"Invalid{kind}ID.NotFound", f"{words} {named} was deleted or does not exist."
    )


def shown(
    backend: Any, kind: str, found: Iterable[Any], ids: list[str], filters: dict[str, list[str]]
) -> list[Any]:
    """Return what was found, and what ended not long ago; whatever is named is among them."""
    now = clocks.current().time()
    gone = [
        kept["one"]
        for kept in _ended(backend, kind).values()
        if now - kept["at"] < _SHOWN
        and (not ids or kept["one"].id in ids)
        and _passes(kept["one"], kind, filters)
    ]
    all_of_them = [*found, *gone]
    if not filters:
        there = {one.id for one in all_of_them}
        for named in ids:
            if named not in there:
                raise missing(kind, named)
    return all_of_them


def _passes(one: Any, kind: str, filters: dict[str, list[str]]) -> bool:
    names = {**_FILTERS, **({"transit-gateway-id": "id"} if kind == GATEWAYS else {})}
    return all(
        name in names and getattr(one, names[name], None) in values
        for name, values in filters.items()
    )


def _ended(backend: Any, kind: str) -> dict[str, Thing]:
    return shelf(backend, f"ended_{kind}")
