"""Applies the macros of a template: the deepest first, then those of the section Transform.

Follows "Macro evaluation order" in "Perform custom processing on CloudFormation templates with
template macros", User Guide. What comes out has no section Transform, as GetTemplate shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.transforms import include, language_extensions, serverless
from dryrun.cloud.cloudformation.transforms.values import (
    KnownValues,
    plain_parameters,
    pseudo_values,
)

_EMBEDDED = "Fn::Transform"
_NAMES = "Key Name of transform definition must be a string."


@dataclass(frozen=True)
class _Run:
    """Where and for what the macros run."""

    given: Mapping[str, Any]
    region: str
    account: str
    partition: str
    stack_name: str
    read_s3: Callable[[str], str]

    def scope(self, document: Mapping[str, Any]) -> KnownValues:
        """Return what is known of a template as it is now."""
        pseudo = pseudo_values(self.region, self.account, self.partition, self.stack_name)
        return KnownValues(document, plain_parameters(document, self.given), pseudo)


def apply(
    document: dict[str, Any],
    parameters: Mapping[str, Any],
    *,
    region: str,
    account: str,
    partition: str,
    stack_name: str,
    read_s3: Callable[[str], str],
) -> dict[str, Any]:
    """Return a template with all its macros carried out; without any it is the same object.

    `read_s3` returns what lies at an s3:// location, or raises UnreadableError.
    """
    run = _Run(parameters, region, account, partition, stack_name, read_s3)
    try:
        return _applied(document, run)
    except RecursionError as error:
        raise TemplateError("Template format error: unsupported structure.") from error


def _applied(document: dict[str, Any], run: _Run) -> dict[str, Any]:
    if "Transform" not in document and not _has_embedded(document):
        return document
    scope = run.scope(document)
    result = {
        name: node if name == "Transform" else _embedded(node, scope, run)
        for name, node in document.items()
    }
    calls = [_call(entry) for entry in _entries(result.pop("Transform", None))]
    for name, arguments in calls:
        result = _whole(name, arguments, result, run)
    return result


def _entries(section: Any) -> list[Any]:
    if section is None:
        return []
    return section if isinstance(section, list) else [section]


def _call(entry: Any) -> tuple[str, Any]:
    """Return the name and the parameters of one macro."""
    name = entry.get("Name") if isinstance(entry, dict) else entry
    if not isinstance(name, str):
        raise TemplateError(_NAMES)
    return name, entry.get("Parameters") if isinstance(entry, dict) else None


def _whole(name: str, arguments: Any, document: dict[str, Any], run: _Run) -> dict[str, Any]:
    """Carry out a macro on a whole template."""
    if name == serverless.NAME:
        scope = run.scope(document)
        return serverless.expand(document, scope.parameters, run.region, run.partition)
    if name == language_extensions.NAME:
        return language_extensions.expand(document, run.scope(document))
    if name == include.NAME:
        content = include.included(arguments, run.scope(document), run.read_s3)
        return include.merged(document, content)
    raise _unknown(name, run.account)


def _has_embedded(node: Any) -> bool:
    if isinstance(node, dict):
        return _EMBEDDED in node or any(_has_embedded(value) for value in node.values())
    return isinstance(node, list) and any(_has_embedded(value) for value in node)


def _embedded(node: Any, scope: KnownValues, run: _Run) -> Any:
    """Return a part of a template with the macros inside it carried out, deepest first."""
    if isinstance(node, list):
        return [_embedded(item, scope, run) for item in node]
    if not isinstance(node, dict):
        return node
    siblings = {
        name: _embedded(value, scope, run) for name, value in node.items() if name != _EMBEDDED
    }
    if _EMBEDDED not in node:
        return siblings
    for entry in _entries(node[_EMBEDDED]):
        name, arguments = _call(entry)
        siblings = _piece(name, arguments, siblings, scope, run)
    return siblings


def _piece(
    name: str, arguments: Any, siblings: dict[str, Any], scope: KnownValues, run: _Run
) -> dict[str, Any]:
    """Carry out a macro on what stands beside its call."""
    if name == include.NAME:
        return {**include.included(arguments, scope, run.read_s3), **siblings}
    if name in (serverless.NAME, language_extensions.NAME):
        # "You can't use AWS::LanguageExtensions as a transform embedded in any other template
        # section", Template Reference; the same holds for AWS::Serverless. The words are ours.
        raise TemplateError(
            f"Transform {name} can only be declared at the top level of a template."
        )
    raise _unknown(name, run.account)


def _unknown(name: str, account: str) -> TemplateError:
    """Return the error of a macro nobody registered.

    Macros are Lambda functions registered by AWS::CloudFormation::Macro, which is not simulated:
    so no account here has any.
    """
    if name.startswith("AWS::"):
        return TemplateError(
            f"Dry Run does not simulate the transform {name}; real AWS would carry it out."
        )
    qualified = name if "::" in name else f"{account}::{name}"
    return TemplateError(f"No transform named {qualified} found.")
