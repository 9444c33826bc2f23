"""EV-PIPES with functions: an enrichment that is asked, a target that is waited for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from functions import Account

from dryrun.cloud.launcher import Running

QUEUE = "arn:aws:sqs:us-east-1:123456789012:"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
ENRICH = """
import json

def handler(event, context):
    known = [json.loads(one["body"]) for one in event]
    return [{**one, "boat": "Aurora"} for one in known if one["ticket"] != "void"]
"""
TARGET = """
import json

def handler(event, context):
    print("GOT", json.dumps(event))
    failed = [one["messageId"] for one in event if one["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
"""


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    made = Account(running)
    made.function("enrich", ENRICH, made.role("enrich"))
    made.function("target", TARGET, made.role("target"))
    for name, actions in (("carrier", ["sqs:*", "lambda:InvokeFunction"]), ("timid", ["sqs:*"])):
        trust = {"Effect": "Allow", "Principal": {"Service": "pipes.amazonaws.com"}}
        work = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        iam = made.client("iam")
        iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=_policy({**trust, "Action": "sts:AssumeRole"})
        )
        iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=_policy(work))
    return made


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def pipe(account: Account, name: str, target: str, role: str = "carrier", **asked: Any) -> str:
    """Create a pipe from a queue of its own; return the queue's address."""
    sqs = account.client("sqs")
    sqs.create_queue(QueueName=f"{name}-dead")
    redrive = json.dumps({"deadLetterTargetArn": f"{QUEUE}{name}-dead", "maxReceiveCount": 2})
    url = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    pipes = account.client("pipes")
    role_arn = f"arn:aws:iam::123456789012:role/{role}"
    pipes.create_pipe(Name=name, Source=QUEUE + name, Target=target, RoleArn=role_arn, **asked)
    assert pipes.describe_pipe(Name=name)["CurrentState"] == "RUNNING"
    return str(url)


def taken(account: Account, name: str) -> list[str]:
    """Return the bodies of what a queue has."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return sorted(one["Body"] for one in got)


def test_ev_pipes_enrich_by_a_function(account: Account) -> None:
    account.client("sqs").create_queue(QueueName="enriched")
    url = pipe(
        account,
        "sold",
        f"{QUEUE}enriched",
        Enrichment=f"{FUNCTION}enrich",
        TargetParameters={"InputTemplate": "<$.ticket> on <$.boat>"},
    )
    sqs = account.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody='{"ticket": "T-1"}')
    assert taken(account, "enriched") == ["T-1 on Aurora"]
    sqs.send_message(QueueUrl=url, MessageBody='{"ticket": "void"}')
    assert taken(account, "enriched") == []
    assert taken(account, "sold") == []


def test_ev_pipes_wait_for_a_function_and_hear_what_failed(account: Account) -> None:
    url = pipe(account, "told", f"{FUNCTION}target")
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(("good", "bad"))]
    account.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    assert taken(account, "told") == []
    assert taken(account, "told-dead") == ["bad"]
    got = [line for line in account.log("target") if line.startswith("GOT")]
    batches = [json.loads(line.removeprefix("GOT ")) for line in got]
    assert [[one["body"] for one in batch] for batch in batches] == [["good", "bad"], ["bad"]]


def test_ev_pipes_may_call_a_function_only_if_the_role_may(account: Account) -> None:
    url = pipe(account, "asked", f"{FUNCTION}target", role="timid")
    account.client("sqs").send_message(QueueUrl=url, MessageBody="never")
    assert taken(account, "asked-dead") == ["never"]
    assert not any("never" in line for line in account.log("target"))
