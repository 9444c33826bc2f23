"""Rotation of secrets by a function, step by step."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import Account

from dryrun.cloud import launcher
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace

ROTATE = """
import boto3, json

secrets = boto3.client("secretsmanager")

def handler(event, context):
    print("STEP", json.dumps(event))
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    if "rusty" in secret and step == "setSecret":
        raise RuntimeError("the lock does not turn")
    stages = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    if "AWSPENDING" not in stages[token]:
        raise ValueError(stages)
    if step == "createSecret":
        try:
            secrets.get_secret_value(
                SecretId=secret, VersionId=token, VersionStage="AWSPENDING"
            )
        except secrets.exceptions.ResourceNotFoundException:
            secrets.put_secret_value(
                SecretId=secret, SecretString="new", ClientRequestToken=token,
                VersionStages=["AWSPENDING"],
            )
    if step == "finishSecret":
        current = next(one for one in stages if "AWSCURRENT" in stages[one])
        secrets.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token,
            RemoveFromVersionId=current,
        )
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = Workspace(Path(tmp_path_factory.mktemp("rotation")) / "lab")
    yield workspace
    with contextlib.suppress(CloudError):
        launcher.stop(workspace)


@pytest.fixture(scope="module")
def account(own: Workspace) -> Account:
    return Account(launcher.start(own))


@pytest.fixture(scope="module")
def function(account: Account) -> str:
    role = account.role("rotate", "arn:aws:iam::aws:policy/SecretsManagerReadWrite")
    arn = account.function("rotate", ROTATE, role, Timeout=30)
    account.client("lambda").add_permission(
        FunctionName="rotate",
        StatementId="secrets",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    return arn


def steps(account: Account, secret: str) -> list[str]:
    lines = [one for one in account.log("rotate") if one.startswith("STEP")]
    events = [json.loads(line.removeprefix("STEP ")) for line in lines]
    return [one["Step"] for one in events if one["SecretId"] == secret]


def stages(secrets: Any, name: str) -> list[list[str]]:
    found = secrets.list_secret_version_ids(SecretId=name)["Versions"]
    return [one["VersionStages"] for one in found]


def test_a_secret_is_rotated_in_four_steps(account: Account, function: str) -> None:
    secrets = account.client("secretsmanager")
    made = secrets.create_secret(Name="lock", SecretString="old")
    rules = {"AutomaticallyAfterDays": 1}
    rotated = secrets.rotate_secret(
        SecretId="lock", RotationLambdaARN=function, RotationRules=rules
    )
    assert (rotated["ARN"], rotated["Name"]) == (made["ARN"], "lock")
    assert stages(secrets, "lock") == [["AWSPREVIOUS"], ["AWSCURRENT", "AWSPENDING"]]
    found = secrets.get_secret_value(SecretId="lock")
    assert (found["SecretString"], found["VersionId"]) == ("new", rotated["VersionId"])
    assert steps(account, made["ARN"]) == [
        "createSecret",
        "setSecret",
        "testSecret",
        "finishSecret",
    ]
    told = secrets.describe_secret(SecretId="lock")
    assert (told["RotationEnabled"], told["RotationLambdaARN"]) == (True, function)
    assert told["RotationRules"] == rules
    assert (told["NextRotationDate"] - told["LastRotatedDate"]).days == 1
    again = secrets.rotate_secret(SecretId="lock")["VersionId"]
    assert secrets.get_secret_value(SecretId="lock")["VersionId"] == again


def test_a_rotation_that_fails_stops_and_is_tried_again(account: Account, function: str) -> None:
    secrets = account.client("secretsmanager")
    made = secrets.create_secret(Name="rusty", SecretString="old")
    pending = secrets.rotate_secret(SecretId="rusty", RotationLambdaARN=function)["VersionId"]
    assert steps(account, made["ARN"]) == ["createSecret", "setSecret"]
    assert stages(secrets, "rusty") == [["AWSCURRENT"], ["AWSPENDING"]]
    assert "LastRotatedDate" not in secrets.describe_secret(SecretId="rusty")
    with pytest.raises(ClientError) as refused:
        secrets.rotate_secret(SecretId="rusty")
    assert refused.value.response["Error"] == {
        "Code": "InvalidRequestException",
        "Message": "A previous rotation isn't complete. That rotation will be reattempted.",
    }
    assert steps(account, made["ARN"]) == ["createSecret", "setSecret"] * 2
    found = secrets.get_secret_value(SecretId="rusty", VersionStage="AWSPENDING")
    assert found["VersionId"] == pending


def test_a_stack_rotates_at_once_unless_told_otherwise(account: Account, function: str) -> None:
    secrets, cloudformation = account.client("secretsmanager"), account.client("cloudformation")
    schedule = {"RotationLambdaARN": function, "RotationRules": {"AutomaticallyAfterDays": 3}}
    resources: dict[str, Any] = {}
    for name, more in (("Now", {}), ("Later", {"RotateImmediatelyOnUpdate": False})):
        resources[name] = {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {"Name": name, "SecretString": "old"},
        }
        resources[f"{name}Rotation"] = {
            "Type": "AWS::SecretsManager::RotationSchedule",
            "Properties": {"SecretId": {"Ref": name}, **schedule, **more},
        }
    body = json.dumps({"Resources": resources})
    cloudformation.create_stack(StackName="locks", TemplateBody=body)
    stack = cloudformation.describe_stacks(StackName="locks")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert secrets.get_secret_value(SecretId="Now")["SecretString"] == "new"
    assert secrets.get_secret_value(SecretId="Later")["SecretString"] == "old"


def test_rotations_outlive_their_cloud(account: Account, function: str, own: Workspace) -> None:
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="kept", SecretString="old")
    secrets.rotate_secret(SecretId="kept", RotationLambdaARN=function)
    secrets.get_secret_value(SecretId="kept")

    def told() -> list[Any]:
        return [
            [
                secrets.describe_secret(SecretId=one["ARN"])[name]
                for name in ("ARN", "LastChangedDate")
            ]
            + secrets.list_secret_version_ids(SecretId=one["ARN"])["Versions"]
            for one in secrets.list_secrets()["SecretList"]
        ]

    before = told()
    launcher.stop(own)
    secrets = Account(launcher.start(own)).client("secretsmanager")
    assert told() == before
    assert secrets.get_secret_value(SecretId="kept")["SecretString"] == "new"
