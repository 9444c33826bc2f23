"""The operations of CloudWatch that moto has not: composite alarms, and anomaly detectors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.responses import CloudWatchResponse as MotoResponse
from moto.core.responses import ActionResult

from dryrun.cloud.cloudwatch.anomalies import AnomalyDetectors
from dryrun.cloud.cloudwatch.rules import RuleError, parsed


class CloudWatchResponse(AnomalyDetectors, MotoResponse):
    """Answer CloudWatch's operations."""

    def put_composite_alarm(self) -> ActionResult:
        """Create or change an alarm on the states of others."""
        name = self._get_param("AlarmName")
        try:
            rule = parsed(self._get_param("AlarmRule") or "")
        except RuleError as error:
            raise ValidationError(
                f"AlarmRule must not contain leading or trailing whitespace or be null, and must "
                f"be a valid rule expression: {error}"
            ) from error
        known = self.cloudwatch_backend.alarms
        missing = [one for one in rule.alarms if _name(one) not in known or _name(one) == name]
        if missing:
            raise ValidationError(
                f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm "
                "rule do not exist"
            )
        answer = self.put_metric_alarm()
        self._evaluate()
        return answer

    def describe_alarms(self) -> ActionResult:
        """Return alarms, of metrics unless composite ones are asked for."""
        self._evaluate()
        answer = super().describe_alarms()
        wanted = self._get_param("AlarmTypes") or ["MetricAlarm"]
        found: dict[str, Any] = answer.result
        kept = {
            "MetricAlarms": found["MetricAlarms"] if "MetricAlarm" in wanted else [],
            "CompositeAlarms": found["CompositeAlarms"] if "CompositeAlarm" in wanted else [],
        }
        return ActionResult(kept)

    def _evaluate(self) -> None:
        """Bring every composite alarm to the state its rule gives, those below others first."""
        alarms = self.cloudwatch_backend.alarms
        done: set[str] = set()

        def state_of(reference: str) -> str:
            alarm = alarms.get(_name(reference))
            if alarm is None:
                return "INSUFFICIENT_DATA"
            if alarm.rule is not None and alarm.name not in done:
                done.add(alarm.name)
                _settle(alarm, parsed(alarm.rule).holds(state_of))
            return str(alarm.state_value)

        for name in list(alarms):
            state_of(name)


def _settle(alarm: Any, holds: bool) -> None:
    state = "ALARM" if holds else "OK"
    if alarm.state_value != state or not alarm.state_reason:
        alarm.state_value = state
        alarm.state_reason = f"{alarm.rule} is {str(holds).upper()}"
        alarm.state_updated_timestamp = datetime.now(UTC).replace(tzinfo=None)


def _name(reference: str) -> str:
    return reference.partition(":alarm:")[2] if reference.startswith("arn:") else reference
