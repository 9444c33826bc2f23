"""Macros: functions that process templates, whole ones and parts of them."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import Account

from dryrun.cloud.launcher import Running

SOURCE = """
import json

def handler(event, context):
    print("EVENT " + json.dumps(event))
    asked = event["params"]
    answer = {"requestId": event["requestId"], "status": "success"}
    fragment = event["fragment"]
    if asked.get("Do") == "raise":
        raise ValueError("the tide is out")
    if asked.get("Do") == "fail":
        return {**answer, "status": "failure", "errorMessage": "no such boat"}
    if asked.get("Do") == "fail silently":
        return {**answer, "status": "failure"}
    if asked.get("Do") == "forget":
        return {"status": "success", "fragment": fragment}
    if asked.get("Do") == "text":
        return {**answer, "fragment": "boats"}
    if "Word" in asked:
        return {**answer, "fragment": asked["Word"].upper()}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": asked["Queue"]}}
    fragment["Resources"]["Added"] = queue
    return {**answer, "fragment": fragment}
"""
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:shipwright"
EXPAND = ["CAPABILITY_AUTO_EXPAND"]
Shape = dict[str, Any]


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    made = Account(running)
    made.function("shipwright", SOURCE, made.role())
    macro = {
        "Type": "AWS::CloudFormation::Macro",
        "Properties": {"Name": "Shipwright", "FunctionName": FUNCTION, "Description": "Builds"},
    }
    lost = {
        "Type": "AWS::CloudFormation::Macro",
        "Properties": {"Name": "Lost", "FunctionName": f"{FUNCTION}-none"},
    }
    body = json.dumps(
        {"Resources": {"Macro": macro, "Lost": lost}, "Outputs": {"M": {"Value": {"Ref": "Macro"}}}}
    )
    made.client("cloudformation").create_stack(StackName="yard", TemplateBody=body)
    found = stack(made, "yard")
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert found["Outputs"][0]["OutputValue"] == "Shipwright"
    return made


def stack(account: Account, name: str) -> Shape:
    found: Shape = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return found


def template(do: Any, resources: Shape | None = None, **sections: Any) -> str:
    first = resources or {"First": {"Type": "AWS::SQS::Queue"}}
    transform = [] if do is None else [{"Name": "Shipwright", "Parameters": do}]
    return json.dumps({"Transform": transform, "Resources": first, **sections})


def create(account: Account, name: str, body: str, **more: Any) -> str:
    account.client("cloudformation").create_stack(
        StackName=name, TemplateBody=body, Capabilities=EXPAND, **more
    )
    return str(stack(account, name)["StackStatus"])


def calls(account: Account) -> list[Shape]:
    lines = [line for line in account.log("shipwright") if line.startswith("EVENT ")]
    return [json.loads(line.removeprefix("EVENT ")) for line in lines]


def failure(account: Account, name: str) -> str:
    found = account.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return next(
        str(one["ResourceStatusReason"])
        for one in found
        if one["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"
    )


def test_cfn_macro(account: Account) -> None:
    parameters = {"Boat": {"Type": "String"}, "Crew": {"Type": "Number", "Default": 2}}
    body = template({"Queue": {"Ref": "Boat"}}, Parameters=parameters)
    given = [{"ParameterKey": "Boat", "ParameterValue": "Ada"}]
    assert create(account, "whole", body, Parameters=given) == "CREATE_COMPLETE"
    assert account.client("sqs").get_queue_url(QueueName="Ada")
    (sent,) = calls(account)
    assert sent.pop("requestId")
    assert sent == {
        "accountId": "123456789012",
        "fragment": {"Parameters": parameters, "Resources": {"First": {"Type": "AWS::SQS::Queue"}}},
        "transformId": "123456789012::Shipwright",
        "region": "us-east-1",
        "params": {"Queue": "Ada"},
        "templateParameterValues": {"Boat": "Ada", "Crew": "2"},
    }
    processed = account.client("cloudformation").get_template(
        StackName="whole", TemplateStage="Processed"
    )["TemplateBody"]
    assert list(processed["Resources"]) == ["First", "Added"]
    assert "Transform" not in processed


def test_a_macro_of_a_part(account: Account) -> None:
    name = {"Fn::Transform": {"Name": "Shipwright", "Parameters": {"Word": "bo"}}}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}
    body = json.dumps({"Resources": {"Boat": queue}})
    assert create(account, "part", body) == "CREATE_COMPLETE"
    assert account.client("sqs").get_queue_url(QueueName="BO")
    assert calls(account)[-1]["fragment"] == {}


@pytest.mark.parametrize(
    ("do", "why"),
    [
        ("fail", "Transform 123456789012::Shipwright failed with: no such boat"),
        (
            "fail silently",
            "Transform 123456789012::Shipwright failed without an error message.",
        ),
        ("raise", "Received malformed response from transform 123456789012::Shipwright"),
        ("forget", "Received malformed response from transform 123456789012::Shipwright"),
        ("text", "Template format error: unsupported structure."),
    ],
)
def test_a_macro_that_fails(account: Account, do: str, why: str) -> None:
    name = f"fails-{do.replace(' ', '-')}"
    assert create(account, name, template({"Do": do})) == "ROLLBACK_COMPLETE"
    assert failure(account, name) == f"{why}. Rollback requested by user."


def test_a_change_set_calls_it(account: Account) -> None:
    cloudformation = account.client("cloudformation")
    cloudformation.create_change_set(
        StackName="planned",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=template({"Queue": "Cy"}),
    )
    found = cloudformation.describe_change_set(StackName="planned", ChangeSetName="first")
    assert found["Status"] == "CREATE_COMPLETE", found.get("StatusReason")
    added = {one["ResourceChange"]["LogicalResourceId"] for one in found["Changes"]}
    assert added == {"First", "Added"}
    cloudformation.execute_change_set(StackName="planned", ChangeSetName="first")
    assert stack(account, "planned")["StackStatus"] == "CREATE_COMPLETE"
    cloudformation.update_stack(
        StackName="planned", TemplateBody=template({"Queue": "Di"}), Capabilities=EXPAND
    )
    assert stack(account, "planned")["StackStatus"] == "UPDATE_COMPLETE"
    assert account.client("sqs").get_queue_url(QueueName="Di")


def test_what_cannot_be_called(account: Account) -> None:
    body = json.dumps({"Transform": "Nobody", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}})
    assert create(account, "nobody", body) == "ROLLBACK_COMPLETE"
    assert failure(account, "nobody").startswith("No transform named 123456789012::Nobody found.")
    body = body.replace("Nobody", "Lost")
    assert create(account, "lost", body) == "ROLLBACK_COMPLETE"
    assert "Function not found" in failure(account, "lost")
    with pytest.raises(ClientError, match="CAPABILITY_AUTO_EXPAND"):
        account.client("cloudformation").create_stack(
            StackName="careless", TemplateBody=template({"Queue": "Eve"})
        )


def test_a_killed_cloud_has_the_same_stacks(account: Account) -> None:
    assert create(account, "killed", template({"Queue": "Flo"})) == "CREATE_COMPLETE"
    account.client("iam").create_group(GroupName="crew")  # its id is drawn after the answer
    before = _all(account)
    children = Path(f"/proc/{account.running.pid}/task/{account.running.pid}/children")
    os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while True:
        try:
            after = _all(account)
            break
        except Exception:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert after == before


def _all(account: Account) -> list[Any]:
    cloudformation = account.client("cloudformation")
    events = cloudformation.describe_stack_events(StackName="killed")["StackEvents"]
    group = account.client("iam").get_group(GroupName="crew")["Group"]
    return [events, stack(account, "planned"), stack(account, "killed"), group, calls(account)]
