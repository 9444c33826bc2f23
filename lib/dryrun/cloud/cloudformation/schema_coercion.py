"""Converts the values of a template to the types of a schema, as CloudFormation does.

"60" becomes 60 where the schema has an integer, 1 becomes "1" where it has a string. What cannot be
converted stays, and the validation names it. A single value is not made a list: AWS refuses it
("expected type: JSONArray, found: String").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dryrun.cloud.cloudformation.schema_validation import resolved

_INTEGER = re.compile(r"[+-]?\d+(\.0+)?")
_DEPTH = 60


def coerce(document: Mapping[str, Any], properties: Any) -> Any:
    """Return the properties with the types that the schema has for them."""
    return _object(document, document, properties, 0)


def _value(document: Mapping[str, Any], schema: Any, value: Any, depth: int) -> Any:
    node = resolved(document, schema)
    if depth > _DEPTH or not node:
        return value
    if isinstance(value, dict):
        return _object(document, node, value, depth)
    if isinstance(value, list):
        return _list(document, node, value, depth)
    return _scalar(_kinds(document, node), value)


def _object(document: Mapping[str, Any], node: Mapping[str, Any], value: Any, depth: int) -> Any:
    if not isinstance(value, dict):
        return value
    for part in _parts(document, node, value):
        value = {
            name: _value(document, _member(part, str(name)), member, depth + 1)
            for name, member in value.items()
        }
    return value


def _parts(
    document: Mapping[str, Any], node: Mapping[str, Any], value: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """Return the schemas that speak of an object: the node, and each alternative that fits it."""
    found = [node]
    for word in ("allOf", "anyOf", "oneOf"):
        for alternative in node.get(word, ()):
            part = resolved(document, alternative)
            names = part.get("properties", {})
            if names and (word == "allOf" or value.keys() & names.keys()):
                found.append(part)
    return found


def _member(node: Mapping[str, Any], name: str) -> Any:
    named = node.get("properties", {})
    if name in named:
        return named[name]
    for pattern, schema in node.get("patternProperties", {}).items():
        if _matches(pattern, name):
            return schema
    return node.get("additionalProperties")


def _matches(pattern: str, name: str) -> bool:
    try:
        return bool(re.search(pattern, name))
    except re.error:
        return True


def _list(
    document: Mapping[str, Any], node: Mapping[str, Any], value: list[Any], depth: int
) -> Any:
    items = node.get("items")
    for word in ("anyOf", "oneOf", "allOf"):
        for alternative in node.get(word, ()):
            items = items or resolved(document, alternative).get("items")
    return [_value(document, items, item, depth + 1) for item in value] if items else value


def _kinds(document: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = node.get("type", ())
    found = [kinds] if isinstance(kinds, str) else list(kinds)
    if not found:
        for word in ("anyOf", "oneOf", "allOf"):
            for alternative in node.get(word, ()):
                found.extend(_kinds(document, resolved(document, alternative)))
    return tuple(dict.fromkeys(found))


def _scalar(kinds: tuple[str, ...], value: Any) -> Any:
    if not kinds or _is_one_of(kinds, value):
        return value
    for kind in kinds:
        convert = _CONVERSIONS.get(kind)
        converted = convert(value) if convert else value
        if _is_one_of((kind,), converted):
            return converted
    return value


def _is_one_of(kinds: tuple[str, ...], value: Any) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int):
        return "integer" in kinds or "number" in kinds
    if isinstance(value, float):
        return "number" in kinds
    return isinstance(value, str) and "string" in kinds


def _integer(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) < 40 and _INTEGER.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    return value


def _number(value: Any) -> Any:
    whole = _integer(value)
    if not isinstance(whole, str):
        return whole
    try:
        return float(whole)
    except ValueError:
        return value


def _boolean(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


def _string(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value)) if "." not in repr(value) else repr(value)
    return str(value) if isinstance(value, int | float) else value


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": _string,
}
