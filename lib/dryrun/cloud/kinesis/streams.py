"""Streams whose description tells their capacity mode, and consumers with ARNs of their own.

Follows "StreamDescription", "StreamDescriptionSummary" and "Consumer", Kinesis Data Streams API
Reference: moto tells the mode in a summary only; a consumer's ARN ends with when it was registered.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from moto.kinesis.models import Consumer, Stream

_register: Any = Consumer.__init__
_told: Any = Stream.to_json
_summed: Any = Stream.to_json_summary


def register(self: Consumer, *given: Any, **named: Any) -> None:
    """Make a consumer, whose ARN no later one of the same name has."""
    _register(self, *given, **named)
    self.consumer_arn += f":{int(self.created.replace(tzinfo=UTC).timestamp())}"


def to_json(self: Stream, shard_limit: int | None = None) -> dict[str, Any]:
    """Return the description with the mode."""
    told: dict[str, Any] = _told(self, shard_limit)
    told["StreamDescription"]["StreamModeDetails"] = self.stream_mode
    return told


def to_json_summary(self: Stream) -> dict[str, Any]:
    """Return the summary with the number of consumers."""
    told: dict[str, Any] = _summed(self)
    told["StreamDescriptionSummary"]["ConsumerCount"] = len(self.consumers)
    return told


def install() -> None:
    """Put these in the place of moto's."""
    replaced: Any = Stream
    consumer: Any = Consumer
    consumer.__init__ = register
    replaced.to_json, replaced.to_json_summary = to_json, to_json_summary
