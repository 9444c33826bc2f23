"""Functions of tests: packages, roles, and clients of a cloud with a socket."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

import boto3
from admin import secret_of
from botocore.config import Config

from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.launcher import Running

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def package(source: str, **more: str) -> bytes:
    """Return a zip file with app.py and other files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, text in {"app.py": source, **more}.items():
            file.writestr(name, text)
    return data.getvalue()


class Account:
    """Clients of the account of a running cloud, and functions in it."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._session = boto3.Session(ADMIN_KEY_ID, secret_of(running), region_name="us-east-1")

    def client(self, service: str) -> Any:
        """Return a client that does not retry."""
        return self._session.client(
            service,
            endpoint_url=self.running.endpoint,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
        )

    def role(self, name: str = "function", *policies: str, **statement: Any) -> str:
        """Return a role that Lambda may have, and that may write logs."""
        iam = self.client("iam")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        for arn in (basic, *policies):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        return str(made["Role"]["Arn"])

    def function(self, name: str, source: str, role: str, **more: Any) -> str:
        """Create a function of one file; return its ARN."""
        made = self.client("lambda").create_function(
            FunctionName=name,
            Runtime=more.pop("Runtime", RUNTIME),
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": package(source)},
            **more,
        )
        return str(made["FunctionArn"])

    def invoke(self, name: str, payload: Any = None, **more: Any) -> Any:
        """Invoke a function; return the answer and what it returned."""
        sent = {} if payload is None else {"Payload": json.dumps(payload)}
        answer = self.client("lambda").invoke(FunctionName=name, **sent, **more)
        body = answer["Payload"].read()
        return answer, json.loads(body) if body else None

    def log(self, name: str) -> list[str]:
        """Return every message in a function's log group."""
        logs, group = self.client("logs"), f"/aws/lambda/{name}"
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        found = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in found for event in page["events"]]
