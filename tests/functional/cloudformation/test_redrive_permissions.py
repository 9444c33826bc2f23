"""Which queues may use a queue for their dead letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import stacks
from botocore.exceptions import ClientError
from in_process import client, lab

ARN = "arn:aws:sqs:us-east-1:123456789012:"


@pytest.fixture
def sqs() -> Iterator[Any]:
    """Return the client of SQS; what was made is taken away."""
    lab()
    yield client("sqs")
    for url in client("sqs").list_queues(QueueNamePrefix="pier-").get("QueueUrls", ()):
        client("sqs").delete_queue(QueueUrl=url)


def redriving() -> dict[str, str]:
    """Return a redrive policy to the queue of dead letters."""
    policy = {"deadLetterTargetArn": f"{ARN}pier-dead", "maxReceiveCount": 3}
    return {"RedrivePolicy": json.dumps(policy)}


def allowing(permission: str, *sources: str) -> dict[str, str]:
    """Return a policy that says who may redrive."""
    policy: dict[str, Any] = {"redrivePermission": permission}
    if sources:
        policy["sourceQueueArns"] = [ARN + source for source in sources]
    return {"RedriveAllowPolicy": json.dumps(policy)}


def test_none_may(sqs: Any) -> None:
    dead = sqs.create_queue(QueueName="pier-dead", Attributes=allowing("denyAll"))["QueueUrl"]
    for names in (["All"], ["RedriveAllowPolicy"]):
        told = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=names)["Attributes"]
        assert json.loads(told["RedriveAllowPolicy"]) == {"redrivePermission": "denyAll"}
    with pytest.raises(ClientError, match="for parameter RedrivePolicy is invalid"):
        sqs.create_queue(QueueName="pier-boats", Attributes=redriving())
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": ""})
    told = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])["Attributes"]
    assert "RedriveAllowPolicy" not in told
    assert sqs.create_queue(QueueName="pier-boats", Attributes=redriving())["QueueUrl"]


def test_some_may(sqs: Any) -> None:
    sqs.create_queue(QueueName="pier-dead", Attributes=allowing("byQueue", "pier-boats"))
    assert sqs.create_queue(QueueName="pier-boats", Attributes=redriving())["QueueUrl"]
    other = sqs.create_queue(QueueName="pier-bikes")["QueueUrl"]
    with pytest.raises(ClientError, match="for parameter RedrivePolicy is invalid"):
        sqs.set_queue_attributes(QueueUrl=other, Attributes=redriving())


@pytest.mark.parametrize(
    "policy",
    ["no map", "[]", "{}", *(allowing(*one)["RedriveAllowPolicy"] for one in (
        ("byQueue",), ("denyAll", "pier-boats"), ("maybe",), ("byQueue", *map(str, range(11)))
    ))],
)  # fmt: skip
def test_what_is_none_is_refused(sqs: Any, policy: str) -> None:
    with pytest.raises(ClientError, match="for parameter RedriveAllowPolicy is invalid"):
        sqs.create_queue(QueueName="pier-dead", Attributes={"RedriveAllowPolicy": policy})


def test_a_stack_keeps_it() -> None:
    body = stacks.template(Dead=stacks.queue(RedriveAllowPolicy={"redrivePermission": "denyAll"}))
    stacks.create("nobody-redrives", body)
    asked = stacks.cfn().detect_stack_drift(StackName="nobody-redrives")["StackDriftDetectionId"]
    found = stacks.cfn().describe_stack_drift_detection_status(StackDriftDetectionId=asked)
    assert found["StackDriftStatus"] == "IN_SYNC"
    stacks.delete("nobody-redrives")
