"""Who watches a queue or a stream is told of writes, once for many, and never asks in vain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from in_process import client, lab
from lab_time import fresh

from dryrun.cloud import sources


@pytest.fixture(autouse=True)
def paused() -> Iterator[None]:
    """Let time stand still."""
    with fresh(paused=True):
        yield


def calls_of(arn: str) -> list[float]:
    """Return the times at which a watch of the source is called from now on."""
    calls: list[float] = []
    sources.watch(arn, lambda: calls.append(lab().clock.time()))
    return calls


def test_that_a_queue_tells_of_messages() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="tickets")["QueueUrl"]
    calls = calls_of("arn:aws:sqs:us-east-1:123456789012:tickets")
    other = calls_of("arn:aws:sqs:us-east-1:123456789012:others")
    sqs.send_message(QueueUrl=url, MessageBody="one")
    assert len(calls) == 1
    entries = [{"Id": str(number), "MessageBody": "more"} for number in range(5)]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert len(calls) == 2
    assert not other


def test_that_a_delayed_message_tells_when_it_is_due() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="delayed")["QueueUrl"]
    calls = calls_of("arn:aws:sqs:us-east-1:123456789012:delayed")
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=60)
    assert not calls
    lab().clock.advance(59)
    assert not calls
    lab().clock.advance(2)
    assert len(calls) == 1


def test_that_a_message_tells_when_it_is_visible_again() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="visible")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    calls = calls_of("arn:aws:sqs:us-east-1:123456789012:visible")
    received = sqs.receive_message(QueueUrl=url)["Messages"]
    assert not calls
    lab().clock.advance(31)
    assert len(calls) == 1
    received = sqs.receive_message(QueueUrl=url)["Messages"]
    handle = received[0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=5)
    lab().clock.advance(6)
    assert len(calls) == 2


def test_that_a_message_that_is_deleted_is_not_waited_for() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="deleted")["QueueUrl"]
    calls = calls_of("arn:aws:sqs:us-east-1:123456789012:deleted")
    for body in ("one", "two"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    due = [event for event in lab().clock.pending() if ":deleted" in event.what]
    assert len(due) == 1
    for one in received:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    assert not [event for event in lab().clock.pending() if ":deleted" in event.what]
    lab().clock.advance(60)
    assert len(calls) == 2


def test_that_a_table_tells_of_changes() -> None:
    made = client("dynamodb").create_table(
        TableName="boats",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    calls = calls_of(made["TableDescription"]["LatestStreamArn"])
    client("dynamodb").put_item(TableName="boats", Item={"id": {"S": "1"}})
    assert len(calls) == 1


def test_that_a_data_stream_tells_of_records() -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="gates", ShardCount=1)
    calls = calls_of("arn:aws:kinesis:us-east-1:123456789012:stream/gates")
    kinesis.put_record(StreamName="gates", Data=b"1", PartitionKey="a")
    kinesis.put_records(
        StreamName="gates", Records=[{"Data": b"2", "PartitionKey": "a"} for _ in range(3)]
    )
    assert len(calls) == 2


def test_that_a_cancelled_watch_hears_nothing() -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="unheard")["QueueUrl"]
    calls: list[float] = []
    watch = sources.watch("arn:aws:sqs:us-east-1:123456789012:unheard", lambda: calls.append(1))
    watch.wake()
    watch.cancel()
    sqs.send_message(QueueUrl=url, MessageBody="one")
    assert not calls
