"""What SQS takes for a redrive policy."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from moto.sqs.exceptions import InvalidParameterValue

_MANDATORY = ("deadLetterTargetArn", "maxReceiveCount")
_COUNTS = range(1, 1001)


def check(policy: Any, queues: Iterable[str]) -> None:
    """Refuse a redrive policy that SQS does not take; `queues` are the ARNs of those there are.

    An empty one takes the old one away. Raises InvalidParameterValue. That an attribute or the
    queue is missing is worded as deployments that ran into it report; the rest is from memory
    of "SetQueueAttributes", SQS API Reference.
    """
    if policy in ("", None):
        return
    told = policy if isinstance(policy, str) else json.dumps(policy, separators=(",", ":"))
    try:
        found = json.loads(told)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _invalid(told, "Redrive policy is not a valid JSON map.")
    if not found:
        return
    for name in _MANDATORY:
        if name not in found:
            raise _invalid(told, f"Redrive policy does not contain mandatory attribute: {name}.")
    count = str(found["maxReceiveCount"])
    if not (count.isascii() and count.isdigit() and int(count) in _COUNTS):
        raise _invalid(
            told,
            f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 "
            "both inclusive.",
        )
    if found["deadLetterTargetArn"] not in queues:
        raise _invalid(told, "Dead letter target does not exist.")


def _invalid(policy: str, why: str) -> InvalidParameterValue:
    return InvalidParameterValue(
        f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {why}"
    )
