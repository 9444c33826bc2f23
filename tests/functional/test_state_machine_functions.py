"""State machines that call functions, answer while a request waits, and outlive their cloud."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from admin import secret_of
from botocore.config import Config
from functions import Account

from dryrun.cloud import launcher
from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace

SOURCE = """
def handler(event, context):
    if event.get("fail"):
        raise ValueError("no such boat")
    return {"seats": event["seats"] * 2}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = Workspace(Path(tmp_path_factory.mktemp("machines")) / "lab")
    yield workspace
    with contextlib.suppress(CloudError):
        launcher.stop(workspace)


@pytest.fixture(scope="module")
def account(own: Workspace) -> Account:
    made = Account(launcher.start(own))
    made.function("ferry", SOURCE, made.role())
    iam = made.client("iam")
    iam.create_role(RoleName="machine", AssumeRolePolicyDocument=json.dumps(TRUST))
    allow = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [allow]}
    iam.put_role_policy(RoleName="machine", PolicyName="p", PolicyDocument=json.dumps(document))
    return made


FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:ferry"
CATCH = [{"ErrorEquals": ["ValueError"], "ResultPath": "$.error", "Next": "Sorry"}]
RETRY = [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 30, "MaxAttempts": 1}]


def machine(account: Account, name: str, **task: Any) -> str:
    states = {
        "Sell": {"Type": "Task", "End": True, **task},
        **({"Sorry": {"Type": "Pass", "End": True}} if "Catch" in task else {}),
    }
    made = account.client("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps({"StartAt": "Sell", "States": states}),
        roleArn="arn:aws:iam::123456789012:role/machine",
        type="EXPRESS" if name.startswith("express") else "STANDARD",
    )
    return str(made["stateMachineArn"])


def start(account: Account, arn: str, data: Any) -> dict[str, Any]:
    states = account.client("stepfunctions")
    begun = states.start_execution(stateMachineArn=arn, input=json.dumps(data))
    return dict(states.describe_execution(executionArn=begun["executionArn"]))


def kinds(account: Account, told: dict[str, Any]) -> list[str]:
    found = account.client("stepfunctions").get_execution_history(executionArn=told["executionArn"])
    return [event["type"] for event in found["events"]]


def test_a_function_by_its_arn(account: Account) -> None:
    arn = machine(account, "plain", Resource=FUNCTION, Retry=RETRY, Catch=CATCH)
    told = start(account, arn, {"seats": 2})
    assert told["status"] == "SUCCEEDED", told
    assert json.loads(told["output"]) == {"seats": 4}
    assert kinds(account, told)[2:5] == [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
    ]
    told = start(account, arn, {"fail": True})
    assert told["status"] == "SUCCEEDED", (told, kinds(account, told))
    error = json.loads(told["output"])["error"]
    assert error["Error"] == "ValueError"
    assert json.loads(error["Cause"])["errorMessage"] == "no such boat"
    assert kinds(account, told).count("LambdaFunctionFailed") == 2
    assert (told["stopDate"] - told["startDate"]).total_seconds() >= 30


def test_a_function_by_the_integration(account: Account) -> None:
    task = {
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "ferry", "Payload.$": "$"},
        "OutputPath": "$.Payload",
    }
    told = start(account, machine(account, "invoke", **task), {"seats": 3})
    assert json.loads(told["output"]) == {"seats": 6}
    none = {**task, "Parameters": {"FunctionName": "none", "Payload": {}}}
    told = start(account, machine(account, "none", **none), {})
    assert told["error"] == "Lambda.ResourceNotFoundException"
    missing = "arn:aws:lambda:us-east-1:123456789012:function:none"
    assert told["cause"].startswith(
        f"Function not found: {missing} (Service: AWSLambda; Status Code: 404; Error Code: "
        "ResourceNotFoundException; Request ID: "
    )


def test_an_express_machine_answers_when_its_function_has(account: Account) -> None:
    arn = machine(account, "express", Resource=FUNCTION)
    states = boto3.client(
        "stepfunctions",
        endpoint_url=account.running.endpoint,
        region_name="us-east-1",
        aws_access_key_id=ADMIN_KEY_ID,
        aws_secret_access_key=secret_of(account.running),
        config=Config(inject_host_prefix=False),
    )
    told = states.start_sync_execution(stateMachineArn=arn, input='{"seats": 5}')
    assert (told["status"], json.loads(told["output"])) == ("SUCCEEDED", {"seats": 10})
    told = states.start_sync_execution(stateMachineArn=arn, input='{"fail": true}')
    assert (told["status"], told["error"]) == ("FAILED", "ValueError")


def test_executions_come_back_after_a_kill(own: Workspace, account: Account) -> None:
    states = account.client("stepfunctions")
    listed = [
        one
        for machine in states.list_state_machines()["stateMachines"]
        if machine["type"] == "STANDARD"
        for one in states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    ]
    before = {
        one["executionArn"]: states.get_execution_history(executionArn=one["executionArn"])[
            "events"
        ]
        for one in listed
    }
    assert len(before) >= 4
    launcher.stop(own)
    states = Account(launcher.start(own)).client("stepfunctions")
    for arn, events in before.items():
        assert states.get_execution_history(executionArn=arn)["events"] == events
