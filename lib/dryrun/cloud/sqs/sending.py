"""Sending a message takes as long in a full queue as in an empty one.

moto counts all messages of a queue, for attributes, whenever one more is sent.
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Queue, SQSBackend

_SENDING = "dryrun_sending"


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
            return send(self, queue_name, *given, **named)
        finally:
            queue.__dict__.pop(_SENDING, None)

    Queue.attributes = property(attributes)
    SQSBackend.send_message = send_message
