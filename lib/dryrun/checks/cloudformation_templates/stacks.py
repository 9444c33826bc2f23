"""What checks of templates ask about a stack, and how they say what they found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import yaml
from botocore.exceptions import ClientError

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.model import Evidence

TRACK = "02-cloudformation-templates"
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_GONE = "DELETE_COMPLETE"


@dataclass(frozen=True)
class Made:
    """Name one resource of a stack: in the template, by type, and in the account."""

    logical: str
    type: str
    physical: str


def where(name: str, region: str = DEFAULT_REGION) -> str:
    """Say which stack evidence is about."""
    return f"stack {name}, {region}"


def find(account: Account, name: str, region: str = DEFAULT_REGION) -> dict[str, Any] | None:
    """Return a stack as DescribeStacks shows it; None when there is none of this name."""
    try:
        [found] = account.client("cloudformation", region).describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return dict(found)


def made(account: Account, name: str, region: str = DEFAULT_REGION) -> dict[str, Made]:
    """Return the resources a stack has now, by logical id; none when there is no stack."""
    client = account.client("cloudformation", region)
    try:
        answer = client.describe_stack_resources(StackName=name)
    except ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return {
        one["LogicalResourceId"]: Made(
            one["LogicalResourceId"], one["ResourceType"], one.get("PhysicalResourceId") or ""
        )
        for one in answer["StackResources"]
        if one["ResourceStatus"] != _GONE
    }


def of_type(resources: dict[str, Made], kind: str) -> list[Made]:
    """Return the resources of one type."""
    return [one for one in resources.values() if one.type == kind]


def parameters(stack: dict[str, Any] | None) -> dict[str, str]:
    """Return the parameters of a described stack as DescribeStacks shows them."""
    given = (stack or {}).get("Parameters") or ()
    return {one["ParameterKey"]: str(one.get("ParameterValue") or "") for one in given}


def tags(stack: dict[str, Any] | None) -> dict[str, str]:
    """Return the tags of a described stack."""
    return {tag["Key"]: tag["Value"] for tag in (stack or {}).get("Tags") or ()}


def complete(name: str) -> Callable[[Account], Evidence | None]:
    """Return a check that a stack is complete."""

    def check(account: Account) -> Evidence | None:
        return incomplete(account, name)

    return check


def incomplete(account: Account, name: str, region: str = DEFAULT_REGION) -> Evidence | None:
    """Say how a stack stands that is not complete; None when it is."""
    stack = find(account, name, region)
    if stack is None:
        found = _elsewhere(account, name, region)
        return Evidence("CREATE_COMPLETE", found, where(name, region))
    status = str(stack["StackStatus"])
    if status in COMPLETE:
        return None
    reason = _first_failure(account, name, region)
    found = f"{status}; {reason}" if reason else status
    return Evidence("CREATE_COMPLETE or UPDATE_COMPLETE", found, where(name, region))


def gone(account: Account, name: str) -> Evidence | None:
    """Say how a stack stands that was to be deleted; None when it was."""
    stack = find(account, name)
    if stack is not None:
        return Evidence(_GONE, str(stack["StackStatus"]), where(name))
    client = account.client("cloudformation")
    deleted = client.list_stacks(StackStatusFilter=[_GONE])["StackSummaries"]
    if any(one["StackName"] == name for one in deleted):
        return None
    return Evidence(_GONE, "there never was such a stack", where(name))


def none_left(
    account: Account, names: Iterable[str], region: str = DEFAULT_REGION
) -> Evidence | None:
    """Say which of the lab's stacks are still there."""
    left = [name for name in names if find(account, name, region) is not None]
    if not left:
        return None
    return Evidence("no stack of this lab", ", ".join(left), f"CloudFormation, {region}")


def updated(account: Account, name: str) -> bool:
    """Tell whether a stack is there and was ever updated."""
    return "LastUpdatedTime" in (find(account, name) or {})


def _elsewhere(account: Account, name: str, region: str) -> str:
    """Say where a stack of this name was made instead, if the learner made one."""
    for call in reversed(account.calls("cloudformation")):
        named = str(call.parameters.get("StackName") or "")
        if call.operation not in ("CreateStack", "CreateChangeSet"):
            continue
        if call.error and named == name:
            return f"none; {call.operation} was refused with {call.error}"
        if call.error:
            continue
        if named == name and call.region not in (None, region):
            return f"none here, but one in {call.region}"
        if named == name:
            return "none any more"
        if named.lower().replace("-", "") == name.replace("-", ""):
            return f"none, but one named {named}"
    return "no stack of this name"


def _first_failure(account: Account, name: str, region: str) -> str:
    """Return why the latest operation of a stack failed, from its events."""
    client = account.client("cloudformation", region)
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    reason = ""
    for event in events:
        if event["ResourceStatus"].endswith("_FAILED"):
            reason = (
                f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason') or 'failed'}"
            )
        if event.get("ResourceStatusReason") == "User Initiated":
            break
    return " ".join(reason.split())


def text(account: Account, name: str, region: str = DEFAULT_REGION) -> str:
    """Return the template of a stack as it was sent; JSON is laid out anew."""
    body = account.client("cloudformation", region).get_template(StackName=name)["TemplateBody"]
    return body if isinstance(body, str) else json.dumps(body)


def template(account: Account, name: str, region: str = DEFAULT_REGION) -> dict[str, Any]:
    """Return the template of a stack with the short forms written out: {"Ref": "Stage"}."""
    return dict(yaml.load(text(account, name, region), Loader=_Loader))  # noqa: S506 - a safe one


class _Loader(yaml.SafeLoader):
    """Read templates, whose tags are functions."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return (
        {name: loader.construct_mapping(node, deep=True)}
        if isinstance(node, yaml.MappingNode)
        else {}
    )


def _date(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    return loader.construct_scalar(node)  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _function)
# A version such as 2010-09-09 is a text to CloudFormation.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)
