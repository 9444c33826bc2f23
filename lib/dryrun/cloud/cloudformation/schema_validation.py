"""Checks properties against a resource schema, in the words of AWS's registry.

AWS validates with a Java library (Everit) and hides values: "cloudformation-resource-schema",
ValidationException. So a check yields lines, each a pointer and what is wrong there; a failed
combination (anyOf, oneOf, type with enum) yields its own line, then those of its parts.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import regex

from dryrun.cloud.cloudformation.template.dynamic import DYNAMIC
from dryrun.cloud.cloudformation.template.unknown import UNKNOWN

_UNKNOWN_TEXT = str(UNKNOWN)

Check = Callable[[Any], list[str]]
_Lines = list[str]
_Node = Callable[[Any, str, _Lines], None]

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
_EXPECTED = {
    "string": "String",
    "boolean": "Boolean",
    "integer": "Integer",
    "number": "Number",
    "object": "JSONObject",
    "array": "JSONArray",
}


def compiled(document: Mapping[str, Any], *, is_open: bool = False) -> Check:
    """Return the check for the properties of one resource type."""
    compiler = _Compiler(document)
    top = {key: document[key] for key in _TOP if key in document}
    if is_open:
        top["additionalProperties"] = True
        top.pop("patternProperties", None)
    node = compiler.node({"type": "object", **top})

    def check(properties: Any) -> list[str]:
        lines: list[str] = []
        node(properties, "#", lines)
        return lines

    return check


_TOP = (
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "oneOf",
    "anyOf",
    "allOf",
    "dependencies",
)


def is_unknown(value: Any) -> bool:
    """Tell whether a value stands for one that only the execution brings; it passes every check.

    So does a dynamic reference, which AWS replaces before it validates. What only looks like one
    is text.
    """
    if isinstance(value, str):
        return value == _UNKNOWN_TEXT or ("{{resolve:" in value and bool(DYNAMIC.search(value)))
    return value is UNKNOWN


def resolved(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    """Return a node of the schema with its reference followed, the node's own words winning."""
    seen = 0
    while isinstance(node, Mapping) and "$ref" in node and seen < 20:
        target = _target(document, node["$ref"])
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        seen += 1
    return node if isinstance(node, Mapping) else {}


def _target(document: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Any = document
    for step in reference.removeprefix("#").strip("/").split("/"):
        if not isinstance(found, Mapping):
            return {}
        found = found.get(step.replace("~1", "/").replace("~0", "~"), {})
    return found if isinstance(found, Mapping) else {}


class _Compiler:
    """Turns the nodes of one document into functions; a reference is compiled when first met."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.references: dict[str, _Node] = {}

    def node(self, schema: Any) -> _Node:
        """Return the function for one node.

        Everit takes a type, an enumeration and each combination apart: with two of them it says
        how many fit before it says what does not.
        """
        if not isinstance(schema, Mapping):
            return _anything
        if "$ref" in schema:
            if schema.keys() <= _PLAIN_REFERENCE:
                return self._reference(schema["$ref"])
            schema = resolved(self.document, schema)
        parts = [*self._typed(schema), *self._combined(schema)]
        return _every(parts) if len(parts) > 1 else _all(parts)

    def _reference(self, reference: str) -> _Node:
        def follow(value: Any, where: str, lines: _Lines) -> None:
            node = self.references.get(reference)
            if node is None:
                node = self.references[reference] = self.node(_target(self.document, reference))
            node(value, where, lines)

        return follow

    def _typed(self, schema: Mapping[str, Any]) -> list[_Node]:
        parts = [_only(word, schema[word]) for word in ("enum", "const") if word in schema]
        kinds = schema.get("type")
        checks = self._keywords(schema)
        if kinds is None:
            return [_all(checks), *parts] if checks else parts
        if isinstance(kinds, str):
            return [_of_type(kinds, _all(checks)), *parts]
        alternatives = [_of_type(kind, _all(checks)) for kind in kinds]
        return [*(alternatives if len(kinds) == 1 else [_any(alternatives)]), *parts]

    def _keywords(self, schema: Mapping[str, Any]) -> list[_Node]:
        checks = [make(schema[word]) for word, make in _WORDS.items() if word in schema]
        if any(word in schema for word in _OBJECT_WORDS):
            checks.append(self._object(schema))
        if "items" in schema:
            checks.append(_items(self.node(schema["items"])))
        return checks

    def _object(self, schema: Mapping[str, Any]) -> _Node:
        named = {name: self.node(node) for name, node in schema.get("properties", {}).items()}
        patterns = [
            (text, self.node(node)) for text, node in schema.get("patternProperties", {}).items()
        ]
        more = schema.get("additionalProperties", True)
        rest = self.node(more) if isinstance(more, Mapping) else None
        return _members(named, patterns, rest, closed=more is False)

    def _combined(self, schema: Mapping[str, Any]) -> list[_Node]:
        parts = []
        for word, make in (("allOf", _every), ("anyOf", _any), ("oneOf", _one)):
            alternatives = [self.node(part) for part in schema.get(word, ()) if _speaks(part)]
            # A part without a word AWS checks takes everything, so that nothing fails.
            if alternatives and len(alternatives) == len(schema[word]):
                parts.append(make(alternatives))
        return parts


_PLAIN_REFERENCE = {"$ref", "description", "title", "$comment", "default"}
_OBJECT_WORDS = ("properties", "patternProperties", "additionalProperties")


def _speaks(part: Any) -> bool:
    """Tell whether a part of a combination says more than a format, which AWS does not check."""
    return isinstance(part, Mapping) and bool(part.keys() - {"format", "description", "title"})


def _anything(value: Any, where: str, lines: _Lines) -> None:
    del value, where, lines


def _all(parts: list[_Node]) -> _Node:
    if len(parts) == 1:
        return parts[0]

    def check(value: Any, where: str, lines: _Lines) -> None:
        for part in parts:
            part(value, where, lines)

    return check if parts else _anything


def _of_type(kind: str, then: _Node) -> _Node:
    types = _TYPES.get(kind, (object,))

    def check(value: Any, where: str, lines: _Lines) -> None:
        if is_unknown(value):
            return
        if not isinstance(value, types) or (isinstance(value, bool) and kind in _NUMERIC):
            expected = _EXPECTED.get(kind, kind)
            lines.append(f"{where}: expected type: {expected}, found: {_found(value)}")
        else:
            then(value, where, lines)

    return check


_NUMERIC = ("integer", "number")


def _found(value: Any) -> str:
    """Return the name of a value's class as Java has it."""
    for kind, types in _TYPES.items():
        if kind != "number" and isinstance(value, types):
            return _EXPECTED.get(kind, "Null")
    return "BigDecimal"


def _members(
    named: Mapping[str, _Node],
    patterns: list[tuple[str, _Node]],
    rest: _Node | None,
    *,
    closed: bool,
) -> _Node:
    def check(value: Any, where: str, lines: _Lines) -> None:
        if not isinstance(value, dict):
            return
        below: _Lines = []
        for name, member in value.items():
            place = f"{where}/{name}"
            if name in named:
                named[name](member, place, below)
                continue
            matching = [node for text, node in patterns if _finds(text, str(name))]
            for node in matching or ([rest] if rest else []):
                node(member, place, below)
            if closed and not matching:
                lines.append(f"{where}: extraneous key [{name}] is not permitted")
        lines.extend(below)

    return check


def _items(node: _Node) -> _Node:
    def check(value: Any, where: str, lines: _Lines) -> None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                node(item, f"{where}/{index}", lines)

    return check


def _only(word: str, wanted: Any) -> _Node:
    """Return the check of `enum`, or of `const`."""
    values = wanted if word == "enum" else [wanted]

    def check(value: Any, where: str, lines: _Lines) -> None:
        if value not in values and not is_unknown(value):
            lines.append(f"{where}: failed validation constraint for keyword [{word}]")

    return check


# Combinations


def _lines_of(alternatives: list[_Node], value: Any, where: str) -> list[_Lines]:
    results: list[_Lines] = []
    for node in alternatives:
        lines: _Lines = []
        node(value, where, lines)
        results.append(lines)
    return results


def _combination(
    fails: Callable[[int, int], bool], words: Callable[[int, int], str]
) -> Callable[[list[_Node]], _Node]:
    def make(alternatives: list[_Node]) -> _Node:
        total = len(alternatives)

        def check(value: Any, where: str, lines: _Lines) -> None:
            if is_unknown(value):
                return
            results = _lines_of(alternatives, value, where)
            fit = sum(not found for found in results)
            if fails(fit, total) and not (fit == 0 and _holds_unknown(value)):
                lines.append(f"{where}: #: {words(fit, total)}")
                for found in results:
                    lines.extend(found)

        return check

    return make


def _holds_unknown(value: Any) -> bool:
    return isinstance(value, dict) and any(map(is_unknown, value.values()))


_any = _combination(
    lambda fit, _: fit == 0,
    lambda _, total: f"no subschema matched out of the total {total} subschemas",
)
_one = _combination(
    lambda fit, _: fit != 1, lambda fit, _: f"{fit} subschemas matched instead of one"
)
_every = _combination(
    lambda fit, total: fit != total,
    lambda fit, total: f"only {fit} subschema matches out of {total}",
)


# Words of one value


def _word(
    kind: type | tuple[type, ...],
    fails: Callable[[Any, Any], bool],
    text: Callable[[Any, Any], str],
) -> Callable[[Any], _Node]:
    def make(limit: Any) -> _Node:
        def check(value: Any, where: str, lines: _Lines) -> None:
            if isinstance(value, kind) and not is_unknown(value) and fails(value, limit):
                lines.append(f"{where}: {text(value, limit)}")

        return check

    return make


def _failed(word: str) -> Callable[[Any, Any], str]:
    text = f"failed validation constraint for keyword [{word}]"
    return lambda _, __: text


def _required(names: list[str]) -> _Node:
    def check(value: Any, where: str, lines: _Lines) -> None:
        if isinstance(value, dict):
            for name in names:
                if name not in value:
                    lines.append(f"{where}: required key [{name}] not found")

    return check


def _depends(dependencies: Mapping[str, Any]) -> _Node:
    def check(value: Any, where: str, lines: _Lines) -> None:
        if not isinstance(value, dict):
            return
        for name, others in dependencies.items():
            if name in value and isinstance(others, list):
                for other in others:
                    if other not in value:
                        lines.append(f"{where}: property [{other}] is required")

    return check


def _fits(text: str) -> _Node:
    def check(value: Any, where: str, lines: _Lines) -> None:
        if isinstance(value, str) and not is_unknown(value) and not _finds(text, value):
            lines.append(f"{where}: failed validation constraint for keyword [pattern]")

    return check


def _finds(text: str, value: str) -> bool:
    """Tell whether a pattern fits; it is compiled when first needed, for some take long."""
    pattern = _pattern(text)
    if pattern is None:
        return True
    try:
        # A pattern that backtracks without end must not halt the cloud.
        return pattern.search(value, timeout=_PATIENCE) is not None
    except TimeoutError:
        return True


_PATIENCE = 1.0


@functools.cache
def _pattern(text: str) -> regex.Pattern[str] | None:
    """Return a pattern; None for one that only Java reads."""
    try:
        return regex.compile(text)
    except regex.error:
        return None


def _repeats(value: list[Any], wanted: Any) -> bool:
    if not wanted or len(value) < 2:
        return False
    texts = [
        json.dumps(item, sort_keys=True, default=str) for item in value if not is_unknown(item)
    ]
    return len(set(texts)) != len(texts)


_NUMBER = (int, float)
_WORDS: dict[str, Callable[[Any], _Node]] = {
    "required": _required,
    "dependencies": _depends,
    "minProperties": _word(
        dict, lambda v, n: len(v) < n, lambda v, n: f"minimum size: [{n}], found: [{len(v)}]"
    ),
    "maxProperties": _word(
        dict, lambda v, n: len(v) > n, lambda v, n: f"maximum size: [{n}], found: [{len(v)}]"
    ),
    "minLength": _word(
        str, lambda v, n: len(v) < n, lambda v, n: f"expected minLength: {n}, actual: {len(v)}"
    ),
    "maxLength": _word(
        str, lambda v, n: len(v) > n, lambda v, n: f"expected maxLength: {n}, actual: {len(v)}"
    ),
    "pattern": _fits,
    "minItems": _word(
        list,
        lambda v, n: len(v) < n,
        lambda v, n: f"expected minimum item count: {n}, found: {len(v)}",
    ),
    "maxItems": _word(
        list,
        lambda v, n: len(v) > n,
        lambda v, n: f"expected maximum item count: {n}, found: {len(v)}",
    ),
    "uniqueItems": _word(list, _repeats, lambda _, __: "array items are not unique"),
    "minimum": _word(_NUMBER, lambda v, n: v < n, _failed("minimum")),
    "maximum": _word(_NUMBER, lambda v, n: v > n, _failed("maximum")),
    "exclusiveMinimum": _word(_NUMBER, lambda v, n: v <= n, _failed("exclusiveMinimum")),
    "exclusiveMaximum": _word(_NUMBER, lambda v, n: v >= n, _failed("exclusiveMaximum")),
    # No binary fraction is a multiple of 0.0001.
    "multipleOf": _word(
        _NUMBER, lambda v, n: bool(Decimal(str(v)) % Decimal(str(n))), _failed("multipleOf")
    ),
}
