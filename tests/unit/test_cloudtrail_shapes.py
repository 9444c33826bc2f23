"""Request parameters and response elements in records of CloudTrail.

Sources: "CloudTrail log file examples" (AWS CloudTrail User Guide); "Logging IAM and AWS STS API
calls with AWS CloudTrail" (IAM User Guide); "Logging Lambda API calls with CloudTrail" (AWS Lambda
Developer Guide). What EC2 and Systems Manager show is from logs seen.
"""

from __future__ import annotations

from typing import Any

import pytest
from cloudtrail_calls import ACCOUNT, REQUEST, call

from dryrun.cloud.cloudtrail import events
from dryrun.cloud.journal import HIDDEN


def record(*args: Any, **more: Any) -> dict[str, Any]:
    return next(events.of(call(*args, **more))).record


REQUESTS = [
    ("iam", "ListUsers", {}, None),
    ("iam", "CreateLoginProfile", {"UserName": "Bob", "Password": HIDDEN}, {"userName": "Bob"}),
    (
        "iam",
        "TagUser",
        {"UserName": "Bob", "Tags": [{"Key": "Team", "Value": "Deck"}]},
        {"userName": "Bob", "tags": [{"key": "Team", "value": "Deck"}]},
    ),
    (
        "ssm",
        "PutParameter",
        {"Name": "/a", "Value": HIDDEN, "Type": "SecureString"},
        {"name": "/a", "value": HIDDEN, "type": "SecureString"},
    ),
    (
        "ssm",
        "PutParameter",
        {"Name": "/a", "Value": "open", "Type": "String", "Tags": [{"Key": "k", "Value": "v"}]},
        {
            "name": "/a",
            "value": HIDDEN,
            "type": "String",
            "tags": [{"key": "k", "value": "v"}],
        },
    ),
    (
        "secretsmanager",
        "CreateSecret",
        {"Name": "s", "SecretString": HIDDEN},
        {"name": "s"},
    ),
    (
        "lambda",
        "CreateFunction",
        {
            "FunctionName": "f",
            "Code": {"ZipFile": "UEs="},
            "Environment": {"Variables": {"TOKEN": "x"}},
        },
        {"functionName": "f", "code": {}, "environment": {}},
    ),
    (
        "cloudformation",
        "CreateStack",
        {
            "StackName": "s",
            "TemplateBody": "{}",
            "Parameters": [{"ParameterKey": "k", "ParameterValue": "v"}],
        },
        {"stackName": "s", "parameters": [{"parameterKey": "k"}]},
    ),
    (
        "dynamodb",
        "CreateTable",
        {"TableName": "t", "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}]},
        {"tableName": "t", "keySchema": [{"attributeName": "Id", "keyType": "HASH"}]},
    ),
    (
        "sqs",
        "CreateQueue",
        {"QueueName": "q", "Attributes": {"VisibilityTimeout": "5"}},
        {"queueName": "q", "attributes": {"VisibilityTimeout": "5"}},
    ),
    (
        "rds",
        "CreateDBInstance",
        {"DBInstanceIdentifier": "d", "MasterUserPassword": HIDDEN},
        {"dBInstanceIdentifier": "d", "masterUserPassword": "****"},
    ),
    (
        "s3",
        "CreateBucket",
        {
            "Bucket": "b",
            "ACL": "private",
            "CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"},
        },
        {
            "bucketName": "b",
            "x-amz-acl": "private",
            "CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"},
        },
    ),
    (
        "s3",
        "PutBucketPolicy",
        {"Bucket": "b", "Policy": '{"Version":"2012-10-17"}'},
        {"bucketName": "b", "bucketPolicy": {"Version": "2012-10-17"}},
    ),
    (
        "ec2",
        "RunInstances",
        {
            "ImageId": "ami-1",
            "MinCount": 1,
            "MaxCount": 2,
            "KeyName": "k",
            "InstanceType": "t3.micro",
            "SecurityGroupIds": ["sg-1"],
            "UserData": "c2VjcmV0",
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "x"}]}
            ],
        },
        {
            "instancesSet": {
                "items": [{"imageId": "ami-1", "minCount": 1, "maxCount": 2, "keyName": "k"}]
            },
            "blockDeviceMapping": {},
            "monitoring": {"enabled": False},
            "disableApiTermination": False,
            "disableApiStop": False,
            "instanceType": "t3.micro",
            "groupSet": {"items": [{"groupId": "sg-1"}]},
            "userData": "<sensitiveDataRemoved>",
            "tagSpecificationSet": {
                "items": [{"resourceType": "instance", "tags": [{"key": "Name", "value": "x"}]}]
            },
        },
    ),
    (
        "ec2",
        "StopInstances",
        {"InstanceIds": ["i-ebeaf9e2"], "Force": False},
        {"instancesSet": {"items": [{"instanceId": "i-ebeaf9e2"}]}, "force": False},
    ),
    ("ec2", "DescribeInstances", {}, {"instancesSet": {}, "filterSet": {}}),
    (
        "ec2",
        "DescribeInstances",
        {"Filters": [{"Name": "tag:Name", "Values": ["x"]}]},
        {
            "filterSet": {"items": [{"name": "tag:Name", "valueSet": {"items": [{"value": "x"}]}}]},
            "instancesSet": {},
        },
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {
            "GroupId": "sg-1",
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
        },
        {
            "groupId": "sg-1",
            "ipPermissions": {
                "items": [
                    {
                        "ipProtocol": "tcp",
                        "fromPort": 22,
                        "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
                    }
                ]
            },
        },
    ),
    (
        "ec2",
        "CreateTags",
        {"Resources": ["i-1"], "Tags": [{"Key": "k", "Value": "v"}]},
        {
            "resourcesSet": {"items": [{"resourceId": "i-1"}]},
            "tagSet": {"items": [{"key": "k", "value": "v"}]},
        },
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "shown"), REQUESTS)
def test_request_parameters(
    service: str, operation: str, parameters: dict[str, Any], shown: dict[str, Any] | None
) -> None:
    assert record(service, operation, parameters=parameters)["requestParameters"] == shown


RESULTS = [
    ("iam", "GetUser", {"User": {"UserName": "Bob"}}, None),
    ("iam", "DeleteUser", {}, None),
    ("s3", "CreateBucket", {"Location": "/b"}, None),
    ("sts", "GetCallerIdentity", {"Account": ACCOUNT}, None),
    ("ssm", "PutParameter", {"Version": 1, "Tier": "Standard"}, {"version": 1, "tier": "Standard"}),
    (
        "iam",
        "CreateUser",
        {"User": {"UserName": "Bob", "CreateDate": "2026-01-05T21:01:09+00:00"}},
        {"user": {"userName": "Bob", "createDate": "Jan 5, 2026 9:01:09 PM"}},
    ),
    (
        "iam",
        "CreateAccessKey",
        {"AccessKey": {"UserName": "Bob", "AccessKeyId": "AKIA1", "SecretAccessKey": HIDDEN}},
        {"accessKey": {"userName": "Bob", "accessKeyId": "AKIA1"}},
    ),
    (
        "iam",
        "CreateRole",
        {"Role": {"RoleName": "r", "AssumeRolePolicyDocument": {"Version": "2012-10-17"}}},
        {
            "role": {
                "roleName": "r",
                "assumeRolePolicyDocument": "%7B%22Version%22%3A%20%222012-10-17%22%7D",
            }
        },
    ),
    (
        "sts",
        "GetSessionToken",
        {
            "Credentials": {
                "AccessKeyId": "ASIA1",
                "SecretAccessKey": HIDDEN,
                "SessionToken": HIDDEN,
                "Expiration": "2026-01-05T10:10:11+00:00",
            }
        },
        {
            "credentials": {
                "accessKeyId": "ASIA1",
                "sessionToken": HIDDEN,
                "expiration": "Jan 5, 2026 10:10:11 AM",
            }
        },
    ),
    (
        "ec2",
        "StopInstances",
        {
            "StoppingInstances": [
                {"InstanceId": "i-1", "CurrentState": {"Code": 64, "Name": "stopping"}}
            ]
        },
        {
            "requestId": REQUEST,
            "instancesSet": {
                "items": [{"instanceId": "i-1", "currentState": {"code": 64, "name": "stopping"}}]
            },
        },
    ),
    (
        "ec2",
        "CreateKeyPair",
        {"KeyName": "k", "KeyMaterial": HIDDEN},
        {"requestId": REQUEST, "keyName": "k", "keyMaterial": "<sensitiveDataRemoved>"},
    ),
    ("ec2", "DeleteKeyPair", {}, {"requestId": REQUEST, "_return": True}),
    (
        "ec2",
        "RunInstances",
        {
            "ReservationId": "r-1",
            "Groups": [],
            "Instances": [{"InstanceId": "i-1", "LaunchTime": "2026-01-05T09:10:11+00:00"}],
        },
        {
            "requestId": REQUEST,
            "reservationId": "r-1",
            "groupSet": {},
            "instancesSet": {"items": [{"instanceId": "i-1", "launchTime": 1767604211000}]},
        },
    ),
]


@pytest.mark.parametrize(("service", "operation", "result", "shown"), RESULTS)
def test_response_elements(
    service: str, operation: str, result: dict[str, Any], shown: dict[str, Any] | None
) -> None:
    assert record(service, operation, result=result)["responseElements"] == shown
