"""Changes of items on their way into Kinesis data streams.

Follows "Using Kinesis Data Streams to capture changes to DynamoDB", DynamoDB Developer Guide.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from moto.dynamodb.models.table import StreamRecord, Table
from moto.kinesis.models import kinesis_backends

from dryrun.cloud.shelves import Thing, shelf

ACTIVE = "ACTIVE"


class Outlet:
    """Stands where moto has a table's stream: hears of every change, and tells the stream too."""

    def __init__(self, table: Any, stream: Any) -> None:
        self._table, self._stream = table, stream

    def add(self, old: Any, new: Any) -> None:
        """Let the table's own stream and the data streams have a change."""
        if self._stream is not None:
            self._stream.add(old, new)
        for destination in destinations(self._table).values():
            if destination["DestinationStatus"] == ACTIVE:
                _deliver(self._table, destination, old, new)

    def __getattr__(self, name: str) -> Any:
        """Be the table's own stream in everything else."""
        return getattr(self._stream, name)


def destinations(table: Any) -> dict[str, Thing]:
    """Return the data streams that a table's changes go to, by their ARNs."""
    return shelf(table, "kinesis_destinations")


def stream(arn: str) -> Any:
    """Return a data stream; raises KeyError or moto's error when there is none."""
    _, _, _, region, account, resource = arn.split(":", 5)
    backend = kinesis_backends[account][region]
    return backend.describe_stream(stream_arn=arn, stream_name=resource.partition("/")[2])


def _deliver(table: Any, destination: Thing, old: Any, new: Any) -> None:
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    record = StreamRecord(table, "NEW_AND_OLD_IMAGES", name, old, new, 0).record
    change = {
        key: value
        for key, value in record["dynamodb"].items()
        if key not in ("SequenceNumber", "StreamViewType")
    }
    fine = destination.get("ApproximateCreationDateTimePrecision") == "MICROSECOND"
    now = datetime.now(UTC).timestamp()
    change["ApproximateCreationDateTime"] = int(now * (1_000_000 if fine else 1000))
    told = {
        "awsRegion": table.region_name,
        "eventID": record["eventID"],
        "eventName": name,
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": table.name,
        "dynamodb": change,
        "eventSource": "aws:dynamodb",
    }
    keys = json.dumps(change["Keys"], sort_keys=True, default=str)
    data = base64.b64encode(json.dumps(told, default=str).encode()).decode()
    stream(destination["StreamArn"]).put_record(
        hashlib.sha256(keys.encode()).hexdigest()[:32], "", data
    )


def _get(table: Any) -> Any:
    kept = table.__dict__.get("own_stream")
    return Outlet(table, kept) if destinations(table) else kept


def _set(table: Any, value: Any) -> None:
    table.__dict__["own_stream"] = value


def install() -> None:
    """Let every table have outlets."""
    Table.stream_shard = property(_get, _set)
