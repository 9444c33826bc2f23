"""Rotation of secrets as far as it goes without running a function: when, and by which function.

Follows "RotateSecret" and "DescribeSecret", AWS Secrets Manager API Reference.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from moto.awslambda.utils import get_backend
from moto.core.exceptions import JsonRESTError
from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceNotFoundException,
    SecretNotFoundException,
)
from moto.secretsmanager.responses import SecretsManagerResponse as MotoResponse

_DAY = 86400
_INVOKER = "secretsmanager.amazonaws.com"
_RATE = re.compile(r"rate\((\d+) (hour|day)s?\)\Z")


class NotSimulated(JsonRESTError):
    """What is asked is not simulated."""

    code = 501

    def __init__(self, message: str) -> None:
        super().__init__("NotSimulated", message)


class SecretsManagerResponse(MotoResponse):
    """Answer the operations of Secrets Manager."""

    def rotate_secret(self) -> str:
        """Set the rotation of a secret; the rotation itself runs a function, which nothing does."""
        function = self._get_param("RotationLambdaARN")
        if not function:
            return str(super().rotate_secret())
        secret = self._secret()
        if self._get_bool_param("RotateImmediately", True):
            raise NotSimulated(
                "Dry Run does not simulate the run of rotation functions: set "
                "RotateImmediately to false; real AWS would carry it out."
            )
        rules = self._get_param("RotationRules") or {}
        seconds = _interval(rules)
        self._check_function(function)
        secret.rotation_requested = secret.rotation_enabled = True
        secret.rotation_lambda_arn = function
        secret.auto_rotate_after_days = rules.get("AutomaticallyAfterDays", 0)
        secret.__dict__["rotation_rules"] = rules
        secret.next_rotation_date = int(time.time()) + seconds if seconds else None
        return str(secret.to_short_dict(include_version_id=True))

    def cancel_rotate_secret(self) -> str:
        """Turn the rotation of a secret off."""
        answer = str(super().cancel_rotate_secret())
        self._secret().next_rotation_date = None
        return answer

    def describe_secret(self) -> str:
        """Describe a secret, with its rotation as it was set."""
        found: dict[str, Any] = json.loads(super().describe_secret())
        rules = self._secret().__dict__.get("rotation_rules")
        if rules is not None and "RotationRules" in found:
            found["RotationRules"] = rules
        return json.dumps(found)

    def _check_function(self, arn: str) -> None:
        try:
            function = get_backend(self.current_account, self.region).get_function(arn)
        except Exception:
            raise ResourceNotFoundException(f"Resource not found for ARN '{arn}'.") from None
        statements = function.policy.statements if function.policy else []
        if _INVOKER not in json.dumps([one.get("Principal") for one in statements]):
            # The words are those that the console and CloudFormation show.
            raise JsonRESTError(
                "AccessDeniedException",
                "Secrets Manager cannot invoke the specified Lambda function. Ensure that the "
                f"function policy grants access to the principal {_INVOKER}.",
            )

    def _secret(self) -> Any:
        secret_id = self._get_param("SecretId")
        if secret_id not in self.backend.secrets:
            raise SecretNotFoundException
        secret = self.backend.secrets[secret_id]
        if secret.is_deleted():
            raise InvalidRequestException(
                "You can't perform this operation on the secret because it was marked for deletion."
            )
        return secret


def _interval(rules: dict[str, Any]) -> int:
    """Return the seconds between two rotations, 0 for those a calendar gives."""
    days = rules.get("AutomaticallyAfterDays")
    if days is not None and "ScheduleExpression" in rules:
        raise InvalidParameterException(
            "You can't specify both AutomaticallyAfterDays and ScheduleExpression."
        )
    if days is not None:
        if not 1 <= days <= 1000:
            raise InvalidParameterException(
                "RotationRules.AutomaticallyAfterDays must be within 1-1000."
            )
        return int(days) * _DAY
    rate = _RATE.match(str(rules.get("ScheduleExpression", "")))
    if rate is None:
        return 0
    return int(rate[1]) * (_DAY if rate[2] == "day" else 3600)
