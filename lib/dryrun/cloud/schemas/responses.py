"""The operations of EventBridge Schemas.

Follows the EventBridge Schema Registry API Reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud import clock as clocks
from dryrun.cloud.errors import NOT_SIMULATED_STATUS
from dryrun.cloud.schemas import bindings, contents, discoverers, inference
from dryrun.cloud.schemas.exceptions import (
    BadRequestException,
    NotFoundException,
    NotSimulatedError,
)
from dryrun.cloud.schemas.models import (
    AWS,
    Registry,
    Schema,
    SchemasBackend,
    Version,
    compact,
    schemas_backends,
)
from dryrun.cloud.shelves import Asking, Thing

_GENERATED_IN = 15.0
"""Seconds until the code of a schema is there; from memory, a minute at most."""


class SchemasResponse(Asking):
    """Answer the operations of EventBridge Schemas."""

    def __init__(self) -> None:
        super().__init__(service_name="schemas")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> SchemasBackend:
        """What the caller's account has in the region."""
        found: SchemasBackend = schemas_backends[self.current_account][self.region]
        return found

    def call_action(self) -> Any:
        """Answer a call; what is not simulated has a status of its own."""
        status, headers, body = super().call_action()
        if status == 400 and NotSimulatedError.code in str(body):
            status = NOT_SIMULATED_STATUS
            headers["status"] = str(status)
        return status, headers, body

    # Registries

    def create_registry(self) -> ActionResult:
        """Create a registry."""
        asked = self.asked()
        made = self.backend.create_registry(asked["RegistryName"], asked.get("Description", ""))
        self._tag(made.arn, asked)
        return ActionResult(self._registry(made))

    def describe_registry(self) -> ActionResult:
        """Return a registry."""
        return ActionResult(self._registry(self.backend.registry(self.asked()["RegistryName"])))

    def update_registry(self) -> ActionResult:
        """Change the description of a registry."""
        asked = self.asked()
        found = self.backend.own(asked["RegistryName"])
        found.description = asked.get("Description", found.description)
        return ActionResult(self._registry(found))

    def delete_registry(self) -> ActionResult:
        """Delete a registry with its schemas."""
        self.backend.delete_registry(self.asked()["RegistryName"])
        return EmptyResult()

    def list_registries(self) -> ActionResult:
        """Return the registries, of AWS, of the account, or all."""
        asked = self.asked()
        scope = asked.get("Scope", "")
        found = [
            {name: value for name, value in self._registry(one).items() if name != "Description"}
            for name, one in sorted(self.backend.registries.items())
            if name.startswith(asked.get("RegistryNamePrefix", ""))
            and scope.upper() in ("", "AWS" if name == AWS else "LOCAL")
        ]
        return ActionResult({"Registries": found})

    def put_resource_policy(self) -> ActionResult:
        """Set who else may use a registry."""
        asked = self.asked()
        policy = asked["Policy"]
        policy = policy if isinstance(policy, str) else json.dumps(policy)
        found = self.backend.put_policy(
            asked.get("RegistryName") or _missing(), policy, asked.get("RevisionId")
        )
        return ActionResult({"Policy": found.policy, "RevisionId": found.revision})

    def get_resource_policy(self) -> ActionResult:
        """Return who else may use a registry."""
        found = self.backend.registry(self.asked().get("RegistryName") or _missing())
        if found.policy is None:
            raise NotFoundException(f"Registry {found.name} has no resource policy.")
        return ActionResult({"Policy": found.policy, "RevisionId": found.revision})

    def delete_resource_policy(self) -> ActionResult:
        """Let nobody else use a registry."""
        found = self.backend.own(self.asked().get("RegistryName") or _missing())
        if found.policy is None:
            raise NotFoundException(f"Registry {found.name} has no resource policy.")
        found.policy = None
        return EmptyResult()

    # Schemas

    def create_schema(self) -> ActionResult:
        """Create a schema."""
        asked = self.asked()
        made = self.backend.create_schema(
            asked["RegistryName"],
            asked["SchemaName"],
            asked["Content"],
            asked["Type"],
            asked.get("Description", ""),
        )
        self._tag(made.arn, asked)
        return ActionResult(self._schema(made, made.versions[-1]))

    def update_schema(self) -> ActionResult:
        """Change a schema; other content makes a version."""
        asked = self.asked()
        found = self._found(asked)
        version = self.backend.update_schema(
            found, asked.get("Content"), asked.get("Type"), asked.get("Description")
        )
        return ActionResult(self._schema(found, version))

    def describe_schema(self) -> ActionResult:
        """Return a version of a schema."""
        asked = self.asked()
        found = self._found(asked)
        version = found.version(asked.get("SchemaVersion"))
        return ActionResult({**self._schema(found, version), "Content": version.content})

    def export_schema(self) -> ActionResult:
        """Return a version of a schema as JSON Schema."""
        asked = self.asked()
        found = self._found(asked)
        version = found.version(asked.get("SchemaVersion"))
        if asked["Type"] != contents.DRAFT4:
            raise BadRequestException(f"Schemas are exported as {contents.DRAFT4} only.")
        content = version.content
        if version.type == contents.OPENAPI:
            content = compact(inference.json_schema(json.loads(content)))
        return ActionResult(
            {
                "Content": content,
                "SchemaArn": found.arn,
                "SchemaName": found.name,
                "SchemaVersion": version.number,
                "Type": contents.DRAFT4,
            }
        )

    def list_schemas(self) -> ActionResult:
        """Return the schemas of a registry."""
        asked = self.asked()
        found = [
            {
                "LastModified": _moment(one.changed),
                "SchemaArn": one.arn,
                "SchemaName": name,
                "Tags": self.backend.tags.get(one.arn, {}),
                "VersionCount": len(one.versions),
            }
            for name, one in sorted(self.backend.registry(asked["RegistryName"]).schemas.items())
            if name.startswith(asked.get("SchemaNamePrefix", ""))
        ]
        return ActionResult({"Schemas": found})

    def list_schema_versions(self) -> ActionResult:
        """Return the versions of a schema, the latest first."""
        found = self._found(self.asked())
        versions = [
            {
                "SchemaArn": found.arn,
                "SchemaName": found.name,
                "SchemaVersion": one.number,
                "Type": one.type,
            }
            for one in reversed(found.versions)
        ]
        return ActionResult({"SchemaVersions": versions})

    def search_schemas(self) -> ActionResult:
        """Return the schemas of a registry that have every keyword."""
        asked = self.asked()
        if not asked.get("Keywords", "").strip():
            raise BadRequestException("Keywords must not be empty.")
        found = [
            {
                "RegistryName": schema.registry,
                "SchemaArn": schema.arn,
                "SchemaName": schema.name,
                "SchemaVersions": [
                    {
                        "CreatedDate": _moment(one.created),
                        "SchemaVersion": one.number,
                        "Type": one.type,
                    }
                    for one in versions
                ],
            }
            for schema, versions in self.backend.search(asked["RegistryName"], asked["Keywords"])
        ]
        return ActionResult({"Schemas": found})

    def delete_schema(self) -> ActionResult:
        """Delete a schema with all its versions."""
        asked = self.asked()
        self.backend.delete_schema(asked["RegistryName"], asked["SchemaName"])
        return EmptyResult()

    def delete_schema_version(self) -> ActionResult:
        """Delete one version of a schema."""
        asked = self.asked()
        self.backend.delete_version(
            asked["RegistryName"], asked["SchemaName"], asked["SchemaVersion"]
        )
        return EmptyResult()

    def get_discovered_schema(self) -> ActionResult:
        """Return the schema that events have in common."""
        asked = self.asked()
        try:
            events = [json.loads(one) for one in asked["Events"]]
        except (ValueError, RecursionError) as error:
            raise BadRequestException(f"An event is not valid JSON: {error}") from error
        if not events or not all(isinstance(one, dict) for one in events):
            raise BadRequestException("Events must be JSON objects, and one at least.")
        if asked["Type"] not in contents.TYPES:
            raise BadRequestException(f"Invalid schema type {asked['Type']}.")
        try:
            document = inference.document(events)
        except inference.TooDeepError as error:
            raise BadRequestException(
                f"An event has more than {inference.DEEPEST} levels."
            ) from error
        if asked["Type"] == contents.DRAFT4:
            document = inference.json_schema(document)
        return ActionResult({"Content": compact(document)})

    # Code bindings

    def put_code_binding(self) -> ActionResult:
        """Have code generated for a version of a schema."""
        asked = self.asked()
        found = self._found(asked)
        version = found.version(asked.get("SchemaVersion"))
        key = version.number, self._language(asked)
        if key in found.bindings:
            return ActionResult(found.bindings[key])
        now = _moment(clocks.current().time())
        made = {
            "CreationDate": now,
            "LastModified": now,
            "SchemaVersion": version.number,
            "Status": "CREATE_IN_PROGRESS",
        }
        found.bindings[key] = made

        def generated() -> None:
            made["Status"] = "CREATE_COMPLETE"
            made["LastModified"] = _moment(clocks.current().time())

        what = f"code of {found.name} is generated"
        clocks.current().call_later(_GENERATED_IN, generated, what=what)
        return ActionResult(dict(made))

    def describe_code_binding(self) -> ActionResult:
        """Return how far the code of a schema is."""
        return ActionResult(self._binding(self.asked()))

    def get_code_binding_source(self) -> ActionResult:
        """Return the code of a schema as a ZIP archive."""
        asked = self.asked()
        binding = self._binding(asked)
        if binding["Status"] != "CREATE_COMPLETE":
            raise NotFoundException("The code binding is not generated yet.")
        if asked["Language"] != bindings.PYTHON:
            raise NotSimulatedError(
                f"Dry Run generates code bindings for {bindings.PYTHON} only, not for "
                f"{asked['Language']}."
            )
        found = self._found(asked)
        version = found.version(binding["SchemaVersion"])
        return ActionResult({"Body": bindings.archive(found, version)})

    # Discoverers

    def create_discoverer(self) -> ActionResult:
        """Create a discoverer on a bus."""
        asked = self.asked()
        made = discoverers.create(self.backend, asked)
        self._tag(made["DiscovererArn"], asked)
        return ActionResult(self._discoverer(made))

    def describe_discoverer(self) -> ActionResult:
        """Return a discoverer."""
        found = discoverers.get(self.backend, self.asked()["DiscovererId"])
        return ActionResult(self._discoverer(found))

    def update_discoverer(self) -> ActionResult:
        """Change a discoverer."""
        asked = self.asked()
        found = discoverers.get(self.backend, asked["DiscovererId"])
        found |= {name: asked[name] for name in ("Description", "CrossAccount") if name in asked}
        return ActionResult(self._discoverer(found))

    def delete_discoverer(self) -> ActionResult:
        """Delete a discoverer."""
        discoverers.delete(self.backend, self.asked()["DiscovererId"])
        return EmptyResult()

    def list_discoverers(self) -> ActionResult:
        """Return the discoverers."""
        asked = self.asked()
        found = [
            {name: value for name, value in self._discoverer(one).items() if name != "Description"}
            for one in self.backend.discoverers.values()
            if one["DiscovererId"].startswith(asked.get("DiscovererIdPrefix", ""))
            and one["SourceArn"].startswith(asked.get("SourceArnPrefix", ""))
        ]
        return ActionResult({"Discoverers": found})

    def start_discoverer(self) -> ActionResult:
        """Let a discoverer watch its bus."""
        found = discoverers.start(self.backend, self.asked()["DiscovererId"])
        return ActionResult({name: found[name] for name in ("DiscovererId", "State")})

    def stop_discoverer(self) -> ActionResult:
        """Let a discoverer watch no more."""
        found = discoverers.stop(self.backend, self.asked()["DiscovererId"])
        return ActionResult({name: found[name] for name in ("DiscovererId", "State")})

    # Tags

    def tag_resource(self) -> ActionResult:
        """Tag a registry, schema or discoverer."""
        asked = self.asked()
        self.backend.tags_of(asked["ResourceArn"]).update(asked["Tags"])
        return EmptyResult()

    def untag_resource(self) -> ActionResult:
        """Take tags away."""
        asked = self.asked()
        tags = self.backend.tags_of(asked["ResourceArn"])
        for name in _listed(asked["TagKeys"]):
            tags.pop(name, None)
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """Return the tags of a registry, schema or discoverer."""
        return ActionResult({"Tags": dict(self.backend.tags_of(self.asked()["ResourceArn"]))})

    # Shapes

    def _tag(self, arn: str, asked: Thing) -> None:
        if asked.get("Tags"):
            self.backend.tags_of(arn).update(asked["Tags"])

    def _found(self, asked: Thing) -> Schema:
        return self.backend.schema(asked["RegistryName"], asked["SchemaName"])

    def _registry(self, one: Registry) -> Thing:
        return {
            **({"Description": one.description} if one.description else {}),
            "RegistryArn": one.arn,
            "RegistryName": one.name,
            "Tags": self.backend.tags.get(one.arn, {}),
        }

    def _schema(self, one: Schema, version: Version) -> Thing:
        return {
            **({"Description": one.description} if one.description else {}),
            "LastModified": _moment(one.changed),
            "SchemaArn": one.arn,
            "SchemaName": one.name,
            "SchemaVersion": version.number,
            "Tags": self.backend.tags.get(one.arn, {}),
            "Type": version.type,
            "VersionCreatedDate": _moment(version.created),
        }

    def _discoverer(self, one: Thing) -> Thing:
        shown = {name: value for name, value in one.items() if value != ""}
        return {**shown, "Tags": self.backend.tags.get(one["DiscovererArn"], {})}

    def _language(self, asked: Thing) -> str:
        language = str(asked["Language"])
        if language not in bindings.LANGUAGES:
            raise BadRequestException(
                f"Invalid language {language}. Valid languages are {list(bindings.LANGUAGES)}."
            )
        return language

    def _binding(self, asked: Thing) -> Thing:
        found = self._found(asked)
        version = found.version(asked.get("SchemaVersion"))
        binding = found.bindings.get((version.number, self._language(asked)))
        if binding is None:
            raise NotFoundException(
                f"No {asked['Language']} code binding exists for version {version.number} of "
                f"schema {found.name}."
            )
        return binding


def _missing() -> str:
    """Raise the error for a registry that is not named."""
    raise BadRequestException("RegistryName is required.")


def _listed(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else [value]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
