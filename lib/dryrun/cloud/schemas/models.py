"""The schema registry of an account in a region: registries, schemas and their versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import bus
from dryrun.cloud.schemas import contents
from dryrun.cloud.schemas.exceptions import (
    BadRequestException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    PreconditionFailedException,
)

Thing = dict[str, Any]

AWS, DISCOVERED = "aws.events", "discovered-schemas"

_REGISTRY = re.compile(r"[0-9A-Za-z_.-]{1,64}$")
_SCHEMA = re.compile(r"[0-9A-Za-z_.@-]{1,385}$")


@dataclass
class Version:
    """One version of a schema."""

    number: str
    content: str
    type: str
    created: float


@dataclass
class Schema:
    """A schema with its versions, oldest first, and the code that was made for them."""

    arn: str
    registry: str
    name: str
    versions: list[Version]
    description: str = ""
    changed: float = 0.0
    latest_number: int = 1
    bindings: dict[tuple[str, str], Thing] = field(default_factory=dict)

    def version(self, number: str | None) -> Version:
        """Return a version, the latest unless one is named."""
        if number is None:
            return self.versions[-1]
        for one in self.versions:
            if one.number == number:
                return one
        raise NotFoundException(f"Schema {self.name} has no version {number}.")

    def add(self, content: str, kind: str) -> Version:
        """Add a version."""
        now = clocks.current().time()
        self.latest_number += 1
        self.changed = now
        self.versions.append(Version(str(self.latest_number), content, kind, now))
        return self.versions[-1]


@dataclass
class Registry:
    """A registry and its schemas."""

    arn: str
    name: str
    description: str = ""
    schemas: dict[str, Schema] = field(default_factory=dict)
    policy: Any = None
    revision: str = ""


class SchemasBackend(BaseBackend):
    """Keeps what one account has in one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        """Begin with the registries of AWS."""
        super().__init__(region_name, account_id)
        self.registries: dict[str, Registry] = {
            AWS: Registry(f"arn:aws:schemas:{region_name}::registry/{AWS}", AWS),
            DISCOVERED: Registry(self._arn(f"registry/{DISCOVERED}"), DISCOVERED),
        }
        self.discoverers: dict[str, Thing] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def _arn(self, name: str) -> str:
        return f"arn:aws:schemas:{self.region_name}:{self.account_id}:{name}"

    # Registries

    def registry(self, name: str) -> Registry:
        """Return a registry; that of AWS is filled when it is first asked for."""
        found = self.registries.get(name)
        if found is None:
            raise NotFoundException(f"Registry with name {name} does not exist.")
        if name == AWS and not found.schemas:
            from dryrun.cloud.schemas import official  # noqa: PLC0415 - few labs look at them

            for schema, content in official.contents():
                arn = f"arn:aws:schemas:{self.region_name}::schema/{AWS}/{schema}"
                version = Version("1", content, contents.OPENAPI, official.PUBLISHED)
                found.schemas[schema] = Schema(
                    arn, AWS, schema, [version], official.description(schema), official.PUBLISHED
                )
        return found

    def own(self, name: str) -> Registry:
        """Return a registry that its account may change."""
        if name == AWS:
            raise ForbiddenException(f"The registry {AWS} belongs to AWS and cannot be changed.")
        return self.registry(name)

    def create_registry(self, name: str, description: str) -> Registry:
        """Create a registry."""
        if not _REGISTRY.match(name):
            raise BadRequestException(
                f"Invalid registry name {name}. It may have letters, digits, '.', '-' and '_'."
            )
        if name.startswith("aws."):
            raise ForbiddenException("Registry names that start with 'aws.' are reserved.")
        if name in self.registries:
            raise ConflictException(f"Registry with name {name} already exists.")
        made = Registry(self._arn(f"registry/{name}"), name, description)
        self.registries[name] = made
        return made

    def delete_registry(self, name: str) -> None:
        """Delete a registry with all its schemas."""
        found = self.own(name)
        if name == DISCOVERED:
            raise ForbiddenException(f"The registry {DISCOVERED} cannot be deleted.")
        for schema in found.schemas.values():
            self.tags.pop(schema.arn, None)
        self.tags.pop(found.arn, None)
        del self.registries[name]

    def put_policy(self, name: str, policy: Any, revision: str | None) -> Registry:
        """Set the policy of a registry, unless somebody else did since `revision`."""
        found = self.own(name)
        if revision is not None and revision != found.revision:
            raise PreconditionFailedException("The revision ID is not that of the policy.")
        found.policy, found.revision = policy, str(mock_random.uuid4())
        return found

    # Schemas

    def schema(self, registry: str, name: str) -> Schema:
        """Return a schema."""
        found = self.registry(registry).schemas.get(name)
        if found is None:
            raise NotFoundException(f"Schema with name {name} does not exist.")
        return found

    def create_schema(
        self, registry: str, name: str, content: str, kind: str, description: str = ""
    ) -> Schema:
        """Create a schema, with its first version."""
        kept = self.own(registry).schemas
        if not _SCHEMA.match(name):
            raise BadRequestException(
                f"Invalid schema name {name}. It may have letters, digits, '.', '-', '_' and '@'."
            )
        if name in kept:
            raise ConflictException(f"Schema with name {name} already exists.")
        contents.check(content, kind)
        now = clocks.current().time()
        arn = self._arn(f"schema/{registry}/{name}")
        made = Schema(arn, registry, name, [Version("1", content, kind, now)], description, now)
        kept[name] = made
        self._tell("Schema Created", made)
        self._tell("Schema Version Created", made)
        return made

    def update_schema(
        self, schema: Schema, content: str | None, kind: str | None, description: str | None
    ) -> Version:
        """Change a schema; only content that says something else makes a version."""
        self.own(schema.registry)
        latest = schema.versions[-1]
        if description is not None:
            schema.description, schema.changed = description, clocks.current().time()
        if content is None:
            return latest
        kind = kind or latest.type
        contents.check(content, kind)
        if kind == latest.type and contents.same(content, latest.content):
            return latest
        made = schema.add(content, kind)
        self._tell("Schema Version Created", schema)
        return made

    def delete_schema(self, registry: str, name: str) -> None:
        """Delete a schema with all its versions."""
        found = self.schema(self.own(registry).name, name)
        self.tags.pop(found.arn, None)
        del self.registries[registry].schemas[name]

    def delete_version(self, registry: str, name: str, number: str) -> None:
        """Delete a version; the schema goes with its last one."""
        found = self.schema(self.own(registry).name, name)
        found.versions.remove(found.version(number))
        for key in [one for one in found.bindings if one[0] == number]:
            del found.bindings[key]
        if not found.versions:
            self.delete_schema(registry, name)

    def search(self, registry: str, keywords: str) -> Iterator[tuple[Schema, list[Version]]]:
        """Yield the schemas whose name, description or content has every keyword."""
        words = keywords.lower().split()
        for schema in self.registry(registry).schemas.values():
            about = f"{schema.name} {schema.description}".lower()
            versions = [
                one
                for one in reversed(schema.versions)
                if all(word in about or word in one.content.lower() for word in words)
            ]
            if versions:
                yield schema, versions

    def _tell(self, detail_type: str, schema: Schema) -> None:
        """Send the event of a new schema or version; "Amazon EventBridge Schemas events"."""
        latest = schema.versions[-1]
        detail = {
            "SchemaName": schema.name,
            "SchemaType": latest.type,
            "RegistryName": schema.registry,
            "CreationDate": datetime.fromtimestamp(latest.created, UTC).strftime(
                "%Y-%m-%dT%H:%M:%SZ"
            ),
            "Version": latest.number,
        }
        bus.put_event(
            self.account_id,
            self.region_name,
            "aws.schemas",
            detail_type,
            detail,
            resources=(schema.arn,),
        )

    # Tags

    def tags_of(self, arn: str) -> dict[str, str]:
        """Return the tags of a registry, schema or discoverer."""
        if arn not in self._arns():
            raise NotFoundException(f"Resource with ARN {arn} does not exist.")
        return self.tags.setdefault(arn, {})

    def _arns(self) -> Iterator[str]:
        for registry in self.registries.values():
            yield registry.arn
            yield from (schema.arn for schema in registry.schemas.values())
        yield from (one["DiscovererArn"] for one in self.discoverers.values())


def compact(document: Thing) -> str:
    """Return a document as the content of a schema."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


schemas_backends = BackendDict(SchemasBackend, "schemas")
