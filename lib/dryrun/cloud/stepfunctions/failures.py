"""What a state can fail with; "Handling errors in Step Functions workflows", Developer Guide."""

from __future__ import annotations

from collections.abc import Sequence

RUNTIME = "States.Runtime"
TIMEOUT = "States.Timeout"
TASK_FAILED = "States.TaskFailed"
ALL = "States.ALL"
DATA_LIMIT = "States.DataLimitExceeded"
NO_CHOICE = "States.NoChoiceMatched"
INTRINSIC = "States.IntrinsicFailure"
PARAMETER_PATH = "States.ParameterPathFailure"
RESULT_PATH = "States.ResultPathMatchFailure"
QUERY = "States.QueryEvaluationError"
HEARTBEAT = "States.HeartbeatTimeout"

# The documentation says that States.ALL leaves States.DataLimitExceeded alone, too; recorded
# executions caught it.
_NEVER_BY_ALL = frozenset({RUNTIME})
_NEVER_TASK_FAILED = frozenset({RUNTIME, DATA_LIMIT, TIMEOUT})


class StateError(Exception):
    """A state failed, with an error name and a cause, either of which may be missing."""

    def __init__(self, error: str | None, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.also = ""
        """Another name by which retriers and catchers know it."""
        self.placed = False
        """Whether the cause tells already which state it was."""
        self.location = ""
        """The field whose expression could not be evaluated, for QueryLanguage JSONata."""

    def output(self) -> dict[str, str]:
        """Return the error output that a catcher gets."""
        shown = {"Error": self.error or "", "Cause": self.cause}
        return {name: value for name, value in shown.items() if value is not None}

    def details(self) -> dict[str, str]:
        """Return error and cause as events of the history have them."""
        shown = {"error": self.error, "cause": self.cause}
        return {name: value for name, value in shown.items() if value is not None}


class MissingPath(Exception):
    """A path leads to nothing; the message is the one Step Functions has from its library."""


class OutOfHistoryError(Exception):
    """An execution has as many events as it may have."""


def matches(names: Sequence[str], failure: StateError) -> bool:
    """Tell whether an error is among those a retrier or a catcher names."""
    error = failure.error
    for name in names:
        if name in (error, failure.also or error):
            return True
        if name == ALL and error not in _NEVER_BY_ALL:
            return True
        if name == TASK_FAILED and error not in _NEVER_TASK_FAILED:
            return True
    return False


def placed_in(error: StateError, state: str, entered: int) -> StateError:
    """Return a failure of the runtime with the state it happened in, as AWS tells it."""
    if (error.error == RUNTIME and not error.placed) or error.error in (PARAMETER_PATH, QUERY):
        placed = StateError(
            error.error,
            f"An error occurred while executing the state '{state}' "
            f"(entered at the event id #{entered}). {error.cause or ''}",
        )
        placed.placed, placed.location = True, error.location
        return placed if not error.placed else error
    return error
