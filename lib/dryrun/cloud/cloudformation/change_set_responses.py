"""The operations on change sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud.cloudformation import (
    change_set_shapes,
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
from dryrun.cloud.cloudformation.models import Stack, now
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.plan import plan
from dryrun.cloud.cloudformation.requests import asked
from dryrun.cloud.cloudformation.stack_responses import StackResponses
from dryrun.cloud.cloudformation.template import TemplateError
from dryrun.cloud.identity import Caller

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")


class Review(Operation):
    """What makes a stack that is only looked at so far.

    "OperationEntry", CloudFormation API Reference, has a type of its own for it.
    """

    kind = "CREATE_CHANGESET"


class ChangeSetResponses(StackResponses):
    """Create, describe, execute and delete change sets."""

    def create_change_set(self) -> ActionResult:
        """Plan what a template would do to a stack."""
        given = asked()
        _check(given)
        name, kind = given["ChangeSetName"], given.get("ChangeSetType", "UPDATE")
        stack = self._stack_for(given["StackName"], kind)
        new = stack.stack_id not in self.backend.stacks
        previous = None if new or stack.status == "REVIEW_IN_PROGRESS" else stack.deployment
        made = ChangeSet(
            name,
            stack,
            kind,
            inputs.deployment(self.backend, stack, given, previous=previous, at_once=False),
            given.get("Description"),
            on_stack_failure=given.get("OnStackFailure"),
        )
        if name in stack.change_sets:
            raise AlreadyExists(
                f"ChangeSet {name} cannot be created due to a mismatch with existing attribute "
                f"{_mismatch(stack.change_sets[name], made)}"
            )
        requests.operator(made.deployment.role_arn)
        if kind == "IMPORT":
            made.imports = importing.wanted(given, made.deployment, stack)
        made.settle(self._plan(made))
        stack.change_sets[name] = made
        if new:
            self.backend.stacks[stack.stack_id] = stack
            operation = Review(self.backend, stack, requests.operator(None), None)
            operation.tell_stack("REVIEW_IN_PROGRESS", "User Initiated")
            stack.operation = None
        return ActionResult({"Id": made.change_set_id, "StackId": stack.stack_id})

    def _stack_for(self, name: str, kind: str) -> Stack:
        found = self.backend.look(name)
        if found is None and kind != "UPDATE":
            return self.blank(requests.new_stack_name(self.backend, name, or_id=True))
        if found is None or (found.gone and kind == "UPDATE"):
            raise ValidationError(f"Stack [{name}] does not exist")
        if kind == "CREATE" and found.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(
                f"Stack [{name}] already exists and cannot be created again with the "
                f"changeSet [{asked()['ChangeSetName']}]."
            )
        if kind == "UPDATE" or found.status != "REVIEW_IN_PROGRESS":
            requests.updatable(found)
        return found

    def _plan(self, made: ChangeSet) -> str | None:
        """Find out what changes; return why the change set fails, or None."""
        if made.deployment.failure is not None:
            return made.deployment.failure
        try:
            made.changes = plan(self.backend, made.stack, made.deployment)
            made.valued = plan(self.backend, made.stack, made.deployment, values=True)
        except TemplateError as error:
            raise ValidationError(str(error)) from None
        for change in (*made.changes, *made.valued):
            if change.logical_id in made.imports:
                change.action = "Import"
                provider = providers.provider(change.type)
                if provider is not None:
                    change.physical_id = provider.physical_id(made.imports[change.logical_id])
        others = [one.logical_id for one in made.changes if one.action != "Import"]
        if made.type == "IMPORT" and others:
            return (
                "You have attempted to modify resources ["
                + ", ".join(others)
                + "] in your template that aren't being imported; an import operation only imports."
            )
        if made.type == "UPDATE":
            self.same_types(made.stack, made.deployment)
            if not self.anything_to_do(made.stack, made.deployment):
                return change_sets.EMPTY
        return None

    def find_change_set(self, name: str, stack_name: str | None) -> ChangeSet:
        """Return a change set by name or id; raises ChangeSetNotFound and ValidationError."""
        if name.startswith("arn:"):
            for stack in self.backend.stacks.values():
                for one in (*stack.change_sets.values(), *stack.executed):
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
        if name in named.change_sets:
            return named.change_sets[name]
        for one in reversed(named.executed):
            if one.name == name:
                return one
        raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")

    def describe_change_set(self) -> ActionResult:
        """Return a change set."""
        given = asked()
        found = self.find_change_set(given["ChangeSetName"], given.get("StackName"))
        values = bool(given.get("IncludePropertyValues"))
        return ActionResult(change_set_shapes.description(found, values=values))

    def list_change_sets(self) -> ActionResult:
        """Return the change sets of a stack."""
        name = asked()["StackName"]
        stack = self.backend.look(name)
        if stack is None:
            raise ValidationError(f"Stack [{name}] does not exist")
        found = [change_set_shapes.summary(one) for one in stack.change_sets.values()]
        return ActionResult({"Summaries": found})

    def execute_change_set(self) -> ActionResult:
        """Begin to do what a change set shows."""
        given = asked()
        found = self.find_change_set(given["ChangeSetName"], given.get("StackName"))
        stack = found.stack
        _check_executable(found, given)
        if stack.status != "REVIEW_IN_PROGRESS":
            requests.updatable(stack)
        caller = requests.operator(found.deployment.role_arn)
        stack.change_set_id = found.change_set_id
        stack.change_sets.clear()
        stack.executed.append(found)
        disable = bool(given.get("DisableRollback")) or found.on_stack_failure == "DO_NOTHING"
        stack.disable_rollback = disable
        stack.retain_except_on_create = bool(given.get("RetainExceptOnCreate"))
        token = given.get("ClientRequestToken")
        operation = self._operation(found, caller, token, disable=disable)
        found.operation = operation
        operation.start()
        return ActionResult({})

    def _operation(
        self, found: ChangeSet, caller: Caller, token: str | None, *, disable: bool
    ) -> importing.ImportOperation | creating.CreateOperation | updating.UpdateOperation:
        stack = found.stack
        if found.type == "IMPORT":
            return importing.ImportOperation(
                self.backend, stack, found.deployment, caller, found.imports
            )
        if stack.status == "REVIEW_IN_PROGRESS":
            stack.deployment, stack.updated = found.deployment, now()
            on_failure = found.on_stack_failure or creating.ROLLBACK
            return creating.CreateOperation(
                self.backend,
                stack,
                caller,
                token,
                on_failure=creating.DO_NOTHING if disable else on_failure,
            )
        return updating.UpdateOperation(
            self.backend, stack, found.deployment, caller, token, disable_rollback=disable
        )

    def delete_change_set(self) -> ActionResult:
        """Delete a change set; one that is not there need not be."""
        given = asked()
        try:
            found = self.find_change_set(given["ChangeSetName"], given.get("StackName"))
        except ChangeSetNotFound:
            return EmptyResult()
        if found.execution_status == "EXECUTE_IN_PROGRESS":
            raise InvalidChangeSetStatus(
                f"ChangeSet [{found.change_set_id}] cannot be deleted in its current execution "
                "status of [EXECUTE_IN_PROGRESS]"
            )
        stack = found.stack
        stack.executed = [one for one in stack.executed if one is not found]
        if stack.change_sets.get(found.name) is found:
            del stack.change_sets[found.name]
        return EmptyResult()


def _check(given: Mapping[str, Any]) -> None:
    """Refuse values that the API does not take, and what is not simulated."""
    name, kind = given["ChangeSetName"], given.get("ChangeSetType", "UPDATE")
    if not _NAME.fullmatch(name):
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at 'changeSetName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )
    if kind not in ("CREATE", "UPDATE", "IMPORT"):
        raise ValidationError(
            f"1 validation error detected: Value '{kind}' at 'changeSetType' failed to satisfy "
            "constraint: Member must satisfy enum value set: [IMPORT, CREATE, UPDATE]"
        )
    if given.get("DeploymentMode"):
        raise requests.not_simulated("change sets that revert drift")
    if given.get("IncludeNestedStacks"):
        raise requests.not_simulated("change sets for nested stacks")
    if given.get("ImportExistingResources"):
        raise requests.not_simulated("the import of resources that exist by change sets of others")


def _mismatch(there: ChangeSet, made: ChangeSet) -> str:
    """Return in what two change sets of one name differ."""
    if there.deployment.body != made.deployment.body:
        return "Template"
    values = [
        {name: value.value for name, value in one.deployment.parameters.items()}
        for one in (there, made)
    ]
    return "Parameters" if values[0] != values[1] else "Name"


def _check_executable(found: ChangeSet, given: Mapping[str, Any]) -> None:
    """Refuse to execute what cannot be; raises InvalidChangeSetStatus and ValidationError."""
    cannot = f"ChangeSet [{found.change_set_id}] cannot be executed in its current"
    if found.status != "CREATE_COMPLETE":
        raise InvalidChangeSetStatus(f"{cannot} status of [{found.status}]")
    if found.execution_status != "AVAILABLE":
        raise InvalidChangeSetStatus(f"{cannot} execution status of [{found.execution_status}]")
    if found.on_stack_failure and given.get("DisableRollback") is not None:
        # After "ExecuteChangeSet", API Reference, which says the two exclude each other.
        raise ValidationError(
            "DisableRollback cannot be specified if the OnStackFailure parameter was specified "
            "when the change set was created."
        )
