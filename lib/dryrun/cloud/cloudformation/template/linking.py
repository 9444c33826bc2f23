"""Checks that every function has the right shape and every name in a template leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dryrun.cloud.cloudformation.template.conditions import (
    NOT_BOOLEAN,
    condition_order,
    conditions_in,
)
from dryrun.cloud.cloudformation.template.dynamic import check_dynamic
from dryrun.cloud.cloudformation.template.errors import TemplateError, format_error, function_error
from dryrun.cloud.cloudformation.template.functions import (
    BOOLEAN,
    EXTENSIONS,
    RULE_ONLY,
    attribute_of,
    function_of,
    template_of_sub,
    variables,
)
from dryrun.cloud.cloudformation.template.messages import IMPORT_VALUE_NAMES
from dryrun.cloud.cloudformation.template.model import Template
from dryrun.cloud.cloudformation.template.pseudo import PSEUDO
from dryrun.cloud.cloudformation.template.references import (
    check_cycles,
    parts_of,
    references,
    refuse_unresolved,
)
from dryrun.cloud.cloudformation.template.shapes import check_shape
from dryrun.cloud.cloudformation.template.text import scalar

_IN_CONDITIONS = (
    "Ref",
    "Fn::FindInMap",
    "Fn::Sub",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    *BOOLEAN,
)
_IN_RULES = ("Ref", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or", *RULE_ONLY)


def check_links(template: Template, *, extended: bool) -> None:
    """Check the functions of a whole template; `extended` allows those of a transform."""
    _check_common_names(template)
    _check_conditions(template, extended=extended)
    _check_rules(template)
    _check_resources(template, extended=extended)
    _check_outputs(template, extended=extended)
    check_dynamic(template)


def _check_common_names(template: Template) -> None:
    common = [name for name in template.resources if name in template.parameters]
    if common:
        raise function_error(
            "all resources and parameters must have unique names. "
            f"Common name(s):[{', '.join(common)}]"
        )


def _functions(node: Any) -> Iterator[tuple[str, Any]]:
    """Give every function inside a node."""
    function = function_of(node)
    if function is not None:
        yield function
    if isinstance(node, (dict, list)):
        for item in node.values() if isinstance(node, dict) else node:
            yield from _functions(item)


def _check_conditions(template: Template, *, extended: bool) -> None:
    unresolved: dict[str, None] = {}
    for node in template.conditions.values():
        if not _is_boolean(node):
            raise format_error(NOT_BOOLEAN)
        for function, argument in _functions(node):
            _check_condition_function(function, argument, template, extended=extended)
        for needed in conditions_in(node):
            if needed not in template.conditions:
                raise format_error(
                    f"Unresolved condition dependency {needed} "
                    "in the Conditions block of the template"
                )
        names = [item.logical_id for item in references(node)]
        unresolved.update(
            dict.fromkeys(item for item in names if not _is_parameter(item, template))
        )
    if unresolved:
        raise format_error(
            f"Unresolved dependencies [{', '.join(unresolved)}]. "
            "Cannot reference resources in the Conditions block of the template"
        )
    condition_order(template.conditions)


def _is_boolean(node: Any) -> bool:
    function = function_of(node)
    if function is not None:
        return function[0] in BOOLEAN
    return isinstance(node, dict) and list(node) == ["Condition"]


def _check_condition_function(
    name: str, argument: Any, template: Template, *, extended: bool
) -> None:
    check_shape(name, argument)
    if name == "Fn::GetAtt":
        return
    if name not in _IN_CONDITIONS and not (extended and name in EXTENSIONS):
        raise function_error(f"Cannot use {name} in Conditions.")
    if name == "Fn::FindInMap":
        _check_mapping(argument, template)


def _is_parameter(name: str, template: Template) -> bool:
    return name in template.parameters or name in PSEUDO


def _check_rules(template: Template) -> None:
    for rule in template.rules.values():
        nodes = [rule.get("RuleCondition"), *(item["Assert"] for item in rule["Assertions"])]
        for node in nodes:
            used = list(_functions(node))
            wrong = list(dict.fromkeys(name for name, _ in used if name not in _IN_RULES))
            if wrong:
                raise format_error(
                    "Following functions are not supported in the Rules block of the template: "
                    f"[{', '.join(wrong)}]"
                )
            for name, argument in used:
                check_shape(name, argument)
            names = [item.logical_id for item in references(node)]
            unknown = dict.fromkeys(item for item in names if not _is_parameter(item, template))
            if unknown:
                raise format_error(
                    f"Unresolved dependencies [{', '.join(unknown)}]. "
                    "Cannot reference resources in the Rules block of the template"
                )


def _check_resources(template: Template, *, extended: bool) -> None:
    unresolved: dict[str, None] = {}
    needs: dict[str, tuple[str, ...]] = {}
    for name, resource in template.resources.items():
        if resource.condition is not None:
            _check_condition(resource.condition, "Resources", template)
        for part in parts_of(resource):
            _check_functions(part, template, extended=extended)
            unresolved.update(dict.fromkeys(_unknown(part, template)))
        unresolved.update(
            dict.fromkeys(item for item in resource.depends_on if item not in template.resources)
        )
        needs[name] = _certain_needs(parts_of(resource), resource.depends_on, template)
    refuse_unresolved(list(unresolved), "Resources")
    check_cycles(needs)


def _certain_needs(
    parts: list[Any], depends_on: tuple[str, ...], template: Template
) -> tuple[str, ...]:
    """Return what a resource needs whatever its conditions give."""
    names = [item.logical_id for part in parts for item in references(_without_branches(part))]
    return tuple(
        dict.fromkeys(name for name in (*names, *depends_on) if name in template.resources)
    )


def _without_branches(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_branches(item) for item in node]
    if not isinstance(node, dict):
        return node
    function = function_of(node)
    if function is not None and function[0] == "Fn::If":
        return None
    return {name: _without_branches(item) for name, item in node.items()}


def _check_outputs(template: Template, *, extended: bool) -> None:
    unresolved: dict[str, None] = {}
    for output in template.outputs.values():
        if output.condition is not None:
            _check_condition(output.condition, "Outputs", template)
        _check_output_value(output.value)
        for part in (output.value, output.export_name):
            _check_functions(part, template, extended=extended)
            unresolved.update(dict.fromkeys(_unknown(part, template)))
        if not _is_known_early(output.export_name, template):
            raise format_error(
                f"Output {output.name} is malformed. The Name field of Export must not depend on "
                "any resources, imported values, or Fn::GetAZs."
            )
    refuse_unresolved(list(unresolved), "Outputs")


def _check_output_value(value: Any) -> None:
    wanted = "The Value field of every Outputs member must evaluate to a String"
    function = function_of(value)
    if function is not None:
        if function[0] in BOOLEAN:
            raise format_error(f"{wanted}.")
        return
    for kind, word in ((dict, "Map"), (list, "List")):
        if isinstance(value, kind):
            raise format_error(f"{wanted} and not a {word}.")


def _check_condition(name: str, section: str, template: Template) -> None:
    if name not in template.conditions:
        raise format_error(
            f"Unresolved condition dependency {name} in the {section} block of the template"
        )


def _check_functions(node: Any, template: Template, *, extended: bool) -> None:
    for name, argument in _functions(node):
        if name in RULE_ONLY:
            raise function_error(f"{name} can only be used in the Rules section")
        if name in BOOLEAN:
            # Strange, but what AWS says; it knows them in conditions only.
            raise TemplateError(f"Template Error: {name} cannot be partially collapsed")
        check_shape(name, argument, extended=extended)
        if name == "Fn::If":
            if argument[0] not in template.conditions:
                raise function_error(f"unresolved condition dependency {argument[0]} in Fn::If")
        elif name == "Fn::GetAtt":
            _check_get_att(argument, template)
        elif name == "Fn::FindInMap":
            _check_mapping(argument, template)
        elif name == "Fn::Sub":
            _check_sub(argument, template)
        elif name == "Fn::ImportValue" and not _is_known_early(argument, template):
            raise function_error(IMPORT_VALUE_NAMES)


def _check_get_att(argument: Any, template: Template) -> None:
    found = attribute_of(argument)
    if found is not None and found[0] not in template.resources:
        raise function_error(f"instance of Fn::GetAtt references undefined resource {found[0]}")


def _is_known_early(node: Any, template: Template) -> bool:
    """Tell whether a node depends on nothing that only the stack's resources give."""
    if any(name in ("Fn::ImportValue", "Fn::GetAZs") for name, _ in _functions(node)):
        return False
    return all(
        item.attribute is None and _is_parameter(item.logical_id, template)
        for item in references(node)
    )


def _check_mapping(argument: Any, template: Template) -> None:
    names = [scalar(item) for item in argument[:3]]
    if len(argument) == 4 or names[0] is None:
        return
    if names[0] not in template.mappings:
        raise _no_mapping(names[0])
    if names[1] is not None and names[2] is not None:
        tops = template.mappings[names[0]]
        if names[1] not in tops or names[2] not in tops[names[1]]:
            raise function_error(f"Unable to get mapping for {names[0]}::{names[1]}::{names[2]}")


def _no_mapping(name: str) -> TemplateError:
    return function_error(
        f"Mapping named '{name}' is not present in the 'Mappings' section of template."
    )


def _check_sub(argument: Any, template: Template) -> None:
    found = template_of_sub(argument)
    if found is None:
        return
    text, given = found
    for name in variables(text):
        logical_id, dot, _ = name.partition(".")
        if name not in given and dot and logical_id not in template.resources:
            raise function_error(
                f"instance of Fn::Sub references invalid resource attribute {name}"
            )


def _unknown(node: Any, template: Template) -> list[str]:
    return [
        item.logical_id
        for item in references(node)
        if item.logical_id not in template.resources
        and not (item.attribute is None and _is_parameter(item.logical_id, template))
    ]
