"""Creating, updating and deleting one resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudformation import (
    custom_resources,
    group_updates,
    providers,
    schema,
    signals,
)
from dryrun.cloud.cloudformation.evaluated import Evaluated, evaluated
from dryrun.cloud.cloudformation.models import Deployment, StackResource
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.providers.base import Context, Properties, Provider
from dryrun.cloud.cloudformation.reasons import FailedError, is_gone
from dryrun.cloud.cloudformation.scope import context
from dryrun.cloud.cloudformation.work import Wait, Work

if TYPE_CHECKING:
    from dryrun.cloud.cloudformation.template import Resource

CALL = 1.0
"""Seconds until the first call of a handler is answered."""
POLL = 5.0


class ResourceWork(Work):
    """Work on the resource of a logical id."""

    verb = "CREATE"
    broken_off = "Resource creation cancelled"

    def __init__(self, operation: Operation, resource: StackResource) -> None:
        super().__init__(operation, resource.logical_id)
        self.resource = resource

    def tell(self, ending: str, why: str | None = None) -> None:
        """Change the resource's status."""
        self.operation.tell(self.resource, f"{self.verb}_{ending}", why)

    def failed(self, why: str) -> None:
        """Tell that it failed."""
        self._name_if_unknown()
        self.tell("FAILED", why)

    def cancelled(self) -> None:
        """Tell that it was broken off."""
        self._name_if_unknown()
        self.tell("FAILED", self.broken_off)

    def _name_if_unknown(self) -> None:
        custom_resources.name_if_unknown(
            self.resource, context(self.operation.stack, self.resource)
        )

    def provider(self) -> Provider:
        """Return the provider; raises FailedError where Dry Run has none."""
        found = providers.provider(self.resource.type)
        if found is None:
            raise FailedError(
                f"Dry Run does not simulate {self.resource.type}; AWS knows the type."
            )
        return found

    def checked(self, found: Evaluated) -> Provider:
        """Return the provider for properties that fit the schema and are simulated."""
        provider = self.provider()
        known = schema.schema(self.resource.type)
        violations = known.validate(found.applied) if known is not None else []
        if violations:
            raise FailedError(
                schema.reason(self.resource.type, self.resource.logical_id, violations)
            )
        refused = provider.unsupported(found.applied)
        if refused is not None:
            raise FailedError(refused)
        return provider

    def made(self, provider: Provider, found: Evaluated) -> Iterator[Wait]:
        """Create a physical resource for the logical one."""
        resource = self.resource
        at = context(self.operation.stack, resource, self.operation.token or "")
        if provider.answers:
            yield from custom_resources.created(self, at, found.applied)
        else:
            resource.physical_id = provider.create(at, found.applied)
        self.tell("IN_PROGRESS", "Resource creation Initiated")
        resource.applied, resource.attributes = found.applied, None
        resource.creation_policy = found.creation_policy
        resource.update_policy = found.update_policy
        began = clocks.current().time()
        yield from self.stable(provider)
        yield Wait(max(provider.seconds.create - CALL - (clocks.current().time() - began), CALL))
        yield from signals.awaited(resource)

    def changed(
        self,
        at: Context,
        provider: Provider,
        old: Properties,
        new: Properties,
        policy: Any,
        *,
        back: bool = False,
    ) -> Iterator[Wait]:
        """Bring the physical resource from `old` to `new`, as its UpdatePolicy says.

        `back` leaves alone the instances of a group that were there before.
        """
        resource, going = self.resource, list[str]()
        if resource.type == group_updates.GROUP:
            there = provider.read(at, resource.physical_id)
            new = group_updates.sizes_kept(policy, old, new, there)
            present = group_updates.instances(at, resource.physical_id)
            if group_updates.obsolete(old, new):
                kept = resource.former_instances if back else ()
                going = [one for one in present if one not in kept]
            resource.former_instances = tuple(present)
        provider.update(at, resource.physical_id, old, new)
        resource.applied = new
        yield from self.stable(provider)
        yield from group_updates.roll(self, at, policy, going)

    def stable(self, provider: Provider) -> Iterator[Wait]:
        """Wait until the resource is ready."""
        resource, began = self.resource, clocks.current().time()
        at = context(self.operation.stack, resource)
        while not provider.stabilized(at, resource.physical_id):
            if clocks.current().time() - began > provider.patience:
                provider.overdue(at, resource.physical_id)
                raise FailedError("Exceeded attempts to wait")
            yield Wait(POLL)


class CreateWork(ResourceWork):
    """Create a resource."""

    def __init__(
        self, operation: Operation, deployment: Deployment, resource: StackResource
    ) -> None:
        super().__init__(operation, resource)
        self.deployment = deployment

    def steps(self) -> Iterator[Wait]:
        """Create it."""
        operation, resource = self.operation, self.resource
        operation.stack.resources[resource.logical_id] = resource
        found = evaluated(operation.backend, operation.stack, self.deployment, resource.definition)
        resource.properties, resource.metadata = found.properties, found.metadata
        operation.stack.imports |= found.imports
        self.tell("IN_PROGRESS")
        yield Wait(CALL)
        provider = self.checked(found)
        yield from self.made(provider, found)
        self.tell("COMPLETE")


class DeleteWork(ResourceWork):
    """Delete the physical resource behind a logical one."""

    verb = "DELETE"
    broken_off = "Resource deletion cancelled"

    def __init__(
        self, operation: Operation, resource: StackResource, key: str, policy: str = "Delete"
    ) -> None:
        super().__init__(operation, resource)
        self.key = key
        self.policy = policy

    def steps(self) -> Iterator[Wait]:
        """Delete it, or leave it where the deletion policy says so."""
        resource = self.resource
        if self.policy == "Retain":
            self.tell("SKIPPED")
            return
        if not resource.physical_id:
            self.tell("COMPLETE")
            return
        self.tell("IN_PROGRESS")
        yield Wait(CALL)
        provider = self.provider()
        at = context(self.operation.stack, resource, self.operation.token or "")
        if self.policy == "Snapshot":
            provider.snapshot(at, resource.physical_id)
        if provider.answers:
            yield from custom_resources.deleted(self, at)
            self.tell("COMPLETE")
            return
        try:
            provider.delete(at, resource.physical_id)
        except Exception as error:
            if not is_gone(error):
                raise
        began = clocks.current().time()
        while not provider.deleted(at, resource.physical_id):
            if clocks.current().time() - began > provider.patience:
                raise FailedError("Exceeded attempts to wait")
            yield Wait(POLL)
        yield Wait(max(provider.seconds.delete - CALL, CALL))
        self.tell("COMPLETE")


def new_resource(definition: Resource, needs: tuple[str, ...]) -> StackResource:
    """Return a resource that is not there yet."""
    return StackResource(definition.logical_id, definition.type, definition, needs=needs)


def plain_policy(value: Any, otherwise: str = "Delete") -> str:
    """Return a deletion or replacement policy as a word."""
    return value if isinstance(value, str) and value else otherwise
