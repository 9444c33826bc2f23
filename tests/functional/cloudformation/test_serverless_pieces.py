"""Templates whose pieces lie in a bucket, or whose policies and principals have other names."""

from __future__ import annotations

import json
from typing import Any

import stacks
from in_process import client, lab

TAKEN = {"Capabilities": ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM"]}
REGIONAL = "states.us-east-1.amazonaws.com"


def kept(key: str, text: str) -> None:
    """Put a text into the bucket of pieces."""
    lab()
    client("s3").create_bucket(Bucket="pieces")
    client("s3").put_object(Bucket="pieces", Key=key, Body=text.encode())


def trust(service: str) -> dict[str, Any]:
    """Return a trust policy for a service."""
    allowed = {"Effect": "Allow", "Principal": {"Service": [service]}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [allowed]}


def machine(service: str = REGIONAL, **properties: Any) -> dict[str, Any]:
    """Return a state machine and its role, which trusts a service."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust(service)}}
    given = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, **properties}
    return {"Role": role, "Boat": {"Type": "AWS::StepFunctions::StateMachine", "Properties": given}}


def test_a_piece_in_a_bucket_is_included() -> None:
    kept("queue.yaml", "Type: AWS::SQS::Queue\nProperties: {QueueName: included}\n")
    piece = {"Name": "AWS::Include", "Parameters": {"Location": "s3://pieces/queue.yaml"}}
    body = stacks.template(Queue={"Fn::Transform": piece})
    made = stacks.create("included", body, **TAKEN)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert client("sqs").get_queue_url(QueueName="included")["QueueUrl"]
    stacks.delete("included")


def test_a_missing_piece_fails_the_stack() -> None:
    piece = {"Name": "AWS::Include", "Parameters": {"Location": "s3://no-such-pieces/queue.yaml"}}
    made = stacks.create("piece-missing", stacks.template(Q={"Fn::Transform": piece}), **TAKEN)
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [one.get("ResourceStatusReason", "") for one in stacks.events("piece-missing")]
    assert any("The specified bucket does not exist" in reason for reason in reasons)
    stacks.delete("piece-missing")


def test_a_role_may_trust_step_functions_of_its_region() -> None:
    definition = {"StartAt": "Go", "States": {"Go": {"Type": "Succeed"}}}
    made = stacks.create("regional", stacks.template(**machine(Definition=definition)), **TAKEN)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    arn = client("stepfunctions").list_state_machines()["stateMachines"][0]["stateMachineArn"]
    run = client("stepfunctions").start_execution(stateMachineArn=arn)["executionArn"]
    found = client("stepfunctions").describe_execution(executionArn=run)
    assert found["status"] == "SUCCEEDED"
    stacks.delete("regional")


def test_a_role_that_trusts_another_region_is_refused() -> None:
    definition = {"StartAt": "Go", "States": {"Go": {"Type": "Succeed"}}}
    other = machine("states.eu-west-1.amazonaws.com", Definition=definition)
    made = stacks.create("other-region", stacks.template(**other), **TAKEN)
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    stacks.delete("other-region")


def test_a_definition_in_a_bucket_may_be_yaml() -> None:
    kept(
        "boat.asl.yaml", "StartAt: Go\nStates:\n  Go: {Type: Pass, Result: '${Word}', End: true}\n"
    )
    where = {"Bucket": "pieces", "Key": "boat.asl.yaml"}
    given = machine(
        DefinitionS3Location=where,
        DefinitionSubstitutions={"Word": "ahoy"},
        StateMachineName="from-yaml",
    )
    made = stacks.create("from-yaml", stacks.template(**given), **TAKEN)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    arn = f"arn:aws:states:us-east-1:{stacks.ACCOUNT}:stateMachine:from-yaml"
    found = client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert json.loads(found["definition"])["States"]["Go"]["Result"] == "ahoy"
    stacks.delete("from-yaml")


def test_a_definition_that_is_no_text_is_refused() -> None:
    lab()
    client("s3").create_bucket(Bucket="pieces")
    client("s3").put_object(Bucket="pieces", Key="boat.bin", Body=b"\xaa\x00\xff")
    where = {"Bucket": "pieces", "Key": "boat.bin"}
    made = stacks.create("no-text", stacks.template(**machine(DefinitionS3Location=where)), **TAKEN)
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [one.get("ResourceStatusReason", "") for one in stacks.events("no-text")]
    assert any("Invalid State Machine Definition" in reason for reason in reasons)
    stacks.delete("no-text")


def test_a_function_names_a_policy_the_transform_does_not_know() -> None:
    properties = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "InlineCode": "def handler(event, context): return 1",
        "Policies": ["MyOwnPolicy", "AmazonSQSReadOnlyAccess"],
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    }
    role = {"AssumeRolePolicyDocument": trust("lambda.amazonaws.com")}
    body = stacks.template(
        {"Transform": "AWS::Serverless-2016-10-31"},
        Role={"Type": "AWS::IAM::Role", "Properties": role},
        Sorter={"Type": "AWS::Serverless::Function", "Properties": properties},
    )
    made = stacks.create("own-policy", body, **TAKEN)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    stacks.delete("own-policy")


def test_no_retries_are_no_drift() -> None:
    properties = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "InlineCode": "def handler(event, context): return 1",
        "EventInvokeConfig": {"MaximumRetryAttempts": 0},
    }
    body = stacks.template(
        {"Transform": "AWS::Serverless-2016-10-31"},
        Sorter={"Type": "AWS::Serverless::Function", "Properties": properties},
    )
    stacks.create("no-retries", body, **TAKEN)
    asked = stacks.cfn().detect_stack_drift(StackName="no-retries")["StackDriftDetectionId"]
    found = stacks.cfn().describe_stack_drift_detection_status(StackDriftDetectionId=asked)
    assert found["StackDriftStatus"] == "IN_SYNC"
    stacks.delete("no-retries")


def test_tags_that_cloudformation_gives_are_no_fault_of_the_template() -> None:
    query = {"ResourceQuery": {"Type": "CLOUDFORMATION_STACK_1_0"}}
    group = {"Type": "AWS::ResourceGroups::Group", "Properties": {"Name": "own", **query}}
    made = stacks.create("grouped", stacks.template(Group=group))
    assert made["StackStatus"] == "CREATE_COMPLETE"
    group["Properties"]["Tags"] = [{"Key": "aws:mine", "Value": "x"}]
    changed = stacks.update("grouped", stacks.template(Group=group))
    assert changed["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    stacks.delete("grouped")


def test_a_pipe_from_a_stream_takes_other_tags() -> None:
    actions = ["kinesis:*", "sqs:*"]
    allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [allowed]}
    role = {
        "AssumeRolePolicyDocument": trust("pipes.amazonaws.com"),
        "Policies": [{"PolicyName": "carry", "PolicyDocument": policy}],
    }
    start = {"KinesisStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 2}}
    pipe = {
        "Name": "from-stream",
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "Source": {"Fn::GetAtt": ["Stream", "Arn"]},
        "SourceParameters": start,
        "Target": {"Fn::GetAtt": ["Queue", "Arn"]},
    }
    body = stacks.template(
        Role={"Type": "AWS::IAM::Role", "Properties": role},
        Stream={"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}},
        Queue=stacks.queue(),
        Pipe={"Type": "AWS::Pipes::Pipe", "Properties": pipe},
    )
    made = stacks.create("streaming", body, **TAKEN)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    changed = stacks.update("streaming", Tags=[{"Key": "team", "Value": "blue"}], **TAKEN)
    assert changed["StackStatus"] == "UPDATE_COMPLETE"
    found = client("pipes").describe_pipe(Name="from-stream")
    assert found["SourceParameters"] == start
    assert found["Tags"]["team"] == "blue"
    stacks.delete("streaming")


def test_a_layer_of_somebody_else_is_not_simulated() -> None:
    arn = "arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:14"
    properties = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Code": {"ZipFile": "def handler(event, context): return 1"},
        "Layers": [arn],
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    }
    role = {"AssumeRolePolicyDocument": trust("lambda.amazonaws.com")}
    body = stacks.template(
        Role={"Type": "AWS::IAM::Role", "Properties": role},
        Sorter={"Type": "AWS::Lambda::Function", "Properties": properties},
    )
    made = stacks.create("foreign-layer", body, **TAKEN)
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [one.get("ResourceStatusReason", "") for one in stacks.events("foreign-layer")]
    wanted = f"Dry Run does not simulate layers that other accounts share, as {arn}; "
    assert any(reason.startswith(wanted) for reason in reasons)
    stacks.delete("foreign-layer")
