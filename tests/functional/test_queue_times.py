"""GetQueueAttributes tells times in whole seconds since 1970."""

from __future__ import annotations

import pytest
from in_process import client


@pytest.mark.parametrize("asked", ["All", "CreatedTimestamp", "LastModifiedTimestamp"])
def test_a_queue_tells_whole_seconds(asked: str) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=f"times-{asked}")["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[asked])["Attributes"]
    times = [value for name, value in told.items() if name.endswith("Timestamp")]
    assert len(times) == (2 if asked == "All" else 1)
    assert all(value.isdecimal() and int(value) > 1_600_000_000 for value in times)


def test_other_attributes_stay_as_they_are() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="times-none", Attributes={"DelaySeconds": "7"})["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
    assert told["Attributes"] == {"DelaySeconds": "7"}
    nothing = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    assert "Attributes" not in nothing
