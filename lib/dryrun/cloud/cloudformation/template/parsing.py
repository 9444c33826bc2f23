"""Checks the shape of a template, section by section, and takes it apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError, format_error
from dryrun.cloud.cloudformation.template.exports import export_error
from dryrun.cloud.cloudformation.template.linking import check_links
from dryrun.cloud.cloudformation.template.model import Output, Resource, Template
from dryrun.cloud.cloudformation.template.nodes import check_nodes, path_of
from dryrun.cloud.cloudformation.template.parameter_section import parameters_of
from dryrun.cloud.cloudformation.template.reading import check_depth
from dryrun.cloud.cloudformation.template.text import scalar

_SECTIONS = (
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
)
_MAPS = ("Conditions", "Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules")
_RESOURCE_KEYS = frozenset(
    {
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Description",
        "Metadata",
        "Properties",
        "Type",
        "UpdatePolicy",
        "UpdateReplacePolicy",
        "Version",
    }
)
_OUTPUT_KEYS = frozenset({"Condition", "Description", "Export", "Value"})
_DELETION = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")
_REPLACEMENT = ("Delete", "Retain", "Snapshot")
_LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
_MAX_ATTRIBUTES = 200
_MAX_DESCRIPTION = 1024
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")
_VERSION = "2010-09-09"


def parse(document: dict[str, Any], *, transformed: bool = False) -> Template:
    """Take a document apart; with transforms still to come, what they may cure is let through."""
    check_depth(document)
    transforms = _transforms(document)
    pending = not transformed and (bool(transforms) or _uses_transform(document))
    _check_sections(document, pending=pending)
    _check_version(document)
    template = Template(
        document=document,
        description=_description(document),
        metadata=document.get("Metadata"),
        parameters=parameters_of(document.get("Parameters", {}), pending=pending),
        mappings=_mappings(document.get("Mappings", {}), pending=pending, strict=not transformed),
        conditions=_conditions(document.get("Conditions", {})),
        rules=_rules(document.get("Rules", {})),
        transforms=transforms,
        resources=_resources(document["Resources"], pending=pending),
        outputs=_outputs(document.get("Outputs", {}), pending=pending),
    )
    if not pending:
        check_nodes(document)
        check_links(template, extended=transformed)
    return template


def _transforms(document: dict[str, Any]) -> tuple[str, ...]:
    declared = document.get("Transform")
    if declared is None:
        return ()
    names = declared if isinstance(declared, list) else [declared]
    return tuple(_transform_name(item) for item in names)


def _transform_name(item: Any) -> str:
    name = item.get("Name") if isinstance(item, dict) else item
    if isinstance(item, dict) and isinstance(name, (dict, list)):
        raise TemplateError("Key Name of transform definition must be a string.")
    if not isinstance(name, str) or not name:
        raise format_error("Transform must be a string or a list of strings.")
    return name


def _uses_transform(node: Any) -> bool:
    level = [node]
    while level:
        if any(isinstance(item, dict) and "Fn::Transform" in item for item in level):
            return True
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return False


def _check_sections(document: dict[str, Any], *, pending: bool) -> None:
    unknown = [str(name) for name in document if name not in _SECTIONS]
    if unknown and not pending:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    if not isinstance(document.get("Resources"), dict | None):
        raise format_error("Any Resources member must be an object.")
    for section in _MAPS:
        if section not in document:
            continue
        value = document[section]
        if value is None:
            raise null_error(section)
        if not isinstance(value, dict):
            raise format_error(f"[/{section}] '{section}' must be a map")
        limit = _LIMITS.get(section)
        if limit is not None and len(value) > limit:
            raise format_error(
                f"Number of {section.lower()}, {len(value)}, "
                f"is greater than maximum allowed, {limit}"
            )
    if not document.get("Resources"):
        raise format_error("At least one Resources member must be defined.")


def null_error(*path: str) -> TemplateError:
    """Return the error of a value that is null."""
    return TemplateError(f"[{path_of(path)}] 'null' values are not allowed in templates")


def _check_version(document: dict[str, Any]) -> None:
    if "AWSTemplateFormatVersion" in document:
        version = document["AWSTemplateFormatVersion"]
        if version is None:
            raise null_error("AWSTemplateFormatVersion")
        if version != _VERSION:
            raise format_error("unsupported value for AWSTemplateFormatVersion.")


def _description(document: dict[str, Any]) -> str | None:
    if "Description" not in document:
        return None
    value = document["Description"]
    if value is None:
        raise null_error("Description")
    text = scalar(value)
    if text is None:
        raise format_error("[/Description] 'Description' must be a string")
    if len(text.encode("utf-8", "replace")) > _MAX_DESCRIPTION:
        raise format_error(f"'Description' length is greater than {_MAX_DESCRIPTION}")
    return text


def _mappings(section: dict[str, Any], *, pending: bool, strict: bool) -> dict[str, Any]:
    for name, mapping in section.items():
        if pending and name.startswith("Fn::"):
            continue
        _check_name(name, f"Mappings element '{name}' is non alphanumeric.")
        _require_mapping(mapping, ("Mappings", name))
        for key, attributes in mapping.items():
            if pending and not isinstance(attributes, dict):
                continue
            _check_attributes(name, key, attributes, pending=pending, strict=strict)
    return section


def _check_attributes(name: str, key: str, attributes: Any, *, pending: bool, strict: bool) -> None:
    path = ("Mappings", name, key)
    _require_mapping(attributes, path)
    if len(attributes) > _MAX_ATTRIBUTES:
        raise format_error(
            f"Number of mapping attributes, {len(attributes)}, "
            f"is greater than maximum allowed, {_MAX_ATTRIBUTES}"
        )
    for attribute, value in attributes.items():
        if strict and not pending:
            _check_name(
                attribute,
                f"Mappings attribute name '{attribute}' must contain only alphanumeric characters.",
            )
        if value is None:
            raise null_error(*path, attribute)
        if pending or scalar(value) is not None:
            continue
        if not isinstance(value, list) or any(scalar(item) is None for item in value):
            raise format_error("Every Mappings attribute must be a String or a List.")


def _require_mapping(value: Any, path: tuple[str, ...]) -> None:
    if value is None:
        raise null_error(*path)
    if not isinstance(value, dict):
        raise format_error(f"Every Mappings member {path[-1]} must be a map")


def _require_map(value: Any, path: tuple[str, ...], text: str) -> None:
    if value is None:
        raise null_error(*path)
    if not isinstance(value, dict):
        raise format_error(f"[{path_of(path)}] {text}")


def _check_name(name: Any, text: str) -> None:
    if not isinstance(name, str) or not _ALPHANUMERIC.fullmatch(name):
        raise format_error(text)


def _conditions(section: dict[str, Any]) -> dict[str, Any]:
    for name, node in section.items():
        if node is None:
            raise null_error("Conditions", str(name))
    return section


def _rules(section: dict[str, Any]) -> dict[str, Any]:
    for name, rule in section.items():
        _require_map(rule, ("Rules", str(name)), "Any Rules member must be a map")
        unknown = [key for key in rule if key not in ("RuleCondition", "Assertions")]
        if unknown:
            raise TemplateError(f"Invalid template rule property '{unknown[0]}'")
        assertions = rule.get("Assertions")
        if not isinstance(assertions, list) or not assertions:
            raise format_error(f"[/Rules/{name}] Every Rules object must contain Assertions.")
        for assertion in assertions:
            if not isinstance(assertion, dict) or "Assert" not in assertion:
                raise format_error(f"[/Rules/{name}] Every assertion must contain an Assert.")
    return section


def _resources(section: dict[str, Any], *, pending: bool) -> dict[str, Resource]:
    resources = {}
    for name, definition in section.items():
        if pending and str(name).startswith("Fn::"):
            continue
        _check_name(name, f"Resource name {name} is non alphanumeric.")
        if definition is None:
            raise null_error("Resources", name)
        if not isinstance(definition, dict):
            raise format_error(f"[/Resources/{name}] resource definition is malformed")
        if pending and "Fn::Transform" in definition and "Type" not in definition:
            continue
        resources[name] = _resource(name, definition, pending=pending)
    return resources


def _resource(name: str, definition: dict[str, Any], *, pending: bool) -> Resource:
    if "Type" not in definition:
        raise format_error(
            f"[/Resources/{name}] Every Resources object must contain a Type member."
        )
    if not isinstance(definition["Type"], str) or not definition["Type"]:
        raise format_error(f"[/Resources/{name}/Type] resource definition is malformed")
    unknown = [key for key in definition if key not in _RESOURCE_KEYS]
    if unknown and not pending:
        raise TemplateError(f"Invalid template resource property '{unknown[0]}'")
    if not pending:
        _check_policies(name, definition)
    return Resource(
        logical_id=name,
        type=definition["Type"],
        properties=_map_of(name, "Properties", definition, pending=pending) or {},
        metadata=_map_of(name, "Metadata", definition, pending=pending),
        depends_on=_depends_on(definition, pending=pending),
        condition=_condition_of("Resources", name, definition),
        deletion_policy=definition.get("DeletionPolicy"),
        update_replace_policy=definition.get("UpdateReplacePolicy"),
        creation_policy=_map_of(name, "CreationPolicy", definition, pending=pending),
        update_policy=_map_of(name, "UpdatePolicy", definition, pending=pending),
        definition=definition,
    )


def _map_of(
    name: str, key: str, definition: dict[str, Any], *, pending: bool
) -> dict[str, Any] | None:
    if key not in definition:
        return None
    value = definition[key]
    if value is None and not pending:
        raise null_error("Resources", name, key)
    if value is not None and not isinstance(value, dict):
        raise format_error(f"[/Resources/{name}/{key}] '{key}' must be a map")
    return value


def _check_policies(name: str, definition: dict[str, Any]) -> None:
    for key, allowed in (("DeletionPolicy", _DELETION), ("UpdateReplacePolicy", _REPLACEMENT)):
        if key not in definition:
            continue
        value = definition[key]
        if value is None:
            raise null_error("Resources", name, key)
        if not isinstance(value, str):
            raise format_error(f"Every {key} member must be a string.")
        if value not in allowed:
            raise format_error(f"Unrecognized {key} {value} for resource {name}")


def _depends_on(definition: dict[str, Any], *, pending: bool) -> tuple[str, ...]:
    if "DependsOn" not in definition:
        return ()
    value = definition["DependsOn"]
    names = value if isinstance(value, list) else [value]
    if all(isinstance(item, str) for item in names):
        return tuple(dict.fromkeys(names))
    if pending:
        return tuple(dict.fromkeys(item for item in names if isinstance(item, str)))
    if isinstance(value, list):
        raise format_error("Every DependsOn value must be a string.")
    raise format_error("DependsOn must be a string or list of strings.")


def _condition_of(section: str, name: str, definition: dict[str, Any]) -> str | None:
    if "Condition" not in definition:
        return None
    value = definition["Condition"]
    if value is None:
        raise null_error(section, name, "Condition")
    if not isinstance(value, str):
        raise format_error(
            f"[/{section}/{name}/Condition] Every Condition member must be a string."
        )
    return value


def _outputs(section: dict[str, Any], *, pending: bool) -> dict[str, Output]:
    outputs = {}
    for name, definition in section.items():
        if pending and str(name).startswith("Fn::"):
            continue
        _check_name(name, f"Outputs name '{name}' is non alphanumeric.")
        _require_map(definition, ("Outputs", name), "Every Outputs member must be a map")
        outputs[name] = _output(name, definition, pending=pending)
    return outputs


def _output(name: str, definition: dict[str, Any], *, pending: bool) -> Output:
    if "Value" not in definition:
        if not (pending and "Fn::Transform" in definition):
            raise format_error("Every Outputs member must contain a Value object")
    elif definition["Value"] is None:
        raise null_error("Outputs", name, "Value")
    _check_keys(definition, _OUTPUT_KEYS, pending=pending)
    description = definition.get("Description")
    if description is not None and scalar(description) is None:
        raise format_error("Every Description member must be a string.")
    return Output(
        name=name,
        value=definition.get("Value"),
        description=None if description is None else scalar(description),
        export_name=_export_name(name, definition),
        condition=_condition_of("Outputs", name, definition),
    )


def _check_keys(definition: dict[str, Any], known: Iterable[str], *, pending: bool) -> None:
    unknown = [key for key in definition if key not in known]
    if unknown and not pending:
        raise TemplateError(f"Invalid output property or properties [{', '.join(unknown)}]")


def _export_name(name: str, definition: dict[str, Any]) -> Any:
    if "Export" not in definition:
        return None
    export = definition["Export"]
    if not isinstance(export, dict) or set(export) != {"Name"}:
        raise export_error(name)
    if export["Name"] is None:
        raise null_error("Outputs", name, "Export", "Name")
    if scalar(export["Name"]) is None and not isinstance(export["Name"], dict):
        raise export_error(name)
    return export["Name"]
