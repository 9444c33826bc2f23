"""LookupEvents over a small journal; "LookupEvents", AWS CloudTrail API Reference."""

from __future__ import annotations

from typing import Any

import pytest
from cloudtrail_calls import ACCOUNT, ALICE, call

from dryrun.cloud.cloudtrail import lookup
from dryrun.cloud.cloudtrail.exceptions import CloudTrailError
from dryrun.cloud.journal import Call

DAY = 86400.0
NOW = 1767604211.0  # 2026-01-05T09:10:11Z

BOB = {**ALICE, "arn": f"arn:aws:iam::{ACCOUNT}:user/Bob", "access_key": "AKIABOB"}
CALLS = [
    call("iam", "CreateUser", number=1, time="2025-10-01T00:00:00Z"),
    call("iam", "CreateUser", number=2, time="2026-01-05T08:00:00Z", parameters={"UserName": "Z"}),
    call("iam", "ListUsers", number=3, time="2026-01-05T08:10:00Z"),
    call("s3", "PutObject", number=4, time="2026-01-05T08:20:00Z", region="us-east-1"),
    call("ec2", "RunInstances", number=5, time="2026-01-05T08:30:00Z", region="eu-central-1"),
    call(
        "s3", "CreateBucket", number=6, time="2026-01-05T08:40:00Z", region="us-east-1",
        caller=BOB, access_key="AKIABOB", parameters={"Bucket": "b"},
    ),
    call("iam", "ListUsers", number=7, caller={**ALICE, "account": "111122223333"}),
    call("iam", "GetUser", number=8, time="2026-01-05T09:00:00Z"),
]  # fmt: skip


def ask(calls: list[Call] = CALLS, region: str = "us-east-1", **parameters: Any) -> dict[str, Any]:
    question = lookup.read(parameters)
    return lookup.answer(question, calls, ACCOUNT, region, NOW)


def names(answer: dict[str, Any]) -> list[str]:
    return [event["EventName"] for event in answer["Events"]]


def attribute(key: str, value: str) -> dict[str, Any]:
    return {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


def test_the_newest_events_of_ninety_days_come_first() -> None:
    answer = ask()
    assert names(answer) == ["GetUser", "CreateBucket", "ListUsers", "CreateUser"]
    assert "NextToken" not in answer


def test_each_region_has_its_own_events() -> None:
    assert names(ask(region="eu-central-1")) == ["RunInstances"]
    assert names(ask(region="eu-west-1")) == []


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("EventName", "CreateUser", ["CreateUser"]),
        ("EventName", "createuser", []),
        ("ReadOnly", "true", ["GetUser", "ListUsers"]),
        ("ReadOnly", "false", ["CreateBucket", "CreateUser"]),
        ("Username", "Bob", ["CreateBucket"]),
        ("ResourceType", "AWS::S3::Bucket", ["CreateBucket"]),
        ("ResourceName", "Z", ["CreateUser"]),
        ("EventSource", "s3.amazonaws.com", ["CreateBucket"]),
        ("AccessKeyId", "AKIABOB", ["CreateBucket"]),
        ("EventId", "nonsense", []),
    ],
)
def test_attributes(key: str, value: str, found: list[str]) -> None:
    assert names(ask(**attribute(key, value))) == found


def test_an_event_is_found_by_its_id() -> None:
    event = ask()["Events"][1]
    assert ask(**attribute("EventId", event["EventId"]))["Events"] == [event]


def test_start_and_end_belong_to_the_range() -> None:
    start, end = NOW - 3611, NOW - 1811  # 08:10:00 to 08:40:00
    assert names(ask(StartTime=start, EndTime=end)) == ["CreateBucket", "ListUsers"]


def test_pages_go_on_where_the_last_one_ended_whatever_happens_meanwhile() -> None:
    first = ask(MaxResults=2)
    later = [*CALLS, call("iam", "DeleteUser", number=9)]
    second = ask(later, MaxResults=1, NextToken=first["NextToken"])
    third = ask(later, MaxResults=9, NextToken=second["NextToken"])
    assert [*names(first), *names(second), *names(third)] == names(ask())
    assert "NextToken" not in third


def test_a_full_page_without_more_has_no_token() -> None:
    assert "NextToken" not in ask(MaxResults=4)


def test_there_are_no_insights() -> None:
    assert ask(EventCategory="insight") == {"Events": []}


TOKEN = ask(MaxResults=2)["NextToken"]
REFUSED = [
    ("InvalidLookupAttributesException", attribute("Colour", "red")),
    ("InvalidLookupAttributesException", attribute("EventName", "")),
    ("InvalidLookupAttributesException", attribute("EventName", "x" * 2001)),
    (
        "InvalidLookupAttributesException",
        {"LookupAttributes": 2 * attribute("EventName", "x")["LookupAttributes"]},
    ),
    ("InvalidTimeRangeException", {"StartTime": NOW, "EndTime": NOW - 1}),
    ("InvalidMaxResultsException", {"MaxResults": 0}),
    ("InvalidMaxResultsException", {"MaxResults": 51}),
    ("InvalidEventCategoryException", {"EventCategory": "management"}),
    ("InvalidNextTokenException", {"NextToken": "made up"}),
    ("InvalidNextTokenException", {"NextToken": "ümlaut"}),
    ("InvalidNextTokenException", {"NextToken": TOKEN, **attribute("ReadOnly", "true")}),
]


@pytest.mark.parametrize(("code", "parameters"), REFUSED)
def test_what_is_refused(code: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(CloudTrailError) as refusal:
        ask(**parameters)
    assert refusal.value.error_type == code
