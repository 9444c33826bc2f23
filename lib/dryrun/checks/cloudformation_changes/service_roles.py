"""Lab 03-04, exercises 4 to 6, how it begins, and its clean-up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.cli_and_sdk import identities, policies, purser, sessions
from dryrun.checks.cli_and_sdk.policies import Holder
from dryrun.checks.cloudformation_changes import capabilities, stacks
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence
from dryrun.cloud.iam.policy import (
    AccessRequest,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)

DECKHAND, ROLE, GANGWAY = "deckhand", "ferry-deploy", "ferry-gangway"
ACCOUNT = purser.ACCOUNT
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"
DECKHAND_ARN = f"arn:aws:iam::{ACCOUNT}:user/{DECKHAND}"
FILES = ("rota.yaml", "rota-named.yaml", "buoys.yaml", "gangway.yaml")
_SERVICE = "cloudformation.amazonaws.com"
_QUEUE = f"arn:aws:sqs:{DEFAULT_REGION}:{ACCOUNT}:ferry-gangway-boarded"
_TOPIC = f"arn:aws:sns:{DEFAULT_REGION}:{ACCOUNT}:ferry-gangway-full"
_ELSEWHERE = (
    ("sqs:DeleteQueue", f"arn:aws:sqs:{DEFAULT_REGION}:{ACCOUNT}:ferry-buoy-North"),
    ("sns:DeleteTopic", f"arn:aws:sns:{DEFAULT_REGION}:{ACCOUNT}:alarms"),
    ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/somebody"),
    ("s3:GetObject", "arn:aws:s3:::ferry-tickets/2026/ticket-0001.json"),
    ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{DEFAULT_REGION}:{ACCOUNT}:table/ferry-sales"),
)
_WORK = (
    (("sqs:CreateQueue", "sqs:DeleteQueue"), _QUEUE),
    (("sns:CreateTopic", "sns:DeleteTopic"), _TOPIC),
)
_PASS = "iam:PassRole"  # noqa: S105 - the name of an action
_ROLE = f"IAM role {ROLE}"
_USER = f"IAM user {DECKHAND}"


def prepare(account: Account) -> None:
    """Put the templates beside the notebook; give the deckhand a key, and the stacks' own API."""
    stacks.lay_out(account, *FILES)
    iam = account.client("iam")
    iam.create_user(UserName=DECKHAND)
    own = _policy({"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"})
    iam.put_user_policy(UserName=DECKHAND, PolicyName="stacks", PolicyDocument=own)
    key = iam.create_access_key(UserName=DECKHAND)["AccessKey"]
    pair = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    account.write_ini(account.workspace.aws_credentials, {DECKHAND: pair})
    region: dict[str, str | None] = {"region": DEFAULT_REGION}
    account.write_ini(account.workspace.aws_config, {f"profile {DECKHAND}": region})


def _policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


# 4 · a role for CloudFormation


def trust_service(account: Account) -> Evidence | None:
    """Find that CloudFormation may put the role on."""
    wanted = "CloudFormation may assume the role"
    role = policies.of_role(account, ROLE)
    if role is None:
        return _no_role(wanted)
    if _may_assume(role, Principal(service=_SERVICE)):
        return None
    return Evidence(wanted, f"the trust policy is {_told(role)}", f"{_ROLE}, trust policy")


def trust_others(account: Account) -> Evidence | None:
    """Find that nobody else may."""
    wanted = "nobody else may assume it"
    role = policies.of_role(account, ROLE)
    if role is None:
        return _no_role(wanted)
    others = (
        (Principal(service="lambda.amazonaws.com"), "AWS Lambda"),
        (Principal(service="ec2.amazonaws.com"), "an EC2 instance"),
        (Principal(DECKHAND_ARN, ACCOUNT), DECKHAND),
        (Principal("arn:aws:iam::444455556666:user/x", "444455556666"), "another account"),
    )
    for other, who in others:
        if _may_assume(role, other):
            return Evidence(wanted, f"{who} may: {_told(role)}", f"{_ROLE}, trust policy")
    return None


def role_works(account: Account) -> Evidence | None:
    """Find that the role may make and delete what the gangway is made of."""
    wanted = "the role may make and delete the gangway's queue and topic"
    role = policies.of_role(account, ROLE)
    if role is None:
        return _no_role(wanted)
    for actions, resource in _WORK:
        for answer in policies.ask(account, role, actions, resource, _known(resource, ROLE_ARN)):
            if not answer.allowed:
                return Evidence(wanted, str(answer), _ROLE)
    return None


def role_narrow(account: Account) -> Evidence | None:
    """Find that the role may do nothing else."""
    wanted = "the role may do nothing to anything else"
    role = policies.of_role(account, ROLE)
    if role is None:
        return _no_role(wanted)
    return _refuse_any(account, role, wanted, _ELSEWHERE)


def _refuse_any(
    account: Account,
    holder: Holder,
    wanted: str,
    table: Iterable[tuple[str, str]],
) -> Evidence | None:
    arn, where = holder.arn, _ROLE if ":role/" in holder.arn else _USER
    for action, resource in table:
        [answer] = policies.ask(account, holder, (action,), resource, _known(resource, arn))
        if answer.allowed:
            return Evidence(wanted, str(answer), where)
    return None


def _known(resource: str, arn: str, **more: str) -> dict[str, str]:
    return purser.request(resource, arn) | more


def _no_role(wanted: str) -> Evidence:
    return Evidence(wanted, f"no role named {ROLE}", f"IAM, account {ACCOUNT}")


def _told(role: Holder) -> str:
    return json.dumps(role.details["AssumeRolePolicyDocument"].get("Statement"))


def _may_assume(role: Holder, principal: Principal) -> bool:
    """Tell whether somebody may assume the role whom everything else allows to."""
    text = json.dumps(role.details["AssumeRolePolicyDocument"])
    own = () if principal.service else (policies.allowing("sts:AssumeRole"),)
    weighed = PolicySet(identity=own, resource=parse(text, PolicyKind.TRUST), resource_decides=True)
    known = {"aws:SourceAccount": ACCOUNT}
    if principal.arn:
        known |= {"aws:PrincipalArn": principal.arn, "aws:PrincipalAccount": principal.account}
    request = AccessRequest(principal, "sts:AssumeRole", role.arn, known, ACCOUNT)
    return evaluate(request, weighed).allowed


def tried_role(account: Account) -> bool:
    """Tell whether a role was made."""
    return bool(account.calls("iam", "CreateRole"))


def solve_role(account: Account) -> None:
    """Make the role."""
    iam = account.client("iam")
    trust = _policy(
        {"Effect": "Allow", "Principal": {"Service": _SERVICE}, "Action": "sts:AssumeRole"}
    )
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)
    own = _policy(
        {"Effect": "Allow", "Action": "sqs:*", "Resource": _QUEUE},
        {"Effect": "Allow", "Action": "sns:*", "Resource": _TOPIC},
    )
    iam.put_role_policy(RoleName=ROLE, PolicyName="gangway", PolicyDocument=own)


# 5 · handing it over


def may_pass(account: Account) -> Evidence | None:
    """Find that the deckhand may hand the role to CloudFormation."""
    wanted = f"{DECKHAND} may pass {ROLE} to CloudFormation"
    known = _known(ROLE_ARN, DECKHAND_ARN, **{"iam:PassedToService": _SERVICE})
    [answer] = policies.ask(account, _deckhand(account), (_PASS,), ROLE_ARN, known)
    return None if answer.allowed else Evidence(wanted, str(answer), _USER)


def only_this(account: Account) -> Evidence | None:
    """Find that the deckhand may hand over no other role."""
    for name in ("ferry-admin-role", "ferry-deploy-all", capabilities.PLANNER):
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        known = _known(arn, DECKHAND_ARN, **{"iam:PassedToService": _SERVICE})
        [answer] = policies.ask(account, _deckhand(account), (_PASS,), arn, known)
        if answer.allowed:
            return Evidence(f"{DECKHAND} may pass no other role", str(answer), _USER)
    return None


def only_there(account: Account) -> Evidence | None:
    """Find that the deckhand may hand it to no other service."""
    for service in ("lambda.amazonaws.com", "ec2.amazonaws.com"):
        known = _known(ROLE_ARN, DECKHAND_ARN, **{"iam:PassedToService": service})
        [answer] = policies.ask(account, _deckhand(account), (_PASS,), ROLE_ARN, known)
        if answer.allowed:
            wanted = f"{DECKHAND} may pass it to CloudFormation only"
            return Evidence(wanted, f"to {service} too: {answer}", _USER)
    return None


def still_small(account: Account) -> Evidence | None:
    """Find that the deckhand may do no more than before."""
    table = [(action, resource) for actions, resource in _WORK for action in actions]
    table += [*_ELSEWHERE, ("sts:AssumeRole", ROLE_ARN), ("iam:PutRolePolicy", ROLE_ARN)]
    wanted = f"{DECKHAND} may do nothing of it without CloudFormation"
    return _refuse_any(account, _deckhand(account), wanted, table)


def _deckhand(account: Account) -> Holder:
    found = policies.of_user(account, DECKHAND)
    if found is None:
        raise Broken(
            f"The user {DECKHAND}, whom this lab made, is gone; lab.reset() brings it back."
        )
    return found


def tried_pass(account: Account) -> bool:
    """Tell whether the deckhand was given a policy."""
    changing = ("PutUserPolicy", "AttachUserPolicy", "AddUserToGroup")
    return any(account.calls("iam", operation) for operation in changing)


def solve_pass(account: Account) -> None:
    """Let the deckhand hand the role to CloudFormation."""
    own = _policy(
        {
            "Effect": "Allow",
            "Action": _PASS,
            "Resource": ROLE_ARN,
            "Condition": {"StringEquals": {"iam:PassedToService": _SERVICE}},
        }
    )
    account.client("iam").put_user_policy(
        UserName=DECKHAND, PolicyName="pass-deploy", PolicyDocument=own
    )


# 6 · a stack by somebody who may do nothing


def gangway_there(account: Account) -> Evidence | None:
    """Find the gangway complete."""
    return stacks.refuse_status(account, GANGWAY, "CREATE_COMPLETE", "UPDATE_COMPLETE")


def gangway_role(account: Account) -> Evidence | None:
    """Find that CloudFormation worked with the role."""
    found = stacks.stack(account, GANGWAY) or {}
    now = str(found.get("RoleARN") or "none")
    return None if now == ROLE_ARN else Evidence(ROLE_ARN, now, f"stack {GANGWAY}, RoleARN")


def by_deckhand(account: Account) -> Evidence | None:
    """Find that it was the deckhand who asked for it."""
    who = _maker(account, stacks.stack(account, GANGWAY) or {})
    if who == DECKHAND_ARN:
        return None
    told = f"by {identities.Caller(arn=who)}" if who else "nobody did"
    return Evidence(f"made by {DECKHAND}", told, f"stack {GANGWAY}")


def _maker(account: Account, found: dict[str, Any]) -> str:
    """Return the ARN of who made the stack as it is there now, "" for nobody."""
    if not found:
        return ""
    mine = (GANGWAY, found["StackId"], found.get("ChangeSetId"))
    who = ""
    for call in account.calls("cloudformation"):
        named = call.parameters.get("StackName") or call.parameters.get("ChangeSetName")
        if call.error or not named or named not in mine:
            continue
        if call.operation == "DeleteStack":
            who = ""
        elif call.operation in ("CreateStack", "ExecuteChangeSet"):
            who = who or str(call.caller.get("arn"))
    return who


def tried_gangway(account: Account) -> bool:
    """Tell whether somebody tried to make the gangway."""
    return stacks.tried(account, GANGWAY, "CreateStack", "CreateChangeSet")


def solve_gangway(account: Account) -> None:
    """Make the stack with the deckhand's key."""
    pair = account.credentials()[DECKHAND]
    client = sessions.client(
        account,
        "cloudformation",
        pair["aws_access_key_id"],
        pair["aws_secret_access_key"],
    )
    client.create_stack(
        StackName=GANGWAY,
        TemplateBody=stacks.template(account, "gangway.yaml"),
        RoleARN=ROLE_ARN,
    )


# Clean up


def stacks_gone(account: Account) -> Evidence | None:
    """Find none of the lab's stacks."""
    for name in (capabilities.ROTA, capabilities.BUOYS, GANGWAY):
        evidence = stacks.refuse_left(account, name)
        if evidence is not None:
            return evidence
    return None


def role_gone(account: Account) -> Evidence | None:
    """Find no role for CloudFormation."""
    gone = policies.of_role(account, ROLE) is None
    return None if gone else Evidence(f"no role {ROLE}", "it is there", f"IAM, account {ACCOUNT}")


def deckhand_gone(account: Account) -> Evidence | None:
    """Find neither the deckhand nor the profile."""
    where = f"IAM, account {ACCOUNT}"
    if identities.keys_of(account, DECKHAND) is not None:
        return Evidence(f"no user {DECKHAND}", "the user is there", where)
    for sections in (account.credentials(), account.config()):
        if DECKHAND in sections or f"profile {DECKHAND}" in sections:
            return Evidence(f"no profile {DECKHAND}", "it is there", ".dryrun/aws")
    return None
