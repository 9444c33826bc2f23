"""The operations on alarms, on metrics and composite."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import InvalidFormat, ResourceNotFound, ValidationError
from moto.cloudwatch.models import CloudWatchBackend
from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudwatch import alarm_checks, alarms, composites, evaluation, histories, metrics
from dryrun.cloud.cloudwatch.alarms import CREATED, Alarm, State
from dryrun.cloud.cloudwatch.rules import RuleError, parsed
from dryrun.cloud.shelves import Asking, Thing

alarms.followers[:] = [histories.changed, composites.act, composites.follow]


class Alarms(Asking):
    """Answer the operations on alarms."""

    cloudwatch_backend: CloudWatchBackend

    def put_metric_alarm(self) -> ActionResult:
        """Create or change an alarm on a metric or an expression."""
        asked = self.asked()
        alarm_checks.metric_alarm(asked)
        alarm = self._put(asked, composite=False)
        evaluation.forget(alarm)
        evaluation.soon(alarm)
        return EmptyResult()

    def put_composite_alarm(self) -> ActionResult:
        """Create or change an alarm on the states of others."""
        asked = self.asked()
        self._check_rule(asked)
        alarm_checks.actions(asked)
        self._check_suppressor(asked)
        composites.begin(self._put(asked, composite=True))
        return EmptyResult()

    def describe_alarms(self) -> ActionResult:
        """Return alarms, of metrics unless composite ones are asked for."""
        asked = self.asked()
        types = asked.get("AlarmTypes") or ["MetricAlarm"]
        found = sorted(self._selected(asked), key=lambda one: one.name)
        return ActionResult(
            {
                f"{kind}s": [one.shown() for one in found if one.kind == kind and kind in types]
                for kind in ("CompositeAlarm", "MetricAlarm")
            }
        )

    def describe_alarms_for_metric(self) -> ActionResult:
        """Return the alarms on one metric."""
        asked = self.asked()
        key = metrics.key_of(asked)
        wanted = ("Statistic", "ExtendedStatistic", "Period", "Unit")
        found = [
            one.shown()
            for one in self._alarms.values()
            if "MetricName" in one.settings
            and metrics.key_of(one.settings) == key
            and all(one.settings.get(name) == asked[name] for name in wanted if name in asked)
        ]
        return ActionResult({"MetricAlarms": found})

    def describe_alarm_history(self) -> ActionResult:
        """Return what happened to alarms, the latest first unless asked otherwise."""
        asked = self.asked()
        types = asked.get("AlarmTypes") or ["MetricAlarm"]
        start, end = _seconds(asked.get("StartDate")), _seconds(asked.get("EndDate"))
        found = [
            one.shown()
            for one in histories.items(self.cloudwatch_backend)
            if one.kind in types
            and one.alarm == asked.get("AlarmName", one.alarm)
            and one.type == asked.get("HistoryItemType", one.type)
            and (start is None or one.at >= start)
            and (end is None or one.at <= end)
        ]
        if asked.get("ScanBy") != "TimestampAscending":
            found.reverse()
        return ActionResult({"AlarmHistoryItems": found})

    def delete_alarms(self) -> ActionResult:
        """Delete alarms; names of none are passed over."""
        names = self.asked().get("AlarmNames") or []
        found = [self._alarms[one] for one in dict.fromkeys(names) if one in self._alarms]
        if sum(one.composite for one in found) > 1:
            # From memory: "DeleteAlarms" says that it fails, and deletes none of them.
            raise ValidationError("You can delete only one composite alarm in a single operation.")
        for alarm in found:
            evaluation.forget(alarm)
            histories.configured(alarm, "Delete")
            del self._alarms[alarm.name]
            self.cloudwatch_backend.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
        return EmptyResult()

    def set_alarm_state(self) -> ActionResult:
        """Put an alarm into a state until it is next evaluated."""
        asked = self.asked()
        data = asked.get("StateReasonData", "")
        try:
            json.loads(data or "{}")
        except ValueError as error:
            raise InvalidFormat("Unknown") from error
        alarm = self._alarms.get(asked["AlarmName"])
        if asked["StateValue"] not in ("INSUFFICIENT_DATA", "ALARM", "OK"):
            raise ValidationError(
                f"1 validation error detected: Value '{asked['StateValue']}' at 'stateValue' "
                "failed to satisfy constraint: Member must satisfy enum value set: "
                "[INSUFFICIENT_DATA, ALARM, OK]"
            )
        if alarm is None:
            raise ResourceNotFound("")
        alarms.transition(alarm, asked["StateValue"], asked["StateReason"], data)
        evaluation.soon(alarm)
        return EmptyResult()

    def enable_alarm_actions(self) -> ActionResult:
        """Let alarms act."""
        return self._enable(enabled=True)

    def disable_alarm_actions(self) -> ActionResult:
        """Let alarms no longer act."""
        return self._enable(enabled=False)

    @property
    def _alarms(self) -> dict[str, Alarm]:
        return alarms.kept(self.cloudwatch_backend)

    def _enable(self, *, enabled: bool) -> ActionResult:
        for name in self.asked().get("AlarmNames") or ():
            alarm = self._alarms.get(name)
            if alarm is not None:
                alarm.settings["ActionsEnabled"] = enabled
                alarm.configured = clocks.current().time()
                histories.configured(alarm, "Update")
        return EmptyResult()

    def _put(self, asked: Thing, *, composite: bool) -> Alarm:
        """Keep an alarm as it is asked for; one that is there keeps its state."""
        name = asked.pop("AlarmName")
        tags = asked.pop("Tags", None)
        now = clocks.current().time()
        alarm = self._alarms.get(name)
        if alarm is not None and alarm.composite != composite:
            # From memory: a name is that of one alarm, whatever its type.
            raise ValidationError(f"An alarm of another type is named {name}")
        if alarm is None:
            state = State("INSUFFICIENT_DATA", CREATED, "", now)
            alarm = Alarm(
                name,
                self.current_account,
                self.region,
                asked,
                state,
                composite,
                configured=now,
                transitioned=now,
            )
            self._alarms[name] = alarm
            if tags:
                self.cloudwatch_backend.tagger.tag_resource(alarm.alarm_arn, tags)
            histories.configured(alarm, "Create")
        else:
            alarm.settings, alarm.configured = asked, now
            histories.configured(alarm, "Update")
        return alarm

    def _check_rule(self, asked: Thing) -> None:
        try:
            rule = parsed(asked.get("AlarmRule") or "")
        except RuleError as error:
            raise ValidationError(
                f"AlarmRule must not contain leading or trailing whitespace or be null, and must "
                f"be a valid rule expression: {error}"
            ) from error
        missing = [
            one
            for one in rule.alarms
            if alarms.name_of(one) not in self._alarms or alarms.name_of(one) == asked["AlarmName"]
        ]
        if missing:
            raise ValidationError(
                f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm "
                "rule do not exist"
            )

    def _check_suppressor(self, asked: Thing) -> None:
        periods = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
        suppressor = asked.get("ActionsSuppressor")
        given = [name for name in periods if name in asked]
        # "PutCompositeAlarm" says what is required; the words are from memory.
        if suppressor is None and given:
            raise ValidationError(f"{given[0]} requires ActionsSuppressor")
        if suppressor is not None and len(given) < 2:
            raise ValidationError(f"ActionsSuppressor requires {' and '.join(periods)}")
        if suppressor is not None and alarms.name_of(suppressor) not in self._alarms:
            raise ValidationError(
                f"Could not save the composite alarm as the suppressor {suppressor} does not exist"
            )

    def _selected(self, asked: Thing) -> Iterable[Alarm]:
        found: Iterable[Alarm] = self._alarms.values()
        if "AlarmNames" in asked:
            found = [one for one in found if one.name in asked["AlarmNames"]]
        if "AlarmNamePrefix" in asked:
            found = [one for one in found if one.name.startswith(asked["AlarmNamePrefix"])]
        if "StateValue" in asked:
            found = [one for one in found if one.state.value == asked["StateValue"]]
        if "ActionPrefix" in asked:
            found = [one for one in found if _acts(one, asked["ActionPrefix"])]
        if "ChildrenOfAlarmName" in asked:
            children = self._children(asked["ChildrenOfAlarmName"])
            found = [one for one in found if one.name in children]
        if "ParentsOfAlarmName" in asked:
            child = asked["ParentsOfAlarmName"]
            found = [one for one in found if child in self._children(one.name)]
        return found

    def _children(self, name: str) -> list[str]:
        alarm = self._alarms.get(name)
        if alarm is None or not alarm.composite:
            return []
        return [alarms.name_of(one) for one in parsed(alarm.settings["AlarmRule"]).alarms]


def _acts(alarm: Alarm, prefix: str) -> bool:
    states = ("OK", "ALARM", "INSUFFICIENT_DATA")
    return any(one.startswith(prefix) for state in states for one in alarm.actions(state))


def _seconds(value: Any) -> float | None:
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
