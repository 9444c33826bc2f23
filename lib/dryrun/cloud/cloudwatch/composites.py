"""Composite alarms: they follow the alarms in their rule at once, and may be held back.

Follows "Combining alarms" and "Alarm suppression", CloudWatch User Guide.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudwatch import actions, alarms
from dryrun.cloud.cloudwatch.alarms import Alarm, Change
from dryrun.cloud.cloudwatch.rules import StateOf, parsed

_DEEPEST = 100
"""Composite alarms may follow one another in a circle; AWS stops evaluating those."""

_depth = [0]


def begin(alarm: Alarm) -> None:
    """Give a composite alarm that was put its first state."""
    backend = _backend(alarm)
    holds = parsed(alarm.settings["AlarmRule"]).holds(_states(backend))
    value = "ALARM" if holds else "OK"
    reason = f"{alarm.alarm_arn} was created and its alarm rule evaluates to {value}"
    alarms.transition(alarm, value, reason, _triggers(backend, alarm, value))


def follow(change: Change) -> None:
    """Bring the composite alarms over one that changed into the states their rules give."""
    backend = _backend(change.alarm)
    for alarm in tuple(alarms.kept(backend).values()):
        if alarm.composite and change.alarm.name in _children(alarm):
            settle(alarm, change)
        if alarm.settings.get("ActionsSuppressor") and change.alarm.name == _suppressor(alarm):
            _suppressor_changed(alarm, change.new.value)


def settle(alarm: Alarm, change: Change) -> None:
    """Bring one composite alarm into the state of its rule."""
    backend = _backend(alarm)
    value = "ALARM" if parsed(alarm.settings["AlarmRule"]).holds(_states(backend)) else "OK"
    if value == alarm.state.value or _depth[0] >= _DEEPEST:
        return
    arn = change.alarm.alarm_arn
    at = datetime.fromtimestamp(change.new.at, UTC)
    reason = f"{arn} transitioned to {change.new.value} at {at:%A %d %B, %Y %H:%M:%S} UTC"
    _depth[0] += 1
    try:
        alarms.transition(alarm, value, reason, _triggers(backend, alarm, value), by=arn)
    finally:
        _depth[0] -= 1


def act(change: Change) -> None:
    """Take a change's actions, unless the alarm's suppressor holds them back."""
    alarm = change.alarm
    alarm.held_back, alarm.suppressed_by = None, ""
    if not alarm.settings.get("ActionsSuppressor"):
        actions.announce(change)
        actions.take(change)
        return
    state = alarms.state(alarm.account, alarm.region, _suppressor(alarm))
    alarm.held_back = change
    alarm.suppressed_by = "Alarm" if state == "ALARM" else "WaitPeriod"
    actions.announce(change)
    if state != "ALARM":
        _release_in(change, alarm.settings.get("ActionsSuppressorWaitPeriod", 0), "WaitPeriod")


def _suppressor_changed(alarm: Alarm, state: str) -> None:
    change = alarm.held_back
    if change is None:
        return
    if state == "ALARM":
        alarm.suppressed_by = "Alarm"
    elif alarm.suppressed_by == "Alarm":
        alarm.suppressed_by = "ExtensionPeriod"
        seconds = alarm.settings.get("ActionsSuppressorExtensionPeriod", 0)
        _release_in(change, seconds, "ExtensionPeriod")


def _release_in(change: Change, seconds: float, why: str) -> None:
    alarm = change.alarm

    def release() -> None:
        if alarm.held_back is change and alarm.suppressed_by == why:
            alarm.held_back, alarm.suppressed_by = None, ""
            actions.take(change)

    what = f"alarm {alarm.name} acts after its suppressor's {why}"
    clocks.current().call_later(seconds, release, what=what, work=False)


def _suppressor(alarm: Alarm) -> str:
    return alarms.name_of(str(alarm.settings["ActionsSuppressor"]))


def _children(alarm: Alarm) -> list[str]:
    return [alarms.name_of(one) for one in parsed(alarm.settings["AlarmRule"]).alarms]


def _states(backend: CloudWatchBackend) -> StateOf:
    """Return what tells the states of alarms; those that are gone have insufficient data."""
    kept = alarms.kept(backend)

    def state_of(reference: str) -> str:
        found = kept.get(alarms.name_of(reference))
        return "INSUFFICIENT_DATA" if found is None else found.state.value

    return state_of


def _triggers(backend: CloudWatchBackend, alarm: Alarm, value: str) -> str:
    """Return the children whose states make the rule what it is, as the reason's JSON."""
    kept = alarms.kept(backend)
    children = [kept[name] for name in dict.fromkeys(_children(alarm)) if name in kept]
    if value == "ALARM":
        children = [one for one in children if one.state.value == "ALARM"] or children
    found = [
        {
            "arn": one.alarm_arn,
            "state": {"value": one.state.value, "timestamp": alarms.written(one.state.at)},
        }
        for one in children
    ]
    return json.dumps({"triggeringAlarms": found}, separators=(",", ":"))


def _backend(alarm: Alarm) -> CloudWatchBackend:
    return cloudwatch_backends[alarm.account][alarm.region]
