"""Execution environments: the processes in which functions run, kept warm between invocations.

Follows "Understanding the Lambda execution environment lifecycle", AWS Lambda Developer Guide.
All of this is outside the account: it is called through `dryrun.cloud.outside`.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dryrun.cloud.awslambda import packages, processes
from dryrun.cloud.awslambda.output import Output
from dryrun.cloud.awslambda.processes import Process
from dryrun.cloud.awslambda.runtime_api import LARGEST, Invocation, RuntimeApi, Told

INIT_LIMIT = 10.0
"""Seconds a function may take to start."""

_PAUSE = 0.02
"""Seconds between two looks at how much memory a function uses."""

_MEBIBYTE = 1_048_576

_RUNTIME_SHARE = 48
"""Megabytes more than in AWS that a function may use here, where the runtime weighs more."""


@dataclass(frozen=True)
class Setting:
    """All that makes one environment; another needs another."""

    name: str
    version: str
    account: str
    region: str
    handler: str
    runtime: str
    memory: int
    """Megabytes."""
    timeout: int
    """Seconds."""
    storage: int
    """Megabytes of /tmp."""
    variables: tuple[tuple[str, str], ...]
    package: str
    """The folder in which the code is unpacked."""
    layers: str
    """The folder in which the layers are unpacked, one over the other."""
    role: str
    log_group: str
    log_format: str = "Text"
    initialization: str = "on-demand"


@dataclass
class Result:
    """How an invocation ended: what the function answered, or its error's document."""

    payload: bytes
    error: str = ""
    """The type of the error, where there was one."""
    seconds: float = 0.0
    started: float | None = None
    """Seconds the start took, for an invocation that needed one."""
    megabytes: int = 0
    timed_out: bool = False


@dataclass
class Environment:
    """One process of one function; `stream` is its log stream."""

    setting: Setting
    stream: str
    credentials: dict[str, str]
    endpoint: str
    at: float
    """When it was made, in lab time."""
    output: Output = field(default_factory=Output)
    used: float = 0.0

    def __post_init__(self) -> None:
        """Begin without a process: the first invocation starts it."""
        self._api: RuntimeApi | None = None
        self._process: Process | None = None
        self._tmp: Path | None = None
        self._cold = True

    # One invocation

    def invoke(self, invocation: Invocation) -> Result:
        """Run the function once; whatever it does, there is a result within its time."""
        started = None
        if self._process is None or self._process.poll() is not None:
            began = time.perf_counter()
            failed = self._start(invocation.request_id)
            started = time.perf_counter() - began
            if failed is not None:
                self.stop()
                failed.started = started
                return failed
        began = time.perf_counter()
        result = self._await(self._open(), invocation, began)
        result.seconds = time.perf_counter() - began
        result.started = started
        result.megabytes = self._memory_used()
        self.output.settle()
        if result.error in ("Sandbox.Timedout", "Runtime.ExitError"):
            self.stop()
        return result

    def _await(self, api: RuntimeApi, invocation: Invocation, began: float) -> Result:
        api.ask(invocation)
        until = began + self.setting.timeout
        while True:
            left = max(0.0, until - time.perf_counter())
            told = api.outcome(min(_PAUSE, left), left)
            if told is None:
                ended = self._ended(api, invocation.request_id, until)
                if ended is not None:
                    return ended
            elif told.request_id == invocation.request_id:
                return _result_of(told)

    def _ended(self, api: RuntimeApi, request_id: str, until: float) -> Result | None:
        """Return how the function came to an end that it did not tell itself."""
        assert self._process is not None
        if self._too_large():
            self._process.kill()
            return exited(request_id, "signal: killed")
        status = self._process.poll()
        if status is not None and api.told.empty():
            return exited(request_id, _way_out(status))
        if time.perf_counter() >= until:
            self._process.kill()
            message = (
                f"RequestId: {request_id} Error: Task timed out after "
                f"{self.setting.timeout:.2f} seconds"
            )
            return Result(
                _document("Sandbox.Timedout", message), "Sandbox.Timedout", timed_out=True
            )
        return None

    def _open(self) -> RuntimeApi:
        assert self._api is not None
        return self._api

    # The process

    def _start(self, request_id: str) -> Result | None:
        """Give a process its order; return how the start failed, where it did."""
        self._api = RuntimeApi()
        self._process = processes.take()
        self.output = self._process.output
        home = packages.home()
        root, self._tmp, none = (
            home / name for name in ("root", f"tmp-{self._process.number}", "no-layers")
        )
        for folder in (root, self._tmp, none):
            folder.mkdir(parents=True, exist_ok=True)
        self._process.begin(
            {
                "layout": {
                    "root": str(root),
                    "task": self.setting.package,
                    "opt": self.setting.layers or str(none),
                    "tmp": str(self._tmp),
                    "shown": packages.shown(),
                    "size": self.setting.storage * _MEBIBYTE,
                },
                "variables": self._variables(),
                "libraries": str(packages.libraries()),
                "clockwork": str(packages.site_packages()),
                "time": self.at if self._cold else time.time(),
                "timeout": self.setting.timeout,
            }
        )
        self._cold = False
        return self._started(request_id)

    def _started(self, request_id: str) -> Result | None:
        assert self._process is not None
        api = self._open()
        until = time.perf_counter() + INIT_LIMIT
        while not api.ready.wait(_PAUSE):
            if self._process.poll() is not None and not api.ready.is_set():
                self.output.settle()
                return exited(request_id, _way_out(self._process.poll() or 0))
            if time.perf_counter() >= until:
                return Result(
                    _document("Sandbox.Timedout", "Error: INIT timed out"), "Sandbox.Timedout"
                )
        if api.told.empty():
            return None
        told = api.told.get()
        self._process.wait(2)
        self.output.settle()
        return _result_of(told)

    def _variables(self) -> dict[str, str]:
        """Return the environment variables AWS sets, and the function's own.

        "Defined runtime environment variables", AWS Lambda Developer Guide.
        """
        setting = self.setting
        host = self.endpoint.rpartition("//")[2]
        fixed = {
            "AWS_LAMBDA_RUNTIME_API": self._open().address,
            "AWS_LAMBDA_FUNCTION_NAME": setting.name,
            "AWS_LAMBDA_FUNCTION_VERSION": setting.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(setting.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": setting.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.stream,
            "AWS_LAMBDA_INITIALIZATION_TYPE": setting.initialization,
            "AWS_LAMBDA_LOG_FORMAT": setting.log_format,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{setting.runtime}",
            "AWS_REGION": setting.region,
            "AWS_DEFAULT_REGION": setting.region,
            "AWS_ACCESS_KEY_ID": self.credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": self.credentials["SessionToken"],
            "AWS_ENDPOINT_URL": f"http://{host}",
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "_HANDLER": setting.handler,
            "NO_PROXY": "localhost,127.0.0.1",
            **packages.guard(f"http://{host}"),
        }
        return {**_OPEN, **dict(setting.variables), **fixed}

    def _memory_used(self) -> int:
        return self._process.memory("VmHWM:") // 1024 if self._process is not None else 0

    def _too_large(self) -> bool:
        assert self._process is not None
        return self._process.memory("VmRSS:") > (self.setting.memory + _RUNTIME_SHARE) * 1024

    def stop(self) -> None:
        """End the process for good; the next invocation starts another."""
        if self._process is not None:
            self._process.kill()
            self._process = None
        if self._api is not None:
            self._api.close()
            self._api = None
        if self._tmp is not None:
            shutil.rmtree(self._tmp, ignore_errors=True)


_OPEN = {
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "LANG": "en_US.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "TZ": ":UTC",
}
"""Variables that are not reserved: a function may have others in their place."""


def _way_out(status: int) -> str:
    """Return how a process ended, as the supervisor passes it on, in Go's words."""
    if status > 128:
        names = {9: "killed", 11: "segmentation fault", 6: "aborted", 15: "terminated"}
        return f"signal: {names.get(status - 128, str(status - 128))}"
    return f"exit status {status}" if status else ""


def exited(request_id: str, how: str) -> Result:
    """Return the result of a function that is gone before it answered."""
    told = (
        f"Runtime exited with error: {how}" if how else "Runtime exited without providing a reason"
    )
    message = f"RequestId: {request_id} Error: {told}"
    return Result(_document("Runtime.ExitError", message), "Runtime.ExitError")


def _result_of(told: Told) -> Result:
    if told.kind == "response":
        if len(told.body) > LARGEST:
            message = (
                f"Response payload size exceeded maximum allowed payload size ({LARGEST} bytes)."
            )
            kind = "Function.ResponseSizeTooLarge"
            return Result(_document(kind, message, swapped=True), kind)
        return Result(told.body)
    try:
        kind = str(json.loads(told.body).get("errorType", ""))
    except (ValueError, AttributeError):
        kind = ""
    return Result(told.body, kind or "Unhandled")


def _document(kind: str, message: str, *, swapped: bool = False) -> bytes:
    made: dict[str, Any] = {"errorType": kind, "errorMessage": message}
    if swapped:
        made = {"errorMessage": message, "errorType": kind}
    return json.dumps(made, separators=(",", ":")).encode()


class Pool:
    """The environments there are; `limit` bounds how many processes wait idly."""

    def __init__(self, limit: int = 6) -> None:
        self._limit = limit
        self._idle: list[Environment] = []
        self._busy: dict[str, int] = {}
        self._lock = threading.Lock()

    def enter(self, name: str, reserved: int | None) -> bool:
        """Count one more invocation of a function; tell whether it may run."""
        with self._lock:
            now = self._busy.get(name, 0)
            if reserved is not None and now >= reserved:
                return False
            self._busy[name] = now + 1
            return True

    def leave(self, name: str) -> None:
        """Count one invocation less."""
        with self._lock:
            self._busy[name] -= 1

    def take(self, setting: Setting, now: float, keep: float) -> Environment | None:
        """Return a warm environment of these settings, used within the last `keep` seconds."""
        with self._lock:
            for environment in reversed(self._idle):
                if environment.setting == setting and now - environment.used < keep:
                    self._idle.remove(environment)
                    return environment
        return None

    def give_back(self, environment: Environment, now: float) -> None:
        """Keep an environment warm, and end those that no one needs."""
        environment.used = now
        with self._lock:
            stale = [
                other
                for other in self._idle
                if (other.setting.name, other.setting.version)
                == (environment.setting.name, environment.setting.version)
                and other.setting != environment.setting
            ]
            for other in stale:
                self._idle.remove(other)
            self._idle.append(environment)
            while len(self._idle) > self._limit:
                stale.append(self._idle.pop(0))
        for other in stale:
            other.stop()

    def clear(self) -> None:
        """End everything."""
        with self._lock:
            gone, self._idle = self._idle, []
        for environment in gone:
            environment.stop()
