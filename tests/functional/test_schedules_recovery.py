"""Schedules and pipes come back with the account, and go on where they were."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import pytest
from functions import Account

from dryrun.cloud import launcher
from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

QUEUE = "arn:aws:sqs:us-east-1:123456789012:"


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    """An account whose clock stands still."""
    running.control("clock", {"action": "mode", "mode": "paused"})
    return Account(running)


def role(account: Account, name: str, service: str) -> str:
    """Create a role for a service that may do anything with queues."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    work = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    iam = account.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=_policy(work))
    return str(made["Role"]["Arn"])


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def advance(account: Account, seconds: float) -> None:
    """Wind the clock forward."""
    account.running.control("clock", {"action": "advance", "seconds": seconds})


def told(account: Account) -> list[dict[str, Any]]:
    """Return what was delivered."""
    return list(account.running.control("deliveries", {})["deliveries"])


def bodies(account: Account, name: str) -> list[str]:
    """Take ten messages out of a queue."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for one in got:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return sorted(one["Body"] for one in got)


def test_they_go_on_after_a_kill(account: Account, workspace: Workspace) -> None:
    for name in ("ticks", "in", "out"):
        account.client("sqs").create_queue(QueueName=name)
    account.client("scheduler").create_schedule(
        Name="tick",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        Target={
            "Arn": f"{QUEUE}ticks",
            "RoleArn": role(account, "tick", "scheduler.amazonaws.com"),
            "Input": "<aws.scheduler.execution-id>",
        },
    )
    account.client("pipes").create_pipe(
        Name="carry",
        Source=f"{QUEUE}in",
        Target=f"{QUEUE}out",
        RoleArn=role(account, "carry", "pipes.amazonaws.com"),
        TargetParameters={"InputTemplate": "<$.body>"},
    )
    advance(account, 4 * 3600)
    url = account.client("sqs").get_queue_url(QueueName="in")["QueueUrl"]
    account.client("sqs").send_message(QueueUrl=url, MessageBody="before")
    before = told(account)
    assert len(before) >= 4
    pid = account.running.control("health", {})["pid"]
    os.kill(pid, signal.SIGKILL)
    account.running = _back(workspace, pid)
    assert told(account) == before
    account.client("sqs").send_message(QueueUrl=url, MessageBody="after")
    assert bodies(account, "out") == ["after", "before"]
    advance(account, 3 * 3600)
    assert len(told(account)) == len(before) + 4
    assert len(set(bodies(account, "ticks"))) >= 7


def _back(workspace: Workspace, killed: int) -> Running:
    """Return the cloud once another process has taken over."""
    for _ in range(200):
        try:
            running = launcher.start(workspace)
            if running.control("health", {})["pid"] != killed:
                return running
        except Exception:
            time.sleep(0.1)
    raise AssertionError("the cloud did not come back")
