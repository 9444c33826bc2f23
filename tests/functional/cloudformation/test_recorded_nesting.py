"""Stacks within stacks as AWS shows them, and what policies see of CloudFormation's calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from identities import client_of, make_role, make_user
from in_process import client
from stacks import cfn, create, delete, physical, queue, reason, refused, stack, template, update

BAD = queue(QueueName="no such name!")
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    },
}


@pytest.fixture(scope="module")
def bucket() -> str:
    client("s3").create_bucket(Bucket="nesting")
    return "nesting"


def nested(bucket: str, key: str, body: str, **properties: Any) -> dict[str, Any]:
    """Return a stack of a template, whose own template is put into the bucket."""
    client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
    url = f"https://{bucket}.s3.amazonaws.com/{key}"
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, **properties},
    }


def test_parents_and_roots(bucket: str) -> None:
    inner = nested(bucket, "inner", template(Q=queue()))
    middle = nested(bucket, "middle", template(Inner=inner))
    outer = create("nest", template(Middle=middle))
    assert not {"ParentId", "RootId"} & set(outer)
    second = stack(physical("nest", "Middle"))
    assert second["ParentId"] == second["RootId"] == outer["StackId"]
    assert second["DisableRollback"] is False
    third = stack(physical(second["StackName"], "Inner"))
    assert (third["ParentId"], third["RootId"]) == (second["StackId"], outer["StackId"])
    listed = {one["StackId"]: one for one in cfn().list_stacks()["StackSummaries"]}
    assert listed[third["StackId"]]["RootId"] == outer["StackId"]
    code, _ = refused(
        cfn().update_termination_protection,
        StackName=third["StackName"],
        EnableTerminationProtection=True,
    )
    assert code == "ValidationError"
    delete("nest")
    assert stack(third["StackId"])["StackStatus"] == "DELETE_COMPLETE"


def test_an_embedded_stack_that_fails(bucket: str) -> None:
    create("emb", template(S=nested(bucket, "bad", template(A=BAD))))
    gone = next(
        one for one in cfn().list_stacks()["StackSummaries"] if one["StackName"].startswith("emb-S")
    )
    assert gone["StackStatus"] == "DELETE_COMPLETE"
    assert reason("emb", "S") == (
        f"Embedded stack {gone['StackId']} was not successfully created: "
        "The following resource(s) failed to create: [A]. "
    )
    own = [
        one["ResourceStatus"]
        for one in cfn().describe_stack_events(StackName=gone["StackId"])["StackEvents"][::-1]
        if one["LogicalResourceId"] == gone["StackName"]
    ]
    assert own == [
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]


def test_an_embedded_stack_whose_update_fails(bucket: str) -> None:
    good = nested(bucket, "before", template(A=queue()))
    create("embu", template(S=good))
    bad = nested(bucket, "after", template(A=queue(), B=BAD))
    assert update("embu", template(S=bad))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    inner = stack(physical("embu", "S"))
    assert inner["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason("embu", "S") == (
        f"Embedded stack {inner['StackId']} was not successfully updated. Currently in "
        "UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to create: "
        "[B]. "
    )


def test_an_embedded_stack_needs_what_the_outer_one_was_given(bucket: str) -> None:
    body = template(S=nested(bucket, "role", template(R=ROLE)))
    assert create("cap", body)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason("cap", "S") == "Requires capabilities : [CAPABILITY_IAM]"
    made = create("cap2", body, Capabilities=["CAPABILITY_IAM"])
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert stack(physical("cap2", "S"))["Capabilities"] == ["CAPABILITY_IAM"]


def test_what_policies_see_of_cloudformation_s_calls() -> None:
    """A caller's permissions may be for CloudFormation's calls only; a service role's are its own.

    "aws:CalledVia" and "aws:ViaAWSService", AWS global condition context keys, IAM User Guide.
    """
    through = {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}}
    key = make_user(
        "stacker",
        {"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": through},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
    )
    with pytest.raises(ClientError, match="sqs:createqueue"):
        client_of(key, "sqs").create_queue(QueueName="directly")
    stacks = client_of(key, "cloudformation")
    stacks.create_stack(StackName="via", TemplateBody=template(Q=queue(QueueName="via-q")))
    assert stack("via")["StackStatus"] == "CREATE_COMPLETE"
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudformation.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = make_role("builder", trust)
    denied = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*",
              "Condition": {"Bool": {"aws:ViaAWSService": "true"}}}  # fmt: skip
    allowed = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    client("iam").put_role_policy(
        RoleName="builder",
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [denied, allowed]}),
    )
    body = template(Q=queue(QueueName="role-q"))
    stacks.create_stack(StackName="role", TemplateBody=body, RoleARN=role)
    assert stack("role")["StackStatus"] == "CREATE_COMPLETE", reason("role", "Q")
