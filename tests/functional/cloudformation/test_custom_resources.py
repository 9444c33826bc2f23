"""Custom resources: what functions and topics are asked, and what stacks make of the answers."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from functions import RUNTIME, Account

from dryrun.cloud.launcher import Running

SOURCE = """
import json
import cfnresponse

def handler(event, context):
    if "Records" in event:
        event = json.loads(event["Records"][0]["Sns"]["Message"])
    print("EVENT " + json.dumps(event))
    asked = event["ResourceProperties"]
    if event["RequestType"] in asked.get("Silent", []):
        return
    if event["RequestType"] in asked.get("Raise", []):
        raise ValueError("the tide is out")
    status = "FAILED" if event["RequestType"] in asked.get("Fail", []) else "SUCCESS"
    data = {"Berth": "b-" + asked.get("Boat", ""), "Deck": {"Seats": 7}, "Long.Name": "x"}
    data["Pad"] = "x" * int(asked.get("Pad", "0"))
    name = asked.get("Id") or event.get("PhysicalResourceId") or "boat-1"
    if asked.get("Id") == "none":
        return bare(event, {"Status": status, "Reason": "no id", "Data": data})
    cfnresponse.send(event, context, status, data, name, asked.get("Hidden") == "true", "no wind")

def bare(event, body):
    import urllib.request
    request = urllib.request.Request(
        event["ResponseURL"], json.dumps(body).encode(), method="PUT")
    urllib.request.urlopen(request)
"""
Shape = dict[str, Any]


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    made = Account(running)
    made.client("cloudformation").create_stack(
        StackName="maker", TemplateBody=json.dumps(MAKER), Capabilities=["CAPABILITY_IAM"]
    )
    found = described(made, "maker")
    assert found["StackStatus"] == "CREATE_COMPLETE", story(made, "maker")
    return made


MAKER: Shape = {
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
                "ManagedPolicyArns": [
                    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
                ],
            },
        },
        "Maker": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "maker",
                "Runtime": RUNTIME,
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": SOURCE},
                "Timeout": 10,
            },
        },
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "makers"}},
        "Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "lambda",
                "Endpoint": {"Fn::GetAtt": ["Maker", "Arn"]},
            },
        },
        "Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": "Maker"},
                "Action": "lambda:InvokeFunction",
                "Principal": "sns.amazonaws.com",
                "SourceArn": {"Ref": "Topic"},
            },
        },
        "Shore": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "shore"}},
        "Mail": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "shore"}},
        "ShoreMail": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Shore"},
                "Protocol": "sqs",
                "Endpoint": {"Fn::GetAtt": ["Mail", "Arn"]},
                "RawMessageDelivery": True,
            },
        },
        "ShorePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "Mail"}],
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
            },
        },
    }
}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:maker"
TOPIC = "arn:aws:sns:us-east-1:123456789012:"


def boat(token: str = FUNCTION, **properties: Any) -> Shape:
    return {"Type": "Custom::Boat", "Properties": {"ServiceToken": token, **properties}}


def template(outputs: Shape | None = None, **resources: Any) -> str:
    shown = {name: {"Value": value} for name, value in (outputs or {}).items()}
    return json.dumps({"Resources": resources, **({"Outputs": shown} if shown else {})})


def queue(name: Any) -> Shape:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}


FAILING = {
    "Type": "AWS::SNS::Subscription",
    "Properties": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:none", "Protocol": "sqs"},
}


def create(account: Account, name: str, body: str, **more: Any) -> str:
    made = account.client("cloudformation").create_stack(StackName=name, TemplateBody=body, **more)
    return str(described(account, made["StackId"])["StackStatus"])


def update(account: Account, name: str, body: str, **more: Any) -> str:
    account.client("cloudformation").update_stack(StackName=name, TemplateBody=body, **more)
    return str(described(account, name)["StackStatus"])


def delete(account: Account, name: str) -> str:
    stack_id = described(account, name)["StackId"]
    account.client("cloudformation").delete_stack(StackName=name)
    return str(described(account, stack_id)["StackStatus"])


def described(account: Account, name: str) -> Shape:
    found: Shape = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return found


def outputs(account: Account, name: str) -> dict[str, str]:
    shown = described(account, name).get("Outputs", [])
    return {one["OutputKey"]: one["OutputValue"] for one in shown}


def events(account: Account, name: str, logical_id: str = "Boat") -> list[Shape]:
    pages = account.client("cloudformation").get_paginator("describe_stack_events")
    found = [one for page in pages.paginate(StackName=name) for one in page["StackEvents"]]
    return [one for one in found[::-1] if one["LogicalResourceId"] == logical_id]


def story(account: Account, name: str, logical_id: str = "Boat") -> list[tuple[str, str, str]]:
    """Return status, physical id and reason of a resource's events."""
    return [
        (one["ResourceStatus"], one["PhysicalResourceId"], one.get("ResourceStatusReason", ""))
        for one in events(account, name, logical_id)
    ]


def requests(account: Account, stack: str, logical_id: str = "Boat") -> list[Shape]:
    """Return what the function was asked for a stack's resource."""
    lines = [line for line in account.log("maker") if line.startswith("EVENT ")]
    found = [json.loads(line.removeprefix("EVENT ")) for line in lines]
    return [
        one
        for one in found
        if f":stack/{stack}/" in one["StackId"] and one["LogicalResourceId"] == logical_id
    ]


def kinds(account: Account, stack: str, logical_id: str = "Boat") -> list[tuple[str, str]]:
    found = requests(account, stack, logical_id)
    return [(one["RequestType"], one.get("PhysicalResourceId", "")) for one in found]


def test_cfn_custom_lambda(account: Account) -> None:
    shown = {
        "Berth": {"Fn::GetAtt": ["Boat", "Berth"]},
        "Seats": {"Fn::GetAtt": ["Boat", "Deck.Seats"]},
        "Long": {"Fn::GetAtt": ["Boat", "Long.Name"]},
        "Id": {"Ref": "Boat"},
    }
    asked = boat(Boat="Ada", Sails=2, Ready=True, Crew=[1, {"Cook": False}])
    body = template(shown, Boat=asked, After=queue({"Fn::GetAtt": ["Boat", "Berth"]}))
    assert create(account, "made", body) == "CREATE_COMPLETE"
    assert outputs(account, "made") == {
        "Berth": "b-Ada",
        "Seats": "7",
        "Long": "x",
        "Id": "boat-1",
    }
    assert story(account, "made") == [
        ("CREATE_IN_PROGRESS", "", ""),
        ("CREATE_IN_PROGRESS", "boat-1", "Resource creation Initiated"),
        ("CREATE_COMPLETE", "boat-1", ""),
    ]
    (sent,) = requests(account, "made")
    url, request_id = sent.pop("ResponseURL"), sent.pop("RequestId")
    assert url.startswith(f"{account.running.endpoint}/cloudformation-")
    assert url.endswith(f"%7CBoat%7C{request_id}")
    assert sent == {
        "RequestType": "Create",
        "ServiceToken": FUNCTION,
        "StackId": described(account, "made")["StackId"],
        "LogicalResourceId": "Boat",
        "ResourceType": "Custom::Boat",
        "ResourceProperties": {
            "ServiceToken": FUNCTION,
            "Boat": "Ada",
            "Sails": "2",
            "Ready": "true",
            "Crew": ["1", {"Cook": "false"}],
        },
    }
    detected = account.client("cloudformation").detect_stack_resource_drift(
        StackName="made", LogicalResourceId="After"
    )
    assert detected["StackResourceDrift"]["StackResourceDriftStatus"] == "IN_SYNC"
    assert account.client("sqs").get_queue_url(QueueName="b-Ada")
    assert delete(account, "made") == "DELETE_COMPLETE"
    assert kinds(account, "made") == [("Create", ""), ("Delete", "boat-1")]


def test_cfn_custom_lambda_fails(account: Account) -> None:
    assert create(account, "fails", template(Boat=boat(Fail=["Create"]))) == "ROLLBACK_COMPLETE"
    request_id = requests(account, "fails")[0]["RequestId"]
    assert story(account, "fails") == [
        ("CREATE_IN_PROGRESS", "", ""),
        (
            "CREATE_FAILED",
            "boat-1",
            "Received response status [FAILED] from custom resource. Message returned: no wind "
            f"(RequestId: {request_id})",
        ),
        ("DELETE_IN_PROGRESS", "boat-1", ""),
        ("DELETE_COMPLETE", "boat-1", ""),
    ]
    assert kinds(account, "fails") == [("Create", ""), ("Delete", "boat-1")]


@pytest.mark.parametrize("how", ["Silent", "Raise"])
def test_cfn_custom_lambda_gives_no_answer(account: Account, how: str) -> None:
    name = f"no-answer-{how.lower()}"
    properties: Shape = {"ServiceTimeout": "600", how: ["Create"]}
    resource = boat(**properties)
    assert create(account, name, template(Boat=resource)) == "ROLLBACK_COMPLETE"
    sent = requests(account, name)
    assert [one["RequestType"] for one in sent] == (
        ["Create", "Delete"] if how == "Silent" else ["Create", "Create", "Create", "Delete"]
    )
    told = events(account, name)
    assert told[1]["ResourceStatusReason"] == (
        "CloudFormation did not receive a response from your Custom Resource. Please check your "
        f"logs for requestId [{sent[0]['RequestId']}]. If you are using the Python cfn-response "
        "module, you may need to update your Lambda function code so that CloudFormation can "
        "attach the updated version."
    )
    took = (told[1]["Timestamp"] - told[0]["Timestamp"]).total_seconds()
    assert 600 <= took < 700
    # Nobody knows its id, so CloudFormation makes one up and has that deleted.
    assert sent[-1]["PhysicalResourceId"].startswith(f"{name}-Boat-")
    assert sent[-1]["PhysicalResourceId"] == told[1]["PhysicalResourceId"]


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ({"Id": "none"}, "Invalid PhysicalResourceId"),
        ({"Id": "x" * 1025}, "Invalid PhysicalResourceId"),
        ({"Pad": 4100}, "Response object is too long."),
        ({"ServiceToken": "maker"}, "Invalid service token."),
    ],
)
def test_what_is_no_answer(account: Account, properties: Shape, why: str) -> None:
    name = f"wrong-{len(str(properties))}"
    assert create(account, name, template(Boat=boat(**properties)), OnFailure="DO_NOTHING") == (
        "CREATE_FAILED"
    )
    assert story(account, name)[-1][2] == why


def test_a_function_that_cannot_run_here(account: Account) -> None:
    made = json.loads(template(Boat=boat({"Fn::GetAtt": ["Helm", "Arn"]})))
    helm = json.loads(json.dumps(MAKER["Resources"]["Maker"]))
    helm["Properties"] |= {
        "FunctionName": "helm",
        "Runtime": "nodejs22.x",
        "Role": "arn:aws:iam::123456789012:role/service-role/helm",
    }
    made["Resources"]["Helm"] = helm
    account.client("iam").create_role(
        RoleName="helm",
        Path="/service-role/",
        AssumeRolePolicyDocument=json.dumps(
            MAKER["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]
        ),
    )
    assert create(account, "helm", json.dumps(made)) == "ROLLBACK_COMPLETE"
    failed = next(one for one in story(account, "helm") if one[0] == "CREATE_FAILED")
    assert "there is no interpreter for nodejs22.x here" in failed[2]
    assert not [one for one in story(account, "helm") if one[0] == "DELETE_FAILED"]


def test_a_missing_attribute_and_a_missing_function(account: Account) -> None:
    body = template(Boat=boat(), After=queue({"Fn::GetAtt": ["Boat", "Captain"]}))
    assert create(account, "lacks", body) == "ROLLBACK_COMPLETE"
    sent = requests(account, "lacks")[0]
    assert story(account, "lacks", "After")[0][2] == (
        "CustomResource attribute error: Vendor response doesn't contain Captain attribute in "
        f"object {sent['StackId']}|Boat|{sent['RequestId']}"
    )
    nobody = template(Boat=boat(f"{FUNCTION}-none"))
    assert create(account, "nobody", nobody) == "ROLLBACK_COMPLETE"
    assert "Function not found" in story(account, "nobody")[1][2]
    assert (
        "(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException;"
        in (story(account, "nobody")[1][2])
    )


def test_hidden_data(account: Account) -> None:
    shown = {"Berth": {"Fn::GetAtt": ["Boat", "Berth"]}}
    after = queue({"Fn::GetAtt": ["Boat", "Berth"]})
    body = template(shown, Boat=boat(Boat="hidden", Hidden=True), After=after)
    assert create(account, "hidden", body) == "CREATE_COMPLETE"
    assert account.client("sqs").get_queue_url(QueueName="b-hidden")
    told = events(account, "hidden", "After")[-1]
    assert json.loads(told["ResourceProperties"]) == {"QueueName": "****"}
    assert outputs(account, "hidden") == {"Berth": "b-hidden"}


def test_cfn_custom_upd_del(account: Account) -> None:
    shown = {"Berth": {"Fn::GetAtt": ["Boat", "Berth"]}}
    assert create(account, "changes", template(shown, Boat=boat(Boat="Ada"))) == "CREATE_COMPLETE"
    assert update(account, "changes", template(shown, Boat=boat(Boat="Bo"))) == "UPDATE_COMPLETE"
    assert outputs(account, "changes") == {"Berth": "b-Bo"}
    sent = requests(account, "changes")[-1]
    assert sent["RequestType"] == "Update"
    assert sent["PhysicalResourceId"] == "boat-1"
    assert sent["ResourceProperties"] == {"ServiceToken": FUNCTION, "Boat": "Bo"}
    assert sent["OldResourceProperties"] == {"ServiceToken": FUNCTION, "Boat": "Ada"}
    before = len(events(account, "changes"))
    other = boat(Boat="Cy", Id="boat-2")
    assert update(account, "changes", template(shown, Boat=other)) == "UPDATE_COMPLETE"
    assert story(account, "changes")[before:] == [
        ("UPDATE_IN_PROGRESS", "boat-1", ""),
        (
            "UPDATE_IN_PROGRESS",
            "boat-2",
            "Requested update required the provider to create a new physical resource",
        ),
        ("UPDATE_COMPLETE", "boat-2", ""),
        ("DELETE_IN_PROGRESS", "boat-1", ""),
        ("DELETE_COMPLETE", "boat-1", ""),
    ]
    gone = requests(account, "changes")[-1]
    assert gone["RequestType"] == "Delete"
    assert gone["ResourceProperties"]["Boat"] == "Bo"
    moved = boat(f"{TOPIC}makers", Boat="Cy", Id="boat-2")
    assert update(account, "changes", template(Boat=moved)) == "UPDATE_ROLLBACK_COMPLETE"
    reasons = [one[2] for one in story(account, "changes")]
    assert "Modifying service token is not allowed." in reasons
    stuck = boat(Boat="Cy", Id="boat-2", Fail=["Delete"])
    assert update(account, "changes", template(Boat=stuck)) == "UPDATE_COMPLETE"
    assert delete(account, "changes") == "DELETE_FAILED"
    failed = story(account, "changes")[-1]
    assert failed[:2] == ("DELETE_FAILED", "boat-2")
    assert "Message returned: no wind" in failed[2]
    assert kinds(account, "changes") == [
        ("Create", ""),
        ("Update", "boat-1"),
        ("Update", "boat-1"),
        ("Delete", "boat-1"),
        ("Update", "boat-2"),
        ("Delete", "boat-2"),
    ]


def test_cfn_custom_upd_del_empties_a_bucket(account: Account) -> None:
    source = """
import boto3
import cfnresponse
def handler(event, context):
    if event["RequestType"] == "Delete":
        boto3.resource("s3").Bucket(event["ResourceProperties"]["Bucket"]).objects.delete()
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {})
"""
    role = account.role("sweeper", "arn:aws:iam::aws:policy/AmazonS3FullAccess")
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": RUNTIME,
            "Handler": "index.handler",
            "Role": role,
            "Timeout": 20,
            "Code": {"ZipFile": source},
        },
    }
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "harbour-papers"}}
    emptied = boat() | {
        "Properties": {
            "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
            "Bucket": {"Ref": "Bucket"},
        }
    }
    body = template(Function=function, Bucket=bucket, Boat=emptied)
    assert create(account, "swept", body) == "CREATE_COMPLETE"
    account.client("s3").put_object(Bucket="harbour-papers", Key="manifest", Body=b"Ada")
    assert delete(account, "swept") == "DELETE_COMPLETE"


def test_roll_back_of_a_change(account: Account) -> None:
    assert create(account, "back", template(Boat=boat(Boat="Ada"))) == "CREATE_COMPLETE"
    after = {**FAILING, "DependsOn": "Boat"}
    body = template(Boat=boat(Boat="Bo"), After=after)
    assert update(account, "back", body) == "UPDATE_ROLLBACK_COMPLETE"
    assert kinds(account, "back") == [("Create", ""), ("Update", "boat-1"), ("Update", "boat-1")]
    again = requests(account, "back")[-1]
    assert again["ResourceProperties"]["Boat"] == "Ada"
    assert again["OldResourceProperties"]["Boat"] == "Bo"


def test_roll_back_of_a_replacement(account: Account) -> None:
    first = boat(Boat="Ada", Id="old")
    assert create(account, "back-again", template(Boat=first)) == "CREATE_COMPLETE"
    after = {**FAILING, "DependsOn": "Boat"}
    body = template(Boat=boat(Boat="Bo", Id="new"), After=after)
    assert update(account, "back-again", body) == "UPDATE_ROLLBACK_COMPLETE"
    assert kinds(account, "back-again") == [
        ("Create", ""),
        ("Update", "old"),
        ("Update", "new"),
        ("Delete", "new"),
    ]
    found = account.client("cloudformation").describe_stack_resource(
        StackName="back-again", LogicalResourceId="Boat"
    )["StackResourceDetail"]
    assert found["PhysicalResourceId"] == "old"
    assert requests(account, "back-again")[-1]["ResourceProperties"]["Boat"] == "Bo"


def test_a_change_that_fails(account: Account) -> None:
    assert create(account, "no-change", template(Boat=boat(Boat="Ada"))) == "CREATE_COMPLETE"
    body = template(Boat=boat(Boat="Bo", Fail=["Update"]))
    assert update(account, "no-change", body) == "UPDATE_ROLLBACK_COMPLETE"
    assert kinds(account, "no-change")[1:] == [("Update", "boat-1"), ("Update", "boat-1")]
    assert requests(account, "no-change")[-1]["ResourceProperties"]["Boat"] == "Ada"


def test_cfn_custom_sns(account: Account) -> None:
    shown = {"Berth": {"Fn::GetAtt": ["Boat", "Berth"]}}
    plain = boat(f"{TOPIC}makers", Boat="Eve") | {"Type": "AWS::CloudFormation::CustomResource"}
    body = template(shown, Boat=plain)
    assert create(account, "by-topic", body) == "CREATE_COMPLETE"
    assert outputs(account, "by-topic") == {"Berth": "b-Eve"}
    assert requests(account, "by-topic")[0]["ResourceType"] == plain["Type"]
    assert delete(account, "by-topic") == "DELETE_COMPLETE"


def received(account: Account) -> Shape:
    """Take the next request from the queue behind the topic."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName="shore")["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    asked: Shape = json.loads(message["Body"])
    return asked


def put(asked: Shape, **said: Any) -> None:
    """Answer a request with success."""
    body = json.dumps({"Status": "SUCCESS", **said}).encode()
    request = urllib.request.Request(asked["ResponseURL"], body, method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_a_creation_that_is_broken_off(account: Account) -> None:
    body = template(Boat=boat(f"{TOPIC}shore"), Other=FAILING)
    assert create(account, "broken-off", body) == "ROLLBACK_IN_PROGRESS"
    created, gone = received(account), received(account)
    assert (created["RequestType"], gone["RequestType"]) == ("Create", "Delete")
    assert gone["PhysicalResourceId"].startswith("broken-off-Boat-")
    put(created, PhysicalResourceId="too-late")  # nobody waits for it any more
    assert described(account, "broken-off")["StackStatus"] == "ROLLBACK_IN_PROGRESS"
    put(gone, PhysicalResourceId=gone["PhysicalResourceId"])
    assert described(account, "broken-off")["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [one[2] for one in story(account, "broken-off")]
    assert reasons[1] == "Resource creation cancelled"


def test_a_topic_that_somebody_reads(account: Account) -> None:
    body = template({"Name": {"Fn::GetAtt": ["Boat", "Name"]}}, Boat=boat(f"{TOPIC}shore"))
    assert create(account, "by-hand", body) == "CREATE_IN_PROGRESS"
    asked = received(account)
    assert asked["RequestType"] == "Create"
    put(asked, PhysicalResourceId="by-hand", Data={"Name": "Ada"})
    assert described(account, "by-hand")["StackStatus"] == "CREATE_COMPLETE"
    assert outputs(account, "by-hand") == {"Name": "Ada"}


def test_a_change_set_and_drift(account: Account) -> None:
    cloudformation = account.client("cloudformation")
    assert create(account, "planned", template(Boat=boat(Boat="Ada"))) == "CREATE_COMPLETE"
    body = template(Boat=boat(Boat="Bo"), Second=boat(Boat="Cy"))
    cloudformation.create_change_set(StackName="planned", ChangeSetName="next", TemplateBody=body)
    found = cloudformation.describe_change_set(StackName="planned", ChangeSetName="next")
    changes = {
        one["ResourceChange"]["LogicalResourceId"]: one["ResourceChange"]
        for one in found["Changes"]
    }
    assert changes["Boat"]["Action"] == "Modify"
    assert changes["Boat"]["Details"][0]["Target"]["Name"] == "Boat"
    assert changes["Second"]["Action"] == "Add"
    cloudformation.execute_change_set(StackName="planned", ChangeSetName="next")
    assert described(account, "planned")["StackStatus"] == "UPDATE_COMPLETE"
    assert kinds(account, "planned", "Second") == [("Create", "")]
    cloudformation.detect_stack_drift(StackName="planned")
    found = cloudformation.describe_stack_resource_drifts(StackName="planned")
    statuses = [one["StackResourceDriftStatus"] for one in found["StackResourceDrifts"]]
    assert statuses == []  # which leaves out what cannot be checked


def test_one_after_the_other(account: Account) -> None:
    first, second = boat(Boat="Ada"), boat(Boat={"Fn::GetAtt": ["Boat", "Berth"]}, Id="boat-2")
    body = template({"Berth": {"Fn::GetAtt": ["Second", "Berth"]}}, Boat=first, Second=second)
    assert create(account, "chain", body) == "CREATE_COMPLETE"
    assert outputs(account, "chain") == {"Berth": "b-b-Ada"}
    assert delete(account, "chain") == "DELETE_COMPLETE"
    assert kinds(account, "chain", "Second") == [("Create", ""), ("Delete", "boat-2")]


def test_a_killed_cloud_knows_what_was_answered(account: Account) -> None:
    shown = {"Berth": {"Fn::GetAtt": ["Boat", "Berth"]}, "Id": {"Ref": "Boat"}}
    assert create(account, "killed", template(shown, Boat=boat(Boat="Ada"))) == "CREATE_COMPLETE"
    before = (story(account, "killed"), outputs(account, "killed"), requests(account, "killed"))
    children = Path(f"/proc/{account.running.pid}/task/{account.running.pid}/children")
    os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while True:
        try:
            after = (
                story(account, "killed"),
                outputs(account, "killed"),
                requests(account, "killed"),
            )
            break
        except Exception:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert after == before
    assert update(account, "killed", template(shown, Boat=boat(Boat="Bo"))) == "UPDATE_COMPLETE"
    assert outputs(account, "killed") == {"Berth": "b-Bo", "Id": "boat-1"}
