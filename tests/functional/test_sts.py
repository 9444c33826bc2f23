"""Temporary credentials of users: who gets them, and what AWS says to everybody else.

Sources: the operations of the AWS STS API Reference; "Temporary security credentials in IAM" (IAM
User Guide).
"""

from __future__ import annotations

import json

import in_process
import pytest
from identities import (
    ACCOUNT,
    administrator,
    allow,
    assume,
    client_of,
    constraint,
    document,
    make_role,
    make_user,
    refused,
    seconds_left,
    trust,
    user_arn,
)

from dryrun.cloud.sts.models import session_credentials


@pytest.fixture(autouse=True)
def fresh() -> None:
    in_process.lab()
    in_process.forget("iam")


# GetCallerIdentity


def test_sts_caller_id() -> None:
    purser = make_user("purser")
    said = client_of(purser).get_caller_identity()
    user = in_process.client("iam").get_user(UserName="purser")["User"]
    assert (said["Arn"], said["UserId"], said["Account"]) == (user["Arn"], user["UserId"], ACCOUNT)


def test_every_kind_of_session_knows_whom_it_stands_for() -> None:
    purser = make_user("purser", allow("sts:GetFederationToken"))
    arn = make_role("deck", trust(user_arn("purser")), Path="/crew/")
    role_id = in_process.client("iam").get_role(RoleName="deck")["Role"]["RoleId"]
    sts = client_of(purser)
    for credentials, expected in [
        (sts.get_session_token(), (user_arn("purser"), sts.get_caller_identity()["UserId"])),
        (
            assume(purser, arn),
            (f"arn:aws:sts::{ACCOUNT}:assumed-role/deck/watch", f"{role_id}:watch"),
        ),
        (
            sts.get_federation_token(Name="guest"),
            (f"arn:aws:sts::{ACCOUNT}:federated-user/guest", f"{ACCOUNT}:guest"),
        ),
    ]:
        said = client_of(credentials["Credentials"]).get_caller_identity()
        assert (said["Arn"], said["UserId"]) == expected


# GetSessionToken


def test_sts_session_token() -> None:
    sts = client_of(make_user("purser"))
    one, two = (sts.get_session_token()["Credentials"] for _ in range(2))
    assert one["AccessKeyId"] != two["AccessKeyId"]
    assert one["SecretAccessKey"] != two["SecretAccessKey"]
    assert one["AccessKeyId"].startswith("ASIA")
    assert len(one["SecretAccessKey"]) == 40
    assert 12 * 3600 - 5 < seconds_left(one) <= 12 * 3600


@pytest.mark.parametrize(
    ("seconds", "bound"),
    [
        (899, "Member must have value greater than or equal to 900"),
        (129601, "Member must have value less than or equal to 129600"),
    ],
)
def test_a_session_lasts_a_quarter_of_an_hour_to_36_hours(seconds: int, bound: str) -> None:
    sts = client_of(make_user("purser"))
    expected = constraint(seconds, "durationSeconds", bound)
    assert refused(sts.get_session_token, DurationSeconds=seconds) == expected
    assert 899 < 1 + seconds_left(sts.get_session_token(DurationSeconds=900)["Credentials"]) <= 901


def test_sts_session_use() -> None:
    purser = make_user("purser", allow("s3:ListAllMyBuckets"))
    given = client_of(purser).get_session_token()["Credentials"]
    client_of(given, "s3").list_buckets()
    assert client_of(given).get_caller_identity()["Arn"] == user_arn("purser")


def test_sessions_do_not_beget_sessions() -> None:
    purser = make_user("purser", allow("sts:*"))
    role = assume(purser, make_role("deck", trust(user_arn("purser"))))["Credentials"]
    session = client_of(purser).get_session_token()["Credentials"]
    guest = client_of(purser).get_federation_token(Name="guest")["Credentials"]
    for credentials in (session, role, guest):
        sts = client_of(credentials)
        assert refused(sts.get_session_token) == (
            "AccessDenied", "Cannot call GetSessionToken with session credentials", 403,
        )  # fmt: skip
    assert refused(client_of(session).get_federation_token, Name="guest") == (
        "AccessDenied", "Cannot call GetFederationToken with session credentials", 403,
    )  # fmt: skip


def test_sessions_without_a_code_do_not_open_iam() -> None:
    purser = make_user("purser", allow("iam:*"))
    given = client_of(purser).get_session_token()["Credentials"]
    assert refused(client_of(given, "iam").list_users)[0] == "InvalidClientTokenId"
    client_of(purser, "iam").list_users()


# GetFederationToken


def test_federation() -> None:
    purser = make_user("purser", allow("sts:GetFederationToken"))
    policy = document(allow("s3:*"))
    answer = client_of(purser).get_federation_token(
        Name="guest", Policy=policy, Tags=[{"Key": "a", "Value": "b"}], DurationSeconds=900
    )
    assert answer["FederatedUser"] == {
        "FederatedUserId": f"{ACCOUNT}:guest",
        "Arn": f"arn:aws:sts::{ACCOUNT}:federated-user/guest",
    }
    assert answer["PackedPolicySize"] >= 1
    held = session_credentials[answer["Credentials"]["AccessKeyId"]]
    assert (held.issuer_arn, held.session_policies) == (user_arn("purser"), (policy,))
    assert not held.opens_iam
    sts = client_of(purser)
    assert refused(sts.get_federation_token, Name="a b") == constraint(
        "a b", "name", r"Member must satisfy regular expression pattern: [\w+=,.@-]*"
    )
    assert refused(sts.get_federation_token, Name="guest", DurationSeconds=899)[0] == (
        "ValidationError"
    )


# GetAccessKeyInfo and DecodeAuthorizationMessage


@pytest.mark.parametrize(
    "arn",
    [f"arn::iam::{ACCOUNT}:role/x", f"arn:aws:::{ACCOUNT}:role/x", f"arn:aws:iam::{ACCOUNT}:"],
)
def test_an_arn_with_nothing_where_something_must_be(arn: str) -> None:
    sts = in_process.client("sts")
    told = refused(sts.assume_role, RoleArn=arn, RoleSessionName="watch")
    assert told[:2] == ("ValidationError", f"{arn} is invalid")


def test_no_policy_takes_no_room_in_a_federation_token() -> None:
    sts = in_process.client("sts")
    assert sts.get_federation_token(Name="guest")["PackedPolicySize"] == 0


def test_a_key_says_whose_account_it_is() -> None:
    purser = make_user("purser", allow("sts:GetAccessKeyInfo"))
    sts = client_of(purser)
    for key_id in (purser["AccessKeyId"], administrator()["AccessKeyId"]):
        assert sts.get_access_key_info(AccessKeyId=key_id)["Account"] == ACCOUNT
    assert refused(sts.get_access_key_info, AccessKeyId="AKIA") == constraint(
        "AKIA", "accessKeyId", "Member must have length greater than or equal to 16"
    )
    code, _, status = refused(sts.get_access_key_info, AccessKeyId="AKIA1111111111111111")
    assert (code, status) == ("ValidationError", 400)


def test_only_sealed_messages_are_decoded() -> None:
    sts = client_of(administrator())
    assert refused(sts.decode_authorization_message, EncodedMessage="nonsense") == (
        "InvalidAuthorizationMessageException", "Message is not valid", 400,
    )  # fmt: skip


def test_a_refusal_of_ec2_can_be_decoded() -> None:
    ec2 = client_of(make_user("purser"), "ec2")
    _, message, _ = refused(ec2.stop_instances, InstanceIds=["i-0123456789abcdef0"])
    sealed = message.rpartition(": ")[2]
    sts = client_of(administrator())
    text = sts.decode_authorization_message(EncodedMessage=sealed)["DecodedMessage"]
    decoded = json.loads(text)
    assert decoded["allowed"] is False
    assert decoded["context"]["action"] == "ec2:StopInstances"
