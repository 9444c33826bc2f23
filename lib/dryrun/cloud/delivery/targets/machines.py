"""State machines; "AWS Step Functions targets", EventBridge User Guide."""

from __future__ import annotations

from dryrun.cloud import inside
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of


def carry(delivery: Delivery, report: Report) -> None:
    """Start an execution with the payload as its input."""
    region, _, _ = parts_of(delivery.target_arn)
    answer = inside.client("stepfunctions", region).start_execution(
        stateMachineArn=delivery.target_arn, input=delivery.payload
    )
    report({"executionArn": answer["executionArn"]})
