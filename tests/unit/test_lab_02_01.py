"""Lab 02-01: what its checks say of stacks and queues."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dryrun.checks.calls import Call
from dryrun.checks.cloudformation_templates import checks01, stacks, tickets
from dryrun.checks.cloudformation_templates.lab01 import LAB
from dryrun.checks.exceptions import Broken

MADE = {
    "LogicalResourceId": "Orders",
    "ResourceType": "AWS::SQS::Queue",
    "PhysicalResourceId": "http://localhost/123456789012/ferry-tickets-Orders-X",
    "ResourceStatus": "CREATE_COMPLETE",
}


class Services:
    """Stand for every client: answers by operation; a missing stack is refused as AWS does."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, operation: str) -> Any:
        if operation not in self.answers:
            error = {"Error": {"Code": "ValidationError", "Message": "Stack does not exist"}}
            raise ClientError(error, operation)  # type: ignore[arg-type]
        return lambda **_: self.answers[operation]


def account(calls: tuple[Call, ...] = (), **answers: Any) -> Any:
    services = Services(**answers)
    return SimpleNamespace(
        client=lambda *_: services,
        calls=lambda service=None, operation=None: [
            c for c in calls if service in (None, c.service) and operation in (None, c.operation)
        ],
    )


def call(operation: str, **more: Any) -> Call:
    entry = {"number": 1, "service": "cloudformation", "operation": operation, **more}
    return Call.from_journal(entry)


def stack(status: str = "CREATE_COMPLETE", **more: Any) -> dict[str, Any]:
    return {"describe_stacks": {"Stacks": [{"StackStatus": status, **more}]}}


def queue(**attributes: str) -> dict[str, Any]:
    return {
        "describe_stack_resources": {"StackResources": [MADE]},
        "get_queue_attributes": {"Attributes": attributes},
    }


def test_every_exercise_has_a_ladder_of_hints_and_a_reason() -> None:
    for exercise in LAB.exercises:
        assert len(exercise.hints) >= 3
        assert exercise.why
        assert not exercise.title.endswith((".", "?"))


def test_a_complete_stack_is_complete() -> None:
    assert stacks.incomplete(account(**stack("UPDATE_COMPLETE")), "ferry-tickets") is None


def test_a_stack_that_failed_says_what_failed_first() -> None:
    events = [
        {"LogicalResourceId": "ferry-office", "ResourceStatus": "ROLLBACK_COMPLETE"},
        {
            "LogicalResourceId": "News",
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": "Resource creation cancelled",
        },
        {
            "LogicalResourceId": "Refunds",
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": "#: extraneous key\n[X] is not permitted",
        },
        {
            "LogicalResourceId": "ferry-office",
            "ResourceStatus": "CREATE_IN_PROGRESS",
            "ResourceStatusReason": "User Initiated",
        },
        {"LogicalResourceId": "Older", "ResourceStatus": "CREATE_FAILED"},
    ]
    found = account(**stack("ROLLBACK_COMPLETE"), describe_stack_events={"StackEvents": events})
    evidence = stacks.incomplete(found, "ferry-office")
    assert evidence is not None
    assert evidence.found == ("ROLLBACK_COMPLETE; Refunds: #: extraneous key [X] is not permitted")


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ({"parameters": {"StackName": "ferry-tickets"}, "region": "eu-west-1"}, "one in eu-west-1"),
        ({"parameters": {"StackName": "Ferry-Tickets"}, "region": "us-east-1"}, "Ferry-Tickets"),
        (
            {"parameters": {"StackName": "ferry-tickets"}, "error": "ValidationError"},
            "refused with ValidationError",
        ),
    ],
)
def test_a_stack_made_elsewhere_is_named(made: dict[str, Any], found: str) -> None:
    evidence = stacks.incomplete(account((call("CreateStack", **made),)), "ferry-tickets")
    assert evidence is not None
    assert found in evidence.found


def test_a_wrong_time_out_is_told_in_numbers() -> None:
    evidence = checks01.queue_waits(account(**queue(VisibilityTimeout="30")))
    assert evidence is not None
    assert (evidence.expected, evidence.found) == ("VisibilityTimeout 120", "VisibilityTimeout 30")


@pytest.mark.parametrize("seconds", ["120", "300"])
def test_the_time_out_of_the_next_step_is_right_too(seconds: str) -> None:
    assert checks01.queue_waits(account(**queue(VisibilityTimeout=seconds))) is None


@pytest.mark.parametrize(
    ("visible", "taken", "kept"), [("3", "0", True), ("1", "2", True), ("0", "0", False)]
)
def test_orders_count_while_somebody_reads_them(visible: str, taken: str, kept: bool) -> None:
    attributes = {
        "ApproximateNumberOfMessages": visible,
        "ApproximateNumberOfMessagesNotVisible": taken,
    }
    assert (checks01.orders_kept(account(**queue(**attributes))) is None) is kept


def test_own_tags_are_told_and_those_of_aws_left_out() -> None:
    tags = [{"Key": "cost-centre", "Value": "tickets"}, {"Key": "aws:x", "Value": "y"}]
    evidence = checks01.stack_tagged(account(**stack(Tags=tags)))
    assert evidence is not None
    assert evidence.found == "cost-centre=tickets"


def test_a_missing_topic_is_damage() -> None:
    with pytest.raises(Broken, match="ferry-stack-news"):
        tickets.topic_arn(account(list_topics={"Topics": []}))


@pytest.mark.parametrize(
    "text",
    ['A: {Departs: "05:40"}\nB: {Departs: "06:00"}', {"A": {"Departs": 1}, "B": {"Departs": 2}}],
)
def test_sailings_are_counted_in_yaml_and_in_json(text: object) -> None:
    assert tickets.sailings(text) == 2


def test_a_stack_that_never_was_is_not_deleted() -> None:
    evidence = stacks.gone(account(list_stacks={"StackSummaries": []}), "ferry-timetable")
    assert evidence is not None
    assert evidence.found == "there never was such a stack"
    done = account(list_stacks={"StackSummaries": [{"StackName": "ferry-timetable"}]})
    assert stacks.gone(done, "ferry-timetable") is None
