"""STS and IAM, id by id of the curriculum: who one is, for how long, and what one may do.

Sources: the operations of the AWS STS API Reference; "Temporary security credentials in IAM",
"Secure API access with MFA", "Policy evaluation logic", "Troubleshoot access denied error
messages" and "Grant a user permissions to pass a role to an AWS service" (IAM User Guide);
"Accessing member accounts in an organization" (AWS Organizations User Guide).
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from outside import (
    ACCOUNT,
    ADMIN,
    Account,
    Key,
    allow,
    deny,
    needs_v2,
    refused,
    trust,
    user_arn,
)

from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

INVALID = "The security token included in the request is invalid."
FAILED = "MultiFactorAuthentication failed"
WRONG_CODE = ("AccessDenied", f"{FAILED} with invalid MFA one time pass code. ", 403)
WRONG_DEVICE = (
    "AccessDenied",
    f"{FAILED}, unable to validate MFA code.  Please verify your MFA serial number is valid and "
    "associated with this user. ",
    403,
)
IMAGE = "ami-12c6146b"


@pytest.fixture(scope="module")
def account(running: Running, workspace: Workspace) -> Account:
    return Account(running, workspace)


@pytest.fixture(scope="module")
def bob(account: Account) -> dict[str, Any]:
    """The key of a user without any policy."""
    return account.user("bob")


def not_allowed(name: str, action: str, on: str, code: str = "AccessDenied") -> tuple[str, str]:
    """Return code and message for a user whom no policy of theirs allows an action."""
    said = f"User: {user_arn(name)} is not authorized to perform: {action} on resource: {on} "
    return code, f"{said}because no identity-based policy allows the {action} action"


def enable(account: Account, name: str) -> str:
    """Give a user a device, and return its serial number once it has an unused code."""
    iam = account.client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    number = str(made["SerialNumber"])
    which = {"UserName": name, "SerialNumber": number}
    nothing = {"AuthenticationCode1": "000000", "AuthenticationCode2": "000000"}
    assert refused(iam.enable_mfa_device, **which, **nothing)[0] == "InvalidAuthenticationCode"
    seen = look(account, name)
    codes = {"AuthenticationCode1": seen["before"], "AuthenticationCode2": seen["code"]}
    iam.enable_mfa_device(**which, **codes)
    return number


def look(account: Account, name: str) -> dict[str, Any]:
    """Return what the phone shows for a device."""
    return account.running.control("phone", {"device": name})


def next_code(account: Account, name: str) -> str:
    """Wait for a code that was not used, and return it."""
    wait = look(account, name)["wait"]
    if wait:
        account.advance(wait)
    return str(look(account, name)["code"])


def variables(credentials: Key) -> dict[str, str]:
    """Return the two or three values of a key as the environment holds them."""
    token = credentials.get("SessionToken")
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        **({"AWS_SESSION_TOKEN": token} if token else {}),
    }


# STS


def test_sts_caller_id(account: Account, bob: Key) -> None:
    said = account.client("sts", bob).get_caller_identity()
    user = account.client("iam").get_user(UserName="bob")["User"]
    assert (said["Arn"], said["UserId"]) == (user_arn("bob"), user["UserId"])
    assert said["Account"] == ACCOUNT
    # "GetCallerIdentity": no policy can keep anybody from it.
    account.let("bob", deny("sts:GetCallerIdentity"))
    assert account.who(bob) == user_arn("bob")
    account.client("iam").delete_user_policy(UserName="bob", PolicyName="own")
    stranger = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}
    sts = account.client("sts", stranger)
    assert refused(sts.get_caller_identity) == ("InvalidClientTokenId", INVALID, 403)
    assert account.who(account.administrator) == ADMIN


def test_sts_session_token(account: Account, bob: Key) -> None:
    sts = account.client("sts", bob)
    one, two = (sts.get_session_token()["Credentials"] for _ in range(2))
    for part in ("AccessKeyId", "SecretAccessKey", "SessionToken"):
        assert one[part] != two[part]
    assert one["AccessKeyId"].startswith("ASIA")
    now = datetime.fromisoformat(account.running.control("clock")["now"])
    for seconds in (900, 129600):
        given = sts.get_session_token(DurationSeconds=seconds)["Credentials"]
        lasts = (given["Expiration"].astimezone(UTC) - now.astimezone(UTC)).total_seconds()
        assert -1 <= lasts - seconds <= 10
    anything = account.client("sts", bob, parameter_validation=False).get_session_token
    for seconds, bound in (
        (899, "greater than or equal to 900"),
        (129601, "less than or equal to"),
    ):
        code, message, status = refused(anything, DurationSeconds=seconds)
        assert (code, status) == ("ValidationError", 400)
        assert f"Value '{seconds}' at 'durationSeconds' failed to satisfy constraint" in message
        assert bound in message


def test_sts_session_mfa(account: Account) -> None:
    erin, frank = account.user("erin"), account.user("frank")
    serial, other = enable(account, "erin"), enable(account, "frank")
    ask = account.client("sts", erin).get_session_token
    code = next_code(account, "erin")
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert refused(ask, SerialNumber=serial, TokenCode=wrong) == WRONG_CODE
    nobody = serial.replace("erin", "nonexistent")
    assert refused(ask, SerialNumber=nobody, TokenCode=code) == WRONG_DEVICE
    theirs = next_code(account, "frank")
    assert refused(ask, SerialNumber=other, TokenCode=theirs) == WRONG_DEVICE
    assert refused(ask, TokenCode=code)[0] == "AccessDenied"
    code = next_code(account, "erin")
    given = ask(SerialNumber=serial, TokenCode=code, DurationSeconds=3600)["Credentials"]
    assert account.who(given) == user_arn("erin")
    assert refused(ask, SerialNumber=serial, TokenCode=code) == WRONG_CODE
    account.client("sts", frank).get_session_token(SerialNumber=other, TokenCode=theirs)
    account.advance(90)
    late = look(account, "erin")["code"]
    account.advance(90)
    assert refused(ask, SerialNumber=serial, TokenCode=late) == WRONG_CODE


@needs_v2
def test_sts_session_use(account: Account) -> None:
    key = account.user("gina", allow("s3:ListAllMyBuckets"))
    serial = enable(account, "gina")
    terminal = account.terminal()
    code = next_code(account, "gina")
    asked = f"aws sts get-session-token --serial-number {serial} --token-code {code}"
    said = terminal.run(f"{asked} --duration-seconds 3600", **variables(key))
    session = variables(said.json["Credentials"])
    assert terminal.who(**session) == user_arn("gina")
    given = said.json["Credentials"]
    account.client("s3", given).list_buckets()
    # All three values are needed.
    half = account.client("sts", {**given, "SessionToken": None})
    assert refused(half.get_caller_identity) == ("InvalidClientTokenId", INVALID, 403)
    account.advance(3600)
    expired = terminal.run("aws sts get-caller-identity", **session)
    assert "(ExpiredToken)" in expired.error
    assert "The security token included in the request is expired" in expired.error


def test_sts_assume_role(account: Account, bob: Key) -> None:
    vera = account.user("vera")
    sts = account.client("sts", vera)
    ask = partial(sts.assume_role, RoleSessionName="watch")
    arn = account.role("deck", trust(user_arn("vera")))
    for seconds in (900, 3600):
        given = ask(RoleArn=arn, DurationSeconds=seconds)
        assert account.who(given["Credentials"]) == given["AssumedRoleUser"]["Arn"]
    assert given["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deck/watch"
    # A role may be assumed for an hour unless it says otherwise.
    assert refused(ask, RoleArn=arn, DurationSeconds=3601)[0] == "ValidationError"

    def denied(name: str, role: str) -> tuple[str, str, int]:
        said = f"User: {user_arn(name)} is not authorized to perform: sts:AssumeRole on resource:"
        return "AccessDenied", f"{said} {role}", 403

    missing = f"arn:aws:iam::{ACCOUNT}:role/none"
    assert refused(ask, RoleArn=missing) == denied("vera", missing)
    theirs = account.client("sts", bob)
    untrusted = refused(theirs.assume_role, RoleArn=arn, RoleSessionName="watch")
    assert untrusted == denied("bob", arn)
    # Who is trusted by name needs no policy; who is trusted as one of the account does.
    shared = account.role("shared", trust(f"arn:aws:iam::{ACCOUNT}:root"))
    assert refused(ask, RoleArn=shared) == denied("vera", shared)
    account.let("vera", allow("sts:AssumeRole", on=shared))
    ask(RoleArn=shared)
    secret = {"StringEquals": {"sts:ExternalId": "quay-7"}}
    partner = account.role("partner", trust(user_arn("vera"), **secret))
    assert refused(ask, RoleArn=partner) == denied("vera", partner)
    assert refused(ask, RoleArn=partner, ExternalId="quay-8") == denied("vera", partner)
    ask(RoleArn=partner, ExternalId="quay-7")


# What one may do


def test_iam_enforce_default(account: Account, bob: Key) -> None:
    s3 = account.client("s3", bob)
    assert refused(s3.list_buckets) == (
        "AccessDenied",
        f"User: {user_arn('bob')} is not authorized to perform: s3:ListAllMyBuckets because no "
        "identity-based policy allows the s3:ListAllMyBuckets action",
        403,
    )
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:"
    assert refused(account.client("sqs", bob).list_queues)[1].startswith(
        f"User: {user_arn('bob')} is not authorized to perform: sqs:listqueues on resource: {queue}"
    )
    assert refused(account.client("ec2", bob).describe_vpcs)[0] == "UnauthorizedOperation"
    users = not_allowed("bob", "iam:ListUsers", f"arn:aws:iam::{ACCOUNT}:user/")
    assert refused(account.client("iam", bob).list_users) == (*users, 403)
    # These need no permission.
    account.client("sts", bob).get_session_token()
    forged = {**bob, "SecretAccessKey": "x" * 40}
    for service, operation, code in (
        ("s3", "list_buckets", "SignatureDoesNotMatch"),
        ("sts", "get_caller_identity", "SignatureDoesNotMatch"),
        ("dynamodb", "list_tables", "InvalidSignatureException"),
    ):
        assert refused(getattr(account.client(service, forged), operation))[0] == code


def test_iam_enforce_allow(account: Account) -> None:
    key = account.user("hanna", allow("s3:ListAllMyBuckets", "dynamodb:*", "ssm:*"))
    account.client("s3", key).list_buckets()
    account.client("dynamodb", key).list_tables()
    table = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/*"
    # Nothing else is allowed. Services in JSON say so in words of their own.
    assert refused(account.client("s3", key).create_bucket, Bucket="hold")[0] == "AccessDenied"
    logs = account.client("logs", key)
    assert refused(logs.describe_log_groups)[0::2] == ("AccessDeniedException", 400)
    functions = refused(account.client("lambda", key).list_functions)
    assert functions[0::2] == ("AccessDeniedException", 403)
    assert "lambda:ListFunctions" in functions[1]
    account.let("hanna", allow("s3:*", "dynamodb:*"), deny("dynamodb:ListTables"))
    account.client("s3", key).create_bucket(Bucket="hold")
    assert refused(account.client("dynamodb", key).list_tables) == (
        "AccessDeniedException",
        f"User: {user_arn('hanna')} is not authorized to perform: dynamodb:ListTables on resource: "
        f"{table} with an explicit deny in an identity-based policy",
        400,
    )
    # Whoever has the administrator's key is not locked out.
    account.client("dynamodb").list_tables()


def test_iam_enforce_resource(account: Account) -> None:
    ssm, s3 = account.client("ssm"), account.client("s3")
    for name in ("/enf/a", "/other"):
        ssm.put_parameter(Name=name, Value="x", Type="String")
    for name in ("enf-a", "enf-b"):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"x")
    parameters = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter"
    key = account.user(
        "igor",
        allow("ssm:GetParameter", on=f"{parameters}/enf/*"),
        allow("s3:GetObject", on="arn:aws:s3:::enf-a/*"),
    )
    theirs = account.client("ssm", key)
    assert theirs.get_parameter(Name="/enf/a")["Parameter"]["Value"] == "x"
    for name in ("/other", "/missing"):
        expected = not_allowed(
            "igor", "ssm:GetParameter", parameters + name, "AccessDeniedException"
        )
        assert refused(theirs.get_parameter, Name=name) == (*expected, 400)
    assert refused(theirs.get_parameter, Name="/enf/none")[0] == "ParameterNotFound"
    elsewhere = account.client("ssm", key, region="eu-west-1")
    assert refused(elsewhere.get_parameter, Name="/enf/a")[0] == "AccessDeniedException"
    mine = account.client("s3", key)
    assert mine.get_object(Bucket="enf-a", Key="k")["Body"].read() == b"x"
    assert refused(mine.get_object, Bucket="enf-b", Key="k") == (
        "AccessDenied",
        f"User: {user_arn('igor')} is not authorized to perform: s3:GetObject on resource: "
        '"arn:aws:s3:::enf-b/k" because no identity-based policy allows the s3:GetObject action',
        403,
    )


def test_iam_enforce_condition(account: Account) -> None:
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    here = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    key = account.user(
        "jana", allow("s3:*", Condition=with_mfa), allow("dynamodb:*", Condition=here)
    )
    account.client("s3").create_bucket(Bucket="locker")
    serial = enable(account, "jana")
    sts = account.client("sts", key)
    plain = sts.get_session_token()["Credentials"]
    code = next_code(account, "jana")
    session = sts.get_session_token(SerialNumber=serial, TokenCode=code)["Credentials"]
    for who in (key, plain):
        s3 = account.client("s3", who)
        assert refused(s3.list_objects_v2, Bucket="locker")[0] == "AccessDenied"
    account.client("s3", session).list_objects_v2(Bucket="locker")
    account.client("dynamodb", key, "eu-west-1").list_tables()
    tables = account.client("dynamodb", key)
    assert refused(tables.list_tables)[0] == "AccessDeniedException"


def test_iam_passrole(account: Account) -> None:
    create = allow("cloudformation:CreateStack", "lambda:CreateFunction", "ec2:RunInstances")
    key = account.user("karl", create)
    iam = account.client("iam")
    roles = {
        service: account.role(f"for-{service}", trust({"Service": f"{service}.amazonaws.com"}))
        for service in ("cloudformation", "lambda", "ec2")
    }
    iam.create_instance_profile(InstanceProfileName="for-ec2")
    iam.add_role_to_instance_profile(InstanceProfileName="for-ec2", RoleName="for-ec2")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.py", "def handler(event, context): return 1\n")
    stacks = partial(
        account.client("cloudformation", key).create_stack,
        StackName="passed",
        TemplateBody=json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}),
    )
    handed = {
        "cloudformation": partial(stacks, RoleARN=roles["cloudformation"]),
        "lambda": partial(
            account.client("lambda", key).create_function,
            FunctionName="passed",
            Runtime="python3.12",
            Handler="a.handler",
            Role=roles["lambda"],
            Code={"ZipFile": packed.getvalue()},
        ),
        "ec2": partial(
            account.client("ec2", key).run_instances,
            ImageId=IMAGE,
            IamInstanceProfile={"Name": "for-ec2"},
            MinCount=1,
            MaxCount=1,
        ),
    }
    codes = {
        "cloudformation": "AccessDenied",
        "lambda": "AccessDeniedException",
        "ec2": "UnauthorizedOperation",
    }
    for service, call in handed.items():
        code, message, status = refused(call)
        assert (code, status) == (codes[service], 403)
        assert not_allowed("karl", "iam:PassRole", roles[service])[1] in message
    # Whether a role is there is not for those to learn who may not pass it.
    missing = f"arn:aws:iam::{ACCOUNT}:role/x"
    assert refused(stacks, RoleARN=missing)[:2] == not_allowed("karl", "iam:PassRole", missing)
    # A role may be passed to one service and to no other.
    to = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    account.let(
        "karl", create, allow("iam:PassRole", on=f"arn:aws:iam::{ACCOUNT}:role/*", Condition=to)
    )
    handed["lambda"]()
    assert refused(handed["cloudformation"])[0] == "AccessDenied"
    account.let("karl", create, allow("iam:PassRole", on=list(roles.values())))
    handed["cloudformation"]()
    handed["ec2"]()


def test_iam_managed_policies(account: Account) -> None:
    iam = account.client("iam")
    arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    actions = version["PolicyVersion"]["Document"]["Statement"][0]["Action"]
    assert "ssm:UpdateInstanceInformation" in actions
    account.role("node", trust({"Service": "ec2.amazonaws.com"}))
    iam.attach_role_policy(RoleName="node", PolicyArn=arn)
    attached = iam.list_attached_role_policies(RoleName="node")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AmazonSSMManagedInstanceCore", "PolicyArn": arn}]
    pages = iam.get_paginator("list_policies").paginate(
        Scope="AWS", PaginationConfig={"PageSize": 1000}
    )
    names = {one["PolicyName"] for page in pages for one in page["Policies"]}
    assert len(names) > 900
    assert {"AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess"} <= names
    # And they mean what they say.
    key = account.user("lena")
    read = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    assert refused(account.client("s3", key).list_buckets)[0] == "AccessDenied"
    iam.attach_user_policy(UserName="lena", PolicyArn=read)
    account.client("s3", key).list_buckets()
    assert refused(account.client("s3", key).create_bucket, Bucket="lena")[0] == "AccessDenied"


def test_iam_multi_account(account: Account) -> None:
    organizations = account.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="dev@ferry.example", AccountName="dev")
    status = organizations.describe_create_account_status(
        CreateAccountRequestId=made["CreateAccountStatus"]["Id"]
    )["CreateAccountStatus"]
    assert status["State"] == "SUCCEEDED"
    member = status["AccountId"]
    role = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    entered = account.client("sts").assume_role(RoleArn=role, RoleSessionName="visit")
    inside = entered["Credentials"]
    arn = f"arn:aws:sts::{member}:assumed-role/OrganizationAccountAccessRole/visit"
    assert account.who(inside) == arn
    account.client("s3", inside).create_bucket(Bucket="theirs")
    account.client("sqs", inside).create_queue(QueueName="theirs")
    account.client("s3").create_bucket(Bucket="ours")

    def buckets(key: Key | None = None) -> set[str]:
        return {one["Name"] for one in account.client("s3", key).list_buckets()["Buckets"]}

    assert buckets(inside) == {"theirs"}
    assert "ours" in buckets()
    assert "theirs" not in buckets()
    assert "/theirs" not in str(account.client("sqs").list_queues().get("QueueUrls"))
    taken = refused(account.client("s3").create_bucket, Bucket="theirs")
    assert taken[0::2] == ("BucketAlreadyExists", 409)
    # A user of the management account needs a policy that lets them in.
    nobody = account.user("mara")
    ask = partial(account.client("sts", nobody).assume_role, RoleArn=role, RoleSessionName="visit")
    assert refused(ask)[0] == "AccessDenied"
    account.let("mara", allow("sts:AssumeRole", on=role))
    assert ask()["AssumedRoleUser"]["Arn"] == arn
