"""Web addresses on this computer, which get the payload as it is."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.delivery import http
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report


def carry(delivery: Delivery, report: Report) -> None:
    """Post the payload with the headers that the options name."""

    def answered(outcome: dict[str, Any]) -> None:
        report(http.judge(outcome) or {"status": outcome["status"]})

    headers = dict(delivery.options.get("Headers", {}))
    http.send("POST", delivery.target_arn, headers, delivery.payload, answered)
