"""What schema an event has, and what schema several events have in common.

The documents are as discoverers in AWS make them: numbers are all "number", objects are
components of their own. From memory ("Inferring schemas", EventBridge User Guide): that events of
one type are merged, a member being required while all events had it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

Thing = dict[str, Any]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$")
_WORDS = re.compile(r"[^A-Za-z0-9]+")
_REQUIRED = [
    "detail-type", "resources", "detail", "id", "source", "time", "region", "version", "account",
]  # fmt: skip
_REFERENCE = "#/components/schemas/"

_TEXT: Thing = {"type": "string"}
_OPENAPI = "3.0.0"


DEEPEST = 255
"""Levels of a schema; "Creating schemas with EventBridge schema discovery"."""


class TooDeepError(Exception):
    """A value has more levels than a schema may have."""


def is_event(value: Any) -> bool:
    """Tell whether a value is an event of EventBridge."""
    return isinstance(value, dict) and {"detail-type", "source", "detail"} <= value.keys()


def title(detail_type: str) -> str:
    """Return the name that a detail type has in schemas: EC2InstanceStateChangeNotification."""
    words = [word for word in _WORDS.split(detail_type) if word]
    return "".join(word[:1].upper() + word[1:] for word in words) or "Event"


def document(events: Iterable[Thing]) -> Thing:
    """Return the OpenAPI document of events of one kind; raises TooDeepError."""
    try:
        return _of_events(events)
    except RecursionError as error:
        raise TooDeepError from error


def _of_events(events: Iterable[Thing]) -> Thing:
    events = list(events)
    if not all(is_event(one) for one in events):
        return _document("Event", _components("Event", events))
    first = events[0]
    name = title(str(first["detail-type"]))
    components = _components(name, [one["detail"] for one in events])
    resources = [each for one in events for each in one.get("resources") or ()]
    envelope = {
        "type": "object",
        "required": list(_REQUIRED),
        "x-amazon-events-detail-type": first["detail-type"],
        "x-amazon-events-source": first["source"],
        "properties": {
            "detail": {"$ref": f"{_REFERENCE}{name}"},
            "account": _TEXT,
            "detail-type": _TEXT,
            "id": _TEXT,
            "region": _TEXT,
            "resources": {"type": "array", "items": _TEXT if resources else {"type": "object"}},
            "source": _TEXT,
            "time": {"type": "string", "format": "date-time"},
            "version": _TEXT,
        },
    }
    return _document(name, {"AWSEvent": envelope, **components})


def merged(old: Thing, new: Thing) -> Thing:
    """Return the document that fits all that either of two fits; the old one if that does."""
    components: Thing = {}
    olds, news = old["components"]["schemas"], new["components"]["schemas"]
    for name in (*olds, *(one for one in news if one not in olds)):
        if name not in olds or name not in news:
            components[name] = olds.get(name) or news[name]
        else:
            components[name] = _merge(olds[name], news[name])
    return {**old, "components": {"schemas": components}}


def json_schema(document: Thing) -> Thing:
    """Return an OpenAPI document as a JSON Schema of draft 4, as ExportSchema does."""
    components = document.get("components", {}).get("schemas", {})
    top = "AWSEvent" if "AWSEvent" in components else next(iter(components), "")
    shaped = json.loads(json.dumps(document).replace(_REFERENCE, "#/definitions/"))
    definitions = shaped.get("components", {}).get("schemas", {})
    root = definitions.pop(top, {"type": "object"})
    found = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": document["info"]["title"],
        "definitions": definitions,
        **root,
    }
    return dict(sorted(found.items()))


def _document(name: str, components: Thing) -> Thing:
    return {
        "openapi": _OPENAPI,
        "info": {"version": "1.0.0", "title": name},
        "paths": {},
        "components": {"schemas": components},
    }


class _Components:
    """Collects the objects that are found within others, each by a name of its own."""

    def __init__(self) -> None:
        self.found: Thing = {}
        self._depth = 0

    def shape(self, value: Any, name: str) -> Thing:
        """Return what stands for a value; an object becomes a component."""
        if isinstance(value, dict | list):
            return self._nested(value, name)
        if isinstance(value, bool):
            return {"type": "boolean"}
        if isinstance(value, int | float):
            return {"type": "number"}
        if isinstance(value, str):
            return {"type": "string", "format": "date-time"} if _TIME.match(value) else _TEXT
        return {}

    def _nested(self, value: Any, name: str) -> Thing:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeepError
        try:
            if isinstance(value, dict):
                return {"$ref": f"{_REFERENCE}{self._object(value, name)}"}
            return {"type": "array", "items": self._items(value, name)}
        finally:
            self._depth -= 1

    def _items(self, values: list[Any], name: str) -> Thing:
        if not values:
            return {"type": "object"}
        shape = self.shape(values[0], f"{name}Item" if name in self.found else name)
        for one in values[1:]:
            if isinstance(one, dict) and "$ref" in shape:
                known = shape["$ref"].removeprefix(_REFERENCE)
                self.found[known] = _merge(self.found[known], self.members(one))
            elif self.shape(one, name) != shape:
                return {}
        return shape

    def _object(self, value: Thing, name: str) -> str:
        name, number = name or "Object", 1
        chosen = name
        while chosen in self.found:
            number += 1
            chosen = f"{name}_{number}"
        self.found[chosen] = {}  # its place is before those of the objects in it
        self.found[chosen] = self.members(value)
        return chosen

    def members(self, value: Thing) -> Thing:
        """Return an object's schema."""
        properties = {one: self.shape(value[one], _component(one)) for one in sorted(value)}
        found: Thing = {"type": "object"}
        if properties:
            found |= {"required": sorted(properties), "properties": properties}
        return found


def _component(name: str) -> str:
    cleaned = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return cleaned[:1].upper() + cleaned[1:]


def _components(name: str, values: list[Any]) -> Thing:
    """Return the components of values of one kind, merged, the values' own first."""
    merged_components: Thing = {}
    for value in values:
        collected = _Components()
        if isinstance(value, dict):
            collected._object(value, name)
        else:
            collected.found[name] = collected.shape(value, f"{name}Value")
        if merged_components:
            both = merged(_document("", merged_components), _document("", collected.found))
            merged_components = both["components"]["schemas"]
        else:
            merged_components = collected.found
    return merged_components


def _merge(old: Thing, new: Thing) -> Thing:
    """Return the schema of what fits either of two."""
    if old == new:
        return old
    if "properties" not in old or "properties" not in new:
        if old.get("type") == new.get("type") == "object":
            return {name: value for name, value in {**old, **new}.items() if name != "required"}
        if old.get("type") == new.get("type") == "array":
            return {"type": "array", "items": _items(old["items"], new["items"])}
        if old.get("type") == new.get("type"):
            return {"type": old["type"]} if "type" in old else {}
        return {}
    properties = {**old["properties"]}
    for name, shape in new["properties"].items():
        properties[name] = _merge(properties[name], shape) if name in properties else shape
    required = [one for one in old.get("required", ()) if one in new.get("required", ())]
    found = {**old, "properties": dict(_ordered(properties))}
    if required:
        found["required"] = required
    else:
        found.pop("required", None)
    return found


def _items(old: Thing, new: Thing) -> Thing:
    """Return the schema of the items of two arrays; an empty one says nothing."""
    empty = {"type": "object"}
    if old == empty:
        return new
    return old if new == empty else _merge(old, new)


def _ordered(properties: Thing) -> list[tuple[str, Any]]:
    first = [item for item in properties.items() if item[0] == "detail"]
    return first + sorted(item for item in properties.items() if item[0] != "detail")
