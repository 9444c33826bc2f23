"""AWS::Events, type by type."""

from __future__ import annotations

import pytest
from trial import ACCOUNT, Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:tickets"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/events"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def test_rule_with_targets_of_many_kinds() -> None:
    properties = {
        "Description": "sold",
        "EventPattern": {"source": ["ferry"], "detail": {"price": [{"numeric": [">", 1]}]}},
        "State": "ENABLED",
        "Tags": TAGS,
        "Targets": [
            {
                "Id": "queue",
                "Arn": QUEUE,
                "DeadLetterConfig": {"Arn": QUEUE},
                "InputTransformer": {"InputPathsMap": {"a": "$.a"}, "InputTemplate": "<a>"},
                "RetryPolicy": {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 1},
            },
            {
                "Id": "task",
                "Arn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/c",
                "RoleArn": ROLE,
                "EcsParameters": {
                    "LaunchType": "FARGATE",
                    "NetworkConfiguration": {
                        "AwsVpcConfiguration": {
                            "AssignPublicIp": "ENABLED",
                            "Subnets": ["subnet-1"],
                        }
                    },
                    "PlacementConstraints": [{"Type": "distinctInstance"}],
                    "PlacementStrategies": [{"Field": "cpu", "Type": "binpack"}],
                    "TagList": [{"Key": "b", "Value": "2"}],
                    "TaskCount": 2,
                    "TaskDefinitionArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/t",
                },
            },
        ],
    }
    with Trial("AWS::Events::Rule", properties) as rule:
        found = rule.read()
        assert {name: found[name] for name in properties} == properties
        assert rule.physical_id.startswith("trial-Thing-")
        assert found["Arn"].endswith(f":rule/{rule.physical_id}")
        assert found["RuleName"] == rule.physical_id
        changed = {
            "ScheduleExpression": "rate(5 minutes)",
            "State": "DISABLED",
            "Tags": TAGS[:1],
            "Targets": [{"Id": "queue", "Arn": QUEUE, "Input": "{}"}],
        }
        found = rule.update(changed)
        assert {name: found[name] for name in changed} == changed
        assert not found.get("EventPattern")
        assert "Description" not in found


def test_a_pattern_is_written_as_cloudformation_writes_it() -> None:
    pattern = {"source": ["ferry"], "detail-type": ["Sold"], "detail": {"pier": [{"suffix": "3"}]}}
    with Trial("AWS::Events::Rule", {"Name": "sold", "EventPattern": pattern}):
        assert client("events").describe_rule(Name="sold")["EventPattern"] == (
            '{"detail-type":["Sold"],"source":["ferry"],"detail":{"pier":[{"suffix":"3"}]}}'
        )


def test_rule_on_a_bus_of_its_own() -> None:
    with Trial("AWS::Events::EventBus", {"Name": "ferry", "Tags": TAGS}) as bus:
        assert bus.read()["Tags"] == TAGS
        properties = {"EventBusName": "ferry", "EventPattern": {"source": ["a"]}, "Name": "r"}
        with Trial("AWS::Events::Rule", properties) as rule:
            assert rule.physical_id == "ferry|r"
            assert rule.read()["Arn"].endswith(":rule/ferry/r")
            with pytest.raises(ResourceError, match="can't be deleted since it has rules"):
                bus.delete()
            client("events").put_targets(
                Rule="r", EventBusName="ferry", Targets=[{"Id": "x", "Arn": QUEUE}]
            )
            with pytest.raises(Exception, match="it has targets"):
                rule.delete()
            client("events").remove_targets(Rule="r", EventBusName="ferry", Ids=["x"])


def test_bus_and_its_policies() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "events:PutEvents",
        "Resource": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/shared",
    }
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "own", **statement}]}
    properties = {
        "DeadLetterConfig": {"Arn": QUEUE},
        "Description": "shared",
        "Name": "shared",
        "Policy": policy,
    }
    with Trial("AWS::Events::EventBus", properties) as bus:
        found = bus.read()
        assert {name: found[name] for name in properties} == properties
        assert found["Arn"].endswith(":event-bus/shared")
        other = bus.update({**properties, "Description": "other"})
        assert (other["Description"], other["DeadLetterConfig"]) == ("other", {"Arn": QUEUE})
        with pytest.raises(NotSimulatedError, match="Description"):
            bus.update({name: properties[name] for name in properties if name != "Description"})
        less = {name: value for name, value in properties.items() if name != "Policy"}
        assert "Policy" not in bus.update(less)
        one = {"EventBusName": "shared", "Statement": statement, "StatementId": "one"}
        two = {
            "Action": "events:PutEvents",
            "EventBusName": "shared",
            "Principal": "210987654321",
            "StatementId": "two",
        }
        with Trial("AWS::Events::EventBusPolicy", one) as first:
            assert first.physical_id == "shared|one"
            with Trial("AWS::Events::EventBusPolicy", two) as second:
                assert second.read() == two
                assert first.read() == one
                changed = {**one, "Statement": {**statement, "Effect": "Deny"}}
                assert first.update(changed) == changed
                assert second.read() == two


def test_archive() -> None:
    source = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    properties = {
        "ArchiveName": "all",
        "Description": "all",
        "EventPattern": {"source": ["ferry"]},
        "RetentionDays": 7,
        "SourceArn": source,
    }
    with Trial("AWS::Events::Archive", properties) as archive:
        found = archive.read()
        assert {name: found[name] for name in properties} == properties
        assert found["Arn"].endswith(":archive/all")
        assert archive.update({**properties, "RetentionDays": 9})["RetentionDays"] == 9
        with pytest.raises(NotSimulatedError, match="Description"):
            archive.update({"ArchiveName": "all", "SourceArn": source})


def test_connection_and_api_destination() -> None:
    properties = {
        "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
        "AuthorizationType": "API_KEY",
        "Description": "partner",
    }
    with Trial("AWS::Events::Connection", properties) as connection:
        found = connection.read()
        assert found["AuthParameters"] == {"ApiKeyAuthParameters": {"ApiKeyName": "k"}}
        assert found["SecretArn"].startswith("arn:aws:secretsmanager:")
        assert f"{found['ArnForPolicy']}/" in found["Arn"]
        assert connection.update({**properties, "Description": "p"})["Description"] == "p"
        properties = {
            "ConnectionArn": found["Arn"],
            "HttpMethod": "POST",
            "InvocationEndpoint": "https://example.com/hook",
            "InvocationRateLimitPerSecond": 5,
            "Name": "hook",
        }
        with Trial("AWS::Events::ApiDestination", properties) as destination:
            found = destination.read()
            assert {name: found[name] for name in properties} == properties
            assert f"{found['ArnForPolicy']}/" in found["Arn"]
            assert destination.update({**properties, "HttpMethod": "PUT"})["HttpMethod"] == "PUT"
