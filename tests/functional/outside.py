"""The cloud as its users meet it, from outside the process: boto3, and the real `aws`."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import admin
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from dryrun import environment
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.launcher import Running
from dryrun.tools import aws_cli
from dryrun.workspace import Workspace

ACCOUNT = "123456789012"
ADMIN = f"arn:aws:iam::{ACCOUNT}:user/ferry-admin"
Key = Mapping[str, Any]
"""A key as IAM or STS gives it."""

_FOUND = aws_cli.installed()
needs_v2 = pytest.mark.skipif(
    _FOUND is None or _FOUND.kind == "v1", reason="AWS CLI v2 is not installed in this environment"
)


@dataclass(frozen=True)
class Account:
    """The account of one cloud process."""

    running: Running
    workspace: Workspace

    @property
    def administrator(self) -> dict[str, str]:
        """The learner's own key."""
        secret = admin.secret_of(self.running)
        return {"AccessKeyId": ADMIN_KEY_ID, "SecretAccessKey": secret}

    def client(
        self, service: str, key: Key | None = None, region: str = "us-east-1", **config: Any
    ) -> Any:
        """Return a client that asks once, with a key (default: the administrator's)."""
        held = key or self.administrator
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.running.endpoint,
            config=Config(retries={"total_max_attempts": 1}, **config),
            aws_access_key_id=held["AccessKeyId"],
            aws_secret_access_key=held["SecretAccessKey"],
            aws_session_token=held.get("SessionToken"),
        )

    def user(self, name: str, *statements: dict[str, Any]) -> dict[str, Any]:
        """Create a user with an inline policy, and return their key."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            self.let(name, *statements)
        return dict(iam.create_access_key(UserName=name)["AccessKey"])

    def let(self, name: str, *statements: dict[str, Any]) -> None:
        """Write the inline policy of a user anew."""
        text = document(*statements)
        self.client("iam").put_user_policy(UserName=name, PolicyName="own", PolicyDocument=text)

    def role(self, name: str, *trust: dict[str, Any]) -> str:
        """Create a role and return its ARN."""
        text = document(*trust)
        made = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=text)
        return str(made["Role"]["Arn"])

    def who(self, key: Key) -> str:
        """Return whom a key stands for."""
        return str(self.client("sts", key).get_caller_identity()["Arn"])

    def advance(self, seconds: float) -> None:
        """Let lab time pass."""
        self.running.control("clock", {"action": "advance", "seconds": seconds})

    def calls(self, of: Callable[[], Any]) -> list[dict[str, Any]]:
        """Return the API calls that reach the cloud while `of` runs."""
        before = self.running.control("calls", {"since": 0})["next"]
        of()
        return list(self.running.control("calls", {"since": before})["calls"])

    def terminal(self, **variables: str) -> Terminal:
        """Return a terminal of a lab with more variables set in it."""
        environ = dict(os.environ)
        lab = environment.lab_environment(self.workspace, self.running.endpoint, environ)
        environment.apply(lab, environ)
        return Terminal({**environ, **variables})


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    out: str
    error: str
    status: int

    @property
    def json(self) -> Any:
        """The answer, which has to be one."""
        assert self.status == 0, self.error
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """An environment in which commands run."""

    environ: dict[str, str] = field(repr=False)

    def run(self, command: str, typed: str = "", /, **variables: str) -> Said:
        """Run one command line, with variables set for it alone and `typed` as its input."""
        environ = {**self.environ, **variables}
        words = shlex.split(command)
        words[0] = shutil.which(words[0], path=environ["PATH"]) or words[0]
        done = subprocess.run(
            words, input=typed, env=environ, capture_output=True, text=True, timeout=120
        )
        return Said(done.stdout, done.stderr, done.returncode)

    def who(self, options: str = "", /, **variables: str) -> str:
        """Return whom `aws` is."""
        command = f"aws sts get-caller-identity {options}"
        return str(self.run(command, **variables).json["Arn"])


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Do things at the same time, and return what each returned."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [done.result() for done in [pool.submit(job) for job in jobs]]


def document(*statements: dict[str, Any]) -> str:
    """Return a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Return a statement of an identity policy."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str = "*", **more: Any) -> dict[str, Any]:
    """Return a statement that denies."""
    return {**allow(*actions, on=on, **more), "Effect": "Deny"}


def trust(principal: str | dict[str, Any], **condition: Any) -> dict[str, Any]:
    """Return a statement of a trust policy; a principal that is a string is an AWS one."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": principal} if isinstance(principal, str) else principal,
        "Action": "sts:AssumeRole",
        **({"Condition": condition} if condition else {}),
    }


def user_arn(name: str) -> str:
    """Return a user's ARN."""
    return f"arn:aws:iam::{ACCOUNT}:user/{name}"


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, str, int]:
    """Return code, message and status with which a call is refused."""
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error, metadata = refusal.value.response["Error"], refusal.value.response["ResponseMetadata"]
    return str(error["Code"]), str(error["Message"]), int(metadata["HTTPStatusCode"])
