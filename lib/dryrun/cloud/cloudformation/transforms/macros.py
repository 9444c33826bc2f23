"""Applies the macros of a template: the deepest first, then those of the section Transform.

Follows "Macro evaluation order" in "Perform custom processing on CloudFormation templates with
template macros", User Guide. What comes out has no section Transform, as GetTemplate shows it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.unknown import UNKNOWN
from dryrun.cloud.cloudformation.transforms import include, language_extensions, serverless
from dryrun.cloud.cloudformation.transforms.values import (
    KnownValues,
    plain_parameters,
    pseudo_values,
    value_of,
)

_EMBEDDED = "Fn::Transform"
Call = Callable[[str, Mapping[str, Any], Any, Mapping[str, Any]], Any]
"""Calls a macro by its name, with its parameters, the fragment and the template's parameters."""

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
    call: Call

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
    call: Call | None = None,
) -> dict[str, Any]:
    """Return a template with all its macros carried out; without any it is the same object.

    `read_s3` returns what lies at an s3:// location, or raises UnreadableError. `call` calls a
    macro of the account; without it there are none.
    """
    nobody = functools.partial(_nobody, account=account)
    run = _Run(parameters, region, account, partition, stack_name, read_s3, call or nobody)
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
    made = _called(name, arguments, document, run.scope(document), run)
    if not isinstance(made, dict):
        raise TemplateError("Template format error: unsupported structure.")
    return made


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


def _piece(name: str, arguments: Any, siblings: Any, scope: KnownValues, run: _Run) -> Any:
    """Carry out a macro on what stands beside its call."""
    if name == include.NAME:
        return {**siblings, **include.included(arguments, scope, run.read_s3)}
    if name in (serverless.NAME, language_extensions.NAME):
        # "You can't use AWS::LanguageExtensions as a transform embedded in any other template
        # section", Template Reference; the same holds for AWS::Serverless. The words are ours.
        raise TemplateError(
            f"Transform {name} can only be declared at the top level of a template."
        )
    return _called(name, arguments, siblings, scope, run)


def _called(name: str, arguments: Any, fragment: Any, scope: KnownValues, run: _Run) -> Any:
    """Have a macro of the account process a template or a part of one."""
    if name.startswith("AWS::"):
        raise TemplateError(
            f"Dry Run does not simulate the transform {name}; real AWS would carry it out."
        )
    owner, _, bare = name.rpartition("::")
    if owner not in ("", run.account):
        raise TemplateError(f"No transform named {name} found.")
    given = arguments if isinstance(arguments, dict) else {}
    return run.call(bare, _known_values(given, scope), fragment, scope.parameters)


def _known_values(arguments: Mapping[str, Any], scope: KnownValues) -> dict[str, Any]:
    """Return the parameters of a call; what only the stack will know stays as it is written.

    "Create a CloudFormation macro definition" says that they are not evaluated; recorded calls of
    macros have the values of what `Ref` names.
    """
    found = {name: value_of(node, scope) for name, node in arguments.items()}
    return {name: arguments[name] if value is UNKNOWN else value for name, value in found.items()}


def _nobody(
    name: str, arguments: Any, fragment: Any, parameters: Mapping[str, Any], *, account: str
) -> Any:
    """Refuse: no macro is registered."""
    del arguments, fragment, parameters
    raise TemplateError(f"No transform named {account}::{name} found.")
