"""What goes on from a stack that stands half way: ContinueUpdateRollback and RollbackStack."""

from __future__ import annotations

from collections.abc import Iterable

from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.cloudformation.rolling_back import RollBack


class ContinueRollbackOperation(Operation):
    """Go on with a roll back that failed; `skip` are taken for rolled back as they are."""

    kind = "CONTINUE_ROLLBACK"

    def start(self, skip: Iterable[str] = ()) -> None:
        """Begin."""
        RollBack(self, self.stack.unfinished, skip).start("User Initiated")


class RollbackOfUpdate(Operation):
    """RollbackStack for an update that failed and was left as it stood."""

    kind = "ROLLBACK"

    def start(self) -> None:
        """Begin."""
        RollBack(self, self.stack.unfinished).start("User Initiated")
