"""AWS::ServiceDiscovery::Instance."""

from __future__ import annotations

from collections.abc import Mapping

from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Provider, Seconds
from dryrun.cloud.cloudformation.providers.found import lookup


class Instance(Provider):
    """An instance of a service; its physical id is its id."""

    type = "AWS::ServiceDiscovery::Instance"
    handled = frozenset({"InstanceAttributes", "InstanceId", "ServiceId"})
    seconds = Seconds(create=15, update=10, delete=15)

    def create(self, at: Context, properties: Properties) -> str:
        """Register the instance."""
        instance_id = str(properties.get("InstanceId") or at.name(64))
        self._register(at, instance_id, properties)
        return instance_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the instance."""
        service = at.known["ServiceId"]
        with lookup(self.type, physical_id):
            found = at.client("servicediscovery").get_instance(
                ServiceId=service, InstanceId=physical_id
            )["Instance"]
        return {
            "InstanceId": found["Id"],
            "ServiceId": service,
            "InstanceAttributes": found.get("Attributes") or {},
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Register the instance anew, under the same id."""
        at.client("servicediscovery").deregister_instance(
            ServiceId=new["ServiceId"], InstanceId=physical_id
        )
        self._register(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Deregister the instance."""
        at.client("servicediscovery").deregister_instance(
            ServiceId=at.known["ServiceId"], InstanceId=physical_id
        )

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the id of an instance that is imported."""
        return identifiers["InstanceId"]

    def _register(self, at: Context, instance_id: str, properties: Properties) -> None:
        attributes = {
            name: str(value) for name, value in dict(properties["InstanceAttributes"]).items()
        }
        at.client("servicediscovery").register_instance(
            ServiceId=properties["ServiceId"],
            InstanceId=instance_id,
            CreatorRequestId=str(mock_random.uuid4()),
            Attributes=attributes,
        )
