"""Secrets Manager: versions and their labels, what is told of secrets, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from in_process import ENDPOINT, client, forget, lab
from signing import ADMIN, REGION, send

NOT_THERE = "Secrets Manager can't find the specified secret"
MARKED = "You can't perform this operation on the secret because it was marked for deletion."
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:none"


@pytest.fixture
def secrets() -> Iterator[Any]:
    lab()
    forget("secretsmanager")
    yield client("secretsmanager")
    forget("secretsmanager")


def labels(secrets: Any, name: str = "buoy", **more: Any) -> list[list[str]]:
    found = secrets.list_secret_version_ids(SecretId=name, **more)["Versions"]
    return [one.get("VersionStages", []) for one in found]


def refusal(operation: Any, **asked: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as refused:
        operation(**asked)
    told = refused.value.response
    if told["Error"]["Code"] not in ("ValidationException", "AccessDeniedException"):
        assert told["Message"] == told["Error"]["Message"]
    status = told["ResponseMetadata"]["HTTPStatusCode"]
    return status, told["Error"]["Code"], told["Error"]["Message"]


def test_labels_move_to_the_newest_version(secrets: Any) -> None:
    first = secrets.create_secret(Name="buoy", SecretString="red")["VersionId"]
    put = secrets.put_secret_value(
        SecretId="buoy", SecretString="green", VersionStages=["PORT", "MINE", "AWSPENDING"]
    )
    assert put["VersionStages"] == ["AWSPENDING", "MINE", "PORT"]
    secrets.put_secret_value(SecretId="buoy", SecretString="grey", VersionStages=["PORT"])
    assert labels(secrets) == [["AWSCURRENT"], ["AWSPENDING", "MINE"], ["PORT"]]
    moved = secrets.update_secret_version_stage(
        SecretId="buoy",
        VersionStage="AWSCURRENT",
        RemoveFromVersionId=first,
        MoveToVersionId=put["VersionId"],
    )
    assert set(moved) == {"ARN", "Name", "ResponseMetadata"}
    assert labels(secrets) == [["AWSPREVIOUS"], ["AWSCURRENT", "AWSPENDING", "MINE"], ["PORT"]]
    found = secrets.get_secret_value(SecretId="buoy")
    assert found["SecretString"] == "green"
    assert found["VersionStages"] == ["AWSCURRENT", "AWSPENDING", "MINE"]
    secrets.put_secret_value(SecretId="buoy", SecretString="white")
    assert labels(secrets) == [["AWSPREVIOUS", "MINE"], ["PORT"], ["AWSCURRENT"]]
    every = labels(secrets, IncludeDeprecated=True)
    assert every == [[], ["AWSPREVIOUS", "MINE"], ["PORT"], ["AWSCURRENT"]]
    assert first not in secrets.describe_secret(SecretId="buoy")["VersionIdsToStages"]
    found = secrets.get_secret_value(SecretId="buoy", VersionId=first)
    assert (found["SecretString"], found["VersionStages"]) == ("red", [])


def test_a_label_is_moved_only_from_where_it_is(secrets: Any) -> None:
    first = secrets.create_secret(Name="buoy", SecretString="red")["VersionId"]
    second = secrets.put_secret_value(
        SecretId="buoy", SecretString="green", VersionStages=["PORT"]
    )["VersionId"]
    move = secrets.update_secret_version_stage
    asked = {"SecretId": "buoy", "VersionStage": "PORT", "MoveToVersionId": first}
    status, code, message = refusal(move, **asked)
    assert (status, code) == (400, "InvalidParameterException")
    assert message.startswith(
        "The parameter RemoveFromVersionId can't be empty. Staging label PORT"
    )
    assert refusal(move, **asked, RemoveFromVersionId=first)[1] == "InvalidParameterException"
    move(**asked, RemoveFromVersionId=second)
    assert labels(secrets) == [["AWSCURRENT", "PORT"]]
    move(SecretId="buoy", VersionStage="PORT", RemoveFromVersionId=first)
    assert labels(secrets) == [["AWSCURRENT"]]


def test_versions_are_told_of_as_aws_does(secrets: Any) -> None:
    made = secrets.create_secret(Name="buoy", SecretString="red")
    found = secrets.list_secret_version_ids(SecretId="buoy")
    assert set(found) == {"Versions", "ARN", "Name", "ResponseMetadata"}
    assert (found["ARN"], found["Name"]) == (made["ARN"], "buoy")
    assert set(found["Versions"][0]) == {"VersionId", "VersionStages", "CreatedDate", "KmsKeyIds"}
    assert found["Versions"][0]["KmsKeyIds"] == ["DefaultEncryptionKey"]
    assert "LastAccessedDate" not in secrets.describe_secret(SecretId="buoy")
    secrets.get_secret_value(SecretId="buoy")
    day = secrets.describe_secret(SecretId="buoy")["LastAccessedDate"]
    assert (day.hour, day.minute, day.second) == (0, 0, 0)
    version = secrets.list_secret_version_ids(SecretId="buoy")["Versions"][0]
    assert version["LastAccessedDate"] == day
    assert secrets.list_secrets()["SecretList"][0]["LastAccessedDate"] == day


def test_a_replay_repeats_the_first_read_of_a_day(
    secrets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.create_secret(Name="buoy", SecretString="red")
    journal, changed = lab().journal, []
    usual = journal.write

    def write(*args: Any, **kwargs: Any) -> Any:
        changed.append(kwargs["changed"])
        return usual(*args, **kwargs)

    monkeypatch.setattr(journal, "write", write)
    secrets.get_secret_value(SecretId="buoy")
    secrets.get_secret_value(SecretId="buoy")
    assert changed == [True, False]


def test_what_is_not_there(secrets: Any) -> None:
    for operation in (secrets.get_secret_value, secrets.list_secret_version_ids):
        assert refusal(operation, SecretId="no") == (
            400,
            "ResourceNotFoundException",
            f"{NOT_THERE}.",
        )
    secrets.create_secret(Name="empty")
    get = secrets.get_secret_value
    label = f"{NOT_THERE} value for staging label: "
    assert refusal(get, SecretId="empty")[2] == f"{label}AWSCURRENT"
    assert refusal(get, SecretId="empty", VersionStage="AWSPENDING")[2] == f"{label}AWSPENDING"
    version = "a" * 36
    assert refusal(get, SecretId="empty", VersionId=version)[2] == (
        f"{NOT_THERE} value for VersionId: {version}"
    )
    made = secrets.create_secret(Name="full", SecretString="x")["VersionId"]
    assert refusal(get, SecretId="full", VersionId=made, VersionStage="AWSPREVIOUS") == (
        400,
        "InvalidRequestException",
        "You provided a VersionStage that is not associated to the provided VersionId.",
    )


def test_several_at_once(secrets: Any) -> None:
    secrets.create_secret(Name="full", SecretString="x")
    secrets.create_secret(Name="empty")
    found = secrets.batch_get_secret_value(SecretIdList=["full", "empty", "none"])
    assert [one["SecretString"] for one in found["SecretValues"]] == ["x"]
    assert [(one["SecretId"], one["ErrorCode"]) for one in found["Errors"]] == [
        ("empty", "ResourceNotFoundException"),
        ("none", "ResourceNotFoundException"),
    ]
    found = secrets.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["f"]}])
    assert [one["Name"] for one in found["SecretValues"]] == ["full"]
    assert "NextToken" not in found
    odd = [{"Key": "colour", "Values": ["red"]}]
    assert refusal(secrets.batch_get_secret_value, Filters=odd)[1] == "ValidationException"
    both = {"SecretIdList": ["full"], "Filters": [{"Key": "name", "Values": ["f"]}]}
    assert refusal(secrets.batch_get_secret_value, **both)[1] == "InvalidParameterException"
    assert refusal(secrets.batch_get_secret_value, SecretIdList=["full"], MaxResults=2)[1] == (
        "InvalidParameterException"
    )


@pytest.mark.parametrize("name", ["low tide", "buoy*", "#1"])
def test_what_is_no_name(secrets: Any, name: str) -> None:
    said = (
        400,
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
        "following: -/_+=.@!",
    )
    assert refusal(secrets.create_secret, Name=name, SecretString="x") == said
    assert refusal(secrets.describe_secret, SecretId=name) == said
    assert refusal(secrets.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True) == said
    assert refusal(secrets.tag_resource, SecretId=name, Tags=[]) == said


def test_a_secret_that_is_to_be_deleted(secrets: Any) -> None:
    secrets.create_secret(Name="buoy", SecretString="red")
    secrets.delete_secret(SecretId="buoy", RecoveryWindowInDays=9)
    assert refusal(secrets.create_secret, Name="buoy", SecretString="x") == (
        400,
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for "
        "deletion.",
    )
    assert "DeletedDate" in secrets.describe_secret(SecretId="buoy")
    said = (400, "InvalidRequestException", MARKED)
    assert refusal(secrets.get_secret_value, SecretId="buoy") == said
    assert refusal(secrets.put_secret_value, SecretId="buoy", SecretString="x") == said
    assert refusal(secrets.update_secret, SecretId="buoy", Description="x") == said
    assert refusal(secrets.tag_resource, SecretId="buoy", Tags=[]) == said
    assert refusal(secrets.untag_resource, SecretId="buoy", TagKeys=["x"]) == said
    assert refusal(secrets.rotate_secret, SecretId="buoy") == said
    assert refusal(secrets.delete_secret, SecretId="buoy") == said
    secrets.restore_secret(SecretId="buoy")
    assert secrets.get_secret_value(SecretId="buoy")["SecretString"] == "red"


def test_messages_are_without_what_clients_put_before_them(secrets: Any) -> None:
    secrets.create_secret(Name="buoy", SecretString="red")
    assert refusal(secrets.delete_secret, SecretId="buoy", RecoveryWindowInDays=3) == (
        400,
        "InvalidParameterException",
        "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    )
    assert refusal(secrets.get_random_password, PasswordLength=2) == (
        400,
        "InvalidParameterException",
        "Password length is too short based on the required types.",
    )


def test_rotation_needs_a_function_it_may_run(secrets: Any) -> None:
    secrets.create_secret(Name="buoy", SecretString="red")
    assert refusal(secrets.rotate_secret, SecretId="buoy") == (
        400,
        "InvalidRequestException",
        "No Lambda rotation function ARN is associated with this secret.",
    )
    assert refusal(secrets.rotate_secret, SecretId="buoy", RotationLambdaARN=FUNCTION) == (
        400,
        "AccessDeniedException",
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function "
        "policy grants access to the principal secretsmanager.amazonaws.com.",
    )
    assert "RotationEnabled" not in secrets.describe_secret(SecretId="buoy")


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("CreateSecret", "InvalidRequestException"),
        ("UpdateSecret", "InvalidRequestException"),
        ("PutSecretValue", "InvalidRequestException"),
        ("RotateSecret", "InvalidParameterException"),
    ],
)
def test_a_request_without_token(secrets: Any, operation: str, code: str) -> None:
    named = "Name" if operation == "CreateSecret" else "SecretId"
    headers = {
        "X-Amz-Target": f"secretsmanager.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
    }
    body = json.dumps({named: "buoy", "SecretString": "red"})
    request = AWSRequest("POST", f"{ENDPOINT}/", headers=headers, data=body)
    reply = send(request, SigV4Auth(ADMIN, "secretsmanager", REGION))
    assert reply.status == 400
    assert json.loads(reply.body) == {
        "__type": code,
        "Message": "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
    }
