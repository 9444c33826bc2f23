"""Start, find and stop the cloud of a workspace."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from dryrun import environment
from dryrun.cloud import accounts, aws_files, keys
from dryrun.cloud.settings import Credentials, Settings
from dryrun.exceptions import CloudError, WorkspaceError
from dryrun.workspace import Workspace

ALREADY_RUNNING = 70
PORT_TAKEN = 71
JOURNAL_UNWRITABLE = 72
HIGHEST_PORT = 65535
START_LIMIT = 60.0
"""Seconds a cloud may take to answer its first request."""
STOP_LIMIT = 5.0
CONTROL_LIMIT = 60.0


@dataclass(frozen=True)
class Running:
    """A cloud that runs: where it is, and how to steer it."""

    endpoint: str
    port: int
    pid: int
    token: str
    instance: str

    def reset(self) -> str:
        """Begin again with a fresh account; return its instance once it answers."""
        fresh = self.control("reset")
        limit = time.monotonic() + START_LIMIT
        while time.monotonic() < limit:
            with contextlib.suppress(CloudError):
                # The process that leaves knows the new account's name as well.
                if self.control("health")["worker"] == fresh["worker"]:
                    return str(fresh["instance"])
            time.sleep(0.01)
        raise CloudError("The lab cloud did not come back after a reset; start it again.")

    def control(self, path: str, payload: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a control request; raise CloudError when it is refused or not answered."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_dryrun/{path}",
            data=json.dumps(payload or {}).encode(),
            headers={"X-Dryrun-Token": self.token, "Content-Type": "application/json"},
            method="POST",
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=CONTROL_LIMIT) as response:
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            raise CloudError(_reason(error)) from error
        except (OSError, HTTPException, ValueError) as error:
            raise CloudError(
                f"The lab cloud at {self.endpoint} does not answer ({error}); "
                "start it again with `dryrun cloud start`."
            ) from error


def start(
    workspace: Workspace,
    *,
    port: int | None = None,
    any_credentials: bool = False,
    account: str | None = None,
    compare_all: bool = False,
) -> Running:
    """Return the workspace's cloud, started if need be.

    `port` insists on a port; without it the last one is used again when it is free. With
    `any_credentials` it checks no signature, and whoever calls is the administrator of `account`
    (twelve digits). `compare_all` lets a cloud that starts repeat all of its journal, what only
    reads included, and say what came out differently. Raises CloudError or WorkspaceError in one
    sentence.
    """
    wanted = _wanted(any_credentials, account)
    if port is not None and not 0 <= port <= HIGHEST_PORT:
        raise CloudError(f"Port {port} does not exist; choose one from 1 to {HIGHEST_PORT}.")
    workspace.prepare()
    made, new = keys.ensure(workspace.keys)
    aws_files.write(workspace, made, new=new)
    process: subprocess.Popen[bytes] | None = None
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        running = find(workspace)
        if running is not None and _answers(running):
            # A server of ours that came too late must not wait for its turn.
            if process is not None and process.pid != running.pid and process.poll() is None:
                process.terminate()
            _remember_port(workspace, running.port)
            if wanted.any_credentials and wanted != _takes(workspace):
                raise CloudError(
                    "The lab cloud runs with other settings; end it with `dryrun cloud stop` first."
                )
            return running
        ended = process is not None and process.poll() is not None
        if process is not None and ended and process.returncode != ALREADY_RUNNING:
            raise CloudError(_why(workspace, process.returncode, port))
        # A cloud that was killed may hold its lock for a moment longer, and another process may
        # be starting one just now.
        if (process is None or ended) and not _locked(workspace):
            process = _spawn(workspace, port, wanted, compare_all=compare_all)
        time.sleep(0.01)
    raise CloudError(
        f"The lab cloud did not start within {START_LIMIT:.0f} seconds; "
        f"the reason may stand in {workspace.cloud_log}."
    )


def find(workspace: Workspace) -> Running | None:
    """Return the workspace's running cloud, or None; never start one."""
    if not _locked(workspace):
        return None
    try:
        return Running(**json.loads(workspace.cloud_file.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def stop(workspace: Workspace) -> bool:
    """Stop the workspace's cloud; return whether there was one."""
    running = find(workspace)
    if running is None:
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, number)
        limit = time.monotonic() + STOP_LIMIT
        while time.monotonic() < limit:
            if not _locked(workspace):
                return True
            time.sleep(0.02)
    raise CloudError(f"The lab cloud (process {running.pid}) does not stop; end it by hand.")


def _wanted(any_credentials: bool, account: str | None) -> Credentials:
    if account is not None and not any_credentials:
        raise CloudError("An account can be chosen together with --any-credentials only.")
    if account is not None and not accounts.is_account_id(account):
        raise CloudError(f"{account!r} is no account id; write twelve digits, as 111122223333.")
    return Credentials(any_credentials, account or accounts.USUAL)


def _spawn(
    workspace: Workspace,
    port: int | None,
    credentials: Credentials,
    *,
    compare_all: bool = False,
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dryrun.cloud", "--workspace", str(workspace.root)]
    if port is not None:
        command += ["--port", str(port), "--fixed-port"]
    else:
        command += ["--port", str(_last_port(workspace))]
    if compare_all:
        command.append("--compare-all")
    try:
        _remember_credentials(workspace, credentials)
        log = workspace.cloud_log.open("wb")
    except OSError as error:
        raise WorkspaceError(
            f"Dry Run cannot write {workspace.cloud_log} ({error.strerror}); free some space "
            "or make the folder writable, then try again."
        ) from error
    with log:
        return subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_server_environment(Settings(credentials, str(workspace.keys))),
            start_new_session=True,
        )


def _answers(running: Running) -> bool:
    try:
        running.control("health")
    except CloudError:
        return False
    return True


def _why(workspace: Workspace, status: int, port: int | None) -> str:
    if status == PORT_TAKEN:
        return f"Port {port} is taken by another program; choose another or leave the port out."
    if status == JOURNAL_UNWRITABLE:
        return (
            f"Dry Run cannot write its journal in {workspace.journal}; free some space or make "
            "the folder writable, then try again."
        )
    return (
        f"The lab cloud ended while starting (status {status}); "
        f"the reason stands at the end of {workspace.cloud_log}."
    )


def _locked(workspace: Workspace) -> bool:
    """Tell whether a living process holds the workspace's lock."""
    try:
        with workspace.cloud_lock.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _last_port(workspace: Workspace) -> int:
    try:
        return int(_port_file(workspace).read_text())
    except (OSError, ValueError):
        return 0


def _remember_port(workspace: Workspace, port: int) -> None:
    with contextlib.suppress(OSError):
        _port_file(workspace).write_text(f"{port}\n")


def _port_file(workspace: Workspace) -> Path:
    return workspace.state / "port"


def _remember_credentials(workspace: Workspace, credentials: Credentials) -> None:
    """Write down that a cloud checks no signatures, for those who ask for another one."""
    file = _credentials_file(workspace)
    if credentials.any_credentials:
        file.write_text(f"{credentials.account}\n")
    else:
        file.unlink(missing_ok=True)


def _takes(workspace: Workspace) -> Credentials:
    """Return how the cloud that was started last takes its callers."""
    try:
        return Credentials(True, _credentials_file(workspace).read_text().strip())
    except OSError:
        return Credentials()


def _credentials_file(workspace: Workspace) -> Path:
    return workspace.state / "any-credentials"


def _server_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of the cloud: the caller's, without what steers AWS clients."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_")) and not name.lower().endswith("_proxy")
    }
    kept[environment.UPSTREAM_VARIABLE] = environment.upstream(os.environ)
    constant = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "PYTHONHASHSEED": "0"}
    return {**kept, **settings.give(), **constant}


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, OSError):
        return f"The lab cloud refused a control request (status {error.code})."
