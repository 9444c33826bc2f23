"""What EventBridge sends to targets: the rows of the gap map on targets and dead letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from delivering import (
    ACCOUNT,
    REGION,
    RULE,
    SENDER,
    attributes,
    messages,
    policy,
    queue,
    role,
    send,
)
from in_process import client, lab
from webserver import Server, running

EVENT = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "Order",
    "source": "ferry.orders",
    "account": ACCOUNT,
    "time": "2026-01-05T10:00:00Z",
    "region": REGION,
    "resources": [],
    "detail": {"order": "A1"},
}
PAYLOAD = json.dumps(EVENT)


def test_ev_target_sqs_needs_the_policy_of_the_queue() -> None:
    url, arn = queue("open")
    assert send(arn, PAYLOAD)[0].delivered
    assert [one["Body"] for one in messages(url)] == [PAYLOAD]
    url, arn = queue("closed", open_to=None)
    [outcome] = send(arn, PAYLOAD)
    assert (outcome.delivered, outcome.error_code, outcome.attempts) == (False, "NO_RESOURCE", 1)
    assert "AWS.SimpleQueueService.NonExistentQueue" in outcome.error_message
    assert not messages(url)


def test_ev_target_sqs_asks_for_the_rule_that_the_policy_names() -> None:
    _, arn = queue("of-another-rule", open_to=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/other")
    assert not send(arn)[0].delivered


def test_ev_target_sqs_fifo() -> None:
    url, arn = queue("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    options = {"SqsParameters": {"MessageGroupId": "orders"}}
    assert send(arn, PAYLOAD, options=options)[0].delivered
    [message] = messages(url)
    assert message["Attributes"]["MessageGroupId"] == "orders"
    [outcome] = send(arn, PAYLOAD)
    assert outcome.error_code == "INVALID_PARAMETER"


def test_ev_target_sns_needs_the_policy_of_the_topic() -> None:
    sns = client("sns")
    arn = sns.create_topic(Name="alerts")["TopicArn"]
    [outcome] = send(arn)
    assert outcome.error_code == "NO_PERMISSIONS"
    assert "because no resource-based policy allows the SNS:Publish action" in outcome.error_message
    text = policy("sns:Publish", arn)
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text)
    assert send(arn)[0].delivered
    [outcome] = send(f"{arn}-gone")
    assert outcome.error_code == "NO_RESOURCE"


@pytest.mark.parametrize("ending", ["", ":*"])
def test_ev_target_logs_by_both_forms_of_the_arn(ending: str) -> None:
    logs, name = client("logs"), f"/aws/events/orders{len(ending)}"
    logs.create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}{ending}"
    [outcome] = send(arn, PAYLOAD)
    assert outcome.error_code == "NO_PERMISSIONS"
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    logs.put_resource_policy(policyName=f"events{len(ending)}", policyDocument=document)
    assert send(arn, PAYLOAD)[0].delivered
    [line] = logs.filter_log_events(logGroupName=name)["events"]
    assert json.loads(line["message"]) == EVENT
    now = int(lab().clock.time()) * 1000
    assert send(arn, json.dumps({"timestamp": now, "message": "hi"}))[0].delivered
    told = logs.filter_log_events(logGroupName=name)["events"]
    assert (now, "hi") in [(one["timestamp"], one["message"]) for one in told]
    gone = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/events/gone"
    assert send(gone)[0].error_code == "NO_RESOURCE"


def test_ev_target_other_kinesis_by_role() -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/orders"
    with_role = replace(SENDER, role_arn=role("to-kinesis", "events.amazonaws.com", "kinesis:*"))
    options = {"KinesisParameters": {"PartitionKeyPath": "$.detail.order"}}
    assert send(arn, PAYLOAD, sender=with_role, options=options)[0].delivered
    shard = kinesis.get_shard_iterator(
        StreamName="orders", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    [record] = kinesis.get_records(ShardIterator=shard)["Records"]
    assert (record["PartitionKey"], record["Data"].decode()) == ("A1", PAYLOAD)
    assert send(arn, PAYLOAD)[0].error_code == "NO_PERMISSIONS"


def test_ev_target_other_firehose_by_role() -> None:
    s3, firehose = client("s3"), client("firehose")
    s3.create_bucket(Bucket="ferry-events")
    writer = role("firehose-writes", "firehose.amazonaws.com", "s3:*")
    made = firehose.create_delivery_stream(
        DeliveryStreamName="events",
        ExtendedS3DestinationConfiguration={
            "RoleARN": writer,
            "BucketARN": "arn:aws:s3:::ferry-events",
        },
    )
    sender = replace(SENDER, role_arn=role("to-firehose", "events.amazonaws.com", "firehose:*"))
    assert send(made["DeliveryStreamARN"], PAYLOAD, sender=sender)[0].delivered
    [written] = s3.list_objects_v2(Bucket="ferry-events")["Contents"]
    body = s3.get_object(Bucket="ferry-events", Key=written["Key"])["Body"].read()
    assert json.loads(body) == EVENT


def test_ev_target_other_step_functions_by_role() -> None:
    states = client("stepfunctions")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
    arn = states.create_state_machine(
        name="orders",
        definition=json.dumps(definition),
        roleArn=role("machine", "states.amazonaws.com", "sqs:*"),
    )["stateMachineArn"]
    sender = replace(SENDER, role_arn=role("to-states", "events.amazonaws.com", "states:*"))
    [outcome] = send(arn, PAYLOAD, sender=sender)
    assert outcome.delivered
    [execution] = states.list_executions(stateMachineArn=arn)["executions"]
    assert execution["executionArn"] == outcome.answer["executionArn"]
    told = states.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(told["input"]) == EVENT


def test_ev_target_other_a_role_must_trust_and_be_allowed() -> None:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:orders"
    stranger = replace(SENDER, role_arn=role("of-lambda", "lambda.amazonaws.com", "states:*"))
    assert send(arn, sender=stranger)[0].error_code == "FAILED_TO_ASSUME_ROLE"
    weak = replace(SENDER, role_arn=role("weak", "events.amazonaws.com", "sqs:*"))
    [outcome] = send(arn, sender=weak)
    assert outcome.error_code == "NO_PERMISSIONS"
    assert "assumed-role/weak/" in outcome.error_message
    gone = replace(SENDER, role_arn=f"arn:aws:iam::{ACCOUNT}:role/gone")
    assert send(arn, sender=gone)[0].error_code == "FAILED_TO_ASSUME_ROLE"


def test_ev_target_other_ecs_is_a_recorded_call() -> None:
    ecs = client("ecs")
    cluster = ecs.create_cluster(clusterName="ferry")["cluster"]["clusterArn"]
    task = ecs.register_task_definition(
        family="report",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        containerDefinitions=[{"name": "report", "image": "report", "memory": 512}],
    )["taskDefinition"]["taskDefinitionArn"]
    ec2 = client("ec2")
    network = {
        "Subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "SecurityGroups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
    }
    options = {
        "EcsParameters": {
            "TaskDefinitionArn": task,
            "TaskCount": 2,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": {"awsvpcConfiguration": network},
        }
    }
    sender = replace(SENDER, role_arn=role("to-ecs", "events.amazonaws.com", "ecs:RunTask"))
    [outcome] = send(cluster, PAYLOAD, sender=sender, options=options)
    assert outcome.delivered, outcome
    assert sorted(ecs.list_tasks(cluster=cluster)["taskArns"]) == sorted(outcome.answer["taskArns"])
    assert len(outcome.answer["taskArns"]) == 2


def test_ev_target_other_run_command_says_that_it_does_not_run() -> None:
    [outcome] = send(f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript")
    assert (outcome.delivered, outcome.attempts) == (False, 1)
    assert "Dry Run does not run Run Command" in outcome.error_message


def test_ev_target_other_universal_targets_call_any_operation() -> None:
    url, _ = queue("universal", open_to=None)
    sender = replace(
        SENDER,
        principal="scheduler.amazonaws.com",
        role_arn=role("schedules", "scheduler.amazonaws.com", "sqs:SendMessage"),
    )
    target = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    asked = json.dumps({"QueueUrl": url, "MessageBody": "hello"})
    assert send(target, asked, sender=sender)[0].delivered
    assert [one["Body"] for one in messages(url)] == ["hello"]
    [outcome] = send(
        target, json.dumps({"QueueUrl": f"{url}-gone", "MessageBody": "x"}), sender=sender
    )
    assert outcome.error_code == "AWS.SimpleQueueService.NonExistentQueue"


def test_ev_target_mix_a_failing_target_stops_no_other() -> None:
    url, arn = queue("beside")
    known = [
        outcome.delivered
        for target in (f"{arn}-gone", arn, "arn:aws:kinesis:us-east-1:1:stream/x", arn)
        for outcome in send(target, PAYLOAD)
    ]
    assert known == [False, True, False, True]
    assert len(messages(url)) == 2


def test_ev_dlq_has_the_attributes_of_aws() -> None:
    url, dead = queue("dead")
    _, arn = queue("shut", open_to=None)
    send(arn, "changed", dead_letter_arn=dead, dead_letter_body=PAYLOAD)
    [letter] = messages(url)
    assert letter["Body"] == PAYLOAD
    told = attributes(letter)
    assert told.pop("ERROR_MESSAGE").startswith("The specified queue does not exist or you do not")
    assert told == {"RULE_ARN": RULE, "TARGET_ARN": arn, "ERROR_CODE": "NO_RESOURCE"}


def test_ev_dlq_needs_a_policy_too() -> None:
    url, dead = queue("dead-and-shut", open_to=None)
    assert not send(f"{dead}-gone", PAYLOAD, dead_letter_arn=dead)[0].delivered
    assert not messages(url)


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as made:
        yield made


def destination(name: str, url: str, kind: str, auth: dict[str, Any], rate: int = 300) -> str:
    events = client("events")
    connection = events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=auth)[
        "ConnectionArn"
    ]
    made = events.create_api_destination(
        Name=name,
        ConnectionArn=connection,
        InvocationEndpoint=url,
        HttpMethod="POST",
        InvocationRateLimitPerSecond=rate,
    )
    return str(made["ApiDestinationArn"])


KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "secret"}}


@pytest.fixture(scope="module")
def caller() -> Any:
    return replace(
        SENDER, role_arn=role("to-api", "events.amazonaws.com", "events:InvokeApiDestination")
    )


def test_ev_target_api_with_a_key(server: Server, caller: Any) -> None:
    auth = {
        **KEY,
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "x-more", "Value": "1", "IsValueSecret": False}],
            "BodyParameters": [{"Key": "from", "Value": "ferry", "IsValueSecret": False}],
        },
    }
    arn = destination("key", f"{server.url}/orders/*", "API_KEY", auth)
    options = {
        "HttpParameters": {"PathParameterValues": ["A1"], "QueryStringParameters": {"a": "b"}}
    }
    [outcome] = send(arn, '{"n": 1}', sender=caller, options=options)
    assert outcome.delivered
    [asked] = server.asked
    assert asked["path"] == "/orders/A1?a=b"
    assert json.loads(asked["body"]) == {"n": 1, "from": "ferry"}
    assert asked["headers"]["x-key"] == "secret"
    assert asked["headers"]["x-more"] == "1"
    assert asked["headers"]["user-agent"] == "Amazon/EventBridge/ApiDestinations"


def test_ev_target_api_basic_and_retries(server: Server, caller: Any) -> None:
    auth = {"BasicAuthParameters": {"Username": "jane", "Password": "boat"}}
    arn = destination("basic", server.url, "BASIC", auth)
    server.answers = [(500, "no"), (429, "slower")]
    before = lab().clock.time()
    [outcome] = send(arn, sender=caller)
    assert (outcome.delivered, outcome.attempts) == (True, 3)
    assert [one["headers"]["authorization"] for one in server.asked] == ["Basic amFuZTpib2F0"] * 3
    assert lab().clock.time() - before > 2


def test_ev_target_api_oauth(server: Server, caller: Any) -> None:
    auth = {
        "OAuthParameters": {
            "ClientParameters": {"ClientID": "me", "ClientSecret": "mine"},
            "AuthorizationEndpoint": f"{server.url}/token",
            "HttpMethod": "POST",
        }
    }
    arn = destination("oauth", server.url, "OAUTH_CLIENT_CREDENTIALS", auth)
    server.answers = [(200, '{"access_token": "t1", "expires_in": 3600}')]
    assert send(arn, sender=caller)[0].delivered
    assert send(arn, sender=caller)[0].delivered
    assert [one["path"] for one in server.asked] == ["/token", "/", "/"]
    assert "grant_type=client_credentials" in server.asked[0]["body"]
    assert server.asked[2]["headers"]["authorization"] == "Bearer t1"


def test_ev_target_api_keeps_to_its_rate(server: Server, caller: Any) -> None:
    arn = destination("slow", server.url, "API_KEY", KEY, rate=1)
    before = lab().clock.time()
    assert all(send(arn, sender=caller)[0].delivered for _ in range(4))
    assert lab().clock.time() - before >= 2.5


def test_ev_target_api_goes_to_this_computer_only(caller: Any) -> None:
    arn = destination("far", "https://example.com/orders", "API_KEY", KEY)
    [outcome] = send(arn, sender=caller)
    assert outcome.attempts == 1
    assert "Dry Run calls servers on this computer only" in outcome.error_message


def test_ev_dlq_after_the_retries(server: Server, caller: Any) -> None:
    url, dead = queue("after-retries")
    arn = destination("broken", server.url, "API_KEY", KEY)
    server.answers = [(503, "down")] * 30
    [outcome] = send(arn, PAYLOAD, sender=caller, max_attempts=3, dead_letter_arn=dead)
    assert outcome.attempts == 4
    told = attributes(messages(url)[0])
    assert told["RETRY_ATTEMPTS"] == "3"
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert told["ERROR_CODE"] == "ERROR_FROM_TARGET"
    [outcome] = send(arn, PAYLOAD, sender=caller, max_age=60, dead_letter_arn=dead)
    told = attributes(messages(url)[0])
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
