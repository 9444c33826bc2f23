"""The condition keys of Amazon DynamoDB that look into items.

Follows "Using IAM policy conditions for fine-grained access control", Amazon DynamoDB Developer
Guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dryrun.cloud.authorization import state
from dryrun.cloud.authorization.context import Context, Value

_EQUALS = re.compile(r"([#\w.]+)\s*=\s*(:\w+)")
_WORD = re.compile(r"#?[A-Za-z_]\w*")


def leading_keys(context: Context) -> Value | None:
    """Return the values of the partition key that a request names; None when it names none."""
    table = _table(context)
    if table is None:
        return None
    name = table.hash_key_attr
    index = context.parameters.get("IndexName")
    for one in [*table.global_indexes, *table.indexes] if index else ():
        if one.name == index:
            name = next(part["AttributeName"] for part in one.schema if part["KeyType"] == "HASH")
    found = tuple(dict.fromkeys(_values(context.parameters, table.name, name)))
    return found or None


def attributes(context: Context) -> Value | None:
    """Return the names of the attributes that a request names; None when it names none."""
    given = context.parameters
    names = given.get("ExpressionAttributeNames") or {}
    found = list(given.get("AttributesToGet") or ())
    found += [*(given.get("Key") or {}), *(given.get("Item") or {})]
    for field in ("ProjectionExpression", "KeyConditionExpression", "FilterExpression"):
        words = _WORD.findall(re.sub(r":\w+", "", given.get(field) or ""))
        found += [names.get(word, word) for word in words if word.lower() not in _KEYWORDS]
    return tuple(dict.fromkeys(str(name) for name in found)) or None


_KEYWORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "between",
        "in",
        "begins_with",
        "contains",
        "size",
        "attribute_exists",
        "attribute_type",
        "attribute_not_exists",
    ]
)


def _table(context: Context) -> Any:
    parts = context.resource.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("table/"):
        return None
    backend = state.backend("dynamodb", parts[4], parts[3])
    return backend.tables.get(parts[5].split("/")[1])


def _values(given: Mapping[str, Any], table: str, name: str) -> Iterator[str]:
    for field in ("Key", "Item"):
        if name in (given.get(field) or {}):
            yield _plain(given[field][name])
    condition = (given.get("KeyConditions") or {}).get(name)
    if condition:
        yield from (_plain(one) for one in condition.get("AttributeValueList", ()))
    names = given.get("ExpressionAttributeNames") or {}
    values = given.get("ExpressionAttributeValues") or {}
    for left, right in _EQUALS.findall(given.get("KeyConditionExpression") or ""):
        if names.get(left, left) == name and right in values:
            yield _plain(values[right])
    yield from _batched(given, table, name)


def _batched(given: Mapping[str, Any], table: str, name: str) -> Iterator[str]:
    asked = (given.get("RequestItems") or {}).get(table) or {}
    if isinstance(asked, Mapping):
        yield from (_plain(key[name]) for key in asked.get("Keys", ()) if name in key)
        return
    for write in asked:
        item = (write.get("PutRequest") or {}).get("Item") or (
            write.get("DeleteRequest") or {}
        ).get("Key", {})
        if name in item:
            yield _plain(item[name])


def _plain(value: Mapping[str, Any]) -> str:
    return str(next(iter(value.values()), ""))
