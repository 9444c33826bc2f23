"""Descriptions with the members AWS tells, no more and no fewer: services without a file here."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from functions import RUNTIME, TRUST, package
from in_process import client, lab, wsgi

BUCKET = "arn:aws:s3:::records"
ROLE = "arn:aws:iam::123456789012:role/delivers"


def test_a_stream_tells_its_mode() -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="fixed", ShardCount=1)
    kinesis.create_stream(StreamName="free", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    told = [kinesis.describe_stream(StreamName=name) for name in ("fixed", "free")]
    modes = [one["StreamDescription"]["StreamModeDetails"]["StreamMode"] for one in told]
    assert modes == ["PROVISIONED", "ON_DEMAND"]


def test_a_stream_tells_how_many_consume_it() -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="read", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="read")["StreamDescription"]["StreamARN"]
    kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="reader")
    told = kinesis.describe_stream_summary(StreamName="read")["StreamDescriptionSummary"]
    assert told["ConsumerCount"] == 1


def test_a_log_group_tells_its_class() -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="plain")
    logs.create_log_group(logGroupName="rare", logGroupClass="INFREQUENT_ACCESS")
    found = logs.describe_log_groups()["logGroups"]
    assert [one["logGroupClass"] for one in found] == ["STANDARD", "INFREQUENT_ACCESS"]


def test_a_group_without_a_description_tells_none() -> None:
    groups = client("resource-groups")
    query = {
        "Type": "TAG_FILTERS_1_0",
        "Query": '{"ResourceTypeFilters": ["AWS::AllSupported"], '
        '"TagFilters": [{"Key": "boat", "Values": []}]}',
    }
    made = groups.create_group(Name="boats", ResourceQuery=query)
    assert made["Group"].keys() == {"GroupArn", "Name"}
    assert groups.get_group(GroupName="boats")["Group"] == made["Group"]
    groups.update_group(GroupName="boats", Description="all of them")
    assert groups.list_groups()["Groups"][0]["Description"] == "all of them"


@pytest.mark.parametrize("unit", ["Days", "Years"])
def test_a_lock_is_told_in_its_unit(unit: str) -> None:
    s3, name = client("s3"), f"locked-{unit.lower()}"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    retention = {"Mode": "GOVERNANCE", unit: 2}
    wanted = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
    s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=wanted)
    told = s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert told == wanted


def delivery(name: str, **more: Any) -> Any:
    firehose = client("firehose")
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration={"BucketARN": BUCKET, "RoleARN": ROLE, **more},
    )
    return described(name)


def described(name: str) -> Any:
    told = client("firehose").describe_delivery_stream(DeliveryStreamName=name)
    return told["DeliveryStreamDescription"]


def test_a_delivery_stream_tells_what_was_left_to_firehose() -> None:
    told = delivery("plain")
    shared = {
        "BucketARN": BUCKET,
        "BufferingHints": {"IntervalInSeconds": 300, "SizeInMBs": 5},
        "CloudWatchLoggingOptions": {"Enabled": False},
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        "RoleARN": ROLE,
    }
    destination = told["Destinations"][0]
    assert destination["S3DestinationDescription"] == shared
    extended = {**shared, "S3BackupMode": "Disabled"}
    assert destination["ExtendedS3DestinationDescription"] == extended


def test_a_delivery_stream_tells_how_long_it_tries_to_partition() -> None:
    on = {"Enabled": True}
    told = delivery("parts", DynamicPartitioningConfiguration=on, CompressionFormat="GZIP")
    extended = told["Destinations"][0]["ExtendedS3DestinationDescription"]
    wanted = {"Enabled": True, "RetryOptions": {"DurationInSeconds": 300}}
    assert extended["DynamicPartitioningConfiguration"] == wanted
    assert extended["CompressionFormat"] == "GZIP"


def test_a_delivery_stream_tells_of_an_update_once_there_was_one() -> None:
    told = delivery("changed")
    assert "LastUpdateTimestamp" not in told
    client("firehose").update_destination(
        DeliveryStreamName="changed",
        CurrentDeliveryStreamVersionId=told["VersionId"],
        DestinationId=told["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate={"Prefix": "raw/"},
    )
    assert described("changed")["LastUpdateTimestamp"] >= told["CreateTimestamp"]


def test_a_delivery_stream_tells_since_when_it_reads_another() -> None:
    source = "arn:aws:kinesis:us-east-1:123456789012:stream/fixed"
    client("firehose").create_delivery_stream(
        DeliveryStreamName="reads",
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": source, "RoleARN": ROLE},
        ExtendedS3DestinationConfiguration={"BucketARN": BUCKET, "RoleARN": ROLE},
    )
    told = described("reads")
    assert told["Source"]["KinesisStreamSourceDescription"] == {
        "KinesisStreamARN": source,
        "RoleARN": ROLE,
        "DeliveryStartTimestamp": told["CreateTimestamp"],
    }


def test_a_table_tells_how_precise_its_records_are_where_it_was_asked_for() -> None:
    tables, kinesis = client("dynamodb"), client("kinesis")
    tables.create_table(
        TableName="tickets",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    kinesis.create_stream(StreamName="sold", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="sold")["StreamDescription"]["StreamARN"]
    stream = {"TableName": "tickets", "StreamArn": arn}
    tables.enable_kinesis_streaming_destination(**stream)
    told = {"StreamArn": arn, "DestinationStatus": "ACTIVE"}
    found = tables.describe_kinesis_streaming_destination(TableName="tickets")
    assert found["KinesisDataStreamDestinations"] == [told]
    fine = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    tables.update_kinesis_streaming_destination(**stream, UpdateKinesisStreamingConfiguration=fine)
    found = tables.describe_kinesis_streaming_destination(TableName="tickets")
    assert found["KinesisDataStreamDestinations"] == [told | fine]


def test_a_consumer_has_an_arn_that_tells_when_it_was_registered() -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="heard", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="heard")["StreamDescription"]["StreamARN"]
    made = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="ear")["Consumer"]
    moment = int(made["ConsumerCreationTimestamp"].timestamp())
    assert made["ConsumerARN"] == f"{arn}/consumer/ear:{moment}"
    told = kinesis.describe_stream_consumer(ConsumerARN=made["ConsumerARN"])
    assert told["ConsumerDescription"]["ConsumerName"] == "ear"


@pytest.mark.parametrize(
    ("asked", "name", "algorithms"),
    [
        ({}, "EncryptionAlgorithms", ["SYMMETRIC_DEFAULT"]),
        (
            {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"},
            "SigningAlgorithms",
            ["ECDSA_SHA_256"],
        ),
        (
            {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
            "MacAlgorithms",
            ["HMAC_SHA_256"],
        ),
    ],
)
def test_a_key_tells_its_use_and_the_algorithms_for_it(
    asked: dict[str, str], name: str, algorithms: list[str]
) -> None:
    kms = client("kms")
    made = kms.create_key(**asked)["KeyMetadata"]
    told = kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]
    assert told["KeyUsage"] == asked.get("KeyUsage", "ENCRYPT_DECRYPT")
    assert told["MultiRegion"] is False
    assert {key: told[key] for key in told if key.endswith("Algorithms")} == {name: algorithms}


def test_a_function_s_url_answers_compactly_and_names_the_request() -> None:
    functions = client("lambda")
    role = client("iam").create_role(RoleName="front", AssumeRolePolicyDocument=json.dumps(TRUST))
    functions.create_function(
        FunctionName="front",
        Role=role["Role"]["Arn"],
        Runtime=RUNTIME,
        Handler="app.handler",
        Code={"ZipFile": package("def handler(event, context): return {'boats': [1, 2]}")},
    )
    url = functions.create_function_url_config(FunctionName="front", AuthType="NONE")["FunctionUrl"]
    everybody = {"FunctionName": "front", "Principal": "*"}
    functions.add_permission(
        **everybody,
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        FunctionUrlAuthType="NONE",
    )
    functions.add_permission(
        **everybody,
        StatementId="by-url",
        Action="lambda:InvokeFunction",
        InvokedViaFunctionUrl=True,
    )
    reply = lab().send(wsgi("GET", url, []))
    assert (reply.status, reply.body) == (200, b'{"boats":[1,2]}')
    headers = {name.lower(): value for name, value in reply.headers.items()}
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["x-amzn-requestid"])
    trace = r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0"
    assert re.fullmatch(trace, headers["x-amzn-trace-id"])


def test_a_bucket_tells_its_policy_as_s3_writes_it() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="open-pier")
    s3.delete_public_access_block(Bucket="open-pier")
    statement = {
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::open-pier/*",
        "Principal": {"AWS": "*"},
        "Effect": "Allow",
    }
    policy = json.dumps({"Statement": [statement], "Version": "2012-10-17"}, indent=2)
    s3.put_bucket_policy(Bucket="open-pier", Policy=policy)
    assert s3.get_bucket_policy(Bucket="open-pier")["Policy"] == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},'
        '"Action":"s3:GetObject","Resource":"arn:aws:s3:::open-pier/*"}]}'
    )
