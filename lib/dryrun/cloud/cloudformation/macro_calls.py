"""Macros of an account: functions that a request calls while it processes a template.

Follows "Create a CloudFormation macro definition", User Guide, and recorded events of stacks. A
request that needs a function's answer begins again once it is there: up to then it has changed
nothing, and a replay, which knows the answers, does the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError
from moto.moto_api._internal import mock_random

from dryrun.cloud import outside
from dryrun.cloud.awslambda import invocations, tasks
from dryrun.cloud.awslambda.invocations import Invoked
from dryrun.cloud.awslambda.tasks import Task
from dryrun.cloud.cloudformation.models import cloudformation_backends
from dryrun.cloud.cloudformation.template import TemplateError
from dryrun.cloud.inside import client

_NOWHERE = (
    "Dry Run does not simulate macros in the template of a nested stack; real AWS would carry "
    "the transform {name} out."
)


@dataclass(frozen=True)
class _Answer:
    """What a function answered, and the id of the request it was called with."""

    request_id: str
    invoked: Invoked


class _WantedError(Exception):
    """A function's answer is needed to go on."""

    def __init__(self, key: str, task: Task) -> None:
        super().__init__(key)
        self.key = key
        self.task = task

    def answer(self) -> _Answer:
        """Have the function run, while others have their turn."""
        outcome = outside.ask(tasks.KIND, {"task": self.task})
        task = replace(self.task, **outcome.get("ran", {}))
        return _Answer(task.request_id, invocations.finish(task, outcome))


_KNOWN: ContextVar[dict[str, _Answer] | None] = ContextVar("macro_answers", default=None)


def answered(action: Callable[[], Any]) -> Any:
    """Carry out a request, again and again until all answers it needs are known."""
    known: dict[str, _Answer] = {}
    token = _KNOWN.set(known)
    try:
        while True:
            drawn = mock_random.getstate()
            try:
                return action()
            except _WantedError as wanted:
                mock_random.setstate(drawn)  # who has a turn meanwhile draws what comes next
                known[wanted.key] = wanted.answer()
    finally:
        _KNOWN.reset(token)


def call(
    name: str,
    arguments: Mapping[str, Any],
    fragment: Any,
    parameters: Mapping[str, Any],
    *,
    account: str,
    region: str,
) -> Any:
    """Return what a macro makes of a template or of a part; raises TemplateError."""
    macro = cloudformation_backends[account][region].macros.get(name)
    transform = f"{account}::{name}"
    if macro is None:
        raise TemplateError(f"No transform named {transform} found.")
    event = {
        "accountId": account,
        "fragment": fragment,
        "transformId": transform,
        "region": region,
        "params": arguments,
        "templateParameterValues": parameters,
    }
    key = json.dumps([macro.function, event])
    known = _KNOWN.get()
    if known is None or not outside.can_ask():
        raise TemplateError(_NOWHERE.format(name=transform))
    if key not in known:
        raise _WantedError(key, _task(macro.function, transform, event, account, region))
    return _fragment(transform, known[key])


def _task(function: str, transform: str, event: dict[str, Any], account: str, region: str) -> Task:
    """Return the run of a macro's function, if the request's caller may call it."""
    try:
        client("lambda", region).invoke(FunctionName=function, InvocationType="DryRun")
    except ClientError as error:
        why = error.response["Error"].get("Message", "")
        raise TemplateError(f"Transform {transform} failed with: {why}") from error
    name = function.partition(":function:")[2] or function
    task = invocations.task_of(account, region, name, b"")
    return replace(task, payload=json.dumps({**event, "requestId": task.request_id}).encode())


def _fragment(transform: str, answer: _Answer) -> Any:
    """Return the fragment in an answer; raises TemplateError."""
    invoked = answer.invoked
    if invoked.error_code == "NotSimulated":
        raise TemplateError(invoked.error_message)
    try:
        found = json.loads(invoked.payload or b"null")
    except ValueError:
        found = None
    ran = invoked.status == 200 and not invoked.function_error
    if not ran or not isinstance(found, dict) or found.get("requestId") != answer.request_id:
        raise TemplateError(f"Received malformed response from transform {transform}")
    if found.get("status") != "success":
        why = found.get("errorMessage")
        told = f"failed with: {why}" if why else "failed without an error message."
        raise TemplateError(f"Transform {transform} {told}")
    return found.get("fragment")
