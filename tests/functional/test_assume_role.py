"""AssumeRole: trust, chains, session policies and tags, and every way to be refused.

Sources: "AssumeRole" (AWS STS API Reference); "Methods to assume a role", "Pass session tags in AWS
STS", "Monitor and control actions taken with assumed roles" and "Troubleshoot access denied error
messages" (IAM User Guide).
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import in_process
import pytest
from identities import (
    ACCOUNT,
    administrator,
    allow,
    assume,
    client_of,
    constraint,
    denied,
    document,
    invalid,
    make_role,
    make_user,
    not_assumed,
    refused,
    seconds_left,
    trust,
    user_arn,
)
from moto.iam.models import iam_backends

from dryrun.cloud import identity
from dryrun.cloud.iam import totp
from dryrun.cloud.identity import CallerKind
from dryrun.cloud.sts.models import session_credentials

OTHER = "210987654321"
TAGGING = ("sts:AssumeRole", "sts:TagSession")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    in_process.lab()
    in_process.forget("iam")
    yield
    iam_backends[OTHER]["aws"].reset()


def foreign_role(name: str, *statements: dict[str, Any]) -> str:
    role = iam_backends[OTHER]["aws"].create_role(
        name, document(*statements), "/", None, "", [], 3600
    )
    return str(role.arn)


# AssumeRole


def test_sts_assume_role() -> None:
    purser = make_user("purser")
    arn = make_role("deck", trust(user_arn("purser")))
    answer = assume(purser, arn)
    assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/deck/watch")
    assert "PackedPolicySize" not in answer
    assert 3595 < seconds_left(answer["Credentials"]) <= 3600
    nowhere = f"arn:aws:iam::{ACCOUNT}:role/none"
    assert not_assumed(purser, nowhere) == denied(user_arn("purser"), "sts:AssumeRole", nowhere)
    bosun = make_user("bosun")
    assert not_assumed(bosun, arn) == denied(user_arn("bosun"), "sts:AssumeRole", arn)


def test_a_trust_policy_that_names_the_account_leaves_it_to_the_identity_policy() -> None:
    arn = make_role("deck", trust(f"arn:aws:iam::{ACCOUNT}:root"))
    assume(make_user("purser", allow("sts:AssumeRole", resource=arn)), arn)
    bosun = make_user("bosun")
    assert not_assumed(bosun, arn) == denied(user_arn("bosun"), "sts:AssumeRole", arn)


def test_an_identity_policy_alone_is_not_enough() -> None:
    arn = make_role("deck", trust({"Service": "ec2.amazonaws.com"}))
    purser = make_user("purser", allow("sts:*"))
    assert not_assumed(purser, arn) == denied(user_arn("purser"), "sts:AssumeRole", arn)


def test_the_administrator_needs_no_policy_but_is_bound_by_the_trust_policy() -> None:
    open_arn = make_role("deck", trust(f"arn:aws:iam::{ACCOUNT}:root"))
    shut_arn = make_role("hold", trust(user_arn("nobody-yet").replace("nobody-yet", "ferry-admin")))
    iam = in_process.client("iam")
    iam.update_assume_role_policy(
        RoleName="hold", PolicyDocument=document(trust({"Service": "ec2.amazonaws.com"}))
    )
    everything = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.detach_user_policy(UserName="ferry-admin", PolicyArn=everything)
    assume(administrator(), open_arn)
    expected = denied(user_arn("ferry-admin"), "sts:AssumeRole", shut_arn)
    assert not_assumed(administrator(), shut_arn) == expected


def test_explicit_denies_are_named() -> None:
    purser = make_user("purser", {**allow("sts:AssumeRole"), "Effect": "Deny"})
    arn = make_role("deck", trust(user_arn("purser")))
    code, message, status = not_assumed(purser, arn)
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith(f"{arn} with an explicit deny in an identity-based policy")
    bosun = make_user("bosun")
    both = make_role("hold", trust("*"), trust(user_arn("bosun"), effect="Deny"))
    assert not_assumed(bosun, both) == (
        "AccessDenied",
        f"User: {user_arn('bosun')} is not authorized to perform: sts:AssumeRole with an explicit "
        "deny in the role trust policy",
        403,
    )


def test_external_ids() -> None:
    purser = make_user("purser")
    condition = {"StringEquals": {"sts:ExternalId": "ferry-42"}}
    arn = make_role("deck", trust(user_arn("purser"), **condition))
    assume(purser, arn, ExternalId="ferry-42")
    expected = denied(user_arn("purser"), "sts:AssumeRole", arn)
    assert not_assumed(purser, arn) == expected
    assert not_assumed(purser, arn, ExternalId="ferry-43") == expected
    bound = r"Member must satisfy regular expression pattern: [\w+=,.@:\/-]*"
    assert not_assumed(purser, arn, ExternalId="a b") == constraint("a b", "externalId", bound)


def test_a_role_that_wants_a_code() -> None:
    purser = make_user("purser")
    iam = client_of(administrator(), "iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="purser")["VirtualMFADevice"]
    seed, step = device["Base32StringSeed"].decode(), totp.step_at(time.time())
    which = {"SerialNumber": device["SerialNumber"]}
    iam.enable_mfa_device(
        UserName="purser",
        **which,
        AuthenticationCode1=totp.code(seed, step - 1),
        AuthenticationCode2=totp.code(seed, step),
    )
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    arn = make_role("deck", trust(user_arn("purser"), **condition))
    expected = denied(user_arn("purser"), "sts:AssumeRole", arn)
    assert not_assumed(purser, arn) == expected
    plain = client_of(purser).get_session_token()["Credentials"]
    assert not_assumed(plain, arn) == expected
    code = {**which, "TokenCode": totp.code(seed, step + 1)}
    given = assume(purser, arn, **code)["Credentials"]
    assert session_credentials[given["AccessKeyId"]].mfa_at is None
    assert not_assumed(purser, arn, **code)[1] == (
        "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    )


def test_another_accounts_role_needs_both_policies() -> None:
    arn = foreign_role("pier", trust(f"arn:aws:iam::{ACCOUNT}:root"))
    purser = make_user("purser", allow("sts:AssumeRole", resource=arn))
    given = assume(purser, arn)["Credentials"]
    said = client_of(given).get_caller_identity()
    assert said["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/pier/watch"
    assert said["Account"] == OTHER
    found = client_of(administrator()).get_access_key_info(AccessKeyId=given["AccessKeyId"])
    assert found["Account"] == OTHER
    direct = foreign_role("quay", trust(user_arn("bosun")))
    assert not_assumed(make_user("bosun"), direct) == denied(
        user_arn("bosun"), "sts:AssumeRole", direct
    )
    assert not_assumed(purser, direct) == denied(user_arn("purser"), "sts:AssumeRole", direct)
    assert not_assumed(purser, "arn:aws:iam::999999999999:role/pier")[0] == "AccessDenied"
    assert "999999999999" not in iam_backends


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (
            {"RoleSessionName": "a b"},
            constraint(
                "a b", "roleSessionName",
                r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
            ),
        ),
        (
            {"RoleSessionName": "a"},
            constraint(
                "a", "roleSessionName", "Member must have length greater than or equal to 2"
            ),
        ),
        (
            {"RoleSessionName": "a" * 65},
            constraint(
                "a" * 65, "roleSessionName", "Member must have length less than or equal to 64"
            ),
        ),
        ({"RoleArn": "the captain's own role"}, invalid("the captain's own role is invalid")),
        ({"RoleArn": user_arn("purser")}, invalid("Request ARN is invalid")),
        (
            {"DurationSeconds": 60},
            constraint(
                60, "durationSeconds", "Member must have value greater than or equal to 900"
            ),
        ),
        (
            {"DurationSeconds": 43201},
            constraint(
                43201, "durationSeconds", "Member must have value less than or equal to 43200"
            ),
        ),
        (
            {"DurationSeconds": 3601},
            invalid(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            ),
        ),
    ],
)  # fmt: skip
def test_what_is_asked_in_a_wrong_way(
    parameters: dict[str, Any], expected: tuple[str, str, int]
) -> None:
    purser = make_user("purser")
    arn = make_role("deck", trust(user_arn("purser")))
    asked = {"RoleArn": arn, "RoleSessionName": "watch", **parameters}
    assert refused(client_of(purser).assume_role, **asked) == expected


def test_missing_parameters_are_named() -> None:
    sts = client_of(make_user("purser"))
    code, message, status = refused(sts.assume_role)
    assert (code, status) == ("ValidationError", 400)
    assert message.startswith("2 validation errors detected: Value null at 'roleArn' failed")


def test_a_role_may_allow_twelve_hours_but_a_chain_one() -> None:
    purser = make_user("purser")
    first = make_role("first", trust(user_arn("purser")), MaxSessionDuration=43200)
    second = make_role(
        "second", trust(f"arn:aws:iam::{ACCOUNT}:role/first"), MaxSessionDuration=43200
    )
    given = assume(purser, first, DurationSeconds=43200)["Credentials"]
    assert 43195 < seconds_left(given) <= 43200
    assert not_assumed(given, second, DurationSeconds=3601) == invalid(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining."
    )
    again = assume(given, second, DurationSeconds=3600)["Credentials"]
    assert session_credentials[again["AccessKeyId"]].chained


def test_root_assumes_no_roles() -> None:
    arn = make_role("deck", trust("*"))
    purser = make_user("purser")
    authenticate = identity.authenticate

    def as_root(call: Any, body: bytes) -> Any:
        caller = authenticate(call, body)
        root = f"arn:aws:iam::{ACCOUNT}:root"
        return replace(caller, kind=CallerKind.ROOT, arn=root, user_id=ACCOUNT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "authenticate", as_root)
        assert not_assumed(purser, arn) == (
            "AccessDenied", "Roles may not be assumed by root accounts.", 403,
        )  # fmt: skip
        sts = client_of(purser)
        given = sts.get_session_token(DurationSeconds=43200)["Credentials"]
        assert seconds_left(given) <= 3600


# Session policies, tags, source identity


def test_session_policies() -> None:
    purser = make_user("purser")
    arn = make_role("deck", trust(user_arn("purser")))
    policy = document(allow("s3:GetObject"))
    reader = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    answer = assume(purser, arn, Policy=policy, PolicyArns=[{"arn": reader}])
    held = session_credentials[answer["Credentials"]["AccessKeyId"]]
    assert (held.session_policies, held.policy_arns) == ((policy,), (reader,))
    assert 1 <= answer["PackedPolicySize"] <= 100
    assert not_assumed(purser, arn, Policy="{")[0] == "MalformedPolicyDocument"
    named = document({**allow("s3:*"), "Principal": "*"})
    assert not_assumed(purser, arn, Policy=named)[0] == "MalformedPolicyDocument"
    long = document(allow("s3:GetObject", resource="arn:aws:s3:::" + "x" * 2048))
    assert not_assumed(purser, arn, Policy=long) == constraint(
        long, "policy", "Member must have length less than or equal to 2048"
    )
    missing = "arn:aws:iam::aws:policy/Missing"
    assert not_assumed(purser, arn, PolicyArns=[{"arn": missing}])[0] == "ValidationError"
    eleven = [{"arn": f"{reader}{number}"} for number in range(11)]
    assert "less than or equal to 10" in not_assumed(purser, arn, PolicyArns=eleven)[1]


def test_tags_must_be_trusted_too() -> None:
    purser = make_user("purser")
    arn = make_role("deck", trust(user_arn("purser")))
    tags = [{"Key": "watch", "Value": "dog"}]
    expected = denied(user_arn("purser"), "sts:TagSession", arn)
    assert not_assumed(purser, arn, Tags=tags) == expected


def test_transitive_tags_go_down_the_chain() -> None:
    purser = make_user("purser")
    first = make_role("first", trust(user_arn("purser"), *TAGGING))
    second = make_role("second", trust(f"arn:aws:iam::{ACCOUNT}:role/first", *TAGGING))
    tags = [{"Key": "watch", "Value": "dog"}, {"Key": "deck", "Value": "1"}]
    given = assume(purser, first, Tags=tags, TransitiveTagKeys=["watch"])["Credentials"]
    more = [{"Key": "deck", "Value": "2"}]
    last = assume(given, second, Tags=more)["Credentials"]
    held = session_credentials[last["AccessKeyId"]]
    assert dict(held.tags) == {"watch": "dog", "deck": "2"}
    assert held.transitive_tags == ("watch",)
    assert not_assumed(given, second, Tags=[{"Key": "Watch", "Value": "first"}]) == (
        "InvalidParameterValue",
        "One of the specified transitive tag keys can't be set because it conflicts with a "
        "transitive tag key from the calling session.",
        400,
    )


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (
            {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            {"Tags": [{"Key": "a", "Value": "1"}], "TransitiveTagKeys": ["b"]},
            "The specified transitive tag key must be included in the requested tags.",
        ),
    ],
)
def test_tags_that_do_not_go_together(parameters: dict[str, Any], expected: str) -> None:
    purser = make_user("purser")
    arn = make_role("deck", trust(user_arn("purser"), *TAGGING))
    refusal = not_assumed(purser, arn, **parameters)
    assert refusal == ("InvalidParameterValue", expected, 400)


def test_tags_have_limits() -> None:
    purser = make_user("purser")
    arn = make_role("deck", trust(user_arn("purser"), *TAGGING))
    long = not_assumed(purser, arn, Tags=[{"Key": "a" * 129, "Value": "b"}])
    assert long == constraint(
        "a" * 129, "tags.1.member.key", "Member must have length less than or equal to 128"
    )
    many = [{"Key": f"k{number}", "Value": "v"} for number in range(51)]
    assert "at 'tags' failed" in not_assumed(purser, arn, Tags=many)[1]


def test_conditions_on_tags() -> None:
    purser = make_user("purser")
    condition = {"StringEquals": {"aws:RequestTag/watch": "dog"}}
    arn = make_role("deck", trust(user_arn("purser"), *TAGGING, **condition))
    assume(purser, arn, Tags=[{"Key": "watch", "Value": "dog"}])
    assert not_assumed(purser, arn, Tags=[{"Key": "watch", "Value": "first"}])[0] == "AccessDenied"


def test_a_source_identity_stays() -> None:
    purser = make_user("purser")
    setting = ("sts:AssumeRole", "sts:SetSourceIdentity")
    first = make_role("first", trust(user_arn("purser"), *setting))
    second = make_role("second", trust(f"arn:aws:iam::{ACCOUNT}:role/first", *setting))
    plain = make_role("plain", trust(user_arn("purser")))
    answer = assume(purser, first, SourceIdentity="anna")
    assert answer["SourceIdentity"] == "anna"
    given = answer["Credentials"]
    assert assume(given, second)["SourceIdentity"] == "anna"
    assert not_assumed(given, second, SourceIdentity="bert") == (
        "AccessDenied", "The source identity is already set for this assume role session", 403,
    )  # fmt: skip
    expected = denied(user_arn("purser"), "sts:SetSourceIdentity", plain)
    assert not_assumed(purser, plain, SourceIdentity="anna") == expected


def test_too_much_for_a_session() -> None:
    purser = make_user("purser")
    arn = make_role("deck", trust(user_arn("purser"), *TAGGING))
    chance = random.Random(7)
    tags = [
        {"Key": f"k{number}", "Value": "".join(chance.choices(string.ascii_letters, k=200))}
        for number in range(50)
    ]
    code, message, status = not_assumed(purser, arn, Tags=tags)
    assert (code, status) == ("PackedPolicyTooLarge", 400)
    assert "% of allotted space, please use smaller policy." in message
