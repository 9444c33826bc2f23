"""The operations on stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud import inside
from dryrun.cloud.cloudformation import (
    capabilities_needed,
    continuing,
    creating,
    deleting,
    inputs,
    requests,
    signals,
    stack_policy,
    updating,
)
from dryrun.cloud.cloudformation.exceptions import ValidationError
from dryrun.cloud.cloudformation.models import Deployment, Stack
from dryrun.cloud.cloudformation.plan import ResourceChange, plan
from dryrun.cloud.cloudformation.requests import asked
from dryrun.cloud.cloudformation.response_base import ResponseBase
from dryrun.cloud.cloudformation.template import TemplateError, read

NOTHING_TO_DO = "No updates are to be performed."


class StackResponses(ResponseBase):
    """Create, update, delete and roll back stacks."""

    def create_stack(self) -> ActionResult:
        """Begin to create a stack."""
        given, parent = asked(), self._parent()
        there = self.backend.look(given["StackName"])
        if there is not None and requests.repeated(there, "CREATE_STACK"):
            return ActionResult({"StackId": there.stack_id})
        on_failure = _on_failure(given)
        stack = self._reviewed(given["StackName"])
        if stack is None:
            stack = self.blank(requests.new_stack_name(self.backend, given["StackName"]))
        stack.deployment = inputs.deployment(self.backend, stack, _within(parent, given))
        self.planned(stack, stack.deployment)
        caller = requests.operator(stack.deployment.role_arn)
        stack.policy = self.policy("StackPolicyBody", "StackPolicyURL")
        stack.disable_rollback = bool(
            given.get("DisableRollback", on_failure == creating.DO_NOTHING)
        )
        stack.termination_protection = bool(given.get("EnableTerminationProtection"))
        stack.retain_except_on_create = bool(given.get("RetainExceptOnCreate"))
        stack.timeout_minutes = given.get("TimeoutInMinutes")
        if parent is not None:
            stack.parent_id, stack.root_id = parent.stack_id, parent.root_id or parent.stack_id
            stack.deployment = replace(stack.deployment, role_arn=parent.deployment.role_arn)
            stack.disable_rollback = parent.disable_rollback
            on_failure = creating.DO_NOTHING if parent.disable_rollback else creating.LEAVE
        self.backend.stacks[stack.stack_id] = stack
        operation = creating.CreateOperation(
            self.backend,
            stack,
            caller,
            given.get("ClientRequestToken"),
            on_failure=on_failure,
        )
        operation.start()
        return ActionResult({"StackId": stack.stack_id, "OperationId": operation.id})

    def _parent(self) -> Stack | None:
        """Return the stack whose resource the one of this request is, or None."""
        return self.backend.look(inside.parent_stack())

    def _reviewed(self, name: str) -> Stack | None:
        """Return the stack of a name that only change sets are made of so far, or None."""
        found = self.backend.look(name)
        return found if found is not None and found.status == "REVIEW_IN_PROGRESS" else None

    def update_stack(self) -> ActionResult:
        """Begin to update a stack."""
        given = asked()
        stack = self.backend.living(given["StackName"])
        token = requests.token(stack, "UPDATE_STACK")
        if requests.repeated(stack, "UPDATE_STACK"):
            return ActionResult({"StackId": stack.stack_id})
        requests.updatable(stack)
        given = _within(self._parent(), given)
        new = inputs.deployment(self.backend, stack, given, previous=stack.deployment)
        if new.failure is None and not self.anything_to_do(stack, new) and not _processed(new):
            raise ValidationError(NOTHING_TO_DO)
        caller = requests.operator(new.role_arn)
        during = self.policy("StackPolicyDuringUpdateBody", "StackPolicyDuringUpdateURL")
        policy = self.policy("StackPolicyBody", "StackPolicyURL")
        stack.disable_rollback = bool(given.get("DisableRollback", False))
        stack.retain_except_on_create = bool(given.get("RetainExceptOnCreate"))
        operation = updating.UpdateOperation(
            self.backend,
            stack,
            new,
            caller,
            token,
            disable_rollback=stack.disable_rollback,
            policy=during,
        )
        if policy is not None:  # it protects from the updates after this one
            stack.policy = policy
        stack.change_set_id = None
        operation.start()
        return ActionResult({"StackId": stack.stack_id, "OperationId": operation.id})

    def delete_stack(self) -> ActionResult:
        """Begin to delete a stack; what is not there need not be deleted."""
        given = asked()
        stack = self.backend.look(given["StackName"])
        if stack is None or stack.gone:
            return EmptyResult()
        token = requests.token(stack, "DELETE_STACK")
        if stack.termination_protection:
            raise ValidationError(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        retain = given.get("RetainResources") or ()
        force = given.get("DeletionMode") == "FORCE_DELETE_STACK"
        self._may_be_deleted(stack, retain, force=force)
        caller = requests.operator(given.get("RoleARN") or stack.deployment.role_arn)
        if stack.status == "REVIEW_IN_PROGRESS":
            stack.change_sets.clear()
        if stack.operation is not None:
            stack.operation.abort()
        used = self._used_export(stack)
        operation = deleting.DeleteOperation(
            self.backend, stack, caller, token, retain=retain, force=force
        )
        if used is not None:
            operation.cancel_for_exports(*used)
        else:
            stack.deletion_mode = given.get("DeletionMode")
            operation.start()
        return EmptyResult()

    def _used_export(self, stack: Stack) -> tuple[str, list[str]] | None:
        """Return an export that others import, and their names."""
        for export in self.backend.exports():
            if export.stack_id == stack.stack_id:
                users = [u.name for u in self.backend.importers(export.name) if u is not stack]
                if users:
                    return export.name, users
        return None

    def _may_be_deleted(self, stack: Stack, retain: Any, *, force: bool) -> None:
        if retain and stack.status != "DELETE_FAILED":
            raise ValidationError(
                "Invalid operation on stack [" + stack.stack_id + "]. When you delete a stack, "
                "specify which resources to retain only when the stack is in the DELETE_FAILED "
                "state."
            )
        if force and stack.status != "DELETE_FAILED":
            raise ValidationError(
                f"Invalid operation on stack [{stack.stack_id}]. When you delete a stack, specify "
                "FORCE_DELETE_STACK only when the stack is in the DELETE_FAILED state."
            )
        unknown = [name for name in retain if name not in stack.resources]
        if unknown:
            raise ValidationError(
                f"Resources to retain [{', '.join(unknown)}] do not exist in stack "
                f"[{stack.stack_id}]"
            )
        if stack.busy and stack.status not in (
            "CREATE_IN_PROGRESS",
            "ROLLBACK_IN_PROGRESS",
            "DELETE_IN_PROGRESS",
        ):
            raise ValidationError(
                f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}"
            )

    def rollback_stack(self) -> ActionResult:
        """Begin to roll back what failed and was left as it stood."""
        given = asked()
        stack = self.backend.living(given["StackName"])
        token = requests.token(stack, "ROLLBACK")
        if stack.status not in ("CREATE_FAILED", "UPDATE_FAILED"):
            raise ValidationError(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back."
            )
        caller = requests.operator(given.get("RoleARN") or stack.deployment.role_arn)
        stack.retain_except_on_create = bool(given.get("RetainExceptOnCreate"))
        operation: Any
        if stack.status == "CREATE_FAILED":
            operation = creating.RollbackOfCreation(self.backend, stack, caller, token)
        else:
            operation = continuing.RollbackOfUpdate(self.backend, stack, caller, token)
        operation.start()
        return ActionResult({"StackId": stack.stack_id, "OperationId": operation.id})

    def continue_update_rollback(self) -> ActionResult:
        """Begin to go on with a roll back that failed."""
        given = asked()
        stack = self.backend.living(given["StackName"])
        token = requests.token(stack, "CONTINUE_ROLLBACK")
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise ValidationError(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not continue rollback."
            )
        skip = given.get("ResourcesToSkip") or ()
        wrong = [name for name in skip if name not in stack.unfinished.touched]
        if wrong:
            raise ValidationError(
                f"ResourcesToSkip [{', '.join(wrong)}] must be in the UPDATE_FAILED state because "
                "the rollback failed."
            )
        caller = requests.operator(given.get("RoleARN") or stack.deployment.role_arn)
        operation = continuing.ContinueRollbackOperation(self.backend, stack, caller, token)
        operation.start(skip)
        return EmptyResult()

    def cancel_update_stack(self) -> ActionResult:
        """Break an update off and roll it back."""
        stack = self.backend.living(asked()["StackName"])
        operation = stack.operation
        if stack.status != "UPDATE_IN_PROGRESS" or not isinstance(
            operation, updating.UpdateOperation
        ):
            raise ValidationError("CancelUpdateStack cannot be called from current stack status")
        operation.cancel()
        return EmptyResult()

    def update_termination_protection(self) -> ActionResult:
        """Switch the protection from deletion on or off."""
        given = asked()
        stack = self.backend.living(given["StackName"])
        if stack.root_id is not None:
            raise ValidationError(
                f"Update of TerminationProtection is not allowed for nested stack [{stack.name}]"
            )
        stack.termination_protection = bool(given["EnableTerminationProtection"])
        return ActionResult({"StackId": stack.stack_id})

    def set_stack_policy(self) -> ActionResult:
        """Set a stack's policy."""
        stack = self.backend.living(asked()["StackName"])
        text = self.policy("StackPolicyBody", "StackPolicyURL")
        stack.policy = text
        return EmptyResult()

    def get_stack_policy(self) -> ActionResult:
        """Return a stack's policy."""
        stack, policy = self.backend.living(asked()["StackName"]), None
        if stack.busy and isinstance(stack.operation, updating.UpdateOperation):
            policy = stack.operation.policy  # the one this update goes by
        policy = stack.policy if policy is None else policy
        return ActionResult({"StackPolicyBody": policy} if policy else {})

    def signal_resource(self) -> ActionResult:
        """Take a signal for a resource that waits for some."""
        given = asked()
        stack = self.backend.living(given["StackName"])
        resource = stack.resources.get(given["LogicalResourceId"])
        if resource is None:
            raise ValidationError(
                f"Resource {given['LogicalResourceId']} does not exist for stack {stack.name}"
            )
        if stack.operation is None or not resource.status.endswith("_IN_PROGRESS"):
            raise ValidationError(
                f"Stack {stack.stack_id} is in {stack.status} state. Signal is not accepted."
                if stack.operation is None
                else f"Resource {resource.logical_id} is in {resource.status} state and cannot be "
                "signaled"
            )
        signals.receive(stack.operation, resource, given["UniqueId"], given["Status"])
        return EmptyResult()

    def anything_to_do(self, stack: Stack, new: Deployment) -> bool:
        """Tell whether an update would change anything; raises ValidationError."""
        old = stack.deployment
        changes = self.planned(stack, new)
        self.same_types(stack, new)
        if changes or stack.status.endswith("FAILED"):
            return True
        if old.tags != new.tags:  # the stack's own are changed even where no resource has any
            return True
        # As in AWS's advice on exports in use: what is no longer imported is an update, even
        # where the value stays as it was.
        if _imported(old.document.get("Resources")) != _imported(new.document.get("Resources")):
            return True
        outputs = (old.document.get("Outputs"), new.document.get("Outputs"))
        return outputs[0] != outputs[1] or (_values(old) != _values(new) and _uses(new))

    def planned(self, stack: Stack, new: Deployment) -> list[ResourceChange]:
        """Return what would change; raises ValidationError for what cannot be evaluated."""
        try:
            return plan(self.backend, stack, new)
        except TemplateError as error:
            raise ValidationError(str(error)) from None

    def same_types(self, stack: Stack, new: Deployment) -> None:
        """Refuse another type for a logical id; raises ValidationError."""
        changed = [
            name
            for name, definition in new.resources().items()
            if name in stack.resources
            and stack.resources[name].exists
            and stack.resources[name].type != definition.type
        ]
        if changed:
            raise ValidationError(
                "Update of resource type is not permitted. The new template modifies resource "
                f"type of the following resources: [{', '.join(changed)}]"
            )

    def policy(self, body: str, url: str) -> str | None:
        """Return the stack policy of a request; raises ValidationError."""
        given = asked()
        if given.get(body) and given.get(url):
            raise ValidationError("You cannot specify both StackPolicyURL and StackPolicyBody")
        text = given.get(body)
        if text is None and given.get(url):
            text = inputs.fetch(given[url], self.region)
        return None if text is None else stack_policy.checked(text)


def _processed(new: Deployment) -> bool:
    """Tell whether macros process a template.

    AWS takes such an update before it knows whether anything changes: it completes where nothing
    does (a validated test of LocalStack for a template with a transform, told from memory).
    """
    return capabilities_needed.expands(read(new.body))


def _within(parent: Stack | None, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a request with what the outer stack's creator has acknowledged."""
    if parent is None:
        return given
    return {**given, "Capabilities": list(parent.deployment.capabilities)}


def _values(deployment: Deployment) -> dict[str, str]:
    return {name: value.value for name, value in deployment.parameters.items()}


def _imported(node: Any) -> list[str]:
    """Return what `Fn::ImportValue` names, as it is written, in order."""
    if isinstance(node, dict):
        own = [repr(node["Fn::ImportValue"])] if "Fn::ImportValue" in node else []
        return own + [name for item in node.values() for name in _imported(item)]
    if isinstance(node, list):
        return [name for item in node for name in _imported(item)]
    return []


def _uses(deployment: Deployment) -> bool:
    """Tell whether an output hangs on a parameter."""
    return bool(deployment.template.outputs) and bool(deployment.parameters)


def _on_failure(given: Any) -> str:
    if "OnFailure" in given and "DisableRollback" in given:
        raise ValidationError("You can specify either OnFailure or DisableRollback, but not both")
    if given.get("DisableRollback"):
        return creating.DO_NOTHING
    return str(given.get("OnFailure") or creating.ROLLBACK)
