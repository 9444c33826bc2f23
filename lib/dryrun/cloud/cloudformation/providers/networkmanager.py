"""AWS::NetworkManager."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging


class GlobalNetwork(Declared):
    """A global network; its physical id is its id."""

    type = "AWS::NetworkManager::GlobalNetwork"
    handled = frozenset({"Description", "Tags"})
    harmless = {
        "CreatedAt": "when a network was made is not for a template to say",
        "State": "in which state a network is is not for a template to say",
    }
    service = "networkmanager"
    seconds = Seconds(create=10, update=5, delete=10)
    creates, reads = "create_global_network", "describe_global_networks"
    updates, deletes = "update_global_network", "delete_global_network"
    key, read_key = "GlobalNetworkId", "GlobalNetworkIds"
    made, item = "GlobalNetwork.GlobalNetworkId", "GlobalNetworks.0"
    answered = {"Id": "GlobalNetworkId", "Arn": "GlobalNetworkArn"}
    defaults = {"Description": ""}
    tagging = Tagging("GlobalNetworkArn", listed="")


class TransitGatewayRegistration(Provider):
    """A transit gateway in a global network; its physical id are both, with `|` between."""

    type = "AWS::NetworkManager::TransitGatewayRegistration"
    handled = frozenset({"GlobalNetworkId", "TransitGatewayArn"})
    seconds = Seconds(create=15, update=0, delete=15)

    def create(self, at: Context, properties: Properties) -> str:
        """Register the transit gateway."""
        asked = pick(properties, "GlobalNetworkId", "TransitGatewayArn")
        at.client("networkmanager").register_transit_gateway(**asked)
        return f"{asked['GlobalNetworkId']}|{asked['TransitGatewayArn']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the registration."""
        network, _, arn = physical_id.partition("|")
        found = at.client("networkmanager").get_transit_gateway_registrations(
            GlobalNetworkId=network, TransitGatewayArns=[arn]
        )
        if not found["TransitGatewayRegistrations"]:
            raise GoneError(self.type, physical_id)
        return {"GlobalNetworkId": network, "TransitGatewayArn": arn}

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the transit gateway out of the network."""
        at.client("networkmanager").deregister_transit_gateway(**self.read(at, physical_id))
