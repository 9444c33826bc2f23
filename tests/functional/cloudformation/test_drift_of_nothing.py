"""Stacks nobody has touched, and that are therefore in sync."""

from __future__ import annotations

import json
from typing import Any

from stacks import cfn, create, delete, template


def drifted(name: str) -> list[Any]:
    cfn().detect_stack_drift(StackName=name)
    found = cfn().describe_stack_resource_drifts(
        StackName=name, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"]
    )
    return [
        (one["ResourceType"], one["PropertyDifferences"]) for one in found["StackResourceDrifts"]
    ]


def test_what_cannot_be_read_has_not_changed() -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    function = {
        "Role": {"Fn::GetAtt": "Role.Arn"},
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Code": {"ZipFile": "def handler(event, context): ..."},
    }
    user = {"LoginProfile": {"Password": "Harbour-Master-1", "PasswordResetRequired": True}}
    body = template(
        None,
        Role={"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
        Function={"Type": "AWS::Lambda::Function", "Properties": function},
        User={"Type": "AWS::IAM::User", "Properties": user},
    )
    assert create("still", body, Capabilities=["CAPABILITY_IAM"])["StackStatus"].startswith(
        "CREATE"
    )
    assert drifted("still") == []
    delete("still")


def test_rules_between_groups_and_numbers() -> None:
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "boats"}}
    rule = {
        "GroupId": {"Fn::GetAtt": "One.GroupId"},
        "SourceSecurityGroupId": {"Fn::GetAtt": "Two.GroupId"},
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "Description": "from the other",
    }
    target = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": {"Fn::Sub": "table/${Table}"},
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        "MinCapacity": 1,
        "MaxCapacity": 10,
        "RoleARN": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/scaling"},
    }
    policy = {
        "PolicyName": "half",
        "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": {"Ref": "Target"},
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 50,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
            },
        },
    }
    table = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    body = template(
        None,
        One=group,
        Two=group,
        Rule={"Type": "AWS::EC2::SecurityGroupIngress", "Properties": rule},
        Table={"Type": "AWS::DynamoDB::Table", "Properties": table},
        Target={"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": target},
        Policy={"Type": "AWS::ApplicationAutoScaling::ScalingPolicy", "Properties": policy},
    )
    assert create("rules", body)["StackStatus"] == "CREATE_COMPLETE"
    assert drifted("rules") == []
    delete("rules")


def test_a_policy_written_as_text() -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Pull",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": ["ecr:BatchGetImage"],
            }
        ],
    }
    repository = {"RepositoryName": "boats", "RepositoryPolicyText": json.dumps(policy, indent=2)}
    body = template(None, R={"Type": "AWS::ECR::Repository", "Properties": repository})
    assert create("text", body)["StackStatus"] == "CREATE_COMPLETE"
    assert drifted("text") == []
    delete("text")
