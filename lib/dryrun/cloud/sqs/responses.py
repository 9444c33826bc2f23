"""The operations of SQS that moto answers otherwise than AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from moto.core.responses import ActionResult, EmptyResult
from moto.sqs.exceptions import (
    BatchRequestTooLong,
    InvalidAttributeValue,
    QueueAlreadyExists,
    ReceiptHandleIsInvalid,
    SQSException,
)
from moto.sqs.models import MAXIMUM_MESSAGE_LENGTH, Queue
from moto.sqs.responses import SQSResponse as MotoResponse
from moto.sqs.utils import validate_message_attributes

from dryrun.cloud.sqs import checks, redrive

_TIMES = ("CreatedTimestamp", "LastModifiedTimestamp")
_RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
"""As "SetQueueAttributes", SQS API Reference, has them."""


_ALLOWING = "redrive_allow_policy"
_SENT = (
    "MessageBody",
    "DelaySeconds",
    "MessageAttributes",
    "MessageDeduplicationId",
    "MessageGroupId",
    "MessageSystemAttributes",
)

# moto keeps the policy that says which queues may redrive to a queue, and tells nobody.
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
setattr(Queue, _ALLOWING, None)


class SqsResponse(MotoResponse):
    """Answer the operations of SQS."""

    def create_queue(self) -> ActionResult:
        """Make a queue whose attributes are in range."""
        name, given = self._get_param("QueueName"), self._get_param("Attributes") or {}
        fifo = str(given.get("FifoQueue", "")).lower() == "true"
        checks.attributes(given, fifo=fifo)
        checks.name(name, fifo=fifo)
        self._check_attributes()
        try:
            return super().create_queue()
        except QueueAlreadyExists as error:
            known = self.sqs_backend.queues[name].attributes
            other = [key for key in given if not _same(given[key], known.get(key))]
            raise QueueAlreadyExists(
                "A queue already exists with the same name and a different value for attribute "
                f"{(other or list(given))[0]}"
            ) from error

    def set_queue_attributes(self) -> ActionResult:
        """Change attributes to values in range; moto forgets a policy that is not given again."""
        queue = self._queue()
        checks.attributes(self._get_param("Attributes") or {}, fifo=queue.fifo_queue)
        self._check_attributes()
        policy = queue.policy
        answer = super().set_queue_attributes()
        if "Policy" not in (self._get_param("Attributes") or {}):
            queue.policy = policy
        if getattr(queue, _ALLOWING) == "":
            setattr(queue, _ALLOWING, None)
        return answer

    def _check_attributes(self) -> None:
        given = self._get_param("Attributes") or {}
        redrive.check_allowing(given.get("RedriveAllowPolicy"))
        if given.get("RedrivePolicy"):
            self._check_redrive(given["RedrivePolicy"])
        for name, value in given.items():
            least, most = _RANGES.get(name, (None, None))
            if least is None or most is None:
                continue
            if not str(value).isascii() or not str(value).isdigit():
                raise InvalidAttributeValue(name)
            if not least <= int(value) <= most:
                raise InvalidAttributeValue(name)

    def _check_redrive(self, policy: Any) -> None:
        known = {queue.queue_arn: queue for queue in self.sqs_backend.queues.values()}
        redrive.check(policy, known)
        dead = known.get(redrive.target(policy))
        if dead is not None:
            name = self._get_param("QueueName") or self._get_queue_name()
            source = f"{dead.queue_arn.rpartition(':')[0]}:{name}"
            redrive.check_source(policy, source, getattr(dead, _ALLOWING))

    def get_queue_attributes(self) -> ActionResult:
        """Tell times in whole seconds, as "GetQueueAttributes", SQS API Reference, has them."""
        answer = super().get_queue_attributes()
        found = cast(dict[str, Any], answer.result or {}).get("Attributes", {})
        found.update({name: found[name].partition(".")[0] for name in _TIMES if name in found})
        return answer

    def send_message(self) -> ActionResult:
        """Send a message that the queue takes."""
        told = self._sent(self._queue(), {name: self._get_param(name) for name in _SENT})
        return ActionResult(told)

    def send_message_batch(self) -> ActionResult:
        """Send messages; one that is not taken fails on its own."""
        queue, entries = self._queue(), self._get_param("Entries") or []
        checks.batch(entries, "SendMessage")
        if (size := sum(map(checks.size, entries))) > MAXIMUM_MESSAGE_LENGTH:
            raise BatchRequestTooLong(size)
        return _each(entries, lambda one: self._sent(queue, one))

    def _sent(self, queue: Queue, asked: dict[str, Any]) -> dict[str, Any]:
        for name in ("MessageAttributes", "MessageSystemAttributes"):
            validate_message_attributes(asked.get(name) or {})
        checks.message(queue, asked)
        made = self.sqs_backend.send_message(
            queue.name,
            asked["MessageBody"],
            message_attributes=asked.get("MessageAttributes") or {},
            delay_seconds=asked.get("DelaySeconds"),
            deduplication_id=asked.get("MessageDeduplicationId"),
            group_id=asked.get("MessageGroupId"),
            system_attributes=asked.get("MessageSystemAttributes"),
        )
        told = {"MessageId": made.id, "MD5OfMessageBody": made.body_md5}
        if made.message_attributes:
            told["MD5OfMessageAttributes"] = made.attribute_md5
        if queue.fifo_queue and made.sequence_number:
            told["SequenceNumber"] = made.sequence_number
        return told

    def receive_message(self) -> ActionResult:
        """Receive messages, as many and for as long as can be asked for."""
        self._queue()
        names = ("MaxNumberOfMessages", "WaitTimeSeconds", "VisibilityTimeout")
        checks.receiving({name: self._get_param(name) for name in names})
        return super().receive_message()

    def delete_message(self) -> ActionResult:
        """Delete a message; doing so again is no error."""
        self._deleted(self._queue(), {"ReceiptHandle": self._get_param("ReceiptHandle")})
        return EmptyResult()

    def delete_message_batch(self) -> ActionResult:
        """Delete messages; one that cannot be deleted fails on its own."""
        queue, entries = self._queue(), self._get_param("Entries") or []
        checks.batch(entries, "DeleteMessage")
        return _each(entries, lambda one: self._deleted(queue, one))

    def _deleted(self, queue: Queue, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            self.sqs_backend.delete_message(queue.name, asked["ReceiptHandle"])
        except ReceiptHandleIsInvalid as error:
            raise checks.handle(asked["ReceiptHandle"]) from error
        return {}

    def change_message_visibility(self) -> ActionResult:
        """Hide a message for longer, or show it again."""
        names = ("ReceiptHandle", "VisibilityTimeout")
        self._hidden(self._queue(), {name: self._get_param(name) for name in names})
        return EmptyResult()

    def change_message_visibility_batch(self) -> ActionResult:
        """Hide messages for longer; one that cannot be hidden fails on its own."""
        queue, entries = self._queue(), self._get_param("Entries") or []
        checks.batch(entries, "ChangeMessageVisibility")
        return _each(entries, lambda one: self._hidden(queue, one))

    def _hidden(self, queue: Queue, asked: dict[str, Any]) -> dict[str, Any]:
        handle, timeout = asked["ReceiptHandle"], asked.get("VisibilityTimeout")
        checks.visibility(timeout)
        try:
            self.sqs_backend.change_message_visibility(queue.name, handle, int(timeout or 0))
        except ReceiptHandleIsInvalid as error:
            wrong = checks.gone if handle in queue.deleted_messages else checks.handle
            raise wrong(handle) from error
        return {}

    def _queue(self) -> Queue:
        return self.sqs_backend.get_queue(self._get_queue_name())


def _each(
    entries: list[dict[str, Any]], carry_out: Callable[[dict[str, Any]], dict[str, Any]]
) -> ActionResult:
    """Carry out the entries of a batch one by one."""
    done, failed = [], []
    for one in entries:
        try:
            done.append({"Id": one["Id"], **carry_out(one)})
        except SQSException as error:
            told = {"Code": error.code, "Message": error.message}
            failed.append({"Id": one["Id"], "SenderFault": True, **told})
    return ActionResult({"Successful": done, "Failed": failed})


def _same(asked: Any, known: Any) -> bool:
    try:
        return bool(json.loads(str(asked).lower()) == json.loads(str(known).lower()))
    except ValueError:
        return str(asked) == str(known)
