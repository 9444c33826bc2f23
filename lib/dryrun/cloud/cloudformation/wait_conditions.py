"""Wait conditions, and the addresses at which whoever they wait for leaves a signal.

Follows "Create wait conditions in a CloudFormation template" and "Wait condition signal JSON
format", CloudFormation User Guide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.cloudformation import SIGNALS
from dryrun.cloud.cloudformation.models import Stack, StackResource, cloudformation_backends
from dryrun.cloud.cloudformation.reasons import FailedError
from dryrun.cloud.cloudformation.work import Wait

TYPE = "AWS::CloudFormation::WaitCondition"
HANDLE_TYPE = "AWS::CloudFormation::WaitConditionHandle"

_MAX_SECONDS = 43200

Signal = dict[str, str]


def address(region: str, stack_id: str, logical_id: str) -> str:
    """Return the address of a handle, which is its physical id."""
    return f"{inside.endpoint()}{SIGNALS}{region}/{quote(f'{stack_id}/{logical_id}', safe='')}"


def named(url: str) -> str:
    """Return what the handle of an address is called: its stack's id and its logical id."""
    return unquote(urlsplit(url).path).removeprefix(SIGNALS).partition("/")[2]


def receive(path: str, body: bytes) -> bool:
    """Take what was put at the path of an address; False where there is no such handle.

    What is no signal, or has the id of one that has come already, changes nothing.
    """
    found = _handle(path)
    if found is None:
        return False
    stack, handle = found
    signal = _read(body)
    if signal is not None and signal["UniqueId"] not in handle.signals:
        # A handle keeps the whole message; other resources only keep how they were signalled.
        handle.signals[signal["UniqueId"]] = json.dumps(signal)
        _wake(stack, handle)
    return True


def signals(url: str) -> list[Signal]:
    """Return what was put at the address of a handle, in order."""
    found = _handle(unquote(urlsplit(url).path))
    return [] if found is None else [json.loads(text) for text in found[1].signals.values()]


def awaited(condition: StackResource) -> Iterator[Wait]:
    """Wait for as many signals as a condition counts; raises FailedError."""
    count = int(condition.applied.get("Count") or 1)
    timeout = min(float(condition.applied.get("Timeout") or 0), _MAX_SECONDS)
    until = clocks.current().time() + timeout
    while True:
        come = signals(condition.applied.get("Handle", ""))
        for signal in come:
            if signal["Status"] == "FAILURE":
                raise FailedError(
                    f"WaitCondition received failed message: '{signal['Reason']}' for uniqueId: "
                    f"{signal['UniqueId']}"
                )
        if len(come) >= count:
            return
        if clocks.current().time() >= until:
            raise FailedError(
                f"WaitCondition timed out. Received {len(come)} conditions when expecting {count}"
            )
        yield Wait(until - clocks.current().time(), outside=True)


def _handle(path: str) -> tuple[Stack, StackResource] | None:
    """Return the handle whose address has this (decoded) path, with its stack."""
    stack_id, _, logical_id = path.removeprefix(SIGNALS).partition("/")[2].rpartition("/")
    parts = stack_id.split(":")
    if not path.startswith(SIGNALS) or len(parts) != 6:
        return None
    stack = cloudformation_backends[parts[4]][parts[3]].look(stack_id)
    handle = stack.resources.get(logical_id) if stack is not None else None
    if stack is None or handle is None or handle.type != HANDLE_TYPE:
        return None
    return stack, handle


def _read(body: bytes) -> Signal | None:
    try:
        found: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(found, dict) or found.get("Status") not in ("SUCCESS", "FAILURE"):
        return None
    if not found.get("UniqueId"):
        return None
    return {name: str(found.get(name, "")) for name in ("Status", "UniqueId", "Data", "Reason")}


def _wake(stack: Stack, handle: StackResource) -> None:
    """Let the conditions go on that wait for this handle, in whatever stack they are."""
    for other in cloudformation_backends[stack.account][stack.region].stacks.values():
        schedule = other.operation.schedule if other.operation is not None else None
        for one in other.resources.values():
            waits = one.type == TYPE and one.applied.get("Handle") == handle.physical_id
            if waits and schedule is not None:
                schedule.wake(one.logical_id)
