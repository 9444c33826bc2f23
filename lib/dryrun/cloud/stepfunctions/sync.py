"""StartSyncExecution: a request that waits until an express execution is over.

The execution runs on the clock as all do, which takes more than one request. So the request leaves
(see `dryrun.cloud.outside`): the execution is begun by a verb of its own, and its end is told.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.models import stepfunctions_backends

from dryrun.cloud import outside
from dryrun.cloud.stepfunctions.exceptions import MachineNotSimulated

KIND = "stepfunctions.sync"
BEGIN = "stepfunctions-begin"
LONGEST = 300.0
"""Real seconds a request waits; an express execution may last five minutes."""

_DATES = ("startDate", "stopDate")
_over: dict[str, threading.Event] = {}


def run(account: str, region: str, *asked: str | None) -> dict[str, Any]:
    """Return what came of an execution (machine's ARN, name, input, trace header)."""
    backend: Any = stepfunctions_backends[account][region]
    backend.check_sync(*asked[:3])
    order = {"account": account, "region": region, "asked": [*asked]}
    try:
        outcome = outside.ask(KIND, order)
    except LookupError:
        raise MachineNotSimulated(
            "Dry Run does not simulate StartSyncExecution where a service calls it; real AWS would "
            "run the state machine."
        ) from None
    if "mishap" in outcome:
        raise MachineNotSimulated(str(outcome["mishap"]))
    shown = dict(outcome)
    for name in _DATES:
        shown[name] = datetime.fromtimestamp(shown[name], UTC)
    return shown


def _carry_out(order: dict[str, Any]) -> dict[str, Any]:
    event = threading.Event()
    told = outside.tell(BEGIN, order)
    arn = told["executionArn"]
    _over[arn] = event
    if not outside.tell(f"{BEGIN}-watch", {**order, "executionArn": arn})["over"]:
        event.wait(LONGEST)
    _over.pop(arn, None)
    shown: dict[str, Any] = outside.tell(f"{BEGIN}-end", {**order, "executionArn": arn})
    return shown


def _begin(order: dict[str, Any]) -> dict[str, Any]:
    backend: Any = stepfunctions_backends[order["account"]][order["region"]]
    arn, name, given, trace = order["asked"]
    begun = backend.begin(arn, name, given, trace_header=trace)
    return {"executionArn": begun.arn}


def _watch(order: dict[str, Any]) -> dict[str, Any]:
    backend: Any = stepfunctions_backends[order["account"]][order["region"]]
    found, event = backend.runs[order["executionArn"]], _over.get(order["executionArn"])
    if event is not None:
        found.when_ended(event.set)
    return {"over": bool(found.ended)}


def _end(order: dict[str, Any]) -> dict[str, Any]:
    """Return the answer, with an end that has not come yet as AWS's limit would bring it."""
    backend: Any = stepfunctions_backends[order["account"]][order["region"]]
    found = backend.runs[order["executionArn"]]
    found.time_out()
    shown = found.description()
    milliseconds = (found.stop_date - found.start_date).total_seconds() * 1000
    billed = max(100, -(-int(milliseconds) // 100) * 100)
    kept = ("executionArn", "stateMachineArn", "name", "status", "input", "inputDetails", "output",
            "outputDetails", "error", "cause", "traceHeader")  # fmt: skip
    return {
        **{name: shown[name] for name in kept if name in shown},
        **({} if "output" in shown else {"outputDetails": {"included": True}}),
        **{name: shown[name].timestamp() for name in _DATES},
        "billingDetails": {"billedDurationInMilliseconds": billed, "billedMemoryUsedInMB": 64},
    }


def install() -> None:
    """Let such requests leave."""
    outside.register(KIND, _carry_out)
    outside.verbs[BEGIN] = _begin
    outside.verbs[f"{BEGIN}-watch"] = _watch
    outside.verbs[f"{BEGIN}-end"] = _end
