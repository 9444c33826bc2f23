"""Inline policies may be of the older version or name none; managed ones may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import create, delete, physical, template
from trial import client

STATEMENT = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


@pytest.mark.parametrize("version", [{}, {"Version": "2008-10-17"}])
def test_inline_policies_of_old(version: dict[str, str]) -> None:
    document: dict[str, Any] = {**version, "Statement": [STATEMENT]}
    policies = [{"PolicyName": "old", "PolicyDocument": document}]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}}
    user = {"Type": "AWS::IAM::User", "Properties": {"Policies": policies}}
    group = {"Type": "AWS::IAM::Group", "Properties": {"Policies": policies}}
    trusting = {"AssumeRolePolicyDocument": {**version, "Statement": [trust]}}
    role = {"Type": "AWS::IAM::Role", "Properties": {**trusting, "Policies": policies}}
    name = f"inline-{len(version)}"
    body = template(None, User=user, Group=group, Role=role)
    found = create(name, body, Capabilities=["CAPABILITY_IAM"])
    assert found["StackStatus"] == "CREATE_COMPLETE"
    iam = client("iam")
    iam.update_assume_role_policy(
        RoleName=physical(name, "Role"),
        PolicyDocument=json.dumps(trusting["AssumeRolePolicyDocument"]),
    )
    kept = iam.get_user_policy(UserName=physical(name, "User"), PolicyName="old")["PolicyDocument"]
    assert kept == document
    simulated = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::123456789012:user/{physical(name, 'User')}",
        ActionNames=["s3:ListAllMyBuckets"],
    )
    assert simulated["EvaluationResults"][0]["EvalDecision"] == "allowed"
    with pytest.raises(ClientError, match="must be version 2012-10-17 or greater"):
        client("iam").create_policy(PolicyName="old", PolicyDocument=json.dumps(document))
    with pytest.raises(ClientError, match="Syntax errors in policy"):
        client("iam").put_user_policy(
            UserName=physical(name, "User"),
            PolicyName="older",
            PolicyDocument=json.dumps({"Version": "2001-01-01", "Statement": [STATEMENT]}),
        )
    assert delete(name)["StackStatus"] == "DELETE_COMPLETE"
