"""Lab 03-03: what its checks say of stack policies, templates and leftovers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dryrun.checks.cloudformation_changes import guard_rails, guarded, stack_policies, stacks
from dryrun.checks.cloudformation_changes.lab03 import LAB

ACCOUNT: Any = None
TABLE, QUEUE = "AWS::DynamoDB::Table", "AWS::SQS::Queue"
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}
DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["Update:Replace", "Update:Delete"],
    "Resource": "LogicalResourceId/Sales",
}


def text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def test_every_exercise_has_a_ladder_of_hints_and_a_reason() -> None:
    for exercise in LAB.exercises:
        assert len(exercise.hints) >= 3
        assert exercise.why
        assert not exercise.title.endswith((".", "?"))


def test_without_a_policy_everything_is_allowed() -> None:
    assert stack_policies.allows("", "Delete", "Sales", TABLE)


def test_with_a_policy_what_it_does_not_allow_is_denied() -> None:
    assert not stack_policies.allows(text(DENY), "Modify", "Refunds", QUEUE)


@pytest.mark.parametrize(
    ("action", "name", "kind", "allowed"),
    [
        ("Modify", "Sales", TABLE, True),
        ("Replace", "Sales", TABLE, False),
        ("Delete", "Sales", TABLE, False),
        ("Delete", "Refunds", QUEUE, True),
    ],
)
@pytest.mark.parametrize(
    "deny",
    [
        DENY,
        DENY | {"Action": ["update:replace", "update:delete"]},
        {**{k: v for k, v in DENY.items() if k != "Action"}, "NotAction": "Update:Modify"},
        DENY | {"Resource": "*", "Condition": {"StringEquals": {"ResourceType": [TABLE]}}},
        DENY | {"Resource": "*", "Condition": {"StringLike": {"ResourceType": "AWS::Dynamo*"}}},
        DENY | {"Resource": "*", "Condition": {"StringNotEquals": {"ResourceType": QUEUE}}},
    ],
)
def test_a_denial_is_stronger_and_said_in_many_ways(
    deny: dict[str, Any], action: str, name: str, kind: str, allowed: bool
) -> None:
    for policy in (text(ALLOW, deny), text(deny, ALLOW)):
        assert stack_policies.allows(policy, action, name, kind) is allowed


def test_the_physical_name_protects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = text(ALLOW, DENY | {"Resource": "LogicalResourceId/ferry-sales"})
    monkeypatch.setattr(stack_policies, "of_stack", lambda *_: policy)
    evidence = guard_rails.sales_guarded(ACCOUNT)
    assert evidence is not None
    assert (evidence.expected, evidence.found) == ("no update may replace Sales", "it may")
    assert guard_rails.rest_open(ACCOUNT) is None


def test_no_policy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_policies, "of_stack", lambda *_: "")
    evidence = guard_rails.sales_guarded(ACCOUNT)
    assert evidence is not None
    assert evidence.found == "it may: there is no stack policy"


def test_charts_that_are_lost_tell_the_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "snapshots", lambda _: [])
    monkeypatch.setattr(stacks, "status", lambda *_: "")
    evidence = guard_rails.charts_back(ACCOUNT)
    assert evidence is not None
    assert 'lab.rewind("2")' in evidence.found


@pytest.mark.parametrize(
    ("tags", "found"),
    [([{"Key": "Name", "Value": "charts"}], None), ([], "no such tag")],
)
def test_the_new_volume_needs_its_name(
    monkeypatch: pytest.MonkeyPatch, tags: list[dict[str, str]], found: str | None
) -> None:
    monkeypatch.setattr(guarded, "snapshots", lambda _: [{"SnapshotId": "snap-1"}])
    made = [{"VolumeId": "vol-2", "SnapshotId": "snap-1", "Tags": tags}]
    monkeypatch.setattr(guarded, "volumes", lambda *_: made)
    evidence = guard_rails.charts_back(ACCOUNT)
    assert (evidence.found if evidence else None) == found


def test_it_is_the_named_volume_whose_zone_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        {"VolumeId": "vol-1", "AvailabilityZone": "us-east-1a"},
        {
            "VolumeId": "vol-2",
            "AvailabilityZone": "us-east-1b",
            "Tags": [{"Key": "Name", "Value": "charts"}],
        },
    ]
    monkeypatch.setattr(guarded, "snapshots", lambda _: [{"SnapshotId": "snap-1"}])
    monkeypatch.setattr(guarded, "volumes", lambda *_: made)
    assert guard_rails.charts_back(ACCOUNT) is None
    evidence = guard_rails.charts_zone(ACCOUNT)
    assert evidence is not None
    assert evidence.found == "us-east-1b"


@pytest.mark.parametrize(("count", "right"), [(3, True), (0, False), (None, False)])
def test_the_old_tickets_must_be_there(
    monkeypatch: pytest.MonkeyPatch, count: int | None, right: bool
) -> None:
    monkeypatch.setattr(guarded, "tickets_in", lambda *_: count)
    assert (guarded.tickets_there(ACCOUNT) is None) is right
