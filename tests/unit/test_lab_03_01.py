"""Labs 03-01 and 03-02: what their checks say of stacks and change sets that are made up here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dryrun.checks import Account
from dryrun.checks.cloudformation_changes import office, rollbacks, stacks
from dryrun.checks.cloudformation_changes.lab01 import LAB as CHANGE_SETS
from dryrun.checks.cloudformation_changes.lab02 import LAB as ROLLBACKS
from dryrun.workspace import Workspace

ARN = "arn:aws:cloudformation:us-east-1:123456789012"


def refuse(code: str) -> Any:
    def call(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "Describe")

    return call


def account(tmp_path: Path, **services: Mapping[str, Any]) -> Account:
    """Return an account whose clients answer what a test says, whatever they are asked."""
    cloud = SimpleNamespace(
        endpoint="http://localhost:1", instance="x", control=lambda *_: {"calls": [], "next": 1}
    )
    made = Account(Workspace(tmp_path), cloud, {}, since=1)
    for name, answers in services.items():
        calls = {
            operation: answer if callable(answer) else lambda answer=answer, **_: answer
            for operation, answer in answers.items()
        }
        made._clients[(name, "us-east-1")] = SimpleNamespace(**calls)
    return made


def change(name: str, action: str, replacement: str = "False") -> dict[str, Any]:
    each = {"LogicalResourceId": name, "Action": action, "Replacement": replacement}
    return {"ResourceChange": each}


def waiting(*changes: dict[str, Any], execution: str = "AVAILABLE") -> dict[str, Any]:
    made = {"Status": "CREATE_COMPLETE", "ExecutionStatus": execution, "Changes": list(changes)}
    return {"describe_change_set": made}


TIDY = [
    change("Complaints", "Add"), change("FaxOrders", "Remove"),
    change("OfficeLog", "Modify"), change("Receipts", "Modify"),
]  # fmt: skip


def test_a_set_with_just_the_right_changes_is_right(tmp_path: Path) -> None:
    assert office.tidy_set(account(tmp_path, cloudformation=waiting(*TIDY))) is None


def test_a_set_that_changes_more_is_told_with_what_it_changes(tmp_path: Path) -> None:
    made = account(tmp_path, cloudformation=waiting(*TIDY, change("Screen", "Modify")))
    evidence = office.tidy_set(made)
    assert evidence is not None
    assert "modify Screen" in evidence.found
    assert "Screen" not in evidence.expected


def test_a_replacement_is_not_a_modification(tmp_path: Path) -> None:
    changes = [*TIDY[:3], change("Receipts", "Modify", "True")]
    evidence = office.tidy_set(account(tmp_path, cloudformation=waiting(*changes)))
    assert evidence is not None
    assert "replace Receipts" in evidence.found


def test_a_set_that_failed_is_told_with_its_reason(tmp_path: Path) -> None:
    failed = {"Status": "FAILED", "StatusReason": "no changes", "ExecutionStatus": "UNAVAILABLE"}
    evidence = office.tidy_set(account(tmp_path, cloudformation={"describe_change_set": failed}))
    assert evidence is not None
    assert evidence.found == "FAILED: no changes"


def test_a_missing_set_is_told_with_those_there_are(tmp_path: Path) -> None:
    cloudformation = {
        "describe_change_set": refuse("ChangeSetNotFound"),
        "describe_stacks": {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]},
        "list_change_sets": {"Summaries": [{"ChangeSetName": "tydi"}]},
    }
    evidence = office.tidy_set(account(tmp_path, cloudformation=cloudformation))
    assert evidence is not None
    assert evidence.found == "no set of that name, only tydi"


@pytest.mark.parametrize(
    ("stack", "found"),
    [
        ({"StackStatus": "UPDATE_COMPLETE", "ChangeSetId": f"{ARN}:changeSet/tidy/1"}, None),
        (
            {"StackStatus": "UPDATE_COMPLETE", "ChangeSetId": f"{ARN}:changeSet/other/1"},
            "the change set other",
        ),
        ({"StackStatus": "UPDATE_COMPLETE"}, "no change set: it was changed directly"),
        ({"StackStatus": "REVIEW_IN_PROGRESS"}, "nothing was executed"),
    ],
)
def test_by_which_set_a_stack_was_changed(
    tmp_path: Path, stack: dict[str, str], found: str | None
) -> None:
    made = account(tmp_path, cloudformation={"describe_stacks": {"Stacks": [stack]}})
    evidence = stacks.refuse_by_set(made, "ferry-office", "tidy")
    assert (evidence and evidence.found) == found


def test_refunds_may_end_only_in_a_queue_of_the_stack(tmp_path: Path) -> None:
    queues = [
        {
            "LogicalResourceId": name,
            "ResourceType": "AWS::SQS::Queue",
            "ResourceStatus": "CREATE_COMPLETE",
            "PhysicalResourceId": f"http://localhost:1/123456789012/{name}",
        }
        for name in ("Refunds", "Dead")
    ]

    def to(target: str) -> Account:
        policy = f'{{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:1:{target}"}}'
        attributes = {"Attributes": {"RedrivePolicy": policy, "VisibilityTimeout": "300"}}
        return account(
            tmp_path,
            cloudformation={"describe_stack_resources": {"StackResources": queues}},
            sqs={"get_queue_attributes": attributes},
        )

    assert office.refunds_safe(to("Dead")) is None
    evidence = office.refunds_safe(to("by-hand"))
    assert evidence is not None
    assert evidence.found == "by-hand"


def paged(events: list[tuple[str, str]]) -> Any:
    told = [{"LogicalResourceId": name, "ResourceStatus": state} for name, state in events]
    pages = SimpleNamespace(paginate=lambda **_: [{"StackEvents": told}])
    return lambda _: pages


@pytest.mark.parametrize(
    ("events", "met"),
    [
        ([("ferry-snacks", "UPDATE_COMPLETE"), ("ferry-snacks", "CREATE_FAILED")], True),
        ([("ferry-snacks", "CREATE_COMPLETE")], False),
        ([("Cake", "DELETE_COMPLETE"), ("ferry-snacks", "CREATE_FAILED")], False),
    ],
)
def test_whether_a_failed_stack_was_gone_on_from(
    tmp_path: Path, events: list[tuple[str, str]], met: bool
) -> None:
    made = account(tmp_path, cloudformation={"get_paginator": paged(events)})
    assert (rollbacks.nothing_undone(made) is None) is met


@pytest.mark.parametrize("lab", [CHANGE_SETS, ROLLBACKS], ids=lambda lab: lab.id)
def test_an_account_without_stacks_is_evidence_and_no_crash(tmp_path: Path, lab: Any) -> None:
    nothing = {
        "describe_stacks": refuse("ValidationError"),
        "describe_stack_resources": refuse("ValidationError"),
        "describe_change_set": refuse("ChangeSetNotFound"),
        "get_paginator": lambda _: SimpleNamespace(paginate=refuse("ValidationError")),
    }
    made = account(tmp_path, cloudformation=nothing)
    for criterion in lab.clean_up[:-1]:
        assert criterion.check(made) is None
    assert stacks.status(made, "ferry-pier") == ""
    assert rollbacks.pier_well(made) is not None
    assert rollbacks.nothing_undone(made) is not None
    assert office.lost_made(made) is not None
