"""Lab 01-02: what its checks say of policies, roles and accounts, read from answers by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dryrun.checks import Account
from dryrun.checks.cli_and_sdk import codes, purser, roles
from dryrun.checks.cli_and_sdk.lab02 import LAB
from dryrun.checks.cli_and_sdk.purser import PURSER_ARN
from dryrun.checks.runner import run
from dryrun.workspace import Workspace


def account(
    tmp_path: Path, calls: Iterable[dict[str, Any]] = (), clients: Mapping[str, Any] | None = None
) -> Account:
    """Return an account whose journal and whose clients are written by hand."""
    journal = [{"number": at, "status": 200, **call} for at, call in enumerate(calls, start=1)]

    def control(_: str, payload: dict[str, Any]) -> dict[str, Any]:
        fresh = [call for call in journal if call["number"] >= payload["since"]]
        return {"calls": fresh, "next": len(journal) + 1}

    cloud = SimpleNamespace(endpoint="http://localhost:1", instance="x", control=control)
    made = Account(Workspace(tmp_path), cloud, {}, since=1)
    for service, client in (clients or {}).items():
        made._clients[service, "us-east-1"] = client
    return made


# The role's trust policy

PURSER_ALONE = {"AWS": PURSER_ARN}
WITH_CODE = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def iam_with(
    user: Iterable[dict[str, Any]] = (), trust: Iterable[dict[str, Any]] = (), **role: Any
) -> SimpleNamespace:
    """Return an IAM with the purser, who has one policy, and with the role for refunds."""
    own = [{"PolicyName": "own", "PolicyDocument": json.loads(codes.policy(*user))}]
    known = {
        "UserDetailList": [
            {
                "UserName": "purser",
                "UserId": "AIDA",
                "Arn": PURSER_ARN,
                "UserPolicyList": own if user else [],
                "GroupList": [],
            }
        ],
        "RoleDetailList": [
            {
                "RoleName": "ferry-refunds",
                "Arn": roles.ROLE_ARN,
                "AssumeRolePolicyDocument": json.loads(codes.policy(*trust)),
                **role,
            }
        ],
    }
    return SimpleNamespace(get_account_authorization_details=lambda **_: known)


ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole"}
OWN = {
    "allowed": [{**ASSUME, "Resource": "*"}],
    "implicitDeny": [],
    "explicitDeny": [{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}],
}


def trusting(tmp_path: Path, own: str, statement: dict[str, Any]) -> Account:
    """Return an account with the role; `own` is what the purser's own policies decide."""
    iam = iam_with(OWN[own], [{**ASSUME, **statement}])
    return account(tmp_path, clients={"iam": iam})


@pytest.mark.parametrize(
    ("own", "statement"),
    [
        ("implicitDeny", {"Principal": PURSER_ALONE, "Condition": WITH_CODE}),
        (
            "allowed",
            {
                "Principal": {"AWS": "123456789012"},
                "Condition": WITH_CODE | {"StringEquals": {"aws:username": "purser"}},
            },
        ),
        (
            "implicitDeny",
            {
                "Principal": PURSER_ALONE,
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
            },
        ),
    ],
)
def test_every_trust_policy_with_that_effect_is_right(
    tmp_path: Path, own: str, statement: dict[str, Any]
) -> None:
    made = trusting(tmp_path, own, statement)
    assert roles.trust_purser(made) is None
    assert roles.trust_code(made) is None
    assert roles.trust_others(made) is None


@pytest.mark.parametrize(
    ("check", "own", "statement", "found"),
    [
        (roles.trust_purser, "allowed", {"Principal": {"Service": "ec2.amazonaws.com"}}, "ec2"),
        (roles.trust_purser, "implicitDeny", {"Principal": {"AWS": "123456789012"}}, "root"),
        (roles.trust_purser, "explicitDeny", {"Principal": PURSER_ALONE}, "purser"),
        (roles.trust_code, "implicitDeny", {"Principal": PURSER_ALONE}, "with the key alone"),
        (
            roles.trust_code,
            "implicitDeny",
            {
                "Principal": PURSER_ALONE,
                "Condition": {"Null": {"aws:MultiFactorAuthPresent": "false"}},
            },
            "in a session without",
        ),
        (
            roles.trust_others,
            "allowed",
            {"Principal": {"AWS": "123456789012"}, "Condition": WITH_CODE},
            "ferry-admin may too",
        ),
        (
            roles.trust_others,
            "allowed",
            {"Principal": {"AWS": "arn:aws:iam::444455556666:root"}},
            "a user of another account may too",
        ),
    ],
)
def test_a_trust_policy_that_does_something_else_is_told(
    tmp_path: Path, check: Any, own: str, statement: dict[str, Any], found: str
) -> None:
    evidence = check(trusting(tmp_path, own, statement))
    assert evidence is not None
    assert found in evidence.found.replace('"123456789012"', "root")
    assert evidence.where == "IAM role ferry-refunds, trust policy"


# What the purser may do

LISTS = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": purser.BUCKET}
READS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{purser.BUCKET}/2026/*"}


def denied(operator: str, value: str = "false", key: str = "Present") -> dict[str, Any]:
    condition = {operator: {f"aws:MultiFactorAuth{key}": value}}
    return {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": condition}


def unmet(made: Account, number: int) -> list[str]:
    """Return the ids of the criteria of an exercise that are not met."""
    return list(run(LAB.exercises[number - 1], made).unmet)


@pytest.mark.parametrize(
    ("statements", "left"),
    [
        ([], ["tickets-listed", "tickets-read"]),
        ([LISTS, READS], []),
        ([LISTS, {**READS, "Resource": purser.BUCKET}], ["tickets-read"]),
        ([{**LISTS, "Resource": f"{purser.BUCKET}/*"}, READS], ["tickets-listed"]),
        ([LISTS, {**READS, "Resource": f"{purser.BUCKET}/*"}], ["rest-closed"]),
        ([{**LISTS, "Condition": {"StringLike": {"s3:prefix": "2026/*"}}}, READS], []),
        ([{**LISTS, "Action": "s3:*", "Resource": "*"}], ["rest-closed"]),
    ],
)
def test_a_season_is_not_more_and_not_less(
    tmp_path: Path, statements: list[dict[str, Any]], left: list[str]
) -> None:
    made = account(tmp_path, clients={"iam": iam_with(statements)})
    assert unmet(made, 1) == left


@pytest.mark.parametrize(
    ("statements", "left"),
    [
        ([denied("BoolIfExists")], []),
        ([denied("Bool"), denied("Null", "true")], []),
        ([denied("NumericGreaterThanIfExists", "7200", "Age")], []),
        ([denied("Bool")], ["key-refused", "deny-holds"]),
        ([denied("Null", "true")], ["session-refused", "deny-holds"]),
        ([denied("BoolIfExists", "true")], ["session-refused", "deny-holds", "code-opens"]),
        ([], ["key-refused", "session-refused", "deny-holds"]),
    ],
)
def test_a_door_is_shut_when_no_code_opens_it(
    tmp_path: Path, statements: list[dict[str, Any]], left: list[str]
) -> None:
    made = account(tmp_path, clients={"iam": iam_with([LISTS, READS, *statements])})
    assert unmet(made, 3) == left


def test_a_conditional_allow_is_no_deny(tmp_path: Path) -> None:
    allow = [{**one, "Condition": WITH_CODE} for one in (LISTS, READS)]
    made = account(tmp_path, clients={"iam": iam_with(allow)})
    assert unmet(made, 3) == ["deny-holds"]
    evidence = codes.deny_holds(made)
    assert evidence is not None
    assert evidence.found.endswith("would be allowed; no policy denies it")


def test_the_boundary_of_the_purser_counts(tmp_path: Path) -> None:
    iam = iam_with([LISTS, READS])
    [user] = iam.get_account_authorization_details()["UserDetailList"]
    user["PermissionsBoundary"] = {"PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/b"}
    boundary = {"PolicyVersion": {"Document": json.loads(codes.policy(LISTS))}}
    iam.get_policy = lambda **_: {"Policy": {"DefaultVersionId": "v1"}}
    iam.get_policy_version = lambda **_: boundary
    assert unmet(account(tmp_path, clients={"iam": iam}), 1) == ["tickets-read"]


# Who did it, and where


def changed(operation: str, who: Mapping[str, str], **parameters: Any) -> dict[str, Any]:
    return {
        "service": "s3",
        "operation": operation,
        "parameters": parameters,
        "caller": dict(who),
        "error": None,
    }


ADMIN = {"arn": "arn:aws:iam::123456789012:user/ferry-admin", "account": "123456789012"}
WORN = {"arn": "arn:aws:sts::123456789012:assumed-role/ferry-refunds/x", "account": "123456789012"}
ISLANDER = {"arn": "arn:aws:sts::444455556666:assumed-role/entry/x", "account": "444455556666"}
REFUND = {"Bucket": "ferry-tickets", "Key": "2026/ticket-0007.json"}


def test_the_administrators_deletion_is_not_the_roles(tmp_path: Path) -> None:
    evidence = roles.refunded(account(tmp_path, [changed("DeleteObject", ADMIN, **REFUND)]))
    assert evidence is not None
    assert evidence.found == "deleted, but by the user ferry-admin; do it again"


@pytest.mark.parametrize(
    "call",
    [
        changed("DeleteObject", WORN, **REFUND),
        changed(
            "DeleteObjects",
            WORN,
            Bucket="ferry-tickets",
            Delete={"Objects": [{"Key": "2026/ticket-0007.json"}]},
        ),
    ],
)
def test_either_way_of_deleting_is_right(tmp_path: Path, call: dict[str, Any]) -> None:
    assert roles.refunded(account(tmp_path, [call])) is None


def organized(*status: str) -> SimpleNamespace:
    rows = [{"Id": "123456789012", "Status": "ACTIVE"}]
    rows += [{"Id": "444455556666", "Status": one} for one in status]
    return SimpleNamespace(list_accounts=lambda: {"Accounts": rows})


def alone() -> SimpleNamespace:
    def list_accounts() -> None:
        error = {"Error": {"Code": "AWSOrganizationsNotInUseException"}}
        raise ClientError(error, "ListAccounts")

    return SimpleNamespace(list_accounts=list_accounts)


@pytest.mark.parametrize(
    ("organizations", "found"),
    [
        (alone(), "no organization yet"),
        (organized(), "no other account"),
        (organized("SUSPENDED"), "444455556666 (SUSPENDED)"),
        (organized("ACTIVE"), None),
    ],
)
def test_the_second_account_is_looked_for(
    tmp_path: Path, organizations: SimpleNamespace, found: str | None
) -> None:
    evidence = roles.account_there(account(tmp_path, clients={"organizations": organizations}))
    assert (evidence and evidence.found) == found


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([], "no such bucket"),
        (
            [changed("CreateBucket", ADMIN, Bucket=roles.ISLANDS)],
            "it is in account 123456789012",
        ),
        (
            [
                changed("CreateBucket", ISLANDER, Bucket=roles.ISLANDS),
                changed("DeleteBucket", ISLANDER, Bucket=roles.ISLANDS),
            ],
            "no such bucket",
        ),
        ([changed("CreateBucket", ISLANDER, Bucket=roles.ISLANDS)], None),
    ],
)
def test_the_islands_bucket_is_where_it_was_made_last(
    tmp_path: Path, calls: list[dict[str, Any]], found: str | None
) -> None:
    made = account(tmp_path, calls, {"organizations": organized("ACTIVE")})
    evidence = roles.bucket_there(made)
    assert (evidence and evidence.found) == found
