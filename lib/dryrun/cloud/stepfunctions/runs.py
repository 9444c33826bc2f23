"""Executions: they run on the lab clock, one state an event."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.clock import Event
from dryrun.cloud.stepfunctions import history, notices, resources
from dryrun.cloud.stepfunctions.failures import RUNTIME, OutOfHistoryError, StateError
from dryrun.cloud.stepfunctions.history import History
from dryrun.cloud.stepfunctions.tokens import Tokens
from dryrun.cloud.stepfunctions.visits import Flow, Visit

LONGEST = {"STANDARD": 365 * 86400.0, "EXPRESS": 300.0}
"""The seconds an execution lasts at most; "Step Functions service quotas", Developer Guide."""


@dataclass
class Order:
    """What to run: a machine as it is now, with a name and an input."""

    arn: str
    name: str
    input: str
    machine_arn: str
    machine_name: str
    definition: str
    role_arn: str
    type: str
    account: str
    region: str
    logging: dict[str, Any] = field(default_factory=dict)
    version_arn: str = ""
    alias_arn: str = ""
    trace_header: str = ""


class Run:
    """One execution of a state machine."""

    def __init__(self, order: Order, tokens: Tokens) -> None:
        self.order = order
        self.tokens = tokens
        self.host = inside.host()
        self.program: dict[str, Any] = json.loads(order.definition)
        self.status = "RUNNING"
        self.start_date: datetime = history.now()
        self.stop_date: datetime | None = None
        self.output: str | None = None
        self.error: StateError | None = None
        self.redrive_count = 0
        self.redrive_date: datetime | None = None
        self.ended = False
        self.history = History(lambda event: notices.log(self, event))
        self._failed_in: Visit | None = None
        self._endings: list[Callable[[], None]] = []
        self._limits: list[Event] = []
        self.flow = Flow(self, self.program, 0, self._succeeded, self._failed)

    # What it is

    @property
    def arn(self) -> str:
        """The execution's ARN."""
        return self.order.arn

    @property
    def machine_arn(self) -> str:
        """The machine's ARN, without a version."""
        return self.order.machine_arn

    @property
    def role_arn(self) -> str:
        """The role with which calls are made."""
        return self.order.role_arn

    @property
    def account(self) -> str:
        """The account it runs in."""
        return self.order.account

    @property
    def region(self) -> str:
        """The region it runs in."""
        return self.order.region

    def context(self) -> dict[str, Any]:
        """Return what the context object tells of the execution."""
        execution: dict[str, Any] = {
            "Id": self.arn,
            "Input": json.loads(self.order.input),
            "Name": self.order.name,
            "RoleArn": self.role_arn,
            "StartTime": history.iso(self.start_date),
        }
        if self.redrive_date is not None:
            execution["RedriveCount"] = self.redrive_count
            execution["RedriveTime"] = history.iso(self.redrive_date)
        machine = {"Id": self.machine_arn, "Name": self.order.machine_name}
        return {"Execution": execution, "StateMachine": machine}

    # Its course

    def start(self) -> None:
        """Begin, as soon as the present request or event is over."""
        self.flow.previous = 0
        self.history.add(
            "ExecutionStarted",
            0,
            {
                "input": self.order.input,
                "inputDetails": {"truncated": False},
                "roleArn": self.role_arn,
                **({"stateMachineAliasArn": self.order.alias_arn} if self.order.alias_arn else {}),
                **(
                    {"stateMachineVersionArn": self.order.version_arn}
                    if self.order.version_arn
                    else {}
                ),
            },
        )
        notices.status_changed(self)
        self._limit()
        self.flow.begin(json.loads(self.order.input))

    def _limit(self) -> None:
        most = LONGEST[self.order.type]
        seconds = min(self.program.get("TimeoutSeconds", most), most)
        what = f"the execution {self.order.name} times out"
        self._limits = [clocks.current().call_later(seconds, self.time_out, what=what, work=False)]

    def later(
        self, seconds: float, action: Callable[[], None], what: str, *, work: bool = True
    ) -> Event:
        """Do something after a while, unless the execution is over by then."""
        return clocks.current().call_later(
            seconds,
            lambda: self.guard(action),
            what=f"in {self.order.machine_name}, {what}",
            work=work,
        )

    def guard(self, action: Callable[[], None]) -> None:
        """Do something, and let the execution end when it cannot go on."""
        if self.ended:
            return
        try:
            action()
        except OutOfHistoryError:
            self._out_of_history()
        except StateError as error:
            self._failed(error)
        except Exception as mishap:  # an execution must not hang for what went wrong here
            traceback.print_exc()
            self._failed(StateError(RUNTIME, f"Dry Run could not go on: {mishap!r}"))

    def _out_of_history(self) -> None:
        if self.order.type == "EXPRESS":
            # AWS keeps no such count; what goes round for ever is stopped by its time limit.
            self._quiet()
            left = self.start_date.timestamp() + LONGEST["EXPRESS"] - clocks.current().time()
            self.later(max(left, 0.0), self.time_out, "its time is up")
            return
        self.flow.previous = len(self.history.events)
        limit = f"The execution reached the maximum number of history events ({history.LONGEST})."
        self._failed(StateError(RUNTIME, limit))

    # Its end

    def _succeeded(self, output: Any) -> None:
        self.output = history.text(output)
        self._end("SUCCEEDED", "ExecutionSucceeded", history.data("output", output))

    def _failed(self, error: StateError) -> None:
        self.error = error
        self._failed_in = self.flow.visit
        self._end("FAILED", "ExecutionFailed", error.details())

    def time_out(self) -> None:
        """End because it took too long."""
        if not self.ended:
            self._failed_in = self.flow.visit
            self._quiet()
            self._end("TIMED_OUT", "ExecutionTimedOut", {})

    def stop(self, error: str | None, cause: str | None) -> None:
        """End because somebody wants it."""
        if not self.ended:
            self._failed_in = self.flow.visit
            self._quiet()
            self.error = StateError(error, cause)
            self.flow.previous = 0
            self._end("ABORTED", "ExecutionAborted", self.error.details())

    def _quiet(self) -> None:
        """Stop all flows without a word of each state in the history."""
        self.ended = True
        self.flow.abort()
        self.ended = False

    def _end(self, status: str, kind: str, details: dict[str, Any]) -> None:
        self.ended = True
        self.flow.abort()
        self.status = status
        self.stop_date = history.now()
        self.history.add(kind, self.flow.previous, details)
        for limit in self._limits:
            limit.cancel()
        notices.status_changed(self)
        endings, self._endings = self._endings, []
        for ending in endings:
            ending()

    def when_ended(self, ending: Callable[[], None]) -> None:
        """Call `ending` when the execution is over, now if it is."""
        if self.ended:
            ending()
        else:
            self._endings.append(ending)

    def forget(self, ending: Callable[[], None]) -> None:
        """Do not call `ending` any more."""
        if ending in self._endings:
            self._endings.remove(ending)

    # Going on where it failed

    def refusal_to_redrive(self) -> str | None:
        """Return why the execution cannot go on where it failed, or None."""
        if self.status in ("RUNNING", "SUCCEEDED"):
            return f"Execution is {self.status} and cannot be redriven"
        if len(self.history.events) >= history.LONGEST - 1:
            return "Execution event history limit exceeded"
        return None

    def redrive(self) -> None:
        """Go on in the state that failed."""
        failed = self._failed_in
        assert failed is not None
        self.status, self.ended = "RUNNING", False
        self.stop_date = self.error = self.output = None
        self.redrive_count += 1
        self.redrive_date = history.now()
        self.flow.over = False
        self.flow.add("ExecutionRedriven", {"redriveCount": self.redrive_count})
        notices.status_changed(self)
        self._limit()
        failed.over = False
        failed.retries = {}
        self.flow.visit = failed
        if failed.kind in ("Task", "Parallel", "Map"):
            self.later(0, failed.attempt, f"the state {failed.name} goes on")
        else:
            self.flow.enter(failed.name, failed.input)

    # What DescribeExecution tells

    def summary(self) -> dict[str, Any]:
        """Return what a list of executions tells."""
        shown: dict[str, Any] = {
            "executionArn": self.arn,
            "stateMachineArn": self.machine_arn,
            "name": self.order.name,
            "status": self.status,
            "startDate": self.start_date,
            "stopDate": self.stop_date,
            "stateMachineVersionArn": self.order.version_arn or None,
            "stateMachineAliasArn": self.order.alias_arn or None,
            "redriveCount": self.redrive_count,
            "redriveDate": self.redrive_date,
        }
        return {name: value for name, value in shown.items() if value is not None}

    def description(self) -> dict[str, Any]:
        """Return what DescribeExecution tells."""
        refusal = self.refusal_to_redrive()
        error = self.error.details() if self.error else {}
        shown = {
            **self.summary(),
            "input": self.order.input,
            "inputDetails": {"included": True},
            **error,
            "redriveStatus": "REDRIVABLE" if refusal is None else "NOT_REDRIVABLE",
        }
        if self.output is not None:
            shown |= {"output": self.output, "outputDetails": {"included": True}}
        if self.order.trace_header:
            shown["traceHeader"] = self.order.trace_header
        if refusal is not None:
            shown["redriveStatusReason"] = refusal
        return shown

    def described(self) -> dict[str, Any]:
        """Return the same as another machine's task gets it."""
        shape = resources.model("stepfunctions").operation_model("DescribeExecution").output_shape
        made: dict[str, Any] = resources.shown(shape, self.description())
        for name in ("StartDate", "StopDate"):
            moment = {"StartDate": self.start_date, "StopDate": self.stop_date}[name]
            if moment is not None:
                made[name] = int(moment.timestamp() * 1000)
        return made
