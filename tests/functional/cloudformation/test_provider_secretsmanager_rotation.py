"""AWS::SecretsManager::RotationSchedule, and RotateSecret."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def function() -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = client("iam").create_role(
        RoleName="rotates", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
    made = client("lambda").create_function(
        FunctionName="rotate",
        Role=role,
        Runtime="python3.12",
        Handler="index.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    return str(made["FunctionArn"])


def test_rotation_schedule() -> None:
    secrets, arn = client("secretsmanager"), function()
    secret = secrets.create_secret(Name="boats", SecretString="x")["ARN"]
    asked = {
        "SecretId": secret,
        "RotationLambdaARN": arn,
        "RotationRules": {"AutomaticallyAfterDays": 30},
        "RotateImmediatelyOnUpdate": False,
    }
    with pytest.raises(ClientError, match="Secrets Manager cannot invoke"):
        Trial("AWS::SecretsManager::RotationSchedule", asked).create()
    client("lambda").add_permission(
        FunctionName="rotate",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    with Trial("AWS::SecretsManager::RotationSchedule", asked) as it:
        assert it.physical_id == secret
        assert it.read() == {**asked, "Id": secret}
        found = secrets.describe_secret(SecretId="boats")
        assert found["RotationEnabled"] is True
        assert "NextRotationDate" in found
        rules = {"ScheduleExpression": "rate(10 days)", "Duration": "2h"}
        assert it.update({**asked, "RotationRules": rules})["RotationRules"] == rules
    assert secrets.describe_secret(SecretId="boats")["RotationEnabled"] is False
