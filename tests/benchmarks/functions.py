"""Time invocations beside AWS's bare emulator: `python -m tests.benchmarks.functions`.

The emulator comes out of the wheel of aws-sam-cli, which is fetched for this. It runs the same
handler with the same runtime client, without any cloud around it.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from dryrun.cloud import keys, launcher
from dryrun.workspace import Workspace

SAM = "aws-sam-cli==1.170.0"
GOAL = 1.5
SOURCE = "def handler(event, context):\n    return event\n"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
Row = tuple[str, str, str, bool]


def emulator(folder: Path) -> Path:
    """Return AWS's emulator, out of the wheel that carries it."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder), SAM]
    subprocess.run(pip, check=True)
    (wheel,) = folder.glob("aws_sam_cli-*.whl")
    with zipfile.ZipFile(wheel) as file:
        found = Path(file.extract("samcli/local/rapid/aws-lambda-rie-x86_64", folder))
    found.chmod(0o755)
    return found


@contextmanager
def emulated(rie: Path, package: Path) -> Iterator[Any]:
    """Start the emulator for one function; yield a client of it."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, api = one.getsockname()[1], other.getsockname()[1]
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    addresses += ["--runtime-api-address", f"127.0.0.1:{api}"]
    words = [str(rie), *addresses, sys.executable, "-m", "awslambdaric", "app.handler"]
    process = subprocess.Popen(
        words,
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.01)
    try:
        yield at_emulator(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


def at_emulator(address: str) -> Any:
    """Return a client for which the emulator is Lambda; it knows one function, `function`."""
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(
        "lambda",
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        endpoint_url=address,
        config=config,
    )


def invoke(client: Any) -> float:
    """Invoke once; return the seconds it took."""
    began = time.perf_counter()
    client.invoke(FunctionName="function", Payload=b"{}")["Payload"].read()
    return time.perf_counter() - began


class Lab:
    """A function in a lab cloud."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder)
        running = launcher.start(self.workspace)
        secret = keys.read(self.workspace.keys).admin_secret
        session = boto3.Session(keys.ADMIN_KEY_ID, secret, region_name="us-east-1")
        config = Config(retries={"total_max_attempts": 1})
        made = {"endpoint_url": running.endpoint, "config": config}
        iam = session.client("iam", **made)
        self.client: Any = session.client("lambda", **made)
        role = iam.create_role(RoleName="bench", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as file:
            file.writestr("app.py", SOURCE)
        self.client.create_function(
            FunctionName="function",
            Role=role,
            Runtime=RUNTIME,
            Handler="app.handler",
            Code={"ZipFile": data.getvalue()},
        )

    def cool(self, number: int) -> None:
        """Let the next invocation be one in a new environment."""
        variables = {"Variables": {"NUMBER": str(number)}}
        self.client.update_function_configuration(FunctionName="function", Environment=variables)


def main() -> int:
    """Run every measurement; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.functions")
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rie = emulator(folder)
        package = folder / "package"
        package.mkdir()
        (package / "app.py").write_text(SOURCE)
        (folder / "lab").mkdir()
        lab = Lab(folder / "lab")
        try:
            rows = [cold(lab, rie, package, runs), warm(lab, rie, package, runs * 10)]
        finally:
            launcher.stop(lab.workspace)
    for what, figure, goal, met in rows:
        print(f"{what:<16}  {figure:<60} {goal:<14} {'met' if met else 'MISSED'}")
    return 0 if all(met for *_, met in rows) else 1


def cold(lab: Lab, rie: Path, package: Path, runs: int) -> Row:
    """Compare first invocations, the two in turns."""
    ours, theirs = [], []
    invoke(lab.client)
    for number in range(runs):
        lab.cool(number)
        ours.append(invoke(lab.client))
        with emulated(rie, package) as client:
            theirs.append(invoke(client))
    return row("cold invocation", ours, theirs)


def warm(lab: Lab, rie: Path, package: Path, runs: int) -> Row:
    """Compare later invocations, the two in turns."""
    ours, theirs = [], []
    invoke(lab.client)
    with emulated(rie, package) as client:
        invoke(client)
        for _ in range(runs):
            ours.append(invoke(lab.client))
            theirs.append(invoke(client))
    return row("warm invocation", ours, theirs)


def row(what: str, ours: list[float], theirs: list[float]) -> Row:
    """Return a line of the table, of medians."""
    one, other = statistics.median(ours) * 1000, statistics.median(theirs) * 1000
    figure = f"{one:.1f} ms against the emulator's {other:.1f}: {one / other:.2f} times"
    return what, figure, f"<= {GOAL} times", one / other <= GOAL


if __name__ == "__main__":
    sys.exit(main())
