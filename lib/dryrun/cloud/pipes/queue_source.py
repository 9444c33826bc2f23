"""A pipe that reads a queue: what got through is deleted, the rest becomes visible again."""

from __future__ import annotations

import base64
import functools
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside, sources
from dryrun.cloud.delivery import Failure, principals
from dryrun.cloud.delivery.dead_letters import queue_url
from dryrun.cloud.pipes import batches
from dryrun.cloud.pipes.templates import Event

if TYPE_CHECKING:
    from dryrun.cloud.clock import Event as ClockEvent
    from dryrun.cloud.pipes.readable import Readable

_MOST_AT_ONCE = 10
_AFTER = 0.002
"""Seconds after its timeout at which a message is surely visible again."""


class QueueReader:
    """Reads while it is not stopped; woken by writes."""

    def __init__(self, pipe: Readable) -> None:
        self._pipe = pipe
        settings = pipe.source_parameters.get("SqsQueueParameters", {})
        self._size: int = settings.get("BatchSize", 10)
        self._window = float(settings.get("MaximumBatchingWindowInSeconds", 0))
        self._gathering: ClockEvent | None = None
        self._watch = sources.watch(pipe.source, self._woken)
        self._watch.wake()

    def stop(self) -> None:
        """Read no more; what is on its way goes on."""
        self._watch.cancel()
        if self._gathering is not None:
            self._gathering.cancel()

    def _woken(self) -> None:
        """Read now, or once the window is over that the first message opened."""
        if not self._pipe.is_read_by(self):
            self.stop()
            return
        waiting = self._waiting()
        if not waiting:
            return
        if not self._window or waiting >= self._size:
            self._read()
        elif self._gathering is None:
            what = f"pipe {self._pipe.name} gathers a batch"
            self._gathering = clocks.current().call_later(self._window, self._read, what=what)

    def _waiting(self) -> int:
        """Return how many messages could be received, without receiving any."""
        queue = self._queue()
        return len(queue.messages) if queue is not None else 0

    def _queue(self) -> Any:
        from moto.sqs.models import sqs_backends  # noqa: PLC0415 - loaded when needed

        _, _, _, region, account, name = self._pipe.source.split(":", 5)
        return sqs_backends[account][region].queues.get(name)

    def _read(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        with inside.found_at(self._pipe.host):
            messages = self._receive()
            if not messages:
                return
            events = [_event(message, self._pipe.source) for message in messages]
            wanted = [batches.wanted(self._pipe, event) for event in events]
            dropped = [one for one, keep in zip(messages, wanted, strict=True) if not keep]
            # What the filter does not want is gone: "filtering", User Guide.
            self._delete([one["ReceiptHandle"] for one in dropped])
            kept = [event for event, keep in zip(events, wanted, strict=True) if keep]
            if kept:
                self._pipe.process(kept, functools.partial(self._ended, kept))
        self._watch.wake()

    def _receive(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < self._size:
            got = self._call(
                "receive_message",
                MaxNumberOfMessages=min(_MOST_AT_ONCE, self._size - len(found)),
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
                WaitTimeSeconds=0,
            ).get("Messages", [])
            if not got:
                break
            found += got
        return found

    def _delete(self, handles: list[str]) -> None:
        for start in range(0, len(handles), _MOST_AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": handle}
                for number, handle in enumerate(handles[start : start + _MOST_AT_ONCE])
            ]
            self._call("delete_message_batch", Entries=entries)

    def _call(self, operation: str, **asked: Any) -> dict[str, Any]:
        """Call SQS as the role; a queue or a permission that is gone reads as nothing."""
        arn = self._pipe.source
        try:
            with inside.calling_as(principals.role_caller(self._pipe.sender)):
                client = inside.client("sqs", arn.split(":")[3])
                answer: dict[str, Any] = getattr(client, operation)(
                    QueueUrl=queue_url(arn), **asked
                )
        except (ClientError, BotoCoreError, Failure):
            return {}
        return answer

    def _ended(self, events: list[Event], through: list[bool], error: str) -> None:
        with inside.found_at(self._pipe.host):
            self._delete(
                [one["receiptHandle"] for one, done in zip(events, through, strict=True) if done]
            )
        if error:
            self._come_again()
        self._watch.wake()

    def _come_again(self) -> None:
        """Read again once the messages are visible; at once in `fast` mode if that will end.

        A queue with a redrive policy takes a message away that was received too often.
        """
        queue = self._queue()
        if queue is not None and queue.redrive_policy:
            what = f"messages of {self._pipe.source} become visible again"
            seconds = float(queue.visibility_timeout) + _AFTER
            clocks.current().call_later(seconds, self._watch.wake, what=what)


def _event(message: dict[str, Any], arn: str) -> Event:
    made = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
    }
    if "MD5OfMessageAttributes" in message:
        made["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return made


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    shown = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
    if "StringValue" in value:
        return {"stringValue": value["StringValue"], **shown}
    return {"binaryValue": base64.b64encode(value["BinaryValue"]).decode(), **shown}
