"""`dryrun cloud start --any-credentials`: a cloud for other people's test suites."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from dryrun import cli, environment
from dryrun.cloud import launcher
from dryrun.cloud.launcher import Running
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace

ACCOUNT = "111122223333"


@pytest.fixture(scope="module")
def open_cloud(workspace: Workspace) -> Iterator[Running]:
    """A cloud of another account that takes everybody."""
    yield launcher.start(workspace, any_credentials=True, account=ACCOUNT)
    launcher.stop(workspace)


def client(running: Running, service: str, key: str = "testing", **config: Any) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id=key,
        aws_secret_access_key="testing",
        config=Config(**config),
    )


def post(running: Running, path: str, **headers: str) -> int:
    request = urllib.request.Request(f"{running.endpoint}{path}", b"", headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("key", ["testing", "AKIAIOSFODNN7EXAMPLE", "AKIADRYRUNFAKE000001"])
def test_any_key_is_the_administrator_of_the_account(open_cloud: Running, key: str) -> None:
    identity = client(open_cloud, "sts", key).get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ferry-admin"
    assert client(open_cloud, "iam", key).get_user()["User"]["UserName"] == "ferry-admin"


def test_no_key_is_the_administrator_too(open_cloud: Running) -> None:
    nobody = Config(signature_version=UNSIGNED)
    s3 = boto3.client(
        "s3", region_name="us-east-1", endpoint_url=open_cloud.endpoint, config=nobody
    )
    s3.create_bucket(Bucket="for-everybody")
    assert s3.list_objects_v2(Bucket="for-everybody")["KeyCount"] == 0
    sts = boto3.client(
        "sts", region_name="us-east-1", endpoint_url=open_cloud.endpoint, config=nobody
    )
    assert sts.get_caller_identity()["Account"] == ACCOUNT


def test_all_that_is_made_belongs_to_the_account(open_cloud: Running) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs = client(open_cloud, "sqs")
    arns = [
        client(open_cloud, "sns").create_topic(Name="boats")["TopicArn"],
        client(open_cloud, "iam").create_user(UserName="purser")["User"]["Arn"],
        client(open_cloud, "iam").create_role(RoleName="r", AssumeRolePolicyDocument=document)[
            "Role"
        ]["Arn"],
        client(open_cloud, "kms").create_key()["KeyMetadata"]["Arn"],
        client(open_cloud, "stepfunctions").create_activity(name="a")["activityArn"],
        sqs.create_queue(QueueName="boats")["QueueUrl"].replace("/", ":"),
    ]
    assert [arn for arn in arns if f":{ACCOUNT}:" not in arn] == []
    names = client(open_cloud, "iam").list_users()["Users"]
    assert {user["UserName"] for user in names} == {"ferry-admin", "purser"}


def test_keys_the_cloud_gave_out_keep_their_name_and_may_do_everything(open_cloud: Running) -> None:
    iam = client(open_cloud, "iam")
    iam.create_user(UserName="deckhand")
    key = iam.create_access_key(UserName="deckhand")["AccessKey"]["AccessKeyId"]
    arn = client(open_cloud, "sts", key).get_caller_identity()["Arn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:user/deckhand"
    client(open_cloud, "s3", key).list_buckets()


def test_a_wrong_signature_and_an_old_one_do(open_cloud: Running) -> None:
    s3 = client(open_cloud, "s3")
    s3.create_bucket(Bucket="addresses")
    s3.put_object(Bucket="addresses", Key="tides", Body=b"high")
    address = s3.generate_presigned_url("get_object", {"Bucket": "addresses", "Key": "tides"})
    with urllib.request.urlopen(address, timeout=30) as response:
        assert response.read() == b"high"


AWS = Path(sys.prefix) / "bin" / "aws"


@pytest.mark.skipif(not AWS.exists(), reason="the AWS CLI is not installed")
def test_the_aws_command(open_cloud: Running, workspace: Workspace) -> None:
    environ = dict(os.environ)
    environment.apply(environment.lab_environment(workspace, open_cloud.endpoint), environ)
    environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    command = [str(AWS), "sts", "get-caller-identity", "--output", "text", "--query", "Account"]
    made = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60)
    assert made.stdout.strip() == ACCOUNT, made.stderr


def test_motos_own_addresses_need_no_token(open_cloud: Running) -> None:
    assert post(open_cloud, "/moto-api/seed?a=42") == 200
    with urllib.request.urlopen(f"{open_cloud.endpoint}/moto-api/data.json", timeout=30) as answer:
        assert b"ferry-admin" in answer.read()
    assert post(open_cloud, "/_dryrun/health") == 403, "steering the cloud does"


def test_reset_frees_the_memory(open_cloud: Running) -> None:
    s3 = client(open_cloud, "s3", retries={"mode": "standard", "max_attempts": 5})
    assert post(open_cloud, "/moto-api/reset") == 200
    wait_for(open_cloud)
    s3.create_bucket(Bucket="heavy")
    before = worker_memory(open_cloud)
    for number in range(50):
        # moto writes objects above 16 MB to disk; a megabyte stays in memory.
        s3.put_object(Bucket="heavy", Key=f"stone-{number}", Body=bytes([number]) * 1_000_000)
    held = worker_memory(open_cloud)
    assert held - before > 45_000_000
    assert post(open_cloud, "/moto-api/reset") == 200
    wait_for(open_cloud)
    assert s3.list_buckets()["Buckets"] == []
    assert worker_memory(open_cloud) - before < 10_000_000


def wait_for(running: Running) -> None:
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        try:
            running.control("health")
        except CloudError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the cloud does not come back")


def worker_memory(running: Running) -> int:
    """Return the resident memory of the process that holds the account, in bytes."""
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


# Starting


def test_a_cloud_that_runs_otherwise_is_not_taken_for_it(
    workspace: Workspace, open_cloud: Running
) -> None:
    assert launcher.start(workspace) == launcher.find(workspace)
    again = launcher.start(workspace, any_credentials=True, account=ACCOUNT)
    assert again.pid == open_cloud.pid
    with pytest.raises(CloudError, match="runs with other settings"):
        launcher.start(workspace, any_credentials=True)


def test_a_cloud_that_checks_keys_is_not_taken_for_one_that_does_not(tmp_path: Path) -> None:
    own = Workspace(tmp_path)
    running = launcher.start(own)
    try:
        assert post(running, "/moto-api/reset") == 403
        with pytest.raises(CloudError, match="`dryrun cloud stop`"):
            launcher.start(own, any_credentials=True)
    finally:
        launcher.stop(own)


@pytest.mark.parametrize("account", ["", "1", "12345678901x", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_what_is_no_account_id_is_refused(tmp_path: Path, account: str) -> None:
    with pytest.raises(CloudError, match="write twelve digits"):
        launcher.start(Workspace(tmp_path), any_credentials=True, account=account)


def test_an_account_goes_with_any_credentials_only(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRYRUN_WORKSPACE", str(workspace.root))
    with pytest.raises(SystemExit) as end:
        cli.main(["cloud", "start", "--account", ACCOUNT])
    assert end.value.code == 1
    assert "together with --any-credentials only" in capsys.readouterr().err
