"""The history of alarms: how they were configured, what they went through, what was done.

Follows "DescribeAlarmHistory", CloudWatch API Reference. The texts are those of histories seen in
AWS; which members `createdAlarm` has is from memory.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudwatch.alarms import Alarm, Change, State, moment, written

KEPT = 30 * 86400.0
"""Seconds; "DescribeAlarmHistory": CloudWatch retains the history of an alarm for 30 days."""


@dataclass(frozen=True)
class Item:
    """One line of a history."""

    alarm: str
    kind: str
    at: float
    type: str
    summary: str
    data: str

    def shown(self) -> dict[str, Any]:
        """Return the line as the API shows it."""
        return {
            "AlarmName": self.alarm,
            "AlarmType": self.kind,
            "Timestamp": moment(self.at),
            "HistoryItemType": self.type,
            "HistorySummary": self.summary,
            "HistoryData": self.data,
        }


def items(backend: CloudWatchBackend) -> list[Item]:
    """Return a region's history, oldest first, of deleted alarms too."""
    found: list[Item] = backend.__dict__.setdefault("alarm_history", [])
    oldest = clocks.current().time() - KEPT
    while found and found[0].at < oldest:
        found.pop(0)
    return found


def configured(alarm: Alarm, how: str) -> None:
    """Note that an alarm was put or deleted; `how` is Create, Update or Delete."""
    word = f"{how.lower()}d" if how.endswith("e") else how
    data = {"version": "1.0", "type": how, f"{word}Alarm": _configuration(alarm)}
    _note(alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" {word}', data)


def changed(change: Change) -> None:
    """Note a change of state."""
    data = {"version": "1.0", "oldState": _state(change.old), "newState": _state(change.new)}
    summary = f"Alarm updated from {change.old.value} to {change.new.value}"
    _note(change.alarm, "StateUpdate", summary, data)


def acted(change: Change, target: str, message: str | None, error: str | None) -> None:
    """Note that an action was taken, or could not be."""
    done = error is None
    data = {
        "actionState": "Succeeded" if done else "Failed",
        "stateUpdateTimestamp": int(change.new.at * 1000),
        "notificationResource": target,
        "publishedMessage": message if done else None,
        "error": error,
    }
    verb = "Successfully executed" if done else "Failed to execute"
    _note(change.alarm, "Action", f"{verb} action {target}", data)


def _note(alarm: Alarm, kind: str, summary: str, data: dict[str, Any]) -> None:
    text = json.dumps(data, separators=(",", ":"))
    now = clocks.current().time()
    backend = cloudwatch_backends[alarm.account][alarm.region]
    items(backend).append(Item(alarm.name, alarm.kind, now, kind, summary, text))


def _state(state: State) -> dict[str, Any]:
    found: dict[str, Any] = {"stateValue": state.value, "stateReason": state.reason}
    if state.data:
        try:
            found["stateReasonData"] = json.loads(state.data)
        except ValueError:
            found["stateReasonData"] = state.data
    return found


def _configuration(alarm: Alarm) -> dict[str, Any]:
    shown = alarm.shown()
    for name in ("StateReason", "StateReasonData", "StateTransitionedTimestamp"):
        shown.pop(name, None)
    shown["AlarmConfigurationUpdatedTimestamp"] = written(alarm.configured)
    shown["StateUpdatedTimestamp"] = written(alarm.state.at)
    found: dict[str, Any] = lowered(shown)
    return found


def lowered(value: Any) -> Any:
    """Return a value with names as they are written within JSON: alarmName, okActions."""
    if isinstance(value, dict):
        return {_lower(name): lowered(one) for name, one in value.items()}
    return [lowered(one) for one in value] if isinstance(value, list) else value


def _lower(name: str) -> str:
    return name.replace("OK", "ok", 1) if name.startswith("OK") else name[:1].lower() + name[1:]
