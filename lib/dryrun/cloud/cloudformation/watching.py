"""Rollback triggers: alarms that are watched once all resources are there, for a while.

Follows "Roll back your CloudFormation stack on alarm breach with rollback triggers", CloudFormation
User Guide. What AWS writes into the stack's events is not documented: the reasons are our words.
"""

from __future__ import annotations

from collections.abc import Callable

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudformation.models import Deployment
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.inside import client

LOOK = 60.0
"""Seconds between two looks at the alarms."""


def watch(
    operation: Operation,
    deployment: Deployment,
    well: Callable[[], None],
    breached: Callable[[str], None],
) -> None:
    """Watch a deployment's alarms for as long as it says, then go on with one of the two."""
    configuration = deployment.rollback_configuration
    arns = [one["Arn"] for one in configuration.get("RollbackTriggers") or ()]
    until = clocks.current().time() + 60 * configuration.get("MonitoringTimeInMinutes", 0)

    def look() -> None:
        why = _breach(arns)
        left = until - clocks.current().time()
        if why is not None:
            breached(why)
        elif left <= 0:
            well()
        else:
            operation.later(min(LOOK, left), look, "watches its rollback triggers")

    look()


def _breach(arns: list[str]) -> str | None:
    """Return why a stack must roll back: an alarm that is on, or not there; or None."""
    on = []
    for arn in arns:
        _, _, _, region, _, _, name = arn.split(":", 6)
        found = client("cloudwatch", region).describe_alarms(
            AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        alarms = [*found.get("MetricAlarms", ()), *found.get("CompositeAlarms", ())]
        if not alarms:
            return f"The rollback trigger {arn} does not exist"
        if alarms[0]["StateValue"] == "ALARM":
            on.append(arn)
    return f"Rollback trigger(s) [{', '.join(on)}] went to ALARM state" if on else None
