"""What may be the content of a schema: OpenAPI 3.0, or JSON Schema of draft 4."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from dryrun.cloud.schemas.exceptions import BadRequestException

OPENAPI, DRAFT4 = "OpenApi3", "JSONSchemaDraft4"
TYPES = (OPENAPI, DRAFT4)

_VERSION = re.compile(r"3\.0\.\d+$")
_LONGEST = 100_000
_DEEPEST = 500
"""Levels of a content that nobody means; Python reads not many more."""
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')


def check(content: str, kind: str) -> None:
    """Raise BadRequestException for content that is not of its kind."""
    if kind not in TYPES:
        raise BadRequestException(f"Invalid schema type {kind}. Valid types are {list(TYPES)}.")
    if len(content) > _LONGEST:
        raise BadRequestException(f"Schema content is longer than {_LONGEST} characters.")
    if _levels(content) > _DEEPEST:
        raise BadRequestException("Schema content has too many levels.")
    try:
        found = json.loads(content)
        fault = _openapi(found) if kind == OPENAPI else _draft4(found)
    except ValueError as error:
        raise BadRequestException(f"Schema content is not valid JSON: {error}") from error
    except RecursionError as error:
        raise BadRequestException("Schema content has too many levels.") from error
    if fault:
        raise BadRequestException(f"Schema content is not valid {kind}: {fault}")


def _levels(content: str) -> int:
    """Return how deep objects and lists stand in each other."""
    deepest = level = 0
    for sign in _TEXTS.sub("", content):
        if sign in "{[":
            level += 1
            deepest = max(deepest, level)
        elif sign in "}]":
            level -= 1
    return deepest


def same(one: str, other: str) -> bool:
    """Tell whether two contents say the same."""
    return bool(json.loads(one) == json.loads(other))


def _openapi(found: Any) -> str:
    if not isinstance(found, dict):
        return "it must be an object"
    information = found.get("info")
    if not _VERSION.match(str(found.get("openapi", ""))):
        return "openapi must be a version 3.0.x"
    if not isinstance(information, dict) or not {"title", "version"} <= information.keys():
        return "info must have title and version"
    if not isinstance(found.get("paths"), dict):
        return "paths must be an object"
    return _components(found.get("components", {})) or _unresolved(found)


def _components(components: Any) -> str:
    schemas = components.get("schemas", {}) if isinstance(components, dict) else None
    if not isinstance(schemas, dict):
        return "components.schemas must be an object"
    wrong = [name for name, one in schemas.items() if not isinstance(one, dict)]
    return f"components.schemas.{wrong[0]} must be an object" if wrong else ""


def _unresolved(found: Any) -> str:
    for reference in _references(found):
        place = found
        for step in reference.removeprefix("#/").split("/"):
            place = place.get(step) if isinstance(place, dict) else None
        if place is None:
            return f"{reference} is not there"
    return ""


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            yield reference
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def _draft4(found: Any) -> str:
    # Takes a while to load.
    from jsonschema import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Draft4Validator,
        SchemaError,
    )

    if not isinstance(found, dict):
        return "it must be an object"
    declared = found.get("$schema", "http://json-schema.org/draft-04/schema#")
    if "draft-04" not in str(declared):
        return "$schema must be http://json-schema.org/draft-04/schema#"
    try:
        Draft4Validator.check_schema(found)
    except SchemaError as error:
        return str(error.message)
    return _unresolved(found)
