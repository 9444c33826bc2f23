"""What SQS takes for a redrive policy, and how it refuses anything else."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab

OWN = "arn:aws:sqs:us-east-1:123456789012:rejected-cargo"


@pytest.fixture
def sqs():
    lab()
    client("sqs").create_queue(QueueName="rejected-cargo")
    yield client("sqs")
    for url in client("sqs").list_queues(QueueNamePrefix="rejected-cargo")["QueueUrls"]:
        client("sqs").delete_queue(QueueUrl=url)


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("{{resolve:}}", "Redrive policy is not a valid JSON map."),
        ("[1]", "Redrive policy is not a valid JSON map."),
        (
            json.dumps({"deadLetterTargetArn": [OWN], "maxReceiveCount": 3}),
            "Redrive policy is not a valid JSON map.",
        ),
        (
            json.dumps({"deadLetterTargetArn": OWN}),
            "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
        ),
        (
            json.dumps({"maxReceiveCount": 3}),
            "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
        ),
        (
            json.dumps({"deadLetterTargetArn": OWN, "maxReceiveCount": 0}),
            "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.",
        ),
        (
            json.dumps({"deadLetterTargetArn": OWN + "-2", "maxReceiveCount": "3"}),
            "Dead letter target does not exist.",
        ),
    ],
)
def test_what_is_none_is_refused(sqs, policy, why):
    with pytest.raises(ClientError) as refused:
        sqs.create_queue(QueueName="cargo", Attributes={"RedrivePolicy": policy})
    told = refused.value.response["Error"]
    assert told["Code"] == "InvalidParameterValue"
    assert told["Message"] == (
        f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {why}"
    )
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="cargo")


def test_one_is_set_and_taken_away(sqs):
    url = sqs.create_queue(QueueName="rejected-cargo-too")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": OWN, "maxReceiveCount": "3"})
    for given, expected in (
        (policy, {"deadLetterTargetArn": OWN, "maxReceiveCount": 3}),
        ("", None),
    ):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": given})
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert json.loads(found.get("RedrivePolicy", "null")) == expected
