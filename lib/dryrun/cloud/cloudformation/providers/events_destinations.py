"""AWS::Events: archives, and what lets rules call HTTP endpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
)
from dryrun.cloud.cloudformation.providers.found import lookup, text, without

_QUICK = Seconds(create=3, update=3, delete=3)
_ENCRYPTION: Mapping[str, str] = {
    "KmsKeyIdentifier": "how EventBridge encrypts what it keeps cannot be seen"
}


class Archive(Provider):
    """An archive of events; its physical id is its name."""

    type = "AWS::Events::Archive"
    handled = frozenset(
        {"ArchiveName", "Description", "EventPattern", "RetentionDays", "SourceArn"}
    )
    harmless: ClassVar[Mapping[str, str]] = _ENCRYPTION
    name_property = "ArchiveName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the archive."""
        name = str(properties.get("ArchiveName") or at.name(48))
        at.client("events").create_archive(
            ArchiveName=name, EventSourceArn=properties["SourceArn"], **self._set(properties)
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the archive."""
        with lookup(self.type, physical_id):
            found = at.client("events").describe_archive(ArchiveName=physical_id)
        shown = {
            **pick(found, "ArchiveName", "Description", "RetentionDays"),
            **pick(found, Arn="ArchiveArn", SourceArn="EventSourceArn"),
        }
        if found.get("EventPattern"):
            shown["EventPattern"] = json.loads(found["EventPattern"])
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what is archived, and how long."""
        for name in ("Description", "EventPattern", "RetentionDays"):
            if changed(old, new, name) and not new.get(name):
                raise _unremovable(name, self.type)
        at.client("events").update_archive(ArchiveName=physical_id, **self._set(new))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the archive with its events."""
        at.client("events").delete_archive(ArchiveName=physical_id)

    def _set(self, properties: Properties) -> Properties:
        found = pick(properties, "Description", "RetentionDays")
        if "EventPattern" in properties:
            found["EventPattern"] = text(properties["EventPattern"])
        return found


class Connection(Provider):
    """How an HTTP endpoint wants to be signed in to; its physical id is its name."""

    type = "AWS::Events::Connection"
    handled = frozenset({"AuthParameters", "AuthorizationType", "Description", "Name"})
    harmless: ClassVar[Mapping[str, str]] = _ENCRYPTION
    name_property = "Name"
    seconds = Seconds(create=8, update=8, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the connection; EventBridge keeps what is secret in Secrets Manager."""
        name = str(properties.get("Name") or at.name(64))
        at.client("events").create_connection(
            Name=name, **pick(properties, "AuthParameters", "AuthorizationType", "Description")
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the connection; what is secret in it is not told."""
        with lookup(self.type, physical_id):
            found = at.client("events").describe_connection(Name=physical_id)
        shown = {
            **pick(found, "AuthParameters", "AuthorizationType", "Description", "Name"),
            **pick(found, "SecretArn", Arn="ConnectionArn"),
            "ArnForPolicy": found["ConnectionArn"].rpartition("/")[0],
        }
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change how to sign in."""
        if changed(old, new, "Description") and not new.get("Description"):
            raise _unremovable("Description", self.type)
        at.client("events").update_connection(
            Name=physical_id, **pick(new, "AuthParameters", "AuthorizationType", "Description")
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the connection with its secret."""
        at.client("events").delete_connection(Name=physical_id)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse private networks."""
        inner = properties.get("AuthParameters") or {}
        private = "ConnectivityParameters" in inner
        return "the property AuthParameters.ConnectivityParameters" if private else None


class ApiDestination(Provider):
    """An HTTP endpoint; its physical id is its name."""

    type = "AWS::Events::ApiDestination"
    handled = frozenset(
        {
            "ConnectionArn",
            "Description",
            "HttpMethod",
            "InvocationEndpoint",
            "InvocationRateLimitPerSecond",
            "Name",
        }
    )
    name_property = "Name"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the destination."""
        name = str(properties.get("Name") or at.name(64))
        at.client("events").create_api_destination(**{**properties, "Name": name})
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the destination."""
        with lookup(self.type, physical_id):
            found = at.client("events").describe_api_destination(Name=physical_id)
        arn = found["ApiDestinationArn"]
        shown = {**pick(found, *sorted(self.handled)), "Arn": arn}
        return without({**shown, "ArnForPolicy": arn.rpartition("/")[0]})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what is called, and how often."""
        for name in ("Description", "InvocationRateLimitPerSecond"):
            if changed(old, new, name) and not new.get(name):
                raise _unremovable(name, self.type)
        at.client("events").update_api_destination(**{**new, "Name": physical_id})

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the destination."""
        at.client("events").delete_api_destination(Name=physical_id)


def _unremovable(name: str, type_name: str) -> NotSimulatedError:
    return NotSimulatedError(
        f"Dry Run does not simulate the removal of the property {name} of {type_name}; "
        "real AWS would carry it out."
    )
