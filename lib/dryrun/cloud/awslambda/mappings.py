"""Event source mappings as the API has them, and what it refuses of them.

Follows "CreateEventSourceMapping" and its kin, AWS Lambda API Reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE

from dryrun.cloud import calling
from dryrun.cloud.awslambda import naming
from dryrun.cloud.awslambda.errors import invalid, not_found
from dryrun.cloud.events import patterns

_AT_ONCE = 10
"""Messages that one ReceiveMessage of SQS returns at most."""


class Mappings(MotoResponse):
    """The operations on event source mappings."""

    def create_event_source_mapping(self) -> TYPE_RESPONSE:
        """Let a function have an event source."""
        given = calling.current_call().parameters
        if not given.get("EventSourceArn") and not given.get("SelfManagedEventSource"):
            raise invalid("Unrecognized event source.")
        arn = self._function_arn()
        _check_position(str(given.get("EventSourceArn") or ""), given)
        _check_batch(str(given.get("EventSourceArn") or ""), given)
        _check_filters(given)
        made = self.backend.create_event_source_mapping(self.json_body)
        made.function_arn = arn
        return 202, {"status": 202}, json.dumps(made.get_configuration())

    def get_event_source_mapping(self) -> str:
        """Return a mapping."""
        return json.dumps(self._mapping().get_configuration())

    def update_event_source_mapping(self) -> TYPE_RESPONSE:
        """Change a mapping."""
        mapping = self._mapping()
        arn = self._function_arn() if "FunctionName" in self.json_body else mapping.function_arn
        window = {"MaximumBatchingWindowInSeconds": mapping.max_batch_window}
        _check_batch(mapping.event_source_arn, window | self.json_body)
        _check_filters(self.json_body)
        self.backend.update_event_source_mapping(mapping.uuid, self.json_body)
        mapping.function_arn = arn
        return 202, {"status": 202}, json.dumps(mapping.get_configuration())

    def delete_event_source_mapping(self) -> TYPE_RESPONSE:
        """Let a mapping go."""
        self._mapping()
        return super().delete_event_source_mapping()

    def _mapping(self) -> Any:
        found = self.backend.get_event_source_mapping(calling.current_call().parameters["UUID"])
        if found is None:
            raise not_found()
        return found

    def _function_arn(self) -> str:
        """Return the ARN of what is to be called: of the version or alias that is named."""
        name, qualifier = naming.split(str(calling.current_call().parameters["FunctionName"]))
        try:
            self.backend.get_function(name, qualifier or None)
        except UnknownFunctionException:
            raise invalid("Function does not exist") from None
        return naming.arn(self.backend, name, qualifier)


def _check_position(source: str, given: Mapping[str, Any]) -> None:
    """Refuse a place to begin at that the source has not."""
    service = source.split(":")[2] if source.count(":") > 2 else ""
    position = str(given.get("StartingPosition") or "")
    if service == "sqs" and position:
        raise invalid("StartingPosition is not valid for SQS event sources.")
    if service not in ("kinesis", "dynamodb"):
        return
    if not position:
        raise invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null."
        )
    if given.get("StartingPositionTimestamp") is not None and position != "AT_TIMESTAMP":
        raise invalid("Timestamp only valid with StartingPosition AT_TIMESTAMP")
    if service == "dynamodb" and position == "AT_TIMESTAMP":
        raise invalid(f"Unsupported starting position for arn type: {source}")


def _check_filters(given: Mapping[str, Any]) -> None:
    """Refuse filters by which no record could be told from another."""
    for one in (given.get("FilterCriteria") or {}).get("Filters") or []:
        try:
            patterns.compile(str(one.get("Pattern")))
        except patterns.InvalidPattern:
            raise invalid("Invalid filter pattern definition.") from None


def _check_batch(source: str, given: Mapping[str, Any]) -> None:
    """Refuse to wait for many messages no time at all."""
    size, window = given.get("BatchSize") or 0, given.get("MaximumBatchingWindowInSeconds") or 0
    if source.split(":")[2:3] == ["sqs"] and size > _AT_ONCE and not window:
        raise invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            f"greater than {_AT_ONCE}"
        )
