"""AWS::ServiceDiscovery."""

from __future__ import annotations

from typing import Any, ClassVar

from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    NotSimulatedError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import lookup, without


class _Namespace(Provider):
    """A namespace; its physical id is its id."""

    kind: ClassVar[str]
    handled = frozenset({"Description", "Name", "Tags"})
    name_property = "Name"
    seconds = Seconds(create=40, update=20, delete=40)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the namespace."""
        names = at.client("servicediscovery")
        made = getattr(names, f"create_{self.kind}_namespace")(
            **pick(properties, *sorted(self.handled)),
            CreatorRequestId=str(mock_random.uuid4()),
        )
        operation = names.get_operation(OperationId=made["OperationId"])["Operation"]
        return str(operation["Targets"]["NAMESPACE"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the namespace."""
        names = at.client("servicediscovery")
        with lookup(self.type, physical_id):
            found = names.get_namespace(Id=physical_id)["Namespace"]
        zone = (found.get("Properties", {}).get("DnsProperties") or {}).get("HostedZoneId")
        return without(
            {
                **pick(found, "Arn", "Description", "Id", "Name"),
                **pick(at.known, "Vpc"),
                "HostedZoneId": zone,
                "Tags": _tags(at, found["Arn"]),
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change description and tags."""
        names = at.client("servicediscovery")
        if changed(old, new, "Description"):
            wanted = {"Description": new.get("Description", "")}
            getattr(names, f"update_{self.kind}_namespace")(Id=physical_id, Namespace=wanted)
        _retag(at, f"namespace/{physical_id}", old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the namespace; services keep it: "DeleteNamespace", Cloud Map API Reference."""
        names = at.client("servicediscovery")
        services = names.list_services()["Services"]
        for service in services:
            found = names.get_service(Id=service["Id"])["Service"]
            if found.get("NamespaceId") == physical_id:
                raise ResourceError(
                    f"Namespace has associated services: {physical_id}", "GeneralServiceException"
                )
        names.delete_namespace(Id=physical_id)


class HttpNamespace(_Namespace):
    """A namespace asked by calls."""

    type = "AWS::ServiceDiscovery::HttpNamespace"
    kind = "http"


class PrivateDnsNamespace(_Namespace):
    """A namespace with a zone in a network."""

    type = "AWS::ServiceDiscovery::PrivateDnsNamespace"
    kind = "private_dns"
    handled = frozenset({"Description", "Name", "Tags", "Vpc"})


class PublicDnsNamespace(_Namespace):
    """A namespace with a public zone."""

    type = "AWS::ServiceDiscovery::PublicDnsNamespace"
    kind = "public_dns"


class Service(Provider):
    """A service of a namespace; its physical id is its id."""

    type = "AWS::ServiceDiscovery::Service"
    _GIVEN = (
        "Description",
        "DnsConfig",
        "HealthCheckConfig",
        "HealthCheckCustomConfig",
        "Name",
        "NamespaceId",
        "Type",
    )
    handled = frozenset({*_GIVEN, "Tags"})
    name_property = "Name"
    seconds = Seconds(create=5, update=10, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the service."""
        given = {"Name": properties.get("Name") or at.name(64), **pick(properties, *self._GIVEN)}
        namespace = given.get("NamespaceId") or (given.get("DnsConfig") or {}).get("NamespaceId")
        names = at.client("servicediscovery")
        if namespace:
            # One that is not there is refused before anything is made.
            names.get_namespace(Id=namespace)
            given["NamespaceId"] = namespace
        made = names.create_service(
            **given,
            Tags=tag_list(properties.get("Tags")),
            CreatorRequestId=str(mock_random.uuid4()),
        )
        return str(made["Service"]["Id"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the service."""
        with lookup(self.type, physical_id):
            found = at.client("servicediscovery").get_service(Id=physical_id)["Service"]
        shown = {**pick(found, *self._GIVEN, "Arn", "Id"), "Tags": _tags(at, found["Arn"])}
        return without(shown, {}, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change records, health check, description and tags."""
        for name in ("DnsConfig", "HealthCheckConfig"):
            if name in old and name not in new:
                raise NotSimulatedError(
                    f"Dry Run does not simulate the removal of the property {name} of "
                    f"{self.type}; real AWS would carry it out."
                )
        wanted = {"Description": "", **pick(new, "Description", "HealthCheckConfig")}
        if "DnsConfig" in new:
            wanted["DnsConfig"] = pick(new["DnsConfig"], "DnsRecords")
        if changed(old, new, "Description", "DnsConfig", "HealthCheckConfig"):
            at.client("servicediscovery").update_service(Id=physical_id, Service=wanted)
        _retag(at, f"service/{physical_id}", old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the service; instances keep it: "DeleteService", Cloud Map API Reference."""
        names = at.client("servicediscovery")
        with lookup(self.type, physical_id):
            names.get_service(Id=physical_id)
        if names.list_instances(ServiceId=physical_id)["Instances"]:
            raise ResourceError(
                "Service contains registered instances; delete the instances before deleting "
                "the service",
                "GeneralServiceException",
            )
        names.delete_service(Id=physical_id)


def _tags(at: Context, arn: str) -> list[dict[str, str]]:
    found: Any = at.client("servicediscovery").list_tags_for_resource(ResourceARN=arn)
    return tag_list(found.get("Tags"))


def _retag(at: Context, resource: str, old: Properties, new: Properties) -> None:
    names, arn = at.client("servicediscovery"), at.arn("servicediscovery", resource)
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    if tags:
        names.tag_resource(ResourceARN=arn, Tags=tag_list(tags))
    if untagged:
        names.untag_resource(ResourceARN=arn, TagKeys=untagged)
