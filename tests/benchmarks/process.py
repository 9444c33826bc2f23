"""Start a cloud, call it once, measure its memory, stop it."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from dryrun.cloud import keys, launcher
from dryrun.workspace import Workspace

LIMIT = 60.0


@dataclass(frozen=True)
class Started:
    """Hold seconds from start to first answer, and megabytes (PSS) of all processes after it."""

    seconds: float
    megabytes: float


def start_dry_run() -> Started:
    """Measure our cloud, in a new workspace whose certificates exist already."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        # The certificates are made once in the life of a workspace.
        launcher.start(workspace)
        launcher.stop(workspace)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys; from pathlib import Path; "
             "from dryrun.workspace import Workspace; from dryrun.cloud import launcher; "
             "print(launcher.start(Workspace(Path(sys.argv[1]))).endpoint)", folder],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        endpoint = process.communicate()[0].decode().strip()
        _first_answer(endpoint, keys.read(workspace.keys).admin_secret)
        seconds = time.perf_counter() - began
        running = launcher.find(workspace)
        assert running is not None
        memory = _proportional_megabytes(running.pid)
        launcher.stop(workspace)
    return Started(seconds, memory)


def start_moto() -> Started:
    """Measure plain `moto_server`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("moto_server")
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _first_answer(f"http://127.0.0.1:{port}", "any")
        seconds = time.perf_counter() - began
        return Started(seconds, _proportional_megabytes(process.pid))
    finally:
        process.kill()
        process.wait()


def _first_answer(endpoint: str, secret: str) -> None:
    client = boto3.client(
        "sts",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys.ADMIN_KEY_ID,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )
    limit = time.perf_counter() + LIMIT
    while time.perf_counter() < limit:
        try:
            client.get_caller_identity()
        except BotoCoreError:
            time.sleep(0.005)
        else:
            return
    raise AssertionError(f"{endpoint} did not answer within {LIMIT} seconds")


def _proportional_megabytes(pid: int) -> float:
    """Return the proportional set size of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return own / 1024 + sum(_proportional_megabytes(int(child)) for child in children)
