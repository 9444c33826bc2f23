"""Streams whose description tells their capacity mode, which moto tells in a summary only.

Follows "StreamDescription" and "StreamDescriptionSummary", Kinesis Data Streams API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.kinesis.models import Stream

_told: Any = Stream.to_json
_summed: Any = Stream.to_json_summary


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
    replaced.to_json, replaced.to_json_summary = to_json, to_json_summary
