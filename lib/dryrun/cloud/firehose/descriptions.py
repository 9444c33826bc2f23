"""Streams described with all that was left to Firehose; moto describes what was asked for.

Follows "DeliveryStreamDescription", Amazon Data Firehose API Reference; the defaults are those of
"ExtendedS3DestinationConfiguration" there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.firehose.models import FirehoseBackend

_DEFAULTS: Mapping[str, Any] = {
    "BufferingHints": {"IntervalInSeconds": 300, "SizeInMBs": 5},
    "CloudWatchLoggingOptions": {"Enabled": False},
    "CompressionFormat": "UNCOMPRESSED",
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
}
_EXTENDED: Mapping[str, Any] = {**_DEFAULTS, "S3BackupMode": "Disabled"}
_RETRY = {"DurationInSeconds": 300}
_OF = {
    "ExtendedS3DestinationDescription": _EXTENDED,
    "S3DestinationDescription": _DEFAULTS,
    "S3BackupDescription": _DEFAULTS,
}

_describe: Any = FirehoseBackend.describe_delivery_stream


def describe_delivery_stream(self: FirehoseBackend, delivery_stream_name: str) -> dict[str, Any]:
    """Describe a stream."""
    answer: dict[str, Any] = _describe(self, delivery_stream_name)
    told = answer["DeliveryStreamDescription"]
    told["Destinations"] = [_completed(one) for one in told["Destinations"]]
    if told["VersionId"] == "1":
        told.pop("LastUpdateTimestamp", None)
    if "Source" in told:
        source = told["Source"]["KinesisStreamSourceDescription"]
        started = {**source, "DeliveryStartTimestamp": told["CreateTimestamp"]}
        told["Source"] = {"KinesisStreamSourceDescription": started}
    return answer


def _completed(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a destination with the defaults of every place in S3 it names."""
    told: dict[str, Any] = {}
    for name, value in described.items():
        inner = _completed(value) if isinstance(value, Mapping) else value
        told[name] = {**_OF[name], **inner} if name in _OF else inner
        if name == "DynamicPartitioningConfiguration" and inner.get("Enabled"):
            told[name] = {"RetryOptions": _RETRY, **inner}
    return told


def install() -> None:
    """Put this in the place of moto's."""
    replaced: Any = FirehoseBackend
    replaced.describe_delivery_stream = describe_delivery_stream
