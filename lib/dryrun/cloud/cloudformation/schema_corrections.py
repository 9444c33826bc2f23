"""Where AWS's documentation says more of updates than the schema does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Recreation = Literal["Always", "Conditionally", "Never"]

CORRECTIONS: Mapping[str, Mapping[str, Recreation]] = {
    # "AWS::CloudFormation::WaitCondition": every property "Update requires: Updates are not
    # supported"; the schema of this older type lists none of them as create-only.
    "AWS::CloudFormation::WaitCondition": {
        "Count": "Always",
        "Handle": "Always",
        "Timeout": "Always",
    },
    # "AWS::CloudFormation::CustomResource": "ServiceToken ... Updates are not supported".
    "AWS::CloudFormation::CustomResource": {"ServiceToken": "Always"},
}
"""By type and top-level property; each entry names the page of the resource type reference."""
