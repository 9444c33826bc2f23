"""Schemas of events that AWS services send, for the registry aws.events.

Inferred from the events that the documentation shows: "Events from AWS services", Amazon
EventBridge Events Reference, and the guides of the services.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dryrun.cloud.schemas import inference

PUBLISHED = 1575158400.0
"""When the registry came out, December 2019; the real dates of the schemas differ."""

Thing = dict[str, Any]

_REQUEST = {"request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012",
            "source-ip-address": "1.2.3.4"}  # fmt: skip

_EVENTS: tuple[tuple[str, str, Thing], ...] = (
    (
        "aws.ec2",
        "EC2 Instance State-change Notification",
        {"instance-id": "i-1234567890abcdef0", "state": "running"},
    ),
    (
        "aws.s3",
        "Object Created",
        {
            "version": "0",
            "bucket": {"name": "tickets"},
            "object": {
                "key": "a",
                "size": 5,
                "etag": "b1946ac9",
                "version-id": "I",
                "sequencer": "0",
            },
            **_REQUEST,
            "reason": "PutObject",
        },
    ),
    (
        "aws.s3",
        "Object Deleted",
        {
            "version": "0",
            "bucket": {"name": "tickets"},
            "object": {"key": "a", "etag": "d41d8cd9", "version-id": "1", "sequencer": "0"},
            **_REQUEST,
            "reason": "DeleteObject",
            "deletion-type": "Delete Marker Created",
        },
    ),
    (
        "aws.cloudformation",
        "CloudFormation Stack Status Change",
        {
            "stack-id": "arn",
            "status-details": {"status": "CREATE_COMPLETE", "status-reason": ""},
            "client-request-token": "",
        },
    ),
    (
        "aws.cloudformation",
        "CloudFormation Resource Status Change",
        {
            "stack-id": "arn",
            "logical-resource-id": "Queue",
            "physical-resource-id": "queue",
            "status-details": {"status": "CREATE_COMPLETE", "status-reason": ""},
            "resource-type": "AWS::SQS::Queue",
            "client-request-token": "",
        },
    ),
    (
        "aws.ssm",
        "Parameter Store Change",
        {"operation": "Update", "name": "/a", "type": "String", "description": "A parameter"},
    ),
    (
        "aws.cloudwatch",
        "CloudWatch Alarm State Change",
        {
            "alarmName": "errors",
            "state": {
                "value": "ALARM",
                "reason": "Threshold Crossed",
                "reasonData": "{}",
                "timestamp": "2019-10-02T17:04:40.985+0000",
            },
            "previousState": {
                "value": "OK",
                "reason": "Threshold Crossed",
                "reasonData": "{}",
                "timestamp": "2019-10-02T17:03:40.985+0000",
            },
            "configuration": {
                "description": "Too many errors",
                "metrics": [
                    {
                        "id": "m1",
                        "metricStat": {
                            "metric": {"namespace": "AWS/EC2", "name": "CPU", "dimensions": {}},
                            "period": 300,
                            "stat": "Average",
                        },
                        "returnData": True,
                    }
                ],
            },
        },
    ),
    (
        "aws.codedeploy",
        "CodeDeploy Deployment State-change Notification",
        {
            "instanceGroupId": "9fd2fbef",
            "region": "us-east-1",
            "application": "tickets",
            "deploymentId": "d-123456789",
            "state": "SUCCESS",
            "deploymentGroup": "production",
        },
    ),
    (
        "aws.states",
        "Step Functions Execution Status Change",
        {
            "executionArn": "arn",
            "stateMachineArn": "arn",
            "name": "run",
            "status": "SUCCEEDED",
            "startDate": 1551225271984,
            "stopDate": 1551225271984,
            "input": "{}",
            "output": "{}",
        },
    ),
    (
        "aws.autoscaling",
        "EC2 Instance Launch Successful",
        {
            "StatusCode": "InProgress",
            "Description": "Launching a new EC2 instance",
            "AutoScalingGroupName": "ships",
            "ActivityId": "87654321",
            "Details": {"Availability Zone": "us-east-1b", "Subnet ID": "subnet-12345678"},
            "RequestId": "12345678",
            "StatusMessage": "",
            "EndTime": "2019-08-27T09:07:13Z",
            "EC2InstanceId": "i-1234567890abcdef0",
            "StartTime": "2019-08-27T09:06:13Z",
            "Cause": "a user request",
        },
    ),
    (
        "aws.schemas",
        "Schema Version Created",
        {
            "SchemaName": "a@B",
            "SchemaType": "OpenApi3",
            "RegistryName": "discovered-schemas",
            "CreationDate": "2019-11-29T20:08:55Z",
            "Version": "1",
        },
    ),
)


def contents() -> Iterator[tuple[str, str]]:
    """Yield the name and the content of each schema."""
    from dryrun.cloud.schemas.models import compact  # noqa: PLC0415 - it loads this module

    for source, detail_type, detail in _EVENTS:
        event = {
            "source": source,
            "detail-type": detail_type,
            "detail": detail,
            "resources": ["arn"],
        }
        yield name(source, detail_type), compact(inference.document([event]))


def name(source: str, detail_type: str) -> str:
    """Return the name of a schema."""
    return f"{source}@{inference.title(detail_type)}"


def description(schema: str) -> str:
    """Return what AWS says about a schema of its own."""
    source, _, detail_type = schema.partition("@")
    return f"Schema for event type {detail_type}, published by AWS service {source}"
