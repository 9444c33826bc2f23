"""The end of global networks, and the transit gateways in them, of which moto has neither.

Follows "DeleteGlobalNetwork" and "RegisterTransitGateway", Network Manager API Reference; the
texts of errors are from memory.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.networkmanager.exceptions import ResourceNotFound
from moto.networkmanager.responses import NetworkManagerResponse as MotoResponse

from dryrun.cloud.shelves import Asking, Thing, shelf


class ConflictException(JsonRESTError):
    """Something is in the way."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ConflictException", message)


class NetworkManagerResponse(Asking, MotoResponse):
    """Answer Network Manager's operations."""

    def update_global_network(self) -> ActionResult:
        """Change what a global network is described as."""
        network = self._network()
        network.description = self.asked().get("Description", "")
        return ActionResult({"GlobalNetwork": _shown(network)})

    def delete_global_network(self) -> ActionResult:
        """Delete a global network in which nothing is left."""
        network, backend = self._network(), self.networkmanager_backend
        name = network.global_network_id
        parts = (backend.sites, backend.links, backend.devices)
        core = [one for one in backend.core_networks.values() if one.global_network_id == name]
        if core or self._registrations().get(name) or any(kept.get(name) for kept in parts):
            raise ConflictException(f"Global network {name} is not empty.")
        del backend.global_networks[name]
        network.state = "DELETING"
        return ActionResult({"GlobalNetwork": _shown(network)})

    def register_transit_gateway(self) -> ActionResult:
        """Register a transit gateway, which can be in one global network."""
        name, arn = self._network().global_network_id, self.asked()["TransitGatewayArn"]
        if any(arn in kept for kept in self._registrations().values()):
            raise ConflictException(f"Transit gateway {arn} is registered already.")
        self._registrations().setdefault(name, {})[arn] = True
        return ActionResult({"TransitGatewayRegistration": _registered(name, arn)})

    def get_transit_gateway_registrations(self) -> ActionResult:
        """Return the transit gateways of a global network."""
        name, wanted = self._network().global_network_id, self.asked().get("TransitGatewayArns")
        arns = [one for one in self._registrations().get(name, {}) if not wanted or one in wanted]
        found = [_registered(name, arn) for arn in arns]
        return ActionResult({"TransitGatewayRegistrations": found})

    def deregister_transit_gateway(self) -> ActionResult:
        """Take a transit gateway out of a global network."""
        name, arn = self._network().global_network_id, self.asked()["TransitGatewayArn"]
        if self._registrations().get(name, {}).pop(arn, None) is None:
            raise ResourceNotFound(arn)
        return ActionResult({"TransitGatewayRegistration": _registered(name, arn, "DELETING")})

    def _network(self) -> Any:
        name = self.asked()["GlobalNetworkId"]
        found = self.networkmanager_backend.global_networks.get(name)
        if found is None:
            raise ResourceNotFound(name)
        return found

    def _registrations(self) -> dict[str, Thing]:
        return shelf(self.networkmanager_backend, "registrations")


def _shown(network: Any) -> Thing:
    return {
        "GlobalNetworkId": network.global_network_id,
        "GlobalNetworkArn": network.global_network_arn,
        "Description": network.description,
        "Tags": network.tags,
        "State": network.state,
        "CreatedAt": network.created_at,
    }


def _registered(name: str, arn: str, state: str = "AVAILABLE") -> Thing:
    return {"GlobalNetworkId": name, "TransitGatewayArn": arn, "State": {"Code": state}}
