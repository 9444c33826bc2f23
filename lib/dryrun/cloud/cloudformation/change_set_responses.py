"""The operations on change sets."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud.cloudformation import (
    change_sets,
    creating,
    importing,
    inputs,
    providers,
    requests,
    updating,
)
from dryrun.cloud.cloudformation.change_sets import ChangeSet
from dryrun.cloud.cloudformation.exceptions import (
    AlreadyExists,
    ChangeSetNotFound,
    InvalidChangeSetStatus,
    ValidationError,
)
from dryrun.cloud.cloudformation.models import Stack
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.plan import plan
from dryrun.cloud.cloudformation.requests import asked
from dryrun.cloud.cloudformation.stack_responses import StackResponses
from dryrun.cloud.cloudformation.template import TemplateError

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")


class ChangeSetResponses(StackResponses):
    """Create, describe, execute and delete change sets."""

    def create_change_set(self) -> ActionResult:
        """Plan what a template would do to a stack."""
        given = asked()
        name, kind = given["ChangeSetName"], given.get("ChangeSetType", "UPDATE")
        stack = self._stack_for(given["StackName"], kind)
        if name in stack.change_sets:
            raise AlreadyExists(
                f"ChangeSet {name} cannot be created due to a mismatch with existing attribute Name"
            )
        new = stack.stack_id not in self.backend.stacks
        previous = None if new or stack.status == "REVIEW_IN_PROGRESS" else stack.deployment
        made = ChangeSet(
            name,
            stack,
            kind,
            inputs.deployment(self.backend, stack, given, previous=previous, at_once=False),
            given.get("Description"),
            on_stack_failure=given.get("OnStackFailure"),
            include_nested=bool(given.get("IncludeNestedStacks")),
            import_existing=bool(given.get("ImportExistingResources")),
        )
        requests.operator(made.deployment.role_arn)
        if kind == "IMPORT":
            made.imports = importing.wanted(given, made.deployment, stack)
        self._plan(made)
        stack.change_sets[name] = made
        if new:
            self.backend.stacks[stack.stack_id] = stack
            operation = Operation(self.backend, stack, requests.operator(None), None)
            operation.tell_stack("REVIEW_IN_PROGRESS", "User Initiated")
            stack.operation = None
        return ActionResult({"Id": made.change_set_id, "StackId": stack.stack_id})

    def _stack_for(self, name: str, kind: str) -> Stack:
        found = self.backend.look(name)
        if found is None or found.gone:
            if kind == "UPDATE":
                raise ValidationError(f"Stack [{name}] does not exist")
            return self.blank(requests.new_stack_name(self.backend, name))
        if kind == "CREATE" and found.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(
                f"Stack [{found.name}] already exists and cannot be created again with the "
                f"changeSet [{asked()['ChangeSetName']}]."
            )
        if kind != "CREATE" and found.status != "REVIEW_IN_PROGRESS":
            requests.updatable(found)
        return found

    def _plan(self, made: ChangeSet) -> None:
        try:
            made.changes = plan(self.backend, made.stack, made.deployment)
        except TemplateError as error:
            made.fail(str(error))
            return
        for change in made.changes:
            if change.logical_id in made.imports:
                change.action = "Import"
                provider = providers.provider(change.type)
                if provider is not None:
                    change.physical_id = provider.physical_id(made.imports[change.logical_id])
        others = [one.logical_id for one in made.changes if one.action != "Import"]
        if made.type == "IMPORT" and others:
            made.fail(
                "You have attempted to modify resources ["
                + ", ".join(others)
                + "] in your template that aren't being imported; an import operation only imports."
            )
            return
        if made.type == "UPDATE":
            self.same_types(made.stack, made.deployment)
            if not self.anything_to_do(made.stack, made.deployment):
                made.fail(change_sets.EMPTY)
                return
        made.ready()

    def find_change_set(self, name: str, stack_name: str | None) -> ChangeSet:
        """Return a change set by name or id; raises ChangeSetNotFound and ValidationError."""
        if name.startswith("arn:"):
            for stack in self.backend.stacks.values():
                for one in stack.change_sets.values():
                    if one.change_set_id == name:
                        return one
            raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")
        if not stack_name:
            raise ValidationError(
                "StackName must be specified if ChangeSetName is not specified as an ARN."
            )
        named = self.backend.look(stack_name)
        if named is None:
            raise ValidationError(f"Stack [{stack_name}] does not exist")
        if name not in named.change_sets:
            raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")
        return named.change_sets[name]

    def describe_change_set(self) -> ActionResult:
        """Return a change set."""
        given = asked()
        found = self.find_change_set(given["ChangeSetName"], given.get("StackName"))
        values = bool(given.get("IncludePropertyValues"))
        return ActionResult(change_sets.description(found, values=values))

    def list_change_sets(self) -> ActionResult:
        """Return the change sets of a stack."""
        name = asked()["StackName"]
        stack = self.backend.look(name)
        if stack is None:
            raise ValidationError(f"Stack [{name}] does not exist")
        found = [change_sets.summary(one) for one in stack.change_sets.values()]
        return ActionResult({"Summaries": found})

    def execute_change_set(self) -> ActionResult:
        """Begin to do what a change set shows."""
        given = asked()
        found = self.find_change_set(given["ChangeSetName"], given.get("StackName"))
        stack = found.stack
        if found.execution_status != "AVAILABLE":
            raise InvalidChangeSetStatus(
                f"ChangeSet [{found.change_set_id}] cannot be executed in its current status of "
                f"[{found.status}]"
            )
        if stack.status != "REVIEW_IN_PROGRESS":
            requests.updatable(stack)
        caller = requests.operator(found.deployment.role_arn)
        found.execution_status = "EXECUTE_COMPLETE"
        stack.change_set_id = found.change_set_id
        stack.change_sets.clear()
        token = given.get("ClientRequestToken")
        disable = bool(given.get("DisableRollback")) or found.on_stack_failure == "DO_NOTHING"
        stack.disable_rollback = disable
        stack.retain_except_on_create = bool(given.get("RetainExceptOnCreate"))
        self._execute(found, caller, token, disable=disable)
        return ActionResult({})

    def _execute(self, found: ChangeSet, caller: Any, token: str | None, *, disable: bool) -> None:
        stack = found.stack
        if found.type == "IMPORT":
            importing.ImportOperation(
                self.backend, stack, found.deployment, caller, found.imports
            ).start()
            return
        if stack.status == "REVIEW_IN_PROGRESS":
            stack.deployment = found.deployment
            on_failure = found.on_stack_failure or creating.ROLLBACK
            creating.CreateOperation(
                self.backend,
                stack,
                caller,
                token,
                on_failure=creating.DO_NOTHING if disable else on_failure,
            ).start()
            return
        updating.UpdateOperation(
            self.backend, stack, found.deployment, caller, token, disable_rollback=disable
        ).start()

    def delete_change_set(self) -> ActionResult:
        """Delete a change set that was not executed."""
        given = asked()
        found = self.find_change_set(given["ChangeSetName"], given.get("StackName"))
        del found.stack.change_sets[found.name]
        return EmptyResult()
