"""Sending a message takes as long in a full queue as in an empty one, and numbers it.

moto counts all messages of a queue, for attributes, whenever one more is sent; it numbers only
those with a deduplication id, and at random.
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Queue, SQSBackend

_SENDING = "dryrun_sending"


_NUMBERED = "dryrun_sequence_number"
_FIRST_NUMBER = 18_849_496_460_467_696_128
_STEP = 256
"""Where numbers start and how they grow is as seen; AWS tells only that they do grow."""


def _next_number(queue: Queue) -> str:
    """Return the number of the next message: 20 digits, more than the one before."""
    number = queue.__dict__.get(_NUMBERED, _FIRST_NUMBER) + _STEP
    queue.__dict__[_NUMBERED] = number
    return str(number)


def install() -> None:
    """Let a queue that is sent to tell only what sending asks for."""
    whole: Any = Queue.attributes
    send = SQSBackend.send_message

    def attributes(self: Any) -> dict[str, Any]:
        if _SENDING not in self.__dict__:
            told: dict[str, Any] = whole.fget(self)
            return told
        if not self.fifo_queue:
            return {}
        return {"ContentBasedDeduplication": str(self.content_based_deduplication).lower()}

    def send_message(self: SQSBackend, queue_name: str, *given: Any, **named: Any) -> Any:
        queue = self.get_queue(queue_name)
        queue.__dict__[_SENDING] = True
        try:
            message = send(self, queue_name, *given, **named)
        finally:
            queue.__dict__.pop(_SENDING, None)
        if queue.fifo_queue:
            message.sequence_number = _next_number(queue)
        return message

    Queue.attributes = property(attributes)
    SQSBackend.send_message = send_message
