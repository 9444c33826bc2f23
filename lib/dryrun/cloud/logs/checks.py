"""What CloudWatch Logs refuses before it looks at anything: parameters its model does not allow."""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import InvalidParameterException, ValidationException

from dryrun.cloud import calling, constraints
from dryrun.cloud.logs import filter_patterns
from dryrun.cloud.logs.comparing import PatternError, UnsimulatedError
from dryrun.cloud.logs.exceptions import NotSimulatedError
from dryrun.cloud.routing import ApiCall

_LONGEST_NAME = 512
_NAMES = ("logGroupName", "logStreamName")
_TRANSFORMATION = (
    "metricName", "metricNamespace", "metricValue", "defaultValue", "unit", "dimensions",
)  # fmt: skip
# "PutRetentionPolicy" lists the days; that it is told as an enum is from memory.
DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip


def check() -> None:
    """Raise the error for the parameters of the call being answered, if there is one."""
    try:
        call = calling.current_call()
    except LookupError:
        return
    if call.operation is None:
        return
    asked = call.parameters
    if any(len(str(asked.get(name, ""))) > _LONGEST_NAME for name in _NAMES):
        raise InvalidParameterException(
            "Invalid LogGroup or LogStream, both must have length less than or equal to "
            f"{_LONGEST_NAME}."
        )
    _check_transformations(asked)
    _check_pattern(asked.get("filterPattern") or asked.get("logEventFilterPattern") or "")
    if sentence := _sentence(call):
        raise InvalidParameterException(sentence)
    if "logGroupName" in asked and "logGroupIdentifier" in asked:
        raise ValidationException(
            "LogGroup name and LogGroup ARN are mutually exclusive parameters."
        )
    if asked.get("retentionInDays", DAYS[0]) not in DAYS:
        raise InvalidParameterException(
            constraint=f"Member must satisfy enum value set: {list(DAYS)}",
            parameter="retentionInDays",
            value=asked["retentionInDays"],
        )


def _sentence(call: ApiCall) -> str:
    # The events themselves may be thousands, and are checked one by one elsewhere.
    return constraints.violations(call, nested=call.name != "PutLogEvents")


def _check_pattern(pattern: str) -> None:
    """Refuse what is no pattern; AWS's words for it are from memory."""
    try:
        filter_patterns.compile(pattern)
    except PatternError:
        raise InvalidParameterException("Invalid filter pattern") from None
    except UnsimulatedError as error:
        raise NotSimulatedError(str(error)) from None


def _check_transformations(asked: dict[str, Any]) -> None:
    found = asked.get("metricTransformations") or []
    if len(found) > 1:
        raise InvalidParameterException(
            constraint="Member must have length less than or equal to 1",
            parameter="metricTransformations",
            value=f"[{', '.join(map(_spelled, found))}]",
        )


def _spelled(transformation: dict[str, Any]) -> str:
    """Return a transformation as Java would print it."""
    members = ", ".join(f"{name}={transformation.get(name, 'null')}" for name in _TRANSFORMATION)
    return f"MetricTransformation({members})"
