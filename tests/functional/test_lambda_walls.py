"""The walls around functions, with namespaces and where those are forbidden."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from functions import RUNTIME, package

from dryrun.cloud.awslambda import packages, processes
from dryrun.cloud.awslambda.environments import Environment, Setting
from dryrun.cloud.awslambda.runtime_api import Invocation

SOURCE = """
import os, time

def handler(event, context):
    if event.get("read"):
        return open(event["read"]).read()
    if event.get("fork"):
        inner = os.fork()
        if inner == 0:
            os.setsid()
            time.sleep(1000)
        return inner
    with open("/tmp/dryrun-walls-test", "w") as file:
        file.write("here")
    return open("/tmp/dryrun-walls-test").read()
"""


@pytest.fixture(params=["namespaces", "Landlock"])
def environment(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Environment]:
    if request.param == "Landlock":
        folder = tmp_path / "runtime"
        shutil.copytree(processes.BOOTSTRAP.parent, folder)
        walls = folder / "walls.py"
        walls.write_text(f"{walls.read_text()}\n\ndef separate() -> bool:\n    return False\n")
        monkeypatch.setattr(processes, "BOOTSTRAP", folder / "bootstrap.py")
        monkeypatch.setattr(processes, "_spare", [])
    credentials = dict.fromkeys(("AccessKeyId", "SecretAccessKey", "SessionToken"), "none")
    setting = Setting(
        name="walled",
        version="$LATEST",
        account="123456789012",
        region="us-east-1",
        handler="app.handler",
        runtime=RUNTIME,
        memory=128,
        timeout=30,
        storage=512,
        variables=(),
        package=packages.unpack(package(SOURCE)),
        layers="",
        role="",
        log_group="/aws/lambda/walled",
    )
    made = Environment(setting, "stream", credentials, "http://localhost:1", time.time())
    yield made
    made.stop()


def invoke(environment: Environment, **event: Any) -> Any:
    deadline = int((time.time() + 30) * 1000)
    payload = json.dumps(event).encode()
    return json.loads(environment.invoke(Invocation("1", payload, "arn", deadline)).payload)


def test_the_learners_files_are_out_of_sight(environment: Environment) -> None:
    home = Path.home()
    # Behind Landlock, /tmp is everybody's: `walls.py` says so.
    place = Path("/var/tmp") if home.is_relative_to("/tmp") else home
    secret = place / f".dryrun-test-{os.getpid()}"
    secret.write_text("a key")
    try:
        told = invoke(environment, read=str(secret))
    finally:
        secret.unlink()
    assert told["errorType"] in ("FileNotFoundError", "PermissionError")


def test_a_function_has_its_tmp(environment: Environment) -> None:
    assert invoke(environment) == "here"
    Path("/tmp/dryrun-walls-test").unlink(missing_ok=True)


def test_what_it_started_ends_with_it(environment: Environment) -> None:
    invoke(environment, fork=True)
    assert environment._process is not None
    supervisor = environment._process._process.pid
    below = _below(supervisor)
    assert len(below) == 2
    environment.stop()
    until = time.monotonic() + 30
    while any(Path(f"/proc/{one}").exists() for one in below) and time.monotonic() < until:
        time.sleep(0.02)
    assert not [one for one in below if Path(f"/proc/{one}").exists()]


def _below(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *_below(child))]
