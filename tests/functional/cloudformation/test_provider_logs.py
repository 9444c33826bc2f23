"""AWS::Logs, type by type."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

GROUP = "AWS::Logs::LogGroup"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def test_log_group() -> None:
    rare = {"LogGroupClass": "INFREQUENT_ACCESS"}
    with Trial(GROUP, {"RetentionInDays": 7, "Tags": TAGS, **rare}) as group:
        found = group.read()
        assert found["LogGroupClass"] == rare["LogGroupClass"]
        assert group.physical_id.startswith("trial-Thing-")
        assert found["Arn"].endswith(f":log-group:{group.physical_id}:*")
        assert found["RetentionInDays"] == 7
        assert found["Tags"] == TAGS
        found = group.update({"RetentionInDays": 30, "Tags": TAGS[:1]})
        assert (found["RetentionInDays"], found["Tags"]) == (30, TAGS[:1])
        assert "RetentionInDays" not in group.update({"Tags": TAGS[:1]})
        with pytest.raises(ClientError, match="already exists"):
            Trial(GROUP, {"LogGroupName": group.physical_id}).create()
    with Trial(GROUP, {"LogGroupName": group.physical_id}) as namesake:
        assert namesake.read()["Tags"] == []


def test_log_stream() -> None:
    with Trial(GROUP, {}) as group:
        properties = {"LogGroupName": group.physical_id, "LogStreamName": "one"}
        with Trial("AWS::Logs::LogStream", properties) as stream:
            assert stream.physical_id == "one"
            assert stream.read() == properties


def test_metric_filter() -> None:
    with Trial(GROUP, {}) as group:
        shape = {
            "MetricName": "Errors",
            "MetricNamespace": "Ferry",
            "MetricValue": "1",
            "DefaultValue": 0,
        }
        properties = {
            "LogGroupName": group.physical_id,
            "FilterPattern": "ERROR",
            "MetricTransformations": [shape],
        }
        with Trial("AWS::Logs::MetricFilter", properties) as it:
            assert it.read() == {"FilterName": it.physical_id, **properties}
            changed = {**properties, "FilterPattern": ""}
            assert it.update(changed)["FilterPattern"] == ""
        with pytest.raises(ResourceError, match="log group does not exist"):
            Trial("AWS::Logs::MetricFilter", {**properties, "LogGroupName": "none"}).create()


def test_subscription_filter() -> None:
    kinesis = client("kinesis")
    for name in ("boats", "ships"):
        kinesis.create_stream(StreamName=name, ShardCount=1)
    arns = [
        kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"]
        for name in ("boats", "ships")
    ]
    with Trial(GROUP, {}) as group:
        properties = {
            "LogGroupName": group.physical_id,
            "FilterPattern": "",
            "DestinationArn": arns[0],
            "RoleArn": "arn:aws:iam::123456789012:role/logs",
        }
        with Trial("AWS::Logs::SubscriptionFilter", properties) as it:
            assert it.read() == {"FilterName": it.physical_id, **properties}
            changed = {**properties, "DestinationArn": arns[1], "FilterPattern": "x"}
            assert it.update(changed) == {"FilterName": it.physical_id, **changed}


def test_resource_policy() -> None:
    document = {"Version": "2012-10-17", "Statement": []}
    properties = {"PolicyName": "events", "PolicyDocument": json.dumps(document)}
    with Trial("AWS::Logs::ResourcePolicy", properties) as it:
        assert it.physical_id == "events"
        assert it.read() == properties
        with pytest.raises(ResourceError, match="already exists"):
            Trial("AWS::Logs::ResourcePolicy", properties).create()
        changed = {**properties, "PolicyDocument": {**document, "Id": "two"}}
        assert it.update(changed) == changed


def test_destination() -> None:
    properties = {
        "DestinationName": "central",
        "RoleArn": "arn:aws:iam::123456789012:role/logs",
        "TargetArn": "arn:aws:kinesis:us-east-1:123456789012:stream/central",
        "DestinationPolicy": '{"Version": "2012-10-17", "Statement": []}',
        "Tags": TAGS,
    }
    with Trial("AWS::Logs::Destination", properties) as it:
        found = it.read()
        assert found["Arn"].endswith(":destination:central")
        assert {name: found[name] for name in properties} == properties
        changed = {**properties, "RoleArn": properties["RoleArn"] + "2", "Tags": TAGS[:1]}  # type: ignore[operator]
        found = it.update(changed)
        assert {name: found[name] for name in changed} == changed
