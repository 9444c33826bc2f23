"""AWS::IAM, type by type."""

from __future__ import annotations

from typing import Any

import pem
import pytest
from botocore.exceptions import ClientError
from trial import Trial, client, several

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def allow(action: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(name: str, **properties: Any) -> Trial:
    properties = {"AssumeRolePolicyDocument": TRUST, "RoleName": name, **properties}
    return Trial("AWS::IAM::Role", properties)


def user(name: str, **properties: Any) -> Trial:
    return Trial("AWS::IAM::User", {"UserName": name, **properties})


def test_role() -> None:
    properties = {
        "AssumeRolePolicyDocument": TRUST,
        "Description": "works",
        "ManagedPolicyArns": [READ_ONLY],
        "MaxSessionDuration": 7200,
        "Path": "/service/",
        "PermissionsBoundary": ADMINISTRATOR,
        "Policies": [{"PolicyName": "one", "PolicyDocument": allow("s3:*")}],
        "Tags": TAGS,
    }
    with Trial("AWS::IAM::Role", properties) as it:
        found = it.read()
        assert {name: found[name] for name in properties} == properties
        assert it.physical_id.startswith("trial-Thing-")
        assert found["Arn"].endswith(f":role/service/{it.physical_id}")
        assert found["RoleId"].startswith("AROA")
        changed = {
            "AssumeRolePolicyDocument": TRUST,
            "ManagedPolicyArns": [ADMINISTRATOR],
            "Policies": [{"PolicyName": "two", "PolicyDocument": allow("sqs:*")}],
            "Tags": TAGS[1:],
        }
        found = it.update(changed)
        assert {name: found[name] for name in changed} == changed
        assert found["MaxSessionDuration"] == 3600
        assert "PermissionsBoundary" not in found
        assert "Description" not in found


def test_role_of_a_stack_always_has_a_description() -> None:
    with role("plain") as it:
        assert client("iam").get_role(RoleName="plain")["Role"]["Description"] == ""
        assert "Description" not in it.read()


def test_role_kept_by_what_others_attached() -> None:
    with role("kept", ManagedPolicyArns=[READ_ONLY]) as it:
        client("iam").put_role_policy(
            RoleName="kept",
            PolicyName="by-hand",
            PolicyDocument='{"Statement":[{"Effect":"Allow",'
            '"Action":"s3:*","Resource":"*"}],"Version":"2012-10-17"}',
        )
        with pytest.raises(ClientError, match="must delete policies first"):
            it.delete()
        client("iam").delete_role_policy(RoleName="kept", PolicyName="by-hand")
        with Trial("AWS::IAM::InstanceProfile", {"Roles": ["kept"], "Path": "/p/"}) as profile:
            found = profile.read()
            assert (found["Roles"], found["Path"]) == (["kept"], "/p/")
            assert found["Arn"].endswith(f":instance-profile/p/{profile.physical_id}")
            with pytest.raises(ClientError, match="must remove roles from instance profile"):
                it.delete()


def test_role_with_a_malformed_policy_leaves_nothing() -> None:
    policies = [{"PolicyName": "bad", "PolicyDocument": {"Statement": [{"Effect": "Maybe"}]}}]
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        role("broken", Policies=policies).create()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        client("iam").get_role(RoleName="broken")


def test_instance_profile_changes_its_role() -> None:
    first = Trial("AWS::IAM::InstanceProfile", {"Roles": ["first"]})
    with role("first"), role("second"), first as profile:
        assert profile.update({"Roles": ["second"]})["Roles"] == ["second"]


def test_inline_policy() -> None:
    group = Trial("AWS::IAM::Group", {"GroupName": "crew"})
    with several(role("porter"), user("ann"), group):
        properties = {
            "PolicyName": "carry",
            "PolicyDocument": allow("s3:*"),
            "Roles": ["porter"],
            "Users": ["ann"],
        }
        with Trial("AWS::IAM::Policy", properties) as policy:
            assert policy.physical_id.startswith("trial-Thing-")
            assert policy.read() == {**properties, "Id": policy.physical_id}
            changed = {
                "PolicyName": "haul",
                "PolicyDocument": allow("sqs:*"),
                "Groups": ["crew"],
                "Users": ["ann"],
            }
            assert policy.update(changed) == {**changed, "Id": policy.physical_id}
            iam = client("iam")
            assert iam.list_role_policies(RoleName="porter")["PolicyNames"] == []
            assert iam.list_user_policies(UserName="ann")["PolicyNames"] == ["haul"]


def test_managed_policy_has_five_versions_at_most() -> None:
    with role("reader"), user("ben"):
        properties = {
            "Description": "reads",
            "ManagedPolicyName": "reading",
            "PolicyDocument": allow("s3:*"),
            "Roles": ["reader"],
        }
        with Trial("AWS::IAM::ManagedPolicy", properties) as policy:
            found = policy.read()
            assert {name: found[name] for name in properties} == properties
            assert policy.physical_id == found["PolicyArn"]
            assert found["AttachmentCount"] == 1
            for number in range(6):
                found = policy.update(
                    {**properties, "PolicyDocument": allow(f"s3:Get{number}*"), "Users": ["ben"]}
                )
            assert found["DefaultVersionId"] == "v7"
            assert found["Users"] == ["ben"]
            versions = client("iam").list_policy_versions(PolicyArn=policy.physical_id)["Versions"]
            assert sorted(one["VersionId"] for one in versions) == ["v3", "v4", "v5", "v6", "v7"]


def test_managed_policy_attached_by_others_is_kept() -> None:
    iam = client("iam")
    with user("cid"), Trial("AWS::IAM::ManagedPolicy", {"PolicyDocument": allow("s3:*")}) as policy:
        iam.attach_user_policy(UserName="cid", PolicyArn=policy.physical_id)
        with pytest.raises(ClientError, match="Cannot delete a policy attached to entities"):
            policy.delete()
        iam.detach_user_policy(UserName="cid", PolicyArn=policy.physical_id)


@pytest.mark.parametrize("kind", ["Role", "User", "Group"])
def test_policy_of_one_holder(kind: str) -> None:
    trust = {"AssumeRolePolicyDocument": TRUST} if kind == "Role" else {}
    with Trial(f"AWS::IAM::{kind}", {**trust, f"{kind}Name": "dora"}):
        properties = {
            f"{kind}Name": "dora",
            "PolicyName": "one",
            "PolicyDocument": allow("s3:*"),
        }
        with Trial(f"AWS::IAM::{kind}Policy", properties) as policy:
            assert policy.physical_id == "one|dora"
            assert policy.read() == properties
            properties = {**properties, "PolicyDocument": allow("sqs:*")}
            assert policy.update(properties) == properties


def test_user() -> None:
    with (
        Trial("AWS::IAM::Group", {"GroupName": "night"}),
        Trial("AWS::IAM::Group", {"GroupName": "day"}),
    ):
        properties = {
            "Groups": ["night"],
            "LoginProfile": {"Password": "Secret-123", "PasswordResetRequired": True},
            "ManagedPolicyArns": [READ_ONLY],
            "Path": "/staff/",
            "PermissionsBoundary": ADMINISTRATOR,
            "Policies": [{"PolicyName": "one", "PolicyDocument": allow("s3:*")}],
            "Tags": TAGS,
        }
        with Trial("AWS::IAM::User", properties) as it:
            found = it.read()
            assert found["LoginProfile"] == {"PasswordResetRequired": True}
            kept = [name for name in properties if name != "LoginProfile"]
            assert {name: found[name] for name in kept} == {n: properties[n] for n in kept}
            assert found["Arn"].endswith(f":user/staff/{it.physical_id}")
            found = it.update({"Groups": ["day"], "Tags": []})
            assert found["Groups"] == ["day"]
            assert found["Path"] == "/"
            assert (found["Policies"], found["ManagedPolicyArns"], found["Tags"]) == ([], [], [])
            assert "LoginProfile" not in found
            assert "PermissionsBoundary" not in found


def test_group_is_kept_by_its_users() -> None:
    properties = {
        "GroupName": "deck",
        "ManagedPolicyArns": [READ_ONLY],
        "Policies": [{"PolicyName": "one", "PolicyDocument": allow("s3:*")}],
    }
    with Trial("AWS::IAM::Group", properties) as group, user("eve"), user("fay"):
        found = group.read()
        assert {name: found[name] for name in properties} == properties
        assert group.update({"GroupName": "deck"})["Policies"] == []
        addition = {"GroupName": "deck", "Users": ["eve"]}
        with Trial("AWS::IAM::UserToGroupAddition", addition) as added:
            assert added.read()["Users"] == ["eve"]
            assert added.update({"GroupName": "deck", "Users": ["fay"]})["Users"] == ["fay"]
            with pytest.raises(ClientError, match="must remove users from group first"):
                group.delete()


def test_access_key() -> None:
    with user("gus"), Trial("AWS::IAM::AccessKey", {"UserName": "gus", "Serial": 1}) as key:
        found = key.read()
        assert found["Id"] == key.physical_id
        assert len(found["SecretAccessKey"]) == 40
        assert (found["Status"], found["Serial"]) == ("Active", 1)
        found = key.update({"UserName": "gus", "Serial": 1, "Status": "Inactive"})
        assert found["Status"] == "Inactive"


def test_service_linked_role() -> None:
    properties = {"AWSServiceName": "ecs.amazonaws.com", "Description": "runs"}
    with Trial("AWS::IAM::ServiceLinkedRole", properties) as it:
        assert it.physical_id == "AWSServiceRoleForECS"
        assert it.read() == {**properties, "RoleName": it.physical_id}
        changed = {**properties, "Description": "other"}
        assert it.update(changed)["Description"] == "other"


def test_identity_providers() -> None:
    properties = {
        "ClientIdList": ["sts.amazonaws.com"],
        "Tags": TAGS,
        "ThumbprintList": ["a" * 40],
        "Url": "https://token.actions.githubusercontent.com",
    }
    with Trial("AWS::IAM::OIDCProvider", properties) as it:
        assert it.physical_id.endswith(":oidc-provider/token.actions.githubusercontent.com")
        found = it.read()
        assert found["ClientIdList"] == ["sts.amazonaws.com"]
        assert found["Url"] == properties["Url"]
        found = it.update({**properties, "ThumbprintList": ["b" * 40], "Tags": TAGS[:1]})
        assert (found["ThumbprintList"], found["Tags"]) == (["b" * 40], TAGS[:1])
    document = "<EntityDescriptor>one</EntityDescriptor>" * 30
    with Trial("AWS::IAM::SAMLProvider", {"Name": "ad", "SamlMetadataDocument": document}) as saml:
        assert saml.read()["SamlMetadataDocument"] == document
        changed = {"Name": "ad", "SamlMetadataDocument": document * 2}
        assert saml.update(changed)["SamlMetadataDocument"] == document * 2


def test_certificate_and_device() -> None:
    body = pem.certificate()
    properties = {"CertificateBody": body, "PrivateKey": "key", "ServerCertificateName": "web"}
    with Trial("AWS::IAM::ServerCertificate", properties) as certificate:
        found = certificate.read()
        assert (found["CertificateBody"], found["Path"]) == (body, "/")
        assert found["Arn"].endswith(":server-certificate/web")
    properties = {"VirtualMfaDeviceName": "phone", "Users": ["hal"], "Tags": TAGS, "Path": "/x/"}
    with Trial("AWS::IAM::VirtualMFADevice", properties) as device:
        found = device.read()
        assert device.physical_id.endswith(":mfa/x/phone")
        assert {name: found[name] for name in properties} == properties
        assert device.update({**properties, "Tags": TAGS[1:]})["Tags"] == TAGS[1:]
