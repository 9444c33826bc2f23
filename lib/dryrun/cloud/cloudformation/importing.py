"""Resource import: bringing what is already there into a stack.

Follows "Import AWS resources into a CloudFormation stack", CloudFormation User Guide.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from dryrun.cloud.cloudformation import outputs, schema
from dryrun.cloud.cloudformation.evaluated import evaluated
from dryrun.cloud.cloudformation.exceptions import ValidationError
from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    Stack,
    StackResource,
    now,
)
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.reasons import FailedError, is_gone, reason
from dryrun.cloud.cloudformation.resource_work import CALL, ResourceWork, new_resource
from dryrun.cloud.cloudformation.scope import context
from dryrun.cloud.cloudformation.template import dependencies
from dryrun.cloud.cloudformation.work import Schedule, Wait
from dryrun.cloud.identity import Caller

Identifiers = Mapping[str, str]


def wanted(
    given: Mapping[str, Any], deployment: Deployment, stack: Stack
) -> dict[str, dict[str, str]]:
    """Return the identifiers of what a request imports, by logical id; raises ValidationError."""
    found: dict[str, dict[str, str]] = {}
    resources = deployment.resources()
    for one in given.get("ResourcesToImport") or ():
        name, kind = one["LogicalResourceId"], one["ResourceType"]
        definition = resources.get(name)
        if definition is None or definition.type != kind:
            raise ValidationError(
                f"Resources [{name}] in ResourcesToImport are not found in the template"
            )
        if not definition.deletion_policy:
            raise ValidationError(
                "Resources to import must have a DeletionPolicy attribute specified in the template"
            )
        known = schema.schema(kind)
        identifier = {str(k): str(v) for k, v in one["ResourceIdentifier"].items()}
        if known is not None and set(identifier) != set(known.primary_identifier):
            raise ValidationError(
                f"Invalid identifier(s) [{', '.join(identifier)}] provided for resource type {kind}"
            )
        found[name] = identifier
    new = [name for name in resources if name not in stack.resources and name not in found]
    if new:
        raise ValidationError(f"Resources [{', '.join(new)}] is missing from ResourceToImport list")
    return found


class ImportOperation(Operation):
    """Take what is there into a stack; leave it all as it was when anything is not there."""

    kind = "UPDATE_STACK"

    def __init__(
        self,
        backend: CloudFormationBackend,
        stack: Stack,
        deployment: Deployment,
        caller: Caller,
        imports: Mapping[str, Identifiers],
    ) -> None:
        super().__init__(backend, stack, caller, None)
        self.deployment = deployment
        self.imports = imports
        self.before = (stack.deployment, dict(stack.resources), stack.updated)
        self.was_empty = not stack.resources

    def start(self) -> None:
        """Begin."""
        stack = self.stack
        stack.deployment, stack.updated = self.deployment, now()
        self.tell_stack("IMPORT_IN_PROGRESS", "User Initiated")
        needs = dependencies(self.deployment.template, self.deployment.conditions)
        definitions = self.deployment.resources()
        works = {
            name: ImportWork(self, new_resource(definitions[name], needs.get(name, ())), ids)
            for name, ids in self.imports.items()
        }
        self.run(Schedule(self, works, needs, self._imported))

    def _imported(self, failed: list[str]) -> None:
        stack = self.stack
        why = f"The following resource(s) failed to import: [{', '.join(failed)}]. "
        if not failed:
            try:
                stack.outputs = outputs.evaluated(self.backend, stack, self.deployment)
            except Exception as error:  # whatever happens, the stack tells of it
                failed, why = [""], reason(error)
        stack.operation = None
        if not failed:
            self.tell_stack("IMPORT_COMPLETE")
            return
        self.tell_stack("IMPORT_ROLLBACK_IN_PROGRESS", why)
        for resource in stack.resources.values():
            if resource.logical_id in self.imports and resource.status == "IMPORT_COMPLETE":
                self.note(resource, "IMPORT_ROLLBACK_COMPLETE")
        stack.deployment, stack.resources, stack.updated = self.before
        self.tell_stack("IMPORT_ROLLBACK_COMPLETE")


class ImportWork(ResourceWork):
    """Take one resource in."""

    verb = "IMPORT"
    broken_off = "Resource import cancelled"
    operation: ImportOperation

    def __init__(
        self, operation: ImportOperation, resource: StackResource, identifiers: Identifiers
    ) -> None:
        super().__init__(operation, resource)
        self.identifiers = identifiers

    def steps(self) -> Iterator[Wait]:
        """Look for it, take it in, tag it."""
        operation, resource = self.operation, self.resource
        operation.stack.resources[self.key] = resource
        found = evaluated(
            operation.backend, operation.stack, operation.deployment, resource.definition
        )
        resource.properties, resource.metadata = found.properties, found.metadata
        provider = self.provider()
        physical_id = provider.physical_id(self.identifiers)
        resource.physical_id = physical_id
        self.tell("IN_PROGRESS", "Resource import started.")
        yield Wait(CALL)
        self._free(physical_id)
        at = context(operation.stack, resource, operation.token or "")
        try:
            read = provider.read(at, physical_id)
        except Exception as error:
            if is_gone(error):
                shown = ", ".join(f"{k}={v}" for k, v in self.identifiers.items())
                raise FailedError(
                    f"Resource {resource.type} with identifier {{{shown}}} was not found."
                ) from None
            raise
        known = schema.schema(resource.type)
        tags = known.tag_property if known is not None else None
        resource.applied = copy.deepcopy(found.applied)
        yield Wait(CALL)
        self.tell("COMPLETE", "Resource import completed.")
        # Read from the events of imports: the stack's tags follow as an update of their own.
        operation.tell(
            resource,
            "UPDATE_IN_PROGRESS",
            "Apply stack-level tags to imported resource if applicable.",
        )
        yield Wait(CALL)
        if tags is not None and tags in found.applied:
            was = {**found.applied, tags: read.get(tags) or []}
            provider.update(at, physical_id, was, found.applied)
        operation.tell(resource, "UPDATE_COMPLETE")

    def _free(self, physical_id: str) -> None:
        """Raise FailedError for what belongs to a stack already."""
        for stack in self.operation.backend.stacks.values():
            for resource in stack.resources.values():
                mine = resource is self.resource
                same = resource.physical_id == physical_id and resource.type == self.resource.type
                if not stack.gone and same and not mine and resource.exists:
                    raise FailedError(f"{physical_id} already exists in stack {stack.stack_id}")
