"""Firehose streams; "EventBridge targets", EventBridge User Guide."""

from __future__ import annotations

from dryrun.cloud import inside
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of


def carry(delivery: Delivery, report: Report) -> None:
    """Put the payload as a record."""
    region, _, resource = parts_of(delivery.target_arn)
    answer = inside.client("firehose", region).put_record(
        DeliveryStreamName=resource.removeprefix("deliverystream/"),
        Record={"Data": delivery.payload.encode()},
    )
    report({"RecordId": answer["RecordId"]})
