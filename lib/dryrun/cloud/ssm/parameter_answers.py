"""What Parameter Store tells of parameters, and which values it takes.

Follows "DescribeParameters", "GetParameter" and "PutParameter", AWS Systems Manager API Reference;
the words of the two refusals are from memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from moto.ssm.exceptions import SSMException, ValidationException
from moto.ssm.models import Parameter

from dryrun.cloud import calling

_STANDARD = 4096
_OF_KMS = b"\x01\x02\x02\x00\x78"
"""What KMS's ciphertexts begin with."""


class PatternMismatch(SSMException):
    """The value is not what the parameter's pattern allows."""

    code = "ParameterPatternMismatchException"


def install() -> None:
    """Put ours in moto's place."""
    Parameter.response_object = _sealed(Parameter.response_object)
    Parameter.describe_response_object = _whole(Parameter.describe_response_object)


def check_value(value: str, kind: str, pattern: str | None, tier: str | None) -> None:
    """Refuse a value that is too long for its tier, or not as its pattern wants it."""
    if len(value) > _STANDARD and tier in (None, "Standard"):
        raise ValidationException(
            "Standard tier parameters support a maximum parameter value of 4096 characters. To "
            "create a larger parameter value, upgrade the parameter to use the advanced-parameter "
            "tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/"
            "userguide/parameter-store-advanced-parameters.html"
        )
    values = value.split(",") if kind == "StringList" else [value]
    if pattern and not all(_fits(pattern, one) for one in values):
        raise PatternMismatch(
            f"Parameter value, cannot be validated against allowedPattern: {pattern}"
        )


def note_author(parameter: Any) -> None:
    """Keep in mind who made a version of a parameter."""
    parameter.__dict__["author"] = calling.current_caller().arn


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True  # Java's expressions know more than ours


Told = dict[str, Any]


def _sealed(usual: Callable[..., Told]) -> Callable[..., Told]:
    """Let a secure value that is not decrypted be one that tells nothing."""

    def told(self: Any, decrypt: bool = False, region: str | None = None) -> Told:
        found = usual(self, decrypt, region)
        if self.parameter_type == "SecureString" and not decrypt:
            seed = f"{self.name} {self.version} {self.value}".encode()
            sealed = _OF_KMS + hashlib.shake_256(seed).digest(160)
            found["Value"] = base64.b64encode(sealed).decode()
        return found

    return told


def _whole(usual: Callable[..., Told]) -> Callable[..., Told]:
    """Let what is told of a parameter be all that AWS tells."""

    def told(self: Any, decrypt: bool = False, include_labels: bool = False) -> Told:
        found = usual(self, decrypt, include_labels)
        found["LastModifiedUser"] = self.__dict__.get("author", "N/A")
        found["Policies"] = [
            {"PolicyText": json.dumps(one), "PolicyType": one["Type"], "PolicyStatus": "Pending"}
            for one in _policies(self.policies)
        ]
        return found

    return told


def _policies(text: str | None) -> list[Any]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict) and "Type" in one]
