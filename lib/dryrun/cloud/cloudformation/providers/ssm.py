"""AWS::SSM: parameters and documents."""

from __future__ import annotations

import json
import re
import string
from typing import Any

import yaml
from botocore.exceptions import ClientError
from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)

_TOLD = ("AllowedPattern", "Description", "Policies", "Tier")
"""What GetParameter does not tell of a parameter."""


class Parameter(Provider):
    """A parameter; its physical id is its name."""

    type = "AWS::SSM::Parameter"
    handled = frozenset({"DataType", "Name", "Tags", "Type", "Value", *_TOLD})
    name_property = "Name"
    seconds = Seconds(create=3, update=3, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Put a parameter that is not there yet."""
        name = str(properties.get("Name") or _generated_name(at))
        tags = tag_list(properties.get("Tags"))
        self._put(at, name, properties, **({"Tags": tags} if tags else {}))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a parameter."""
        ssm = at.client("ssm")
        try:
            found = ssm.get_parameter(Name=physical_id)["Parameter"]
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        return {
            "Arn": found["ARN"],
            **pick(found, "Name", "Type", "Value", "DataType"),
            **pick(at.known, *_TOLD),
            "Tags": tag_map(_tags(at, "Parameter", physical_id)),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put a new version; tags make none."""
        if changed(old, new, "DataType", "Type", "Value", *_TOLD):
            self._put(at, physical_id, {"Description": "", **new}, Overwrite=True)
        _retag(at, "Parameter", physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a parameter."""
        at.client("ssm").delete_parameter(Name=physical_id)

    def _put(self, at: Context, name: str, properties: Properties, **more: Any) -> None:
        pattern, value = properties.get("AllowedPattern"), properties["Value"]
        values = value.split(",") if properties["Type"] == "StringList" else [value]
        if pattern and not all(re.fullmatch(pattern, one) for one in values):
            raise ResourceError(
                f"Parameter value, cannot be validated against allowedPattern: {pattern}"
            )
        wanted = pick(properties, "DataType", "Type", "Value", *_TOLD)
        at.client("ssm").put_parameter(Name=name, **wanted, **more)


def _generated_name(at: Context) -> str:
    """Return CFN-LOGICALID-RANDOM, as CloudFormation names parameters."""
    ending = "".join(mock_random.choices(string.ascii_letters + string.digits, k=12))
    return f"CFN-{at.logical_id}-{ending}"


def _tags(at: Context, kind: str, name: str) -> list[dict[str, str]]:
    found = at.client("ssm").list_tags_for_resource(ResourceType=kind, ResourceId=name)
    tags: list[dict[str, str]] = found.get("TagList", [])
    return tags


def _retag(at: Context, kind: str, name: str, old: Properties, new: Properties) -> None:
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    ssm = at.client("ssm")
    if tags:
        ssm.add_tags_to_resource(ResourceType=kind, ResourceId=name, Tags=tag_list(tags))
    if untagged:
        ssm.remove_tags_from_resource(ResourceType=kind, ResourceId=name, TagKeys=untagged)


_VERSIONED = (
    "Attachments",
    "Content",
    "DocumentFormat",
    "Requires",
    "TargetType",
    "VersionName",
)


class Document(Provider):
    """A document; its physical id is its name."""

    type = "AWS::SSM::Document"
    handled = frozenset(
        {
            "Content",
            "DocumentFormat",
            "DocumentType",
            "Name",
            "Requires",
            "Tags",
            "TargetType",
            "UpdateMethod",
            "VersionName",
        }
    )
    name_property = "Name"
    seconds = Seconds(create=5, update=5, delete=3)

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Replace a document whose content changes, unless new versions are asked for.

        "AWS::SSM::Document UpdateMethod", CloudFormation Template Reference.
        """
        if path[0] in _VERSIONED:
            return bool(new.get("UpdateMethod", "Replace") != "NewVersion")
        return None

    def create(self, at: Context, properties: Properties) -> str:
        """Create a document."""
        name = str(properties.get("Name") or at.name(128))
        at.client("ssm").create_document(
            Name=name,
            Content=_content(properties),
            DocumentFormat=properties.get("DocumentFormat", "JSON"),
            DocumentType=properties.get("DocumentType", "Command"),
            Tags=properties.get("Tags", []),
            **pick(properties, "Requires", "TargetType", "VersionName"),
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a document; its content is told as the stack wrote it when it says the same."""
        ssm = at.client("ssm")
        try:
            found = ssm.describe_document(Name=physical_id)["Document"]
            text = ssm.get_document(Name=physical_id)["Content"]
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        known = at.known.get("Content")
        same = known is not None and _parsed(known) == _parsed(text)
        shown = pick(
            found, "Name", "DocumentFormat", "DocumentType", "Requires", "TargetType", "VersionName"
        )
        return {
            **shown,
            **pick(at.known, "UpdateMethod"),
            "Content": known if same else _parsed(text),
            "Tags": _tags(at, "Document", physical_id),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Make a new version the default one."""
        ssm = at.client("ssm")
        if changed(old, new, *_VERSIONED):
            made = ssm.update_document(
                Name=physical_id,
                Content=_content(new),
                DocumentVersion="$LATEST",
                DocumentFormat=new.get("DocumentFormat", "JSON"),
                **pick(new, "TargetType", "VersionName"),
            )
            version = made["DocumentDescription"]["DocumentVersion"]
            ssm.update_document_default_version(Name=physical_id, DocumentVersion=version)
        _retag(at, "Document", physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a document with all its versions."""
        at.client("ssm").delete_document(Name=physical_id)


def _content(properties: Properties) -> str:
    content = properties["Content"]
    if isinstance(content, str):
        return content
    if properties.get("DocumentFormat") == "YAML":
        return str(yaml.safe_dump(content, sort_keys=False))
    return json.dumps(content)


def _parsed(content: Any) -> Any:
    return yaml.safe_load(content) if isinstance(content, str) else content
