"""Concurrency that is provided for versions and aliases of functions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import create, delete, template
from trial import Trial, client

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
THREE = {"ProvisionedConcurrentExecutions": 3}


@pytest.fixture
def name() -> Any:
    iam = client("iam")
    role = iam.create_role(RoleName="runs", AssumeRolePolicyDocument=json.dumps(TRUST))
    function = {
        "FunctionName": "ferry",
        "Role": role["Role"]["Arn"],
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Code": {"ZipFile": "def handler(event, context): ..."},
    }
    with Trial("AWS::Lambda::Function", function, "Function"):
        yield "ferry"
    iam.delete_role(RoleName="runs")


def test_version_and_alias(name: str) -> None:
    functions = client("lambda")
    version = {"FunctionName": name, "ProvisionedConcurrencyConfig": THREE}
    with Trial("AWS::Lambda::Version", version, "Version") as it:
        assert it.read()["ProvisionedConcurrencyConfig"] == THREE
        found = functions.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
        assert found["RequestedProvisionedConcurrentExecutions"] == 3
        assert found["Status"] == "IN_PROGRESS"
        # A version and an alias of it cannot both have some.
        functions.update_function_configuration(FunctionName=name, Description="anew")
        functions.publish_version(FunctionName=name)
        alias = {"FunctionName": name, "FunctionVersion": "2", "Name": "live"}
        with Trial("AWS::Lambda::Alias", alias, "Alias") as live:
            assert "ProvisionedConcurrencyConfig" not in live.read()
            wanted = {**alias, "ProvisionedConcurrencyConfig": THREE}
            assert live.update(wanted)["ProvisionedConcurrencyConfig"] == THREE
            listed = functions.list_provisioned_concurrency_configs(FunctionName=name)
            arns = [one["FunctionArn"] for one in listed["ProvisionedConcurrencyConfigs"]]
            assert arns == [it.physical_id, live.physical_id]
            assert "ProvisionedConcurrencyConfig" not in live.update(alias)
        functions.create_alias(FunctionName=name, FunctionVersion="1", Name="other")
        with pytest.raises(ClientError, match="ProvisionedConcurrencyConfigNotFound"):
            functions.get_provisioned_concurrency_config(FunctionName=name, Qualifier="other")
    with pytest.raises(ClientError, match="cannot be applied to unpublished function"):
        functions.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier="$LATEST", **THREE
        )


def test_a_stack_waits_for_it() -> None:
    function = {
        "Role": {"Fn::GetAtt": "Role.Arn"},
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Code": {"ZipFile": "def handler(event, context): ..."},
    }
    body = template(
        {"Outputs": {"Arn": {"Value": {"Ref": "Version"}}}},
        Role={"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        Function={"Type": "AWS::Lambda::Function", "Properties": function},
        Version={
            "Type": "AWS::Lambda::Version",
            "Properties": {
                "FunctionName": {"Ref": "Function"},
                "ProvisionedConcurrencyConfig": THREE,
            },
        },
    )
    made = create("provided", body, Capabilities=["CAPABILITY_IAM"])
    assert made["StackStatus"] == "CREATE_COMPLETE"
    found = client("lambda").get_provisioned_concurrency_config(
        FunctionName=made["Outputs"][0]["OutputValue"].rpartition(":")[0], Qualifier="1"
    )
    assert found["Status"] == "READY"
    assert delete("provided")["StackStatus"] == "DELETE_COMPLETE"
