"""DeleteStack, and what other operations delete."""

from __future__ import annotations

from collections.abc import Iterable

from dryrun.cloud.cloudformation.models import CloudFormationBackend, Stack, StackResource, now
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.resource_work import DeleteWork, plain_policy
from dryrun.cloud.cloudformation.work import Schedule, Work
from dryrun.cloud.identity import Caller

SNAPSHOTTED = frozenset({"AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"})


class DeleteOperation(Operation):
    """Delete every resource of a stack; `retain` are left, `force` goes on after failures."""

    kind = "DELETE_STACK"

    def __init__(
        self,
        backend: CloudFormationBackend,
        stack: Stack,
        caller: Caller,
        token: str | None,
        *,
        retain: Iterable[str] = (),
        force: bool = False,
    ) -> None:
        super().__init__(backend, stack, caller, token)
        self.retain = frozenset(retain)
        self.force = force

    def start(self) -> None:
        """Begin."""
        # AWS shows when the deletion began, and that of a roll back.
        self.stack.deleted = now()
        self.tell_stack("DELETE_IN_PROGRESS", "User Initiated")
        left = [one for one in self.stack.resources.values() if one.exists or one.never_made]
        works = delete_works(self, left, retain=self.retain)
        self.run(Schedule(self, works, deletion_needs(left), self._deleted, keep_going=True))

    def cancel_for_exports(self, export: str, users: list[str]) -> None:
        """Leave the stack as it is, for others import from it."""
        status = self.stack.status
        names = users[0] if len(users) == 1 else f"{', '.join(users[:-1])} and {users[-1]}"
        self.tell_stack(
            status, f"Delete canceled. Cannot delete export {export} as it is in use by {names}."
        )
        self.stack.operation = None

    def _deleted(self, failed: list[str]) -> None:
        stack = self.stack
        stack.operation = None
        if failed and not self.force:
            why = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            self.tell_stack("DELETE_FAILED", why)
            return
        stack.imports.clear()
        stack.outputs = list(stack.outputs)
        self.tell_stack("DELETE_COMPLETE")


def delete_works(
    operation: Operation,
    resources: Iterable[StackResource],
    *,
    retain: frozenset[str] = frozenset(),
    created_now: bool = False,
) -> dict[str, Work]:
    """Return the work of deleting resources by logical id.

    `created_now` is for what the operation itself has created and now takes back.
    """
    works: dict[str, Work] = {}
    for resource in reversed(list(resources)):
        policy = deletion_policy(resource, created_now=created_now)
        if created_now and operation.stack.retain_except_on_create:
            policy = "Delete"
        if resource.logical_id in retain:
            policy = "Retain"
        works[resource.logical_id] = DeleteWork(operation, resource, resource.logical_id, policy)
    return works


def deletion_needs(resources: Iterable[StackResource]) -> dict[str, tuple[str, ...]]:
    """Return what must be deleted before each: whatever needs it."""
    found: dict[str, tuple[str, ...]] = {}
    for resource in resources:
        for need in resource.needs:
            found[need] = (*found.get(need, ()), resource.logical_id)
    return found


def deletion_policy(resource: StackResource, *, created_now: bool = False) -> str:
    """Return Delete, Retain or Snapshot; "DeletionPolicy attribute", Template Reference.

    The default is Snapshot for clusters, and for RDS instances that belong to none.
    """
    policy = plain_policy(resource.definition.deletion_policy, default_policy(resource))
    if policy == "RetainExceptOnCreate":
        return "Delete" if created_now else "Retain"
    if policy == "Snapshot" and created_now and not resource.definition.deletion_policy:
        return "Delete"
    return policy


def default_policy(resource: StackResource) -> str:
    """Return the deletion policy of a resource that states none."""
    if resource.type in SNAPSHOTTED:
        return "Snapshot"
    alone = "DBClusterIdentifier" not in resource.properties
    if resource.type == "AWS::RDS::DBInstance" and alone:
        # A read replica is not snapshotted either; "DeletionPolicy attribute".
        return "Delete" if "SourceDBInstanceIdentifier" in resource.properties else "Snapshot"
    return "Delete"
