"""The operations of DynamoDB that moto has not: data streams that changes of items go to.

Follows "EnableKinesisStreamingDestination" and its kin, DynamoDB API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import (
    MockValidationException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from moto.dynamodb.responses import DynamoHandler

from dryrun.cloud.dynamodb import outlets
from dryrun.cloud.shelves import Asking, Thing

_PRECISION = "ApproximateCreationDateTimePrecision"


class DynamoResponse(Asking, DynamoHandler):
    """Answer DynamoDB's operations."""

    def create_table(self) -> Any:
        """Make a table whose keys are defined; worded from memory of "CreateTable"."""
        if self.body.get("KeySchema") and not self.body.get("AttributeDefinitions"):
            raise MockValidationException(
                "One or more parameter values were invalid: Some index key attributes are not "
                "defined in AttributeDefinitions. Keys: "
                f"[{', '.join(str(key.get('AttributeName')) for key in self.body['KeySchema'])}], "
                "AttributeDefinitions: []"
            )
        return super().create_table()

    def enable_kinesis_streaming_destination(self) -> ActionResult:
        """Let a table's changes go into a data stream."""
        asked, kept = self._asked()
        arn = asked["StreamArn"]
        if kept.get(arn, {}).get("DestinationStatus") == outlets.ACTIVE:
            raise MockValidationException(
                "Table is not in a valid state to enable Kinesis Streaming Destination: "
                "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform "
                "ENABLE operation."
            )
        _check(arn)
        config = asked.get("EnableKinesisStreamingConfiguration") or {}
        kept[arn] = {
            "StreamArn": arn,
            "DestinationStatus": outlets.ACTIVE,
            **{name: config[name] for name in (_PRECISION,) if name in config},
        }
        return ActionResult(_told(asked, "ENABLING", "EnableKinesisStreamingConfiguration"))

    def disable_kinesis_streaming_destination(self) -> ActionResult:
        """Let a table's changes go into a data stream no more."""
        asked, kept = self._asked()
        found = kept.get(asked["StreamArn"])
        if found is None or found["DestinationStatus"] != outlets.ACTIVE:
            raise MockValidationException(
                "Table is not in a valid state to disable Kinesis Streaming Destination: "
                "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
            )
        found["DestinationStatus"] = "DISABLED"
        return ActionResult(_told(asked, "DISABLING", "EnableKinesisStreamingConfiguration"))

    def describe_kinesis_streaming_destination(self) -> ActionResult:
        """Return the data streams that a table's changes go or went to."""
        asked, kept = self._asked()
        return ActionResult(
            {
                "TableName": asked["TableName"],
                "KinesisDataStreamDestinations": list(kept.values()),
            }
        )

    def update_kinesis_streaming_destination(self) -> ActionResult:
        """Set how precise the times in the records are."""
        asked, kept = self._asked()
        found = kept.get(asked["StreamArn"])
        if found is None or found["DestinationStatus"] != outlets.ACTIVE:
            raise ResourceInUseException("KinesisStreamingDestination must be ACTIVE")
        config = asked.get("UpdateKinesisStreamingConfiguration") or {}
        if _PRECISION in config:
            found[_PRECISION] = config[_PRECISION]
        return ActionResult(_told(asked, "UPDATING", "UpdateKinesisStreamingConfiguration"))

    def _asked(self) -> tuple[Thing, dict[str, Thing]]:
        asked = self.asked()
        table: Any = self.dynamodb_backend.get_table(asked["TableName"])
        return asked, outlets.destinations(table)


def _told(asked: Thing, status: str, config: str) -> Thing:
    kept = {name: asked[name] for name in ("TableName", "StreamArn", config) if name in asked}
    return {**kept, "DestinationStatus": status}


def _check(arn: str) -> None:
    try:
        outlets.stream(arn)
    except Exception:
        raise ResourceNotFoundException(
            f"Requested resource not found: Stream: {arn} not found"
        ) from None
