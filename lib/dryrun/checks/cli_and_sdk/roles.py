"""Lab 01-02, exercises 7 and 8: a role for refunds, a second account, and the clean-up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from botocore.exceptions import ClientError

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.cli_and_sdk import chain, codes, identities, policies, purser, sessions
from dryrun.checks.cli_and_sdk.policies import Answer, Holder
from dryrun.checks.cli_and_sdk.purser import (
    ACCOUNT,
    BUCKET,
    CODE,
    KEY_ALONE,
    LAST_SEASON,
    NO_CODE,
    PURSER,
    PURSER_ARN,
    REPORT,
    SEASON,
    TICKETS,
)
from dryrun.checks.model import Evidence
from dryrun.cloud.iam.policy import (
    AccessRequest,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)
from dryrun.cloud.keys import ADMIN_NAME

ROLE = "ferry-refunds"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"
REFUNDED = "2026/ticket-0007.json"
ISLANDS = "ferry-islands-tickets"
ENTRY_ROLE = "OrganizationAccountAccessRole"
QR_FILE = "purser-qr.png"
_ASSUME = "sts:AssumeRole"
_ROLE = f"IAM role {ROLE}"
_TRUST = f"{_ROLE}, trust policy"
_STRANGER = "arn:aws:iam::444455556666:user/somebody"
_PROFILES = (sessions.PROFILE, PURSER, "refunds", "islands")


# Exercise 7: a role for refunds


def trust_purser(account: Account) -> Evidence | None:
    """Find that the purser may put the role on with a code."""
    wanted = "purser may assume the role with a code"
    role = _role(account)
    if role is None:
        return Evidence(wanted, f"no role named {ROLE}", f"IAM, account {ACCOUNT}")
    if _may_assume(account, role, PURSER_ARN, CODE):
        return None
    return Evidence(wanted, f"the trust policy is {_told(role)}", _TRUST)


def trust_code(account: Account) -> Evidence | None:
    """Find that the purser may not put the role on without a code."""
    wanted = "purser may not assume the role without a code"
    role = _role(account)
    if role is None:
        return Evidence(wanted, f"no role named {ROLE}", f"IAM, account {ACCOUNT}")
    for context, when in ((KEY_ALONE, "with the key alone"), (NO_CODE, "in a session without")):
        if _may_assume(account, role, PURSER_ARN, context):
            return Evidence(wanted, f"it is allowed {when}: {_told(role)}", _TRUST)
    return None


def trust_others(account: Account) -> Evidence | None:
    """Find that nobody else may put the role on."""
    wanted = "nobody but purser may assume the role"
    role = _role(account)
    if role is None:
        return Evidence(wanted, f"no role named {ROLE}", f"IAM, account {ACCOUNT}")
    admin = f"arn:aws:iam::{ACCOUNT}:user/{ADMIN_NAME}"
    for other, who in ((admin, ADMIN_NAME), (_STRANGER, "a user of another account")):
        if _may_assume(account, role, other, CODE, everything=True):
            return Evidence(wanted, f"{who} may too: {_told(role)}", _TRUST)
    return None


def role_refunds(account: Account) -> Evidence | None:
    """Find that the role may delete this season's tickets, and nothing more."""
    wanted = "the role may delete tickets below 2026/, and nothing else"
    role = _role(account)
    if role is None:
        return Evidence(wanted, f"no role named {ROLE}", f"IAM, account {ACCOUNT}")
    [answer] = _ask(account, role, ("s3:DeleteObject",), SEASON)
    if not answer.allowed:
        return Evidence(wanted, str(answer), _ROLE)
    table = (
        (("s3:PutObject",), SEASON),
        (("s3:DeleteObject",), LAST_SEASON),
        (("s3:DeleteObject", "s3:GetObject"), REPORT),
        (("s3:DeleteBucket", "s3:PutBucketPolicy"), BUCKET),
        (("iam:CreateUser",), "*"),
    )
    for actions, resource in table:
        for answer in _ask(account, role, actions, resource):
            if answer.allowed:
                return Evidence(wanted, str(answer), _ROLE)
    return None


def refunded(account: Account) -> Evidence | None:
    """Find that the role deleted the ticket."""
    wanted = f"{REFUNDED} deleted by the role {ROLE}"
    who = ""
    for call in purser.done(account, "s3", "DeleteObject", "DeleteObjects"):
        if call.parameters.get("Bucket") == TICKETS and REFUNDED in str(call.parameters):
            who = str(call.caller.get("arn"))
            if f":assumed-role/{ROLE}/" in who:
                return None
    found = f"deleted, but by {identities.Caller(arn=who)}; do it again" if who else "not deleted"
    return Evidence(wanted, found, f"bucket {TICKETS}")


def tried_role(account: Account) -> bool:
    """Tell whether a role was made, or put on."""
    return bool(purser.done(account, "iam", "CreateRole")) or refunded(account) is None


def solve_role(account: Account) -> None:
    """Make the role, put it on with the purser's session, and delete the ticket."""
    iam = account.client("iam")
    trust = codes.policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": PURSER_ARN},
            "Action": _ASSUME,
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        }
    )
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)
    refund = codes.policy(
        {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": f"{BUCKET}/2026/*"}
    )
    iam.put_role_policy(RoleName=ROLE, PolicyName="refund", PolicyDocument=refund)
    values = account.credentials()[sessions.PROFILE]
    sts = sessions.client(
        account,
        "sts",
        values["aws_access_key_id"],
        values["aws_secret_access_key"],
        values["aws_session_token"],
    )
    given = sts.assume_role(RoleArn=ROLE_ARN, RoleSessionName="purser")["Credentials"]
    s3 = sessions.client(
        account, "s3", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )
    s3.delete_object(Bucket=TICKETS, Key=REFUNDED)
    account.write_ini(
        account.workspace.aws_config,
        {
            "profile refunds": {
                "role_arn": ROLE_ARN,
                "source_profile": sessions.PROFILE,
                "region": DEFAULT_REGION,
            }
        },
    )


# The challenge: a second account


def account_there(account: Account) -> Evidence | None:
    """Find a member account of an organization."""
    wanted = "an active account beside your own, in your organization"
    members = _members(account)
    if members is None:
        return Evidence(wanted, "no organization yet", f"Organizations, account {ACCOUNT}")
    if "ACTIVE" in members.values():
        return None
    found = ", ".join(f"{name} ({status})" for name, status in members.items())
    return Evidence(wanted, found or "no other account", f"Organizations, account {ACCOUNT}")


def bucket_there(account: Account) -> Evidence | None:
    """Find the islands' bucket in the second account."""
    wanted = f"the bucket {ISLANDS} in the second account"
    members = _members(account) or {}
    owner = ""
    for call in purser.done(account, "s3", "CreateBucket", "DeleteBucket"):
        if call.parameters.get("Bucket") == ISLANDS:
            made = call.operation == "CreateBucket"
            owner = str(call.caller.get("account")) if made else ""
    if owner in members:
        return None
    found = f"it is in account {owner}" if owner else "no such bucket"
    return Evidence(wanted, found, "S3")


def not_at_home(account: Account) -> Evidence | None:
    """Find that the first account does not list the bucket."""
    wanted = f"account {ACCOUNT} does not list {ISLANDS}"
    names = {bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]}
    return Evidence(wanted, "it does", f"S3, account {ACCOUNT}") if ISLANDS in names else None


def tried_islands(account: Account) -> bool:
    """Tell whether there is an organization, or the bucket was made somewhere."""
    made = purser.done(account, "s3", "CreateBucket")
    return _members(account) is not None or any(
        call.parameters.get("Bucket") == ISLANDS for call in made
    )


def solve_islands(account: Account) -> None:
    """Make the organization, the account, and the bucket in it."""
    organizations = account.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="Ferry Islands", Email="islands@ferry.example")
    number = made["CreateAccountStatus"]["AccountId"]
    role = f"arn:aws:iam::{number}:role/{ENTRY_ROLE}"
    given = account.client("sts").assume_role(RoleArn=role, RoleSessionName="islands")
    key = given["Credentials"]
    s3 = sessions.client(
        account, "s3", key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"]
    )
    s3.create_bucket(Bucket=ISLANDS)


# Clean up


def purser_gone(account: Account) -> Evidence | None:
    """Find neither the purser nor a device."""
    wanted, where = "no user purser and no MFA device", f"IAM, account {ACCOUNT}"
    if identities.keys_of(account, PURSER) is not None:
        return Evidence(wanted, "the user purser", where)
    left = account.client("iam").list_virtual_mfa_devices()["VirtualMFADevices"]
    return Evidence(wanted, str(left[0]["SerialNumber"]), where) if left else None


def role_gone(account: Account) -> Evidence | None:
    """Find no role for refunds."""
    gone = _role(account) is None
    return None if gone else Evidence(f"no role {ROLE}", "it is there", f"IAM, account {ACCOUNT}")


def account_closed(account: Account) -> Evidence | None:
    """Find no open second account."""
    for name, status in (_members(account) or {}).items():
        if status == "ACTIVE":
            where = f"Organizations, account {ACCOUNT}"
            return Evidence("no second account that is open", f"{name} is open", where)
    return None


def profiles_gone(account: Account) -> Evidence | None:
    """Find none of this lab's profiles and files, and no key in the environment."""
    for file, sections in (
        (identities.credentials_file(account), account.credentials()),
        (identities.config_file(account), account.config()),
    ):
        for section in sections:
            if section.removeprefix("profile ").strip() in _PROFILES:
                return Evidence("no profile of this lab", f"section [{section}]", file)
    if Path(QR_FILE).exists():
        return Evidence("no picture of a secret", QR_FILE, "the folder of this notebook")
    return chain.env_clean(account)


# What they share


def _role(account: Account) -> Holder | None:
    return policies.of_role(account, ROLE)


def _ask(account: Account, role: Holder, actions: tuple[str, ...], resource: str) -> list[Answer]:
    """Ask what somebody may do who has put the role on; a role's session knows of no code."""
    known = purser.request(resource, ROLE_ARN) | dict(NO_CODE)
    return policies.ask(account, role, actions, resource, known)


def _told(role: Holder) -> str:
    """Return a trust policy's statements in one line."""
    return json.dumps(role.details["AssumeRolePolicyDocument"].get("Statement"))


def _may_assume(
    account: Account,
    role: Holder,
    arn: str,
    context: Mapping[str, str],
    *,
    everything: bool = False,
) -> bool:
    """Tell whether somebody may assume the role, by its trust policy and the purser's policies.

    `everything` supposes that their own policies allow it.
    """
    text = json.dumps(role.details["AssumeRolePolicyDocument"])
    holder = None if everything else policies.of_user(account, PURSER)
    own = holder.identity if holder else ()
    if everything:
        own = (policies.allowing(_ASSUME),)
    weighed = PolicySet(identity=own, resource=parse(text, PolicyKind.TRUST), resource_decides=True)
    number = arn.split(":")[4]
    known = {"aws:PrincipalArn": arn, "aws:PrincipalAccount": number, **context}
    if number == ACCOUNT:
        known["aws:username"] = arn.rpartition("/")[2]
    request = AccessRequest(Principal(arn, number), _ASSUME, role.arn, known, ACCOUNT)
    return evaluate(request, weighed).allowed


def _members(account: Account) -> dict[str, str] | None:
    """Return {account id: status} of the organization's other accounts; None without one."""
    try:
        rows = account.client("organizations").list_accounts()["Accounts"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "AWSOrganizationsNotInUseException":
            return None
        raise
    if not rows:
        return None
    return {row["Id"]: row["Status"] for row in rows if row["Id"] != ACCOUNT}
