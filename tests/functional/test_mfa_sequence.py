"""The sequence people get wrong, in a cloud of its own: denied, code, session, allowed, expired.

Follows "Use the AWS CLI to call API operations that require MFA" (AWS re:Post knowledge centre) and
"Secure API access with MFA" (IAM User Guide).
"""

from __future__ import annotations

import json
from typing import Any

import admin
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.launcher import Running

DENY_WITHOUT_MFA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "NotAction": "sts:GetSessionToken",
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        },
    ],
}


def client(running: Running, service: str, key: dict[str, Any] | None = None) -> Any:
    given = key or {"AccessKeyId": ADMIN_KEY_ID, "SecretAccessKey": admin.secret_of(running)}
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        config=Config(retries={"total_max_attempts": 1}),
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given.get("SessionToken"),
    )


def phone(running: Running) -> dict[str, Any]:
    return running.control("phone", {"device": "purser"})


def advance(running: Running, seconds: float) -> None:
    running.control("clock", {"action": "advance", "seconds": seconds})


def code_of(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


def test_the_sequence(running: Running) -> None:
    iam = client(running, "iam")
    iam.create_user(UserName="purser")
    iam.put_user_policy(
        UserName="purser", PolicyName="mfa", PolicyDocument=json.dumps(DENY_WITHOUT_MFA)
    )
    key = iam.create_access_key(UserName="purser")["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="purser")["VirtualMFADevice"]
    which = {"SerialNumber": device["SerialNumber"]}
    seen = phone(running)
    codes = {"AuthenticationCode1": seen["before"], "AuthenticationCode2": seen["code"]}
    iam.enable_mfa_device(UserName="purser", **which, **codes)

    sts = client(running, "sts", key)
    plain = sts.get_session_token()["Credentials"]
    assert code_of(client(running, "s3", key).list_buckets) == "AccessDenied"
    assert code_of(client(running, "s3", plain).list_buckets) == "AccessDenied"

    seen = phone(running)
    # A slow computer may have come into the next half minute, which has a code of its own.
    used_up = seen["code"] == codes["AuthenticationCode2"]
    assert (seen["wait"] > 0) == used_up
    advance(running, seen["wait"])
    seen = phone(running)
    assert seen["wait"] == 0
    session = sts.get_session_token(**which, TokenCode=seen["code"], DurationSeconds=3600)
    with pytest.raises(ClientError, match="invalid MFA one time pass code"):
        sts.get_session_token(**which, TokenCode=seen["code"])
    client(running, "s3", session["Credentials"]).list_buckets()
    advance(running, 3600)
    assert code_of(client(running, "s3", session["Credentials"]).list_buckets) == "ExpiredToken"
    with pytest.raises(ClientError, match="security token included in the request is expired"):
        client(running, "sts", session["Credentials"]).get_caller_identity()


def test_the_lab_vouches_for_a_web_identity(running: Running) -> None:
    iam = client(running, "iam")
    address = "https://token.quay.example.com"
    made = iam.create_open_id_connect_provider(Url=address, ClientIDList=["ferry"])
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": made["OpenIDConnectProviderArn"]},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"token.quay.example.com:sub": "anna"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName="anna", AssumeRolePolicyDocument=document)["Role"]
    asked = {"provider": address, "audience": "ferry", "subject": "anna"}
    token = running.control("web-identity", asked)["token"]
    given = client(running, "sts").assume_role_with_web_identity(
        RoleArn=role["Arn"], RoleSessionName="anna", WebIdentityToken=token
    )
    arn = client(running, "sts", given["Credentials"]).get_caller_identity()["Arn"]
    assert arn.endswith(":assumed-role/anna/anna")
