"""AWS::EventSchemas."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    TakenError,
    pick,
    tag_changes,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.found import ignoring_absence, lookup

_QUICK = Seconds(create=3, update=3, delete=3)


class Registry(Provider):
    """A registry of schemas; its physical id is its ARN."""

    type = "AWS::EventSchemas::Registry"
    handled = frozenset({"Description", "RegistryName", "Tags"})
    name_property = "RegistryName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the registry."""
        name = str(properties.get("RegistryName") or at.name(64))
        made = at.client("schemas").create_registry(
            RegistryName=name,
            **pick(properties, "Description"),
            Tags=tag_map(properties.get("Tags")),
        )
        return str(made["RegistryArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the registry."""
        with lookup(self.type, physical_id):
            found = at.client("schemas").describe_registry(RegistryName=_registry(physical_id))
        shown = pick(found, "Description", "RegistryArn", "RegistryName")
        return {**shown, "Tags": _tags(found)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the registry."""
        if old.get("Description") != new.get("Description"):
            at.client("schemas").update_registry(
                RegistryName=_registry(physical_id), Description=new.get("Description", "")
            )
        _retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the registry."""
        with ignoring_absence():
            at.client("schemas").delete_registry(RegistryName=_registry(physical_id))


class Schema(Provider):
    """A schema; its physical id is its ARN."""

    type = "AWS::EventSchemas::Schema"
    handled = frozenset({"Content", "Description", "RegistryName", "SchemaName", "Tags", "Type"})
    name_property = "SchemaName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the schema."""
        name = str(properties.get("SchemaName") or at.name(385))
        made = at.client("schemas").create_schema(
            RegistryName=_registry(str(properties["RegistryName"])),
            SchemaName=name,
            **pick(properties, "Content", "Description", "Type"),
            Tags=tag_map(properties.get("Tags")),
        )
        return str(made["SchemaArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the schema's latest version."""
        registry, name = _schema(physical_id)
        with lookup(self.type, physical_id):
            found = at.client("schemas").describe_schema(RegistryName=registry, SchemaName=name)
        shown = pick(found, "Content", "Description", "SchemaArn", "SchemaName", "SchemaVersion")
        dates = {one: found[one].isoformat() for one in ("LastModified", "VersionCreatedDate")}
        return {
            **shown,
            **dates,
            "Type": found["Type"],
            "RegistryName": registry,
            "Tags": _tags(found),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the schema; other content makes a version."""
        registry, name = _schema(physical_id)
        if any(old.get(one) != new.get(one) for one in ("Content", "Description", "Type")):
            at.client("schemas").update_schema(
                RegistryName=registry,
                SchemaName=name,
                Description=new.get("Description", ""),
                **pick(new, "Content", "Type"),
            )
        _retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the schema."""
        registry, name = _schema(physical_id)
        with ignoring_absence():
            at.client("schemas").delete_schema(RegistryName=registry, SchemaName=name)


class Discoverer(Provider):
    """A discoverer of schemas; its physical id is its ARN."""

    type = "AWS::EventSchemas::Discoverer"
    handled = frozenset({"CrossAccount", "Description", "SourceArn", "Tags"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the discoverer."""
        made = at.client("schemas").create_discoverer(
            **pick(properties, "CrossAccount", "Description", "SourceArn"),
            Tags=tag_map(properties.get("Tags")),
        )
        return str(made["DiscovererArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the discoverer."""
        with lookup(self.type, physical_id):
            found = at.client("schemas").describe_discoverer(DiscovererId=_last(physical_id))
        names = ("CrossAccount", "Description", "DiscovererArn", "DiscovererId", "SourceArn")
        return {**pick(found, *names, "State"), "Tags": _tags(found)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the discoverer."""
        if any(old.get(one) != new.get(one) for one in ("CrossAccount", "Description")):
            at.client("schemas").update_discoverer(
                DiscovererId=_last(physical_id),
                Description=new.get("Description", ""),
                CrossAccount=new.get("CrossAccount", True),
            )
        _retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the discoverer."""
        with ignoring_absence():
            at.client("schemas").delete_discoverer(DiscovererId=_last(physical_id))


class RegistryPolicy(Provider):
    """The resource policy of a registry; its physical id is the registry's name."""

    type = "AWS::EventSchemas::RegistryPolicy"
    handled = frozenset({"Policy", "RegistryName", "RevisionId"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Set the policy of a registry that has none."""
        name = _registry(str(properties["RegistryName"]))
        if _policy(at, name) is not None:
            raise TakenError(self.type, name)
        self._put(at, name, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        found = _policy(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        return {
            "Id": physical_id,
            "Policy": json.loads(found["Policy"]),
            "RegistryName": physical_id,
            "RevisionId": found["RevisionId"],
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set the policy anew."""
        self._put(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the policy."""
        with ignoring_absence():
            at.client("schemas").delete_resource_policy(RegistryName=physical_id)

    def _put(self, at: Context, name: str, properties: Properties) -> None:
        policy = properties["Policy"]
        at.client("schemas").put_resource_policy(
            RegistryName=name,
            Policy=policy if isinstance(policy, str) else json.dumps(policy),
            **pick(properties, "RevisionId"),
        )


def _policy(at: Context, name: str) -> dict[str, Any] | None:
    schemas = at.client("schemas")
    try:
        found: dict[str, Any] = schemas.get_resource_policy(RegistryName=name)
    except schemas.exceptions.NotFoundException:
        return None
    return found


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _registry(reference: str) -> str:
    """Return a registry's name, given that or its ARN, which `Ref` gives."""
    return _last(reference)


def _schema(arn: str) -> tuple[str, str]:
    _, registry, name = arn.split("/", 2)
    return registry, name


def _tags(found: dict[str, Any]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in found.get("Tags", {}).items()]


def _retag(at: Context, arn: str, old: Properties, new: Properties) -> None:
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    if tags:
        at.client("schemas").tag_resource(ResourceArn=arn, Tags=tags)
    if untagged:
        at.client("schemas").untag_resource(ResourceArn=arn, TagKeys=untagged)
