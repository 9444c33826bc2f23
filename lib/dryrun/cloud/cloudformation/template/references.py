"""What a part of a template refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError, format_error
from dryrun.cloud.cloudformation.template.functions import (
    attribute_of,
    function_of,
    template_of_sub,
    variables,
)
from dryrun.cloud.cloudformation.template.model import Resource, Template
from dryrun.cloud.cloudformation.template.pseudo import PSEUDO


@dataclass(frozen=True)
class Reference:
    """A mention of a resource or parameter (attribute None), or of a resource's attribute."""

    logical_id: str
    attribute: str | None


def references(node: Any) -> tuple[Reference, ...]:
    """Return every reference inside a node, in order, those through every branch of Fn::If."""
    return tuple(dict.fromkeys(_references(node, None)))


def taken_references(node: Any, conditions: Mapping[str, bool]) -> tuple[Reference, ...]:
    """Return the references of a node that count once the conditions are known."""
    return tuple(dict.fromkeys(_references(node, conditions)))


def parameter_references(node: Any, template: Template) -> tuple[str, ...]:
    """Return the names of the parameters that a node uses, in order."""
    names = [item.logical_id for item in references(node) if item.attribute is None]
    return tuple(name for name in names if name in template.parameters)


def dependencies(
    template: Template, conditions: Mapping[str, bool] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return what each resource needs; with conditions, only what is made and branches taken."""
    made = {
        name: resource
        for name, resource in template.resources.items()
        if conditions is None or is_made(resource.condition, conditions)
    }
    _check_made(template, made, conditions)
    needs = {name: _needs(resource, made, conditions) for name, resource in made.items()}
    check_cycles(needs)
    return needs


def is_made(condition: str | None, conditions: Mapping[str, bool]) -> bool:
    """Tell whether what stands under a condition is there."""
    return condition is None or conditions.get(condition, False)


def parts_of(resource: Resource) -> list[Any]:
    """Return the parts of a resource that may refer to something."""
    return [
        resource.properties,
        resource.metadata,
        resource.creation_policy,
        resource.update_policy,
        resource.deletion_policy,
        resource.update_replace_policy,
    ]


def check_cycles(
    needs: Mapping[str, tuple[str, ...]], within: frozenset[str] = frozenset()
) -> None:
    """Refuse resources that need each other; `within` names some that are left out."""
    waiting = {name: set(needed) - within for name, needed in needs.items() if name not in within}
    users: dict[str, list[str]] = {name: [] for name in waiting}
    for name, needed in waiting.items():
        for other in needed:
            if other in users:
                users[other].append(name)
    ready = [name for name, needed in waiting.items() if not needed]
    done = set()
    while ready:
        name = ready.pop()
        done.add(name)
        for user in users[name]:
            waiting[user].discard(name)
            if not waiting[user]:
                ready.append(user)
    left = [name for name in waiting if name not in done]
    if left:
        names = ", ".join(_needed_by_others(left, needs))
        raise TemplateError(f"Circular dependency between resources: [{names}]")


def _needed_by_others(left: list[str], needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Drop those that wait for a circle without being part of one."""
    remaining = set(left)
    users = dict.fromkeys(left, 0)
    for name in left:
        for other in set(needs[name]) & remaining:
            users[other] += 1
    idle = [name for name, count in users.items() if not count]
    while idle:
        name = idle.pop()
        remaining.discard(name)
        for other in set(needs[name]) & remaining:
            users[other] -= 1
            if not users[other]:
                idle.append(other)
    return [name for name in left if name in remaining]


def _needs(
    resource: Resource, made: Mapping[str, Resource], conditions: Mapping[str, bool] | None
) -> tuple[str, ...]:
    names = [
        item.logical_id for part in parts_of(resource) for item in _references(part, conditions)
    ]
    names += resource.depends_on
    return tuple(dict.fromkeys(name for name in names if name in made))


def _check_made(
    template: Template, made: Mapping[str, Resource], conditions: Mapping[str, bool] | None
) -> None:
    """Refuse what uses a resource that its condition leaves out."""
    if conditions is None:
        return
    missing: dict[str, None] = {}
    for resource in made.values():
        for part in parts_of(resource):
            missing.update(dict.fromkeys(_left_out(part, template, made, conditions)))
        missing.update(dict.fromkeys(name for name in resource.depends_on if name not in made))
    refuse_unresolved(list(missing), "Resources")
    for output in template.outputs.values():
        if is_made(output.condition, conditions):
            for part in (output.value, output.export_name):
                missing.update(dict.fromkeys(_left_out(part, template, made, conditions)))
    refuse_unresolved(list(missing), "Outputs")


def _left_out(
    node: Any,
    template: Template,
    made: Mapping[str, Resource],
    conditions: Mapping[str, bool],
) -> list[str]:
    names = [item.logical_id for item in _references(node, conditions)]
    return [name for name in names if name in template.resources and name not in made]


def refuse_unresolved(names: list[str], section: str) -> None:
    """Refuse references that lead nowhere."""
    if names:
        why = (
            f"Unresolved resource dependencies [{', '.join(names)}] "
            f"in the {section} block of the template"
        )
        # AWS calls it no format error where outputs do it.
        raise TemplateError(why) if section == "Outputs" else format_error(why)


def _references(node: Any, conditions: Mapping[str, bool] | None) -> Iterator[Reference]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item, conditions)
        return
    function = function_of(node)
    if function is None:
        if isinstance(node, dict):
            for item in node.values():
                yield from _references(item, conditions)
        return
    name, argument = function
    if name == "Ref":
        if isinstance(argument, str):
            yield Reference(argument, None)
    elif name == "Fn::GetAtt":
        yield from _of_get_att(argument, conditions)
    elif name == "Fn::Sub":
        yield from _of_sub(argument, conditions)
    elif name == "Fn::If" and isinstance(argument, list):
        yield from _of_if(argument, conditions)
    else:
        yield from _references(argument, conditions)


def _of_get_att(argument: Any, conditions: Mapping[str, bool] | None) -> Iterator[Reference]:
    found = attribute_of(argument)
    if found is None:
        return
    logical_id, attribute = found
    yield Reference(logical_id, attribute if isinstance(attribute, str) else "")
    if not isinstance(attribute, str):
        yield from _references(attribute, conditions)


def _of_sub(argument: Any, conditions: Mapping[str, bool] | None) -> Iterator[Reference]:
    found = template_of_sub(argument)
    if found is None:
        return
    text, given = found
    for name in variables(text):
        if name in given or name in PSEUDO:
            continue
        logical_id, dot, attribute = name.partition(".")
        yield Reference(logical_id, attribute if dot else None)
    yield from _references(list(given.values()), conditions)


def _of_if(argument: list[Any], conditions: Mapping[str, bool] | None) -> Iterator[Reference]:
    name = argument[0] if argument else None
    if conditions is None or not isinstance(name, str) or name not in conditions:
        yield from _references(argument[1:], conditions)
    else:
        yield from _references(argument[1:2] if conditions[name] else argument[2:3], conditions)
