"""What lab 10-04 works on: two branches with accounts of their own, and a bus for all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.cli_and_sdk import policies, purser
from dryrun.checks.exceptions import Broken
from dryrun.cloud.iam.policy import (
    AccessRequest,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)

ACCOUNT = purser.ACCOUNT
BRANCHES = {"islands": "Ferry Islands", "river": "Ferry River"}
"""The branches: the profile, and the name of the account."""

CENTRAL = "ferry-central"
BUS = f"arn:aws:events:{DEFAULT_REGION}:{ACCOUNT}:event-bus/{CENTRAL}"
DESK, BOOKS = "/ferry/desk", "/ferry/books"
ROLE = "send-on"
TICKETS, TEST = "ferry.tickets", "ferry.test"
SOLD, PRINTED = "Ticket Sold", "Ticket Printed"
_ENTRY = "OrganizationAccountAccessRole"
_CAPTAIN = "captain"
_EVENTS = "events.amazonaws.com"
_ADMIN_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"


def policy(*statements: Mapping[str, Any]) -> str:
    """Return a policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


# How the lab begins


def prepare(account: Account) -> None:
    """Make the organization, the branches with a captain and a role each, and the central bus."""
    account.client("organizations").create_organization(FeatureSet="ALL")
    for profile, name in BRANCHES.items():
        _found_branch(account, profile, name)
    _build_central(account)


def _found_branch(account: Account, profile: str, name: str) -> None:
    made = account.client("organizations").create_account(
        AccountName=name, Email=f"{profile}@ferry.example"
    )
    number = made["CreateAccountStatus"]["AccountId"]
    given = account.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{number}:role/{_ENTRY}", RoleSessionName="founder"
    )["Credentials"]
    iam = _with_session(account, given)
    iam.create_user(UserName=_CAPTAIN)
    iam.attach_user_policy(UserName=_CAPTAIN, PolicyArn=_ADMIN_POLICY)
    key = iam.create_access_key(UserName=_CAPTAIN)["AccessKey"]
    _make_role(iam)
    pair = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    account.write_ini(account.workspace.aws_credentials, {profile: pair})
    region: dict[str, str | None] = {"region": DEFAULT_REGION}
    account.write_ini(account.workspace.aws_config, {f"profile {profile}": region})


def _with_session(account: Account, given: Mapping[str, str]) -> Any:
    from dryrun.checks.cli_and_sdk import sessions  # noqa: PLC0415 - only at the start of a lab

    return sessions.client(
        account, "iam", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )


def _make_role(iam: Any) -> None:
    """Make the role with which EventBridge may send to the central bus."""
    trust = {"Effect": "Allow", "Principal": {"Service": _EVENTS}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy(trust))
    own = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS}
    iam.put_role_policy(RoleName=ROLE, PolicyName="central", PolicyDocument=policy(own))


def _build_central(account: Account) -> None:
    """Make the bus, and two rules that write what they hear into log groups."""
    events, logs = account.client("events"), account.client("logs")
    events.create_event_bus(Name=CENTRAL)
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": [_EVENTS, "delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{DEFAULT_REGION}:{ACCOUNT}:log-group:/ferry/*:*",
    }
    logs.put_resource_policy(policyName="events-to-logs", policyDocument=policy(allow))
    for name, group, pattern in (
        ("desk", DESK, {"source": [{"prefix": "ferry."}]}),
        ("books", BOOKS, {"source": [TICKETS], "detail-type": [SOLD]}),
    ):
        logs.create_log_group(logGroupName=group)
        events.put_rule(Name=name, EventBusName=CENTRAL, EventPattern=json.dumps(pattern))
        arn = f"arn:aws:logs:{DEFAULT_REGION}:{ACCOUNT}:log-group:{group}"
        events.put_targets(Rule=name, EventBusName=CENTRAL, Targets=[{"Id": "log", "Arn": arn}])


# What there is


def numbers(account: Account) -> dict[str, str]:
    """Return the numbers of the branches' accounts, by profile; raises Broken."""
    rows = account.client("organizations").list_accounts()["Accounts"]
    by_name = {row["Name"]: row["Id"] for row in rows}
    missing = [name for name in BRANCHES.values() if name not in by_name]
    if missing:
        raise Broken(f"The account {missing[0]}, which this lab made, is gone; use lab.reset().")
    return {profile: by_name[name] for profile, name in BRANCHES.items()}


def organization(account: Account) -> str:
    """Return the id of the organization."""
    found = account.client("organizations").describe_organization()["Organization"]
    return str(found["Id"])


def client(account: Account, profile: str, service: str = "events") -> Any:
    """Return a client of a branch's captain; raises Broken."""
    pair = account.credentials().get(profile, {})
    if not pair.get("aws_access_key_id"):
        raise Broken(f"The profile {profile}, which this lab made, is gone; use lab.reset().")
    return account.client_with(service, pair["aws_access_key_id"], pair["aws_secret_access_key"])


def written(account: Account, group: str) -> list[dict[str, Any]]:
    """Return the events in a log group, the oldest first."""
    try:
        pages = account.client("logs").get_paginator("filter_log_events")
        rows = [row for page in pages.paginate(logGroupName=group) for row in page["events"]]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise Broken(f"The log group {group} is gone; use lab.reset().") from error
        raise
    return [json.loads(row["message"]) for row in rows]


def bus_policy(account: Account) -> str:
    """Return the policy of the central bus, "" when it has none; raises Broken."""
    try:
        found = account.client("events").describe_event_bus(Name=CENTRAL)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise Broken(
                f"The bus {CENTRAL}, which this lab made, is gone; use lab.reset()."
            ) from error
        raise
    return str(found.get("Policy") or "")


def may_put(account: Account, number: str, source: str, organization_id: str) -> bool:
    """Tell whether the bus lets an account in, with events of a source."""
    text = bus_policy(account)
    if not text:
        return False
    arn = f"arn:aws:iam::{number}:user/{_CAPTAIN}"
    known = {
        "aws:PrincipalAccount": number,
        "aws:PrincipalArn": arn,
        "aws:PrincipalType": "User",
        "events:source": source,
        "events:detail-type": SOLD,
    }
    if organization_id:
        known["aws:PrincipalOrgID"] = organization_id
    request = AccessRequest(Principal(arn, number), "events:PutEvents", BUS, known, ACCOUNT)
    weighed = PolicySet(
        identity=(policies.allowing("events:PutEvents"),),
        resource=parse(text, PolicyKind.RESOURCE, name=f"the policy of {CENTRAL}"),
    )
    return evaluate(request, weighed).allowed


def rules_to_central(account: Account, profile: str) -> Iterator[dict[str, Any]]:
    """Yield the enabled rules of a branch that send to the central bus, with that target."""
    events = client(account, profile)
    for bus in events.list_event_buses()["EventBuses"]:
        for rule in events.list_rules(EventBusName=bus["Name"])["Rules"]:
            if rule["State"] == "DISABLED" or not rule.get("EventPattern"):
                continue
            targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus["Name"])
            for target in targets["Targets"]:
                if target["Arn"] == BUS:
                    yield {**rule, "Target": target}


def event(source: str, detail_type: str, number: str = ACCOUNT) -> dict[str, Any]:
    """Return an event to try a pattern with."""
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": detail_type,
        "source": source,
        "account": number,
        "time": "2026-01-05T12:00:00Z",
        "region": DEFAULT_REGION,
        "resources": [],
        "detail": {"day": "Monday", "ticket": 1},
    }
