"""Event source mappings: Lambda reads a queue or a stream, and invokes a function with batches.

Follows "How Lambda processes records from stream and queue-based event sources", AWS Lambda
Developer Guide. What reads is what reads for EventBridge Pipes, too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.awslambda import invocations
from dryrun.cloud.awslambda.invocations import Invoked
from dryrun.cloud.delivery import Sender

if TYPE_CHECKING:
    from dryrun.cloud.pipes.batches import Ended
    from dryrun.cloud.pipes.templates import Event

_PARTIAL = "ReportBatchItemFailures"

_READERS = {
    "sqs": "SqsQueueParameters",
    "kinesis": "KinesisStreamParameters",
    "dynamodb": "DynamoDBStreamParameters",
}

SETTLING = 2.0
"""Seconds a mapping takes to be created, enabled or disabled."""


class Source:
    """A mapping as a reader sees it."""

    def __init__(self, mapping: Any) -> None:
        self._mapping = mapping
        self.host = inside.host()
        self.positions: dict[str, str] = {}
        self._reader: Any = None
        self._result = "No records processed"
        self._last: Invoked | None = None

    @property
    def last_result(self) -> str:
        """What came of the last batch, in the words of the API."""
        return self._result

    @property
    def name(self) -> str:
        """The mapping's id."""
        return str(self._mapping.uuid)

    @property
    def arn(self) -> str:
        """The function, which a dead letter names."""
        return str(self._mapping.function_arn)

    @property
    def source(self) -> str:
        """The queue or stream; a consumer reads its stream."""
        return str(self._mapping.event_source_arn).partition("/consumer/")[0]

    @property
    def source_parameters(self) -> dict[str, Any]:
        """The mapping's settings in the words of Pipes."""
        mapping = self._mapping
        settings = {
            "BatchSize": mapping.batch_size,
            "MaximumBatchingWindowInSeconds": mapping.max_batch_window or 0,
            "StartingPosition": mapping.starting_position,
            "StartingPositionTimestamp": mapping.starting_position_timestamp,
            "MaximumRetryAttempts": _number(mapping.max_retry_attempts, -1),
            "MaximumRecordAgeInSeconds": _number(mapping.max_record_age, -1),
        }
        if mapping.bisect_on_error:
            settings["OnPartialBatchItemFailure"] = "AUTOMATIC_BISECT"
        given = {name: value for name, value in settings.items() if value is not None}
        made: dict[str, Any] = {_READERS[self.source.split(":")[2]]: given}
        if mapping.filter_criteria:
            made["FilterCriteria"] = mapping.filter_criteria
        return made

    @property
    def role_arn(self) -> str:
        """The function's role, with which Lambda reads."""
        function = self._function()
        return str(function.role) if function is not None else ""

    @property
    def sender(self) -> Sender:
        """Lambda, with the function's role."""
        _, _, _, region, account, *_ = self.arn.split(":")
        return Sender("lambda.amazonaws.com", self.arn, account, region, self.role_arn)

    @property
    def dead_letter_arn(self) -> str:
        """The queue or topic that hears of what was given up, or nothing."""
        failure = (self._mapping.destination_config or {}).get("OnFailure") or {}
        arn = str(failure.get("Destination", ""))
        return arn if arn.split(":")[2:3] in (["sqs"], ["sns"]) else ""

    def letter_head(self, condition: str, count: int) -> dict[str, Any]:
        """Return what a dead letter of a stream begins with: the last of the invocations."""
        last = self._last or Invoked(0, b"")
        made: dict[str, Any] = {
            "requestContext": {
                "requestId": last.request_id,
                "functionArn": self.arn,
                "condition": condition,
                "approximateInvokeCount": count,
            },
            "responseContext": {
                "statusCode": last.status,
                "executedVersion": last.executed_version,
            },
        }
        if last.function_error:
            made["responseContext"]["functionError"] = last.function_error
        return made

    def is_read_by(self, reader: Any) -> bool:
        """Tell whether a reader is still the mapping's own."""
        return self._reader is reader

    def start(self) -> None:
        """Begin to read, unless it reads already."""
        from dryrun.cloud.pipes.queue_source import QueueReader  # noqa: PLC0415 - loads SQS
        from dryrun.cloud.pipes.stream_source import StreamReader  # noqa: PLC0415

        self.stop()
        if self._function() is not None:
            is_queue = self.source.split(":")[2] == "sqs"
            self._reader = QueueReader(self) if is_queue else StreamReader(self)

    def stop(self) -> None:
        """Read no more."""
        if self._reader is not None:
            self._reader.stop()
        self._reader = None

    def process(self, events: list[Event], ended: Ended) -> None:
        """Invoke the function with a batch; `ended` is told which records got through."""
        is_kinesis = self.source.split(":")[2] == "kinesis"
        records = [_of_kinesis(event) for event in events] if is_kinesis else events
        payload = json.dumps({"Records": records}, separators=(",", ":")).encode()
        invocations.invoke(
            self.arn, payload, lambda invoked: self._invoked(records, invoked, ended)
        )

    def _invoked(self, records: list[Event], invoked: Invoked, ended: Ended) -> None:
        self._last = invoked
        if invoked.status != 200 or invoked.function_error:
            self._result = "PROBLEM: Function call failed"
            ended([False] * len(records), _message(invoked))
            return
        self._result = "OK"
        failed = self._failures(records, invoked.payload)
        error = "" if not failed else "Function reported batch item failures"
        is_queue = self.source.split(":")[2] == "sqs"
        if failed and not is_queue:
            # A stream goes on from the first record that failed.
            first = min(failed)
            failed = set(range(first, len(records)))
        ended([at not in failed for at in range(len(records))], error)

    def _failures(self, records: list[Event], payload: bytes) -> set[int]:
        """Return which records a function reported; all, where what it reported is nonsense."""
        if _PARTIAL not in (self._mapping.function_response_types or []):
            return set()
        try:
            told = json.loads(payload or b"null") or {}
            names = [str(one["itemIdentifier"]) for one in told.get("batchItemFailures") or []]
        except (ValueError, TypeError, KeyError, AttributeError):
            return set(range(len(records)))
        known = {_identifier(record): at for at, record in enumerate(records)}
        if not set(names) <= known.keys():
            return set(range(len(records)))
        return {known[name] for name in names}

    def _function(self) -> Any:
        _, _, _, region, account, _, name, *_ = self.arn.split(":")
        try:
            return lambda_backends[account][region].get_function(name)
        except Exception:  # deleted meanwhile
            return None


def _number(value: Any, default: int) -> int:
    return default if value is None else int(value)


def _identifier(record: Event) -> str:
    if "kinesis" in record:
        return str(record["kinesis"]["sequenceNumber"])
    if "dynamodb" in record:
        return str(record["dynamodb"]["SequenceNumber"])
    return str(record["messageId"])


def _of_kinesis(event: Event) -> Event:
    """Return a record as Lambda gets it: what belongs to Kinesis by itself."""
    own = (
        "kinesisSchemaVersion",
        "partitionKey",
        "sequenceNumber",
        "data",
        "approximateArrivalTimestamp",
    )
    rest = {name: value for name, value in event.items() if name not in own}
    return {"kinesis": {name: event[name] for name in own if name in event}, **rest}


def _message(invoked: Invoked) -> str:
    try:
        told = json.loads(invoked.payload or b"null")
    except ValueError:
        told = None
    if isinstance(told, dict) and told.get("errorMessage"):
        return str(told["errorMessage"])
    return invoked.error_message or "Function call failed"


def settle(mapping: Any, passage: str, *, gone: Any = None) -> None:
    """Let a mapping be in a state of passage for a moment, and then read or rest."""
    mapping.passage = passage
    mapping.source.stop()

    def arrive() -> None:
        if mapping.passage != passage:
            return
        mapping.passage = ""
        if gone is not None:
            gone()
        elif mapping.enabled:
            mapping.source.start()

    what = f"event source mapping {mapping.uuid} leaves {passage}"
    clocks.current().call_later(SETTLING, arrive, what=what)
