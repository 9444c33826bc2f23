"""Change sets as the API answers them; no member AWS would leave out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dryrun.cloud.cloudformation.causes import DIRECT, Cause
from dryrun.cloud.cloudformation.change_sets import ChangeSet
from dryrun.cloud.cloudformation.deleting import deletion_policy
from dryrun.cloud.cloudformation.differences import Difference
from dryrun.cloud.cloudformation.hash_order import EVENT_BUCKETS, copied, ordered
from dryrun.cloud.cloudformation.operation import stringified
from dryrun.cloud.cloudformation.plan import ResourceChange
from dryrun.cloud.cloudformation.resource_work import plain_policy

Shape = dict[str, Any]

_SCOPES = (
    "DeletionPolicy",
    "UpdatePolicy",
    "Metadata",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "Properties",
    "Tags",
)
"""What of a resource may change, in the order of AWS's answers: that of Java's HashSet."""


def summary(one: ChangeSet) -> Shape:
    """Return the ChangeSetSummary structure of ListChangeSets."""
    shape: Shape = {
        "StackId": one.stack.stack_id,
        "StackName": one.stack.name,
        "ChangeSetId": one.change_set_id,
        "ChangeSetName": one.name,
        "ExecutionStatus": one.execution_status,
        "Status": one.status,
        "CreationTime": one.created,
        "IncludeNestedStacks": one.include_nested,
    }
    optional = {
        "StatusReason": one.reason,
        "Description": one.description,
        "ImportExistingResources": one.import_existing,
    }
    return shape | {name: value for name, value in optional.items() if value}


def description(one: ChangeSet, *, values: bool) -> Shape:
    """Return the answer of DescribeChangeSet; with property values where asked for."""
    deployment = one.deployment
    seen = one.status not in ("CREATE_PENDING", "CREATE_IN_PROGRESS")
    found = (one.valued if values else one.changes) if seen else []
    shape = summary(one) | {
        "NotificationARNs": list(deployment.notification_arns),
        "RollbackConfiguration": deployment.rollback_configuration,
        "Capabilities": list(deployment.capabilities),
        "Changes": [
            {"Type": "Resource", "ResourceChange": change(each, values=values)}
            for each in sorted(found, key=_place)
        ],
    }
    parameters = ordered(deployment.parameters, EVENT_BUCKETS)
    optional = {
        "Parameters": [value.shown() for value in parameters.values()],
        "Tags": [{"Key": key, "Value": value} for key, value in deployment.tags.items()],
        "OnStackFailure": one.on_stack_failure,
    }
    return shape | {name: value for name, value in optional.items() if value}


def _place(change: ResourceChange) -> str:
    """Return where a change stands: by logical id, a name behind those it begins.

    Read from the change sets that `sam deploy` prints.
    """
    return f"{change.logical_id}_"


def change(found: ResourceChange, *, values: bool) -> Shape:
    """Return the ResourceChange structure."""
    shape: Shape = {
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
        shape["Details"] = _once(_details(found, values=values))
    if values:
        if found.action in ("Modify", "Remove"):
            shape["BeforeContext"] = _context(found.before, found.attributes_before)
        if found.action != "Remove":
            shape["AfterContext"] = _context(found.after, found.attributes_after)
    return shape


def _context(properties: Shape, attributes: Shape) -> str:
    context = copied(stringified({"Properties": properties, **attributes}))
    context["Properties"] = copied(context["Properties"])
    return json.dumps(context, separators=(",", ":"), ensure_ascii=False)


def _policy_action(found: ResourceChange) -> str | None:
    if found.action == "Remove" and found.resource is not None:
        return deletion_policy(found.resource)
    if found.action == "Modify" and found.replacement != "False" and found.definition is not None:
        return f"ReplaceAnd{plain_policy(found.definition.update_replace_policy)}"
    return None


def _scope(found: ResourceChange) -> list[str]:
    names = [_attribute(found.type, one.difference) for one in found.properties]
    names += ["Tags"] if found.tags else []
    names += [one.difference.path[0] for one in found.attributes]
    return [one for one in _SCOPES if one in names]


def _attribute(type_name: str, one: Difference) -> str:
    """Return which attribute of a resource the change of a property is one of.

    AWS tells of the tags of a bucket, and of tags in a map, as of any property.
    """
    return "Tags" if _is_tag(one) and type_name != "AWS::S3::Bucket" else "Properties"


def _is_tag(one: Difference) -> bool:
    """Tell whether a place is among the tags in a list."""
    if one.path[:1] != ("Tags",):
        return False
    if len(one.path) > 1:
        return one.path[1].isdigit()
    return isinstance(one.before, list) or isinstance(one.after, list)


def _details(found: ResourceChange, *, values: bool) -> list[Shape]:
    """Return the details, those that are certain first, in the order of the scope."""
    details = [*_of_properties(found, values=values), *_of_attributes(found, values=values)]

    def place(detail: Shape) -> tuple[bool, int]:
        return detail["Evaluation"] != "Static", _SCOPES.index(detail["Target"]["Attribute"])

    return sorted(details, key=place)


def _of_properties(found: ResourceChange, *, values: bool) -> Iterator[Shape]:
    for part in found.properties:
        attribute = _attribute(found.type, part.difference)
        target: Shape = {"Attribute": attribute, "RequiresRecreation": part.requires}
        if attribute == "Properties":
            target["Name"] = part.difference.path[0]
        if values:
            target |= _values(part.difference, ("Properties", *part.difference.path))
        for cause in part.causes:
            yield {"Target": target, **_because(cause)}
    if found.tags:
        yield {"Target": {"Attribute": "Tags", "RequiresRecreation": "Never"}, **_because(DIRECT)}


def _of_attributes(found: ResourceChange, *, values: bool) -> Iterator[Shape]:
    for part in found.attributes:
        path = part.difference.path
        target: Shape = {"Attribute": path[0], "RequiresRecreation": part.requires}
        if values:
            target |= _values(part.difference, path)
        for cause in part.causes:
            yield {"Target": target, **_because(cause)}


def _because(cause: Cause) -> Shape:
    shape = {"Evaluation": cause.evaluation, "ChangeSource": cause.source}
    return shape | ({"CausingEntity": cause.entity} if cause.entity is not None else {})


def _values(one: Difference, path: tuple[str, ...]) -> Shape:
    shape: Shape = {"Path": "/" + "/".join(path), "AttributeChangeType": one.kind}
    if one.kind != "Add":
        shape["BeforeValue"] = _text(one.before)
    if one.kind != "Remove":
        shape["AfterValue"] = _text(one.after)
    return shape


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _once(details: Iterable[Shape]) -> list[Shape]:
    """Return details without repetition: several places of a property make one without values."""
    found: list[Shape] = []
    for one in details:
        if one not in found:
            found.append(one)
    return found
