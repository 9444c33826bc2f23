"""What an event is about, found by the names under which records speak of things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dryrun.cloud.journal import Call

MOST = 50
"""How many resources an event names at most."""

# By service (any, when empty) and the name in a record. The types are those of AWS Config:
# "Viewing CloudTrail event history", filters.
_TYPES: dict[tuple[str, str], str] = {
    ("", "instanceProfileName"): "AWS::IAM::InstanceProfile",
    ("cloudformation", "stackName"): "AWS::CloudFormation::Stack",
    ("cloudtrail", "name"): "AWS::CloudTrail::Trail",
    ("cloudtrail", "trailARN"): "AWS::CloudTrail::Trail",
    ("cloudtrail", "s3BucketName"): "AWS::S3::Bucket",
    ("cloudwatch", "alarmName"): "AWS::CloudWatch::Alarm",
    ("dynamodb", "tableName"): "AWS::DynamoDB::Table",
    ("ec2", "allocationId"): "AWS::EC2::EIP",
    ("ec2", "groupId"): "AWS::EC2::SecurityGroup",
    ("ec2", "imageId"): "AWS::EC2::Ami",
    ("ec2", "instanceId"): "AWS::EC2::Instance",
    ("ec2", "internetGatewayId"): "AWS::EC2::InternetGateway",
    ("ec2", "keyName"): "AWS::EC2::KeyPair",
    ("ec2", "networkInterfaceId"): "AWS::EC2::NetworkInterface",
    ("ec2", "routeTableId"): "AWS::EC2::RouteTable",
    ("ec2", "snapshotId"): "AWS::EC2::Snapshot",
    ("ec2", "subnetId"): "AWS::EC2::Subnet",
    ("ec2", "volumeId"): "AWS::EC2::Volume",
    ("ec2", "vpcId"): "AWS::EC2::VPC",
    ("iam", "accessKeyId"): "AWS::IAM::AccessKey",
    ("iam", "groupName"): "AWS::IAM::Group",
    ("iam", "policyArn"): "AWS::IAM::Policy",
    ("iam", "policyName"): "AWS::IAM::Policy",
    ("iam", "roleName"): "AWS::IAM::Role",
    ("iam", "serialNumber"): "AWS::IAM::MfaDevice",
    ("iam", "userName"): "AWS::IAM::User",
    ("kms", "keyId"): "AWS::KMS::Key",
    ("lambda", "functionName"): "AWS::Lambda::Function",
    ("logs", "logGroupName"): "AWS::Logs::LogGroup",
    ("s3", "bucketName"): "AWS::S3::Bucket",
    ("secretsmanager", "secretId"): "AWS::SecretsManager::Secret",
    ("sns", "topicArn"): "AWS::SNS::Topic",
    ("sqs", "queueName"): "AWS::SQS::Queue",
    ("sqs", "queueUrl"): "AWS::SQS::Queue",
    ("stepfunctions", "stateMachineArn"): "AWS::StepFunctions::StateMachine",
    ("sts", "accessKeyId"): "AWS::IAM::AccessKey",
    ("sts", "assumedRoleId"): "AWS::STS::AssumedRole",
    ("sts", "roleArn"): "AWS::IAM::Role",
}
_ARNS = {("sts", "RoleArn"): "AWS::IAM::Role", ("kms", "KeyId"): "AWS::KMS::Key"}


def named_in(service: str, *parts: Any) -> list[dict[str, str]]:
    """Return `ResourceType` and `ResourceName` of each thing the parts of a record name."""
    found: dict[tuple[str, str], None] = {}
    for part in parts:
        for name, value in _strings(part):
            kind = _TYPES.get((service, name)) or _TYPES.get(("", name))
            if kind is not None:
                found[kind, value] = None
    some = list(found)[:MOST]
    return [{"ResourceType": kind, "ResourceName": name} for kind, name in some]


def with_arns(call: Call) -> list[dict[str, str]]:
    """Return the record's `resources` element, which AWS STS and AWS KMS have."""
    return [
        {"accountId": arn.split(":")[4], "type": kind, "ARN": arn}
        for (service, name), kind in _ARNS.items()
        if service == call.service
        and call.error is None
        and (arn := str(call.parameters.get(name, ""))).count(":") >= 5
    ]


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, name)
    elif isinstance(value, str) and value:
        yield name, value
