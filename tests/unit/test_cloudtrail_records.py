"""Records of CloudTrail, from calls as the journal has them.

Sources: "CloudTrail record contents for management, data, and network activity events",
"CloudTrail userIdentity element", "CloudTrail log file examples" (AWS CloudTrail User Guide);
"Logging IAM and AWS STS API calls with AWS CloudTrail" (IAM User Guide); "Logging Lambda API calls
with CloudTrail" (AWS Lambda Developer Guide).
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from cloudtrail_calls import ACCOUNT, ALICE, REQUEST, call

from dryrun.cloud.cloudtrail import events
from dryrun.cloud.cloudtrail.events import Event
from dryrun.cloud.journal import HIDDEN, Call


def event(*args: Any, **more: Any) -> Event:
    return next(events.of(call(*args, **more)))


def record(*args: Any, **more: Any) -> dict[str, Any]:
    return event(*args, **more).record


def test_a_record_has_every_element_that_is_always_there() -> None:
    made = record("iam", "CreateUser", parameters={"UserName": "Bob"})
    assert made["eventID"] == str(uuid.UUID(made["eventID"], version=4))
    del made["eventID"]
    assert made == {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAJ45Q7YFFAREXAMPLE",
            "arn": "arn:aws:iam::123456789012:user/crew/Alice",
            "accountId": ACCOUNT,
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "userName": "Alice",
        },
        "eventTime": "2026-01-05T09:10:11Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "127.0.0.1",
        "userAgent": "aws-cli/2",
        "requestParameters": {"userName": "Bob"},
        "responseElements": None,
        "requestID": REQUEST,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }


def test_a_record_has_the_same_id_every_time() -> None:
    assert event("iam", "ListUsers").event_id == event("iam", "ListUsers").event_id
    assert event("iam", "ListUsers").event_id != event("iam", "ListUsers", number=8).event_id


ERRORS = [
    ("iam", "GetUser", 404, "NoSuchEntity", "NoSuchEntityException"),
    ("iam", "CreateUser", 403, "AccessDenied", "AccessDenied"),
    ("ssm", "GetParameter", 400, "AccessDeniedException", "AccessDenied"),
    ("ssm", "GetParameter", 400, "ParameterNotFound", "ParameterNotFound"),
    ("ec2", "RunInstances", 403, "UnauthorizedOperation", "Client.UnauthorizedOperation"),
    ("ec2", "RunInstances", 412, "DryRunOperation", "Client.DryRunOperation"),
    ("ec2", "RunInstances", 500, "InsufficientCapacity", "Server.InsufficientCapacity"),
]


@pytest.mark.parametrize(("service", "operation", "status", "code", "shown"), ERRORS)
def test_errors(service: str, operation: str, status: int, code: str, shown: str) -> None:
    made = record(
        service,
        operation,
        status=status,
        error=code,
        error_message="Why",
        parameters={"Name": "x"},
    )
    assert (made["errorCode"], made["errorMessage"]) == (shown, "Why")
    assert made["responseElements"] is None
    told = made["requestParameters"] is not None
    assert told == (shown != "AccessDenied")


NAMES = [
    ("lambda", "CreateFunction", "CreateFunction20150331", False),
    ("lambda", "UpdateFunctionCode", "UpdateFunctionCode20150331v2", False),
    ("lambda", "GetFunction", "GetFunction20150331v2", True),
    ("lambda", "ListFunctions", "ListFunctions20150331", True),
    ("lambda", "PutFunctionConcurrency", "PutFunctionConcurrency20171031", False),
    ("lambda", "CreateFunctionUrlConfig", "CreateFunctionUrlConfig", False),
    ("s3", "PutPublicAccessBlock", "PutBucketPublicAccessBlock", False),
    ("s3", "ListBuckets", "ListBuckets", True),
    ("s3control", "GetPublicAccessBlock", "GetAccountPublicAccessBlock", True),
    ("sts", "AssumeRole", "AssumeRole", True),
    ("kms", "Decrypt", "Decrypt", True),
    ("kms", "CreateKey", "CreateKey", False),
    ("ec2", "DescribeInstances", "DescribeInstances", True),
    ("ec2", "GetConsoleOutput", "GetConsoleOutput", True),
    ("iam", "GenerateCredentialReport", "GenerateCredentialReport", False),
    ("cloudtrail", "LookupEvents", "LookupEvents", True),
]


@pytest.mark.parametrize(("service", "operation", "name", "read_only"), NAMES)
def test_names_and_whether_they_only_read(
    service: str, operation: str, name: str, read_only: bool
) -> None:
    made = record(service, operation)
    assert (made["eventName"], made["readOnly"]) == (name, read_only)


SOURCES = [
    ("cloudwatch", "PutMetricAlarm", "monitoring.amazonaws.com", "eu-central-1"),
    ("stepfunctions", "CreateStateMachine", "states.amazonaws.com", "eu-central-1"),
    ("elbv2", "CreateLoadBalancer", "elasticloadbalancing.amazonaws.com", "eu-central-1"),
    ("ecr", "CreateRepository", "ecr.amazonaws.com", "eu-central-1"),
    ("route53", "CreateHostedZone", "route53.amazonaws.com", "us-east-1"),
    ("organizations", "CreateAccount", "organizations.amazonaws.com", "us-east-1"),
    ("sts", "GetCallerIdentity", "sts.amazonaws.com", "eu-central-1"),
]


@pytest.mark.parametrize(("service", "operation", "source", "region"), SOURCES)
def test_sources_and_regions(service: str, operation: str, source: str, region: str) -> None:
    made = record(service, operation)
    assert (made["eventSource"], made["awsRegion"]) == (source, region)


UNSEEN = [
    call("s3", "PutObject"),
    call("s3", "ListObjectsV2"),
    call("dynamodb", "PutItem"),
    call("lambda", "Invoke"),
    call("sqs", "SendMessage"),
    call("sns", "Publish"),
    call("kinesis", "PutRecord"),
    call("iot-data", "Publish"),
    call("ec2", "RunInstances", status=501, error="NotSimulated"),
    call("iam", "ListUsers", status=403, error="InvalidClientTokenId", caller={}),
    call("sts", "GetCallerIdentity", caller={"kind": "Unknown", "account": "anonymous"}),
]


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda call: f"{call.service} {call.operation}")
def test_no_event_of_data_of_strangers_and_of_what_did_not_happen(unseen: Call) -> None:
    assert list(events.of(unseen)) == []


SESSION = {"issued": 1767603600.0, "mfa_at": None, "source_identity": ""}


def test_identity_of_root() -> None:
    caller = {
        **ALICE, "kind": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "user_id": ACCOUNT
    }  # fmt: skip
    made = event("iam", "ListUsers", caller=caller)
    assert made.record["userIdentity"] == {
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
    }
    assert made.username == "root"


def test_identity_of_a_user_with_a_session_and_mfa() -> None:
    caller = {**ALICE, "session": {**SESSION, "mfa_at": 1767603600.0}}
    assert record("iam", "ListUsers", caller=caller)["userIdentity"]["sessionContext"] == {
        "attributes": {"creationDate": "2026-01-05T09:00:00Z", "mfaAuthenticated": "true"}
    }


ROLE_CALLER: dict[str, Any] = {
    "kind": "AssumedRole",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Deckhand/alice-session",
    "user_id": "AROAIDPPEZS35WEXAMPLE:alice-session",
    "account": ACCOUNT,
    "access_key": "ASIAIOSFODNN7EXAMPLE",
}


def test_identity_of_a_role() -> None:
    session = {
        **SESSION, "source_identity": "Alice", "role_id": "AROAIDPPEZS35WEXAMPLE",
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/crew/Deckhand",
    }  # fmt: skip
    made = event("iam", "ListUsers", caller={**ROLE_CALLER, "session": session})
    assert made.record["userIdentity"] == {
        "type": "AssumedRole",
        "principalId": "AROAIDPPEZS35WEXAMPLE:alice-session",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Deckhand/alice-session",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAIDPPEZS35WEXAMPLE",
                "arn": f"arn:aws:iam::{ACCOUNT}:role/crew/Deckhand",
                "accountId": ACCOUNT,
                "userName": "Deckhand",
            },
            "attributes": {"creationDate": "2026-01-05T09:00:00Z", "mfaAuthenticated": "false"},
            "sourceIdentity": "Alice",
        },
    }
    assert made.username == "alice-session"


def test_identity_of_a_federated_user() -> None:
    caller = {
        "kind": "FederatedUser",
        "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/guest",
        "user_id": f"{ACCOUNT}:guest",
        "account": ACCOUNT,
        "access_key": "ASIA1",
        "session": {**SESSION, "issuer_arn": ALICE["arn"], "issuer_id": ALICE["user_id"]},
    }
    identity = record("s3", "ListBuckets", caller=caller)["userIdentity"]
    assert identity["principalId"] == f"{ACCOUNT}:guest"
    assert identity["sessionContext"]["sessionIssuer"] == {
        "type": "IAMUser",
        "principalId": ALICE["user_id"],
        "arn": ALICE["arn"],
        "accountId": ACCOUNT,
        "userName": "Alice",
    }


ROLE = "arn:aws:iam::111122223333:role/EC2-dev"


def test_a_role_of_another_account_is_recorded_in_both() -> None:
    asked = call("sts", "AssumeRole", parameters={"RoleArn": ROLE, "RoleSessionName": "x"})
    ours, theirs = events.of(asked)
    assert (ours.account, theirs.account) == (ACCOUNT, "111122223333")
    assert ours.record["sharedEventID"] == theirs.record["sharedEventID"]
    assert ours.event_id != theirs.event_id
    assert theirs.record["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": ALICE["user_id"],
        "accountId": ACCOUNT,
    }
    assert theirs.record["recipientAccountId"] == "111122223333"
    assert ours.record["resources"] == [
        {"accountId": "111122223333", "type": "AWS::IAM::Role", "ARN": ROLE}
    ]
    assert "AccessKeyId" not in theirs.as_response()


def test_a_role_of_another_account_that_is_denied_is_recorded_with_the_caller_only() -> None:
    asked = call(
        "sts", "AssumeRole", parameters={"RoleArn": ROLE}, status=403, error="AccessDenied"
    )
    assert [event.account for event in events.of(asked)] == [ACCOUNT]


def test_web_identities_are_recorded_with_the_role() -> None:
    made = event(
        "sts",
        "AssumeRoleWithWebIdentity",
        caller={"kind": "Unknown", "account": "anonymous"},
        access_key="",
        parameters={"RoleArn": ROLE, "WebIdentityToken": HIDDEN},
        result={
            "SubjectFromWebIdentityToken": "user-id",
            "Provider": "accounts.google.com",
            "Audience": "app",
        },
    )
    assert made.account == "111122223333"
    assert made.record["userIdentity"] == {
        "type": "WebIdentityUser",
        "principalId": "accounts.google.com:app:user-id",
        "userName": "user-id",
        "identityProvider": "accounts.google.com",
    }


def test_an_event_names_what_it_is_about() -> None:
    made = event(
        "ec2",
        "RunInstances",
        parameters={"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1},
        result={"Instances": [{"InstanceId": "i-1", "ImageId": "ami-1", "SubnetId": "subnet-1"}]},
    ).as_response()
    assert made["Resources"] == [
        {"ResourceType": "AWS::EC2::Ami", "ResourceName": "ami-1"},
        {"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-1"},
        {"ResourceType": "AWS::EC2::Subnet", "ResourceName": "subnet-1"},
    ]
    assert made["Username"] == "Alice"
    assert made["AccessKeyId"] == "AKIAIOSFODNN7EXAMPLE"
    assert made["ReadOnly"] == "false"
    assert json.loads(made["CloudTrailEvent"])["eventID"] == made["EventId"]
