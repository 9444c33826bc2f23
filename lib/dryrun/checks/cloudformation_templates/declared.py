"""What a template itself says: which values a parameter takes, and when a condition holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any


def takes(parameter: Mapping[str, Any], value: str) -> bool:
    """Tell whether a declared parameter takes a value, by every constraint it has."""
    values = parameter.get("AllowedValues")
    if values is not None and value not in [_text(one) for one in values]:
        return False
    pattern = parameter.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(str(pattern), value):
        return False
    if (
        not int(parameter.get("MinLength", 0))
        <= len(value)
        <= int(parameter.get("MaxLength", 4096))
    ):
        return False
    if parameter.get("Type") != "Number":
        return True
    number = float(value)
    least, most = parameter.get("MinValue", number), parameter.get("MaxValue", number)
    return float(least) <= number <= float(most)


def holds(name: str, template: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    """Tell whether a condition of a template holds for given parameters."""
    return bool(_value(template["Conditions"][name], template, given))


def _value(node: Any, template: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    if not isinstance(node, dict) or len(node) != 1:
        return _text(node)
    [(function, argument)] = node.items()
    if function == "Condition":
        return holds(str(argument), template, given)
    if function == "Ref":
        declared = template.get("Parameters", {}).get(argument, {})
        return given.get(str(argument), _text(declared.get("Default", "")))
    return _FUNCTIONS[function]([_value(part, template, given) for part in argument], template)


def _in_map(keys: list[Any], template: Mapping[str, Any]) -> str:
    table, first, second = keys
    return _text(template["Mappings"][table][first][second])


_FUNCTIONS: Mapping[str, Callable[[list[Any], Mapping[str, Any]], Any]] = {
    "Fn::And": lambda parts, _: all(parts),
    "Fn::Or": lambda parts, _: any(parts),
    "Fn::Not": lambda parts, _: not parts[0],
    "Fn::Equals": lambda parts, _: parts[0] == parts[1],
    "Fn::FindInMap": _in_map,
}


def _text(value: Any) -> str:
    """Return a scalar as CloudFormation sees it: every one is a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
