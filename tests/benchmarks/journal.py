"""How long a replay takes, and how much a day of work leaves on disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from dryrun.cloud import keys, launcher
from dryrun.workspace import Workspace

Row = tuple[str, str, str, bool]

ROUNDS = 60
"""Rounds of a day: a learner who repeats a lab's every step sixty times."""

UPLOADS = 20
UPLOAD = 1 << 20


def rows() -> list[Row]:
    """Measure both against their goals."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        seconds = _replay(workspace)
        launcher.stop(workspace)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        calls, megabytes = _day(workspace)
        launcher.stop(workspace)
    return [
        ("replay of 500 requests (s)", f"{seconds:.2f}", "<= 3 s", seconds <= 3),
        (
            "journal after a day of work (MB)",
            f"{megabytes:.1f} after {calls} calls and {UPLOADS} uploads of 1 MiB",
            "< 100 MB",
            megabytes < 100,
        ),
    ]


def _client(workspace: Workspace, service: str) -> Any:
    running = launcher.start(workspace)
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id=keys.ADMIN_KEY_ID,
        aws_secret_access_key=keys.read(workspace.keys).admin_secret,
        config=Config(proxies={}, s3={"addressing_style": "path"}),
    )


def _replay(workspace: Workspace) -> float:
    iam, s3, ssm = (_client(workspace, name) for name in ("iam", "s3", "ssm"))
    for number in range(100):
        iam.create_user(UserName=f"user-{number}")
        iam.create_access_key(UserName=f"user-{number}")
        s3.create_bucket(Bucket=f"ferry-{number}")
        s3.put_object(Bucket=f"ferry-{number}", Key="a", Body=b"x" * 1000)
        ssm.put_parameter(Name=f"/ferry/{number}", Value="x", Type="String")
    launcher.stop(workspace)
    return float(launcher.start(workspace).control("health")["replayed"]["seconds"])


def _day(workspace: Workspace) -> tuple[int, float]:
    iam, s3, ec2 = (_client(workspace, name) for name in ("iam", "s3", "ec2"))
    s3.create_bucket(Bucket="ferry")
    for number in range(UPLOADS):
        s3.put_object(Bucket="ferry", Key=f"{number}", Body=os.urandom(UPLOAD))
    for number in range(ROUNDS):
        iam.create_user(UserName=f"user-{number}")
        for _ in range(10):
            iam.list_users()
            s3.list_objects_v2(Bucket="ferry")
            ec2.describe_instances()
    running = launcher.start(workspace)
    calls = len(running.control("calls", {"since": 0})["calls"])
    size = sum(path.stat().st_size for path in workspace.journal.rglob("*") if path.is_file())
    return calls, size / 1_000_000
