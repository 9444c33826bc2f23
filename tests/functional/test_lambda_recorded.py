"""What Lambda tells of functions, their versions and what hangs on them, as recorded from AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import RUNTIME, TRUST, package
from in_process import client, lab

from dryrun.cloud.awslambda import provisioned

ARN = "arn:aws:lambda:us-east-1:123456789012:function:pier"
SOURCE = """
import os

def handler(event, context):
    return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
"""


@pytest.fixture(scope="module", autouse=True)
def _pier() -> None:
    iam = client("iam")
    role = iam.create_role(RoleName="pier", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    made = client("lambda").create_function(
        FunctionName="pier",
        Role=role["Arn"],
        Runtime=RUNTIME,
        Handler="app.handler",
        Code={"ZipFile": package(SOURCE)},
        LoggingConfig={"LogFormat": "JSON"},
        Tags={"team": "boats"},
        Publish=True,
    )
    assert made["Version"] == "1"


def code_of(answer: dict[str, Any]) -> int:
    return int(answer["ResponseMetadata"]["HTTPStatusCode"])


def test_lists_leave_out_what_only_a_function_itself_tells() -> None:
    functions = client("lambda")
    only_there = {"State", "LastUpdateStatus", "RuntimeVersionConfig"}
    assert only_there <= functions.get_function(FunctionName="pier")["Configuration"].keys()
    for version in functions.list_versions_by_function(FunctionName="pier")["Versions"]:
        assert not only_there & version.keys()
        assert version["LoggingConfig"]["LogGroup"] == "/aws/lambda/pier"
    assert not only_there & functions.list_functions()["Functions"][0].keys()


def test_versions_have_no_tags() -> None:
    functions = client("lambda")
    assert functions.get_function(FunctionName="pier")["Tags"] == {"team": "boats"}
    assert "Tags" not in functions.get_function(FunctionName="pier", Qualifier="1")
    assert "Tags" in functions.get_function(FunctionName="pier", Qualifier="$LATEST")


def test_a_log_in_json_has_levels() -> None:
    assert client("lambda").get_function_configuration(FunctionName="pier")["LoggingConfig"] == {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
        "LogGroup": "/aws/lambda/pier",
    }


def test_an_alias_of_one_version_has_no_routing() -> None:
    functions = client("lambda")
    weights = {"AdditionalVersionWeights": {}}
    made = functions.create_alias(
        FunctionName="pier", Name="calm", FunctionVersion="1", RoutingConfig=weights
    )
    assert "RoutingConfig" not in made
    assert "RoutingConfig" not in functions.get_alias(FunctionName="pier", Name="calm")


def test_a_url_is_read_with_status_200_and_its_headers_are_lower_case() -> None:
    functions = client("lambda")
    made = functions.create_function_url_config(
        FunctionName="pier", AuthType="NONE", Cors={"AllowHeaders": ["X-Boat"]}
    )
    assert (code_of(made), made["Cors"]) == (201, {"AllowHeaders": ["x-boat"]})
    assert code_of(functions.get_function_url_config(FunctionName="pier")) == 200
    cors = {"AllowHeaders": ["Content-Type"], "AllowMethods": ["GET"]}
    changed = functions.update_function_url_config(FunctionName="pier", Cors=cors)
    assert changed["Cors"] == {"AllowHeaders": ["content-type"], "AllowMethods": ["GET"]}
    assert changed["LastModifiedTime"].endswith(".000+0000")


def test_every_version_has_its_own_settings_of_asynchronous_invocations() -> None:
    functions = client("lambda")
    first = {"FunctionName": "pier", "Qualifier": "1"}
    made = functions.put_function_event_invoke_config(
        **first, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=300
    )
    assert made["FunctionArn"] == f"{ARN}:1"
    with pytest.raises(ClientError, match=r"\$LATEST doesn't have an EventInvokeConfig"):
        functions.get_function_event_invoke_config(FunctionName="pier")
    functions.put_function_event_invoke_config(FunctionName="pier", MaximumRetryAttempts=0)
    changed = functions.update_function_event_invoke_config(**first, MaximumRetryAttempts=2)
    assert changed["MaximumEventAgeInSeconds"] == 300
    found = functions.list_function_event_invoke_configs(FunctionName="pier")
    told = [
        (one["FunctionArn"], one["MaximumRetryAttempts"])
        for one in found["FunctionEventInvokeConfigs"]
    ]
    assert told == [(f"{ARN}:1", 2), (f"{ARN}:$LATEST", 0)]
    functions.delete_function_event_invoke_config(**first)
    with pytest.raises(ClientError, match=f"{ARN}:1 doesn't have an EventInvokeConfig"):
        functions.update_function_event_invoke_config(**first, MaximumRetryAttempts=2)
    assert functions.get_function_event_invoke_config(FunctionName="pier")


def test_a_policy_is_of_the_revision_of_its_function() -> None:
    functions = client("lambda")
    before = functions.get_function_configuration(FunctionName="pier")["RevisionId"]
    asked = {"FunctionName": "pier", "Action": "lambda:InvokeFunction"}
    functions.add_permission(**asked, StatementId="states", Principal="states.amazonaws.com")
    after = functions.get_function_configuration(FunctionName="pier")["RevisionId"]
    told = functions.get_policy(FunctionName="pier")
    assert (told["RevisionId"], after != before) == (after, True)
    assert told["Policy"].startswith('{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":')
    functions.add_permission(
        **asked, StatementId="rule", Principal="events.amazonaws.com", RevisionId=after
    )
    with pytest.raises(ClientError, match="PreconditionFailed"):
        functions.remove_permission(FunctionName="pier", StatementId="rule", RevisionId=after)


def test_a_function_knows_that_its_concurrency_was_provided() -> None:
    functions = client("lambda")
    version = {"FunctionName": "pier", "Qualifier": "1"}
    assert json.load(functions.invoke(**version)["Payload"]) == "on-demand"
    functions.put_provisioned_concurrency_config(**version, ProvisionedConcurrentExecutions=1)
    lab().clock.advance(provisioned.ALLOCATION)
    assert json.load(functions.invoke(**version)["Payload"]) == "provisioned-concurrency"
    assert json.load(functions.invoke(FunctionName="pier")["Payload"]) == "on-demand"


def test_an_event_goes_by_the_settings_of_the_version_it_is_for() -> None:
    functions, queues = client("lambda"), client("sqs")
    url = queues.create_queue(QueueName="landed")["QueueUrl"]
    queue = "arn:aws:sqs:us-east-1:123456789012:landed"
    may = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    client("iam").put_role_policy(
        RoleName="pier",
        PolicyName="tell",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
    )
    functions.put_function_event_invoke_config(
        FunctionName="pier", Qualifier="1", DestinationConfig={"OnSuccess": {"Destination": queue}}
    )
    for name in ("pier", "pier:1"):
        functions.invoke(FunctionName=name, InvocationType="Event")
    told = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    contexts = [json.loads(one["Body"])["requestContext"] for one in told]
    assert [one["functionArn"] for one in contexts] == [f"{ARN}:1"]
