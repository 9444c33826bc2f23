"""Keys and where they come from: expiry, instance metadata, container credentials.

Sources: "Temporary security credentials in IAM" and "Common Errors" (IAM, AWS STS); "List of
error codes" (Amazon S3 API Reference); "Error codes for the Amazon EC2 API"; "Error handling with
DynamoDB"; "How Instance Metadata Service Version 2 works" and "Retrieve security credentials from
instance metadata" (Amazon EC2 User Guide); "Amazon ECS task IAM role" (Amazon ECS).
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import admin
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.launcher import Running

ONCE = Config(retries={"total_max_attempts": 1})
EC2 = "ec2.amazonaws.com"
ECS = "ecs-tasks.amazonaws.com"


@pytest.fixture(scope="module", autouse=True)
def account(running: Running) -> Running:
    """Make the roles and machines all tests here share."""
    make_role(running, "deckhand", EC2)
    make_role(running, "stoker", ECS)
    iam = client(running, "iam")
    iam.create_instance_profile(InstanceProfileName="deck")
    iam.add_role_to_instance_profile(InstanceProfileName="deck", RoleName="deckhand")
    iam.create_instance_profile(InstanceProfileName="boiler")
    iam.add_role_to_instance_profile(InstanceProfileName="boiler", RoleName="stoker")
    return running


@pytest.fixture(autouse=True)
def no_keys_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Leave the credential chain nothing but what a test gives it."""
    import os

    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")


def client(running: Running, service: str, credentials: dict[str, Any] | None = None) -> Any:
    keys = credentials or {"AccessKeyId": ADMIN_KEY_ID, "SecretAccessKey": admin.secret_of(running)}
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        config=ONCE,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken") or keys.get("Token"),
    )


def make_role(running: Running, name: str, principal: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = client(running, "iam")
    return str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"])


def launch(running: Running, profile: str | None = None, tokens: str = "optional") -> str:
    ec2 = client(running, "ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    more: dict[str, Any] = {"IamInstanceProfile": {"Name": profile}} if profile else {}
    made = ec2.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, MetadataOptions={"HttpTokens": tokens}, **more
    )
    return str(made["Instances"][0]["InstanceId"])


@pytest.fixture(scope="module")
def machine(account: Running) -> str:
    return launch(account, "deck")


def fetch(running: Running, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"{running.endpoint}{path}", method=method, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def imds_token(running: Running, machine: str, seconds: object = 60) -> str:
    status, token = fetch(
        running,
        f"/imds/{machine}/latest/api/token",
        "PUT",
        X_aws_ec2_metadata_token_ttl_seconds=str(seconds),
    )
    assert status == 200
    return token


def advance(running: Running, seconds: float) -> None:
    running.control("clock", {"action": "advance", "seconds": seconds})


# Expiry

CALLS = {
    "sts": "get_caller_identity",
    "iam": "list_users",
    "cloudformation": "list_stacks",
    "sqs": "list_queues",
    "s3": "list_buckets",
    "ec2": "describe_vpcs",
    "ssm": "describe_parameters",
    "dynamodb": "list_tables",
    "lambda": "list_functions",
}
EXPIRED = "The security token included in the request is expired"
INVALID = "The security token included in the request is invalid."


@pytest.fixture(scope="module")
def expired(account: Running) -> Iterator[dict[str, Any]]:
    credentials = client(account, "sts").get_session_token(DurationSeconds=900)["Credentials"]
    assert client(account, "sts", credentials).get_caller_identity()["Arn"].endswith("ferry-admin")
    advance(account, 899)
    client(account, "sts", credentials).get_caller_identity()
    advance(account, 2)
    return credentials


@pytest.mark.parametrize(
    ("service", "code", "message", "status"),
    [
        ("sts", "ExpiredToken", EXPIRED, 403),
        ("iam", "ExpiredToken", EXPIRED, 403),
        ("cloudformation", "ExpiredToken", EXPIRED, 403),
        ("sqs", "ExpiredToken", EXPIRED, 403),
        ("s3", "ExpiredToken", "The provided token has expired.", 400),
        ("ec2", "RequestExpired", "Request has expired.", 400),
        ("ssm", "ExpiredTokenException", EXPIRED, 400),
        ("dynamodb", "ExpiredTokenException", EXPIRED, 400),
        ("lambda", "ExpiredTokenException", EXPIRED, 403),
    ],
)
def test_expired_credentials_are_refused_in_each_services_words(
    account: Running, expired: dict[str, Any], service: str, code: str, message: str, status: int
) -> None:
    with pytest.raises(ClientError) as refusal:
        getattr(client(account, service, expired), CALLS[service])()
    error, metadata = refusal.value.response["Error"], refusal.value.response["ResponseMetadata"]
    assert (error["Code"], error["Message"]) == (code, message)
    assert metadata["HTTPStatusCode"] == status


UNKNOWN = [
    ("sts", "InvalidClientTokenId", INVALID, 403),
    ("sqs", "InvalidClientTokenId", INVALID, 403),
    (
        "s3",
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        403,
    ),
    ("ec2", "AuthFailure", "AWS was not able to validate the provided access credentials", 401),
    ("ssm", "UnrecognizedClientException", INVALID, 400),
    ("lambda", "UnrecognizedClientException", INVALID, 403),
]


@pytest.mark.parametrize(("service", "code", "message", "status"), UNKNOWN)
def test_an_unknown_key_is_refused_in_each_services_words(
    account: Running, service: str, code: str, message: str, status: int
) -> None:
    stranger = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}
    with pytest.raises(ClientError) as refusal:
        getattr(client(account, service, stranger), CALLS[service])()
    error, metadata = refusal.value.response["Error"], refusal.value.response["ResponseMetadata"]
    assert (error["Code"], error["Message"]) == (code, message)
    assert metadata["HTTPStatusCode"] == status


def test_a_session_key_without_its_token_is_refused(account: Running) -> None:
    credentials = client(account, "sts").get_session_token()["Credentials"]
    for token in (None, "wrong"):
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            client(account, "sts", {**credentials, "SessionToken": token}).get_caller_identity()


def test_a_deactivated_key_is_refused_until_it_is_active_again(account: Running) -> None:
    iam = client(account, "iam")
    iam.create_user(UserName="purser")
    key = iam.create_access_key(UserName="purser")["AccessKey"]
    purser = client(account, "sts", key)
    assert purser.get_caller_identity()["Arn"].endswith(":user/purser")
    which = {"UserName": "purser", "AccessKeyId": key["AccessKeyId"]}
    iam.update_access_key(**which, Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        purser.get_caller_identity()
    iam.update_access_key(**which, Status="Active")
    purser.get_caller_identity()
    iam.delete_access_key(**which)
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        purser.get_caller_identity()


# Instance metadata


def test_the_first_version_needs_no_token(account: Running, machine: str) -> None:
    root = f"/imds/{machine}/latest/meta-data"
    assert fetch(account, f"{root}/instance-id") == (200, machine)
    assert fetch(account, f"{root}/iam/security-credentials/") == (200, "deckhand")
    status, text = fetch(account, f"{root}/iam/security-credentials/deckhand")
    given = json.loads(text)
    assert (status, given["Code"], given["Type"]) == (200, "Success", "AWS-HMAC")
    arn = client(account, "sts", given).get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::123456789012:assumed-role/deckhand/{machine}"


def test_a_folder_lists_what_is_in_it(account: Running, machine: str) -> None:
    status, text = fetch(account, f"/imds/{machine}/latest/meta-data/")
    assert status == 200
    assert {"ami-id", "iam/", "instance-id", "placement/"} <= set(text.splitlines())
    assert fetch(account, f"/imds/{machine}/latest/meta-data/nothing")[0] == 404


def test_a_token_lasts_as_long_as_the_lab_clock_says(account: Running, machine: str) -> None:
    path = f"/imds/{machine}/latest/meta-data/instance-id"
    token = imds_token(account, machine, 60)
    assert fetch(account, path, X_aws_ec2_metadata_token=token) == (200, machine)
    advance(account, 61)
    assert fetch(account, path, X_aws_ec2_metadata_token=token)[0] == 401
    assert fetch(account, path, X_aws_ec2_metadata_token="never given")[0] == 401


@pytest.mark.parametrize("seconds", ["0", "21601", "-1", "x", "", "²", "1.5", "9" * 400])
def test_a_token_lasts_a_second_to_six_hours(account: Running, machine: str, seconds: str) -> None:
    path = f"/imds/{machine}/latest/api/token"
    with_ttl = {"X_aws_ec2_metadata_token_ttl_seconds": seconds}
    assert (
        fetch(
            account, path, "PUT", **{k: v.encode().decode("latin-1") for k, v in with_ttl.items()}
        )[0]
        == 400
    )
    assert fetch(account, path, "PUT")[0] == 400
    assert fetch(account, path, "GET")[0] == 405


def test_a_token_asked_for_through_a_proxy_is_refused(account: Running, machine: str) -> None:
    answer = fetch(
        account,
        f"/imds/{machine}/latest/api/token",
        "PUT",
        X_aws_ec2_metadata_token_ttl_seconds="60",
        X_Forwarded_For="10.0.0.1",
    )
    assert answer[0] in (400, 403)


def test_a_machine_may_require_tokens(account: Running) -> None:
    strict = launch(account, "deck", tokens="required")
    path = f"/imds/{strict}/latest/meta-data/instance-id"
    assert fetch(account, path)[0] == 401
    token = imds_token(account, strict)
    assert fetch(account, path, X_aws_ec2_metadata_token=token) == (200, strict)
    client(account, "ec2").modify_instance_metadata_options(
        InstanceId=strict, HttpTokens="optional"
    )
    assert fetch(account, path) == (200, strict)


def test_a_token_of_one_machine_is_none_of_another(account: Running, machine: str) -> None:
    other = launch(account)
    token = imds_token(account, other)
    path = f"/imds/{machine}/latest/meta-data/instance-id"
    assert fetch(account, path, X_aws_ec2_metadata_token=token)[0] == 401


def test_a_machine_without_a_profile_has_no_credentials(account: Running) -> None:
    bare = launch(account)
    assert fetch(account, f"/imds/{bare}/latest/meta-data/instance-id") == (200, bare)
    path = f"/imds/{bare}/latest/meta-data/iam/security-credentials/"
    assert fetch(account, path)[0] == 404
    ec2 = client(account, "ec2")
    ec2.associate_iam_instance_profile(IamInstanceProfile={"Name": "deck"}, InstanceId=bare)
    assert fetch(account, path) == (200, "deckhand")


def test_a_role_that_does_not_trust_ec2_gives_none(account: Running) -> None:
    wrong = launch(account, "boiler")
    status, text = fetch(account, f"/imds/{wrong}/latest/meta-data/iam/security-credentials/stoker")
    assert status == 200
    given = json.loads(text)
    assert given["Code"] == "AssumeRoleUnauthorizedAccess"
    assert "AccessKeyId" not in given


def test_a_terminated_machine_is_silent(account: Running) -> None:
    gone = launch(account, "deck")
    client(account, "ec2").terminate_instances(InstanceIds=[gone])
    assert fetch(account, f"/imds/{gone}/latest/meta-data/")[0] == 404


@pytest.mark.parametrize("name", ["none", "i-00000000000000000", "..", "%ff"])
def test_no_machine_no_metadata(account: Running, name: str) -> None:
    assert fetch(account, f"/imds/{name}/latest/meta-data/")[0] in (403, 404)


def test_role_credentials_are_renewed_before_they_expire(account: Running, machine: str) -> None:
    path = f"/imds/{machine}/latest/meta-data/iam/security-credentials/deckhand"

    def key() -> str:
        return str(json.loads(fetch(account, path)[1])["AccessKeyId"])

    advance(account, 7 * 3600)
    first = json.loads(fetch(account, path)[1])
    assert key() == first["AccessKeyId"]
    advance(account, 5.5 * 3600)
    assert key() == first["AccessKeyId"]
    advance(account, 3600)
    assert key() != first["AccessKeyId"]


# Containers


def test_a_container_gets_the_credentials_of_its_role(account: Running) -> None:
    status, text = fetch(account, "/v2/credentials/stoker")
    given = json.loads(text)
    assert status == 200
    assert given["RoleArn"] == "arn:aws:iam::123456789012:role/stoker"
    assert {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"} <= set(given)
    arn = client(account, "sts", given).get_caller_identity()["Arn"]
    assert arn.startswith("arn:aws:sts::123456789012:assumed-role/stoker/")


@pytest.mark.parametrize("name", ["nobody", "deckhand", ""])
def test_a_container_without_a_role_for_it_gets_none(account: Running, name: str) -> None:
    status, text = fetch(account, f"/v2/credentials/{name}")
    assert status == 400
    assert json.loads(text)["code"] == "InvalidIdInRequest"


# Through the providers clients have


def who(running: Running) -> tuple[str, str]:
    session = boto3.Session(region_name="us-east-1")
    credentials = session.get_credentials()
    assert credentials is not None
    identity = session.client("sts", endpoint_url=running.endpoint).get_caller_identity()
    return credentials.method, identity["Arn"]


@pytest.mark.parametrize("tokens", ["optional", "required"])
def test_boto3_finds_the_credentials_of_a_machine(
    account: Running, monkeypatch: pytest.MonkeyPatch, tokens: str
) -> None:
    own = launch(account, "deck", tokens)
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{account.endpoint}/imds/{own}")
    method, arn = who(account)
    assert method == "iam-role"
    assert arn == f"arn:aws:sts::123456789012:assumed-role/deckhand/{own}"


def test_boto3_finds_the_credentials_of_a_container(
    account: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{account.endpoint}/imds/none")
    monkeypatch.setenv(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{account.endpoint}/v2/credentials/stoker"
    )
    method, arn = who(account)
    assert method == "container-role"
    assert ":assumed-role/stoker/" in arn


def test_boto3_finds_none_on_a_laptop(account: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"{account.endpoint}/imds/none")
    began = datetime.now(UTC)
    assert boto3.Session().get_credentials() is None
    assert (datetime.now(UTC) - began).total_seconds() < 2
