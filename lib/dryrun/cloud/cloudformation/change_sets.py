"""Change sets: a plan, kept to be looked at and carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudformation.models import Deployment, Stack, new_id, now
from dryrun.cloud.cloudformation.plan import ResourceChange

if TYPE_CHECKING:
    from dryrun.cloud.cloudformation.operation import Operation

EMPTY = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)


PENDING, LOOKING = 1.0, 1.0
"""Seconds until AWS begins to look at what is asked, and until it has seen what changes."""


@dataclass
class ChangeSet:
    """What a stack would become; `type` is CREATE, UPDATE or IMPORT.

    `changes` are those it shows, `valued` those it shows with property values: AWS evaluates more
    for the latter, so there may be fewer.
    """

    name: str
    stack: Stack
    type: str
    deployment: Deployment
    description: str | None = None
    changes: list[ResourceChange] = field(default_factory=list)
    valued: list[ResourceChange] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    status: str = "CREATE_PENDING"
    reason: str | None = None
    on_stack_failure: str | None = None
    include_nested: bool = False
    import_existing: bool = False
    imports: dict[str, dict[str, str]] = field(default_factory=dict)
    """The identifiers of what is to be imported, by logical id."""
    change_set_id: str = ""
    obsolete: bool = False
    operation: Operation | None = None
    """What carries it out, or did."""

    def __post_init__(self) -> None:
        """Make the id."""
        if not self.change_set_id:
            where = self.stack.stack_id.split(":stack/")[0]
            self.change_set_id = f"{where}:changeSet/{self.name}/{new_id()}"

    def settle(self, failure: str | None) -> None:
        """Become ready, or fail, when AWS would have looked at what is asked."""
        later = clocks.current().call_later
        what = f"{self.stack.name}: {self.name}"

        def look() -> None:
            self.status = "CREATE_IN_PROGRESS"

        def decide() -> None:
            self.status = "CREATE_COMPLETE" if failure is None else "FAILED"
            self.reason = failure

        later(PENDING, look, what=what)
        later(PENDING + LOOKING, decide, what=what)

    @property
    def execution_status(self) -> str:
        """How the execution stands."""
        if self.operation is not None:
            return self._execution(self.operation)
        if self.obsolete:
            return "OBSOLETE"
        return "AVAILABLE" if self.status == "CREATE_COMPLETE" else "UNAVAILABLE"

    def _execution(self, operation: Operation) -> str:
        told = [one for one in self.stack.events if one.operation_id == operation.id]
        status = next(one.status for one in reversed(told) if one.logical_id == self.stack.name)
        if status.endswith("_IN_PROGRESS"):
            return "EXECUTE_IN_PROGRESS"
        failed = status.endswith("_FAILED") or "ROLLBACK" in status or status == "DELETE_COMPLETE"
        return "EXECUTE_FAILED" if failed else "EXECUTE_COMPLETE"
