"""Streams that deliver elsewhere than to S3, and what they leave in S3 on the way.

Follows "Configure destination settings" and "Configure backup settings", Amazon Data Firehose
Developer Guide. The domains, warehouses and indexes they deliver to run nowhere here, so that
nobody could look for a record there; a warehouse loads what is first put into S3, and a stream
told to back up everything puts it there as well.
"""

from __future__ import annotations

import warnings
from typing import Any

from moto.core.responses import ActionResult
from moto.firehose.models import DeliveryStream, FirehoseBackend
from moto.firehose.responses import FirehoseResponse
from moto.moto_api._internal import mock_random

from dryrun.cloud import replacing

_OPEN, _ELASTIC = "Amazonopensearchservice", "Elasticsearch"
_EVERYTHING = {
    _OPEN: "AllDocuments",
    _ELASTIC: "AllDocuments",
    "Iceberg": "AllData",
    "Snowflake": "AllData",
    "Splunk": "AllEvents",
}
"""The backup mode of each that puts all records into S3."""

_put: Any = FirehoseBackend.put_record_batch
_create: Any = FirehoseResponse.create_delivery_stream
_update: Any = FirehoseResponse.update_destination


def put_record_batch(
    self: FirehoseBackend, delivery_stream_name: str, records: list[dict[str, bytes]]
) -> Any:
    """Take records, and put into S3 what the destination leaves there."""
    stream = self.delivery_streams.get(delivery_stream_name)
    answer = _put(self, delivery_stream_name, records)
    for destination in () if stream is None else stream.destinations:
        for place in _left_in_s3(destination):
            self.put_s3_records(delivery_stream_name, stream.version_id, place, records)
    if not answer["RequestResponses"]:
        answer["RequestResponses"] = [{"RecordId": str(mock_random.uuid4())} for _ in records]
    return answer


def _left_in_s3(destination: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    if redshift := destination.get("Redshift"):
        found.append(redshift["S3DestinationDescription"])
        if redshift.get("S3BackupMode") == "Enabled":
            found.append(redshift["S3BackupDescription"])
    for name, everything in _EVERYTHING.items():
        config = destination.get(name) or {}
        if config.get("S3BackupMode") == everything:
            found.append(config["S3DestinationDescription"])
    return found


def create_delivery_stream(self: FirehoseResponse) -> ActionResult:
    """Create a stream, one to OpenSearch Service as one to its forerunner."""
    config = self._get_param(f"{_OPEN}DestinationConfiguration")
    if config is not None:
        self.params[f"{_ELASTIC}DestinationConfiguration"] = config
    answer: ActionResult = _create(self)
    stream = self.firehose_backend.delivery_streams[self._get_param("DeliveryStreamName")]
    _show_network(stream)
    if config is not None:
        _rename(stream, _ELASTIC, _OPEN)
    return answer


def update_destination(self: FirehoseResponse) -> Any:
    """Change a destination, one to OpenSearch Service as one to its forerunner."""
    config = self._get_param(f"{_OPEN}DestinationUpdate")
    stream = self.firehose_backend.delivery_streams.get(self._get_param("DeliveryStreamName"))
    if config is None or stream is None:
        return _update(self)
    self.params[f"{_ELASTIC}DestinationUpdate"] = config
    _rename(stream, _OPEN, _ELASTIC)
    try:
        return _update(self)
    finally:
        _rename(stream, _ELASTIC, _OPEN)


def _rename(stream: DeliveryStream, old: str, new: str) -> None:
    for destination in stream.destinations:
        if old in destination:
            destination[new] = destination.pop(old)


def _show_network(stream: DeliveryStream) -> None:
    """Let DescribeDeliveryStream show the network under the name it has there."""
    for destination in stream.destinations:
        for config in destination.values():
            if isinstance(config, dict) and "VpcConfiguration" in config:
                config["VpcConfigurationDescription"] = config.pop("VpcConfiguration")


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (FirehoseBackend, "put_record_batch", put_record_batch),
        (FirehoseResponse, "create_delivery_stream", create_delivery_stream),
        (FirehoseResponse, "update_destination", update_destination),
    )
    warnings.filterwarnings("ignore", "A Splunk destination delivery stream is not yet")
