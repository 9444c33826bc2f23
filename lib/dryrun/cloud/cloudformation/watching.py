"""Rollback triggers: alarms that are watched during an operation, and for a while after it.

Follows "Roll back your CloudFormation stack on alarm breach with rollback triggers", CloudFormation
User Guide. What AWS writes into the stack's events is not documented: the reasons are our words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dryrun.cloud import registry
from dryrun.cloud.cloudformation.models import Deployment
from dryrun.cloud.cloudformation.operation import Operation
from dryrun.cloud.inside import client

if TYPE_CHECKING:
    from dryrun.cloud.cloudwatch.alarms import Watch

Breached = Callable[[str], None]


class Guard:
    """Watches the alarms of a deployment from the first of its resources on."""

    def __init__(self, operation: Operation, deployment: Deployment, breached: Breached) -> None:
        configuration = deployment.rollback_configuration
        self._operation = operation
        self._breached = breached
        self._arns = [one["Arn"] for one in configuration.get("RollbackTriggers") or ()]
        self._seconds = 60 * configuration.get("MonitoringTimeInMinutes", 0)
        self._watches: list[Watch] = []
        self._status = operation.stack.status
        if self._arns:
            self._watch()

    def then(self, well: Callable[[], None]) -> None:
        """Go on once all resources are there: at once, or when the alarms were quiet for long."""
        why = self._fault()
        if why is not None:
            self._end()
            self._breached(why)
        elif self._seconds:
            self._operation.later(
                self._seconds, lambda: self._quiet(well), "watches its rollback triggers"
            )
        else:
            self._quiet(well)

    def _quiet(self, well: Callable[[], None]) -> None:
        self._end()
        well()

    def _end(self) -> None:
        for one in self._watches:
            one.cancel()

    def _watch(self) -> None:
        registry.prepare("cloudwatch")
        from dryrun.cloud.cloudwatch import alarms  # noqa: PLC0415 - only who has triggers needs it

        for arn in self._arns:
            _, _, _, region, account, _, name = arn.split(":", 6)
            self._watches.append(alarms.watch(account, region, name, self._changed))

    def _changed(self, change: Any) -> None:
        if change.new.value == "ALARM":
            self._operation.later(0, self._break_off, "hears of a rollback trigger")

    def _break_off(self) -> None:
        stack = self._operation.stack
        why = self._fault()
        if stack.operation is not self._operation or stack.status != self._status or why is None:
            return  # it is being rolled back already, or the alarm was over at once
        self._end()
        self._operation.abort()
        self._breached(why)

    def _fault(self) -> str | None:
        """Return why a stack must roll back: an alarm that is on, or not there; or None."""
        on = []
        for arn in self._arns:
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
