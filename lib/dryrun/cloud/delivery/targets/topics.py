"""SNS topics; "Amazon SNS targets", EventBridge User Guide."""

from __future__ import annotations

from dryrun.cloud import inside
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of


def carry(delivery: Delivery, report: Report) -> None:
    """Publish the payload as a message."""
    region, _, _ = parts_of(delivery.target_arn)
    asked = {"TopicArn": delivery.target_arn, "Message": delivery.payload}
    for name in ("Subject", "MessageGroupId", "MessageDeduplicationId", "MessageAttributes"):
        if delivery.options.get(name):
            asked[name] = delivery.options[name]
    answer = inside.client("sns", region).publish(**asked)
    report({"MessageId": answer["MessageId"]})
