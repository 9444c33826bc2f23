"""UpdateStack and the execution of change sets: forward, and back when it fails."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from dryrun.cloud.cloudformation import custom_resources, early, group_updates, outputs, schema
from dryrun.cloud.cloudformation.deleting import delete_works, deletion_needs
from dryrun.cloud.cloudformation.differences import differences, needs_replacement
from dryrun.cloud.cloudformation.evaluated import Evaluated, evaluated
from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    Stack,
    StackResource,
    now,
)
from dryrun.cloud.cloudformation.operation import BEGIN, Operation
from dryrun.cloud.cloudformation.reasons import FailedError, reason
from dryrun.cloud.cloudformation.resource_work import (
    CALL,
    CreateWork,
    DeleteWork,
    ResourceWork,
    new_resource,
    plain_policy,
)
from dryrun.cloud.cloudformation.rolling_back import Before, RollBack
from dryrun.cloud.cloudformation.scope import context
from dryrun.cloud.cloudformation.stack_policy import denial
from dryrun.cloud.cloudformation.template import Resource, dependencies
from dryrun.cloud.cloudformation.watching import Guard
from dryrun.cloud.cloudformation.work import Schedule, Wait, Work
from dryrun.cloud.identity import Caller

CUSTOM_NAMED = (
    "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
    "Rename {name} and update the stack again."
)
REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


class UpdateOperation(Operation):
    """Bring a stack to another deployment; roll back when something fails."""

    kind = "UPDATE_STACK"

    def __init__(
        self,
        backend: CloudFormationBackend,
        stack: Stack,
        deployment: Deployment,
        caller: Caller,
        token: str | None,
        *,
        disable_rollback: bool = False,
        policy: str | None = None,
    ) -> None:
        super().__init__(backend, stack, caller, token)
        self.deployment = deployment
        self.disable_rollback = disable_rollback
        self.policy = policy if policy is not None else stack.policy
        # What failed before and was left as it stood is rolled back with this one.
        self.before: Before = stack.unfinished or Before.of(stack)

    def start(self) -> None:
        """Begin."""
        stack = self.stack
        stack.unfinished = self.before
        stack.outdate_change_sets()
        stack.updated = now()
        stack.deployment = self.deployment
        stack.imports = set()
        self.tell_stack("UPDATE_IN_PROGRESS", "User Initiated")
        self.guard = Guard(self, self.deployment, self._fail)
        refused = early.refusal(self.backend, self.deployment, stack)
        if refused is not None:
            self.later(BEGIN, lambda: self._fail(refused), "begins")
            return
        invalid = early.invalid(self.backend, stack, self.deployment)
        if invalid:
            self.later(
                BEGIN, lambda: self._fail(early.tell(self, self.deployment, invalid)), "begins"
            )
            return
        needs = dependencies(self.deployment.template, self.deployment.conditions)
        works: dict[str, Work] = {}
        for name, definition in self.deployment.resources().items():
            there = stack.resources.get(name)
            if there is not None and there.exists:
                works[name] = UpdateWork(self, there, definition, needs.get(name, ()))
            else:
                works[name] = AddWork(self, new_resource(definition, needs.get(name, ())))
        works |= self._forbidden_removals()
        keep_going = self.disable_rollback
        self.run(Schedule(self, works, needs, self._forward, keep_going=keep_going))

    def _forbidden_removals(self) -> dict[str, Work]:
        """Return what fails because the stack policy keeps a resource from being removed."""
        wanted = self.deployment.resources()
        removed = {name: one for name, one in self.stack.resources.items() if name not in wanted}
        return {
            name: ForbiddenWork(self, one, why)
            for name, one in removed.items()
            if one.exists and (why := denial(self.policy, one, "Delete")) is not None
        }

    def cancel(self) -> None:
        """Break the update off, and roll back."""
        self.abort()
        self.roll_back("User Initiated")

    def _forward(self, failed: list[str]) -> None:
        if failed:
            self._fail(failure(failed, self.before))
            return
        try:
            self.stack.outputs = outputs.evaluated(self.backend, self.stack, self.deployment)
        except Exception as error:  # whatever happens, the stack tells of it
            self._fail(reason(error))
            return
        self.guard.then(self._clean_up)

    def _fail(self, why: str) -> None:
        if self.disable_rollback:
            self.tell_stack("UPDATE_FAILED", why)
            self.stack.operation = None
        else:
            self.roll_back(why)

    def roll_back(self, why: str | None) -> None:
        """Go back to what was before."""
        RollBack(self, self.before).start(why)

    def _clean_up(self) -> None:
        """Delete what is no longer in the template, and what was replaced."""
        stack = self.stack
        self.tell_stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        wanted = self.deployment.resources()
        removed = [
            one for name, one in stack.resources.items() if name not in wanted and one.exists
        ]
        for name in [name for name in stack.resources if name not in wanted]:
            if not stack.resources[name].exists:
                del stack.resources[name]
        works = delete_works(self, removed)
        works |= replaced_works(self, self.before.replaced, wanted)
        needs = deletion_needs([*removed, *self.before.replaced.values()])
        self.run(Schedule(self, works, needs, self._cleaned_up, keep_going=True))

    def _cleaned_up(self, failed: list[str]) -> None:
        stack = self.stack
        wanted = self.deployment.resources()
        for name in [name for name in stack.resources if name not in wanted]:
            del stack.resources[name]
        stack.unfinished = None
        order = {name: number for number, name in enumerate(wanted)}
        stack.resources = dict(sorted(stack.resources.items(), key=lambda item: order[item[0]]))
        why = None
        if failed:
            why = "Update successful. One or more resources could not be deleted."
        self.tell_stack("UPDATE_COMPLETE", why)
        stack.operation = None


class AddWork(CreateWork):
    """Create a resource that the stack did not have."""

    def __init__(self, operation: UpdateOperation, resource: StackResource) -> None:
        super().__init__(operation, operation.deployment, resource)
        self.before = operation.before

    def steps(self) -> Iterator[Wait]:
        """Create it."""
        self.before.created.append(self.key)
        return super().steps()


class ForbiddenWork(ResourceWork):
    """Fail: the stack policy does not let this resource go."""

    verb = "UPDATE"
    operation: UpdateOperation

    def __init__(self, operation: UpdateOperation, resource: StackResource, why: str) -> None:
        super().__init__(operation, resource)
        self.why = why

    def steps(self) -> Iterator[Wait]:
        """Fail at once."""
        self.operation.before.touched.append(self.key)
        yield Wait(CALL)
        raise FailedError(self.why)


class UpdateWork(ResourceWork):
    """Change a resource, in place or by another one in its place, if there is any difference."""

    verb = "UPDATE"
    broken_off = "Resource update cancelled"
    operation: UpdateOperation

    def __init__(
        self,
        operation: UpdateOperation,
        resource: StackResource,
        definition: Any,
        needs: tuple[str, ...],
    ) -> None:
        super().__init__(operation, resource)
        self.definition = definition
        self.needs = needs
        self.begun = False

    def cancelled(self) -> None:
        """Tell that it was broken off, if it had begun."""
        if self.begun:
            super().cancelled()

    def steps(self) -> Iterator[Wait]:
        """Update it."""
        operation, resource = self.operation, self.resource
        found = evaluated(operation.backend, operation.stack, operation.deployment, self.definition)
        operation.stack.imports |= found.imports
        if not differs(resource, found):
            resource.definition, resource.needs = self.definition, self.needs
            return
        self.begun = True
        yield from self._update(found)
        self.tell("COMPLETE")

    def _update(self, found: Evaluated) -> Iterator[Wait]:
        operation, resource = self.operation, self.resource
        known = schema.schema(resource.type)
        assert known is not None
        from dryrun.cloud.cloudformation import providers  # noqa: PLC0415 - name of a method here

        provider = providers.provider(resource.type)
        replace = needs_replacement(
            known, provider, resource.properties, found.properties
        ) or group_updates.replaces(
            resource.type, found.update_policy, resource.applied, found.applied
        )
        operation.before.touched.append(self.key)
        refused = denial(operation.policy, resource, "Replace" if replace else "Modify")
        if refused is not None:
            self.tell("IN_PROGRESS")
            raise FailedError(refused)
        if replace:
            yield from self._replace(found)
            return
        old, former = resource.applied, copy.copy(resource)
        resource.properties, resource.metadata = found.properties, found.metadata
        resource.definition, resource.needs = self.definition, self.needs
        self.tell("IN_PROGRESS")
        yield Wait(CALL)
        provider = self.checked(found)
        at = context(operation.stack, resource, operation.token or "")
        if provider.answers and differences(old, found.applied):
            replaced = operation.before.replaced
            yield from custom_resources.changed(self, at, former, found.applied, replaced)
        elif differences(old, found.applied):
            yield from self.changed(at, provider, old, found.applied, found.update_policy)
        resource.applied, resource.attributes = found.applied, None
        resource.update_policy = found.update_policy
        yield Wait(max(provider.seconds.update - CALL, CALL))

    def _replace(self, found: Evaluated) -> Iterator[Wait]:
        operation, old = self.operation, self.resource
        provider = self.checked(found)
        custom = provider.name_property
        named = found.properties.get(custom) if custom else None
        if custom is not None and named is not None and old.properties.get(custom) == named:
            self.tell("IN_PROGRESS", REPLACING)
            raise FailedError(CUSTOM_NAMED.format(name=named))
        new = copy.copy(old)
        new.definition, new.needs = self.definition, self.needs
        new.properties, new.metadata = found.properties, found.metadata
        new.attributes, new.signals = None, {}
        operation.stack.resources[self.key] = self.resource = new
        self.tell("IN_PROGRESS", REPLACING)
        yield Wait(CALL)
        before = new.physical_id
        operation.before.replaced[self.key] = old
        try:
            yield from self.made(provider, found)
        except Exception:
            if new.physical_id == before:  # nothing was created
                operation.before.replaced.pop(self.key, None)
                operation.stack.resources[self.key] = self.resource = old
            raise


def differs(resource: StackResource, found: Evaluated) -> bool:
    """Tell whether an update has anything to do for a resource."""
    if differences(resource.properties, found.properties):
        return True
    if differences(resource.metadata, found.metadata):
        return True
    known = schema.schema(resource.type)
    tags = known.tag_property if known is not None else None
    if tags is None:
        return False
    return bool(differences(resource.applied.get(tags), found.applied.get(tags)))


def replaced_works(
    operation: Operation,
    replaced: dict[str, StackResource],
    wanted: Mapping[str, Resource],
) -> dict[str, Work]:
    """Return the work of deleting what was replaced; UpdateReplacePolicy may keep it.

    It counts as `wanted` has it, the template that replaces: a change set's PolicyAction says so.
    """
    works: dict[str, Work] = {}
    for name, old in replaced.items():
        key = f"{name} (replaced)"
        definition = wanted.get(name, old.definition)
        policy = plain_policy(definition.update_replace_policy)
        works[key] = ReplacedWork(operation, old, key, policy)
    return works


class ReplacedWork(DeleteWork):
    """Delete a former physical resource; the logical one has another by now."""

    def tell(self, ending: str, why: str | None = None) -> None:
        """Add the event; the resource itself stands as it does."""
        self.operation.note(self.resource, f"DELETE_{ending}", why)
        self.resource.status = f"DELETE_{ending}"


def failure(failed: list[str], before: Before) -> str:
    """Return why an update failed, as the stack's status reason has it."""
    created = [name for name in failed if name not in before.resources]
    updated = [name for name in failed if name in before.resources]
    parts = []
    if created:
        parts.append(f"The following resource(s) failed to create: [{', '.join(created)}]. ")
    if updated:
        parts.append(f"The following resource(s) failed to update: [{', '.join(updated)}]. ")
    return "".join(parts)
