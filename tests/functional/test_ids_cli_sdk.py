"""The CLI and the SDK, id by id of the curriculum: where keys and regions come from.

Sources: "Configuring settings for the AWS CLI", "Use endpoints in the AWS CLI" and "Configuration
and credential file settings in the AWS CLI" (AWS CLI User Guide); "Credentials" (boto3); "Manage
access keys for IAM users" (IAM User Guide); "Container credential provider" and "IMDS credential
provider" (AWS SDKs and Tools Reference Guide).
"""

from __future__ import annotations

import ast
import configparser
import json
import sys
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from outside import (
    ACCOUNT,
    Account,
    Terminal,
    needs_v2,
    refused,
    together,
    trust,
    user_arn,
)

from dryrun.authoring import curriculum
from dryrun.checks.cli_and_sdk import lab01
from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

IDS = (
    "CLI-KEYS-CREATE", "CLI-ENDPOINT-ENV", "CLI-CRED-OPTION", "CLI-CRED-ENV", "CLI-CRED-FILE",
    "CLI-CRED-CONTAINER", "CLI-CRED-IMDS", "SDK-CRED-CHAIN", "SDK-JAVA-PROPS",
    "CLI-REGION-DEFAULT", "CLI-REGION-PRECEDENCE", "STS-CALLER-ID", "STS-SESSION-TOKEN",
    "STS-SESSION-MFA", "STS-SESSION-USE", "STS-ASSUME-ROLE", "IAM-ENFORCE-DEFAULT",
    "IAM-ENFORCE-ALLOW", "IAM-ENFORCE-RESOURCE", "IAM-ENFORCE-CONDITION", "IAM-PASSROLE",
    "IAM-MANAGED-POLICIES", "IAM-MULTI-ACCOUNT", "PAG-S3", "PAG-SERVICES-YES", "PAG-SERVICES-NO",
    "PAG-TIMEOUT",
)  # fmt: skip
"""What the curriculum asks of the CLI, the SDK, STS, IAM and of paging."""

IMAGE = "ami-12c6146b"
NO_REGION = "You must specify a region"
INVALID = "The security token included in the request is invalid."


@pytest.fixture(scope="module")
def account(running: Running, workspace: Workspace) -> Account:
    return Account(running, workspace)


@pytest.fixture(scope="module")
def keys(account: Account) -> dict[str, dict[str, Any]]:
    """The keys of users who may do nothing but say who they are."""
    return {name: account.user(name) for name in ("anna", "boris", "clara")}


@pytest.fixture
def terminal(account: Account, tmp_path: Path) -> Terminal:
    """A terminal whose files the test writes; they name no region and no key yet."""
    files = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    return account.terminal(**{name: str(tmp_path / file) for name, file in files.items()})


def pair(key: dict[str, Any], region: str = "us-east-1") -> dict[str, str]:
    """Return a key as the environment holds it."""
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "AWS_DEFAULT_REGION": region,
    }


def write(path: Path, **sections: dict[str, str]) -> None:
    """Write a file of the CLI; a section "profile_x" is [profile x]."""
    text = configparser.RawConfigParser()
    for section, values in sections.items():
        text[section.replace("_", " ")] = values
    with path.open("w") as file:
        text.write(file)


def lines(key: dict[str, Any]) -> dict[str, str]:
    """Return a key as the files hold it."""
    return {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }


def test_every_id_has_its_test() -> None:
    made = {
        statement.name
        for file in Path(__file__).parent.glob("test_ids_*.py")
        for statement in ast.parse(file.read_text("utf-8")).body
        if isinstance(statement, ast.FunctionDef)
    }
    wanted = {f"test_{name.lower().replace('-', '_')}" for name in IDS}
    assert wanted <= made
    labs = [curriculum.planned_labs()[lab].ids for lab in ("01-01", "01-02", "01-03")]
    # Those that begin with a K are things to know, not to see.
    taught = {name for ids in labs for name in ids if not name.startswith("K-")}
    assert set(IDS) == taught | {"IAM-PASSROLE"}


def test_cli_keys_create(account: Account) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="purser")
    one, two = (iam.create_access_key(UserName="purser")["AccessKey"] for _ in range(2))
    assert account.who(one) == account.who(two) == user_arn("purser")
    which = {"UserName": "purser", "AccessKeyId": one["AccessKeyId"]}
    iam.update_access_key(**which, Status="Inactive")
    # An inactive key counts, as "Manage access keys for IAM users" says.
    full = ("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409)
    assert refused(iam.create_access_key, UserName="purser") == full
    sts = account.client("sts", one)
    assert refused(sts.get_caller_identity) == ("InvalidClientTokenId", INVALID, 403)
    assert refused(account.client("s3", one).list_buckets)[0] == "InvalidAccessKeyId"
    assert account.who(two) == user_arn("purser")
    iam.update_access_key(**which, Status="Active")
    assert account.who(one) == user_arn("purser")
    iam.delete_access_key(**which)
    assert refused(sts.get_caller_identity)[0] == "InvalidClientTokenId"
    iam.create_access_key(UserName="purser")


REACHED = {
    "sqs list-queues": "ListQueues",
    "rds describe-db-instances": "DescribeDBInstances",
    "emr list-clusters": "ListClusters",
    "docdb describe-db-clusters": "DescribeDBClusters",
    "neptune describe-db-clusters": "DescribeDBClusters",
    "health describe-events": "DescribeEvents",
}
"""Commands of the services that CLI v1 calls at AWS, whatever the variable says."""


@needs_v2
def test_cli_endpoint_env(account: Account) -> None:
    terminal = account.terminal()
    jobs = [partial(terminal.run, f"aws {command}") for command in REACHED]
    said: list[Any] = []
    asked = account.calls(lambda: said.extend(together(*jobs)))
    assert sorted(call["operation"] for call in asked) == sorted(REACHED.values())
    for command, answer in zip(REACHED, said, strict=True):
        simulated = command != "health describe-events"
        assert (answer.status == 0) is simulated, answer.error
        assert simulated or "NotSimulated" in answer.error


@needs_v2
def test_cli_cred_option(terminal: Terminal, keys: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path / "credentials", dev=lines(keys["anna"]), default=lines(keys["boris"]))
    own = pair(keys["clara"])
    assert together(
        partial(terminal.who, "--profile dev", **own),
        partial(terminal.who, "--profile default", **own, AWS_PROFILE="dev"),
    ) == [user_arn("anna"), user_arn("boris")]


@needs_v2
def test_cli_cred_env(terminal: Terminal, keys: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path / "credentials", dev=lines(keys["anna"]), default=lines(keys["boris"]))
    write(tmp_path / "config", default=lines(keys["boris"]))
    own = pair(keys["clara"])
    assert together(
        partial(terminal.who, **own), partial(terminal.who, **own, AWS_PROFILE="dev")
    ) == [user_arn("clara"), user_arn("clara")]


@needs_v2
def test_cli_cred_file(terminal: Terminal, keys: dict[str, Any], tmp_path: Path) -> None:
    anna = keys["anna"]
    typed = f"{anna['AccessKeyId']}\n{anna['SecretAccessKey']}\neu-west-1\njson\n"
    assert terminal.run("aws configure", typed).status == 0
    credentials, config = configparser.RawConfigParser(), configparser.RawConfigParser()
    credentials.read(tmp_path / "credentials")
    config.read(tmp_path / "config")
    assert dict(credentials["default"]) == lines(anna)
    assert dict(config["default"]) == {"region": "eu-west-1", "output": "json"}
    assert (tmp_path / "credentials").stat().st_mode & 0o777 == 0o600

    write(tmp_path / "credentials", both=lines(anna))
    write(tmp_path / "config", profile_both={**lines(keys["boris"]), "region": "us-east-1"})
    assert terminal.who("--profile both") == user_arn("anna")
    (tmp_path / "credentials").unlink()
    assert terminal.who("--profile both") == user_arn("boris")


def make_roles(account: Account) -> None:
    """Make a role for machines and one for containers, and a profile of the first."""
    account.role("deckhand", trust({"Service": "ec2.amazonaws.com"}))
    account.role("stoker", trust({"Service": "ecs-tasks.amazonaws.com"}))
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName="deck")
    iam.add_role_to_instance_profile(InstanceProfileName="deck", RoleName="deckhand")


@pytest.fixture(scope="module")
def machine(account: Account) -> str:
    """An instance with an instance profile, in eu-west-1."""
    make_roles(account)
    ec2 = account.client("ec2", region="eu-west-1")
    made = ec2.run_instances(
        ImageId=IMAGE,
        MinCount=1,
        MaxCount=1,
        IamInstanceProfile={"Name": "deck"},
        UserData="#!/bin/sh\n",
        MetadataOptions={"HttpTokens": "required"},
    )
    return str(made["Instances"][0]["InstanceId"])


def on(account: Account, machine: str) -> dict[str, str]:
    """Return what makes a terminal one of a machine."""
    return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{account.running.endpoint}/imds/{machine}"}


def fetch(
    account: Account,
    machine: str,
    what: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    """Ask the metadata service of a machine; return status and text."""
    where = f"{on(account, machine)['AWS_EC2_METADATA_SERVICE_ENDPOINT']}/latest/{what}"
    request = urllib.request.Request(where, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@needs_v2
def test_cli_cred_container(account: Account, terminal: Terminal, machine: str) -> None:
    where = f"{account.running.endpoint}/v2/credentials/"
    task = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{where}stoker", **on(account, machine)}
    wrong = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{where}deckhand", **on(account, machine)}
    who, refusal = together(
        partial(terminal.who, **task), partial(terminal.run, "aws sts get-caller-identity", **wrong)
    )
    # The task's role goes before the machine's.
    assert who.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/stoker/")
    assert refusal.status != 0
    assert "Error when retrieving credentials from container-role" in refusal.error


@needs_v2
def test_cli_cred_imds(
    account: Account, terminal: Terminal, machine: str, keys: dict[str, Any]
) -> None:
    here = on(account, machine)
    who, own, nowhere = together(
        partial(terminal.who, **here),
        partial(terminal.who, **here, **pair(keys["anna"])),
        partial(terminal.run, "aws sts get-caller-identity", AWS_DEFAULT_REGION="us-east-1"),
    )
    assert who == f"arn:aws:sts::{ACCOUNT}:assumed-role/deckhand/{machine}"
    assert own == user_arn("anna")
    assert "Unable to locate credentials" in nowhere.error

    def token() -> str:
        lasts = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        return fetch(account, machine, "api/token", "PUT", lasts)[1]

    one, two = token(), token()
    assert one != two
    assert fetch(account, machine, "user-data")[0] == 401
    shown = {"X-aws-ec2-metadata-token": one}
    assert fetch(account, machine, "user-data", "GET", shown) == (200, "#!/bin/sh\n")
    _, text = fetch(account, machine, "dynamic/instance-identity/document", "GET", shown)
    told = json.loads(text)
    assert (told["instanceId"], told["region"]) == (machine, "eu-west-1")


CHAIN = """
import json, os, sys
import boto3
keys, files = json.load(sys.stdin)
def of(name):
    key = keys[name]
    return {"aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"]}
def who(session, **more):
    arn = session.client("sts", region_name="us-east-1", **more).get_caller_identity()["Arn"]
    return [session.get_credentials().method, arn.rpartition("/")[2]]
said = {}
said["config"] = who(boto3.Session(profile_name="config"))
said["shared"] = who(boto3.Session())
said["profile"] = who(boto3.Session(profile_name="dev"))
for variable, value in files.items():
    os.environ[variable] = value
said["environment, in spite of AWS_PROFILE"] = who(boto3.Session())
said["profile before environment"] = who(boto3.Session(profile_name="dev"))
said["session"] = who(boto3.Session(**of("anna")))
said["client"] = who(boto3.Session(**of("anna")), **of("boris"))
print(json.dumps(said))
"""


def test_sdk_cred_chain(terminal: Terminal, keys: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path / "credentials", default=lines(keys["anna"]), dev=lines(keys["boris"]))
    write(tmp_path / "config", profile_config=lines(keys["clara"]))
    plain = {
        name: {part: key[part] for part in ("AccessKeyId", "SecretAccessKey")}
        for name, key in keys.items()
    }
    given = json.dumps([plain, {**pair(keys["clara"]), "AWS_PROFILE": "dev"}])
    script = tmp_path / "chain.py"
    script.write_text(CHAIN)
    said = terminal.run(f"'{sys.executable}' '{script}'", given).json
    assert said == {
        "config": ["config-file", "clara"],
        "shared": ["shared-credentials-file", "anna"],
        "profile": ["shared-credentials-file", "boris"],
        "environment, in spite of AWS_PROFILE": ["env", "clara"],
        "profile before environment": ["shared-credentials-file", "boris"],
        "session": ["explicit", "anna"],
        "client": ["explicit", "boris"],
    }


def test_sdk_java_props() -> None:
    asked = [one for one in lab01.LAB.questions if "SDK-JAVA-PROPS" in one.ids]
    assert asked, "lab 01-01 asks nothing about Java's system properties"
    for question in asked:
        right = question.choices[question.answer]
        # "Default credentials provider chain" (AWS SDK for Java 2.x).
        assert "aws.accessKeyId" in right
        assert "aws.secretAccessKey" in right


ZONES = "aws ec2 describe-availability-zones --query AvailabilityZones[0].ZoneName --output text"


@needs_v2
def test_cli_region_default(account: Account, terminal: Terminal, machine: str) -> None:
    key = pair(account.administrator)
    del key["AWS_DEFAULT_REGION"]
    program = "import boto3; print(boto3.client('s3').meta.region_name); boto3.client('ec2')"
    none, there, sdk = together(
        partial(terminal.run, ZONES, **key),
        partial(terminal.run, ZONES, **key, **on(account, machine)),
        partial(terminal.run, f"'{sys.executable}' -c \"{program}\"", **key),
    )
    assert none.status == 253
    assert NO_REGION in none.error
    # On a machine CLI v2 asks for the machine's region.
    assert there.out == "eu-west-1a\n"
    # Of boto3, only S3 has a region of its own accord.
    assert sdk.out == "us-east-1\n"
    assert "NoRegionError" in sdk.error


@needs_v2
def test_cli_region_precedence(account: Account, terminal: Terminal, tmp_path: Path) -> None:
    write(tmp_path / "config", default={"region": "eu-west-1"})
    key = pair(account.administrator, "ap-south-1")
    from_file = {name: value for name, value in key.items() if name != "AWS_DEFAULT_REGION"}
    said = together(
        partial(terminal.run, f"{ZONES} --region us-west-2", **key, AWS_REGION="eu-north-1"),
        partial(terminal.run, ZONES, **key, AWS_REGION="eu-north-1"),
        partial(terminal.run, ZONES, **key),
        partial(terminal.run, ZONES, **from_file),
    )
    zones = [answer.out.strip() for answer in said]
    assert zones == ["us-west-2a", "eu-north-1a", "ap-south-1a", "eu-west-1a"]
