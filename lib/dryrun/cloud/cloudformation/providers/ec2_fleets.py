"""AWS::EC2: fleets of instances."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import to_api
from dryrun.cloud.cloudformation.providers.found import lookup

_ENDED = ("deleted", "cancelled")
_SECONDS = Seconds(create=60, update=30, delete=60)


class Ec2Fleet(Provider):
    """A fleet; its physical id is its id."""

    type = "AWS::EC2::EC2Fleet"
    handled = frozenset(
        {
            "ExcessCapacityTerminationPolicy",
            "LaunchTemplateConfigs",
            "OnDemandOptions",
            "ReplaceUnhealthyInstances",
            "SpotOptions",
            "TagSpecifications",
            "TargetCapacitySpecification",
            "TerminateInstancesWithExpiration",
            "Type",
        }
    )
    seconds = _SECONDS

    def create(self, at: Context, properties: Properties) -> str:
        """Create the fleet, and start its instances."""
        ec2 = at.client("ec2")
        shape = ec2.meta.service_model.operation_model("CreateFleet").input_shape
        sent = to_api(shape, pick(properties, *sorted(self.handled)))
        spot = sent.get("SpotOptions")
        if spot is not None:
            # "SpotOptionsRequest", EC2 API Reference: this is the default.
            spot.setdefault("AllocationStrategy", "lowest-price")
        return str(ec2.create_fleet(**sent)["FleetId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the fleet."""
        with lookup(self.type, physical_id):
            found = at.client("ec2").describe_fleets(FleetIds=[physical_id])["Fleets"]
        if not found or str(found[0]["FleetState"]).startswith(_ENDED):
            raise GoneError(self.type, physical_id)
        capacity = found[0]["TargetCapacitySpecification"]
        known = dict(pick(at.known, *sorted(self.handled)))
        wanted = dict(known.get("TargetCapacitySpecification") or {})
        wanted["TotalTargetCapacity"] = capacity["TotalTargetCapacity"]
        return {
            **known,
            "FleetId": physical_id,
            "TargetCapacitySpecification": wanted,
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Refuse to change the capacity, for which moto has no call."""
        raise NotSimulatedError(
            f"Dry Run does not simulate updates of the property TargetCapacitySpecification of "
            f"{self.type}; real AWS would carry it out."
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the fleet with its instances."""
        at.client("ec2").delete_fleets(FleetIds=[physical_id], TerminateInstances=True)


class SpotFleet(Provider):
    """A spot fleet; its physical id is its request's."""

    type = "AWS::EC2::SpotFleet"
    handled = frozenset({"SpotFleetRequestConfigData", "Tags"})
    seconds = _SECONDS

    def create(self, at: Context, properties: Properties) -> str:
        """Request the fleet, and start its instances."""
        ec2 = at.client("ec2")
        shape = ec2.meta.service_model.operation_model("RequestSpotFleet").input_shape
        config = to_api(
            shape.members["SpotFleetRequestConfig"], properties["SpotFleetRequestConfigData"]
        )
        # "SpotFleetRequestConfigData", EC2 API Reference: this is the default.
        config.setdefault("AllocationStrategy", "lowestPrice")
        tags = tag_list(properties.get("Tags"))
        if tags and "TagSpecifications" not in config:
            given = {"ResourceType": "spot-fleet-request", "Tags": tags}
            config["TagSpecifications"] = [given]
        return str(ec2.request_spot_fleet(SpotFleetRequestConfig=config)["SpotFleetRequestId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the request."""
        found = self._found(at, physical_id)
        known = dict(at.known.get("SpotFleetRequestConfigData") or {})
        known["TargetCapacity"] = found["SpotFleetRequestConfig"]["TargetCapacity"]
        return {
            "Id": physical_id,
            "SpotFleetRequestConfigData": known,
            **pick(at.known, "Tags"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change how large the fleet is."""
        config = new["SpotFleetRequestConfigData"]
        policy = config.get("ExcessCapacityTerminationPolicy", "Default")
        at.client("ec2").modify_spot_fleet_request(
            SpotFleetRequestId=physical_id,
            TargetCapacity=config["TargetCapacity"],
            ExcessCapacityTerminationPolicy=policy,
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Cancel the request, and end its instances."""
        self._found(at, physical_id)
        at.client("ec2").cancel_spot_fleet_requests(
            SpotFleetRequestIds=[physical_id], TerminateInstances=True
        )

    def _found(self, at: Context, physical_id: str) -> dict[str, Any]:
        with lookup(self.type, physical_id):
            found = at.client("ec2").describe_spot_fleet_requests(SpotFleetRequestIds=[physical_id])
        configs = found["SpotFleetRequestConfigs"]
        if not configs or str(configs[0]["SpotFleetRequestState"]).startswith(_ENDED):
            raise GoneError(self.type, physical_id)
        request: dict[str, Any] = configs[0]
        return request
