"""Queues and streams that someone reads from: told of writes, so that nobody has to ask and ask.

Pipes and Lambda's event source mappings poll in AWS. Here they watch a source, and are woken when
there may be something to read: after a write, when a delayed message is due, when a message that
was received becomes visible again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.clock import Event

_AFTER = 0.001
"""moto's messages are visible again one millisecond after their time is over."""

_watches: dict[str, list[Watch]] = {}


class Watch:
    """One reader of one source."""

    def __init__(self, arn: str, callback: Callable[[], None]) -> None:
        self._arn = arn
        self._callback = callback
        self._pending = False

    def cancel(self) -> None:
        """Hear no more."""
        watches = _watches.get(self._arn, [])
        if self in watches:
            watches.remove(self)
        if not watches:
            _watches.pop(self._arn, None)

    def wake(self) -> None:
        """Call back soon, and once only however often this is called until then."""
        if not self._pending:
            self._pending = True
            clocks.current().call_later(0, self._call, what=f"read {self._arn}")

    def _call(self) -> None:
        self._pending = False
        if self in _watches.get(self._arn, []):
            self._callback()


def watch(arn: str, callback: Callable[[], None]) -> Watch:
    """Have `callback` called, on the clock, whenever a queue or a stream may have something new.

    `arn` is that of an SQS queue, of a DynamoDB table's stream or of a Kinesis stream, which need
    not exist. What is there already does not wake anyone: look for it first.
    """
    hook = _HOOKS.get(arn.split(":")[2])
    if hook is not None:
        hook()
    made = Watch(arn, callback)
    _watches.setdefault(arn, []).append(made)
    return made


def _tell(arn: str) -> None:
    for each in list(_watches.get(arn, ())):
        each.wake()


def _tell_at(arn: str, moment: float) -> Event | None:
    """Tell those who watch then; a message's own time belongs to the calendar."""
    if arn not in _watches:
        return None
    what = f"a message of {arn} becomes visible"
    tell = functools.partial(_tell, arn)
    return clocks.current().call_at(moment, tell, what=what, work=False)


@dataclass
class _Comeback:
    """When messages that were received together become visible again."""

    event: Event
    waiting: set[str]


_comebacks: dict[str, _Comeback] = {}
"""By the id of each such message."""


def _forget(message: str) -> None:
    """Wait no more for a message that was deleted; for none, once all of them were."""
    comeback = _comebacks.pop(message, None)
    if comeback is not None:
        comeback.waiting.discard(message)
        if not comeback.waiting:
            comeback.event.cancel()


@functools.cache
def _hook_sqs() -> None:
    from moto.sqs.models import Queue, SQSBackend  # noqa: PLC0415 - loaded when needed

    add, delete = Queue.add_message, Queue.delete_message
    receive = SQSBackend.receive_message
    change = SQSBackend.change_message_visibility

    def add_message(self: Any, message: Any) -> None:
        add(self, message)
        if message.delayed:
            _tell_at(self.queue_arn, message.delayed_until / 1000)
        else:
            _tell(self.queue_arn)

    def receive_message(self: Any, queue_name: str, *rest: Any, **named: Any) -> Any:
        received = receive(self, queue_name, *rest, **named)
        arn = self.get_queue(queue_name).queue_arn
        for moment in sorted({message.visible_at for message in received}):
            event = _tell_at(arn, moment / 1000 + _AFTER)
            if event is not None:
                ids = {message.id for message in received if message.visible_at == moment}
                _comebacks.update(dict.fromkeys(ids, _Comeback(event, ids)))
        return received

    def delete_message(self: Any, receipt_handle: str) -> None:
        gone = [one.id for one in self._messages if one.had_receipt_handle(receipt_handle)]
        delete(self, receipt_handle)
        for one in gone:
            _forget(one)

    def change_visibility(
        self: Any, queue_name: str, receipt_handle: str, visibility_timeout: int
    ) -> None:
        change(self, queue_name, receipt_handle, visibility_timeout)
        moment = clocks.current().time() + int(visibility_timeout) + _AFTER
        _tell_at(self.get_queue(queue_name).queue_arn, moment)

    Queue.add_message = add_message
    Queue.delete_message = delete_message
    SQSBackend.receive_message = receive_message
    SQSBackend.change_message_visibility = change_visibility


@functools.cache
def _hook_dynamodb() -> None:
    from moto.dynamodb.models.table import StreamShard  # noqa: PLC0415 - loaded when needed

    add = StreamShard.add

    def add_record(self: Any, old: Any, new: Any) -> None:
        add(self, old, new)
        _tell(f"{self.table.table_arn}/stream/{self.table.latest_stream_label}")

    StreamShard.add = add_record


@functools.cache
def _hook_kinesis() -> None:
    from moto.kinesis.models import Stream  # noqa: PLC0415 - loaded when needed

    put = Stream.put_record

    def put_record(self: Any, *given: Any, **named: Any) -> Any:
        answer = put(self, *given, **named)
        _tell(self.arn)
        return answer

    Stream.put_record = put_record


_HOOKS: dict[str, Callable[[], None]] = {
    "sqs": _hook_sqs,
    "dynamodb": _hook_dynamodb,
    "kinesis": _hook_kinesis,
}
