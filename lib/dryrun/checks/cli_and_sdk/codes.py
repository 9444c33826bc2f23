"""Lab 01-02, exercises 1 to 4: what the purser may do, and the phone that shows codes."""

from __future__ import annotations

import json
from typing import Any

from dryrun.checks.account import Account
from dryrun.checks.cli_and_sdk import policies, purser
from dryrun.checks.cli_and_sdk.policies import BY_AWS
from dryrun.checks.cli_and_sdk.purser import (
    BUCKET,
    CODE,
    KEY_ALONE,
    LAST_SEASON,
    NO_CODE,
    PURSER,
    REPORT,
    SEASON,
    TIMETABLE_ARN,
    USER,
)
from dryrun.checks.model import Evidence

LIST, READ = ("s3:ListBucket",), ("s3:GetObject",)
CHANGE = ("s3:PutObject", "s3:DeleteObject")
EXAMPLE_POLICY = "see-buckets"
READ_ONLY = f"{BY_AWS}policy/AmazonSSMReadOnlyAccess"
DEVICE = f"arn:aws:iam::{purser.ACCOUNT}:mfa/purser-phone"

_GRANTS = (
    "AddUserToGroup",
    "AttachGroupPolicy",
    "AttachUserPolicy",
    "CreatePolicy",
    "PutGroupPolicy",
    "PutUserPolicy",
)


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy of statements as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


# Exercise 1: one season, no more


def tickets_listed(account: Account) -> Evidence | None:
    """Find that the purser may list the bucket of the tickets."""
    return purser.refused(account, "purser may list ferry-tickets", ((LIST, BUCKET),))


def tickets_read(account: Account) -> Evidence | None:
    """Find that the purser may read this season's tickets."""
    return purser.refused(account, "purser may read tickets below 2026/", ((READ, SEASON),))


def rest_closed(account: Account) -> Evidence | None:
    """Find that the purser may neither change tickets nor read anything else."""
    table = (
        (READ, LAST_SEASON),
        (READ, REPORT),
        (LIST, REPORT.partition("/")[0]),
        (CHANGE, SEASON),
        (("s3:DeleteBucket", "s3:PutBucketPolicy"), BUCKET),
        (("iam:CreateAccessKey", "iam:PutUserPolicy"), purser.PURSER_ARN),
    )
    return purser.allowed(account, "purser may do nothing else", table)


def tried_grant(account: Account) -> bool:
    """Tell whether the purser was given anything that the page does not give."""
    given = purser.done(account, "iam", *_GRANTS)
    if any(call.parameters.get("PolicyName") != EXAMPLE_POLICY for call in given):
        return True
    return bool(purser.done(account, "s3", "PutBucketPolicy"))


def solve_grant(account: Account) -> None:
    """Let the purser list the bucket and read the season."""
    document = policy(
        {"Effect": "Allow", "Action": LIST[0], "Resource": BUCKET},
        {"Effect": "Allow", "Action": READ[0], "Resource": f"{BUCKET}/2026/*"},
    )
    account.client("iam").put_user_policy(
        UserName=PURSER, PolicyName="season-tickets", PolicyDocument=document
    )


# Exercise 2: a policy that AWS wrote


def timetable_read(account: Account) -> Evidence | None:
    """Find that the purser may read the timetable."""
    wanted = "purser may read /ferry/timetable"
    return purser.refused(account, wanted, ((("ssm:GetParameter",), TIMETABLE_ARN),))


def by_aws(account: Account) -> Evidence | None:
    """Find that the policy which allows it is one of AWS's own."""
    [answer] = purser.ask(account, ["ssm:GetParameter"], TIMETABLE_ARN)
    if any(arn.startswith(BY_AWS) for arn in answer.arns):
        return None
    theirs = _of_aws(account)
    found = f"{', '.join(answer.policies)}, which you wrote" if answer.allowed else "none"
    if theirs and not answer.allowed:
        found = f"{', '.join(theirs)}, which does not allow ssm:GetParameter"
    return Evidence("a policy of AWS's that lets purser read parameters", found, USER)


def only_reading(account: Account) -> Evidence | None:
    """Find that the purser can change no parameter, command no machine and read no report."""
    change = ("ssm:PutParameter", "ssm:DeleteParameter")
    table = (
        (change, TIMETABLE_ARN),
        (("ssm:SendCommand", "ssm:UpdateInstanceInformation"), "*"),
        (READ, REPORT),
        (("iam:CreateUser",), "*"),
    )
    return purser.allowed(account, "purser may read parameters, and not more", table)


def tried_managed(account: Account) -> bool:
    """Tell whether a managed policy is attached, or the timetable can be read somehow."""
    [answer] = purser.ask(account, ["ssm:GetParameter"], TIMETABLE_ARN)
    return answer.allowed or bool(_of_aws(account))


def solve_managed(account: Account) -> None:
    """Attach AWS's policy for reading Systems Manager."""
    account.client("iam").attach_user_policy(UserName=PURSER, PolicyArn=READ_ONLY)


def _of_aws(account: Account) -> list[str]:
    """Return the names of AWS's policies among those of the purser."""
    holder = policies.of_user(account, PURSER)
    own = holder.identity if holder else ()
    return [policy.name for policy in own if policy.arn.startswith(BY_AWS)]


# Exercise 3: nothing without a code


def key_refused(account: Account) -> Evidence | None:
    """Find that the key alone opens neither the bucket nor a ticket."""
    found = purser.allowed(
        account,
        "with the key alone, purser may neither list nor read tickets",
        ((LIST, BUCKET), (READ, SEASON)),
        KEY_ALONE,
    )
    if found is None:
        return None
    why = "; with a long-term key there is no aws:MultiFactorAuthPresent in the request"
    return Evidence(found.expected, f"{found.found}{why}", found.where)


def session_refused(account: Account) -> Evidence | None:
    """Find that a session without a code opens neither."""
    found = purser.allowed(
        account,
        "in a session without a code, purser may neither list nor read tickets",
        ((LIST, BUCKET), (READ, SEASON)),
        NO_CODE,
    )
    if found is None:
        return None
    why = "; in such a session aws:MultiFactorAuthPresent is false"
    return Evidence(found.expected, f"{found.found}{why}", found.where)


def deny_holds(account: Account) -> Evidence | None:
    """Find that a policy which allows all of S3 would not change that."""
    wanted = "without a code, nothing of S3, even with AmazonS3FullAccess attached"
    table = ((LIST, BUCKET), (READ + CHANGE, SEASON), (READ, REPORT))
    everything = (policies.allowing("s3:*"),)
    for context in (KEY_ALONE, NO_CODE):
        found = purser.allowed(account, wanted, table, context, everything)
        if found is not None:
            what = found.found.partition(" is allowed")[0]
            return Evidence(wanted, f"{what} would be allowed; no policy denies it", USER)
    return None


def code_opens(account: Account) -> Evidence | None:
    """Find that a session with a code still opens both."""
    wanted = "in a session with a code, purser may list and read tickets"
    return purser.refused(account, wanted, ((LIST, BUCKET), (READ, SEASON)), CODE)


def tried_condition(account: Account) -> bool:
    """Tell whether a policy of the purser's speaks of codes, or denies something."""
    holder = policies.of_user(account, PURSER)
    texts = [policy.text.lower() for policy in holder.identity] if holder else []
    return any("multifactor" in text or '"deny"' in text for text in texts)


def solve_condition(account: Account) -> None:
    """Deny all of S3 without a code."""
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    document = policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": condition})
    account.client("iam").put_user_policy(
        UserName=PURSER, PolicyName="code-required", PolicyDocument=document
    )


# Exercise 4: a phone


def device_made(account: Account) -> Evidence | None:
    """Find a virtual MFA device."""
    if account.client("iam").list_virtual_mfa_devices()["VirtualMFADevices"]:
        return None
    return Evidence("a virtual MFA device", "none", f"IAM, account {purser.ACCOUNT}")


def device_enabled(account: Account) -> Evidence | None:
    """Find a device that is the purser's."""
    purser.need_purser(account)
    iam = account.client("iam")
    if iam.list_mfa_devices(UserName=PURSER)["MFADevices"]:
        return None
    found = "no device"
    for row in iam.list_virtual_mfa_devices()["VirtualMFADevices"]:
        name = row["SerialNumber"].rpartition("/")[2]
        owner = row.get("User", {}).get("UserName")
        found = f"{name}, which belongs to {owner}" if owner else f"{name}, which nobody has yet"
    refusals = [call for call in account.calls("iam", "EnableMFADevice") if call.error]
    if refusals and not purser.done(account, "iam", "EnableMFADevice"):
        found += f"; the last try was refused: {refusals[-1].error}"
    return Evidence("a device of the user purser", found, USER)


def tried_device(account: Account) -> bool:
    """Tell whether a device was made or enabled, or tried to be."""
    asked = ("CreateVirtualMFADevice", "EnableMFADevice")
    return any(call.operation in asked for call in account.calls("iam"))


def solve_device(account: Account) -> None:
    """Make a device, enable it with two codes, and wait for the next one."""
    iam = account.client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="purser-phone")
    serial_number = made["VirtualMFADevice"]["SerialNumber"]
    shown = account.control("phone", {"device": serial_number})
    iam.enable_mfa_device(
        UserName=PURSER,
        SerialNumber=serial_number,
        AuthenticationCode1=shown["before"],
        AuthenticationCode2=shown["code"],
    )
    # As the page does: the code shown now is used up.
    account.control("clock", {"action": "advance", "seconds": 30})


def device(account: Account) -> str:
    """Return the ARN of the purser's first device, "" when there is none."""
    rows = account.client("iam").list_mfa_devices(UserName=PURSER)["MFADevices"]
    return str(rows[0]["SerialNumber"]) if rows else ""
