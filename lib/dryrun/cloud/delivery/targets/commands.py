"""Run Command and Automation of Systems Manager: they do not run here yet, and say so."""

from __future__ import annotations

from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Delivery
from dryrun.cloud.delivery.targets import Report, parts_of


def carry(delivery: Delivery, report: Report) -> None:
    """Report that neither is simulated."""
    _, _, resource = parts_of(delivery.target_arn)
    kind = "Automation" if resource.startswith("automation-definition/") else "Run Command"
    report(
        Failure(
            "SDK_CLIENT_ERROR",
            f"Dry Run does not run {kind} of Systems Manager yet, so nothing was started for "
            f"{delivery.target_arn}.",
        )
    )
