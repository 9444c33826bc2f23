"""What holds anywhere in a template: no nulls, and functions of the right shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError

_UNCHECKED = ("Metadata", "Transform")


def path_of(path: Sequence[str]) -> str:
    """Return where something stands, as AWS writes it."""
    # A property's path goes by way of "Type" in what AWS answers; cfn-lint issue 38.
    if len(path) > 3 and path[0] == "Resources" and path[2] == "Properties":
        path = (*path[:2], "Type", *path[3:])
    return "/" + "/".join(path)


def check_nodes(document: dict[str, Any]) -> None:
    """Refuse nulls in the sections that AWS evaluates."""
    for section, node in document.items():
        if section in _UNCHECKED:
            continue
        for path, value in _walk(node, (section,)):
            if value is None:
                raise TemplateError(f"[{path_of(path)}] 'null' values are not allowed in templates")


def _walk(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, (*path, str(index)))
