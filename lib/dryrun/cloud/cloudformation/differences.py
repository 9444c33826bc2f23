"""What differs between two sets of properties, and what such a change requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dryrun.cloud.cloudformation.operation import stringified
from dryrun.cloud.cloudformation.providers.base import Properties, Provider
from dryrun.cloud.cloudformation.schema import ResourceSchema

Requires = Literal["Always", "Conditionally", "Never"]

_ABSENT = object()


@dataclass(frozen=True)
class Difference:
    """One place where properties differ; `before` or `after` is None where there is nothing.

    `kind` is Add, Remove or Modify.
    """

    path: tuple[str, ...]
    before: Any
    after: Any
    kind: Literal["Add", "Remove", "Modify"]


def differences(before: Any, after: Any) -> list[Difference]:
    """Return every place where two values differ, numbers and their texts being the same."""
    return list(_walk(stringified(before), stringified(after), ()))


def _walk(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    if before is _ABSENT:
        yield Difference(path, None, after, "Add")
    elif after is _ABSENT:
        yield Difference(path, before, None, "Remove")
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _walk(
                before.get(name, _ABSENT), after.get(name, _ABSENT), (*path, str(name))
            )
    elif isinstance(before, list) and isinstance(after, list):
        for number in range(max(len(before), len(after))):
            yield from _walk(
                before[number] if number < len(before) else _ABSENT,
                after[number] if number < len(after) else _ABSENT,
                (*path, str(number)),
            )
    elif before != after:
        yield Difference(path, before, after, "Modify")


def requires(
    schema: ResourceSchema,
    provider: Provider | None,
    old: Properties,
    new: Properties,
    path: tuple[str, ...],
) -> Requires:
    """Return whether a change at a path recreates the resource."""
    decided = provider.replaces(old, new, path) if provider is not None else None
    if decided is not None:
        return "Always" if decided else "Never"
    return schema.recreation(path)


def needs_replacement(
    schema: ResourceSchema, provider: Provider | None, old: Properties, new: Properties
) -> bool:
    """Tell whether the way from `old` to `new` leads over another physical resource."""
    return any(
        requires(schema, provider, old, new, found.path) == "Always"
        for found in differences(old, new)
    )
