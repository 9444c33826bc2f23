"""The official schemas of resource types: the properties they have, and what a change needs.

cfn-lint carries AWS's registry schemas as data. They are read straight from its folder: importing
cfn-lint itself takes a second.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dryrun.cloud import warm
from dryrun.cloud.cloudformation import schema_coercion, schema_validation, schema_words
from dryrun.cloud.cloudformation.schema_attributes import ALL_PROPERTIES, OTHERS
from dryrun.cloud.cloudformation.schema_corrections import (
    CORRECTIONS,
    NO_SYSTEM_TAGS,
    NOT_UPDATABLE,
    Recreation,
    repaired,
)

__all__ = ["Recreation", "ResourceSchema", "reason", "schema", "unknown_types"]

Pointer = tuple[str, ...]

_HOME_REGION = "us-east-1"
_CUSTOM = "AWS::CloudFormation::CustomResource"
_SYSTEM = "aws:cloudformation:"
_OPEN = frozenset({_CUSTOM, "AWS::CDK::Metadata"})
_WITH_OUTPUTS = (
    "AWS::CloudFormation::Stack",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
)


@dataclass(frozen=True)
class ResourceSchema:
    """What AWS's registry says of one resource type; pointers are tuples without "properties"."""

    type: str
    properties: frozenset[str]
    required: tuple[str, ...]
    create_only: frozenset[Pointer]
    conditional_create_only: frozenset[Pointer]
    read_only: frozenset[Pointer]
    write_only: frozenset[Pointer]
    primary_identifier: tuple[str, ...]
    additional_identifiers: tuple[tuple[str, ...], ...]
    tag_property: str | None
    taggable: bool
    system_tags: bool
    tags_are_map: bool
    has_handlers: frozenset[str]
    attributes: frozenset[str]
    document: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def known_as(self) -> str:
        """Return the type whose schema this is; Custom::X is a custom resource like any other."""
        return str(self.document["typeName"])

    @functools.cached_property
    def is_open(self) -> bool:
        """Tell whether the type takes properties that no schema names."""
        return self.known_as in _OPEN

    @functools.cached_property
    def is_registered(self) -> bool:
        """Tell whether the registry has handlers for the type; older types have none."""
        return bool(self.has_handlers)

    def recreation(self, path: tuple[str | int, ...]) -> Recreation:
        """Return whether a change at the path of a property needs a new resource.

        A path that ends above a property which does is "Conditionally": it depends on what changes
        below.
        """
        steps = tuple("*" if isinstance(step, int) or step.isdigit() else step for step in path)
        documented = CORRECTIONS.get(self.known_as, {}).get(steps[0] if steps else "")
        if documented is not None:
            return documented
        if any(_covers(pointer, steps) for pointer in self.create_only):
            return "Always"
        if any(_covers(pointer, steps) for pointer in self.conditional_create_only):
            return "Conditionally"
        return "Conditionally" if any(_covers(steps, p) for p in self.create_only) else "Never"

    def refuses_update(self, name: str) -> str | None:
        """Return why a top-level property cannot be changed at all, or None."""
        return NOT_UPDATABLE.get(self.known_as, {}).get(name)

    def has_attribute(self, name: str) -> bool:
        """Tell whether Fn::GetAtt takes an attribute; custom resources and stacks have any."""
        if self.known_as == _CUSTOM or name in self.attributes:
            return True
        return name.startswith("Outputs.") and self.type in _WITH_OUTPUTS

    def coerce(self, properties: Any) -> Any:
        """Return the properties with the types of the schema, as AWS converts them."""
        if self.is_open and isinstance(properties, Mapping):
            own = {name: properties[name] for name in properties if name in self.properties}
            return {**properties, **schema_coercion.coerce(self.document, own)}
        return schema_coercion.coerce(self.document, properties)

    def validate(self, properties: Any) -> list[str]:
        """Return what is wrong with the properties, in the words of AWS's registry.

        Tags that CloudFormation gives by itself reach a handler apart from the properties, so that
        a pattern which forbids `aws:` in keys does not see them.
        """
        return self._check(self._without_system_tags(properties))

    def _without_system_tags(self, properties: Any) -> Any:
        name = self.tag_property
        tags = properties.get(name) if name and isinstance(properties, Mapping) else None
        kept: Any
        if isinstance(tags, Mapping):
            kept = {key: tags[key] for key in tags if not str(key).startswith(_SYSTEM)}
        elif isinstance(tags, list):
            kept = [tag for tag in tags if not _is_system(tag)]
        else:
            return properties
        if len(kept) == len(tags):
            return properties
        rest = {key: value for key, value in properties.items() if key != name}
        return rest | {name: kept} if kept else rest

    @functools.cached_property
    def _check(self) -> schema_validation.Check:
        return schema_validation.compiled(self.document, is_open=self.is_open)


def _is_system(tag: Any) -> bool:
    return isinstance(tag, Mapping) and str(tag.get("Key", "")).startswith(_SYSTEM)


@functools.cache
def schema(type_name: str) -> ResourceSchema | None:
    """Return the schema of a resource type; None where AWS has no such type."""
    warm.note("schema", type_name)
    known = _CUSTOM if type_name.startswith("Custom::") else type_name
    document = _document(known)
    return None if document is None else _made(type_name, document)


def _warm(type_name: str) -> None:
    known = schema(type_name)
    if known is not None:
        _ = known._check


warm.loads("schema", _warm)


def reason(
    type_name: str, logical_id: str, violations: Iterable[str], *, early: bool = False
) -> str:
    """Return the reason a resource's event shows for properties that the schema refuses.

    `early` says that AWS could tell before it made anything, because no property comes from another
    resource; the event's DetailedStatus is then VALIDATION_FAILED.
    """
    known = schema(type_name)
    if known is not None and not known.is_registered:
        return schema_words.older_reason(type_name, violations)
    return schema_words.registry_reason(logical_id, violations, early=early)


def unknown_types(types: Iterable[str]) -> list[str]:
    """Return the types that AWS does not have, each once, in order."""
    return [name for name in dict.fromkeys(types) if schema(name) is None]


def _covers(pointer: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Tell whether the pointer is the path, or stands above it."""
    return len(pointer) <= len(path) and all(
        step in (found, "*") or found == "*" for step, found in zip(pointer, path, strict=False)
    )


def _made(type_name: str, document: Mapping[str, Any]) -> ResourceSchema:
    tagging = document.get("tagging") or {}
    tag_property = _tag_property(document)
    read_only = _pointers(document, "readOnlyProperties")
    return ResourceSchema(
        type=type_name,
        properties=frozenset(document["properties"]),
        required=tuple(document.get("required", ())),
        create_only=_pointers(document, "createOnlyProperties"),
        conditional_create_only=_pointers(document, "conditionalCreateOnlyProperties"),
        read_only=read_only,
        write_only=_pointers(document, "writeOnlyProperties"),
        primary_identifier=_names(document.get("primaryIdentifier", ())),
        additional_identifiers=tuple(map(_names, document.get("additionalIdentifiers", ()))),
        tag_property=tag_property,
        taggable=tag_property is not None,
        system_tags=tag_property is not None
        and type_name not in NO_SYSTEM_TAGS
        and tagging.get("cloudFormationSystemTags", True),
        tags_are_map=tag_property is not None and _is_map(document, tag_property),
        has_handlers=frozenset(document.get("handlers", ())),
        attributes=_attributes(type_name, document, read_only),
        document=document,
    )


def _pointers(document: Mapping[str, Any], key: str) -> frozenset[Pointer]:
    return frozenset(_pointer(text) for text in document.get(key, ()))


def _pointer(text: str) -> Pointer:
    steps = text.removeprefix("/properties/").split("/")
    # Some schemas name the items of a list by the schema's own words.
    plain = ["*" if step == "items" else step for step in steps if step != "properties"]
    return tuple(plain)


def _names(pointers: Iterable[str]) -> tuple[str, ...]:
    return tuple("/".join(_pointer(text)) for text in pointers)


def _tag_property(document: Mapping[str, Any]) -> str | None:
    """Return the property that holds tags; "Tags" where the schema only says that it has some."""
    tagging = document.get("tagging") or {}
    named = _pointer(tagging.get("tagProperty", "/properties/Tags"))
    if len(named) != 1 or named[0] not in document["properties"]:
        return None
    taggable = tagging.get("taggable", document.get("taggable", True))
    return named[0] if taggable or "tagging" not in document else None


def _is_map(document: Mapping[str, Any], name: str) -> bool:
    kind = schema_validation.resolved(document, document["properties"][name]).get("type")
    return kind == "object" or (isinstance(kind, list) and "array" not in kind)


def _attributes(
    type_name: str, document: Mapping[str, Any], read_only: frozenset[Pointer]
) -> frozenset[str]:
    names = {".".join(pointer) for pointer in read_only if "*" not in pointer}
    names.update(OTHERS.get(type_name, ()))
    if type_name in ALL_PROPERTIES:
        for name, node in document["properties"].items():
            names.update(_leaves(document, name, node, 0))
    return frozenset(names)


def _leaves(document: Mapping[str, Any], name: str, node: Any, depth: int) -> Iterator[str]:
    """Give the names of the plain values in a property."""
    found = schema_validation.resolved(document, node)
    members = found.get("properties", {})
    if not members or depth > 3:
        yield name
    for member, inner in members.items():
        yield from _leaves(document, f"{name}.{member}", inner, depth + 1)


def _document(type_name: str) -> dict[str, Any] | None:
    digest = _index(_HOME_REGION).get(type_name) or _elsewhere(type_name)
    if digest is None:
        return None
    found: dict[str, Any] = json.loads((_folder() / "resources" / f"{digest}.json").read_bytes())
    return repaired(type_name, found)


def _elsewhere(type_name: str) -> str | None:
    """Return the file of a type that only other regions have."""
    if not type_name.startswith("AWS::"):
        return None
    for path in sorted((_folder() / "providers").glob("*-*.json")):
        if type_name in (index := _index(path.stem)):
            return index[type_name]
    return None


@functools.cache
def _index(region: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((_folder() / "providers" / f"{region}.json").read_bytes())
    return found


@functools.cache
def _folder() -> Path:
    spec = importlib.util.find_spec("cfnlint")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / "schemas"
