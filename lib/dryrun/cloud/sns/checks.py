"""What SNS refuses, in its words: attributes of subscriptions, messages, tags."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.sns.exceptions import SNSException, SNSInvalidParameter, SNSNotFoundError

from dryrun.cloud.events.pattern_reader import END, Reader, Unreadable

ATTRIBUTES = frozenset(
    {
        "DeliveryPolicy",
        "FilterPolicy",
        "FilterPolicyScope",
        "RawMessageDelivery",
        "RedrivePolicy",
        "ReplayPolicy",
        "SubscriptionRoleArn",
    }
)
PROTOCOLS = frozenset(
    {
        "application",
        "email",
        "email-json",
        "firehose",
        "http",
        "https",
        "lambda",
        "sms",
        "sqs",
    }
)
LARGEST_MESSAGE = 262_144
_LONGEST_SUBJECT = 100
_TOKEN = re.compile(r"[0-9a-f]{100,}")
_SOURCE = re.compile(r"\[Source: \(String\).*; line: (\d+), column: (\d+)\]\Z", re.DOTALL)
_REDACTED = (
    r"[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); "
    r"line: \1, column: \2]"
)


def invalid(what: str) -> SNSInvalidParameter:
    """Return the error for a parameter that is not as it must be."""
    return SNSInvalidParameter(f"Invalid parameter: {what}")


def protocol(name: str | None) -> None:
    """Raise InvalidParameter for a protocol that there is not."""
    if name not in PROTOCOLS:
        raise invalid(f"Amazon SNS does not support this protocol string: {name}")


def attribute(name: str, value: str | None, *, subscribing: bool) -> None:
    """Raise InvalidParameter for the value of a subscription's attribute."""
    prefix = "Attributes Reason: " if subscribing else ""
    if name not in ATTRIBUTES:
        raise invalid("Attributes" if subscribing else "AttributeName")
    if name == "RawMessageDelivery" and (value or "").lower() not in ("true", "false"):
        raise invalid(
            f"{prefix}RawMessageDelivery: Invalid value [{value or ''}]. Must be true or false."
        )
    if name == "RedrivePolicy" and value:
        _redrive_policy(value, prefix)


def _redrive_policy(value: str, prefix: str) -> None:
    if fault := json_fault(value):
        raise invalid(f"{prefix}RedrivePolicy: {fault}")
    found = json.loads(value)
    target = found.get("deadLetterTargetArn") if isinstance(found, dict) else None
    if target is not None and len(str(target).split(":")) < 6:
        raise invalid(f"{prefix}RedrivePolicy: deadLetterTargetArn is an invalid arn")


def json_fault(text: str) -> str:
    """Return what is wrong with a text that is no JSON ("" where it is)."""
    try:
        json.loads(text)
    except ValueError:
        return f"failed to parse JSON. {_SOURCE.sub(_REDACTED, _read_through(text))}"
    return ""


def _read_through(text: str) -> str:
    try:
        reader = Reader(text)
        while reader.next() != END:
            pass
    except Unreadable as unreadable:
        return str(unreadable)
    return ""


def token(text: str | None) -> None:
    """Raise InvalidParameter for what cannot be a token."""
    if not _TOKEN.fullmatch(text or ""):
        raise SNSInvalidParameter("Invalid token")


def tags(listed: list[dict[str, str]]) -> None:
    """Raise InvalidParameter where a key is there twice."""
    if len({tag["Key"] for tag in listed}) < len(listed):
        raise invalid("Duplicated keys are not allowed.")


def message(asked: dict[str, Any]) -> None:
    """Raise InvalidParameter for a message, its subject or its parts."""
    subject, text = asked.get("Subject"), asked.get("Message")
    # How long a subject may be is told by "Publish"; that the words are the same is from memory.
    if subject is not None and not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise invalid("Subject")
    if not text:
        raise invalid("Empty message")
    if size(asked) > LARGEST_MESSAGE:
        raise invalid("Message too long")
    if asked.get("MessageStructure") == "json":
        _parts(text)


def batch(entries: list[dict[str, Any]]) -> None:
    """Raise the error for a batch of nothing, or of too much.

    Follows the errors of "PublishBatch", Amazon SNS API Reference, in its words.
    """
    if not entries:
        raise SNSException("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    if sum(map(size, entries)) > LARGEST_MESSAGE:
        raise SNSException(
            "BatchRequestTooLong",
            "The length of all the batch messages put together is more than the limit.",
        )


def size(asked: dict[str, Any]) -> int:
    """Return the bytes of a message that count: its text and its attributes."""
    given = asked.get("MessageAttributes") or {}
    found = len(asked["Message"].encode())
    for name, one in given.items():
        value = one.get("StringValue", one.get("BinaryValue", ""))
        raw = value if isinstance(value, bytes) else str(value).encode()
        found += len(name.encode()) + len(str(one.get("DataType", "")).encode()) + len(raw)
    return found


def _parts(text: str) -> None:
    try:
        parts = json.loads(text)
    except ValueError:
        raise invalid("Message Structure - JSON message body failed to parse") from None
    if not isinstance(parts, dict) or not isinstance(parts.get("default"), str):
        raise invalid("Message Structure - No default entry in JSON message body")


def target(backend: Any, asked: dict[str, Any]) -> None:
    """Raise the error for a topic or an endpoint that is not there."""
    arn = asked.get("TargetArn") or asked.get("TopicArn")
    if not arn and not asked.get("PhoneNumber"):
        # From memory of "Publish", Amazon SNS API Reference.
        raise invalid("TopicArn or TargetArn Reason: no value for required parameter")
    if not arn or arn in backend.topics:
        return
    if ":endpoint/" not in arn:
        if _topic_elsewhere(arn):
            return
        raise SNSNotFoundError("Topic does not exist")
    if arn not in backend.platform_endpoints:
        raise invalid("TargetArn Reason: No endpoint found for the target arn specified")


def _topic_elsewhere(arn: str) -> bool:
    """Tell whether another account or region has the topic."""
    from moto.sns.models import sns_backends  # noqa: PLC0415 - not needed for one's own topics

    parts = arn.split(":")
    if len(parts) < 6 or parts[4] not in sns_backends:
        return False
    regions = sns_backends[parts[4]]
    return parts[3] in regions and arn in regions[parts[3]].topics
