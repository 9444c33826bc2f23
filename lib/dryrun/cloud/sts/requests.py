"""What the STS operations are asked for, read and checked: durations, tags, session policies."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.iam.models import iam_backends

from dryrun.cloud import calling, constraints
from dryrun.cloud.iam.policy import MalformedPolicy, PolicyKind, parse
from dryrun.cloud.sts.exceptions import (
    InvalidParameterValue,
    MalformedPolicyDocument,
    PackedPolicyTooLarge,
    ValidationError,
)

HOUR = 3600
SESSION_POLICY_LENGTH = 2048
POLICY_ARNS = 10
TAG_LENGTHS = {"key": 128, "value": 256}

PACKED_ROOM = 1024
"""Bytes of policies and tags, packed, that a session has room for; AWS does not tell."""


@dataclass(frozen=True)
class SessionPolicies:
    """The policies passed to narrow a session."""

    texts: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SessionTags:
    """The tags passed for a session, and which of them go on to the next role."""

    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()

    def context(self) -> dict[str, str | tuple[str, ...]]:
        """Return the condition keys that tell of them ("AWS STS condition keys")."""
        keys: dict[str, str | tuple[str, ...]] = {
            f"aws:RequestTag/{key}": value for key, value in self.tags.items()
        }
        if self.tags:
            keys["aws:TagKeys"] = tuple(self.tags)
        if self.transitive:
            keys["sts:TransitiveTagKeys"] = self.transitive
        return keys


def parameters() -> dict[str, Any]:
    """Return the parameters of the call being answered; raise ValidationError in AWS's words."""
    call = calling.current_call()
    sentence = constraints.violations(call)
    if sentence:
        raise ValidationError(sentence)
    return call.parameters


def session_policies(asked: Mapping[str, Any], account: str) -> SessionPolicies:
    """Read `Policy` and `PolicyArns`; the managed policies are those of `account` and AWS's."""
    text = asked.get("Policy")
    if text is not None:
        if len(text) > SESSION_POLICY_LENGTH:
            raise ValidationError(
                f"1 validation error detected: Value '{text}' at 'policy' failed to satisfy "
                "constraint: Member must have length less than or equal to "
                f"{SESSION_POLICY_LENGTH}"
            )
        try:
            parse(text, PolicyKind.SESSION)
        except MalformedPolicy as error:
            raise MalformedPolicyDocument(str(error)) from None
    arns = tuple(str(entry.get("arn", "")) for entry in asked.get("PolicyArns") or ())
    if len(arns) > POLICY_ARNS:
        raise ValidationError(
            f"1 validation error detected: Value '{list(arns)}' at 'policyArns' failed to "
            f"satisfy constraint: Member must have length less than or equal to {POLICY_ARNS}"
        )
    known = iam_backends[account]["aws"].managed_policies if arns else {}
    for arn in arns:
        if arn not in known:
            raise ValidationError(f"ARN {arn} is not valid.")
    return SessionPolicies((text,) if text is not None else (), arns)


def session_tags(asked: Mapping[str, Any]) -> SessionTags:
    """Read `Tags` and `TransitiveTagKeys` ("Pass session tags in AWS STS", IAM User Guide)."""
    tags: dict[str, str] = {}
    for number, entry in enumerate(asked.get("Tags") or (), start=1):
        key, value = str(entry.get("Key", "")), str(entry.get("Value", ""))
        _check_length(key, "key", number)
        _check_length(value, "value", number)
        if key.lower() in (known.lower() for known in tags):
            raise InvalidParameterValue(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive."
            )
        tags[key] = value
    transitive = tuple(asked.get("TransitiveTagKeys") or ())
    lowered = {key.lower() for key in tags}
    if any(key.lower() not in lowered for key in transitive):
        raise InvalidParameterValue(
            "The specified transitive tag key must be included in the requested tags."
        )
    return SessionTags(tags, transitive)


def packed_size(policies: SessionPolicies, tags: SessionTags) -> int | None:
    """Return how much of a session's room they take, in percent; None when there are none.

    Raises PackedPolicyTooLarge beyond 100.
    """
    parts = [*policies.texts, *policies.arns, *(f"{k}\0{v}" for k, v in tags.tags.items())]
    if not parts:
        return None
    size = len(zlib.compress("\0".join(parts).encode(), 9))
    percent = max(-(-100 * size // PACKED_ROOM), 1)
    if percent > 100:
        raise PackedPolicyTooLarge(percent)
    return percent


def _check_length(text: str, part: str, number: int) -> None:
    if part == "key" and not text:
        bound = "greater than or equal to 1"
    elif len(text) > TAG_LENGTHS[part]:
        bound = f"less than or equal to {TAG_LENGTHS[part]}"
    else:
        return
    raise ValidationError(
        f"1 validation error detected: Value '{text}' at 'tags.{number}.member.{part}' failed to "
        f"satisfy constraint: Member must have length {bound}"
    )
