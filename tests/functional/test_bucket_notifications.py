"""What a bucket tells of its objects: queues, topics, EventBridge; and whom it refuses to tell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from delivering import REGION, messages, policy, queue
from in_process import client

S3 = "s3.amazonaws.com"


def bucket(name: str, *, versioned: bool = False) -> str:
    s3 = client("s3")
    s3.create_bucket(Bucket=name)
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def open_queue(name: str, source: str) -> tuple[str, str]:
    url, arn = queue(name, open_to=None)
    text = policy("sqs:SendMessage", arn, S3, f"arn:aws:s3:::{source}")
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
    return url, arn


def notify(name: str, arn: str, *events: str, **more: Any) -> None:
    one = {"QueueArn": arn, "Events": list(events), "Id": "all", **more}
    client("s3").put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"QueueConfigurations": [one]}
    )


def records(url: str) -> list[dict[str, Any]]:
    bodies = [json.loads(one["Body"]) for one in messages(url)]
    return [record for body in bodies for record in body.get("Records", ())]


def test_a_queue_gets_a_test_event_and_then_what_happens() -> None:
    s3, name = client("s3"), bucket("ferry-in")
    url, arn = open_queue("ferry-in", name)
    notify(name, arn, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    [first] = [json.loads(one["Body"]) for one in messages(url)]
    assert (first["Event"], first["Bucket"], first["Service"]) == (
        "s3:TestEvent",
        name,
        "Amazon S3",
    )
    s3.put_object(Bucket=name, Key="a b.txt", Body=b"hello")
    [told] = records(url)
    assert (told["eventName"], told["eventSource"], told["awsRegion"]) == (
        "ObjectCreated:Put",
        "aws:s3",
        REGION,
    )
    assert told["s3"]["configurationId"] == "all"
    assert told["s3"]["object"]["key"] == "a+b.txt"
    assert told["s3"]["object"]["size"] == 5
    assert told["userIdentity"]["principalId"].startswith("AWS:")
    s3.copy_object(Bucket=name, Key="copy", CopySource={"Bucket": name, "Key": "a b.txt"})
    s3.delete_object(Bucket=name, Key="copy")
    s3.delete_object(Bucket=name, Key="never-there")
    assert [one["eventName"] for one in records(url)] == [
        "ObjectCreated:Copy",
        "ObjectRemoved:Delete",
    ]


def test_versions_and_their_markers() -> None:
    s3, name = client("s3"), bucket("ferry-versions", versioned=True)
    url, arn = open_queue("ferry-versions", name)
    notify(name, arn, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    messages(url)
    version = s3.put_object(Bucket=name, Key="k", Body=b"1")["VersionId"]
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_object(Bucket=name, Key="k", VersionId=version)
    told = [(one["eventName"], one["s3"]["object"]["versionId"]) for one in records(url)]
    assert [name for name, _ in told] == [
        "ObjectCreated:Put",
        "ObjectRemoved:DeleteMarkerCreated",
        "ObjectRemoved:Delete",
    ]
    assert told[0][1] == told[2][1] == version


def test_prefixes_and_suffixes() -> None:
    s3, name = client("s3"), bucket("ferry-filter")
    url, arn = open_queue("ferry-filter", name)
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".csv"}]
    notify(name, arn, "s3:ObjectCreated:Put", Filter={"Key": {"FilterRules": rules}})
    for key in ("in/a.csv", "in/a.txt", "out/a.csv"):
        s3.put_object(Bucket=name, Key=key, Body=b"")
    assert [one["s3"]["object"]["key"] for one in records(url)] == ["in/a.csv"]


@pytest.mark.parametrize("what", ["shut", "gone", "topic", "function"])
def test_a_destination_that_does_not_let_s3_send_is_refused(what: str) -> None:
    name = bucket(f"ferry-refused-{what}")
    _, arn = queue("refused", open_to=None)
    configuration: dict[str, Any] = {
        "shut": {"QueueConfigurations": [{"QueueArn": arn}]},
        "gone": {"QueueConfigurations": [{"QueueArn": f"{arn}-gone"}]},
        "topic": {
            "TopicConfigurations": [
                {"TopicArn": client("sns").create_topic(Name="refused")["TopicArn"]}
            ]
        },
        "function": {
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:gone"}
            ]
        },
    }[what]
    for one in configuration.values():
        one[0]["Events"] = ["s3:ObjectCreated:*"]
    with pytest.raises(ClientError) as caught:
        client("s3").put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration=configuration
        )
    assert caught.value.response["Error"]["Code"] == "InvalidArgument"
    assert caught.value.response["Error"]["Message"] == (
        "Unable to validate the following destination configurations"
    )
    assert "QueueConfigurations" not in client("s3").get_bucket_notification_configuration(
        Bucket=name
    )
    client("s3").put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration=configuration, SkipDestinationValidation=True
    )


def test_a_bucket_says_that_it_tells_eventbridge() -> None:
    s3, name = client("s3"), bucket("ferry-to-eventbridge")
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    told = s3.get_bucket_notification_configuration(Bucket=name)
    assert told["EventBridgeConfiguration"] == {}
