"""Lab 03-04: what its checks say of capabilities, roles and who passes them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from dryrun.checks.cli_and_sdk import policies
from dryrun.checks.cli_and_sdk.policies import Holder
from dryrun.checks.cloudformation_changes import capabilities, service_roles, stacks
from dryrun.checks.cloudformation_changes.lab04 import LAB
from dryrun.cloud.iam.policy import PolicyKind, parse

ACCOUNT: Any = None
SERVICE = "cloudformation.amazonaws.com"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def holder(arn: str, *statements: dict[str, Any], trust: Any = None) -> Holder:
    own = parse(document(*statements), PolicyKind.IDENTITY, name="own")
    told = {"AssumeRolePolicyDocument": json.loads(document(trust or {}))}
    return Holder(arn, told, (own,))


def role(principal: dict[str, Any]) -> Holder:
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    return holder(service_roles.ROLE_ARN, allow, trust=trust)


def test_every_exercise_has_a_ladder_of_hints_and_a_reason() -> None:
    for exercise in LAB.exercises:
        assert len(exercise.hints) >= 3
        assert exercise.why
        assert not exercise.title.endswith((".", "?"))


@pytest.mark.parametrize(
    ("given", "name", "found"),
    [
        (["CAPABILITY_IAM"], "made-up-X1", None),
        (["CAPABILITY_NAMED_IAM"], "made-up-X1", "CAPABILITY_NAMED_IAM too"),
        (["CAPABILITY_NAMED_IAM"], capabilities.PLANNER, None),
        (["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"], capabilities.PLANNER, None),
        (["CAPABILITY_AUTO_EXPAND"], capabilities.PLANNER, "CAPABILITY_AUTO_EXPAND too"),
    ],
)
def test_more_than_needed_is_named(
    monkeypatch: pytest.MonkeyPatch, given: list[str], name: str, found: str | None
) -> None:
    monkeypatch.setattr(stacks, "stack", lambda *_: {"Capabilities": given})
    monkeypatch.setattr(stacks, "physical", lambda *_: name)
    evidence = capabilities.rota_least(ACCOUNT)
    assert (evidence.found if evidence else None) == found


@pytest.mark.parametrize(
    ("principal", "service", "others"),
    [
        ({"Service": SERVICE}, True, True),
        ({"Service": [SERVICE, "lambda.amazonaws.com"]}, True, False),
        ({"Service": "lambda.amazonaws.com"}, False, False),
        ({"AWS": "*"}, True, False),
        ({"Service": SERVICE, "AWS": service_roles.DECKHAND_ARN}, True, False),
    ],
)
def test_the_trust_policy_is_for_cloudformation_alone(
    monkeypatch: pytest.MonkeyPatch, principal: dict[str, Any], service: bool, others: bool
) -> None:
    monkeypatch.setattr(policies, "of_role", lambda *_: role(principal))
    assert (service_roles.trust_service(ACCOUNT) is None) is service
    assert (service_roles.trust_others(ACCOUNT) is None) is others


PASS = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": service_roles.ROLE_ARN}
ONLY = {"Condition": {"StringEquals": {"iam:PassedToService": SERVICE}}}


@pytest.mark.parametrize(
    ("statement", "met"),
    [
        (PASS | ONLY, (True, True, True)),
        (PASS, (True, True, False)),
        (PASS | ONLY | {"Resource": "*"}, (True, False, True)),
        (PASS | ONLY | {"Resource": f"{service_roles.ROLE_ARN}*"}, (True, False, True)),
        (PASS | {"Action": "sts:AssumeRole"}, (False, True, True)),
    ],
)
def test_one_role_is_passed_to_one_service(
    monkeypatch: pytest.MonkeyPatch, statement: dict[str, Any], met: tuple[bool, bool, bool]
) -> None:
    deckhand = holder(service_roles.DECKHAND_ARN, statement)
    monkeypatch.setattr(policies, "of_user", lambda *_: deckhand)
    checks = (service_roles.may_pass, service_roles.only_this, service_roles.only_there)
    assert tuple(check(ACCOUNT) is None for check in checks) == met


def test_more_permissions_of_the_deckhand_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    monkeypatch.setattr(policies, "of_user", lambda *_: holder(service_roles.DECKHAND_ARN, more))
    evidence = service_roles.still_small(ACCOUNT)
    assert evidence is not None
    assert evidence.found.startswith("sqs:CreateQueue on ")


ADMIN_ARN = "arn:aws:iam::123456789012:user/ferry-admin"
GANGWAY = {"StackName": service_roles.GANGWAY}
TRIED = {"StackName": "ferry-try", "TemplateBody": "QueueName: ferry-gangway-boarded"}
STACK = {**GANGWAY, "StackId": "arn:stack/1"}


def called(operation: str, arn: str, **parameters: str) -> SimpleNamespace:
    return SimpleNamespace(
        operation=operation, parameters=parameters, caller={"arn": arn}, error=None
    )


@pytest.mark.parametrize("by_set", [{}, {"ChangeSetId": "arn:set/1"}])
@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([called("CreateStack", service_roles.DECKHAND_ARN, **GANGWAY)], None),
        (
            [
                called("CreateStack", ADMIN_ARN, StackName="ferry-rota"),
                called("CreateStack", service_roles.DECKHAND_ARN, **GANGWAY),
            ],
            None,
        ),
        ([called("CreateStack", ADMIN_ARN, **GANGWAY)], "by the user ferry-admin"),
        (
            [
                called("CreateStack", service_roles.DECKHAND_ARN, **TRIED),
                called("CreateStack", ADMIN_ARN, **GANGWAY),
                called("UpdateStack", service_roles.DECKHAND_ARN, **GANGWAY),
            ],
            "by the user ferry-admin",
        ),
        (
            [
                called("CreateStack", ADMIN_ARN, **GANGWAY),
                called("DeleteStack", ADMIN_ARN, **GANGWAY),
                called("CreateStack", service_roles.DECKHAND_ARN, **GANGWAY),
            ],
            None,
        ),
        ([called("CreateStack", service_roles.DECKHAND_ARN, **TRIED)], "nobody did"),
    ],
)
def test_who_made_the_stack_counts_and_not_who_tried_its_template(
    monkeypatch: pytest.MonkeyPatch,
    calls: list[SimpleNamespace],
    found: str | None,
    by_set: dict[str, str],
) -> None:
    assert _told(monkeypatch, calls, STACK | by_set) == found


def test_whoever_executes_the_change_set_makes_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        called("CreateChangeSet", ADMIN_ARN, **GANGWAY, ChangeSetName="first"),
        called("ExecuteChangeSet", service_roles.DECKHAND_ARN, ChangeSetName="arn:set/1"),
    ]
    assert _told(monkeypatch, made, STACK | {"ChangeSetId": "arn:set/1"}) is None
    assert _told(monkeypatch, made, STACK) == "nobody did"


def _told(
    monkeypatch: pytest.MonkeyPatch, calls: list[SimpleNamespace], stack: dict[str, str]
) -> str | None:
    monkeypatch.setattr(stacks, "stack", lambda *_: stack)
    account: Any = SimpleNamespace(calls=lambda *_: calls)
    evidence = service_roles.by_deckhand(account)
    return evidence.found if evidence else None
