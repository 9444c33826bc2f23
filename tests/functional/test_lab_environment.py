"""The real `aws` in cells, terminals and scripts of a lab: the lab cloud, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from jupyter_client.manager import start_new_kernel

from dryrun import environment, shell
from dryrun.cloud import launcher
from dryrun.tools import aws_cli
from dryrun.workspace import Workspace

FOUND = aws_cli.installed()
needs_v2 = pytest.mark.skipif(
    FOUND is None or FOUND.kind == "v1", reason="AWS CLI v2 is not installed in this environment"
)
ROOT = Path(__file__).parents[2]
TRAP = "[default]\nregion = mars-north-1\n[profile trap]\nregion = mars-north-1\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner's home folder full of things a lab must not read."""
    home = tmp_path_factory.mktemp("home")
    (home / ".aws" / "cli").mkdir(parents=True)
    (home / ".aws" / "config").write_text(TRAP)
    (home / ".aws" / "credentials").write_text("[default]\naws_access_key_id = AKIATHEIRS\n")
    (home / ".aws" / "cli" / "alias").write_text("[toplevel]\nsts = !echo TRAPPED\n")
    (home / ".bashrc").write_text("export AWS_PROFILE=trap PATH=/usr/bin:/bin\n")
    return home


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path_factory.mktemp("wörk space's"))
    (workspace.root / "labs").mkdir()
    launcher.start(workspace)
    yield workspace
    launcher.stop(workspace)


@pytest.fixture(scope="module")
def lab_environ(workspace: Workspace, home: Path) -> dict[str, str]:
    theirs = {**os.environ, "HOME": str(home), "AWS_PROFILE": "trap", "PAGER": "less"}
    running = launcher.find(workspace)
    assert running is not None
    environment.apply(environment.lab_environment(workspace, running.endpoint, theirs), theirs)
    return theirs


def run(command: str, environ: dict[str, str]) -> str:
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environ, capture_output=True, text=True, timeout=60
    )
    return done.stdout + done.stderr


def plain(text: str) -> str:
    """Return text without what makes groff's letters bold: each is printed twice."""
    return re.sub(".\x08", "", text)


@needs_v2
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("aws s3 mb s3://harbour && aws s3 ls", "harbour"),
        ("aws sqs create-queue --queue-name q && aws sqs list-queues", "/123456789012/q"),
        ("aws rds describe-db-instances", '"DBInstances": []'),
        ("aws sts get-caller-identity", "123456789012"),
        ("aws configure list", "us-east-1"),
        ("aws s3 mb help", "[--endpoint-url <value>]"),
        ("aws s3 help", "s3://bucket/key"),
        ("aws s3 mv help", "SYNOPSIS"),
        ("aws configure help", "SYNOPSIS"),
        ("aws cloudformation deploy help", "SYNOPSIS"),
        ("aws emr create-cluster help", "SYNOPSIS"),
        ("aws help", "AVAILABLE SERVICES"),
        ("aws --version", "aws-cli/2."),
    ],
)
def test_aws_speaks_to_the_lab_cloud(command: str, says: str, lab_environ: dict[str, str]) -> None:
    said = run(command, lab_environ)
    assert says in plain(said)
    assert "TRAPPED" not in said
    assert "mars-north-1" not in said


@needs_v2
@pytest.mark.parametrize(
    "command",
    [
        "aws s3 ls --endpoint-url https://s3.amazonaws.com",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true aws sqs list-queues",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true aws rds describe-db-instances",
        "unset AWS_ENDPOINT_URL; aws dynamodb list-tables",
    ],
)
def test_aws_refuses_aws_at_once(command: str, lab_environ: dict[str, str]) -> None:
    began = time.monotonic()
    said = run(command, lab_environ)
    assert "Dry Run lets no lab process reach AWS" in said
    # Each retry would wait longer than the one before; a busy computer alone takes seconds.
    assert time.monotonic() - began < 20


@needs_v2
def test_help_works_without_groff(lab_environ: dict[str, str], tmp_path: Path) -> None:
    for name in ("sh", "cat"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "aws").symlink_to(Path(sys.prefix) / "bin" / "aws")
    said = run("aws s3 mb help", {**lab_environ, "PATH": str(tmp_path)})
    assert "Creates an S3 bucket." in said
    assert "[--endpoint-url <value>]" in said


@needs_v2
def test_aws_outside_a_lab_says_what_to_do() -> None:
    aws = Path(sys.prefix) / "bin" / "aws"
    done = subprocess.run([str(aws), "s3", "ls"], env={}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "type 'dryrun shell' first" in done.stderr
    assert done.stderr.count("\n") == 1


@needs_v2
def test_a_cell_never_waits_in_a_pager(workspace: Workspace, lab_environ: dict[str, str]) -> None:
    manager, client = start_new_kernel(env=lab_environ, cwd=str(workspace.root))
    try:
        printed: list[str] = []
        for code in ("!aws s3 help", "!aws iam list-users"):
            reply = client.execute_interactive(
                code,
                timeout=30,
                output_hook=lambda m: printed.append(m["content"].get("text", "")),
            )
            assert reply["content"]["status"] == "ok"
        assert "s3://bucket/key" in plain("".join(printed))
        assert "ferry-admin" in "".join(printed)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@needs_v2
@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_a_terminal_keeps_the_lab_environment(
    workspace: Workspace, lab_environ: dict[str, str]
) -> None:
    """Start files that set PATH and AWS_PROFILE do not lead out of the lab."""
    running = launcher.find(workspace)
    assert running is not None
    lab = environment.lab_environment(workspace, running.endpoint, lab_environ)
    words = shell.command(workspace, lab)
    terminal = pexpect.spawn(
        words[0], words[1:], env={**lab_environ, "TERM": "xterm"}, encoding="utf-8", timeout=20,
        dimensions=(40, 120),
    )  # fmt: skip
    terminal.expect_exact("(dry run)")
    terminal.sendline("aws sts get-caller-identity --output text; echo p=$AWS_PROFILE.")
    terminal.expect("ferry-admin")
    terminal.expect_exact("p=.")
    terminal.sendline("aws --cli-auto-prompt")
    terminal.expect_exact("> aws")
    terminal.send("s3ap")
    terminal.expect("s3api")
    terminal.sendcontrol("c")
    terminal.close(force=True)


def test_shell_runs_one_command(workspace: Workspace) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dryrun.cli", "shell", "--", "printenv", "AWS_ENDPOINT_URL"],
        env={**os.environ, "DRYRUN_WORKSPACE": str(workspace.root)}, capture_output=True, text=True,
    )  # fmt: skip
    running = launcher.find(workspace)
    assert running is not None
    assert done.stdout.strip() == running.endpoint


def test_the_first_start_makes_one_authority_for_all(tmp_path: Path) -> None:
    """Several lab processes at once in a new workspace trust the same authority."""
    code = (
        "import sys; from pathlib import Path; from dryrun.workspace import Workspace\n"
        "from dryrun.cloud import certificates\n"
        "print(certificates.ensure(Workspace(Path(sys.argv[1]))).authority.read_text())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
