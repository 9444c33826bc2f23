"""A pipe that reads a stream: each shard in its order, and again from where it failed.

Follows "Amazon Kinesis stream as a source" and "Amazon DynamoDB stream as a source", EventBridge
User Guide.
"""

from __future__ import annotations

import base64
import functools
import json
from datetime import UTC, datetime
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

_LONGEST_PAUSE = 60.0
_SOON = 6
"""So many retries are work in progress; what is tried for ever waits for the calendar."""


class StreamReader:
    """Reads every shard of a stream while it is not stopped."""

    def __init__(self, pipe: Readable) -> None:
        self.pipe = pipe
        self.is_kinesis = pipe.source.split(":")[2] == "kinesis"
        name = "KinesisStreamParameters" if self.is_kinesis else "DynamoDBStreamParameters"
        self.settings: dict[str, Any] = pipe.source_parameters.get(name, {})
        self._shards: dict[str, _Shard] = {}
        self._find_shards()
        self._watch = sources.watch(pipe.source, self._woken)
        self._watch.wake()

    def stop(self) -> None:
        """Read no more; what is on its way goes on."""
        self._watch.cancel()
        for shard in self._shards.values():
            shard.stop()

    def call(self, operation: str, **asked: Any) -> dict[str, Any]:
        """Call the stream's service as the role; what is gone reads as nothing."""
        service = "kinesis" if self.is_kinesis else "dynamodbstreams"
        try:
            with inside.calling_as(principals.role_caller(self.pipe.sender)):
                client = inside.client(service, self.pipe.source.split(":")[3])
                answer: dict[str, Any] = getattr(client, operation)(**asked)
        except (ClientError, BotoCoreError, Failure):
            return {}
        return answer

    def wake(self) -> None:
        """Look again soon."""
        self._watch.wake()

    def _woken(self) -> None:
        if not self.pipe.is_read_by(self):
            self.stop()
            return
        with inside.found_at(self.pipe.host):
            self._find_shards()
            for shard in list(self._shards.values()):
                shard.woken()

    def _find_shards(self) -> None:
        named = {"StreamARN" if self.is_kinesis else "StreamArn": self.pipe.source}
        answer = self.call("describe_stream", **named)
        fresh = not self._shards
        for shard in answer.get("StreamDescription", {}).get("Shards", []):
            name = shard["ShardId"]
            if name not in self._shards:
                start = self.settings["StartingPosition"] if fresh else "TRIM_HORIZON"
                known = self.pipe.positions.get(name) or self._iterator(name, start)
                self.pipe.positions[name] = known
                self._shards[name] = _Shard(self, name, known)

    def _iterator(self, shard: str, start: str) -> str:
        asked: dict[str, Any] = {"ShardId": shard, "ShardIteratorType": start}
        if start == "AT_TIMESTAMP":
            asked["Timestamp"] = self.settings.get("StartingPositionTimestamp", 0)
        if self.is_kinesis:  # moto's iterators know a stream by its name alone
            asked["StreamName"] = self.pipe.source.rpartition("/")[2]
        else:
            asked["StreamArn"] = self.pipe.source
        return str(self.call("get_shard_iterator", **asked).get("ShardIterator", ""))


class _Shard:
    """One shard, read in order: one batch at a time."""

    def __init__(self, reader: StreamReader, name: str, iterator: str) -> None:
        self._reader = reader
        self._name = name
        self._iterator = iterator
        self._busy = False
        self._gathered: list[Event] = []
        self._window: ClockEvent | None = None

    def stop(self) -> None:
        """Send nothing more of what is gathered."""
        if self._window is not None:
            self._window.cancel()

    def woken(self) -> None:
        """Read what is new, and send it on once there is a batch, or the window is over."""
        if self._busy:
            return
        size: int = self._reader.settings.get("BatchSize", 100)
        self._gathered += self._read(size - len(self._gathered))
        if not self._gathered:
            return
        seconds = float(self._reader.settings.get("MaximumBatchingWindowInSeconds", 0))
        if not seconds or len(self._gathered) >= size:
            self._send()
        elif self._window is None:
            what = f"pipe {self._reader.pipe.name} gathers a batch"
            self._window = clocks.current().call_later(seconds, self._send, what=what)

    def _read(self, limit: int) -> list[Event]:
        if limit <= 0 or not self._iterator:
            return []
        answer = self._reader.call("get_records", ShardIterator=self._iterator, Limit=limit)
        self._iterator = answer.get("NextShardIterator", self._iterator)
        shape = self._kinesis_event if self._reader.is_kinesis else self._table_event
        return [shape(record) for record in answer.get("Records", [])]

    def _send(self) -> None:
        if self._window is not None:
            self._window.cancel()
            self._window = None
        records, self._gathered = self._gathered, []
        self._busy = True
        self._attempt(records, 1)

    def _attempt(self, records: list[Event], number: int) -> None:
        pipe = self._reader.pipe
        with inside.found_at(pipe.host):
            kept = [record for record in records if batches.wanted(pipe, record)]
            if not kept:
                self._finished()
                return
            pipe.process(kept, functools.partial(self._ended, kept, number))

    def _ended(self, records: list[Event], number: int, through: list[bool], error: str) -> None:
        if not error:
            self._finished()
            return
        first = through.index(False) if False in through else 0
        left = records[first:]
        if self._is_over(left, number):
            self._bury(left, number)
            self._finished()
            return
        pause = min(2.0 ** (number - 1), _LONGEST_PAUSE)
        what = f"pipe {self._reader.pipe.name} tries {self._name} again"
        retry = functools.partial(self._again, left, number + 1)
        clocks.current().call_later(pause, retry, what=what, work=number < _SOON)

    def _again(self, records: list[Event], number: int) -> None:
        pipe = self._reader.pipe
        if not pipe.is_read_by(self._reader):
            return
        bisect = self._reader.settings.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT"
        if bisect and len(records) > 1:
            half = len(records) // 2
            self._gathered = records[half:] + self._gathered
            records = records[:half]
        self._attempt(records, number)

    def _is_over(self, records: list[Event], number: int) -> bool:
        settings = self._reader.settings
        most: int = settings.get("MaximumRetryAttempts", -1)
        oldest: int = settings.get("MaximumRecordAgeInSeconds", -1)
        age = clocks.current().time() - _moment(records[0])
        return (0 <= most < number) or (0 <= oldest < age)

    def _finished(self) -> None:
        self._busy = False
        if not self._gathered:
            self._reader.pipe.positions[self._name] = self._iterator
        self._reader.wake()

    def _bury(self, records: list[Event], number: int) -> None:
        """Tell the dead-letter queue or topic which records were given up; it gets none."""
        pipe = self._reader.pipe
        if not pipe.dead_letter_arn:
            return
        with inside.found_at(pipe.host):
            try:
                with inside.calling_as(principals.role_caller(pipe.sender)):
                    _post(pipe.dead_letter_arn, json.dumps(self._letter(records, number)))
            except (ClientError, BotoCoreError, Failure):
                return

    def _letter(self, records: list[Event], number: int) -> dict[str, Any]:
        """Return what a dead letter of a stream tells of the records it is about."""
        kind = "KinesisBatchInfo" if self._reader.is_kinesis else "DDBStreamBatchInfo"
        return {
            **self._reader.pipe.letter_head("RetryAttemptsExhausted", number),
            "version": "1.0",
            "timestamp": clocks.current().now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            kind: {
                "shardId": self._name,
                "startSequenceNumber": _number(records[0]),
                "endSequenceNumber": _number(records[-1]),
                "approximateArrivalOfFirstRecord": self._arrival(records[0]),
                "approximateArrivalOfLastRecord": self._arrival(records[-1]),
                "batchSize": len(records),
                "streamArn": self._reader.pipe.source,
            },
        }

    def _arrival(self, record: Event) -> str:
        """Return when a record came; a table's stream knows it to the second."""
        when = datetime.fromtimestamp(_moment(record), UTC)
        if self._reader.is_kinesis:
            return when.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _kinesis_event(self, record: dict[str, Any]) -> Event:
        pipe = self._reader.pipe
        arrived = record["ApproximateArrivalTimestamp"]
        return {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": base64.b64encode(record["Data"]).decode(),
            "approximateArrivalTimestamp": round(_seconds(arrived), 3),
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{self._name}:{record['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": pipe.role_arn,
            "awsRegion": pipe.source.split(":")[3],
            "eventSourceARN": pipe.source,
        }

    def _table_event(self, record: dict[str, Any]) -> Event:
        change = dict(record["dynamodb"])
        change["ApproximateCreationDateTime"] = int(_seconds(change["ApproximateCreationDateTime"]))
        return {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self._reader.pipe.source.split(":")[3],
            "dynamodb": _plain(change),
            "eventSourceARN": self._reader.pipe.source,
        }


def _post(arn: str, letter: str) -> None:
    _, _, service, region, *_ = arn.split(":")
    client = inside.client(service, region)
    if service == "sns":
        client.publish(TopicArn=arn, Message=letter)
    else:
        client.send_message(QueueUrl=queue_url(arn), MessageBody=letter)


def _number(record: Event) -> str:
    return str(record.get("sequenceNumber") or record["dynamodb"]["SequenceNumber"])


def _moment(record: Event) -> float:
    if "dynamodb" in record:
        return float(record["dynamodb"]["ApproximateCreationDateTime"])
    return float(record["approximateArrivalTimestamp"])


def _seconds(moment: Any) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)


def _plain(value: Any) -> Any:
    """Return an item with its binary values in base64, as events have them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
