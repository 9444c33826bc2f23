"""Where AWS says something else than the schemas do that cfn-lint carries.

Of updates from memory of the pages "AWS resource and property types reference", each named in a
comment; of the schemas from the registry itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Recreation = Literal["Always", "Conditionally", "Never"]

CORRECTIONS: Mapping[str, Mapping[str, Recreation]] = {
    # "AWS::DynamoDB::Table": AttributeDefinitions, "Some interruptions. Replacement if you edit an
    # existing AttributeDefinition."
    "AWS::DynamoDB::Table": {"AttributeDefinitions": "Conditionally"},
    # "AWS::CloudFormation::CustomResource": ServiceToken, "Updates are not supported."
    "AWS::CloudFormation::CustomResource": {"ServiceToken": "Never"},
}
"""What a change needs, by type and top-level property."""

_WAIT = "Update to resource type AWS::CloudFormation::WaitCondition is not supported."

NOT_UPDATABLE: Mapping[str, Mapping[str, str]] = {
    "AWS::CloudFormation::CustomResource": {
        "ServiceToken": "Modifying service token is not allowed."
    },
    # "AWS::CloudFormation::WaitCondition": "Updates are not supported."
    "AWS::CloudFormation::WaitCondition": {"Count": _WAIT, "Handle": _WAIT, "Timeout": _WAIT},
}
"""Why a change fails, by type and top-level property."""

NO_SYSTEM_TAGS = frozenset({"AWS::Elasticsearch::Domain"})
"""Types whose resources get no tags that tell of their stack, whatever their schemas say."""

_TEXT = {"type": "string"}
_DOCUMENT = {"type": ["object", "string"]}

REPAIRS: Mapping[str, Mapping[tuple[str, ...], Mapping[str, Any] | None]] = {
    # cfn-lint takes here what AWS converts to strings.
    "AWS::Lambda::Function": {
        (
            "definitions",
            "Environment",
            "properties",
            "Variables",
            "patternProperties",
            "[a-zA-Z][a-zA-Z0-9_]+",
        ): _TEXT
    },
    "AWS::CloudFormation::Stack": {
        ("properties", "Parameters", "patternProperties", "[a-zA-Z0-9]+"): _TEXT
    },
    # AWS takes the document as it is.
    "AWS::SQS::Queue": {("properties", "RedrivePolicy"): _DOCUMENT},
    # That one of users, groups and roles is needed says the handler only.
    "AWS::IAM::Policy": {("anyOf",): None},
}
"""What the registry has in place of what cfn-lint made of it; None where it has nothing."""


def repaired(type_name: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with what cfn-lint changed put back."""
    for pointer, original in REPAIRS.get(type_name, {}).items():
        *steps, last = pointer
        node = document
        for step in steps:
            node = node.get(step, {})
        if last not in node:
            continue
        if original is None:
            del node[last]
        else:
            node[last] = dict(original)
    return document
