"""Conditions of listener rules with regular expressions, over which moto stumbles.

Follows "HostHeaderConditionConfig", "HttpHeaderConditionConfig" and "PathPatternConditionConfig",
Elastic Load Balancing API Reference, version 2015-12-01.
"""

from __future__ import annotations

from typing import Any

from moto.elbv2.exceptions import InvalidConditionValueError
from moto.elbv2.models import ELBv2Backend

_CONFIGS = ("HostHeaderConfig", "HttpHeaderConfig", "PathPatternConfig")
_LONGEST = 128

_moto_validate = ELBv2Backend._validate_conditions


def _validate_conditions(self: Any, conditions: list[dict[str, Any]]) -> None:
    """Check conditions; those with regular expressions here, the others as moto does."""
    _moto_validate(self, [one for one in conditions if not _has_expressions(one)])


def _has_expressions(condition: dict[str, Any]) -> bool:
    for name in _CONFIGS:
        config = condition.get(name) or {}
        if expressions := config.get("RegexValues"):
            if config.get("Values"):
                raise InvalidConditionValueError("You cannot specify both Values and RegexValues")
            if any(len(one) > _LONGEST for one in expressions):
                raise InvalidConditionValueError(
                    f"The '{condition.get('Field')}' value is too long; the limit is '{_LONGEST}'"
                )
            return True
    return False


def install() -> None:
    """Put this in the place of moto's."""
    setattr(ELBv2Backend, _validate_conditions.__name__, _validate_conditions)
