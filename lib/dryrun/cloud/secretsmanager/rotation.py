"""Rotation of secrets: when, by which function, and its four steps.

Follows "Rotation by Lambda function", AWS Secrets Manager User Guide. What the calendar says is
told as NextRotationDate; only RotateSecret begins a rotation.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from moto.awslambda.utils import get_backend
from moto.core.exceptions import JsonRESTError
from moto.secretsmanager.exceptions import InvalidParameterException, InvalidRequestException

from dryrun.cloud.secretsmanager import versions
from dryrun.cloud.secretsmanager.versions import CURRENT, PENDING

if TYPE_CHECKING:
    from dryrun.cloud.awslambda.invocations import Invoked

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
_DAY = 86400
_INVOKER = "secretsmanager.amazonaws.com"
_RATE = re.compile(r"rate\((\d+) (hour|day)s?\)\Z")


def allowed_function(account: str, region: str, named: str) -> str:
    """Return the ARN of a function that Secrets Manager may run; refuse others, and none, too."""
    try:
        function = get_backend(account, region).get_function(named)
        statements = function.policy.statements if function.policy else []
    except Exception:  # moto has several errors for it
        function, statements = None, []
    if _INVOKER not in json.dumps([one.get("Principal") for one in statements]):
        raise JsonRESTError(
            "AccessDeniedException",
            "Secrets Manager cannot invoke the specified Lambda function. Ensure that the "
            f"function policy grants access to the principal {_INVOKER}.",
        )
    return named if named.startswith("arn:") else str(function.function_arn)


def set_up(secret: Any, function: str, rules: dict[str, Any]) -> None:
    """Set by which function and when a secret is rotated."""
    seconds = _interval(rules)
    secret.rotation_requested = secret.rotation_enabled = True
    secret.rotation_lambda_arn = function
    secret.auto_rotate_after_days = rules.get("AutomaticallyAfterDays", 0)
    secret.__dict__["rotation_rules"] = rules
    secret.next_rotation_date = int(time.time()) + seconds if seconds else None


def begin(secret: Any, token: str) -> None:
    """Begin to rotate a secret; one that is half rotated goes on with the version it has."""
    pending = versions.holder(secret, PENDING)
    if pending is not None and CURRENT not in secret.versions[pending]["version_stages"]:
        _step(secret, pending, 0)
        # "Troubleshoot AWS Secrets Manager rotation"; the words are from memory.
        raise InvalidRequestException(
            "A previous rotation isn't complete. That rotation will be reattempted."
        )
    versions.add_pending(secret, token)
    _step(secret, token, 0)


def _step(secret: Any, token: str, number: int) -> None:
    """Run the function for a step; the next one follows when it succeeds."""
    from dryrun.cloud.awslambda import invocations  # noqa: PLC0415 - loads much

    event = {"Step": STEPS[number], "SecretId": secret.arn, "ClientRequestToken": token}

    def done(invoked: Invoked) -> None:
        if invoked.error_code or invoked.function_error or secret.is_deleted():
            return
        if number + 1 < len(STEPS):
            _step(secret, token, number + 1)
        else:
            _finish(secret)

    invocations.invoke(secret.rotation_lambda_arn, json.dumps(event).encode(), done)


def _finish(secret: Any) -> None:
    now = int(time.time())
    seconds = _interval(secret.__dict__.get("rotation_rules") or {})
    secret.last_rotation_date = secret.last_changed_date = now
    secret.next_rotation_date = now + seconds if seconds and secret.rotation_enabled else None


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
