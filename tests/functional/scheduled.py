"""What tests of schedules and pipes have in common: roles, queues, a clock that stands still."""

from __future__ import annotations

import json
from typing import Any

from in_process import client, lab

ACCOUNT = "123456789012"
REGION = "us-east-1"
START = 1767603600.0
"""2026-01-05T09:00:00Z, a Monday."""


def role(name: str, principal: str, *actions: str, condition: Any = None) -> str:
    """Create a role that a service may assume, allowed these actions; return its ARN."""
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sts:AssumeRole",
    }
    if condition:
        trust["Condition"] = condition
    iam = client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    if actions:
        allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=_policy(allow))
    return str(made["Role"]["Arn"])


def _policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def queue(name: str, **attributes: str) -> str:
    """Create a queue; return its ARN."""
    client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def messages(arn: str) -> list[dict[str, Any]]:
    """Take all messages out of a queue, with their attributes."""
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
    found: list[dict[str, Any]] = []
    while True:
        got = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages", [])
        if not got:
            return found
        for one in got:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        found += got


def bodies(arn: str) -> list[str]:
    """Take all messages out of a queue; return their bodies."""
    return [one["Body"] for one in messages(arn)]


def wind(*, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
    """Wind the clock forward."""
    lab().clock.advance(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
