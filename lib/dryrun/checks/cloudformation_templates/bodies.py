"""What the template of a stack says, and what its resources were made with."""

from __future__ import annotations

import json
from typing import Any

import yaml
from botocore.exceptions import ClientError

from dryrun.checks.account import DEFAULT_REGION, Account


class _Loader(yaml.SafeLoader):
    """Read YAML with the short forms of functions, which become their long forms."""


def _function(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    """Return `!Name value` as {"Fn::Name": value}."""
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


def _as_text(loader: _Loader, node: yaml.ScalarNode) -> str:
    """Leave a date, such as a template's version, as it is written."""
    return str(loader.construct_scalar(node))


_Loader.add_multi_constructor("!", _function)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)


def text(account: Account, name: str, region: str = DEFAULT_REGION) -> str:
    """Return a stack's template as it was sent; "" when there is no such stack."""
    try:
        answer = account.client("cloudformation", region).get_template(StackName=name)
    except ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise
    body = answer["TemplateBody"]
    return body if isinstance(body, str) else json.dumps(body)


def code(account: Account, name: str) -> str:
    """Return a stack's template without its comments and descriptions, as JSON text."""
    return json.dumps(_without_descriptions(read(text(account, name))))


def read(body: str) -> Any:
    """Return a template as plain values; an empty mapping when it cannot be read."""
    try:
        # A subclass of SafeLoader: it makes plain values only.
        return yaml.load(body, Loader=_Loader) or {}  # noqa: S506
    except yaml.YAMLError:
        return {}


def resource(account: Account, name: str, logical: str) -> dict[str, Any]:
    """Return a resource as the template of a stack has it; {} when it has none."""
    found = read(text(account, name))
    resources = found.get("Resources") if isinstance(found, dict) else None
    one = resources.get(logical) if isinstance(resources, dict) else None
    return dict(one) if isinstance(one, dict) else {}


def properties(account: Account, name: str, logical: str) -> dict[str, Any]:
    """Return what a resource was last made or changed with, its references not yet followed."""
    try:
        answer = account.client("cloudformation").describe_stack_events(StackName=name)
    except ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    for event in answer["StackEvents"]:
        if event["LogicalResourceId"] == logical and event.get("ResourceProperties"):
            return dict(json.loads(event["ResourceProperties"]))
    return {}


def _without_descriptions(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            str(key): _without_descriptions(item)
            for key, item in node.items()
            if key != "Description"
        }
    if isinstance(node, list):
        return [_without_descriptions(item) for item in node]
    return str(node)
