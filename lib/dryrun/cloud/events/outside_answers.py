"""The operations on connections and API destinations."""

from __future__ import annotations

from moto.core.responses import ActionResult

from dryrun.cloud.events.asking import Base, Thing, answered, with_prefix
from dryrun.cloud.events.connections import (
    Connection,
    Destination,
    no_connection,
    no_destination,
)
from dryrun.cloud.events.exceptions import (
    NotSimulated,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)

_MADE = ("ConnectionArn", "ConnectionState", "CreationTime", "LastModifiedTime")
_CHANGED = (*_MADE, "LastAuthorizedTime")
_LISTED = (*_CHANGED, "Name", "AuthorizationType")
_DESTINATION = ("ApiDestinationArn", "ApiDestinationState", "CreationTime", "LastModifiedTime")
_DESTINATION_LISTED = (
    *_DESTINATION, "Name", "ConnectionArn", "InvocationEndpoint", "HttpMethod",
    "InvocationRateLimitPerSecond",
)  # fmt: skip


class Outside(Base):
    """Answer the operations on what is outside."""

    def create_connection(self) -> ActionResult:
        """Make a connection."""
        given = self.checked()
        if given.get("InvocationConnectivityParameters"):
            raise NotSimulated("connections to private APIs")
        if given["Name"] in self.here.connections:
            raise ResourceAlreadyExistsException(f"Connection {given['Name']} already exists.")
        made = Connection(self.here.account_id, self.here.region_name, given)
        self.here.connections[made.name] = made
        return answered(made.told(*_MADE))

    def describe_connection(self) -> ActionResult:
        """Return one connection, without its secrets."""
        return answered(self._connection("Failed to describe the connection(s). ").told())

    def list_connections(self) -> ActionResult:
        """Return connections."""
        given = self.checked()
        found = [
            one.told(*_LISTED)
            for one in with_prefix(self.here.connections, given.get("NamePrefix"))
            if given.get("ConnectionState") in (None, one.state)
        ]
        return answered({"Connections": found})

    def update_connection(self) -> ActionResult:
        """Change a connection."""
        found = self._connection()
        found.update(self.asked())
        return answered(found.told(*_CHANGED))

    def delete_connection(self) -> ActionResult:
        """Delete a connection and its secret."""
        found = self._connection()
        del self.here.connections[found.name]
        found.forget_secret()
        return answered({**found.told(*_CHANGED), "ConnectionState": "DELETING"})

    def create_api_destination(self) -> ActionResult:
        """Make a destination of a connection that is there."""
        given = self.checked()
        if given["Name"] in self.here.destinations:
            raise ResourceAlreadyExistsException(
                f"An api-destination '{given['Name']}' already exists."
            )
        self._check_connection(given["ConnectionArn"])
        made = Destination(self.here.account_id, self.here.region_name, given)
        self.here.destinations[made.name] = made
        return answered(self._told(made, *_DESTINATION))

    def describe_api_destination(self) -> ActionResult:
        """Return one destination."""
        found = self._destination("Failed to describe the api-destination(s). ")
        return answered(self._told(found))

    def list_api_destinations(self) -> ActionResult:
        """Return destinations."""
        given = self.checked()
        found = [
            self._told(one, *_DESTINATION_LISTED)
            for one in with_prefix(self.here.destinations, given.get("NamePrefix"))
            if given.get("ConnectionArn") in (None, one.connection_arn)
        ]
        return answered({"ApiDestinations": found})

    def update_api_destination(self) -> ActionResult:
        """Change a destination."""
        found = self._destination()
        given = self.asked()
        if "ConnectionArn" in given:
            self._check_connection(given["ConnectionArn"])
        found.update(given)
        return answered(self._told(found, *_DESTINATION))

    def delete_api_destination(self) -> ActionResult:
        """Delete a destination."""
        del self.here.destinations[self._destination().name]
        return answered()

    def _connection(self, doing: str = "") -> Connection:
        name = self.checked()["Name"]
        found = self.here.connections.get(name)
        if found is None:
            raise no_connection(name, doing)
        return found

    def _destination(self, doing: str = "") -> Destination:
        name = self.checked()["Name"]
        found = self.here.destinations.get(name)
        if found is None:
            raise no_destination(name, doing)
        return found

    def _check_connection(self, arn: str) -> None:
        if self._by_arn(arn) is None:
            raise ResourceNotFoundException(f"Connection '{arn}' does not exist.")

    def _by_arn(self, arn: str) -> Connection | None:
        return next((one for one in self.here.connections.values() if one.arn == arn), None)

    def _told(self, destination: Destination, *names: str) -> Thing:
        return destination.told(self._by_arn(destination.connection_arn), *names)
