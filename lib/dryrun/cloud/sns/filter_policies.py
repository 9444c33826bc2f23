"""What SNS takes for a filter policy, and its words for the rest.

Follows "Amazon SNS subscription filter policies" and "Filter policy constraints", Amazon SNS
Developer Guide. The patterns are those of EventBridge, read by the same parser.
"""

from __future__ import annotations

import json
import math
from typing import Any

from moto.core.exceptions import ServiceException
from moto.sns.exceptions import SNSInvalidParameter

from dryrun.cloud.events.pattern_parser import Alternative, alternatives_of
from dryrun.cloud.events.pattern_reader import Unreadable
from dryrun.cloud.sns import checks

SCOPES = ("MessageBody", "MessageAttributes")
BUT = frozenset({"prefix"})
"""What SNS lets `anything-but` be combined with; EventBridge knows more."""
_MOST_KEYS = 5
_MOST_COMBINATIONS = 150
_UNSIMULATED = frozenset({"cidr", "exactly", "wildcard"})


class NotSimulated(ServiceException):
    """A filter that moto does not match."""

    code = "NotSimulated"


def check(policy: str | None, scope: str | None, *, subscribing: bool) -> None:
    """Raise InvalidParameter where a text is no filter policy."""
    if not policy or policy.strip() == "{}":
        return
    prefix = "Attributes Reason: " if subscribing else ""
    found = _read(policy, prefix)
    if scope != "MessageBody" and _nested(json.loads(policy)):
        raise SNSInvalidParameter(
            f"Invalid parameter: {prefix}Filter policy scope MessageAttributes does not support "
            "nested filter policy"
        )
    if len({path[0] for one in found for path in _paths(one)}) > _MOST_KEYS:
        raise _invalid(prefix, f"Filter policy can not have more than {_MOST_KEYS} keys")
    if sum(map(_combinations, found)) > _MOST_COMBINATIONS:
        raise _invalid(prefix, "Filter policy is too complex")
    _check_simulated(json.loads(policy))


def check_scope(scope: str | None, *, subscribing: bool) -> None:
    """Raise InvalidParameter for a scope that there is not."""
    if scope is not None and scope not in SCOPES:
        prefix = "Attributes Reason: " if subscribing else ""
        raise SNSInvalidParameter(
            f"Invalid parameter: {prefix}FilterPolicyScope: Invalid value [{scope}]. Please use "
            "either MessageBody or MessageAttributes"
        )


def _read(policy: str, prefix: str) -> list[Alternative]:
    if fault := checks.json_fault(policy):
        raise _invalid(prefix, fault)
    if not isinstance(json.loads(policy), dict):
        # From memory: SNS wants an object before it looks for patterns.
        raise _invalid(prefix, "failed to parse JSON.")
    try:
        return alternatives_of(policy, but=BUT)
    except Unreadable as unreadable:
        raise _invalid(prefix, str(unreadable)) from None


def _invalid(prefix: str, fault: str) -> SNSInvalidParameter:
    return SNSInvalidParameter(f"Invalid parameter: {prefix}FilterPolicy: {fault}")


def _nested(policy: dict[str, Any]) -> bool:
    either = policy.get("$or")
    inside = [one for one in either if isinstance(one, dict)] if isinstance(either, list) else []
    return any(isinstance(one, dict) for one in policy.values()) or any(map(_nested, inside))


def _paths(alternative: Alternative) -> list[list[str]]:
    return [path.split(".") for path in alternative]


def _combinations(alternative: Alternative) -> int:
    """Return how many combinations of values an alternative has, deeper ones counting more."""
    return math.prod(len(wanted) * (path.count(".") + 1) for path, wanted in alternative.items())


def _check_simulated(policy: Any) -> None:
    if isinstance(policy, list):
        for one in policy:
            _check_simulated(one)
    elif isinstance(policy, dict):
        for name, value in policy.items():
            if name in _UNSIMULATED and not isinstance(value, list | dict):
                raise NotSimulated(
                    f"Dry Run does not simulate the operator {name} of filter policies; real AWS "
                    "may carry it out."
                )
            _check_simulated(value)
