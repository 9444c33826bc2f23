"""What an invocation does to the account: credentials before, logs and metrics after.

`invoke` is the way for other services to call a function and hear its result; asynchronous
invocations go through Lambda's own API, as in AWS.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks
from dryrun.cloud import outside, registry, request_ids
from dryrun.cloud.awslambda import journaling, provisioned, tasks
from dryrun.cloud.awslambda.tasks import Task

SESSION_SECONDS = 12 * 3600


@dataclass(frozen=True)
class Invoked:
    """What came of an invocation.

    `status` is 200 where the function ran, whatever it did; otherwise `error_code` and
    `error_message` are Lambda's own.
    """

    status: int
    payload: bytes
    function_error: str = ""
    executed_version: str = ""
    log_tail: str = ""
    error_code: str = ""
    error_message: str = ""
    request_id: str = ""


def invoke(function_arn: str, payload: bytes, done: Callable[[Invoked], None]) -> None:
    """Run a function and call `done` with the result, once it is there.

    Who may invoke it is for the caller to find out first. An unknown function is a result, too.
    """
    parts = function_arn.split(":")
    try:
        task = task_of(parts[4], parts[3], ":".join(parts[6:]), payload)
    except LookupError as error:
        missing = Invoked(404, b"", "", "", "", "ResourceNotFoundException", str(error))
        clocks.current().call_later(0, lambda: done(missing), what=f"invoke {function_arn}")
        return
    outside.run(
        tasks.KIND,
        {"task": task},
        lambda outcome: done(finish(task, outcome)),
        what=f"invoke {function_arn}",
    )


def task_of(account: str, region: str, name: str, payload: bytes, **more: Any) -> Task:
    """Return the run of a function, `name` or `name:qualifier`; raises LookupError."""
    registry.prepare("awslambda")  # else an account would keep a Lambda of moto's own
    bare, _, qualifier = name.partition(":")
    backend = lambda_backends[account][region]
    arn = f"arn:aws:lambda:{region}:{account}:function:{name}"
    try:
        version = _version(backend, bare, qualifier)
        function = backend.get_function(bare, version or None)
        latest = backend.get_function(bare) if qualifier else function
    except Exception:  # moto has several errors for it
        raise LookupError(f"Function not found: {arn}") from None
    initialized = provisioned.initialization(latest, qualifier, version)
    logging = function.logging_config
    return Task(
        request_id=_new_request_id(bare),
        payload=payload,
        invoked_arn=arn,
        account=account,
        region=region,
        name=bare,
        version=str(function.version),
        handler=function.handler or "",
        runtime=function.run_time or "",
        memory=int(function.memory_size),
        timeout=int(function.timeout),
        storage=int(function.ephemeral_storage),
        variables=tuple(sorted(function.environment_vars.items())),
        code=function.code_bytes,
        layers=tuple(_layer(layer["Arn"]) for layer in function.layers),
        role=function.role,
        log_group=logging["LogGroup"],
        log_format=logging["LogFormat"],
        reserved=provisioned.left(latest, initialized),
        initialization=initialized,
        **more,
    )


def _new_request_id(name: str) -> str:
    """Return an id for a run, which draws from no source that a replay would draw from later."""
    at_hand = uuid.UUID(request_ids.new())
    return str(uuid.uuid5(at_hand, f"{name} {outside.current().taken_up}"))


def _version(backend: Any, name: str, qualifier: str) -> str:
    """Return the version behind a qualifier; one of an alias' two by their weights."""
    function = backend.get_function(name)
    if not qualifier or qualifier in ("$LATEST",) or qualifier.isdigit():
        return qualifier
    alias = backend.get_alias(qualifier, function.function_name)
    config = alias.routing_config or {}
    for version, weight in (config.get("AdditionalVersionWeights") or {}).items():
        if random.random() < float(weight):  # noqa: S311 - AWS, too, sends at random
            return str(version)
    return str(alias.function_version)


def _layer(arn: str) -> bytes:
    found = lambda_backends[arn.split(":")[4]][arn.split(":")[3]].layers_versions_by_arn(arn)
    return bytes(found.code_bytes) if found is not None else _EMPTY_ZIP


_EMPTY_ZIP = b"PK\x05\x06" + b"\0" * 18


def begin_environment(payload: dict[str, Any]) -> dict[str, Any]:
    """Give a new execution environment its role's credentials, and a log stream's name."""
    from dryrun.cloud.sts.models import issue_for_role  # noqa: PLC0415 - takes a while to load

    role = journaling.assumable(payload["role"])
    if role is None:
        return {"refused": "The role defined for the function cannot be assumed by Lambda."}
    credentials = issue_for_role(role, payload["name"], SESSION_SECONDS)
    outside.let_in(credentials.access_key_id)
    today = clocks.current().now().strftime("%Y/%m/%d")
    stream = f"{today}/[{payload['version']}]{mock_random.uuid4().hex}"
    given = {name: str(value) for name, value in credentials.as_response().items()}
    return {"Stream": stream, "Credentials": given}


outside.verbs["environment"] = begin_environment


def finish(task: Task, outcome: dict[str, Any]) -> Invoked:
    """Write down what came of a run, and return it."""
    if outcome.get("throttled"):
        journaling.count(task, "Throttles", 1.0)
        return Invoked(
            429, b"", error_code="TooManyRequestsException", error_message="Rate Exceeded."
        )
    if "refused" in outcome:
        return Invoked(
            403, b"", error_code="AccessDeniedException", error_message=outcome["refused"]
        )
    lacking = outcome.get("not_simulated") or outcome.get("mishap")
    if lacking:
        return Invoked(501, b"", error_code="NotSimulated", error_message=str(lacking))
    log = journaling.write(task, outcome)
    return Invoked(
        200,
        outcome["payload"].encode(),
        "Unhandled" if outcome["error"] else "",
        task.version,
        log[-4096:],
        request_id=task.request_id,
    )
