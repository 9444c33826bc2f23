"""The way back of an update: what was there before, and how it comes to be there again."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dryrun.cloud.cloudformation import custom_resources
from dryrun.cloud.cloudformation.deleting import delete_works, deletion_needs
from dryrun.cloud.cloudformation.differences import differences
from dryrun.cloud.cloudformation.models import (
    Deployment,
    OutputValue,
    Stack,
    StackResource,
)
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.reasons import is_gone
from dryrun.cloud.cloudformation.resource_work import (
    CALL,
    DeleteWork,
    ResourceWork,
)
from dryrun.cloud.cloudformation.scope import context
from dryrun.cloud.cloudformation.work import Schedule, Wait, Work


@dataclass
class Before:
    """A stack as it was before an update, and what has been done to it since.

    `replaced` are the former physical resources of logical ids that have a new one; `touched` are
    the logical ids whose resource was changed, or may have been.
    """

    deployment: Deployment
    resources: dict[str, StackResource]
    outputs: list[OutputValue]
    imports: set[str]
    updated: datetime | None
    replaced: dict[str, StackResource] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    created: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, stack: Stack) -> Before:
        """Remember a stack as it is."""
        return cls(
            stack.deployment,
            {name: copy.copy(one) for name, one in stack.resources.items()},
            list(stack.outputs),
            set(stack.imports),
            stack.updated,
        )


class RollBack:
    """The way back of an update: changed resources first, then what was created is deleted."""

    def __init__(
        self, operation: Operation, before: Before, skip: Iterable[str] = (), verb: str = "UPDATE"
    ) -> None:
        self.operation = operation
        self.before = before
        self.skip = frozenset(skip)
        self.verb = verb

    def start(self, why: str | None) -> None:
        """Begin."""
        operation, stack, before = self.operation, self.operation.stack, self.before
        if operation.type == "UPDATE_STACK":
            operation.turn_back()
        operation.tell_stack("UPDATE_ROLLBACK_IN_PROGRESS", why)
        stack.deployment = before.deployment
        needs = {name: one.needs for name, one in before.resources.items()}
        works: dict[str, Work] = {}
        for name in dict.fromkeys(before.touched):
            old = before.resources.get(name)
            if old is None:
                continue
            if name in self.skip:
                self._skip(name, old)
            else:
                works[name] = RestoreWork(operation, before, name)
        operation.run(Schedule(operation, works, needs, self._restored, keep_going=True))

    def _skip(self, name: str, old: StackResource) -> None:
        """Take a resource for rolled back; ContinueUpdateRollback, ResourcesToSkip."""
        self.before.touched = [one for one in self.before.touched if one != name]
        there = self.operation.stack.resources.get(name, old)
        there.properties, there.definition = old.properties, old.definition
        self.operation.tell(there, "UPDATE_COMPLETE")

    def _restored(self, failed: list[str]) -> None:
        operation = self.operation
        if failed:
            self.before.touched = list(failed)
            why = f"The following resource(s) failed to update: [{', '.join(failed)}]. "
            operation.tell_stack("UPDATE_ROLLBACK_FAILED", why)
            operation.stack.operation = None
            return
        self.before.touched = []
        self._clean_up()

    def _clean_up(self) -> None:
        operation, stack, before = self.operation, self.operation.stack, self.before
        operation.tell_stack("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        added = [
            one
            for name, one in stack.resources.items()
            if name not in before.resources and one.exists
        ]
        works = delete_works(operation, added, created_now=True)
        for name, new in before.replaced.items():
            works[f"{name} (new)"] = DeleteWork(operation, new, f"{name} (new)")
        needs = deletion_needs([*added, *before.replaced.values()])
        operation.run(Schedule(operation, works, needs, self._done, keep_going=True))

    def _done(self, _failed: list[str]) -> None:
        stack, before = self.operation.stack, self.before
        stack.resources = {
            name: stack.resources.get(name, one) for name, one in before.resources.items()
        }
        stack.outputs, stack.imports = before.outputs, before.imports
        stack.unfinished = None
        self.operation.tell_stack("UPDATE_ROLLBACK_COMPLETE")
        stack.operation = None


class RestoreWork(ResourceWork):
    """Bring a resource back to what it was before the update."""

    verb = "UPDATE"
    broken_off = "Resource update cancelled"

    def __init__(self, operation: Operation, before: Before, name: str) -> None:
        super().__init__(operation, operation.stack.resources.get(name, before.resources[name]))
        self.key = name
        self.before = before

    def steps(self) -> Iterator[Wait]:
        """Bring it back."""
        stack, old = self.operation.stack, self.before.resources[self.key]
        former = self.before.replaced.get(self.key)
        if self.provider().answers:
            yield from self._ask_for_it_back(old)
            return
        if former is not None and former.physical_id == old.physical_id:
            # From now on the new one is what has to go.
            self.before.replaced[self.key] = self.resource
            stack.resources[self.key] = self.resource = copy.copy(old)
            self.tell("COMPLETE")
            return
        there = self.resource
        applied = there.applied
        there.properties, there.metadata = old.properties, old.metadata
        there.definition, there.needs = old.definition, old.needs
        self.tell("IN_PROGRESS")
        yield Wait(CALL)
        provider = self.provider()
        at = context(stack, there, self.operation.token or "")
        self._see_that_it_is_there(there)
        if differences(applied, old.applied):
            yield from self.changed(
                at, provider, applied, old.applied, old.update_policy, back=True
            )
        there.applied, there.attributes = old.applied, None
        yield Wait(max(provider.seconds.update - CALL, CALL))
        self.tell("COMPLETE")

    def _ask_for_it_back(self, old: StackResource) -> Iterator[Wait]:
        """Have whoever makes a custom resource bring it back, whatever its id is by now."""
        there, replaced = self.resource, self.before.replaced
        former = copy.copy(there)
        there.properties, there.metadata = old.properties, old.metadata
        there.definition, there.needs = old.definition, old.needs
        self.tell("IN_PROGRESS")
        yield Wait(CALL)
        if differences(former.applied, old.applied):
            at = context(self.operation.stack, there, self.operation.token or "")
            try:
                yield from custom_resources.changed(self, at, former, old.applied, replaced)
            except Exception:
                there.applied = former.applied
                raise
        if there.physical_id == former.physical_id:
            replaced.pop(self.key, None)
        self.tell("COMPLETE")

    def _see_that_it_is_there(self, resource: StackResource) -> None:
        """Raise what says that the resource was deleted behind the stack's back."""
        at = context(self.operation.stack, resource)
        try:
            self.provider().read(at, resource.physical_id)
        except Exception as error:
            if is_gone(error):
                raise
