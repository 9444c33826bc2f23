"""What lab 01-02 works on: the purser, Ferry's tickets, and what the purser may do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.calls import Call
from dryrun.checks.cli_and_sdk import identities, policies
from dryrun.checks.cli_and_sdk.policies import Answer
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence
from dryrun.cloud.iam.policy import Policy

ACCOUNT = "123456789012"
PURSER = "purser"
PURSER_ARN = f"arn:aws:iam::{ACCOUNT}:user/{PURSER}"
USER = f"IAM user {PURSER}"
TICKETS, REPORTS = "ferry-tickets", "ferry-reports"
BUCKET = f"arn:aws:s3:::{TICKETS}"
SEASON = f"{BUCKET}/2026/ticket-0001.json"
LAST_SEASON = f"{BUCKET}/2025/ticket-0001.json"
REPORT = f"arn:aws:s3:::{REPORTS}/payroll-2026.csv"
TIMETABLE = "/ferry/timetable"
TIMETABLE_ARN = f"arn:aws:ssm:{DEFAULT_REGION}:{ACCOUNT}:parameter{TIMETABLE}"
PREFIX = "2026/"

GONE = f"The user {PURSER}, whom this lab made, is gone; lab.reset() brings it back."

KEY_ALONE: Mapping[str, str] = {}
NO_CODE: Mapping[str, str] = {"aws:MultiFactorAuthPresent": "false"}
CODE: Mapping[str, str] = {
    "aws:MultiFactorAuthPresent": "true",
    "aws:MultiFactorAuthAge": "60",
}
"""What the purser's requests say of a code: with the long-term key, in a session without a code,
in one with a code."""


def prepare(account: Account) -> None:
    """Fill the buckets, and give the purser a key, a profile and no policy at all."""
    s3, iam = account.client("s3"), account.client("iam")
    for bucket in (TICKETS, REPORTS):
        s3.create_bucket(Bucket=bucket)
    for year in ("2025", "2026"):
        for number in (1, 2, 7):
            body = json.dumps({"ticket": number, "season": int(year)}) + "\n"
            s3.put_object(Bucket=TICKETS, Key=f"{year}/ticket-{number:04d}.json", Body=body)
    s3.put_object(Bucket=REPORTS, Key="payroll-2026.csv", Body="captain,4200\npurser,2900\n")
    value = "08:15 12:40 17:30"
    account.client("ssm").put_parameter(Name=TIMETABLE, Type="String", Value=value)
    iam.create_user(UserName=PURSER)
    key = iam.create_access_key(UserName=PURSER)["AccessKey"]
    pair = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    account.write_ini(account.workspace.aws_credentials, {PURSER: pair})
    region: dict[str, str | None] = {"region": DEFAULT_REGION}
    account.write_ini(account.workspace.aws_config, {f"profile {PURSER}": region})


def need_purser(account: Account) -> None:
    """Raise Broken unless the user purser has a key that works in the profile purser."""
    keys = identities.keys_of(account, PURSER)
    if keys is None:
        raise Broken(f"The user {PURSER}, whom this lab made, is gone; lab.reset() brings it back.")
    found = identities.read_profile(account, PURSER)
    if found is None or keys.get(found.key_id) != "Active":
        raise Broken(
            f"The profile {PURSER}, which this lab made, no longer holds an active key of the "
            f"user {PURSER}; lab.reset() writes it again."
        )


def ask(
    account: Account,
    actions: Iterable[str],
    resource: str,
    context: Mapping[str, str] = CODE,
    *,
    also: tuple[Policy, ...] = (),
) -> list[Answer]:
    """Ask what the purser may do with a resource.

    `context` says what the request knows of a code, `also` holds policies to try in addition.
    Raises Broken when the user purser is gone.
    """
    holder = policies.of_user(account, PURSER)
    if holder is None:
        raise Broken(GONE)
    return policies.ask(
        account, holder, actions, resource, request(resource) | dict(context), also=also
    )


def refused(
    account: Account,
    wanted: str,
    table: Iterable[tuple[tuple[str, ...], str]],
    context: Mapping[str, str] = CODE,
) -> Evidence | None:
    """Find that the purser may do all of `table`, rows of actions and a resource."""
    for answer in _answers(account, table, context):
        if not answer.allowed:
            return Evidence(wanted, str(answer), USER)
    return None


def allowed(
    account: Account,
    wanted: str,
    table: Iterable[tuple[tuple[str, ...], str]],
    context: Mapping[str, str] = CODE,
    also: tuple[Policy, ...] = (),
) -> Evidence | None:
    """Find that the purser may do nothing of `table`, rows of actions and a resource."""
    for answer in _answers(account, table, context, also):
        if answer.allowed:
            return Evidence(wanted, str(answer), USER)
    return None


def done(account: Account, service: str, *operations: str) -> list[Call]:
    """Return the learner's calls of some operations that AWS granted, in order."""
    calls = account.calls(service)
    return [call for call in calls if call.operation in operations and call.error is None]


def request(resource: str, arn: str = PURSER_ARN) -> dict[str, str]:
    """Return the condition keys that every request of somebody has."""
    known = {
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalArn": arn,
        "aws:RequestedRegion": DEFAULT_REGION,
        "aws:ResourceAccount": ACCOUNT,
        "aws:SecureTransport": "true",
        "aws:SourceIp": "127.0.0.1",
        "aws:ViaAWSService": "false",
    }
    if arn == PURSER_ARN:
        known |= {"aws:username": PURSER, "aws:PrincipalType": "User"}
    return known | ({"s3:prefix": PREFIX} if resource == BUCKET else {})


def _answers(
    account: Account,
    table: Iterable[tuple[tuple[str, ...], str]],
    context: Mapping[str, str],
    also: tuple[Policy, ...] = (),
) -> Iterator[Answer]:
    holder = policies.of_user(account, PURSER)
    if holder is None:
        raise Broken(GONE)
    for actions, resource in table:
        known = request(resource) | dict(context)
        yield from policies.ask(account, holder, actions, resource, known, also=also)
