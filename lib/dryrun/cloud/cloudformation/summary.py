"""What ValidateTemplate and GetTemplateSummary answer about a template.

Both read a template as it was sent, before its transforms. A member that has nothing to say is
left out, as AWS leaves it out; the list of parameters is always there. A summary lists in the
order of Java's HashMap, as recorded ones do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dryrun.cloud.cloudformation.capabilities_needed import declared, summarized
from dryrun.cloud.cloudformation.hash_order import EVENT_BUCKETS, ordered
from dryrun.cloud.cloudformation.schema import schema, unknown_types
from dryrun.cloud.cloudformation.template.errors import TemplateError, format_error
from dryrun.cloud.cloudformation.template.text import scalar

Payload = dict[str, Any]

_TYPE_BUCKETS = 128
"""The least number of buckets with which the types of recorded summaries stand in their order."""


def validate_template(document: Mapping[str, Any]) -> Payload:
    """Return the answer of ValidateTemplate."""
    check_types(document)
    parameters = [_parameter(name, entry) for name, entry in _entries(document, "Parameters")]
    return {"Parameters": parameters, **_common(document)}


def template_summary(
    document: Mapping[str, Any], *, unrecognized_as_warning: bool = False
) -> Payload:
    """Return the answer of GetTemplateSummary."""
    if not unrecognized_as_warning:
        check_types(document)
    declared_ones = ordered(dict(_entries(document, "Parameters")), EVENT_BUCKETS)
    parameters = [_declaration(name, entry) for name, entry in declared_ones.items()]
    answer: Payload = {"Parameters": parameters, **_common(document)}
    answer["ResourceTypes"] = list(ordered(dict.fromkeys(_types(document)), _TYPE_BUCKETS))
    version = scalar(document.get("AWSTemplateFormatVersion"))
    if version is not None:
        answer["Version"] = version
    metadata = document.get("Metadata")
    if isinstance(metadata, Mapping):
        answer["Metadata"] = json.dumps(metadata, separators=(",", ":"), ensure_ascii=False)
    answer["ResourceIdentifierSummaries"] = _identifiers(document)
    unrecognized = _unrecognized(document)
    if unrecognized_as_warning and unrecognized:
        answer["Warnings"] = {"UnrecognizedResourceTypes": unrecognized}
    return answer


def check_types(document: Mapping[str, Any]) -> None:
    """Refuse a template with types that AWS does not have."""
    unrecognized = _unrecognized(document)
    if unrecognized:
        raise unrecognized_error(unrecognized)


def unrecognized_error(types: list[str]) -> TemplateError:
    """Return the error of a template with types that AWS does not have."""
    return format_error(f"Unrecognized resource types: [{', '.join(types)}]")


def _unrecognized(document: Mapping[str, Any]) -> list[str]:
    # What a macro makes of a type of its own is known only once it has run.
    return [] if declared(document) else unknown_types(_types(document))


def _common(document: Mapping[str, Any]) -> Payload:
    answer: Payload = {}
    description = scalar(document.get("Description"))
    if description is not None:
        answer["Description"] = description
    needed = summarized(document)
    if needed.capabilities:
        answer["Capabilities"] = list(needed.capabilities)
    if needed.reason:
        answer["CapabilitiesReason"] = needed.reason
    transforms = declared(document)
    if transforms:
        answer["DeclaredTransforms"] = list(transforms)
    return answer


def _parameter(name: str, entry: Mapping[str, Any]) -> Payload:
    shown: Payload = {"ParameterKey": name}
    default = _text(entry.get("Default"))
    if default is not None:
        shown["DefaultValue"] = default
    shown["NoEcho"] = str(entry.get("NoEcho", False)).lower() == "true"
    description = scalar(entry.get("Description"))
    if description is not None:
        shown["Description"] = description
    return shown


def _declaration(name: str, entry: Mapping[str, Any]) -> Payload:
    allowed = entry.get("AllowedValues")
    constraints: Payload = {}
    if isinstance(allowed, list) and allowed:
        constraints["AllowedValues"] = [_text(value) or "" for value in allowed]
    return {
        **_parameter(name, entry),
        "ParameterType": scalar(entry.get("Type")) or "String",
        "ParameterConstraints": constraints,
    }


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return ",".join(scalar(item) or "" for item in value)
    return scalar(value)


def _types(document: Mapping[str, Any]) -> list[str]:
    types = [entry.get("Type") for _, entry in _entries(document, "Resources")]
    return list(dict.fromkeys(name for name in types if isinstance(name, str)))


def _identifiers(document: Mapping[str, Any]) -> list[Payload]:
    """Return what names an existing resource of each type in a resource import."""
    logical_ids: dict[str, list[str]] = {}
    for logical_id, entry in _entries(document, "Resources"):
        if isinstance(entry.get("Type"), str):
            logical_ids.setdefault(entry["Type"], []).append(logical_id)
    found: list[Payload] = []
    for name, members in ordered(logical_ids, EVENT_BUCKETS).items():
        known = schema(name)
        # "Import AWS resources into a CloudFormation stack": a type must be readable.
        if known is None or "read" not in known.has_handlers:
            continue
        found.append(
            {
                "ResourceType": name,
                "LogicalResourceIds": members,
                "ResourceIdentifiers": list(known.primary_identifier),
            }
        )
    return found


def _entries(document: Mapping[str, Any], section: str) -> list[tuple[str, Mapping[str, Any]]]:
    entries = document.get(section)
    found = entries.items() if isinstance(entries, Mapping) else ()
    return [(str(name), entry) for name, entry in found if isinstance(entry, Mapping)]
