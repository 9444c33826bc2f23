"""What SQS refuses: names, attributes, messages, numbers, batches.

The rules are those of "CreateQueue", "SendMessage", "ReceiveMessage" and their kin, SQS API
Reference; the words are from memory of what callers of these operations were told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from moto.sqs.exceptions import (
    BatchEntryIdsNotDistinct,
    EmptyBatchRequest,
    InvalidAttributeName,
    InvalidBatchEntryId,
    InvalidParameterValue,
    MissingParameter,
    SQSException,
    TooManyEntriesInBatchRequest,
)
from moto.sqs.models import Queue

FIFO_SUFFIX = ".fifo"
ONLY_FIFO = frozenset(Queue.FIFO_ATTRIBUTES)
SETTABLE = ONLY_FIFO | {
    "DelaySeconds",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FIFO_NAME = re.compile(r"[A-Za-z0-9_-]{1,75}\.fifo")
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PUNCTUATED = re.compile(r"[!-~]{1,128}")
_UNSENDABLE = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_ENTRIES = 10
_MOST_ATTRIBUTES = 10
_LONGEST_DELAY = 900


def name(wanted: str, *, fifo: bool) -> None:
    """Raise InvalidParameterValue for a name that a queue of its kind cannot have."""
    if fifo and not _FIFO_NAME.fullmatch(wanted):
        raise InvalidParameterValue(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
            "underscores, must end with .fifo suffix and be 1 to 80 in length."
        )
    if not fifo and not _PLAIN_NAME.fullmatch(wanted):
        raise InvalidParameterValue(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        )


def attributes(names: Iterable[str], *, fifo: bool) -> None:
    """Raise InvalidAttributeName for what cannot be set on a queue of its kind."""
    for one in names:
        if one not in SETTABLE or (one in ONLY_FIFO and not fifo):
            raise InvalidAttributeName(one)


def message(queue: Queue, asked: dict[str, Any]) -> None:
    """Raise the error for a message that a queue does not take."""
    body = asked.get("MessageBody")
    if not body:
        raise MissingParameter("MessageBody")
    if _UNSENDABLE.search(body):
        raise SQSException(
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | "
            "#x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        )
    _contents(queue, asked)
    delay = asked.get("DelaySeconds")
    if delay is not None and not 0 <= int(delay) <= _LONGEST_DELAY:
        raise _invalid("DelaySeconds", delay, f"DelaySeconds must be >= 0 and <= {_LONGEST_DELAY}.")
    _order(queue, asked)


def _contents(queue: Queue, asked: dict[str, Any]) -> None:
    given = asked.get("MessageAttributes") or {}
    if len(given) > _MOST_ATTRIBUTES:
        raise InvalidParameterValue(
            f"Number of message attributes [{len(given)}] exceeds the allowed maximum "
            f"[{_MOST_ATTRIBUTES}]."
        )
    for key, one in given.items():
        _attribute(key, one)
    most = int(queue.maximum_message_size)
    if size(asked) > most:
        raise InvalidParameterValue(
            "One or more parameters are invalid. Reason: Message must be shorter than "
            f"{most} bytes."
        )


def _attribute(key: str, given: dict[str, Any]) -> None:
    kind = str(given.get("DataType", "")).split(".")[0]
    field = "Binary" if kind == "Binary" else "String"
    other = "String" if kind == "Binary" else "Binary"
    if given.get(f"{other}Value"):
        raise InvalidParameterValue(
            f"The message attribute '{key}' with type '{kind}' must use field '{field}'."
        )
    value = given.get(f"{field}Value")
    if not value:
        raise InvalidParameterValue(
            f"Message (user) attribute '{key}' must contain a non-empty value of type '{kind}'."
        )
    if kind == "Number" and not _NUMBER.fullmatch(value):
        raise InvalidParameterValue(
            f"Can't cast the value of message (user) attribute '{key}' to a number."
        )


def size(asked: dict[str, Any]) -> int:
    """Return the bytes of a message that count: its body and its attributes."""
    found = len(asked.get("MessageBody", "").encode())
    for key, one in (asked.get("MessageAttributes") or {}).items():
        value = one.get("StringValue") or one.get("BinaryValue") or ""
        raw = value if isinstance(value, bytes) else str(value).encode()
        found += len(key.encode()) + len(str(one.get("DataType", "")).encode()) + len(raw)
    return found


def _order(queue: Queue, asked: dict[str, Any]) -> None:
    for key in ("MessageGroupId", "MessageDeduplicationId"):
        given = asked.get(key)
        if given is None:
            continue
        if key == "MessageDeduplicationId" and not queue.fifo_queue:
            raise _invalid(
                key,
                given,
                "The request includes a parameter that is not valid for this queue type.",
            )
        if not _PUNCTUATED.fullmatch(given):
            raise _invalid(
                key,
                given,
                f"{key} can only include alphanumeric and punctuation characters. "
                "1 to 128 in length.",
            )


def receiving(asked: dict[str, Any]) -> None:
    """Raise InvalidParameterValue for numbers of ReceiveMessage that are out of range."""
    most = asked.get("MaxNumberOfMessages")
    if most is not None and not 1 <= int(most) <= 10:
        raise _invalid("MaxNumberOfMessages", most, "Must be between 1 and 10, if provided.")
    wait = asked.get("WaitTimeSeconds")
    if wait is not None and not 0 <= int(wait) <= 20:
        raise _invalid("WaitTimeSeconds", wait, "Must be >= 0 and <= 20, if provided.")
    visibility(asked.get("VisibilityTimeout"))


def visibility(timeout: Any) -> None:
    """Raise InvalidParameterValue for a time that no message can be hidden."""
    if timeout is not None and not 0 <= int(timeout) <= 43_200:
        raise _invalid("VisibilityTimeout", timeout, "Must be between 0 and 43200, if provided.")


def batch(entries: list[dict[str, Any]], kind: str) -> None:
    """Raise the error for a batch that is not taken at all."""
    if not entries:
        raise SQSException(EmptyBatchRequest().code, _NO_ENTRY.format(kind))
    if len(entries) > _MOST_ENTRIES:
        raise TooManyEntriesInBatchRequest(len(entries))
    seen = set()
    for one in entries:
        if not _ENTRY_ID.fullmatch(one["Id"]):
            raise InvalidBatchEntryId
        if one["Id"] in seen:
            raise BatchEntryIdsNotDistinct(one["Id"])
        seen.add(one["Id"])


_NO_ENTRY = "There should be at least one {}BatchRequestEntry in the request."


def handle(text: str) -> SQSException:
    """Return the error for what never was a receipt handle of a queue."""
    return SQSException(
        "ReceiptHandleIsInvalid",
        f'The input receipt handle "{text}" is not a valid receipt handle.',
    )


def gone(text: str) -> SQSException:
    """Return the error for the receipt handle of a message that was deleted."""
    return _invalid(
        "ReceiptHandle",
        text,
        "Message does not exist or is not available for visibility timeout change.",
    )


def _invalid(parameter: str, value: Any, reason: str) -> InvalidParameterValue:
    return InvalidParameterValue(
        f"Value {value} for parameter {parameter} is invalid. Reason: {reason}"
    )
