"""AWS::Include: pieces of a template that lie in S3.

Follows "AWS::Include transform" in the Template Reference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.reading import check_depth
from dryrun.cloud.cloudformation.transforms.values import (
    KnownValues,
    TransformError,
    failed,
    value_of,
)

NAME = "AWS::Include"

_CONTENT = "The specified S3 object's content should be valid Yaml/JSON"
# The three sentences below are ours; AWS's are not known.
_LOCATION = "The Location parameter must be an Amazon S3 URI, like s3://bucket/key"
_NESTED = "A template snippet that is included cannot include another one"
_PARAMETERS = "The Parameters of the transform must hold a Location"


class UnreadableError(Exception):
    """An object in S3 cannot be read; the message says why, in AWS's words."""


def included(parameters: Any, scope: KnownValues, read_s3: Callable[[str], str]) -> dict[str, Any]:
    """Return the piece of a template that the parameters of a transform name."""
    content = _parsed(_read(_location(parameters, scope), read_s3))
    if not isinstance(content, dict):
        raise TransformError(NAME, _CONTENT)
    if _includes(content):
        raise TransformError(NAME, _NESTED)
    return content


def merged(document: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template with a piece in its top level; what the template has itself stays."""
    result = dict(document)
    for name, value in content.items():
        own = result.get(name)
        if isinstance(own, dict) and isinstance(value, dict):
            result[name] = {**value, **own}
        else:
            result.setdefault(name, value)
    return result


def _location(parameters: Any, scope: KnownValues) -> str:
    if not isinstance(parameters, Mapping) or "Location" not in parameters:
        raise TransformError(NAME, _PARAMETERS)
    try:
        location = value_of(parameters["Location"], scope)
    except TemplateError as error:
        raise failed(NAME, error) from error
    bucket, _, key = str(location).removeprefix("s3://").partition("/")
    if not isinstance(location, str) or not location.startswith("s3://") or not bucket or not key:
        raise TransformError(NAME, _LOCATION)
    return location


def _read(location: str, read_s3: Callable[[str], str]) -> str:
    try:
        return read_s3(location)
    except UnreadableError as error:
        raise TransformError(NAME, str(error)) from error


def _parsed(body: str) -> Any:
    """Return the content; the short forms of functions are not taken here, as on AWS."""
    try:
        content = json.loads(body) if body.lstrip().startswith("{") else _Loader(body).get_data()
        check_depth(content)
    except (yaml.YAMLError, ValueError, RecursionError, TemplateError, TypeError) as error:
        raise TransformError(NAME, _CONTENT) from error
    return content


class _Loader(yaml.SafeLoader):
    """YAML without aliases, whose dates stay text as in a template."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases, which multiply."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:timestamp"]
    for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _includes(node: Any) -> bool:
    if isinstance(node, dict):
        call = node.get("Fn::Transform")
        if isinstance(call, dict) and call.get("Name") == NAME:
            return True
        return any(_includes(value) for value in node.values())
    return isinstance(node, list) and any(_includes(value) for value in node)
