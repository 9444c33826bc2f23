"""Universal targets: any operation; "Using universal targets in EventBridge Scheduler"."""

from __future__ import annotations

from dryrun.cloud import inside
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report


def carry(delivery: Delivery, report: Report) -> None:
    """Call an operation with the payload as its parameters."""
    from dryrun.cloud.scheduler import universal  # noqa: PLC0415 - Scheduler delivers through here
    from dryrun.cloud.scheduler.exceptions import Invalid  # noqa: PLC0415

    try:
        service, model = universal.find(delivery.target_arn)
        asked = universal.arguments(model, delivery.payload)
    except Invalid as error:
        raise Failure("INVALID_PARAMETER", error.message) from error
    client = inside.client(service, delivery.sender.region)
    answer = client._make_api_call(model.name, asked)
    report({"RequestId": answer.get("ResponseMetadata", {}).get("RequestId", "")})
