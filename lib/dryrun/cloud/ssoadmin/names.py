"""The ARNs of permission sets, which moto writes as if they were parts of an instance.

Follows "PermissionSet", IAM Identity Center API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random
from moto.ssoadmin.models import PermissionSet


def generate_id(instance_arn: str) -> str:
    """Return the ARN of a new permission set of an instance."""
    start = instance_arn.replace(":instance/", ":permissionSet/")
    return f"{start}/ps-{mock_random.get_random_hex(16)}"


def install() -> None:
    """Put this in the place of moto's."""
    replaced: Any = PermissionSet
    replaced.generate_id = staticmethod(generate_id)
