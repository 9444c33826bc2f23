"""The constraints that an operation's model puts on its parameters, in AWS's words.

boto3 checks types and what is required, AWS the rest: "Common Errors", ValidationError, of the
APIs in the query protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import regex

from dryrun.cloud.routing import ApiCall

_LONGEST = "Member must have length less than or equal to {}"
_SHORTEST = "Member must have length greater than or equal to {}"
_MOST = "Member must have value less than or equal to {}"
_LEAST = "Member must have value greater than or equal to {}"
_PATTERN = "Member must satisfy regular expression pattern: {}"
_ENUM = "Member must satisfy enum value set: [{}]"


def violations(call: ApiCall, *, nested: bool = False) -> str:
    """Return AWS's sentence about the parameters that break a constraint, or "".

    `nested` looks into structures and lists as well, as "target.roleArn" and "tags.1.member.key".
    """
    assert call.operation is not None
    shape = call.operation.input_shape
    if shape is None:
        return ""
    found = list(_missing(shape, call.parameters))
    for name, value in call.parameters.items():
        if name in shape.members:
            found += _violated(shape.members[name], name, value)
            found += _inner(shape.members[name], spoken(name), value) if nested else []
    if not found:
        return ""
    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: {'; '.join(found)}"


def _missing(shape: Any, parameters: Mapping[str, Any]) -> list[str]:
    return [
        f"Value null at '{spoken(name)}' failed to satisfy constraint: Member must not be null"
        for name in shape.required_members
        if name not in parameters
    ]


def _inner(shape: Any, path: str, value: Any) -> list[str]:
    """Return what is wrong within a structure or a list."""
    parts: list[tuple[Any, str, Any]] = []
    if shape.type_name == "structure" and isinstance(value, Mapping):
        members = shape.members
        parts = [(members[k], f"{path}.{spoken(k)}", v) for k, v in value.items() if k in members]
    elif shape.type_name == "list" and isinstance(value, list):
        parts = [(shape.member, f"{path}.{n}.member", v) for n, v in enumerate(value, 1)]
    return [
        fault
        for inner, place, item in parts
        for fault in (*_violated(inner, place, item), *_inner(inner, place, item))
    ]


def _violated(shape: Any, name: str, value: Any) -> list[str]:
    shown = "Value" if shape.metadata.get("sensitive") else f"Value '{value}'"
    return [
        f"{shown} at '{spoken(name)}' failed to satisfy constraint: {one}"
        for one in broken(shape, value)
    ]


def broken(shape: Any, value: Any) -> list[str]:
    """Return what a value must be and is not, by the limits of its shape."""
    limits = shape.metadata
    found = []
    if isinstance(value, str | list):
        found = _out_of(limits, len(value), _SHORTEST, _LONGEST)
    elif isinstance(value, int) and not isinstance(value, bool):
        found = _out_of(limits, value, _LEAST, _MOST)
    if isinstance(value, str):
        if "pattern" in limits and not _fits(limits["pattern"], value):
            found.append(_PATTERN.format(limits["pattern"]))
        if "enum" in limits and value not in limits["enum"]:
            found.append(_ENUM.format(", ".join(limits["enum"])))
    return found


def expected(shape: Any) -> list[str]:
    """Return all that a shape asks of its values, as AWS lists it for the items of a list."""
    limits = shape.metadata
    asked = (("max", _LONGEST), ("min", _SHORTEST), ("pattern", _PATTERN))
    return [text.format(limits[name]) for name, text in asked if name in limits]


def _out_of(limits: Mapping[str, Any], size: int, least: str, most: str) -> list[str]:
    checks: tuple[tuple[str, str, Callable[[int, int], bool]], ...] = (
        ("min", least, lambda size, bound: size < bound),
        ("max", most, lambda size, bound: size > bound),
    )
    return [
        text.format(limits[bound])
        for bound, text, outside in checks
        if bound in limits and outside(size, limits[bound])
    ]


def _fits(pattern: str, value: str) -> bool:
    # Java counts only ASCII as \w and \d, and knows classes such as \p{L}.
    return regex.fullmatch(pattern, value, flags=regex.ASCII) is not None


def spoken(name: str) -> str:
    """Return a parameter's name as the errors spell it: `RoleArn` is `roleArn`."""
    capitals = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    head = max(capitals - 1, 1)
    return name[:head].lower() + name[head:]
