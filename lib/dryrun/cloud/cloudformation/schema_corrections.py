"""Where AWS's documentation says more of updates than the schema does.

From memory of the pages "AWS resource and property types reference", each named in a comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

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
