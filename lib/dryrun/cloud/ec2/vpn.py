"""Routes of VPN connections, and what virtual private gateways tell route tables.

Follows "CreateVpnConnectionRoute" and "EnableVgwRoutePropagation", EC2 API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError


def connection(backend: Any, connection_id: str) -> Any:
    """Return a VPN connection; raises EC2ClientError."""
    found = backend.vpn_connections.get(connection_id)
    if found is None or found.state == "deleted":
        raise EC2ClientError(
            "InvalidVpnConnectionID.NotFound",
            f"The vpnConnection ID '{connection_id}' does not exist",
        )
    return found


def add_route(backend: Any, connection_id: str, block: str) -> None:
    """Add a static route to a connection; once more is the same."""
    found = connection(backend, connection_id)
    routes: list[dict[str, str]] = found.__dict__.setdefault("routes", [])
    if all(route["DestinationCidrBlock"] != block for route in routes):
        route = {"DestinationCidrBlock": block, "Source": "Static", "State": "available"}
        routes.append(route)


def remove_route(backend: Any, connection_id: str, block: str) -> None:
    """Take a static route away; raises EC2ClientError."""
    found = connection(backend, connection_id)
    routes = found.__dict__.setdefault("routes", [])
    left = [route for route in routes if route["DestinationCidrBlock"] != block]
    if len(left) == len(routes):
        raise EC2ClientError(
            "InvalidRoute.NotFound", f"The specified route {block} does not exist."
        )
    found.routes = left


def propagate(backend: Any, table_id: str, gateway_id: str, *, enable: bool) -> None:
    """Let a gateway attached to a table's network tell the table its routes, or no longer."""
    table = backend.get_route_table(table_id)
    gateway = backend.vpn_gateways.get(gateway_id)
    if gateway is None:
        raise EC2ClientError(
            "InvalidVpnGatewayID.NotFound", f"The vpnGateway ID '{gateway_id}' does not exist"
        )
    if enable and table.vpc_id not in gateway.attachments:
        raise EC2ClientError(
            "Gateway.NotAttached",
            f"resource {gateway_id} is not attached to the network of {table_id}",
        )
    known: list[dict[str, str]] = table.__dict__.setdefault("propagating_vgws", [])
    table.propagating_vgws = [one for one in known if one["GatewayId"] != gateway_id]
    if enable:
        table.propagating_vgws.append({"GatewayId": gateway_id})
