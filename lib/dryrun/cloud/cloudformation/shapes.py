"""Stacks, resources and events as the API answers them; no member AWS would leave out."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation import hash_order
from dryrun.cloud.cloudformation.models import STACK_TYPE, Stack, StackEvent, StackResource

Shape = dict[str, Any]


def stack(one: Stack) -> Shape:
    """Return the Stack structure of DescribeStacks."""
    deployment = one.deployment
    shape: Shape = {
        "StackId": one.stack_id,
        "StackName": one.name,
        "CreationTime": one.created,
        "RollbackConfiguration": deployment.rollback_configuration,
        "StackStatus": one.status,
        "DisableRollback": one.disable_rollback,
        "NotificationARNs": list(deployment.notification_arns),
        "Tags": [{"Key": key, "Value": value} for key, value in deployment.tags.items()],
        "DriftInformation": drift(one),
    }
    if not one.gone:
        shape["EnableTerminationProtection"] = one.termination_protection
    parameters = hash_order.ordered(deployment.parameters, hash_order.EVENT_BUCKETS)
    optional = {
        "ChangeSetId": None if one.gone else one.change_set_id,
        "Description": deployment.template.description,
        "Parameters": [value.shown() for value in parameters.values()],
        "DeletionTime": one.deleted,
        "LastUpdatedTime": one.updated,
        "StackStatusReason": one.reason,
        "TimeoutInMinutes": one.timeout_minutes,
        "Capabilities": list(deployment.capabilities),
        "Outputs": [output(value) for value in one.outputs],
        "RoleARN": deployment.role_arn,
        "ParentId": one.parent_id,
        "RootId": one.root_id,
        "RetainExceptOnCreate": one.retain_except_on_create or None,
        "DeletionMode": one.deletion_mode,
        "LastOperations": last_operations(one),
    }
    return shape | {name: value for name, value in optional.items() if value}


def last_operations(one: Stack) -> list[dict[str, str]]:
    """Return the last operation; of one that was rolled back, the roll back before it."""
    found: list[dict[str, str]] = []
    for operation in one.operations:
        found.append(operation)
        if operation["OperationType"] != "ROLLBACK":
            break
    return found


def output(one: Any) -> Shape:
    """Return the Output structure."""
    shape = {"OutputKey": one.name, "OutputValue": one.value}
    if one.description is not None:
        shape["Description"] = one.description
    if one.export_name is not None:
        shape["ExportName"] = one.export_name
    return shape


def drift(one: Stack) -> Shape:
    """Return the drift of a stack."""
    shape: Shape = {"StackDriftStatus": one.drift_status}
    if one.drift_checked is not None:
        shape["LastCheckTimestamp"] = one.drift_checked
    return shape


def summary(one: Stack) -> Shape:
    """Return the StackSummary structure of ListStacks."""
    shape: Shape = {
        "StackId": one.stack_id,
        "StackName": one.name,
        "CreationTime": one.created,
        "StackStatus": one.status,
        "DriftInformation": drift(one),
    }
    optional = {
        "TemplateDescription": one.deployment.template.description,
        "LastUpdatedTime": one.updated,
        "DeletionTime": one.deleted,
        "StackStatusReason": one.reason,
        "ParentId": one.parent_id,
        "RootId": one.root_id,
        "LastOperations": last_operations(one),
    }
    return shape | {name: value for name, value in optional.items() if value}


def event(one: Stack, told: StackEvent) -> Shape:
    """Return the StackEvent structure of DescribeStackEvents."""
    shape: Shape = {
        "StackId": one.stack_id,
        "EventId": told.event_id,
        "StackName": one.name,
        "OperationId": told.operation_id,
        "LogicalResourceId": told.logical_id,
        "PhysicalResourceId": told.physical_id,
        "ResourceType": told.type,
        "Timestamp": told.timestamp,
        "ResourceStatus": told.status,
    }
    optional = {
        "ResourceStatusReason": told.reason,
        "ResourceProperties": told.properties,
        "ClientRequestToken": told.token,
        "DetailedStatus": told.detailed_status,
    }
    return shape | {name: value for name, value in optional.items() if value is not None}


def operation_event(one: Stack, told: StackEvent) -> Shape:
    """Return the OperationEvent structure of DescribeEvents."""
    is_stack = told.type == STACK_TYPE and told.logical_id == one.name
    failed = told.status.endswith("_FAILED") and not is_stack
    kind = "STACK_EVENT" if is_stack else "PROVISIONING_ERROR" if failed else "PROGRESS_EVENT"
    shape = event(one, told)
    for name in ("StackName",):
        shape.pop(name)
    shape |= {"OperationType": told.operation_type, "EventType": kind}
    if is_stack:
        shape["OperationStatus"] = operation_status(told.status)
        shape["StartTime"] = told.timestamp
        if shape["OperationStatus"] != "IN_PROGRESS":
            shape["EndTime"] = told.timestamp
    return shape


def operation_status(status: str) -> str:
    """Return how an operation stands from the status of its stack."""
    if status.endswith("_IN_PROGRESS"):
        return "IN_PROGRESS"
    return "FAILED" if status.endswith("_FAILED") or "ROLLBACK" in status else "SUCCEEDED"


def resource(one: Stack, thing: StackResource) -> Shape:
    """Return the StackResource structure of DescribeStackResources."""
    shape: Shape = {
        "StackName": one.name,
        "StackId": one.stack_id,
        "LogicalResourceId": thing.logical_id,
        "ResourceType": thing.type,
        "Timestamp": thing.timestamp,
        "ResourceStatus": thing.status,
        "DriftInformation": {"StackResourceDriftStatus": thing.drift.status},
    }
    if thing.drift.checked is not None:
        shape["DriftInformation"]["LastCheckTimestamp"] = thing.drift.checked
    if thing.physical_id:
        shape["PhysicalResourceId"] = thing.physical_id
    if thing.reason:
        shape["ResourceStatusReason"] = thing.reason
    return shape


def resource_detail(one: Stack, thing: StackResource) -> Shape:
    """Return the StackResourceDetail structure of DescribeStackResource."""
    shape = resource(one, thing)
    shape["LastUpdatedTimestamp"] = shape.pop("Timestamp")
    metadata = thing.metadata or {}
    shape["Metadata"] = json.dumps(metadata, separators=(",", ":"), ensure_ascii=False)
    return shape


def resource_summary(one: Stack, thing: StackResource) -> Shape:
    """Return the StackResourceSummary structure of ListStackResources."""
    shape = resource_detail(one, thing)
    for name in ("StackName", "StackId", "Metadata"):
        shape.pop(name)
    return shape
