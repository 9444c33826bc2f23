"""The gate's `aws`, which starts at once, does what the one of the environment does."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from outside import needs_v2

from dryrun import environment
from dryrun.authoring.gate.resident import resident_cli
from dryrun.cloud import launcher
from dryrun.workspace import Workspace

COMMANDS = (
    "aws --version",
    "aws nonsense",
    "aws sts get-caller-identity --query Account --output text",
    "printf hello | aws s3 cp - s3://nowhere/key; echo $?",
    "cd .. && aws cloudformation validate-template --template-body file://missing.yaml",
    "aws s3api create-bucket --bucket harbour >/dev/null; aws s3 ls | cut -c 21-",
    "AWS_REGION=mars-north-1 aws configure list",
    "aws sqs get-queue-url --queue-name 'no such queue' 2>&1 | grep -c NonExistentQueue",
    "aws cloudformation wait stack-exists --stack-name nothing & kill $!; wait $!; echo $?",
)
pytestmark = needs_v2


@pytest.fixture(scope="module")
def environ(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    theirs = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))}
    endpoint = launcher.start(workspace).endpoint
    environment.apply(environment.lab_environment(workspace, endpoint, theirs), theirs)
    return theirs


@pytest.fixture(scope="module")
def resident(
    workspace: Workspace, environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("r") / "aws"
    with resident_cli(folder, environ, ["cloudformation", "sts"]) as made:
        # As a kernel does when its lab is started.
        endpoint = launcher.start(workspace).endpoint
        environment.apply(environment.lab_environment(workspace, endpoint, made), made)
        assert shutil.which("aws", path=made["PATH"]) == str(folder / "aws")
        yield made


def run(command: str, environ: dict[str, str], folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environ, cwd=folder, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_it_answers_alike(
    command: str, environ: dict[str, str], resident: dict[str, str], tmp_path: Path
) -> None:
    assert run(command, resident, tmp_path) == run(command, environ, tmp_path)


def on_terminal(command: str, environ: dict[str, str]) -> bytes:
    theirs, ours = pty.openpty()
    with subprocess.Popen(["/bin/sh", "-c", command], env=environ, stdin=ours, stdout=ours) as run:
        os.close(ours)
        seen = b""
        while select.select([theirs], [], [], 60)[0]:
            try:
                block = os.read(theirs, 4096)
            except OSError:  # how Linux says that nobody has the other end any more
                break
            if not block:
                break
            seen += block
        run.wait(60)
    os.close(theirs)
    return seen


def test_colours_are_put_back(environ: dict[str, str], resident: dict[str, str]) -> None:
    command = "aws iam list-users --query 'Users[].[UserName]' --output table"
    there = on_terminal(command, environ)
    assert b"\x1b[" in there
    assert on_terminal(command, resident) == there


def test_a_command_ends_with_its_caller(resident: dict[str, str], tmp_path: Path) -> None:
    waits = ["aws", "cloudformation", "wait", "stack-exists", "--stack-name", "of-nobody"]
    with subprocess.Popen(waits, env=resident, cwd=tmp_path, stdout=subprocess.PIPE) as waiting:
        time.sleep(2)
        waiting.kill()
        # The pipe is closed only when whoever else holds it has ended too.
        assert waiting.communicate(timeout=20) == (b"", None)
