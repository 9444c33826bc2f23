"""What SQS takes for a redrive policy, and for a policy that says which queues may redrive here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from moto.sqs.exceptions import InvalidParameterValue

_MANDATORY = ("deadLetterTargetArn", "maxReceiveCount")
_COUNTS = range(1, 1001)
_ALLOWING = "RedriveAllowPolicy"
_BY_QUEUE = "byQueue"
_PERMISSIONS = ("allowAll", "denyAll", _BY_QUEUE)
_MOST_SOURCES = 10


def check(policy: Any, queues: Iterable[str]) -> None:
    """Refuse a redrive policy that SQS does not take; `queues` are the ARNs of those there are.

    An empty one takes the old one away. Raises InvalidParameterValue. That an attribute or the
    queue is missing is worded as deployments that ran into it report; the rest is from memory
    of "SetQueueAttributes", SQS API Reference.
    """
    if policy in ("", None):
        return
    told = _told(policy)
    found = _map(told)
    if found is None:
        raise _invalid(told, "Redrive policy is not a valid JSON map.")
    if not found:
        return
    for name in _MANDATORY:
        if name not in found:
            raise _invalid(told, f"Redrive policy does not contain mandatory attribute: {name}.")
    if not isinstance(found["deadLetterTargetArn"], str):
        raise _invalid(told, "Redrive policy is not a valid JSON map.")
    count = str(found["maxReceiveCount"])
    if not (count.isascii() and count.isdigit() and int(count) in _COUNTS):
        raise _invalid(
            told,
            f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 "
            "both inclusive.",
        )
    if found["deadLetterTargetArn"] not in queues:
        raise _invalid(told, "Dead letter target does not exist.")


def target(policy: Any) -> str:
    """Return the ARN of the queue that a redrive policy leads to, "" where it leads nowhere."""
    return str((_map(_told(policy)) or {}).get("deadLetterTargetArn", ""))


def check_allowing(policy: Any) -> None:
    """Refuse a RedriveAllowPolicy that SQS does not take.

    Raises InvalidParameterValue; the reasons are worded from memory of RedriveAllowPolicy in
    "SetQueueAttributes", SQS API Reference.
    """
    if policy in ("", None):
        return
    told = _told(policy)
    found = _map(told)
    if found is None:
        raise _invalid(told, "Redrive allow policy is not a valid JSON map.", _ALLOWING)
    permission, sources = found.get("redrivePermission"), found.get("sourceQueueArns")
    if permission not in _PERMISSIONS:
        raise _invalid(told, f"Invalid value for redrivePermission: {permission}.", _ALLOWING)
    if (permission == _BY_QUEUE) != (sources is not None):
        why = "sourceQueueArns goes with the redrivePermission byQueue, and with no other."
        raise _invalid(told, why, _ALLOWING)
    if sources is not None and not 1 <= len(sources) <= _MOST_SOURCES:
        raise _invalid(told, "sourceQueueArns must have 1 to 10 ARNs.", _ALLOWING)


def check_source(policy: Any, source: str, allowing: Any) -> None:
    """Refuse a redrive policy of a queue that its dead-letter queue does not take messages from.

    The reason is in our words; AWS's are not known.
    """
    told = _told(policy)
    found = (_map(_told(allowing)) or {}) if allowing else {}
    permission = found.get("redrivePermission", _PERMISSIONS[0])
    listed = source in found.get("sourceQueueArns", ())
    if permission == "denyAll" or (permission == _BY_QUEUE and not listed):
        raise _invalid(told, "Dead letter target does not allow this queue as its source.")


def _told(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy, separators=(",", ":"))


def _map(told: str) -> dict[str, Any] | None:
    try:
        found = json.loads(told)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _invalid(policy: str, why: str, name: str = "RedrivePolicy") -> InvalidParameterValue:
    return InvalidParameterValue(f"Value {policy} for parameter {name} is invalid. Reason: {why}")
