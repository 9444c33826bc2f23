"""Event source mappings: queues and streams that functions read."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from functions import Account

from dryrun.cloud.launcher import Running

SOURCE = """
import base64
import json

def handler(event, context):
    failures = []
    for record in event["Records"]:
        print("GOT", json.dumps(record))
        body = record.get("body", "")
        if body == "poison":
            raise RuntimeError("poison")
        if body == "bad":
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
"""
ALL = [f"arn:aws:iam::aws:policy/{name}" for name in (
    "AmazonSQSFullAccess", "AmazonDynamoDBFullAccess", "AmazonKinesisFullAccess",
    "AmazonSNSFullAccess")]  # fmt: skip


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    made = Account(running)
    made.function("reader", SOURCE, made.role("reader", *ALL))
    made.function("streams", SOURCE, made.role("streams", *ALL))
    return made


def records(account: Account, name: str = "reader") -> list[dict[str, Any]]:
    lines = [line for line in account.log(name) if line.startswith("GOT")]
    return [json.loads(line.removeprefix("GOT ")) for line in lines]


@pytest.fixture(scope="module")
def queue(account: Account) -> str:
    sqs = account.client("sqs")
    sqs.create_queue(QueueName="dead")
    redrive = {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead",
        "maxReceiveCount": "2",
    }
    url = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": json.dumps(redrive)})
    made = account.client("lambda").create_event_source_mapping(
        FunctionName="reader",
        EventSourceArn="arn:aws:sqs:us-east-1:123456789012:work",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": [{"exists": True}]})}]},
    )
    assert made["State"] == "Creating"
    assert made["StateTransitionReason"] == "USER_INITIATED"
    told = account.client("lambda").get_event_source_mapping(UUID=made["UUID"])
    assert told["State"] == "Enabled"
    return str(url["QueueUrl"])


def test_messages_reach_the_function_and_are_deleted(account: Account, queue: str) -> None:
    sqs = account.client("sqs")
    pier = {"pier": {"DataType": "String", "StringValue": "north"}}
    sent = sqs.send_message(QueueUrl=queue, MessageBody="hello", MessageAttributes=pier)
    (record,) = records(account)
    assert record["md5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert record["messageAttributes"]["pier"] == {
        "stringValue": "north",
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": "String",
    }
    assert record["body"] == "hello"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:work"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)


def test_reported_failures_come_again_and_end_as_dead_letters(account: Account, queue: str) -> None:
    sqs = account.client("sqs")
    entries = [{"Id": "1", "MessageBody": "good"}, {"Id": "2", "MessageBody": "bad"}]
    sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    bodies = [record["body"] for record in records(account)]
    assert bodies.count("good") == 1
    assert bodies.count("bad") == 2
    dead = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
    (letter,) = sqs.receive_message(QueueUrl=dead)["Messages"]
    assert letter["Body"] == "bad"


def test_a_table_stream_is_read(account: Account) -> None:
    client = account.client("dynamodb")
    table = client.create_table(
        TableName="tickets",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    made = account.client("lambda").create_event_source_mapping(
        FunctionName="streams",
        EventSourceArn=table["LatestStreamArn"],
        StartingPosition="LATEST",
    )
    assert made["MaximumRetryAttempts"] == -1
    client.put_item(TableName="tickets", Item={"id": {"S": "T-1"}})
    (record,) = records(account, "streams")
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["NewImage"] == {"id": {"S": "T-1"}}


def test_records_of_a_table_that_are_given_up(account: Account) -> None:
    tables, sqs = account.client("dynamodb"), account.client("sqs")
    url = sqs.create_queue(QueueName="given-up")["QueueUrl"]
    failing = "def handler(event, context):\n    raise RuntimeError('no')\n"
    role = account.client("iam").get_role(RoleName="streams")["Role"]["Arn"]
    arn = account.function("failing", failing, role)
    table = tables.create_table(
        TableName="fares",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    account.client("lambda").create_event_source_mapping(
        FunctionName="failing",
        EventSourceArn=table["LatestStreamArn"],
        StartingPosition="LATEST",
        MaximumRetryAttempts=1,
        DestinationConfig={
            "OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:given-up"}
        },
    )
    tables.put_item(TableName="fares", Item={"id": {"S": "F-1"}})
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    letter = json.loads(message["Body"])
    assert list(letter) == [
        "requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo"
    ]  # fmt: skip
    request_id = letter["requestContext"].pop("requestId")
    assert any(f"END RequestId: {request_id}" in line for line in account.log("failing"))
    assert letter["requestContext"] == {
        "functionArn": arn,
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 2,
    }
    assert letter["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    info = letter["DDBStreamBatchInfo"]
    assert info["approximateArrivalOfFirstRecord"] == info["approximateArrivalOfLastRecord"]
    assert (info["batchSize"], info["streamArn"]) == (1, table["LatestStreamArn"])
    topics = account.client("sns")
    topic = topics.create_topic(Name="given-up")["TopicArn"]
    queue = "arn:aws:sqs:us-east-1:123456789012:given-up"
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
               "Action": "sqs:SendMessage", "Resource": queue}  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    functions = account.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName="failing")["EventSourceMappings"]
    to_topic = {"OnFailure": {"Destination": topic}}
    functions.update_event_source_mapping(UUID=mapping["UUID"], DestinationConfig=to_topic)
    tables.put_item(TableName="fares", Item={"id": {"S": "F-2"}})
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10, MaxNumberOfMessages=10)
    told = json.loads(messages["Messages"][-1]["Body"])
    assert json.loads(told["Message"])["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_disabled_mapping_reads_nothing(account: Account, queue: str) -> None:
    client = account.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName="reader")["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    before = len(records(account))
    account.client("sqs").send_message(QueueUrl=queue, MessageBody="later")
    assert len(records(account)) == before
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert records(account)[-1]["body"] == "later"
    client.delete_event_source_mapping(UUID=mapping["UUID"])
    assert client.list_event_source_mappings(FunctionName="reader")["EventSourceMappings"] == []


def test_a_kinesis_stream_is_read_in_order(account: Account) -> None:
    kinesis = account.client("kinesis")
    kinesis.create_stream(StreamName="tide", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="tide")["StreamDescription"]["StreamARN"]
    before = len(records(account, "streams"))
    account.client("lambda").create_event_source_mapping(
        FunctionName="streams", EventSourceArn=arn, StartingPosition="TRIM_HORIZON", BatchSize=2
    )
    for level in (b"low", b"high", b"low again"):
        kinesis.put_record(StreamName="tide", PartitionKey="pier", Data=level)
    read = [record["kinesis"] for record in records(account, "streams")[before:]]
    assert [base64.b64decode(one["data"]) for one in read] == [b"low", b"high", b"low again"]
    assert {one["partitionKey"] for one in read} == {"pier"}


def test_a_consumer_of_a_stream_is_a_source(account: Account) -> None:
    kinesis, functions = account.client("kinesis"), account.client("lambda")
    kinesis.create_stream(StreamName="ebb", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="ebb")["StreamDescription"]["StreamARN"]
    made = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="pilot")
    consumer = made["Consumer"]["ConsumerARN"]
    before = len(records(account, "streams"))
    mapping = functions.create_event_source_mapping(
        FunctionName="streams", EventSourceArn=consumer, StartingPosition="TRIM_HORIZON"
    )
    assert mapping["EventSourceArn"] == consumer
    kinesis.put_record(StreamName="ebb", PartitionKey="pier", Data=b"falling")
    read = records(account, "streams")[before:]
    assert [base64.b64decode(one["kinesis"]["data"]) for one in read] == [b"falling"]
    functions.delete_event_source_mapping(UUID=mapping["UUID"])
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.create_event_source_mapping(
            FunctionName="streams",
            EventSourceArn=f"{arn}/consumer/nobody",
            StartingPosition="LATEST",
        )
