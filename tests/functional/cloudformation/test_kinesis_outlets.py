"""Changes of a table's items that go into Kinesis data streams."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def stream(name: str) -> str:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    found = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    return str(found["StreamARN"])


def records(arn: str) -> list[Any]:
    kinesis = client("kinesis")
    shard = kinesis.list_shards(StreamARN=arn)["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(
        StreamARN=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    found = kinesis.get_records(StreamARN=arn, ShardIterator=iterator)["Records"]
    return [json.loads(one["Data"]) for one in found]


def test_a_table_with_a_data_stream() -> None:
    first, second, tables = stream("boats"), stream("ships"), client("dynamodb")
    asked = {
        "TableName": "tickets",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "KinesisStreamSpecification": {"StreamArn": first},
    }
    with Trial("AWS::DynamoDB::Table", asked) as it:
        assert it.read()["KinesisStreamSpecification"] == {"StreamArn": first}
        tables.put_item(TableName="tickets", Item={"id": {"S": "1"}, "to": {"S": "isle"}})
        tables.update_item(
            TableName="tickets",
            Key={"id": {"S": "1"}},
            UpdateExpression="SET seats = :n",
            ExpressionAttributeValues={":n": {"N": "2"}},
        )
        tables.delete_item(TableName="tickets", Key={"id": {"S": "1"}})
        told = records(first)
        assert [one["eventName"] for one in told] == ["INSERT", "MODIFY", "REMOVE"]
        assert told[0]["tableName"] == "tickets"
        assert told[0]["dynamodb"]["NewImage"] == {"id": {"S": "1"}, "to": {"S": "isle"}}
        assert told[1]["dynamodb"]["OldImage"] == told[0]["dynamodb"]["NewImage"]
        assert told[2]["dynamodb"]["Keys"] == {"id": {"S": "1"}}
        finer = {"StreamArn": second, "ApproximateCreationDateTimePrecision": "MICROSECOND"}
        changed = it.update({**asked, "KinesisStreamSpecification": finer})
        assert changed["KinesisStreamSpecification"] == finer
        tables.put_item(TableName="tickets", Item={"id": {"S": "2"}})
        assert len(records(first)) == 3
        assert len(records(second)) == 1
        described = tables.describe_kinesis_streaming_destination(TableName="tickets")
        states = [one["DestinationStatus"] for one in described["KinesisDataStreamDestinations"]]
        assert states == ["DISABLED", "ACTIVE"]
        plain = {name: one for name, one in asked.items() if name != "KinesisStreamSpecification"}
        assert "KinesisStreamSpecification" not in it.update(plain)
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            tables.enable_kinesis_streaming_destination(
                TableName="tickets", StreamArn=first.replace("boats", "gone")
            )


def test_beside_the_table_s_own_stream() -> None:
    arn, tables = stream("both"), client("dynamodb")
    made = tables.create_table(
        TableName="both",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]
    tables.enable_kinesis_streaming_destination(TableName="both", StreamArn=arn)
    tables.put_item(TableName="both", Item={"id": {"S": "1"}})
    streams = client("dynamodbstreams")
    described = streams.describe_stream(StreamArn=made["LatestStreamArn"])["StreamDescription"]
    iterator = streams.get_shard_iterator(
        StreamArn=made["LatestStreamArn"],
        ShardId=described["Shards"][0]["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    assert len(streams.get_records(ShardIterator=iterator)["Records"]) == 1
    assert len(records(arn)) == 1
