"""AWS::KMS, type by type."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client, several

from dryrun.cloud.cloudformation.providers.base import ResourceError

KEY = "AWS::KMS::Key"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}


def test_key() -> None:
    properties = {
        "Description": "tickets",
        "KeyPolicy": POLICY,
        "EnableKeyRotation": True,
        "PendingWindowInDays": 7,
        "Tags": [{"Key": "a", "Value": "1"}],
    }
    with Trial(KEY, properties) as key:
        found = key.read()
        assert key.physical_id == found["KeyId"]
        assert found["Arn"].endswith(f":key/{key.physical_id}")
        assert {name: found[name] for name in properties} == properties
        found = key.update({"KeyPolicy": {**POLICY, "Id": "two"}, "Enabled": False})
        assert found["KeyPolicy"]["Id"] == "two"
        assert (found["Description"], found["EnableKeyRotation"]) == ("", False)
        assert found["Enabled"] is False
        assert "Tags" not in found
        with pytest.raises(ResourceError, match="KeySpec") as refused:
            key.update({**key.properties, "KeySpec": "RSA_2048"})
        assert refused.value.code == "NotUpdatable"
    assert client("kms").describe_key(KeyId=key.physical_id)["KeyMetadata"]["KeyState"] == (
        "PendingDeletion"
    )


def test_key_for_signatures() -> None:
    properties = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "KeyPolicy": POLICY}
    with Trial(KEY, properties) as key:
        found = key.read()
        assert {name: found[name] for name in properties} == properties


def test_alias() -> None:
    one, two = Trial(KEY, {}, logical_id="One"), Trial(KEY, {}, logical_id="Two")
    with several(one, two):
        properties = {"AliasName": "alias/ferry", "TargetKeyId": one.physical_id}
        with Trial("AWS::KMS::Alias", properties) as alias:
            assert alias.physical_id == "alias/ferry"
            assert alias.read() == properties
            with pytest.raises(ClientError, match="already exists"):
                Trial("AWS::KMS::Alias", properties).create()
            other = {**properties, "TargetKeyId": two.read()["Arn"]}
            assert alias.update(other) == other
            found = client("kms").describe_key(KeyId="alias/ferry")["KeyMetadata"]["KeyId"]
            assert found == two.physical_id


def test_replica_key() -> None:
    with Trial(KEY, {"MultiRegion": True, "KeyPolicy": POLICY}, region="us-west-2") as primary:
        properties = {
            "PrimaryKeyArn": primary.read()["Arn"],
            "KeyPolicy": POLICY,
            "Description": "copy",
            "Tags": [{"Key": "a", "Value": "1"}],
        }
        with Trial("AWS::KMS::ReplicaKey", properties) as replica:
            found = replica.read()
            assert found["KeyId"] == primary.physical_id
            assert found["Arn"].startswith("arn:aws:kms:us-east-1:")
            assert {name: found[name] for name in properties} == properties
            assert primary.read()["Description"] == ""
            found = replica.update({**properties, "Description": "second"})
            assert found["Description"] == "second"
