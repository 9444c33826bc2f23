"""Where the permissions of a principal come from, and where they end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from people import (
    ACCOUNT,
    admin,
    document,
    new_account,
    person_of,
    refused,
    role,
    session,
    statement,
    user,
)

DENIED = "AccessDeniedException"


def test_policies_of_groups_and_attached_ones_count() -> None:
    iam = admin("iam")
    someone = user()
    sns = someone.client("sns")
    refused(sns.list_topics, "AuthorizationError")
    iam.create_group(GroupName="readers")
    iam.put_group_policy(
        GroupName="readers", PolicyName="p", PolicyDocument=document(statement("sns:List*"))
    )
    iam.add_user_to_group(GroupName="readers", UserName=someone.name)
    assert "Topics" in sns.list_topics()
    iam.remove_user_from_group(GroupName="readers", UserName=someone.name)
    refused(sns.list_topics, "AuthorizationError")
    iam.attach_user_policy(
        UserName=someone.name, PolicyArn="arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess"
    )
    assert "Topics" in sns.list_topics()
    refused(sns.create_topic, "AuthorizationError", Name="t")


def test_the_default_version_of_a_managed_policy_is_the_one_that_counts() -> None:
    iam = admin("iam")
    arn = iam.create_policy(
        PolicyName="versions", PolicyDocument=document(statement("sqs:ListQueues"))
    )["Policy"]["Arn"]
    someone = user()
    iam.attach_user_policy(UserName=someone.name, PolicyArn=arn)
    someone.client("sqs").list_queues()
    other = document(statement("sns:*"))
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=other, SetAsDefault=True)
    refused(someone.client("sqs").list_queues)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    someone.client("sqs").list_queues()
    assert made["PolicyVersion"]["VersionId"] == "v2"


def test_explicit_deny_wins_and_names_a_managed_policy() -> None:
    iam = admin("iam")
    someone = user(statement("*"), statement("sqs:*", effect="Deny"))
    assert refused(someone.client("sqs").list_queues).endswith(
        "with an explicit deny in an identity-based policy"
    )
    iam.attach_user_policy(UserName=someone.name, PolicyArn="arn:aws:iam::aws:policy/AWSDenyAll")
    assert refused(someone.client("ssm").describe_parameters, DENIED).endswith(
        "with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/AWSDenyAll"
    )


def test_permissions_boundary_of_users_and_roles() -> None:
    iam = admin("iam")
    boundary = iam.create_policy(PolicyName="only-s3", PolicyDocument=document(statement("s3:*")))[
        "Policy"
    ]["Arn"]
    someone = user(statement("*"), boundary=boundary)
    assert "Buckets" in someone.client("s3").list_buckets()
    assert refused(someone.client("sns").list_topics, "AuthorizationError").endswith(
        "because no permissions boundary allows the SNS:ListTopics action"
    )
    told = iam.get_user(UserName=someone.name)["User"]["PermissionsBoundary"]
    assert told["PermissionsBoundaryArn"] == boundary
    iam.delete_user_permissions_boundary(UserName=someone.name)
    assert "PermissionsBoundary" not in iam.get_user(UserName=someone.name)["User"]
    assert "Topics" in someone.client("sns").list_topics()
    arn = role(statement("*"), PermissionsBoundary=boundary)
    acting = session(arn)
    assert "Buckets" in acting.client("s3").list_buckets()
    refused(acting.client("sns").list_topics, "AuthorizationError")
    iam.delete_role_permissions_boundary(RoleName=arn.rpartition("/")[2])
    assert "Topics" in acting.client("sns").list_topics()


def test_session_policy_bounds_a_role_session() -> None:
    arn = role(statement(["sns:*", "sqs:*"]))
    bounded = session(arn, Policy=document(statement(["sns:List*", "s3:*"])))
    assert "Topics" in bounded.client("sns").list_topics()
    assert refused(bounded.client("sqs").list_queues).endswith(
        "because no session policy allows the sqs:listqueues action"
    )
    assert refused(bounded.client("s3").list_buckets).endswith(
        "because no identity-based policy allows the s3:ListAllMyBuckets action"
    )


def test_federated_user_has_what_both_user_and_session_policy_allow() -> None:
    someone = user(statement(["sns:*", "sts:GetFederationToken"]))
    sts = someone.client("sts")
    bare = sts.get_federation_token(Name="guest")
    guest = person_of(bare["Credentials"], bare["FederatedUser"]["Arn"])
    refused(guest.client("sns").list_topics, "AuthorizationError")
    given = sts.get_federation_token(
        Name="guest", Policy=document(statement(["sns:List*", "sqs:*"]))
    )
    guest = person_of(given["Credentials"], given["FederatedUser"]["Arn"])
    assert "Topics" in guest.client("sns").list_topics()
    refused(guest.client("sqs").list_queues)


def test_session_of_a_user_is_the_user() -> None:
    someone = user(statement("sns:*"))
    token = someone.client("sts").get_session_token()["Credentials"]
    again = person_of(token, someone.arn)
    assert "Topics" in again.client("sns").list_topics()
    assert f"User: {someone.arn} is not" in refused(again.client("sqs").list_queues)


def test_multi_factor_conditions_tell_long_term_keys_from_sessions() -> None:
    wanted = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    careful = user(statement("sns:*"), statement("sns:*", effect="Deny", Condition=wanted))
    refused(careful.client("sns").list_topics, "AuthorizationError")
    plain = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    someone = user(statement("sns:*"), statement("sns:*", effect="Deny", Condition=plain))
    # The key is absent for long-term keys and false for a session without a code.
    assert "Topics" in someone.client("sns").list_topics()
    token = someone.client("sts").get_session_token()["Credentials"]
    refused(person_of(token, someone.arn).client("sns").list_topics, "AuthorizationError")


def test_service_control_policies_bind_members_and_not_the_management_account() -> None:
    member = new_account("scp-member")
    organizations = admin("organizations")
    entered = session(f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole")
    assert entered.client("sts").get_caller_identity()["Account"] == member
    assert "Topics" in entered.client("sns").list_topics()
    policy = organizations.create_policy(
        Name="no-sqs",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=document(statement("sqs:*", effect="Deny")),
    )["Policy"]["PolicySummary"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.attach_policy(PolicyId=policy["Id"], TargetId=root)
    try:
        assert refused(entered.client("sqs").list_queues).endswith(
            f"with an explicit deny in a service control policy: {policy['Arn']}"
        )
        user(statement("sqs:*")).client("sqs").list_queues()
    finally:
        organizations.detach_policy(PolicyId=policy["Id"], TargetId=root)
    organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=member)
    assert refused(entered.client("sns").list_topics, "AuthorizationError").endswith(
        "because no service control policy allows the SNS:ListTopics action"
    )


def test_tags_of_principal_request_and_resource() -> None:
    matching = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    creating = {
        "StringEquals": {"aws:RequestTag/team": "${aws:PrincipalTag/team}"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
    }
    someone = user(
        statement("sqs:CreateQueue", Condition=creating),
        statement(["sqs:SendMessage", "sqs:TagQueue"], Condition=matching),
        Tags=[{"Key": "team", "Value": "ferry"}],
    ).client("sqs")
    url = someone.create_queue(QueueName="tagged", tags={"team": "ferry"})["QueueUrl"]
    assert someone.send_message(QueueUrl=url, MessageBody="m")["MessageId"]
    refused(someone.create_queue, QueueName="other", tags={"team": "harbour"})
    refused(someone.create_queue, QueueName="other", tags={"team": "ferry", "x": "y"})
    refused(someone.create_queue, QueueName="other")
    foreign = admin("sqs").create_queue(QueueName="foreign", tags={"team": "harbour"})["QueueUrl"]
    refused(someone.send_message, QueueUrl=foreign, MessageBody="m")


def test_session_tags_count_as_principal_tags() -> None:
    arn = role(statement("sns:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "ferry"}}))
    refused(session(arn).client("sns").list_topics, "AuthorizationError")
    tagged = session(arn, Tags=[{"Key": "team", "Value": "ferry"}])
    assert "Topics" in tagged.client("sns").list_topics()


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/*"}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, True),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, True),
        ({"StringLike": {"aws:userid": "AIDA*"}}, True),
        ({"StringLike": {"aws:UserAgent": "*Boto3*"}}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, True),
        ({"Null": {"aws:username": "true"}}, False),
        ({"Bool": {"aws:ViaAWSService": "true"}}, False),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_global_keys(condition: Any, allowed: bool) -> None:
    sqs = user(statement("sqs:*", Condition=condition)).client("sqs")
    if allowed:
        sqs.list_queues()
    else:
        refused(sqs.list_queues)


def test_keys_of_services() -> None:
    only_https = {"StringEquals": {"sns:Protocol": "https"}}
    sns = user(statement("sns:Subscribe", Condition=only_https)).client("sns")
    topic = admin("sns").create_topic(Name="keys")["TopicArn"]
    ok = {"TopicArn": topic, "Endpoint": "https://example.com/x"}
    assert sns.subscribe(Protocol="https", **ok)
    refused(sns.subscribe, "AuthorizationError", Protocol="email", TopicArn=topic, Endpoint="a@b.c")
    bounded = {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/limit"}}
    admin("iam").create_policy(PolicyName="limit", PolicyDocument=document(statement("s3:*")))
    iam = user(statement("iam:CreateUser", Condition=bounded)).client("iam")
    refused(iam.create_user, UserName="free")
    limit = f"arn:aws:iam::{ACCOUNT}:policy/limit"
    assert iam.create_user(UserName="bound", PermissionsBoundary=limit)["User"]
    wanted = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    iam = user(statement("iam:AttachUserPolicy", Condition=wanted)).client("iam")
    iam.attach_user_policy(UserName="bound", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    refused(
        iam.attach_user_policy,
        UserName="bound",
        PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    )
