"""What Lambda answers around functions: aliases, permissions, URLs, settings, errors' shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import RUNTIME, TRUST, package
from in_process import client

ARN = "arn:aws:lambda:us-east-1:123456789012:function:desk"


@pytest.fixture(scope="module", autouse=True)
def _desk() -> None:
    role = client("iam").create_role(RoleName="desk", AssumeRolePolicyDocument=json.dumps(TRUST))[
        "Role"
    ]["Arn"]
    client("lambda").create_function(
        FunctionName="desk",
        Role=role,
        Runtime=RUNTIME,
        Handler="app.handler",
        Code={"ZipFile": package("")},
        Publish=True,
    )


@pytest.mark.parametrize(
    ("operation", "asked", "code", "message"),
    [
        ("get_function", {"FunctionName": "none"}, "ResourceNotFoundException",
         "Function not found: arn:aws:lambda:us-east-1:123456789012:function:none"),
        ("get_function", {"FunctionName": ARN.replace("us-east-1", "us-west-2")},
         "ResourceNotFoundException",
         "Functions from 'us-west-2' are not reachable in this region ('us-east-1')"),
        ("get_function", {"FunctionName": f"{ARN}:1", "Qualifier": "2"},
         "InvalidParameterValueException",
         "The derived qualifier from the function name does not match the specified qualifier."),
        ("get_function_url_config", {"FunctionName": "none"}, "ResourceNotFoundException",
         "The resource you requested does not exist."),
        ("create_function_url_config", {"FunctionName": "none", "AuthType": "NONE"},
         "ResourceNotFoundException", "Function does not exist"),
        ("get_function_event_invoke_config", {"FunctionName": "desk"},
         "ResourceNotFoundException",
         f"The function {ARN}:$LATEST doesn't have an EventInvokeConfig"),
        ("create_alias", {"FunctionName": "desk", "Name": "a", "FunctionVersion": "1",
                          "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
         "InvalidParameterValueException",
         "Invalid function version 1. Function version 1 is already included in routing "
         "configuration."),
        ("create_alias", {"FunctionName": "desk", "Name": "a", "FunctionVersion": "1",
                          "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1, "3": 0.1}}},
         "InvalidParameterValueException",
         "Number of items in AdditionalVersionWeights cannot be greater than 1"),
        ("delete_function", {"FunctionName": "desk", "Qualifier": "$LATEST"},
         "InvalidParameterValueException",
         "$LATEST version cannot be deleted without deleting the function."),
        ("remove_permission", {"FunctionName": "desk", "StatementId": "none"},
         "ResourceNotFoundException", "No policy is associated with the given resource."),
        ("put_function_concurrency", {"FunctionName": "desk",
                                      "ReservedConcurrentExecutions": 901},
         "InvalidParameterValueException",
         "Specified ReservedConcurrentExecutions for function decreases account's "
         "UnreservedConcurrentExecution below its minimum value of [100]."),
        ("update_function_configuration",
         {"FunctionName": "desk",
          "Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:none:1"]},
         "InvalidParameterValueException",
         "Layer version arn:aws:lambda:us-east-1:123456789012:layer:none:1 does not exist."),
    ],
)  # fmt: skip
def test_refusals(operation: str, asked: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(client("lambda"), operation)(**asked)
    answer = refused.value.response
    assert answer["Error"] == {"Code": code, "Message": message}
    # What is beyond a limit tells no type.
    assert answer.get("Type") == (None if operation == "put_function_concurrency" else "User")


def test_an_alias_has_a_revision_for_every_change() -> None:
    functions = client("lambda")
    made = functions.create_alias(FunctionName="desk", Name="live", FunctionVersion="1")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    changed = functions.update_alias(FunctionName="desk", Name="live", Description="now")
    assert changed["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert changed["RevisionId"] != made["RevisionId"]
    with pytest.raises(ClientError, match="Alias already exists"):
        functions.create_alias(FunctionName="desk", Name="live", FunctionVersion="1")
    gone = functions.delete_alias(FunctionName="desk", Name="live")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_permission_is_told_as_it_stands_in_the_policy() -> None:
    functions = client("lambda")
    asked = {
        "FunctionName": "desk",
        "StatementId": "topic",
        "Action": "lambda:InvokeFunction",
        "Principal": "sns.amazonaws.com",
    }
    made = functions.add_permission(**asked)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert json.loads(made["Statement"]) == {
        "Sid": "topic",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
    }
    with pytest.raises(ClientError, match=r"The statement id \(topic\) provided already exists"):
        functions.add_permission(**asked)


def test_settings_of_asynchronous_invocations_are_told_whole() -> None:
    functions = client("lambda")
    made = functions.put_function_event_invoke_config(FunctionName="desk", MaximumRetryAttempts=1)
    assert made["FunctionArn"] == f"{ARN}:$LATEST"
    assert made["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}


def test_the_account_knows_its_limits() -> None:
    functions = client("lambda")
    functions.put_function_concurrency(FunctionName="desk", ReservedConcurrentExecutions=40)
    told = functions.get_account_settings()
    assert told["AccountLimit"]["ConcurrentExecutions"] == 1000
    assert told["AccountLimit"]["UnreservedConcurrentExecutions"] == 960
    assert told["AccountUsage"]["FunctionCount"] == 1


def test_an_alias_has_a_policy_of_its_own() -> None:
    functions = client("lambda")
    functions.create_alias(FunctionName="desk", Name="live", FunctionVersion="1")
    asked = {
        "StatementId": "rule",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
    }
    made = functions.add_permission(FunctionName=f"{ARN}:live", **asked)
    assert json.loads(made["Statement"])["Resource"] == f"{ARN}:live"
    functions.add_permission(FunctionName="desk", **asked)
    told = functions.get_policy(FunctionName="desk", Qualifier="live")
    assert _resources(told) == [f"{ARN}:live"]
    assert f"{ARN}:live" not in _resources(functions.get_policy(FunctionName="desk"))
    functions.remove_permission(FunctionName="desk", StatementId="rule")
    assert _resources(functions.get_policy(FunctionName=f"{ARN}:live")) == [f"{ARN}:live"]
    functions.delete_alias(FunctionName="desk", Name="live")
    functions.create_alias(FunctionName="desk", Name="live", FunctionVersion="1")
    with pytest.raises(ClientError, match="The resource you requested does not exist"):
        functions.get_policy(FunctionName="desk", Qualifier="live")


def test_an_alias_has_a_url_of_its_own() -> None:
    functions = client("lambda")
    functions.create_alias(FunctionName="desk", Name="open", FunctionVersion="1")
    made = functions.create_function_url_config(
        FunctionName="desk", Qualifier="open", AuthType="NONE"
    )
    assert made["FunctionArn"] == f"{ARN}:open"
    told = functions.get_function_url_config(FunctionName=f"{ARN}:open")
    assert told["FunctionUrl"] == made["FunctionUrl"]
    functions.update_function_url_config(FunctionName="desk", Qualifier="open", AuthType="AWS_IAM")
    told = functions.get_function_url_config(FunctionName="desk", Qualifier="open")
    assert told["AuthType"] == "AWS_IAM"
    with pytest.raises(ClientError, match="The resource you requested does not exist"):
        functions.get_function_url_config(FunctionName="desk")
    with pytest.raises(ClientError, match="Function does not exist"):
        functions.create_function_url_config(FunctionName="desk", Qualifier="shut", AuthType="NONE")
    functions.delete_function_url_config(FunctionName="desk", Qualifier="open")
    with pytest.raises(ClientError, match="The resource you requested does not exist"):
        functions.get_function_url_config(FunctionName="desk", Qualifier="open")


def _resources(told: dict[str, Any]) -> list[str]:
    return [one["Resource"] for one in json.loads(told["Policy"])["Statement"]]
