"""What a request says a stack may hold, and what may roll it back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dryrun.cloud.cloudformation.exceptions import ValidationError
from dryrun.cloud.cloudformation.template import Resource

_ALARM_TYPES = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_ALARM = re.compile(r"arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:.+")
_LONGEST_WATCH = 180


def check_types(asked: Mapping[str, Any], resources: Iterable[Resource]) -> None:
    """Refuse resources of types that ResourceTypes leaves out; raises ValidationError."""
    allowed = asked.get("ResourceTypes")
    if not allowed:
        return
    for resource in resources:
        if not any(_allows(pattern, resource.type) for pattern in allowed):
            raise ValidationError(
                f"Resource type {resource.type} is not allowed by parameter ResourceTypes "
                f"[{', '.join(allowed)}]"
            )


def _allows(pattern: str, type_name: str) -> bool:
    if pattern.endswith("::*"):
        return type_name.startswith(pattern[:-1])
    return pattern == type_name


def check_rollback(asked: Mapping[str, Any]) -> None:
    """Refuse rollback triggers that are no alarms; raises ValidationError."""
    configuration = asked.get("RollbackConfiguration") or {}
    for trigger in configuration.get("RollbackTriggers") or ():
        if trigger["Type"] not in _ALARM_TYPES:
            raise ValidationError("Rollback Trigger Type not supported")
        if not _ALARM.fullmatch(trigger["Arn"]):
            raise ValidationError("RelativeId of a Rollback Trigger's ARN is incorrect")
    minutes = configuration.get("MonitoringTimeInMinutes")
    if minutes is not None and not 0 <= minutes <= _LONGEST_WATCH:
        bound = "less than or equal to 180" if minutes > 0 else "greater than or equal to 0"
        raise ValidationError(
            f"1 validation error detected: Value '{minutes}' at "
            "'rollbackConfiguration.monitoringTimeInMinutes' failed to satisfy constraint: "
            f"Member must have value {bound}"
        )
