"""Policies of resources that AWS does not take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from people import ACCOUNT, admin, document, refused, statement

from dryrun.cloud import authorization
from dryrun.cloud.identity import Caller, CallerKind

GHOST = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ghost"}
OWN = "arn:aws:s3:::written"


@pytest.fixture(scope="module")
def bucket() -> Any:
    """Return the writer of a bucket's policy."""
    s3 = admin("s3")
    s3.create_bucket(Bucket="written")
    return s3


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("{", "Policies must be valid JSON and the first byte must be '{'"),
        (document(statement("s3:GetObject", f"{OWN}/*")), "Missing required field Principal"),
        (
            document(statement("s3:GetObject", f"{OWN}/*", Principal=GHOST)),
            "Invalid principal in policy",
        ),
        (document(statement("s3:Nope", OWN, Principal="*")), "Policy has invalid action"),
        (document(statement("sqs:*", OWN, Principal="*")), "Policy has invalid action"),
        (
            document(statement("s3:GetObject", "arn:aws:s3:::other/*", Principal="*")),
            "Policy has invalid resource",
        ),
        (
            document(statement("s3:GetObject", OWN, Principal="*")),
            "Action does not apply to any resource(s) in statement",
        ),
    ],
)
def test_bucket_policies(bucket: Any, policy: str, message: str) -> None:
    told = refused(bucket.put_bucket_policy, "MalformedPolicy", Bucket="written", Policy=policy)
    assert told == message


def test_good_bucket_policies_are_taken_unless_public_access_is_blocked(bucket: Any) -> None:
    public = document(statement(["s3:GetObject", "s3:Put*"], f"{OWN}/*", Principal="*"))
    bucket.put_bucket_policy(Bucket="written", Policy=public)
    kept = json.loads(bucket.get_bucket_policy(Bucket="written")["Policy"])
    assert kept == json.loads(public)
    bucket.put_public_access_block(
        Bucket="written", PublicAccessBlockConfiguration={"BlockPublicPolicy": True}
    )
    message = refused(bucket.put_bucket_policy, Bucket="written", Policy=public)
    assert "because public policies are prevented by the BlockPublicPolicy setting" in message
    narrow = statement(
        "s3:GetObject",
        f"{OWN}/*",
        Principal="*",
        Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
    )
    bucket.put_bucket_policy(Bucket="written", Policy=document(narrow))


@pytest.mark.parametrize("policy", ["{", document(statement("*", Principal=GHOST))])
def test_policies_of_queues_topics_and_keys(policy: str) -> None:
    sqs, sns, kms = admin("sqs"), admin("sns"), admin("kms")
    url = sqs.create_queue(QueueName="written")["QueueUrl"]
    assert (
        refused(
            sqs.set_queue_attributes,
            "InvalidAttributeValue",
            QueueUrl=url,
            Attributes={"Policy": policy},
        )
        == "Invalid value for the parameter Policy."
    )
    topic = sns.create_topic(Name="written")["TopicArn"]
    written = {"AttributeName": "Policy", "AttributeValue": policy}
    refused(sns.set_topic_attributes, "InvalidParameter", TopicArn=topic, **written)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    malformed = "MalformedPolicyDocumentException"
    refused(kms.put_key_policy, malformed, KeyId=key, PolicyName="default", Policy=policy)


def test_roles_cannot_trust_who_is_not_there() -> None:
    trust = document({"Effect": "Allow", "Principal": GHOST, "Action": "sts:AssumeRole"})
    message = refused(
        admin("iam").create_role,
        "MalformedPolicyDocument",
        RoleName="never",
        AssumeRolePolicyDocument=trust,
    )
    assert message == f'Invalid principal in policy: "AWS":"{GHOST["AWS"]}"'


def test_services_act_by_the_policies_of_resources() -> None:
    sqs = admin("sqs")
    url = sqs.create_queue(QueueName="delivered")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:delivered"
    events = Caller(CallerKind.SERVICE, "events.amazonaws.com", "", "")
    rule = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/r"
    source = {"aws:SourceArn": rule, "aws:SourceAccount": ACCOUNT}
    assert not authorization.may(events, "sqs:SendMessage", arn, source).allowed
    opened = statement(
        "sqs:SendMessage",
        arn,
        Principal={"Service": "events.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": rule}},
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(opened)})
    assert authorization.may(events, "sqs:SendMessage", arn, source).allowed
    other = {"aws:SourceArn": rule.replace("rule/r", "rule/other")}
    assert not authorization.may(events, "sqs:SendMessage", arn, other).allowed
