"""AWS::SSO: permission sets and assignments."""

from __future__ import annotations

import re

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import GoneError, ResourceError

INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT = "arn:aws:iam::aws:policy/SecurityAudit"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}],
}
SET = {
    "InstanceArn": INSTANCE,
    "Name": "readers",
    "Description": "who may read",
    "SessionDuration": "PT2H",
    "ManagedPolicies": [READ],
    "InlinePolicy": POLICY,
    "CustomerManagedPolicyReferences": [{"Name": "boats", "Path": "/"}],
    "Tags": [{"Key": "team", "Value": "blue"}],
}


def test_permission_set() -> None:
    with Trial("AWS::SSO::PermissionSet", SET) as it:
        read = it.read()
        assert {name: read[name] for name in SET} == SET
        assert it.physical_id == f"{INSTANCE}|{read['PermissionSetArn']}"
        assert re.fullmatch(
            r"arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-[0-9a-f]{16}",
            read["PermissionSetArn"],
        )
        changed = {
            "InstanceArn": INSTANCE,
            "Name": "readers",
            "ManagedPolicies": [AUDIT],
            "Tags": [{"Key": "team", "Value": "red"}],
        }
        read = it.update(changed)
        assert read["ManagedPolicies"] == [AUDIT]
        assert read["CustomerManagedPolicyReferences"] == []
        assert "InlinePolicy" not in read
        assert read["Tags"] == [{"Key": "team", "Value": "red"}]
        listed = client("sso-admin").list_managed_policies_in_permission_set(
            InstanceArn=INSTANCE, PermissionSetArn=read["PermissionSetArn"]
        )
        assert [one["Name"] for one in listed["AttachedManagedPolicies"]] == ["SecurityAudit"]
    with pytest.raises(GoneError):
        it.read()


def test_assignment() -> None:
    with Trial("AWS::SSO::PermissionSet", {"InstanceArn": INSTANCE, "Name": "few"}) as few:
        asked = {
            "InstanceArn": INSTANCE,
            "PermissionSetArn": few.read()["PermissionSetArn"],
            "TargetId": "123456789012",
            "TargetType": "AWS_ACCOUNT",
            "PrincipalType": "GROUP",
            "PrincipalId": "906760d5da-12345678-1234-1234-1234-123456789012",
        }
        with Trial("AWS::SSO::Assignment", asked) as it:
            assert it.read() == asked
            assert it.physical_id.startswith(f"{INSTANCE}|123456789012|AWS_ACCOUNT|")
            with pytest.raises(ResourceError, match="associated with it"):
                few.delete()
        with pytest.raises(GoneError):
            it.read()
