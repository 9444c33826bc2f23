"""Answers of CloudFormation in the shapes of botocore's model, and a client that gives them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

BEGUN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STACK = "ferry-tickets"
STACK_ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/ferry-tickets/1a2b"
QUEUE, ROLE, BUCKET = "AWS::SQS::Queue", "AWS::IAM::Role", "AWS::S3::Bucket"
FUNCTION, TOPIC = "AWS::Lambda::Function", "AWS::SNS::Topic"
INITIATED = "Resource creation Initiated"
REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."
NO_KEY = 'Resource handler returned message: "The specified key does not exist."'

TEMPLATE = """
Parameters: {Stage: {Type: String, Default: test}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  DeadLetters: {Type: AWS::SQS::Queue}
  TicketQueue:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 3}
  Manifests: {Type: AWS::S3::Bucket, Condition: IsProd}
  TicketRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Description: !Sub "Reads ${TicketQueue.Arn} of ${AWS::Region}"
  SellerLogs: {Type: AWS::Logs::LogGroup}
  Seller:
    Type: AWS::Lambda::Function
    DependsOn: [SellerLogs, TicketRole]
    Properties:
      Role: !GetAtt TicketRole.Arn
      Environment: {Variables: {QUEUE: !Ref TicketQueue, ARN: !GetAtt TicketQueue.Arn}}
"""


def events(*rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return events, newest first, of rows (second, resource or None, type, status, reason)."""
    told = []
    for number, (second, name, kind, status, *reason) in enumerate(rows):
        event = {
            "StackId": STACK_ID,
            "EventId": f"event-{number}",
            "StackName": STACK,
            "LogicalResourceId": name or STACK,
            "PhysicalResourceId": f"{STACK}-{name}-1A" if name else STACK_ID,
            "ResourceType": kind or "AWS::CloudFormation::Stack",
            "Timestamp": BEGUN + timedelta(seconds=second),
            "ResourceStatus": status,
        }
        if reason:
            event["ResourceStatusReason"] = reason[0]
        told.append(event)
    return told[::-1]


BEGINNING: tuple[tuple[Any, ...], ...] = (
    (0, None, None, "CREATE_IN_PROGRESS", "User Initiated"),
    (2, "TicketQueue", QUEUE, "CREATE_IN_PROGRESS"),
    (2, "TicketRole", ROLE, "CREATE_IN_PROGRESS"),
    (2.5, "Manifests", BUCKET, "CREATE_IN_PROGRESS"),
    (3, "TicketQueue", QUEUE, "CREATE_IN_PROGRESS", INITIATED),
    (3.5, "TicketRole", ROLE, "CREATE_IN_PROGRESS", INITIATED),
    (4, "Manifests", BUCKET, "CREATE_IN_PROGRESS", INITIATED),
    (20, "TicketRole", ROLE, "CREATE_COMPLETE"),
    (25, "Manifests", BUCKET, "CREATE_COMPLETE"),
    (33, "TicketQueue", QUEUE, "CREATE_COMPLETE"),
    (34, "Seller", FUNCTION, "CREATE_IN_PROGRESS"),
)
CREATION = (
    *BEGINNING,
    (48, "Seller", FUNCTION, "CREATE_COMPLETE"),
    (50, None, None, "CREATE_COMPLETE"),
)
ROLLED_BACK = (
    *BEGINNING,
    (34, "Alarms", TOPIC, "CREATE_IN_PROGRESS"),
    (36, "Alarms", TOPIC, "CREATE_FAILED", "Resource creation cancelled"),
    (36, "Seller", FUNCTION, "CREATE_FAILED", NO_KEY),
    (
        37, None, None, "ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [Alarms, Seller]. Rollback requested by user.",
    ),
    (39, "Seller", FUNCTION, "DELETE_IN_PROGRESS"),
    (39, "Alarms", TOPIC, "DELETE_COMPLETE"),
    (40.5, "Seller", FUNCTION, "DELETE_COMPLETE"),
    (42, "TicketQueue", QUEUE, "DELETE_IN_PROGRESS"),
    (42, "TicketRole", ROLE, "DELETE_IN_PROGRESS"),
    (42, "Manifests", BUCKET, "DELETE_SKIPPED"),
    (44, "TicketRole", ROLE, "DELETE_COMPLETE"),
    (72, "TicketQueue", QUEUE, "DELETE_COMPLETE"),
    (73, None, None, "ROLLBACK_COMPLETE"),
)  # fmt: skip
UPDATE = (
    (3600, None, None, "UPDATE_IN_PROGRESS", "User Initiated"),
    (3602, "TicketQueue", QUEUE, "UPDATE_IN_PROGRESS", REPLACING),
    (3603, "TicketQueue", QUEUE, "UPDATE_IN_PROGRESS", INITIATED),
    (3633, "TicketQueue", QUEUE, "UPDATE_COMPLETE"),
    (3634, "Seller", FUNCTION, "UPDATE_IN_PROGRESS"),
    (3646, "Seller", FUNCTION, "UPDATE_COMPLETE"),
    (3648, None, None, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    (3649, "TicketQueue", QUEUE, "DELETE_IN_PROGRESS"),
    (3681, "TicketQueue", QUEUE, "DELETE_COMPLETE"),
    (3682, None, None, "UPDATE_COMPLETE"),
)
FAILED_UPDATE = (
    (3600, None, None, "UPDATE_IN_PROGRESS", "User Initiated"),
    (3602, "TicketQueue", QUEUE, "UPDATE_IN_PROGRESS"),
    (3612, "TicketQueue", QUEUE, "UPDATE_COMPLETE"),
    (3613, "Seller", FUNCTION, "UPDATE_IN_PROGRESS"),
    (3617, "Seller", FUNCTION, "UPDATE_FAILED", "Memory size 99 is not supported."),
    (
        3618, None, None, "UPDATE_ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to update: [Seller].",
    ),
    (3620, "TicketQueue", QUEUE, "UPDATE_IN_PROGRESS"),
    (3620, "Seller", FUNCTION, "UPDATE_IN_PROGRESS"),
    (3627, "Seller", FUNCTION, "UPDATE_COMPLETE"),
    (3630, "TicketQueue", QUEUE, "UPDATE_COMPLETE"),
    (3631, None, None, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
    (3632, None, None, "UPDATE_ROLLBACK_COMPLETE"),
)  # fmt: skip
FAILED_DELETION = (
    (90000, None, None, "DELETE_IN_PROGRESS", "User Initiated"),
    (90001, "Seller", FUNCTION, "DELETE_IN_PROGRESS"),
    (90005, "Seller", FUNCTION, "DELETE_COMPLETE"),
    (90006, "TicketQueue", QUEUE, "DELETE_IN_PROGRESS"),
    (90006, "Manifests", BUCKET, "DELETE_SKIPPED"),
    (90037, "TicketQueue", QUEUE, "DELETE_FAILED", "Access denied"),
    (
        90038, None, None, "DELETE_FAILED",
        "The following resource(s) failed to delete: [TicketQueue].",
    ),
)  # fmt: skip


def change(action: str, name: str, kind: str, **more: Any) -> dict[str, Any]:
    """Return one entry of a change set's Changes."""
    told = {"Action": action, "LogicalResourceId": name, "ResourceType": kind, "Scope": []}
    return {"Type": "Resource", "ResourceChange": {**told, "Details": [], **more}}


def detail(
    name: str | None,
    recreation: str = "Never",
    source: str = "DirectModification",
    *,
    cause: str | None = None,
    evaluation: str = "Static",
    attribute: str = "Properties",
    **values: str,
) -> dict[str, Any]:
    """Return one entry of a change's Details; `values` are BeforeValue and AfterValue."""
    target: dict[str, Any] = {"Attribute": attribute, "RequiresRecreation": recreation, **values}
    if name is not None:
        target |= {"Name": name, "Path": f"/{attribute}/{name}"}
    told = {"Target": target, "Evaluation": evaluation, "ChangeSource": source}
    return told if cause is None else {**told, "CausingEntity": cause}


def change_set(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a change set as DescribeChangeSet does."""
    return {
        "ChangeSetName": "faster",
        "StackName": STACK,
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "Changes": list(changes),
        **more,
    }


class FakeClient:
    """Give what a boto3 client of CloudFormation gives, for one stack and its change sets."""

    def __init__(self, name: str = STACK) -> None:
        self.name = name
        self.status = "CREATE_COMPLETE"
        self.events: list[dict[str, Any]] = []
        self.resources: list[dict[str, Any]] = []
        self.body: Any = TEMPLATE
        self.sets: dict[str, dict[str, Any]] = {}
        self.deleted: list[dict[str, Any]] = []
        self.refusal: str | None = None
        self.asked: list[str] = []

    def get_paginator(self, operation: str) -> FakePages:
        """Return pages of an operation, of two things each."""
        return FakePages(self, operation)

    def describe_stacks(self, StackName: str | None = None) -> dict[str, Any]:  # noqa: N803
        """Return the stack."""
        self._look(StackName, "describe_stacks")
        return {"Stacks": [{"StackName": self.name, "StackStatus": self.status}]}

    def get_template(self, StackName: str, TemplateStage: str) -> dict[str, Any]:  # noqa: N803
        """Return the template as it was processed."""
        self._look(StackName, "get_template")
        assert TemplateStage == "Processed"
        if self.body is None:
            raise self.error("ValidationError", "Template is not there yet")
        return {"TemplateBody": copy.deepcopy(self.body)}

    def pages(self, operation: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Give the pages of an answer."""
        if operation == "describe_stacks":
            yield self.describe_stacks()
            return
        if operation == "list_stacks":
            assert asked["StackStatusFilter"] == ["DELETE_COMPLETE"]
            yield {"StackSummaries": self.deleted}
            return
        if operation == "describe_change_set":
            yield from self._set_pages(asked)
            return
        self._look(asked["StackName"], operation)
        key, items = {
            "describe_stack_events": ("StackEvents", self.events),
            "list_stack_resources": ("StackResourceSummaries", self.resources),
            "list_change_sets": ("Summaries", [{"ChangeSetName": name} for name in self.sets]),
        }[operation]
        for start in range(0, max(len(items), 1), 2):
            yield {key: items[start : start + 2]}

    def _set_pages(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        assert asked["IncludePropertyValues"] is True
        self._look(asked.get("StackName", self.name), "describe_change_set")
        found = self.sets.get(asked["ChangeSetName"])
        if found is None:
            text = f"ChangeSet [{asked['ChangeSetName']}] does not exist"
            raise self.error("ChangeSetNotFound", text)
        changes = found["Changes"]
        for start in range(0, max(len(changes), 1), 2):
            yield {**found, "Changes": changes[start : start + 2]}

    def _look(self, name: str | None, operation: str) -> None:
        self.asked.append(operation)
        if self.refusal:
            raise self.error("AccessDenied", self.refusal)
        if name not in (None, self.name, STACK_ID):
            raise self.error("ValidationError", f"Stack [{name}] does not exist")

    @staticmethod
    def error(code: str, message: str) -> ClientError:
        """Return an error of AWS's."""
        return ClientError({"Error": {"Code": code, "Message": message}}, "Any")


class FakePages:
    """A paginator."""

    def __init__(self, client: FakeClient, operation: str) -> None:
        self._client = client
        self._operation = operation

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        """Give the pages."""
        return self._client.pages(self._operation, asked)


def resource(name: str, kind: str, status: str = "CREATE_COMPLETE", reason: str | None = None):
    """Return one entry of ListStackResources."""
    told = {"LogicalResourceId": name, "ResourceType": kind, "ResourceStatus": status}
    return told if reason is None else {**told, "ResourceStatusReason": reason}
