"""Attributes of queues that SQS refuses; "SetQueueAttributes", SQS API Reference."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from in_process import client

WRONG = [
    ("VisibilityTimeout", "43201"),
    ("VisibilityTimeout", "{{resolve:ssm:nothing}}"),
    ("VisibilityTimeout", "-1"),
    ("DelaySeconds", "901"),
    ("MessageRetentionPeriod", "59"),
    ("MaximumMessageSize", "1048577"),
    ("ReceiveMessageWaitTimeSeconds", "²"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_out_of_range(name: str, value: str) -> None:
    sqs = client("sqs")
    with pytest.raises(ClientError, match=f"Invalid value for the parameter {name}.") as refused:
        sqs.create_queue(QueueName="odd", Attributes={name: value})
    assert refused.value.response["Error"]["Code"] == "InvalidAttributeValue"
    assert not sqs.list_queues(QueueNamePrefix="odd").get("QueueUrls")
    url = sqs.create_queue(QueueName="even")["QueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
    with pytest.raises(ClientError, match=name):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value})
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"] == before


def test_at_the_edge_of_the_range() -> None:
    attributes = {"VisibilityTimeout": "43200", "DelaySeconds": "0", "MaximumMessageSize": "1024"}
    url = client("sqs").create_queue(QueueName="edge", Attributes=attributes)["QueueUrl"]
    found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found.items() >= attributes.items()


def test_a_policy_stays_while_another_attribute_changes() -> None:
    sqs = client("sqs")
    policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
        '"Action":"sqs:SendMessage","Resource":"*"}]}'
    )
    url = sqs.create_queue(QueueName="keeps", Attributes={"Policy": policy})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
    asked = {"QueueUrl": url, "AttributeNames": ["Policy"]}
    assert sqs.get_queue_attributes(**asked)["Attributes"]["Policy"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Attributes" not in sqs.get_queue_attributes(**asked)
