"""From requests to actions and resources."""

from __future__ import annotations

from typing import Any

import pytest
from asking import ACCOUNT, asked

from dryrun.cloud import capabilities
from dryrun.cloud.authorization import reference
from dryrun.cloud.authorization.requests import actions

HERE = f"us-east-1:{ACCOUNT}"
NO_PERMISSION = {"GetCallerIdentity", "GetSessionToken", "AssumeRole", "AssumeRoleWithWebIdentity"}


def test_every_simulated_operation_has_actions_that_aws_knows() -> None:
    unknown, count = [], 0
    for one in capabilities.table():
        if one.source is capabilities.Source.NOT_SIMULATED:
            continue
        count += 1
        names = actions(one.service, one.operation)
        assert names or one.operation in NO_PERMISSION, one
        for name in names:
            known = reference.action(name)
            if known is None or known.name != name:
                unknown.append((one.service, one.operation, name))
    assert unknown == []
    assert count > 3000


def test_operations_that_nobody_simulates_yet_get_the_action_of_their_name() -> None:
    assert actions("ssm", "SomethingNew") == ("ssm:SomethingNew",)
    assert asked("lambda", "invoke", FunctionName="f", Qualifier="1") == [
        ("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:f:1")
    ]


def arns(action: str, *names: str) -> list[tuple[str, str]]:
    return [(action, f"arn:aws:{name}") for name in names]


CASES: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("s3", "list_objects_v2", {"Bucket": "b"}, arns("s3:ListBucket", "s3:::b")),
    ("s3", "head_bucket", {"Bucket": "b"}, arns("s3:ListBucket", "s3:::b")),
    ("s3", "list_buckets", {}, arns("s3:ListAllMyBuckets", "s3:::*")),
    (
        "s3",
        "get_object",
        {"Bucket": "b", "Key": "k/1 2", "VersionId": "v"},
        arns("s3:GetObjectVersion", "s3:::b/k/1 2"),
    ),
    (
        "s3",
        "copy_object",
        {"Bucket": "b", "Key": "k", "CopySource": {"Bucket": "a", "Key": "x y"}},
        [*arns("s3:GetObject", "s3:::a/x y"), *arns("s3:PutObject", "s3:::b/k")],
    ),
    (
        "s3",
        "delete_objects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "a"}, {"Key": "c", "VersionId": "1"}]}},
        [*arns("s3:DeleteObject", "s3:::b/a"), *arns("s3:DeleteObjectVersion", "s3:::b/c")],
    ),
    (
        "s3",
        "upload_part",
        {"Bucket": "b", "Key": "k", "UploadId": "1", "PartNumber": 1},
        arns("s3:PutObject", "s3:::b/k"),
    ),
    (
        "s3control",
        "create_access_point",
        {"AccountId": ACCOUNT, "Name": "app", "Bucket": "bbb"},
        arns("s3:CreateAccessPoint", f"s3:{HERE}:accesspoint/app"),
    ),
    (
        "iam",
        "create_user",
        {"UserName": "u", "Path": "/a/"},
        arns("iam:CreateUser", f"iam::{ACCOUNT}:user/a/u"),
    ),
    ("iam", "list_users", {}, arns("iam:ListUsers", f"iam::{ACCOUNT}:user/")),
    ("iam", "list_mfa_devices", {}, arns("iam:ListMFADevices", f"iam::{ACCOUNT}:user/jane")),
    (
        "ec2",
        "terminate_instances",
        {"InstanceIds": ["i-1", "i-2"]},
        arns("ec2:TerminateInstances", f"ec2:{HERE}:instance/i-1", f"ec2:{HERE}:instance/i-2"),
    ),
    ("ec2", "describe_instances", {}, [("ec2:DescribeInstances", "*")]),
    (
        "ec2",
        "run_instances",
        {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "SubnetId": "subnet-1"},
        arns(
            "ec2:RunInstances",
            f"ec2:{HERE}:instance/*",
            "ec2:us-east-1::image/ami-1",
            f"ec2:{HERE}:network-interface/*",
            f"ec2:{HERE}:security-group/*",
            f"ec2:{HERE}:subnet/subnet-1",
        ),
    ),
    (
        "ec2",
        "create_volume",
        {
            "AvailabilityZone": "us-east-1a",
            "TagSpecifications": [
                {"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "ferry"}]}
            ],
        },
        [
            *arns("ec2:CreateVolume", f"ec2:{HERE}:volume/*"),
            *arns("ec2:CreateTags", f"ec2:{HERE}:volume/*"),
        ],
    ),
    (
        "ec2",
        "create_tags",
        {"Resources": ["i-1", "vol-2"], "Tags": [{"Key": "a", "Value": "b"}]},
        arns("ec2:CreateTags", f"ec2:{HERE}:instance/i-1", f"ec2:{HERE}:volume/vol-2"),
    ),
    (
        "ssm",
        "get_parameters",
        {"Names": ["a", "/b/c"]},
        arns("ssm:GetParameters", f"ssm:{HERE}:parameter/a", f"ssm:{HERE}:parameter/b/c"),
    ),
    (
        "ssm",
        "get_parameters_by_path",
        {"Path": "/a/b"},
        arns("ssm:GetParametersByPath", f"ssm:{HERE}:parameter/a/b"),
    ),
    (
        "ssm",
        "send_command",
        {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-1"]},
        arns(
            "ssm:SendCommand",
            "ssm:us-east-1::document/AWS-RunShellScript",
            f"ec2:{HERE}:instance/i-1",
        ),
    ),
    (
        "sqs",
        "send_message",
        {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/210987654321/q", "MessageBody": "x"},
        arns("sqs:SendMessage", "sqs:us-east-1:210987654321:q"),
    ),
    ("sqs", "list_queues", {}, arns("sqs:ListQueues", f"sqs:{HERE}:")),
    (
        "sns",
        "unsubscribe",
        {"SubscriptionArn": f"arn:aws:sns:{HERE}:t:uuid"},
        arns("sns:Unsubscribe", f"sns:{HERE}:t"),
    ),
    (
        "dynamodb",
        "query",
        {"TableName": "ttt", "IndexName": "iii"},
        arns("dynamodb:Query", f"dynamodb:{HERE}:table/ttt/index/iii"),
    ),
    (
        "dynamodb",
        "batch_get_item",
        {"RequestItems": {name: {"Keys": [{"a": {"S": "1"}}]} for name in ("ttt", "uuu")}},
        arns("dynamodb:BatchGetItem", f"dynamodb:{HERE}:table/ttt", f"dynamodb:{HERE}:table/uuu"),
    ),
    (
        "dynamodb",
        "execute_statement",
        {"Statement": 'SELECT * FROM "ttt"."iii" WHERE a=1'},
        arns("dynamodb:PartiQLSelect", f"dynamodb:{HERE}:table/ttt/index/iii"),
    ),
    (
        "kms",
        "re_encrypt",
        {"CiphertextBlob": b"x", "SourceKeyId": "1", "DestinationKeyId": "2"},
        [
            *arns("kms:ReEncryptFrom", f"kms:{HERE}:key/1"),
            *arns("kms:ReEncryptTo", f"kms:{HERE}:key/2"),
        ],
    ),
    (
        "logs",
        "create_log_group",
        {"logGroupName": "/a/b"},
        arns("logs:CreateLogGroup", f"logs:{HERE}:log-group:/a/b:log-stream:"),
    ),
    (
        "events",
        "put_targets",
        {"Rule": "r", "EventBusName": "bus", "Targets": [{"Id": "1", "Arn": "arn:aws:x"}]},
        arns("events:PutTargets", f"events:{HERE}:rule/bus/r"),
    ),
    (
        "scheduler",
        "delete_schedule",
        {"Name": "s"},
        arns("scheduler:DeleteSchedule", f"scheduler:{HERE}:schedule/default/s"),
    ),
    (
        "cloudformation",
        "create_change_set",
        {"StackName": "s", "ChangeSetName": "c"},
        arns("cloudformation:CreateChangeSet", f"cloudformation:{HERE}:stack/s/*"),
    ),
    (
        "organizations",
        "attach_policy",
        {"PolicyId": "p-12345678", "TargetId": ACCOUNT},
        arns("organizations:AttachPolicy", f"organizations::{ACCOUNT}:policy/o-*/*/p-12345678"),
    ),
    (
        "apigateway",
        "put_integration",
        {"restApiId": "r", "resourceId": "s", "httpMethod": "GET", "type": "MOCK"},
        arns(
            "apigateway:PUT",
            "apigateway:us-east-1::/restapis/r/resources/s/methods/GET/integration",
        ),
    ),
    (
        "ecs",
        "update_service",
        {"cluster": f"arn:aws:ecs:{HERE}:cluster/c", "service": "s"},
        arns("ecs:UpdateService", f"ecs:{HERE}:service/c/s"),
    ),
    (
        "elbv2",
        "delete_listener",
        {"ListenerArn": f"arn:aws:elasticloadbalancing:{HERE}:listener/net/l/1/2"},
        arns(
            "elasticloadbalancing:DeleteListener",
            f"elasticloadbalancing:{HERE}:listener/net/l/1/2",
        ),
    ),
    ("rds", "describe_db_instances", {}, arns("rds:DescribeDBInstances", f"rds:{HERE}:db:*")),
    (
        "route53",
        "get_hosted_zone",
        {"Id": "/hostedzone/Z1"},
        arns("route53:GetHostedZone", "route53:::hostedzone/Z1"),
    ),
    (
        "codedeploy",
        "create_deployment",
        {"applicationName": "a", "deploymentGroupName": "g"},
        arns("codedeploy:CreateDeployment", f"codedeploy:{HERE}:deploymentgroup:a/g"),
    ),
    ("sts", "get_caller_identity", {}, []),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    CASES,
    ids=[f"{case[0]}-{case[1]}-{number}" for number, case in enumerate(CASES)],
)
def test_request(
    service: str, operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert asked(service, operation, **parameters) == expected
