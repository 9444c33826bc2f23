"""Drift: resources as the template wants them, beside resources as they are.

Follows "Detect unmanaged configuration changes to stacks and resources with drift detection",
CloudFormation User Guide: only properties that the template sets are compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dryrun.cloud.cloudformation import providers, schema
from dryrun.cloud.cloudformation.attachments import set_aside
from dryrun.cloud.cloudformation.dynamic import resolved
from dryrun.cloud.cloudformation.models import ResourceDrift, Stack, StackResource, now
from dryrun.cloud.cloudformation.operation import stringified
from dryrun.cloud.cloudformation.providers.base import Properties
from dryrun.cloud.cloudformation.reasons import is_gone
from dryrun.cloud.cloudformation.scope import context

IN_SYNC, MODIFIED, DELETED, NOT_CHECKED = "IN_SYNC", "MODIFIED", "DELETED", "NOT_CHECKED"
ALLOWED = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_FAILED",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "ROLLBACK_COMPLETE",
    }
)
"""The states in which a stack's drift can be detected."""
_ABSENT = object()


def checked(stack: Stack, resource: StackResource) -> ResourceDrift:
    """Look at a resource and return how it stands against the template."""
    provider, known = providers.provider(resource.type), schema.schema(resource.type)
    if provider is None or known is None or not known.is_registered or not resource.exists:
        resource.drift = ResourceDrift(NOT_CHECKED)
        return resource.drift
    wanted = resolved(known.coerce(resource.properties), stack.region)
    unread = [(name,) for name in provider.harmless]
    expected = _readable(wanted, [*known.write_only, *unread])
    try:
        read = provider.read(context(stack, resource), resource.physical_id)
    except Exception as error:
        if not is_gone(error):
            raise
        resource.drift = ResourceDrift(DELETED, now(), expected)
        return resource.drift
    read = set_aside(stack, resource, known.coerce(read))
    actual = _own(stack, read, expected, known.tag_property)
    _overlook_case(known, expected, actual)
    found = list(_differences(expected, actual, ""))
    status = MODIFIED if found else IN_SYNC
    resource.drift = ResourceDrift(status, now(), expected, actual, found)
    return resource.drift


def _readable(value: Any, hidden: list[tuple[str, ...]]) -> Any:
    """Return properties without what no one can read back, and what is empty without it."""
    if isinstance(value, list):
        deeper = [path[1:] for path in hidden if path[0] == "*"]
        return [_readable(one, deeper) for one in value] if deeper else value
    if not isinstance(value, Mapping):
        return value
    found = {}
    for name, inner in value.items():
        deeper = [path[1:] for path in hidden if path[0] == name]
        kept = _readable(inner, [path for path in deeper if path]) if deeper else inner
        if () not in deeper and not (inner and kept in ({}, [])):
            found[name] = kept
    return found


def _overlook_case(known: schema.ResourceSchema, expected: Properties, actual: Properties) -> None:
    """Let names be the same that the service keeps in small letters, as the schema says of them."""
    transforms = known.document.get("propertyTransform") or {}
    for name, wanted in expected.items():
        found = actual.get(name)
        lowered = str(transforms.get(f"/properties/{name}", "")).startswith(f"$lowercase({name})")
        if lowered and isinstance(found, str) and found == str(wanted).lower():
            actual[name] = wanted


def _own(stack: Stack, read: Properties, expected: Properties, tags: str | None) -> Properties:
    """Return what was read, as far as the template speaks of it and without the stack's tags."""
    actual = {name: read[name] for name in expected if name in read}
    if tags is not None and tags in actual:
        actual[tags] = _without_stack_tags(stack, actual[tags], expected[tags])
    return actual


def _without_stack_tags(stack: Stack, tags: Any, expected: Any) -> Any:
    names = set(stack.deployment.tags)
    if isinstance(tags, Mapping):
        own = set(expected) if isinstance(expected, Mapping) else set()
        return {
            key: value
            for key, value in tags.items()
            if not key.startswith("aws:") and (key not in names or key in own)
        }
    own = {tag.get("Key") for tag in expected if isinstance(tag, Mapping)}
    return [
        tag
        for tag in tags
        if not tag["Key"].startswith("aws:") and (tag["Key"] not in names or tag["Key"] in own)
    ]


def _differences(expected: Any, actual: Any, path: str) -> Iterator[dict[str, Any]]:
    if isinstance(expected, str) and isinstance(actual, Mapping):
        expected = _document(expected)
    if actual is _ABSENT:
        yield _difference(path, expected, _ABSENT, "REMOVE")
    elif expected is _ABSENT:
        yield _difference(path, _ABSENT, actual, "ADD")
    elif isinstance(expected, Mapping) and isinstance(actual, Mapping):
        # Values that the template leaves to AWS's defaults are none of its business.
        for name, value in expected.items():
            yield from _differences(value, actual.get(name, _ABSENT), f"{path}/{name}")
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _of_lists(expected, actual, path)
    elif not _same(expected, actual):
        yield _difference(path, expected, actual, "NOT_EQUAL")


def _document(text: str) -> Any:
    """Return a document that the template has as text, or the text where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _same(expected: Any, actual: Any) -> bool:
    """Tell whether two values are one, however a number is written."""
    if isinstance(expected, float | int) and isinstance(actual, float | int):
        return expected == actual
    return bool(stringified(expected) == stringified(actual))


def _of_lists(expected: list[Any], actual: list[Any], path: str) -> Iterator[dict[str, Any]]:
    """Compare lists whatever their order, as AWS does for most."""
    left = list(enumerate(actual))
    unmatched = []
    for number, value in enumerate(expected):
        same = next((one for one in left if not any(_differences(value, one[1], ""))), None)
        if same is None:
            unmatched.append((number, value))
        else:
            left.remove(same)
    for number, value in unmatched:
        if left and isinstance(value, Mapping):
            yield from _differences(value, left.pop(0)[1], f"{path}/{number}")
        elif left:
            yield _difference(f"{path}/{number}", value, left.pop(0)[1], "NOT_EQUAL")
        else:
            yield _difference(f"{path}/{number}", value, _ABSENT, "REMOVE")
    for number, value in left:
        yield _difference(f"{path}/{number}", _ABSENT, value, "ADD")


def _difference(path: str, expected: Any, actual: Any, kind: str) -> dict[str, Any]:
    return {
        "PropertyPath": path,
        "ExpectedValue": _shown(expected),
        "ActualValue": _shown(actual),
        "DifferenceType": kind,
    }


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "null"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def shape(stack: Stack, resource: StackResource) -> dict[str, Any]:
    """Return the StackResourceDrift structure."""
    found = resource.drift
    answer: dict[str, Any] = {
        "StackId": stack.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "StackResourceDriftStatus": found.status,
        "Timestamp": found.checked or now(),
        "PropertyDifferences": found.differences,
    }
    if found.status in (IN_SYNC, MODIFIED, DELETED):
        answer["ExpectedProperties"] = json.dumps(found.expected, separators=(",", ":"))
    if found.status in (IN_SYNC, MODIFIED):
        answer["ActualProperties"] = json.dumps(found.actual, separators=(",", ":"))
    return answer
