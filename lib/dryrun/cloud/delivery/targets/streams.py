"""Kinesis streams; "Kinesis Streams targets", EventBridge User Guide."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud import inside
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of


def carry(delivery: Delivery, report: Report) -> None:
    """Put the payload as a record; its partition key is the event's id, or what a path names."""
    region, _, _ = parts_of(delivery.target_arn)
    answer = inside.client("kinesis", region).put_record(
        StreamARN=delivery.target_arn,
        Data=delivery.payload.encode(),
        PartitionKey=partition_key(delivery),
    )
    report({"ShardId": answer["ShardId"], "SequenceNumber": answer["SequenceNumber"]})


def partition_key(delivery: Delivery) -> str:
    """Return the partition key of a record."""
    asked = delivery.options.get("KinesisParameters", {})
    if key := asked.get("PartitionKey"):
        return str(key)
    found = _at(delivery.dead_letter_body or delivery.payload, asked.get("PartitionKeyPath", ""))
    return str(found or delivery.event_id or _at(delivery.payload, "$.id") or "0")[:256]


def _at(text: str, path: str) -> Any:
    """Return what a plain path, as "$.detail.id", finds in a JSON text; None for nothing."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    for name in path.removeprefix("$").strip(".").split(".") if path else ():
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found if isinstance(found, str | int | float) else None
