"""EV-SCHEDULER: schedules of EventBridge Scheduler fire on the lab clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab
from lab_time import fresh
from scheduled import ACCOUNT, START, bodies, messages, queue, role, wind

from dryrun.cloud.delivery import Failure, log
from dryrun.cloud.delivery.targets import queues

SCHEDULER = "scheduler.amazonaws.com"
SCHEDULED = "<aws.scheduler.scheduled-time>"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """Begin each test on a Monday morning, with a clock that only the test moves."""
    with fresh(START, paused=True):
        yield


def create(expression: str, target: str = "", **asked: Any) -> str:
    """Create a schedule that sends when it was due to a queue; return the queue's ARN."""
    arn = target or queue("fired")
    given = {"Name": "tick", "FlexibleTimeWindow": {"Mode": "OFF"}, **asked}
    own = {"Arn": arn, "Input": SCHEDULED, **given.pop("Target", {})}
    if "RoleArn" not in own:
        own["RoleArn"] = role("sender", SCHEDULER, "sqs:SendMessage")
    client("scheduler").create_schedule(ScheduleExpression=expression, Target=own, **given)
    return arn


def refusal(**asked: Any) -> tuple[str, str]:
    """Return code and message of a refused schedule."""
    given = {
        "Name": "tick",
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        **asked,
    }
    with pytest.raises(ClientError) as refused:
        client("scheduler").create_schedule(**given)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


# Firing


def test_ev_scheduler_at_fires_once_and_stays() -> None:
    arn = create("at(2026-01-05T09:30:00)")
    wind(minutes=29)
    assert bodies(arn) == []
    wind(minutes=2)
    assert bodies(arn) == ["2026-01-05T09:30:00Z"]
    wind(days=400)
    assert bodies(arn) == []
    assert client("scheduler").get_schedule(Name="tick")["State"] == "ENABLED"


def test_ev_scheduler_at_deletes_itself_when_asked_to() -> None:
    arn = create("at(2026-01-05T09:30:00)", ActionAfterCompletion="DELETE")
    wind(hours=1)
    assert bodies(arn) == ["2026-01-05T09:30:00Z"]
    with pytest.raises(client("scheduler").exceptions.ResourceNotFoundException):
        client("scheduler").get_schedule(Name="tick")


def test_ev_scheduler_a_rate_begins_at_once() -> None:
    arn = create("rate(20 minutes)")
    assert bodies(arn) == ["2026-01-05T09:00:00Z"]
    wind(hours=1)
    assert bodies(arn) == [f"2026-01-05T{time}:00Z" for time in ("09:20", "09:40", "10:00")]


def test_ev_scheduler_a_rate_counts_from_its_start_date() -> None:
    arn = create("rate(1 hour)", StartDate=START + 1800, EndDate=START + 3 * 3600)
    wind(hours=6)
    assert bodies(arn) == ["2026-01-05T09:30:00Z", "2026-01-05T10:30:00Z", "2026-01-05T11:30:00Z"]


def test_ev_scheduler_cron_in_a_time_zone_follows_its_clocks() -> None:
    arn = create("cron(0 9 29 3 ? 2026)", ScheduleExpressionTimezone="Europe/Berlin")
    before = create(
        "cron(0 9 28 3 ? *)",
        queue("before"),
        Name="before",
        ScheduleExpressionTimezone="Europe/Berlin",
        Target={"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/sender"},
    )
    wind(days=83)
    assert bodies(before) == ["2026-03-28T08:00:00Z"]
    assert bodies(arn) == ["2026-03-29T07:00:00Z"]


def test_ev_scheduler_spring_skips_and_autumn_does_not_repeat() -> None:
    arn = create("cron(30 1,2 8 3 ? 2026)", ScheduleExpressionTimezone="America/New_York")
    wind(days=62)
    assert bodies(arn) == ["2026-03-08T06:30:00Z"]
    autumn = create(
        "cron(30 1 1 11 ? 2026)",
        queue("autumn"),
        Name="autumn",
        ScheduleExpressionTimezone="America/New_York",
        Target={"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/sender"},
    )
    wind(days=238)
    assert bodies(autumn) == ["2026-11-01T05:30:00Z"]


def test_ev_scheduler_a_flexible_window_is_kept_to() -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30}
    create("cron(0 12 * * ? *)", FlexibleTimeWindow=window)
    due = START + 3 * 3600
    happened = [event.when for event in lab().clock.pending() if "fires" in event.what]
    assert len(happened) == 1
    assert due <= happened[0] < due + 1800


def test_ev_scheduler_disabled_ones_wait() -> None:
    arn = create("rate(1 hour)", State="DISABLED")
    wind(hours=3)
    assert bodies(arn) == []
    kept = client("scheduler").get_schedule(Name="tick")
    names = ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")
    client("scheduler").update_schedule(**{name: kept[name] for name in names})
    assert bodies(arn) == ["2026-01-05T12:00:00Z"]


def test_ev_scheduler_deleted_ones_are_silent() -> None:
    arn = create("cron(0 * * * ? *)")
    client("scheduler").delete_schedule(Name="tick")
    wind(days=1)
    assert bodies(arn) == []


def test_ev_scheduler_keywords_are_filled_in() -> None:
    text = json.dumps(
        {
            "arn": "<aws.scheduler.schedule-arn>",
            "when": SCHEDULED,
            "id": "<aws.scheduler.execution-id>",
            "attempt": "<aws.scheduler.attempt-number>",
        }
    )
    arn = create("at(2026-01-05T10:00:00)", Target={"Input": text})
    wind(hours=2)
    (body,) = bodies(arn)
    found = json.loads(body)
    assert len(found.pop("id")) == 16
    assert found == {
        "arn": f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/default/tick",
        "when": "2026-01-05T10:00:00Z",
        "attempt": "1",
    }


def test_ev_scheduler_without_an_input_the_target_gets_a_notification() -> None:
    arn = queue("fired")
    create("at(2026-01-05T10:00:00)", arn, Target={"Input": SCHEDULED})
    client("scheduler").update_schedule(
        Name="tick",
        ScheduleExpression="at(2026-01-05T10:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/sender"},
    )
    wind(hours=2)
    (body,) = bodies(arn)
    assert json.loads(body)["source"] == "aws.scheduler"


def test_ev_scheduler_needs_no_policy_of_the_queue_but_its_role_s() -> None:
    letters = queue("letters")
    arn = create(
        "at(2026-01-05T10:00:00)",
        Target={
            "RoleArn": role("idle", SCHEDULER, "sqs:ReceiveMessage"),
            "DeadLetterConfig": {"Arn": letters},
        },
    )
    wind(hours=2)
    assert bodies(arn) == []
    assert bodies(letters) == []  # the same role has to write there
    client("iam").put_role_policy(
        RoleName="idle",
        PolicyName="letters",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": letters}
                ],
            }
        ),
    )
    create(
        "at(2026-01-05T12:00:00)",
        arn,
        Name="again",
        Target={
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/idle",
            "DeadLetterConfig": {"Arn": letters},
        },
    )
    wind(hours=2)
    (letter,) = messages(letters)
    told = {name: one["StringValue"] for name, one in letter["MessageAttributes"].items()}
    assert letter["Body"] == "2026-01-05T12:00:00Z"
    assert told["SCHEDULE_ARN"].endswith(":schedule/default/again")
    assert told["TARGET_ARN"] == arn
    assert told["SCHEDULED_TIME"] == "2026-01-05T12:00:00Z"
    assert "ERROR_CODE" in told
    assert told["IS_PAYLOAD_TRUNCATED"] == "false"


def test_ev_scheduler_universal_targets_call_any_operation() -> None:
    create(
        "at(2026-01-05T10:00:00)",
        "arn:aws:scheduler:::aws-sdk:sqs:createQueue",
        Target={
            "Input": '{"QueueName": "made-at-ten"}',
            "RoleArn": role("maker", SCHEDULER, "sqs:CreateQueue"),
        },
    )
    wind(hours=2)
    assert client("sqs").get_queue_url(QueueName="made-at-ten")


def test_ev_scheduler_universal_targets_spell_fields_with_capitals() -> None:
    """The names of a field in the API and in the input differ for most services."""
    client("ecs").create_cluster(clusterName="boats")
    create(
        "at(2026-01-05T10:00:00)",
        "arn:aws:scheduler:::aws-sdk:ecs:tagResource",
        Target={
            "Input": json.dumps(
                {
                    "ResourceArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/boats",
                    "Tags": [{"Key": "asleep", "Value": "yes"}],
                }
            ),
            "RoleArn": role("tagger", SCHEDULER, "ecs:TagResource"),
        },
    )
    wind(hours=2)
    found = client("ecs").describe_clusters(clusters=["boats"], include=["TAGS"])["clusters"]
    assert found[0]["tags"] == [{"key": "asleep", "value": "yes"}]


def test_ev_scheduler_tries_again_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    carry, tries = queues.carry, iter((True, True, False))

    def fail_twice(*given: Any) -> None:
        if next(tries):
            raise Failure("THROTTLING", "Rate exceeded", retryable=True)
        carry(*given)

    monkeypatch.setattr(queues, "carry", fail_twice)
    text = "<aws.scheduler.attempt-number>"
    arn = create("at(2026-01-05T10:00:00)", Target={"Input": text})
    wind(hours=2)
    assert bodies(arn) == ["3"]
    (entry,) = log.entries(START)
    assert (entry["delivered"], entry["attempts"]) == (True, 3)
    assert entry["ended"] > entry["began"]


def test_ev_scheduler_gives_up_as_its_retry_policy_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise Failure("THROTTLING", "Rate exceeded", retryable=True)

    letters = queue("letters")
    policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}
    arn = create(
        "at(2026-01-05T10:00:00)",
        Target={"RetryPolicy": policy, "DeadLetterConfig": {"Arn": letters}},
    )
    with monkeypatch.context() as patched:
        patched.setattr(queues, "carry", fail)
        wind(hours=2)
    assert bodies(arn) == []
    (letter,) = messages(letters)
    told = {name: one["StringValue"] for name, one in letter["MessageAttributes"].items()}
    assert told["RETRY_ATTEMPTS"] == "2"
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"


def test_ev_scheduler_outcomes_are_remembered() -> None:
    topic = client("sns").create_topic(Name="night")["TopicArn"]
    create(
        "at(2026-01-05T10:00:00)",
        "arn:aws:scheduler:::aws-sdk:sns:publish",
        Target={
            "Input": json.dumps({"TopicArn": topic, "Message": SCHEDULED}),
            "RoleArn": role("teller", SCHEDULER, "sns:Publish"),
        },
    )
    wind(hours=1)
    (entry,) = log.entries(START)
    assert entry["delivered"]
    assert entry["source"].endswith(":schedule/default/tick")
    assert (entry["service"], entry["began"], entry["attempts"]) == ("scheduler", START + 3600, 1)


# Refusals


def test_ev_scheduler_expressions_are_checked() -> None:
    for expression in ("sometimes", "rate(0 minutes)", "cron(0 1 * * * *)", "at(2026-02-30)"):
        target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": role_arn()}
        code, message = refusal(ScheduleExpression=expression, Target=target)
        assert (code, message) == (
            "ValidationException",
            f"Invalid Schedule Expression {expression}.",
        )


def role_arn() -> str:
    """Return the ARN of a role that is there or not."""
    return f"arn:aws:iam::{ACCOUNT}:role/sender"


@pytest.mark.parametrize("kind", ["absent", "trusts another", "another group"])
def test_ev_scheduler_the_role_must_trust_it(kind: str) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/absent"
    if kind == "trusts another":
        arn = role("other", "events.amazonaws.com", "sqs:SendMessage")
    if kind == "another group":
        group = f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule-group/night"
        condition = {"StringEquals": {"aws:SourceArn": group}}
        arn = role("night", SCHEDULER, "sqs:SendMessage", condition=condition)
    target = {"Arn": queue("q"), "RoleArn": arn}
    assert refusal(Target=target) == (
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"StartDate": START - 600}, "StartDate you specify cannot be earlier than 5 minutes ago"),
        ({"StartDate": START + 60, "EndDate": START + 30}, "EndDate"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        ({"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}, "FLEXIBLE"),
        ({"Name": "two words"}, "Value 'two words' at 'name' failed to satisfy constraint"),
        ({"Target": {"Arn": "arn:aws:s3:::bucket"}}, "Provided Arn is not in correct format."),
        ({"Target": {"Arn": "queue"}}, "Provided Arn is not in correct format."),
        (
            {"Target": {"RetryPolicy": {"MaximumRetryAttempts": 186}}},
            "1 validation error detected: Value '186' at 'target.retryPolicy.maximumRetryAttempts'",
        ),
        (
            {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:eks:updateNodegroupConfig"}},
            "Invalid RequestJson provided. Reason Request payload is missing the following "
            "field(s): ClusterName, NodegroupName.",
        ),
        ({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:receiveMessage"}}, "not a supported"),
        ({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendNothing"}}, "not a supported"),
    ],
)
def test_ev_scheduler_what_cannot_be_is_refused(asked: dict[str, Any], message: str) -> None:
    target = {"Arn": queue("q"), "RoleArn": role("sender", SCHEDULER), **asked.get("Target", {})}
    code, said = refusal(**{**asked, "Target": target})
    assert code == "ValidationException"
    assert message in said
    assert client("scheduler").list_schedules()["Schedules"] == []


def test_ev_scheduler_names_are_taken_once() -> None:
    create("rate(1 hour)")
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:fired", "RoleArn": role_arn()}
    assert refusal(Target=target) == ("ConflictException", "Schedule tick already exists.")


# Answers


def test_ev_scheduler_answers_are_complete() -> None:
    arn = create("rate(2 minute)", Target={"RetryPolicy": {"MaximumRetryAttempts": 3}})
    found = client("scheduler").get_schedule(Name="tick")
    for name in ("ResponseMetadata", "CreationDate", "LastModificationDate"):
        found.pop(name)
    assert found == {
        "ActionAfterCompletion": "NONE",
        "Arn": f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/default/tick",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "GroupName": "default",
        "Name": "tick",
        "ScheduleExpression": "rate(2 minute)",
        "ScheduleExpressionTimezone": "UTC",
        "State": "ENABLED",
        "Target": {
            "Arn": arn,
            "Input": SCHEDULED,
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 3},
            "RoleArn": role_arn(),
        },
    }


def test_ev_scheduler_the_same_token_creates_once() -> None:
    arn = queue("q")
    asked = {
        "Name": "once",
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ClientToken": "one",
        "Target": {"Arn": arn, "RoleArn": role("sender", SCHEDULER)},
    }
    scheduler = client("scheduler")
    assert (
        scheduler.create_schedule(**asked)["ScheduleArn"]
        == (scheduler.create_schedule(**asked)["ScheduleArn"])
    )
    with pytest.raises(scheduler.exceptions.ConflictException):
        scheduler.create_schedule(**{**asked, "ScheduleExpression": "rate(2 hours)"})


def test_ev_scheduler_groups_hold_schedules_and_take_them_along() -> None:
    scheduler = client("scheduler")
    made = scheduler.create_schedule_group(Name="night", Tags=[{"Key": "team", "Value": "ferry"}])
    assert made["ScheduleGroupArn"].endswith(":schedule-group/night")
    arn = create("cron(0 * * * ? *)", GroupName="night")
    assert scheduler.get_schedule(Name="tick", GroupName="night")["Arn"].endswith("/night/tick")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name="tick")
    tags = scheduler.list_tags_for_resource(ResourceArn=made["ScheduleGroupArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "ferry"}]
    with pytest.raises(scheduler.exceptions.ConflictException):
        scheduler.create_schedule_group(Name="night")
    scheduler.delete_schedule_group(Name="night")
    assert scheduler.get_schedule_group(Name="night")["State"] == "DELETING"
    wind(days=1)
    assert bodies(arn) == []
    names = [group["Name"] for group in scheduler.list_schedule_groups()["ScheduleGroups"]]
    assert names == ["default"]
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.list_schedules(GroupName="night")


def test_ev_scheduler_lists_have_pages_and_filters() -> None:
    create("rate(1 hour)", Name="day-1", State="DISABLED")
    for name in ("day-2", "night-1"):
        create(
            "rate(1 hour)",
            "arn:aws:sqs:us-east-1:123456789012:fired",
            Name=name,
            Target={"RoleArn": role_arn()},
        )
    scheduler = client("scheduler")
    pages = list(
        scheduler.get_paginator("list_schedules").paginate(PaginationConfig={"PageSize": 2})
    )
    assert [len(page["Schedules"]) for page in pages] == [2, 1]
    found = scheduler.list_schedules(NamePrefix="day-")["Schedules"]
    assert sorted(one["Name"] for one in found) == ["day-1", "day-2"]
    found = scheduler.list_schedules(State="DISABLED")["Schedules"]
    assert [one["Name"] for one in found] == ["day-1"]
