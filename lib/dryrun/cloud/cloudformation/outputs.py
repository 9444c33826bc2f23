"""The outputs of a stack and what it exports."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    OutputValue,
    Stack,
)
from dryrun.cloud.cloudformation.reasons import FailedError
from dryrun.cloud.cloudformation.scope import StackScope
from dryrun.cloud.cloudformation.template import NO_VALUE, check_export_name, evaluate


def evaluated(
    backend: CloudFormationBackend, stack: Stack, deployment: Deployment
) -> list[OutputValue]:
    """Return the outputs; raises TemplateError, and FailedError for an export that cannot be."""
    scope = StackScope(backend, stack, deployment, secrets=True)
    found = []
    for output in deployment.template.outputs.values():
        if output.condition is not None and not deployment.conditions.get(output.condition):
            continue
        value = evaluate(output.value, scope, secrets=False)
        if value is NO_VALUE or value is None:
            continue
        name = None
        if output.export_name is not None:
            name = _text(evaluate(output.export_name, scope))
            check_export_name(output.name, name)
        found.append(OutputValue(output.name, _text(value), output.description, name))
    stack.imports |= scope.imports
    _check_exports(backend, stack, found)
    return found


def _check_exports(backend: CloudFormationBackend, stack: Stack, found: list[OutputValue]) -> None:
    mine = {one.export_name: one.value for one in found if one.export_name is not None}
    for export in backend.exports():
        if export.stack_id != stack.stack_id:
            if export.name in mine:
                other = backend.stacks[export.stack_id].name
                raise FailedError(
                    f"Export with name {export.name} is already exported by stack {other}."
                )
            continue
        users = [s.name for s in backend.importers(export.name) if s is not stack]
        if not users:
            continue
        if export.name not in mine:
            raise FailedError(
                f"Export {export.name} cannot be deleted as it is in use by {' and '.join(users)}"
            )
        if mine[export.name] != export.value:
            raise FailedError(
                f"Export {export.name} cannot be updated as it is in use by {' and '.join(users)}"
            )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        # AWS refuses a list; "Outputs section" wants a string.
        raise FailedError(
            "Template format error: The Value field of every Outputs member must evaluate to a "
            "String."
        )
    return str(value)
