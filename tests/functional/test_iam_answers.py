"""IAM answers as recorded calls to AWS do: members, words, orders."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pem
import pytest
from botocore.exceptions import ClientError
from identities import client_of
from in_process import client, forget, lab

ACCOUNT = "123456789012"
ALLOW = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "ec2.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
NOBODY = f"arn:aws:iam::{ACCOUNT}:policy/nobody-wrote-it"
INSENSITIVE = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
KEY_RULE = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+"
KEYS_RULE = (
    "Member must satisfy constraint: [Member must have length less than or equal to 128, Member "
    f"must have length greater than or equal to 1, {KEY_RULE}, Member must not be null]"
)


@pytest.fixture
def iam() -> Any:
    lab()
    forget("iam")
    return client("iam", parameter_validation=False)


def refused(call: Callable[..., Any], **asked: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as refusal:
        call(**asked)
    answer: Any = refusal.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return answer["Error"]["Code"], answer["Error"]["Message"], status


def invalid(place: str, rule: str) -> tuple[str, str, int]:
    sentence = f"1 validation error detected: Value at '{place}' failed to satisfy constraint: "
    return "ValidationError", sentence + rule, 400


def missing(words: str) -> tuple[str, str, int]:
    return "NoSuchEntity", words, 404


def policy_of(iam: Any, name: str = "rigging", **more: Any) -> str:
    return str(iam.create_policy(PolicyName=name, PolicyDocument=ALLOW, **more)["Policy"]["Arn"])


def role_of(iam: Any, name: str = "deckhand", **more: Any) -> dict[str, Any]:
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, **more)
    role: dict[str, Any] = made["Role"]
    return role


# Members


def test_what_a_new_role_is_told_by(iam: Any) -> None:
    role = role_of(iam, Description="Hauls", MaxSessionDuration=7200)
    basic = {"Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"}
    assert role.keys() == basic
    iam.create_instance_profile(InstanceProfileName="deck")
    iam.add_role_to_instance_profile(InstanceProfileName="deck", RoleName="deckhand")
    got = iam.get_instance_profile(InstanceProfileName="deck")["InstanceProfile"]
    assert got["Tags"] == []
    (listed,) = iam.list_instance_profiles()["InstanceProfiles"]
    assert "Tags" not in listed
    assert [one["Roles"][0].keys() - {"Description"} for one in (got, listed)] == [basic, basic]


def test_a_role_keeps_what_an_update_does_not_name(iam: Any) -> None:
    role_of(iam, Description="Hauls", MaxSessionDuration=7200)
    told = iam.update_role_description(RoleName="deckhand", Description="Hauls and splices")
    assert told["Role"]["Description"] == "Hauls and splices"
    assert "MaxSessionDuration" not in told["Role"]
    iam.update_role(RoleName="deckhand")
    role = iam.get_role(RoleName="deckhand")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("Hauls and splices", 7200)


def test_a_boundary_is_counted(iam: Any) -> None:
    arn = policy_of(iam)
    role = role_of(iam, PermissionsBoundary=arn)
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    assert role["PermissionsBoundary"] == boundary
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    iam.delete_role_permissions_boundary(RoleName="deckhand")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 0


def test_versions_of_a_policy_are_told_newest_first_and_without_text(iam: Any) -> None:
    arn = policy_of(iam)
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=ALLOW)["PolicyVersion"]
    assert made.keys() == {"VersionId", "IsDefaultVersion", "CreateDate"}
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [version["VersionId"] for version in versions] == ["v2", "v1"]
    assert "Document" not in versions[0]
    assert "Document" in iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]


def test_policies_are_listed_as_they_were_attached(iam: Any) -> None:
    role_of(iam)
    arns = [policy_of(iam, name) for name in ("zeta", "alpha", "mu")]
    for arn in arns:
        iam.attach_role_policy(RoleName="deckhand", PolicyArn=arn)
    rows = iam.list_attached_role_policies(RoleName="deckhand")["AttachedPolicies"]
    assert [row["PolicyArn"] for row in rows] == arns


def test_members_of_a_group_are_told_without_their_tags(iam: Any) -> None:
    iam.create_group(GroupName="watch")
    iam.create_user(UserName="mate", Tags=[{"Key": "deck", "Value": "2"}])
    iam.add_user_to_group(GroupName="watch", UserName="mate")
    (member,) = iam.get_group(GroupName="watch")["Users"]
    assert "Tags" not in member
    assert refused(iam.remove_user_from_group, GroupName="no", UserName="no") == missing(
        "The user with name no cannot be found."
    )
    for _ in range(2):  # the second time the user is no longer in it
        iam.remove_user_from_group(GroupName="watch", UserName="mate")


def test_a_password_policy_tells_of_age_where_passwords_expire(iam: Any) -> None:
    iam.update_account_password_policy()
    rules = iam.get_account_password_policy()["PasswordPolicy"]
    assert not {"MaxPasswordAge", "HardExpiry", "PasswordReusePrevention"} & rules.keys()
    iam.update_account_password_policy(MaxPasswordAge=30)
    rules = iam.get_account_password_policy()["PasswordPolicy"]
    assert (rules["ExpirePasswords"], rules["MaxPasswordAge"], rules["HardExpiry"]) == (
        True, 30, False,
    )  # fmt: skip


def test_the_details_of_an_account_name_its_policies(iam: Any) -> None:
    arns = [policy_of(iam, name) for name in ("zeta", "alpha", "mu", "beta")]
    details = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])
    assert [policy["Arn"] for policy in details["Policies"]] == arns
    assert details["Policies"][0]["PolicyName"] == "zeta"
    assert iam.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 1


def test_instance_profiles_below_a_path(iam: Any) -> None:
    for name, path in (("bow", "/ship/"), ("pier", "/shore/")):
        iam.create_instance_profile(
            InstanceProfileName=name, Path=path, Tags=[{"Key": "k", "Value": path}]
        )
    (found,) = iam.list_instance_profiles(PathPrefix="/shore/")["InstanceProfiles"]
    assert found["InstanceProfileName"] == "pier"
    tags = iam.list_instance_profile_tags(InstanceProfileName="pier")["Tags"]
    assert tags == [{"Key": "k", "Value": "/shore/"}]
    role_of(iam)
    asked = {"InstanceProfileName": "pier", "RoleName": "deckhand"}
    assert refused(iam.remove_role_from_instance_profile, **asked) == missing(
        "Role deckhand in Instance Profile pier cannot be found."
    )


def test_a_server_certificate_has_its_own_dates(iam: Any) -> None:
    asked = {"CertificateBody": pem.certificate(), "PrivateKey": "key", "Path": "/web/"}
    made = iam.upload_server_certificate(ServerCertificateName="boat", **asked)
    told = made["ServerCertificateMetadata"]
    assert told["Expiration"] == pem.EXPIRES
    assert told["UploadDate"].year >= 2026
    again = iam.get_server_certificate(ServerCertificateName="boat")["ServerCertificate"]
    assert (again["ServerCertificateMetadata"], again["Tags"]) == (told, [])
    assert iam.list_server_certificates(PathPrefix="/x/")["ServerCertificateMetadataList"] == []
    assert refused(iam.upload_server_certificate, ServerCertificateName="boat", **asked) == (
        "EntityAlreadyExists", "The Server Certificate with name boat already exists.", 409,
    )  # fmt: skip


# Renaming


def test_a_renamed_user_keeps_keys_and_tags(iam: Any) -> None:
    user = iam.create_user(UserName="mate", Tags=[{"Key": "deck", "Value": "2"}])["User"]
    key = iam.create_access_key(UserName="mate")["AccessKey"]
    iam.upload_ssh_public_key(UserName="mate", SSHPublicKeyBody="ssh-rsa AAAA x")
    iam.update_user(UserName="mate", NewUserName="master", NewPath="/bridge/")
    arn = f"arn:aws:iam::{ACCOUNT}:user/bridge/master"
    told = client_of(key, "sts").get_caller_identity()
    assert (told["Arn"], told["UserId"]) == (arn, user["UserId"])
    (row,) = iam.list_access_keys(UserName="master")["AccessKeyMetadata"]
    assert row["UserName"] == "master"
    (row,) = iam.list_ssh_public_keys(UserName="master")["SSHPublicKeys"]
    assert row["UserName"] == "master"
    assert iam.list_user_tags(UserName="master")["Tags"] == [{"Key": "deck", "Value": "2"}]
    iam.create_user(UserName="mate")
    assert refused(iam.update_user, UserName="mate", NewUserName="master") == (
        "EntityAlreadyExists", "User with name master already exists.", 409,
    )  # fmt: skip


def test_a_group_moves_without_a_new_name(iam: Any) -> None:
    iam.create_group(GroupName="watch")
    iam.update_group(GroupName="watch", NewPath="/night/")
    assert iam.get_group(GroupName="watch")["Group"]["Path"] == "/night/"


# Words


def test_what_exists_already(iam: Any) -> None:
    iam.create_user(UserName="mate")
    iam.create_group(GroupName="watch")
    iam.create_login_profile(UserName="mate", Password="Ahoy-there-1")
    iam.create_open_id_connect_provider(Url="https://id.example.com", ThumbprintList=[])
    exists = "EntityAlreadyExists"
    assert refused(iam.create_user, UserName="mate") == (
        exists, "User with name mate already exists.", 409,
    )  # fmt: skip
    assert refused(iam.create_group, GroupName="watch") == (
        exists, "Group with name watch already exists.", 409,
    )  # fmt: skip
    assert refused(iam.create_login_profile, UserName="mate", Password="x") == (
        exists, "Login Profile for user mate already exists.", 409,
    )  # fmt: skip
    asked = {"Url": "https://id.example.com", "ThumbprintList": []}
    assert refused(iam.create_open_id_connect_provider, **asked) == (
        exists, "Provider with url https://id.example.com already exists.", 409,
    )  # fmt: skip


def test_what_is_not_there(iam: Any) -> None:
    iam.create_user(UserName="mate")
    arn = policy_of(iam)
    role_of(iam)
    assert refused(iam.get_role_policy, RoleName="deckhand", PolicyName="no") == missing(
        "The role policy with name no cannot be found."
    )
    for call in (iam.get_policy_version, iam.set_default_policy_version, iam.delete_policy_version):
        for policy in (arn, NOBODY):
            assert refused(call, PolicyArn=policy, VersionId="v9") == missing(
                f"Policy {policy} version v9 does not exist or is not attachable."
            )
    assert refused(iam.list_entities_for_policy, PolicyArn=NOBODY) == missing(
        f"Policy {NOBODY} does not exist or is not attachable."
    )
    saml = f"arn:aws:iam::{ACCOUNT}:saml-provider/no"
    for call in (iam.get_saml_provider, iam.delete_saml_provider):
        assert refused(call, SAMLProviderArn=saml) == missing(f"Manifest not found for arn {saml}")
    oidc = f"arn:aws:iam::{ACCOUNT}:oidc-provider/no.example.com"
    assert refused(iam.delete_open_id_connect_provider, OpenIDConnectProviderArn=oidc) == missing(
        f"OpenId connect Provider {oidc} cannot be found."
    )
    ssh = {"UserName": "mate", "SSHPublicKeyId": "APKA" + "X" * 17}
    assert refused(iam.delete_ssh_public_key, **ssh) == missing(
        f"The Public Key with id {ssh['SSHPublicKeyId']} cannot be found."
    )
    assert refused(iam.upload_signing_certificate, UserName="mate", CertificateBody="wax") == (
        "MalformedCertificate", "Certificate wax is malformed.", 400,
    )  # fmt: skip


def test_nobody_is_told_of_a_key_that_is_not_there(iam: Any) -> None:
    caller = client("sts").get_caller_identity()["Arn"]
    assert refused(iam.get_access_key_last_used, AccessKeyId="AKIA" + "X" * 16) == (
        "AccessDenied",
        f"User: {caller} is not authorized to perform iam:GetAccessKeyLastUsed on resource: "
        f"access key AKIA{'X' * 16}",
        403,
    )


def test_nobody_has_a_policy_as_a_kind_of_policy(iam: Any) -> None:
    arn = policy_of(iam)
    role_of(iam)
    iam.attach_role_policy(RoleName="deckhand", PolicyArn=arn)
    found = iam.list_entities_for_policy(PolicyArn=arn, EntityFilter="LocalManagedPolicy")
    assert found["PolicyRoles"] == []


def test_arns_of_policies(iam: Any) -> None:
    role_of(iam)
    asked = {"RoleName": "deckhand", "PolicyArn": "rigging-without-an-arn"}
    assert refused(iam.attach_role_policy, **asked) == (
        "ValidationError", "ARN rigging-without-an-arn is not valid.", 400,
    )  # fmt: skip
    arn = f"arn:aws:iam::{ACCOUNT}:sail/jib"
    refusal = ("InvalidInput", f"ARN {arn} is not valid.", 400)
    named = {"RoleName": "deckhand", "PermissionsBoundary": arn}
    assert refused(iam.put_role_permissions_boundary, **named) == refusal
    assert refused(iam.create_role, AssumeRolePolicyDocument=TRUST, **named) == refusal


def test_actions_of_trust_policies(iam: Any) -> None:
    role_of(iam)
    statement = {**STATEMENT, "Action": "sts:Embark"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    asked = {"RoleName": "deckhand", "PolicyDocument": document}
    assert refused(iam.update_assume_role_policy, **asked) == (
        "MalformedPolicyDocument",
        "AssumeRole policy may only specify STS AssumeRole actions.",
        400,
    )


# Parameters


@pytest.mark.parametrize("kind", ["role", "user", "policy"])
def test_tags_that_are_refused(iam: Any, kind: str) -> None:
    named = {"role": {"RoleName": "deckhand"}, "user": {"UserName": "mate"}}.get(kind, {})
    if kind == "role":
        role_of(iam)
    elif kind == "user":
        iam.create_user(UserName="mate")
    else:
        named = {"PolicyArn": policy_of(iam)}
    tag, untag = getattr(iam, f"tag_{kind}"), getattr(iam, f"untag_{kind}")

    def said(*keys: str, value: str = "1") -> tuple[str, str, int]:
        return refused(tag, Tags=[{"Key": key, "Value": value} for key in keys], **named)

    many = [f"k{number}" for number in range(51)]
    long = "Member must have length less than or equal to {}"
    assert said(*many) == invalid("tags", long.format(50))
    assert said("a" * 129) == invalid("tags.1.member.key", long.format(128))
    assert said("a", value="1" * 257) == invalid("tags.1.member.value", long.format(256))
    assert said("a", "b!") == invalid("tags.2.member.key", KEY_RULE)
    words = "Duplicate tag keys found." if kind == "policy" else INSENSITIVE
    assert said("a", "a") == ("InvalidInput", words, 400)
    assert refused(untag, TagKeys=many, **named) == invalid("tagKeys", long.format(50))
    assert refused(untag, TagKeys=["a!"], **named) == invalid("tagKeys", KEYS_RULE)
    tag(Tags=[{"Key": key, "Value": "1"} for key in many[:50]], **named)
    assert said("k51") == (
        "LimitExceeded",
        "The number of tags has reached the maximum limit.",
        409,
    )


def test_tags_of_policies_go_by_case_and_are_listed_by_length(iam: Any) -> None:
    tags = [{"Key": key, "Value": key} for key in ("mast", "b", "B")]
    arn = policy_of(iam, Tags=tags)
    listed = iam.list_policy_tags(PolicyArn=arn)["Tags"]
    assert [tag["Key"] for tag in listed] == ["B", "b", "mast"]
    iam.untag_policy(PolicyArn=arn, TagKeys=["b"])
    assert len(iam.list_policy_tags(PolicyArn=arn)["Tags"]) == 2


def test_names_paths_and_versions(iam: Any) -> None:
    assert refused(iam.create_user, UserName="first mate") == (
        "ValidationError",
        "The specified value for userName is invalid. It must contain only alphanumeric "
        "characters and/or the following: +=,.@_-",
        400,
    )
    assert refused(iam.create_group, GroupName="watch", Path="night/")[1].startswith(
        "The specified value for path is invalid. It must begin and end with /"
    )
    iam.create_virtual_mfa_device(VirtualMFADeviceName=f"m{uuid.uuid4().hex}", Path="/a//b/")
    asked = {"PolicyArn": policy_of(iam), "VersionId": "latest"}
    rule = r"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"
    assert refused(iam.set_default_policy_version, **asked) == invalid("versionId", rule)
    assert refused(iam.list_users, Marker="made-up")[:2] == ("ValidationError", "Invalid Marker.")


def test_several_faults_come_in_the_order_of_their_buckets(iam: Any) -> None:
    asked = {"MaxPasswordAge": 1096, "MinimumPasswordLength": 129, "PasswordReusePrevention": 25}
    code, message, _ = refused(iam.update_account_password_policy, **asked)
    assert code == "ValidationError"
    assert message.startswith("3 validation errors detected: Value at 'minimumPasswordLength' ")
    assert message.index("passwordReusePrevention") < message.index("maxPasswordAge")
    items = {"Url": "https://id.example.com", "ThumbprintList": ["f" * 41]}
    assert refused(iam.create_open_id_connect_provider, **items) == invalid(
        "thumbprintList",
        "Member must satisfy constraint: [Member must have length less than or equal to 40, "
        "Member must have length greater than or equal to 40]",
    )
