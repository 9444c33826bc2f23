"""Time stacks beside plain moto: `python -m tests.benchmarks.cloudformation`.

Both answer over HTTP from processes of their own, in turns; of every figure the least counts, for
what else goes on in the computer only adds to it.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from dryrun.cloud import keys, launcher
from dryrun.workspace import Workspace

SIZES = (1, 100)
STEPS = (125, 250, 500)
TIMES_MOTO = 3.0
LIMIT_SECONDS = 20.0
STEEPEST = 1.5
"""How much longer a resource of the largest stack may take than one of the smallest."""
START_LIMIT = 60.0
Row = tuple[str, str, str, bool]
Clients = Callable[[str], Any]


def template(size: int, change: int = 0) -> str:
    """Return a template of queues, topics and parameters that refer to queues."""
    resources: dict[str, Any] = {}
    for number in range(size):
        kind, queue = number % 3, f"Queue{number - number % 3}"
        if kind == 0:
            found = ("AWS::SQS::Queue", {"DelaySeconds": change})
        elif kind == 1:
            found = ("AWS::SNS::Topic", {"DisplayName": f"topic {change}"})
        else:
            value = {"Fn::Sub": f"${{{queue}.Arn}} {change}"}
            # Without a name, moto's server breaks.
            named = {"Name": f"bench-{size}-{number}", "Type": "String", "Value": value}
            found = ("AWS::SSM::Parameter", named)
        name = queue if kind == 0 else f"{('Queue', 'Topic', 'Parameter')[kind]}{number}"
        resources[name] = {"Type": found[0], "Properties": found[1]}
    # Without blanks: five hundred resources just fit into a request.
    return json.dumps({"Resources": resources}, separators=(",", ":"))


def lives(client: Any, size: int) -> dict[str, float]:
    """Return the seconds that creating, updating and deleting one stack took."""
    name = f"bench-{size}"
    taken = {}
    began = time.perf_counter()
    client.create_stack(StackName=name, TemplateBody=template(size))
    taken["create"] = time.perf_counter() - began
    _expect(client, name, "CREATE_COMPLETE", size)
    began = time.perf_counter()
    client.update_stack(StackName=name, TemplateBody=template(size, 1))
    taken["update"] = time.perf_counter() - began
    _expect(client, name, "UPDATE_COMPLETE", size)
    began = time.perf_counter()
    client.delete_stack(StackName=name)
    taken["delete"] = time.perf_counter() - began
    return taken


def against_moto(runs: int) -> list[Row]:
    """Return the rows that compare us with moto."""
    rows = []
    with our_client() as ours, moto_client() as plain:
        for size in SIZES:
            for client in (ours, plain):  # a warm-up, not counted
                lives(client, size)
            mine, theirs = [], []
            for _ in range(runs):
                mine.append(lives(ours, size))
                theirs.append(lives(plain, size))
            for verb in ("create", "update", "delete"):
                a, b = (min(one[verb] for one in each) for each in (mine, theirs))
                told = f"{a * 1000:.1f} ms against moto's {b * 1000:.1f}: {a / b:.2f} times"
                name = f"{verb} a stack of {size}"
                rows.append((name, told, f"<= {TIMES_MOTO} times", a / b <= TIMES_MOTO))
    return rows


def growth(runs: int) -> list[Row]:
    """Return the rows of ever larger stacks."""
    with our_client() as ours:
        lives(ours, STEPS[0])
        found = {}
        for size in STEPS:
            taken = [lives(ours, size) for _ in range(runs)]
            found[size] = {verb: min(one[verb] for one in taken) for verb in taken[0]}
    rows = []
    for verb in ("create", "update", "delete"):
        told = ", ".join(f"{size}: {found[size][verb]:.2f}" for size in STEPS)
        steep = (found[STEPS[-1]][verb] / STEPS[-1]) / (found[STEPS[0]][verb] / STEPS[0])
        met = found[STEPS[-1]][verb] <= LIMIT_SECONDS and steep <= STEEPEST
        goal = f"<= {LIMIT_SECONDS:.0f} s, linear"
        rows.append((f"{verb} a large stack (s)", f"{told}; x{steep:.2f}", goal, met))
    return rows


def rows(runs: int) -> list[Row]:
    """Return the rows of the table: name, figure, goal, whether it is met."""
    return [*against_moto(runs), *growth(max(runs // 3, 1))]


@contextlib.contextmanager
def our_client() -> Iterator[Any]:
    """Start our cloud in a new workspace, and yield a client of its CloudFormation."""
    with our_clients() as client:
        yield client("cloudformation")


@contextlib.contextmanager
def our_clients() -> Iterator[Clients]:
    """Start our cloud in a new workspace, and yield what makes clients of it."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        endpoint = launcher.start(workspace).endpoint
        try:
            yield functools.partial(_client, endpoint, keys.read(workspace.keys).admin_secret)
        finally:
            launcher.stop(workspace)


@contextlib.contextmanager
def moto_client() -> Iterator[Any]:
    """Start plain `moto_server`, and yield a client of its CloudFormation."""
    with moto_clients() as client:
        yield client("cloudformation")


@contextlib.contextmanager
def moto_clients() -> Iterator[Clients]:
    """Start plain `moto_server`, and yield what makes clients of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = functools.partial(_client, f"http://localhost:{port}", "any")
        limit = time.perf_counter() + START_LIMIT
        while True:
            try:
                client("cloudformation").list_stacks()
                break
            except BotoCoreError:
                if time.perf_counter() > limit:
                    raise
                time.sleep(0.05)
        yield client
    finally:
        process.kill()
        process.wait()


def _client(endpoint: str, secret: str, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys.ADMIN_KEY_ID,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, proxies={}, read_timeout=300),
    )


def _expect(client: Any, name: str, status: str, size: int) -> None:
    found = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    there = client.get_paginator("list_stack_resources").paginate(StackName=name)
    count = sum(len(page["StackResourceSummaries"]) for page in there)
    assert (found, count) == (status, size), (found, count)


def main() -> int:
    """Print every figure; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cloudformation")
    parser.add_argument("--runs", type=int, default=5)
    found = rows(parser.parse_args().runs)
    for name, figure, goal, met in found:
        print(f"{name:<26}  {figure:<58} {goal:<16} {'met' if met else 'MISSED'}")
    return 0 if all(met for *_, met in found) else 1


if __name__ == "__main__":
    sys.exit(main())
