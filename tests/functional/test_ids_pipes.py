"""EV-PIPES: pipes carry events from a queue or a stream to a target, as their role may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab
from lab_time import fresh
from scheduled import ACCOUNT, REGION, START, bodies, messages, queue, role, wind

PIPES = "pipes.amazonaws.com"
READ = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
WORDS = "Input parameter is invalid from the request due to : "


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """Begin each test on a Monday morning, with a clock that only the test moves."""
    with fresh(START, paused=True):
        yield


def pipe(source: str, target: str, *, actions: tuple[str, ...] = (), **asked: Any) -> None:
    """Create a pipe, with a role that may read queues and send to them, and let it begin."""
    allowed = (*READ, "sqs:SendMessage", *actions)
    arn = asked.pop("RoleArn", "") or role("carrier", PIPES, *allowed)
    client("pipes").create_pipe(Name="carry", Source=source, Target=target, RoleArn=arn, **asked)
    wind(minutes=1)


def send(arn: str, *texts: str) -> None:
    """Send messages to a queue."""
    url = client("sqs").get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
    for text in texts:
        client("sqs").send_message(QueueUrl=url, MessageBody=text)


def state() -> tuple[str, str]:
    """Return the pipe's state, and why."""
    found = client("pipes").describe_pipe(Name="carry")
    return found["CurrentState"], found.get("StateReason", "")


def left(arn: str) -> int:
    """Return how many messages a queue has, visible or not."""
    url = client("sqs").get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(names))
    return sum(int(found["Attributes"][name]) for name in names)


def filtered(*patterns: Any, **parameters: Any) -> dict[str, Any]:
    """Return source parameters with filters."""
    filters = [{"Pattern": json.dumps(pattern)} for pattern in patterns]
    return {"FilterCriteria": {"Filters": filters}, **parameters}


# Queues


def test_ev_pipes_carry_from_queue_to_queue() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target)
    assert state() == ("RUNNING", "")
    send(source, "one", "two")
    found = [json.loads(body) for body in bodies(target)]
    assert sorted(event["body"] for event in found) == ["one", "two"]
    assert {event["eventSource"] for event in found} == {"aws:sqs"}
    assert {event["eventSourceARN"] for event in found} == {source}
    assert sorted(found[0]) == [
        "attributes",
        "awsRegion",
        "body",
        "eventSource",
        "eventSourceARN",
        "md5OfBody",
        "messageAttributes",
        "messageId",
        "receiptHandle",
    ]
    assert left(source) == 0


def test_ev_pipes_take_what_was_there_before() -> None:
    source, target = queue("in"), queue("out")
    send(source, *(str(number) for number in range(25)))
    pipe(source, target)
    assert len(bodies(target)) == 25


def test_ev_pipes_filter_and_delete_what_they_do_not_want() -> None:
    source, target = queue("in"), queue("out")
    wanted = {"body": {"sold": [{"numeric": [">", 2]}]}}
    pipe(source, target, SourceParameters=filtered(wanted))
    send(source, '{"sold": 1}', '{"sold": 3}', "no JSON")
    (event,) = [json.loads(body) for body in bodies(target)]
    assert event["body"] == '{"sold": 3}'
    assert left(source) == 0


def test_ev_pipes_any_of_several_filters_will_do() -> None:
    source, target = queue("in"), queue("out")
    wanted = ({"body": {"kind": ["sold"]}}, {"body": {"kind": ["lost"]}})
    pipe(source, target, SourceParameters=filtered(*wanted))
    send(source, *(json.dumps({"kind": kind}) for kind in ("sold", "seen", "lost")))
    assert len(bodies(target)) == 2


def test_ev_pipes_shape_what_the_target_gets() -> None:
    source, target = queue("in"), queue("out")
    template = (
        '{"ticket": <$.body.ticket>, "to": "<$.body.to>", "seats": <$.body.seats>, '
        '"pipe": "<aws.pipes.pipe-name>", "at": "<aws.pipes.event.ingestion-time>", '
        '"missing": "<$.body.nothing>", "raw": <aws.pipes.event.json>}'
    )
    pipe(source, target, TargetParameters={"InputTemplate": template})
    send(source, json.dumps({"ticket": "T-1", "to": 'Isle of "M"', "seats": [1, 2]}))
    (body,) = bodies(target)
    found = json.loads(body)
    assert found.pop("raw")["body"]["seats"] == [1, 2]
    assert found == {
        "ticket": "T-1",
        "to": 'Isle of "M"',
        "seats": [1, 2],
        "pipe": "carry",
        "at": "2026-01-05T09:01:00Z",
        "missing": "",
    }


def test_ev_pipes_shape_plain_text() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target, TargetParameters={"InputTemplate": "Sold <$.body.seats> to <$.body.to>"})
    send(source, '{"seats": 2, "to": "Ada"}')
    assert bodies(target) == ["Sold 2 to Ada"]


def test_ev_pipes_wait_for_a_window_or_a_full_batch() -> None:
    source, target = queue("in"), queue("out")
    settings = {"BatchSize": 3, "MaximumBatchingWindowInSeconds": 60}
    pipe(source, target, SourceParameters={"SqsQueueParameters": settings})
    send(source, "1", "2")
    assert bodies(target) == []
    wind(seconds=61)
    assert len(bodies(target)) == 2
    send(source, "3", "4", "5")
    assert len(bodies(target)) == 3


def test_ev_pipes_stop_and_start() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target)
    assert client("pipes").stop_pipe(Name="carry")["CurrentState"] == "STOPPING"
    wind(minutes=1)
    assert state() == ("STOPPED", "")
    send(source, "one")
    wind(hours=1)
    assert bodies(target) == []
    assert client("pipes").start_pipe(Name="carry")["CurrentState"] == "STARTING"
    wind(minutes=1)
    assert len(bodies(target)) == 1


def test_ev_pipes_deleted_ones_are_silent() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target)
    answer = client("pipes").delete_pipe(Name="carry")
    assert (answer["DesiredState"], answer["CurrentState"]) == ("DELETED", "DELETING")
    wind(minutes=1)
    send(source, "one")
    assert bodies(target) == []
    with pytest.raises(client("pipes").exceptions.NotFoundException):
        client("pipes").describe_pipe(Name="carry")


# Roles


def test_ev_pipes_need_a_role_that_may_read() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target, RoleArn=role("blind", PIPES, "sqs:SendMessage"))
    assert state() == (
        "CREATE_FAILED",
        f"{WORDS}The provided customer role does not have permissions to call ReceiveMessage on "
        "SQS",
    )


def test_ev_pipes_need_a_role_that_trusts_them() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target, RoleArn=role("other", "events.amazonaws.com", *READ))
    found, why = state()
    assert found == "CREATE_FAILED"
    assert "pipes.amazonaws.com" in why


def test_ev_pipes_leave_what_they_may_not_send_in_the_queue() -> None:
    letters = queue("letters")
    redrive = json.dumps({"deadLetterTargetArn": letters, "maxReceiveCount": 2})
    source, target = queue("in", RedrivePolicy=redrive), queue("out")
    pipe(source, target, RoleArn=role("mute", PIPES, *READ))
    assert state() == ("RUNNING", "")
    send(source, "one")
    assert left(source) == 1
    wind(minutes=5)
    assert bodies(target) == []
    assert bodies(letters) == ["one"]


# Streams


def test_ev_pipes_carry_changes_of_a_table() -> None:
    made = client("dynamodb").create_table(
        TableName="boats",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    source, target = made["TableDescription"]["LatestStreamArn"], queue("out")
    pipe(
        source,
        target,
        actions=("dynamodb:*",),
        SourceParameters=filtered(
            {"eventName": ["INSERT"]}, DynamoDBStreamParameters={"StartingPosition": "LATEST"}
        ),
        TargetParameters={"InputTemplate": "<$.dynamodb.NewImage.id.S>"},
    )
    assert state() == ("RUNNING", "")
    for number in range(3):
        client("dynamodb").put_item(TableName="boats", Item={"id": {"S": f"b-{number}"}})
    client("dynamodb").delete_item(TableName="boats", Key={"id": {"S": "b-1"}})
    assert bodies(target) == ["b-0", "b-1", "b-2"]


def test_ev_pipes_carry_records_of_a_data_stream_in_order() -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="gates", ShardCount=1)
    source, target = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/gates", queue("out")
    kinesis.put_record(StreamName="gates", Data=b'{"n": 0}', PartitionKey="a")
    pipe(
        source,
        target,
        actions=("kinesis:*",),
        SourceParameters={"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}},
        TargetParameters={"InputTemplate": "<$.data.n>"},
    )
    assert state() == ("RUNNING", "")
    for number in (1, 2):
        kinesis.put_record(
            StreamName="gates", Data=json.dumps({"n": number}).encode(), PartitionKey="a"
        )
    assert bodies(target) == ["0", "1", "2"]


def test_ev_pipes_try_a_stream_again_and_tell_the_dead_letter_queue() -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="gates", ShardCount=1)
    source = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/gates"
    letters = queue("letters")
    settings = {
        "StartingPosition": "LATEST",
        "MaximumRetryAttempts": 2,
        "DeadLetterConfig": {"Arn": letters},
    }
    target = queue("out")
    pipe(
        source,
        target,
        actions=("kinesis:*",),
        SourceParameters={"KinesisStreamParameters": settings},
    )
    url = client("sqs").get_queue_url(QueueName="out")["QueueUrl"]
    client("sqs").delete_queue(QueueUrl=url)
    kinesis.put_record(StreamName="gates", Data=b"lost", PartitionKey="a")
    wind(minutes=5)
    (letter,) = [json.loads(body) for body in bodies(letters)]
    assert letter["KinesisBatchInfo"]["batchSize"] == 1
    queue("out")
    kinesis.put_record(StreamName="gates", Data=b"kept", PartitionKey="a")
    assert len(messages(target)) == 1


# Targets


def test_ev_pipes_put_events_on_a_bus() -> None:
    source, target = queue("in"), queue("out")
    events = client("events")
    events.put_rule(Name="sold", EventPattern='{"source": ["ferry.pier"]}')
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": target,
            }
        ],
    }
    url = client("sqs").get_queue_url(QueueName="out")["QueueUrl"]
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    events.put_targets(Rule="sold", Targets=[{"Id": "1", "Arn": target}])
    parameters = {
        "EventBridgeEventBusParameters": {"Source": "ferry.pier", "DetailType": "$.body.kind"},
        "InputTemplate": '{"ticket": <$.body.ticket>}',
    }
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    pipe(source, bus, actions=("events:PutEvents",), TargetParameters=parameters)
    send(source, '{"kind": "Ticket sold", "ticket": "T-1"}')
    (event,) = [json.loads(body) for body in bodies(target)]
    assert (event["source"], event["detail-type"]) == ("ferry.pier", "Ticket sold")
    assert event["detail"] == {"ticket": "T-1"}


# Refusals and answers


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"SourceParameters": {"FilterCriteria": {"Filters": [{"Pattern": "{"}]}}}, "Validation"),
        ({"SourceParameters": {"SqsQueueParameters": {"BatchSize": 11}}}, "Validation"),
        ({"Name": "two words"}, "Validation"),
        ({"Source": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/gates"}, "Validation"),
        ({"Source": f"arn:aws:mq:{REGION}:{ACCOUNT}:broker:b:b-1"}, "NotSimulated"),
        ({"Target": f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:c"}, "NotSimulated"),
        ({"Enrichment": f"arn:aws:events:{REGION}:{ACCOUNT}:api-destination/d/1"}, "NotSimulated"),
        ({"Target": f"arn:aws:sqs:{REGION}:{ACCOUNT}:out.fifo"}, "Validation"),
    ],
)
def test_ev_pipes_what_cannot_be_is_refused(asked: dict[str, Any], code: str) -> None:
    given = {
        "Name": "carry",
        "Source": queue("in"),
        "Target": queue("out"),
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/carrier",
        **asked,
    }
    with pytest.raises(ClientError, match=code):
        client("pipes").create_pipe(**given)
    assert client("pipes").list_pipes()["Pipes"] == []


def test_ev_pipes_answers_are_complete() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target, Description="tickets", Tags={"team": "ferry"})
    found = client("pipes").describe_pipe(Name="carry")
    assert found["LastModifiedTime"] == found["CreationTime"]
    for name in ("ResponseMetadata", "CreationTime", "LastModifiedTime"):
        found.pop(name)
    arn = f"arn:aws:pipes:{REGION}:{ACCOUNT}:pipe/carry"
    assert found == {
        "Arn": arn,
        "Name": "carry",
        "Description": "tickets",
        "DesiredState": "RUNNING",
        "CurrentState": "RUNNING",
        "Source": source,
        "Target": target,
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/carrier",
        "Tags": {"team": "ferry"},
    }
    (listed,) = client("pipes").list_pipes(NamePrefix="ca", CurrentState="RUNNING")["Pipes"]
    assert (listed["Arn"], listed["Source"], listed["Target"]) == (arn, source, target)
    assert client("pipes").list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "ferry"}
    answer = client("pipes").update_pipe(Name="carry", Description="", RoleArn=found["RoleArn"])
    assert answer["CurrentState"] == "UPDATING"
    with pytest.raises(client("pipes").exceptions.ConflictException):
        client("pipes").stop_pipe(Name="carry")
    wind(minutes=1)
    assert state() == ("RUNNING", "")
    assert "Description" not in client("pipes").describe_pipe(Name="carry")


def test_ev_pipes_wait_without_asking() -> None:
    source, target = queue("in"), queue("out")
    pipe(source, target)
    send(source, "one")
    bodies(target)
    wind(hours=1)
    assert [event.what for event in lab().clock.pending() if "pipe" in event.what] == []
