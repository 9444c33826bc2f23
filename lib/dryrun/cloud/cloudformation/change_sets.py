"""Change sets: a plan, kept to be looked at and carried out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dryrun.cloud.cloudformation import causes
from dryrun.cloud.cloudformation.deleting import deletion_policy
from dryrun.cloud.cloudformation.models import Deployment, Stack, new_id, now
from dryrun.cloud.cloudformation.operation import stringified
from dryrun.cloud.cloudformation.plan import PropertyChange, ResourceChange
from dryrun.cloud.cloudformation.resource_work import plain_policy

EMPTY = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)


@dataclass
class ChangeSet:
    """What a stack would become; `type` is CREATE, UPDATE or IMPORT."""

    name: str
    stack: Stack
    type: str
    deployment: Deployment
    description: str | None = None
    changes: list[ResourceChange] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    status: str = "CREATE_PENDING"
    reason: str | None = None
    execution_status: str = "UNAVAILABLE"
    on_stack_failure: str | None = None
    include_nested: bool = False
    import_existing: bool = False
    imports: dict[str, dict[str, str]] = field(default_factory=dict)
    """The identifiers of what is to be imported, by logical id."""
    change_set_id: str = ""

    def __post_init__(self) -> None:
        """Make the id."""
        if not self.change_set_id:
            where = self.stack.stack_id.split(":stack/")[0]
            self.change_set_id = f"{where}:changeSet/{self.name}/{new_id()}"

    def fail(self, why: str) -> None:
        """Say that it cannot be carried out."""
        self.status, self.execution_status, self.reason = "FAILED", "UNAVAILABLE", why

    def ready(self) -> None:
        """Say that it can be carried out."""
        self.status, self.execution_status, self.reason = "CREATE_COMPLETE", "AVAILABLE", None


def summary(one: ChangeSet) -> dict[str, Any]:
    """Return the ChangeSetSummary structure of ListChangeSets."""
    shape: dict[str, Any] = {
        "StackId": one.stack.stack_id,
        "StackName": one.stack.name,
        "ChangeSetId": one.change_set_id,
        "ChangeSetName": one.name,
        "ExecutionStatus": one.execution_status,
        "Status": one.status,
        "CreationTime": one.created,
        "IncludeNestedStacks": one.include_nested,
        "ImportExistingResources": one.import_existing,
    }
    optional = {"StatusReason": one.reason, "Description": one.description}
    return shape | {name: value for name, value in optional.items() if value}


def description(one: ChangeSet, *, values: bool) -> dict[str, Any]:
    """Return the answer of DescribeChangeSet; with property values where asked for."""
    deployment = one.deployment
    shape = summary(one) | {
        "NotificationARNs": list(deployment.notification_arns),
        "RollbackConfiguration": deployment.rollback_configuration,
        "Tags": [{"Key": k, "Value": v} for k, v in deployment.tags.items()],
        "Changes": [
            {"Type": "Resource", "ResourceChange": change(one, found, values=values)}
            for found in one.changes
        ],
    }
    optional = {
        "Parameters": [value.shown() for value in deployment.parameters.values()],
        "Capabilities": list(deployment.capabilities),
        "OnStackFailure": one.on_stack_failure,
    }
    return shape | {name: value for name, value in optional.items() if value}


def change(one: ChangeSet, found: ResourceChange, *, values: bool) -> dict[str, Any]:
    """Return the ResourceChange structure."""
    shape: dict[str, Any] = {
        "Action": found.action,
        "LogicalResourceId": found.logical_id,
        "ResourceType": found.type,
        "Scope": [],
        "Details": [],
    }
    if found.physical_id:
        shape["PhysicalResourceId"] = found.physical_id
    policy = _policy_action(found)
    if policy is not None:
        shape["PolicyAction"] = policy
    if found.action == "Modify":
        shape["Replacement"] = found.replacement
        shape["Scope"] = _scope(found)
        shape["Details"] = list(_details(one, found, values=values))
    if values:
        if found.action != "Add":
            shape["BeforeContext"] = _context(found.before, found.metadata_before)
        if found.action != "Remove":
            shape["AfterContext"] = _context(found.after, found.metadata_after)
    return shape


def _context(properties: dict[str, Any], metadata: Any) -> str:
    context: dict[str, Any] = {"Properties": stringified(properties)}
    if metadata:
        context["Metadata"] = stringified(metadata)
    return json.dumps(context, separators=(",", ":"), ensure_ascii=False)


def _policy_action(found: ResourceChange) -> str | None:
    if found.action == "Remove" and found.resource is not None:
        return deletion_policy(found.resource)
    if found.action == "Modify" and found.replacement != "False" and found.definition is not None:
        return f"ReplaceAnd{plain_policy(found.definition.update_replace_policy)}"
    return None


def _scope(found: ResourceChange) -> list[str]:
    scope = []
    if any(not _is_tag(one) for one in found.properties):
        scope.append("Properties")
    if found.tags or any(_is_tag(one) for one in found.properties):
        scope.append("Tags")
    if found.metadata:
        scope.append("Metadata")
    return scope


def _is_tag(one: PropertyChange) -> bool:
    return one.difference.path[:1] == ("Tags",)


def _details(one: ChangeSet, found: ResourceChange, *, values: bool) -> Iterator[dict[str, Any]]:
    for part in found.properties:
        for cause in causes.of(one.stack.deployment, one.deployment, found, part, one.changes):
            target: dict[str, Any] = {
                "Attribute": "Tags" if _is_tag(part) else "Properties",
                "RequiresRecreation": part.requires,
            }
            if not _is_tag(part):
                target["Name"] = part.difference.path[0]
            if values:
                target["Path"] = "/" + "/".join(("Properties", *part.difference.path))
                target["AttributeChangeType"] = part.difference.kind
                if part.difference.before is not None:
                    target["BeforeValue"] = _value(part.difference.before)
                if part.difference.after is not None:
                    target["AfterValue"] = _value(part.difference.after)
            yield {"Target": target, **cause}
    if found.tags:
        yield {
            "Target": {"Attribute": "Tags", "RequiresRecreation": "Never"},
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
    if found.metadata:
        yield {
            "Target": {"Attribute": "Metadata", "RequiresRecreation": "Never"},
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
