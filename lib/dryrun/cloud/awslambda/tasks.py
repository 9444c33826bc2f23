"""One invocation: what goes out to a process, and how it is carried out there."""

from __future__ import annotations

import functools
import time
import zipfile
from dataclasses import dataclass
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside, outside
from dryrun.cloud.awslambda import packages, processes
from dryrun.cloud.awslambda.environments import Environment, Pool, Result, Setting
from dryrun.cloud.awslambda.runtime_api import Invocation
from dryrun.environment import RUNTIME

KIND = "lambda"

WARM = 900.0
"""Seconds of lab time an unused environment is kept; AWS promises no figure."""


@dataclass(frozen=True)
class Task:
    """One run of one version of a function."""

    request_id: str
    payload: bytes
    invoked_arn: str
    """As it was called: with the alias or the version."""
    account: str
    region: str
    name: str
    version: str
    handler: str
    runtime: str
    memory: int
    timeout: int
    storage: int
    variables: tuple[tuple[str, str], ...]
    code: bytes
    layers: tuple[bytes, ...]
    role: str
    log_group: str
    log_format: str
    reserved: int | None
    client_context: str = ""
    initialization: str = "on-demand"


pool = Pool()


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Run a function in a process of its own; the outcome says what came of it."""
    task: Task = order["task"]
    lacking = cannot_run(task.runtime)
    if lacking:
        return {"not_simulated": lacking}
    name = f"{task.account}:{task.region}:{task.name}"
    if not pool.enter(name, task.reserved):
        return {"throttled": True}
    try:
        return _in_environment(task)
    except zipfile.BadZipFile:
        return {"not_simulated": "the package of this function is not a zip file"}
    finally:
        pool.leave(name)


outside.register(KIND, carry_out)


def _in_environment(task: Task) -> dict[str, Any]:
    setting = _setting(task)
    at = clocks.current().time()
    environment = pool.take(setting, at, WARM)
    if environment is None:
        told = outside.tell(
            "environment",
            {"role": task.role, "name": task.name, "version": task.version},
        )
        if "refused" in told:
            return {"refused": told["refused"]}
        environment = Environment(
            setting, told["Stream"], told["Credentials"], inside.endpoint(), at
        )
    at = clocks.current().time()
    began = time.perf_counter()
    environment.output.take()
    result = environment.invoke(
        Invocation(
            task.request_id,
            task.payload,
            task.invoked_arn,
            int((at + task.timeout) * 1000),
            task.client_context,
        )
    )
    lines = [
        [round(max(0.0, when - began), 6), _as_in_aws(text, environment)]
        for when, text in environment.output.take()
    ]
    outcome = _outcome(environment, task, result, at, lines)
    pool.give_back(environment, clocks.current().time())
    if result.started is not None:
        processes.prepare()  # where one function was started, others follow
    return outcome


def _outcome(
    environment: Environment, task: Task, result: Result, at: float, lines: list[list[Any]]
) -> dict[str, Any]:
    return {
        "payload": _as_in_aws(result.payload.decode("utf-8", "replace"), environment),
        "error": result.error,
        "seconds": round(result.seconds, 6),
        "started": result.started,
        "megabytes": result.megabytes,
        "timed_out": result.timed_out,
        "stream": environment.stream,
        "key": environment.credentials["AccessKeyId"],
        "at": at,
        "lines": lines,
        "ran": {"request_id": task.request_id, "version": task.version},
    }


def _as_in_aws(text: str, environment: Environment) -> str:
    """Name the package's folder as AWS does, where a function could not be given it as its own."""
    return text.replace(environment.setting.package, "/var/task")


def _setting(task: Task) -> Setting:
    return Setting(
        name=task.name,
        version=task.version,
        account=task.account,
        region=task.region,
        handler=task.handler,
        runtime=task.runtime,
        memory=task.memory,
        timeout=task.timeout,
        storage=task.storage,
        variables=task.variables,
        package=packages.unpack(task.code),
        layers=packages.unpack_layers(list(task.layers)),
        role=task.role,
        log_group=task.log_group,
        log_format=task.log_format,
        initialization=task.initialization,
    )


@functools.cache
def cannot_run(runtime: str) -> str:
    """Return why functions of a runtime cannot be run here; nothing where they can."""
    own = RUNTIME
    if runtime != own:
        return (
            f"Dry Run runs functions with the Python it was installed with, {own}; there is no "
            f"interpreter for {runtime} here. Set Runtime to {own} to run this function; real "
            "AWS would run it as it is."
        )
    try:
        packages.site_packages()
    except ImportError:
        return (
            "Dry Run runs functions on Linux only, where AWS's runtime client can be installed; "
            "real AWS would run this one."
        )
    return ""
