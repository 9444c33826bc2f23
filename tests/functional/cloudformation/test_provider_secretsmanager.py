"""AWS::SecretsManager, type by type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

SECRET = "AWS::SecretsManager::Secret"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def value(secret: Trial) -> str:
    found = client("secretsmanager").get_secret_value(SecretId=secret.physical_id)
    return str(found["SecretString"])


def test_written_secret() -> None:
    properties = {"SecretString": "one", "Description": "d", "Name": "ferry/db", "Tags": TAGS}
    with Trial(SECRET, properties) as secret:
        found = secret.read()
        assert found["Id"] == secret.physical_id
        assert ":secret:ferry/db-" in secret.physical_id
        assert {name: found[name] for name in properties} == properties
        found = secret.update({**properties, "SecretString": "two", "Tags": TAGS[:1]})
        assert found["Tags"] == TAGS[:1]
        assert value(secret) == "two"
        found = secret.update({"SecretString": "two", "Name": "ferry/db"})
        assert found["Description"] == "d"
        assert found["Tags"] == []
    with Trial(SECRET, properties):
        pass


def test_generated_secret() -> None:
    asked: dict[str, Any] = {
        "SecretStringTemplate": '{"username": "admin"}',
        "GenerateStringKey": "password",
        "PasswordLength": 24,
        "ExcludePunctuation": True,
        "ExcludeCharacters": "abcdefABCDEF0123",
    }
    with Trial(SECRET, {"GenerateSecretString": asked}) as secret:
        assert ":secret:Thing-" in secret.physical_id
        first = json.loads(value(secret))
        assert list(first) == ["username", "password"]
        assert len(first["password"]) == 24
        assert first["password"].isalnum()
        assert not set(first["password"]) & set(asked["ExcludeCharacters"])
        secret.update({"GenerateSecretString": asked, "Description": "same password"})
        assert json.loads(value(secret)) == first
        secret.update({"GenerateSecretString": {**asked, "PasswordLength": 30}})
        assert len(json.loads(value(secret))["password"]) == 30
    with Trial(SECRET, {"GenerateSecretString": {}}) as secret:
        assert len(value(secret)) == 32
    with pytest.raises(ResourceError, match="GenerateStringKey"):
        Trial(SECRET, {"GenerateSecretString": {"GenerateStringKey": "x"}}).create()
    wrong = {"SecretStringTemplate": "{", "GenerateStringKey": "x"}
    with pytest.raises(ResourceError, match="SecretStringTemplate JSON"):
        Trial(SECRET, {"GenerateSecretString": wrong}).create()


def test_replicated_secret() -> None:
    replica = [{"Region": "us-west-2"}]
    with Trial(SECRET, {"SecretString": "x", "ReplicaRegions": replica}) as secret:
        assert secret.read()["ReplicaRegions"] == replica
        assert "ReplicaRegions" not in secret.update({"SecretString": "x"})


def test_resource_policy() -> None:
    with Trial(SECRET, {"SecretString": "x"}) as secret:
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": "*",
                }
            ],
        }
        properties = {"SecretId": secret.physical_id, "ResourcePolicy": policy}
        with Trial("AWS::SecretsManager::ResourcePolicy", properties) as it:
            assert it.physical_id == secret.physical_id
            assert it.read() == {"Id": secret.physical_id, **properties}
            changed = {**properties, "ResourcePolicy": {**policy, "Id": "two"}}
            assert it.update(changed)["ResourcePolicy"]["Id"] == "two"


def test_target_attachment() -> None:
    rds = client("rds")
    for name, engine in (("ferry", "mysql"), ("other", "postgres")):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t3.micro",
            Engine=engine,
            MasterUsername="admin",
            MasterUserPassword="password",
            AllocatedStorage=20,
            DBName="tickets",
        )
    asked = {"SecretStringTemplate": '{"username":"admin"}', "GenerateStringKey": "password"}
    with Trial(SECRET, {"GenerateSecretString": asked}) as secret:
        properties = {
            "SecretId": secret.physical_id,
            "TargetId": "ferry",
            "TargetType": "AWS::RDS::DBInstance",
        }
        with Trial("AWS::SecretsManager::SecretTargetAttachment", properties) as attached:
            assert attached.physical_id == secret.physical_id
            assert attached.read() == {"Id": secret.physical_id, **properties}
            found = json.loads(value(secret))
            instance = rds.describe_db_instances(DBInstanceIdentifier="ferry")["DBInstances"][0]
            assert found["username"] == "admin"
            assert len(found["password"]) == 32
            assert found["engine"] == "mysql"
            assert found["host"] == instance["Endpoint"]["Address"]
            assert found["port"] == instance["Endpoint"]["Port"]
            assert (found["dbname"], found["dbInstanceIdentifier"]) == ("tickets", "ferry")
            attached.update({**properties, "TargetId": "other"})
            assert json.loads(value(secret))["engine"] == "postgres"
        assert list(json.loads(value(secret))) == ["username", "password"]
        odd = {**properties, "TargetType": "AWS::Odd::Thing"}
        with pytest.raises(NotSimulatedError, match="AWS::Odd::Thing"):
            Trial("AWS::SecretsManager::SecretTargetAttachment", odd).create()
