"""CreateStack, and the roll back of a creation."""

from __future__ import annotations

from dryrun.cloud.cloudformation import early, outputs
from dryrun.cloud.cloudformation.deleting import delete_works, deletion_needs
from dryrun.cloud.cloudformation.models import CloudFormationBackend, Deployment, Stack, now
from dryrun.cloud.cloudformation.operation import BEGIN, Operation
from dryrun.cloud.cloudformation.reasons import reason
from dryrun.cloud.cloudformation.resource_work import CreateWork, new_resource
from dryrun.cloud.cloudformation.template import dependencies
from dryrun.cloud.cloudformation.watching import Guard
from dryrun.cloud.cloudformation.work import Schedule
from dryrun.cloud.identity import Caller

ROLLBACK, DELETE, DO_NOTHING = "ROLLBACK", "DELETE", "DO_NOTHING"
LEAVE = "LEAVE"
"""What a stack does that is one of another's resources: it fails, and the other takes it back."""


class CreateOperation(Operation):
    """Create every resource of a new stack; on failure do as `on_failure` says."""

    kind = "CREATE_STACK"

    def __init__(
        self,
        backend: CloudFormationBackend,
        stack: Stack,
        caller: Caller,
        token: str | None,
        *,
        on_failure: str = ROLLBACK,
    ) -> None:
        super().__init__(backend, stack, caller, token)
        self.on_failure = on_failure

    def start(self) -> None:
        """Begin."""
        stack = self.stack
        stack.outdate_change_sets()
        self.tell_stack("CREATE_IN_PROGRESS", "User Initiated")
        self.create(stack.deployment)
        if stack.timeout_minutes:
            self.later(stack.timeout_minutes * 60, self._time_out, "times out", work=False)

    def create(self, deployment: Deployment) -> None:
        """Create what is not there yet."""
        self.guard = Guard(self, deployment, lambda why: self._fail(f"{why}. "))
        refused = early.refusal(self.backend, deployment, self.stack)
        if refused is not None:
            self.later(BEGIN, lambda: self._fail(f"{refused}. "), "begins")
            return
        invalid = early.invalid(self.backend, self.stack, deployment)
        if invalid:
            self.later(
                BEGIN, lambda: self._fail(f"{early.tell(self, deployment, invalid)}. "), "begins"
            )
            return
        needs = dependencies(deployment.template, deployment.conditions)
        works = {
            name: CreateWork(self, deployment, new_resource(definition, needs.get(name, ())))
            for name, definition in deployment.resources().items()
        }
        self.run(
            Schedule(self, works, needs, self._created, keep_going=self.on_failure == DO_NOTHING)
        )

    def _created(self, failed: list[str]) -> None:
        if failed:
            self._fail(f"The following resource(s) failed to create: [{', '.join(failed)}]. ")
            return
        try:
            self.stack.outputs = outputs.evaluated(self.backend, self.stack, self.stack.deployment)
        except Exception as error:  # whatever happens, the stack tells of it
            self._fail(f"{reason(error).removesuffix('.')}. ")
            return
        self.guard.then(self._complete)

    def _complete(self) -> None:
        self.tell_stack("CREATE_COMPLETE")
        self.stack.operation = None

    def _time_out(self) -> None:
        if self.stack.status == "CREATE_IN_PROGRESS":
            self.abort()
            # Seen in the events of stacks that took longer than TimeoutInMinutes.
            self._fail("Stack creation exceeded the specified timeout. ")

    def _fail(self, why: str) -> None:
        """Do what is to be done on failure; the reason ends in a space, as AWS's does."""
        if self.on_failure in (DO_NOTHING, LEAVE):
            self.tell_stack("CREATE_FAILED", why)
            self.stack.operation = None
            return
        if self.on_failure == DELETE:
            self.tell_stack("DELETE_IN_PROGRESS", f"{why}Delete requested by user.")
        else:
            self.turn_back()
            self.tell_stack("ROLLBACK_IN_PROGRESS", f"{why}Rollback requested by user.")
        self.roll_back()

    def roll_back(self) -> None:
        """Delete what was created, in reverse order."""
        stack = self.stack
        stack.deleted = now()
        created = list(stack.resources.values())
        works = delete_works(self, created, created_now=True)
        self.run(Schedule(self, works, deletion_needs(created), self._rolled_back, keep_going=True))

    def _rolled_back(self, failed: list[str]) -> None:
        word = "DELETE" if self.on_failure == DELETE else "ROLLBACK"
        if failed:
            why = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            self.tell_stack(f"{word}_FAILED", why)
        else:
            self.stack.imports.clear()
            self.tell_stack(f"{word}_COMPLETE")
        self.stack.operation = None


class RollbackOfCreation(CreateOperation):
    """RollbackStack for a creation that failed and was left as it stood."""

    kind = "ROLLBACK"

    def start(self) -> None:
        """Begin."""
        self.tell_stack("ROLLBACK_IN_PROGRESS", "User Initiated")
        self.roll_back()
