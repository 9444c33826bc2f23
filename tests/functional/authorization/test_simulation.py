"""The policy simulator and the writes of policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from people import (
    ACCOUNT,
    admin,
    document,
    refused,
    role,
    statement,
    user,
)

WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_custom_policy_in_full() -> None:
    policy = document(statement("s3:Get*", "arn:aws:s3:::a/*", Condition=WITH_MFA))
    found = admin("iam").simulate_custom_policy(
        PolicyInputList=[policy],
        ActionNames=["s3:GetObject", "s3:PutObject"],
        ResourceArns=["arn:aws:s3:::a/b"],
        ContextEntries=[
            {
                "ContextKeyName": "aws:MultiFactorAuthPresent",
                "ContextKeyValues": ["true"],
                "ContextKeyType": "boolean",
            }
        ],
    )
    assert found["IsTruncated"] is False
    got, put = found["EvaluationResults"]
    at = policy.index('{"Effect"')
    matched = [
        {
            "SourcePolicyId": "PolicyInputList.1",
            "SourcePolicyType": "IAM Policy",
            "StartPosition": {
                "Line": 1,
                "Column": got["MatchedStatements"][0]["StartPosition"]["Column"],
            },
            "EndPosition": got["MatchedStatements"][0]["EndPosition"],
        }
    ]
    assert abs(got["MatchedStatements"][0]["StartPosition"]["Column"] - at) <= 1
    assert got == {
        "EvalActionName": "s3:GetObject",
        "EvalResourceName": "arn:aws:s3:::a/b",
        "EvalDecision": "allowed",
        "MatchedStatements": matched,
        "MissingContextValues": [],
        "ResourceSpecificResults": [
            {
                "EvalResourceName": "arn:aws:s3:::a/b",
                "EvalResourceDecision": "allowed",
                "MatchedStatements": matched,
                "MissingContextValues": [],
            }
        ],
    }
    assert put["EvalDecision"] == "implicitDeny"
    assert put["MatchedStatements"] == []


def test_missing_context_values_are_named() -> None:
    [found] = admin("iam").simulate_custom_policy(
        PolicyInputList=[document(statement("s3:*", Condition=WITH_MFA))],
        ActionNames=["s3:GetObject"],
    )["EvaluationResults"]
    assert found["EvalDecision"] == "implicitDeny"
    assert found["EvalResourceName"] == "*"
    assert found["MissingContextValues"] == ["aws:MultiFactorAuthPresent"]
    assert "ResourceSpecificResults" not in found


def test_principal_policy_names_its_sources_and_the_boundary() -> None:
    iam = admin("iam")
    boundary = iam.create_policy(
        PolicyName="simulated-bound", PolicyDocument=document(statement("s3:*"))
    )["Policy"]["Arn"]
    someone = user(statement(["sqs:*", "s3:*"]), boundary=boundary)
    iam.attach_user_policy(
        UserName=someone.name, PolicyArn="arn:aws:iam::aws:policy/AmazonSNSFullAccess"
    )
    results = iam.simulate_principal_policy(
        PolicySourceArn=someone.arn, ActionNames=["s3:GetObject", "sqs:SendMessage", "sns:Publish"]
    )["EvaluationResults"]
    decisions = {one["EvalActionName"]: one["EvalDecision"] for one in results}
    assert decisions == {
        "s3:GetObject": "allowed",
        "sqs:SendMessage": "implicitDeny",
        "sns:Publish": "implicitDeny",
    }
    assert results[0]["MatchedStatements"][0]["SourcePolicyId"] == f"user_{someone.name}_own"
    assert results[0]["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    assert results[1]["PermissionsBoundaryDecisionDetail"] == {
        "AllowedByPermissionsBoundary": False
    }
    assert results[2]["MatchedStatements"][0]["SourcePolicyId"] == "AmazonSNSFullAccess"


def test_simulator_and_enforcement_agree() -> None:
    someone = user(statement(["sqs:*", "sns:List*"]), statement("sqs:DeleteQueue", effect="Deny"))
    simulated = {
        one["EvalActionName"]: one["EvalDecision"] == "allowed"
        for one in admin("iam").simulate_principal_policy(
            PolicySourceArn=someone.arn,
            ActionNames=["sqs:ListQueues", "sns:ListTopics", "sqs:DeleteQueue", "sns:CreateTopic"],
        )["EvaluationResults"]
    }
    url = admin("sqs").create_queue(QueueName="agreed")["QueueUrl"]
    tried = {
        "sqs:ListQueues": lambda: someone.client("sqs").list_queues(),
        "sns:ListTopics": lambda: someone.client("sns").list_topics(),
        "sqs:DeleteQueue": lambda: someone.client("sqs").delete_queue(QueueUrl=url),
        "sns:CreateTopic": lambda: someone.client("sns").create_topic(Name="x"),
    }
    assert {name: _works(call) for name, call in tried.items()} == simulated


def _works(call: Any) -> bool:
    try:
        call()
    except ClientError:
        return False
    return True


def test_results_come_in_pages() -> None:
    iam = admin("iam")
    actions = [f"s3:Get{number}" for number in range(7)]
    asked = {"PolicyInputList": [document(statement("s3:*"))], "ActionNames": actions}
    first = iam.simulate_custom_policy(**asked, MaxItems=3)
    assert first["IsTruncated"] is True
    assert len(first["EvaluationResults"]) == 3
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        **asked, PaginationConfig={"PageSize": 3}
    )
    names = [one["EvalActionName"] for page in pages for one in page["EvaluationResults"]]
    assert names == actions


def test_resource_policy_and_several_resources() -> None:
    found = admin("iam").simulate_custom_policy(
        PolicyInputList=[document(statement("s3:*", "arn:aws:s3:::a/*"))],
        ActionNames=["s3:GetObject"],
        ResourceArns=["arn:aws:s3:::a/b", "arn:aws:s3:::c/d"],
        CallerArn=f"arn:aws:iam::{ACCOUNT}:user/jane",
        ResourcePolicy=document(
            statement(
                "s3:GetObject",
                "arn:aws:s3:::c/*",
                Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/jane"},
            )
        ),
    )["EvaluationResults"]
    assert [(one["EvalResourceName"], one["EvalDecision"]) for one in found] == [
        ("arn:aws:s3:::a/b", "allowed"),
        ("arn:aws:s3:::c/d", "allowed"),
    ]
    assert found[1]["MatchedStatements"][0]["SourcePolicyType"] == "Resource Policy"


def test_context_keys() -> None:
    iam = admin("iam")
    policy = document(
        statement("s3:*", "arn:aws:s3:::b/${aws:username}/*", Condition=WITH_MFA),
        statement("ec2:*", Condition={"StringEquals": {"ec2:ResourceTag/Team": "a"}}),
    )
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[policy])["ContextKeyNames"]
    assert sorted(keys) == ["aws:MultiFactorAuthPresent", "aws:username", "ec2:ResourceTag/Team"]
    someone = user(statement("sqs:*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=someone.arn)
    assert keys["ContextKeyNames"] == ["aws:SecureTransport"]


def test_whom_nobody_knows_cannot_be_simulated() -> None:
    iam = admin("iam")
    unknown = f"arn:aws:iam::{ACCOUNT}:user/unknown"
    refused(
        iam.simulate_principal_policy,
        "NoSuchEntity",
        PolicySourceArn=unknown,
        ActionNames=["s3:GetObject"],
    )
    refused(
        iam.simulate_custom_policy,
        "InvalidInput",
        PolicyInputList=["{}"],
        ActionNames=["s3:GetObject"],
    )


BROKEN = ["{", "[]", document({"Effect": "Maybe", "Action": "s3:*", "Resource": "*"})]


@pytest.mark.parametrize("text", BROKEN)
def test_malformed_policies_are_refused_wherever_they_are_written(text: str) -> None:
    iam = admin("iam")
    someone, arn = user(), role()
    name = arn.rpartition("/")[2]
    policy = iam.create_policy(
        PolicyName=f"written-{name}", PolicyDocument=document(statement("s3:*"))
    )["Policy"]["Arn"]
    group = f"group-{name}"
    iam.create_group(GroupName=group)
    written = {"PolicyName": "p", "PolicyDocument": text}
    code = "MalformedPolicyDocument"
    refused(iam.put_user_policy, code, UserName=someone.name, **written)
    refused(iam.put_role_policy, code, RoleName=name, **written)
    refused(iam.put_group_policy, code, GroupName=group, **written)
    refused(iam.create_policy, code, **written)
    refused(iam.create_policy_version, code, PolicyArn=policy, PolicyDocument=text)
    refused(iam.update_assume_role_policy, code, RoleName=name, PolicyDocument=text)
    refused(iam.create_role, code, RoleName="never", AssumeRolePolicyDocument=text)


def test_policies_that_are_too_long_are_refused() -> None:
    iam = admin("iam")
    someone = user()
    long = document(*(statement(f"s3:Action{number:04}") for number in range(60)))
    assert len(long) > 2048
    assert (
        refused(
            iam.put_user_policy,
            "LimitExceeded",
            UserName=someone.name,
            PolicyName="p",
            PolicyDocument=long,
        )
        == f"Maximum policy size of 2048 bytes exceeded for user {someone.name}"
    )
    longer = document(*(statement(f"s3:Action{number:04}") for number in range(200)))
    message = refused(iam.create_policy, "LimitExceeded", PolicyName="p", PolicyDocument=longer)
    assert message == "Cannot exceed quota for PolicySize: 6144"
    spaced = json.dumps(json.loads(document(statement("s3:*"))), indent=200)
    iam.put_user_policy(UserName=someone.name, PolicyName="p", PolicyDocument=spaced)


def test_boundaries_must_exist() -> None:
    iam = admin("iam")
    missing = f"arn:aws:iam::{ACCOUNT}:policy/missing"
    refused(iam.create_user, "NoSuchEntity", UserName="never", PermissionsBoundary=missing)
    someone = user()
    refused(
        iam.put_user_permissions_boundary,
        "NoSuchEntity",
        UserName=someone.name,
        PermissionsBoundary=missing,
    )
    refused(iam.delete_user_permissions_boundary, "NoSuchEntity", UserName=someone.name)
