"""AWS::LanguageExtensions: loops, and functions where a template usually takes none.

Follows "AWS::LanguageExtensions transform" and the pages of its functions in the Template
Reference. Functions whose value is known already become that value, as GetTemplate shows them in
recordings. What depends on the stack's resources stays a function, for the engine to carry out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.text import scalar
from dryrun.cloud.cloudformation.template.unknown import NO_VALUE, UNKNOWN
from dryrun.cloud.cloudformation.transforms.values import (
    KnownValues,
    TransformError,
    failed,
    value_of,
)

NAME = "AWS::LanguageExtensions"

_LOOP = "Fn::ForEach::"
_SECTIONS = ("Conditions", "Resources", "Outputs")
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
_LAYOUT = "Fn::ForEach layout is incorrect"
_COLLECTION = "Could not find a collection or could not be resolved for Fn::ForEach"
_LENGTH = "The Fn::Length value could not be resolved for properties"
_CARRIED_OUT = ("Ref", "Fn::Base64", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub")
_PLACEHOLDER = re.compile(r"([$&])\{([^!{}][^{}]*)\}")
_NESTED_VARIABLE = re.compile(r"\$\{[^}]*\$\{")
_MOST = 10_000
"""How many members loops may make; a template takes 500 resources, so no stack needs more."""


def expand(document: Mapping[str, Any], scope: KnownValues) -> dict[str, Any]:
    """Return a template without loops, its extended functions carried out."""
    return _Expansion(document, scope).run()


class _Expansion:
    """One template on its way."""

    def __init__(self, document: Mapping[str, Any], scope: KnownValues) -> None:
        self.document = document
        self.scope = scope
        self.open = _open_parameters(document, scope.parameters)
        self.section = ""
        self.made = 0

    def run(self) -> dict[str, Any]:
        """Return the finished template."""
        self._refuse_repeated_loops()
        result = dict(self.document)
        for section in _SECTIONS:
            if section in result:
                self.section = section
                result[section] = self._node(result[section], self.scope, ids=True)
        # Policies and conditions may ask for conditions that a loop has just made.
        scope = KnownValues(result, self.scope.parameters, self.scope.pseudo)
        self._resolve_members(result, scope)
        return result

    def _refuse_repeated_loops(self) -> None:
        """Refuse a loop's name that is used twice, or is the name of a resource."""
        resources = self.document.get("Resources")
        taken = set(resources) if isinstance(resources, Mapping) else set()
        for section in _SECTIONS:
            for name in _loops(self.document.get(section)):
                if name in taken:
                    # "Fn::ForEach": the loop name must be unique within the template and must not
                    # be a logical id. AWS's words for it are not known.
                    raise _error(f"The loop name {name} of Fn::ForEach is not unique")
                taken.add(name)

    # Walking

    def _node(self, node: Any, scope: KnownValues, *, ids: bool = False) -> Any:
        """Return a node expanded; `ids` says that its keys name resources, outputs, conditions."""
        if isinstance(node, list):
            return [self._node(item, scope) for item in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1 and not ids:
            [(name, argument)] = node.items()
            value = self._known(name, node, scope)
            if value is not UNKNOWN:
                return value
            function = _FUNCTIONS.get(name)
            if function:
                return function(self, argument, scope)
        result: dict[str, Any] = {}
        for key, value in node.items():
            if not isinstance(key, str) or not key.startswith(_LOOP):
                self._put(result, key, self._node(value, scope))
                continue
            for made, member in self._loop(value, scope, ids=ids):
                self._put(result, made, member)
        return result

    @staticmethod
    def _put(result: dict[str, Any], key: str, value: Any) -> None:
        if key in result:
            raise _error(f"Duplicate key '{key}' when merging keys to parent object in Fn::ForEach")
        result[key] = value

    def _loop(self, argument: Any, scope: KnownValues, *, ids: bool) -> Iterator[tuple[str, Any]]:
        """Give the members that a loop makes, in the order of its collection."""
        identifier, collection, fragment = _layout(argument)
        for item in self._items(collection, scope):
            inner = scope.within(identifier, item)
            for key, value in fragment.items():
                if key.startswith(_LOOP):
                    yield from self._loop(value, inner, ids=ids)
                    continue
                self.made += 1
                if self.made > _MOST:
                    raise TemplateError(
                        f"Template format error: Number of resources, {self.made}, is greater "
                        "than maximum allowed, 500"
                    )
                made = _filled(key, inner)
                if ids and not (made.isascii() and made.isalnum()):
                    raise _error(f"{self._noun()} '{made}' should be alphanumeric")
                yield made, self._node(value, inner)

    def _noun(self) -> str:
        return {"Outputs": "OutputKey", "Conditions": "ConditionKey"}.get(self.section, "LogicalId")

    def _items(self, collection: Any, scope: KnownValues) -> list[str]:
        if isinstance(collection, str):
            raise _error(_LAYOUT)
        value = self._value(collection, scope)
        if not isinstance(value, list):
            raise _error(_COLLECTION)
        items = [scalar(item) for item in value]
        if None in items:
            raise _error(_COLLECTION)
        return [str(item) for item in items]

    def _value(self, node: Any, scope: KnownValues) -> Any:
        try:
            return value_of(node, scope)
        except TemplateError as error:
            raise failed(NAME, error) from error

    # Functions

    def _known(self, name: Any, node: Any, scope: KnownValues) -> Any:
        """Return what a function gives where that is known; secret parameters are not told."""
        if name not in _CARRIED_OUT or self.section == "Conditions":
            return UNKNOWN
        own = KnownValues(scope.document, self.open, scope.pseudo, scope.bindings)
        try:
            value = value_of(node, own)
        except TemplateError:
            return UNKNOWN
        return UNKNOWN if value is NO_VALUE else value

    def _ref(self, argument: Any, scope: KnownValues) -> Any:
        if isinstance(argument, str):
            return scope.bindings.get(argument, {"Ref": argument})
        return {"Ref": self._name(argument, scope)}

    def _get_att(self, argument: Any, scope: KnownValues) -> Any:
        if isinstance(argument, list):
            return {"Fn::GetAtt": [self._name(part, scope) for part in argument]}
        return {"Fn::GetAtt": self._name(argument, scope)}

    def _name(self, node: Any, scope: KnownValues) -> Any:
        """Return a name that may be written as a function."""
        if isinstance(node, str):
            return node
        value = self._value(node, scope)
        return self._node(node, scope) if value is UNKNOWN else value

    def _length(self, argument: Any, scope: KnownValues) -> Any:
        value = self._value(argument, scope)
        if not isinstance(value, list):
            raise _error(_LENGTH)
        return len(value)

    def _to_json(self, argument: Any, scope: KnownValues) -> Any:
        # Pseudo parameters are left to the engine.
        own = KnownValues(scope.document, scope.parameters, {}, scope.bindings)
        value = self._value({"Fn::ToJsonString": argument}, own)
        if value is UNKNOWN:
            return {"Fn::ToJsonString": self._node(argument, scope)}
        return value

    def _find_in_map(self, argument: Any, scope: KnownValues) -> Any:
        value = self._value({"Fn::FindInMap": argument}, scope)
        if value is NO_VALUE:
            return {"Ref": "AWS::NoValue"}
        return {"Fn::FindInMap": self._node(argument, scope)} if value is UNKNOWN else value

    def _sub(self, argument: Any, scope: KnownValues) -> Any:
        if isinstance(argument, str):
            return {"Fn::Sub": _sub_text(argument, scope)}
        if isinstance(argument, list) and argument and isinstance(argument[0], str):
            rest = [self._node(part, scope) for part in argument[1:]]
            return {"Fn::Sub": [_sub_text(argument[0], scope), *rest]}
        return {"Fn::Sub": self._node(argument, scope)}

    # Members that take a plain name only

    def _resolve_members(self, result: dict[str, Any], scope: KnownValues) -> None:
        known = result.get("Conditions")
        conditions = known if isinstance(known, Mapping) else {}
        for section in ("Resources", "Outputs"):
            entries = result.get(section)
            for entry in entries.values() if isinstance(entries, dict) else ():
                if not isinstance(entry, dict):
                    continue
                match entry.get("DependsOn"):
                    case [str(only)]:
                        entry["DependsOn"] = only
                if "Condition" in entry:
                    self._resolve_condition(entry, conditions, scope)
                for policy in _POLICIES if section == "Resources" else ():
                    if isinstance(entry.get(policy), dict):
                        self._resolve_policy(entry, policy, scope)

    def _resolve_condition(
        self, entry: dict[str, Any], conditions: Mapping[str, Any], scope: KnownValues
    ) -> None:
        name = entry["Condition"]
        if isinstance(name, dict):
            value = self._value(name, scope)
            if value is NO_VALUE:
                del entry["Condition"]
                return
            name = entry["Condition"] = value if isinstance(value, str) else name
        if isinstance(name, str) and name not in conditions:
            raise _error(f"Key {name} is missing in the map.")

    def _resolve_policy(self, entry: dict[str, Any], policy: str, scope: KnownValues) -> None:
        value = self._value(entry[policy], scope)
        if value is NO_VALUE:
            del entry[policy]
        elif isinstance(value, str):
            entry[policy] = value


_FUNCTIONS: Mapping[str, Any] = {
    "Ref": _Expansion._ref,
    "Fn::FindInMap": _Expansion._find_in_map,
    "Fn::GetAtt": _Expansion._get_att,
    "Fn::Length": _Expansion._length,
    "Fn::Sub": _Expansion._sub,
    "Fn::ToJsonString": _Expansion._to_json,
}


def _error(reason: str) -> TransformError:
    return TransformError(NAME, reason)


def _open_parameters(document: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the parameters that may be echoed."""
    section = document.get("Parameters")
    declared = section if isinstance(section, Mapping) else {}

    def secret(name: str) -> bool:
        declaration = declared.get(name)
        marked = declaration.get("NoEcho") if isinstance(declaration, Mapping) else None
        return (scalar(marked) or "").lower() == "true"

    return {name: value for name, value in parameters.items() if not secret(name)}


def _loops(node: Any) -> Iterator[str]:
    """Give the names of the loops in a part of a template."""
    if isinstance(node, list):
        for item in node:
            yield from _loops(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(key, str) and key.startswith(_LOOP):
                yield key.removeprefix(_LOOP)
            yield from _loops(value)


def _layout(argument: Any) -> tuple[str, Any, dict[str, Any]]:
    if not isinstance(argument, list) or len(argument) != 3:
        raise _error(_LAYOUT)
    identifier, collection, fragment = argument
    if not isinstance(identifier, str) or not identifier or not isinstance(fragment, dict):
        raise _error(_LAYOUT)
    if not fragment or not all(isinstance(key, str) for key in fragment):
        raise _error(_LAYOUT)
    return identifier, collection, fragment


def _filled(key: str, scope: KnownValues) -> str:
    """Return the key of a member: `${Id}` is the item, `&{Id}` only its letters and digits."""

    def item(found: re.Match[str]) -> str:
        value = scope.bindings.get(found[2])
        if value is None:
            return found[0]
        return value if found[1] == "$" else re.sub(r"[^0-9A-Za-z]", "", value)

    return _PLACEHOLDER.sub(item, key)


def _sub_text(text: str, scope: KnownValues) -> str:
    """Return the text of Fn::Sub with the items of the loops around in it."""

    def item(found: re.Match[str]) -> str:
        return scope.bindings.get(found[2], found[0]) if found[1] == "$" else found[0]

    filled = _PLACEHOLDER.sub(item, text) if scope.bindings else text
    if _NESTED_VARIABLE.search(filled):
        raise TemplateError(
            "Template error: variable names in Fn::Sub syntax must contain only alphanumeric "
            "characters, underscores, periods, and colons"
        )
    return filled
