"""SNS topics; "Amazon SNS targets", EventBridge User Guide."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud import inside
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of

_GONE = "Topic does not exist"


def carry(delivery: Delivery, report: Report) -> None:
    """Publish the payload as a message."""
    region, _, _ = parts_of(delivery.target_arn)
    asked: dict[str, Any] = {"TopicArn": delivery.target_arn, "Message": delivery.payload}
    for name in ("Subject", "MessageGroupId", "MessageDeduplicationId", "MessageAttributes"):
        if delivery.options.get(name):
            asked[name] = delivery.options[name]
    try:
        answer = inside.client("sns", region).publish(**asked)
    except ClientError as error:
        if _is_there(delivery.target_arn):
            raise
        raise Failure("NO_RESOURCE", _GONE) from error
    report({"MessageId": answer["MessageId"]})


def _is_there(arn: str) -> bool:
    from moto.sns.models import sns_backends  # noqa: PLC0415 - loaded when first needed

    region, account, _ = parts_of(arn)
    return arn in sns_backends[account][region].topics
