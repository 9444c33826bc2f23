"""Evaluates the Conditions section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError, format_error, function_error
from dryrun.cloud.cloudformation.template.evaluation import truth
from dryrun.cloud.cloudformation.template.functions import function_of
from dryrun.cloud.cloudformation.template.model import Template
from dryrun.cloud.cloudformation.template.scope import Scope

NOT_BOOLEAN = "Conditions can only be boolean operations on parameters and other conditions"


def evaluate_conditions(template: Template, scope: Scope) -> dict[str, bool]:
    """Return what every condition of a template gives."""
    results: dict[str, bool] = {}
    inner = _Evaluated(scope, results)
    for name in condition_order(template.conditions):
        node = template.conditions[name]
        function = function_of(node)
        if function is None and not (isinstance(node, dict) and list(node) == ["Condition"]):
            raise format_error(NOT_BOOLEAN)
        results[name] = truth(node, inner)
    return {name: results[name] for name in template.conditions}


def condition_order(conditions: Mapping[str, Any]) -> list[str]:
    """Return the conditions, each behind those it needs; those that need each other are refused."""
    order: dict[str, None] = {}
    needs = {name: tuple(conditions_in(node)) for name, node in conditions.items()}
    for start in conditions:
        path: list[tuple[str, Iterator[str]]] = [(start, iter(needs[start]))]
        on_path = {start}
        while path and start not in order:
            name, rest = path[-1]
            needed = next((item for item in rest if item in needs and item not in order), None)
            if needed is None:
                order[name] = None
                on_path.discard(name)
                path.pop()
            elif needed in on_path:
                raise _circular(name, needed)
            else:
                on_path.add(needed)
                path.append((needed, iter(needs[needed])))
    return list(order)


def _circular(name: str, needed: str) -> TemplateError:
    return function_error(f"Found circular condition dependency between {name} and {needed}")


def conditions_in(node: Any) -> Iterator[str]:
    """Give the names of the conditions that a condition uses, in order."""
    if isinstance(node, list):
        for item in node:
            yield from conditions_in(item)
    elif isinstance(node, dict):
        if list(node) == ["Condition"] and isinstance(node["Condition"], str):
            yield node["Condition"]
            return
        function = function_of(node)
        if function and function[0] == "Fn::If" and isinstance(function[1], list) and function[1]:
            if isinstance(function[1][0], str):
                yield function[1][0]
            yield from conditions_in(function[1][1:])
            return
        for item in node.values():
            yield from conditions_in(item)


class _Evaluated:
    """A scope in which the conditions evaluated so far hold."""

    def __init__(self, scope: Scope, results: Mapping[str, bool]) -> None:
        self._scope = scope
        self.conditions = results
        self.mappings = scope.mappings
        self.shows_unknown = scope.shows_unknown

    def ref(self, name: str) -> Any:
        """Ask the scope."""
        return self._scope.ref(name)

    def get_att(self, logical_id: str, attribute: str) -> Any:
        """Ask the scope."""
        return self._scope.get_att(logical_id, attribute)

    def import_value(self, name: str) -> Any:
        """Ask the scope."""
        return self._scope.import_value(name)

    def azs(self, region: str) -> list[str]:
        """Ask the scope."""
        return self._scope.azs(region)

    def dynamic(self, service: str, reference: str) -> str:
        """Ask the scope."""
        return self._scope.dynamic(service, reference)
