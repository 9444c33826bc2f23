"""Alarms: what is kept of each, its state, and who is told when that changes.

Other services ask `state`, and `watch` for changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.utils import make_arn_for_alarm

from dryrun.cloud import clock as clocks
from dryrun.cloud.clock import Event

CREATED = "Unchecked: Initial alarm creation"


@dataclass(frozen=True)
class State:
    """What an alarm is in, since when, and why."""

    value: str
    reason: str
    data: str
    at: float


@dataclass
class Alarm:
    """An alarm on a metric, on an expression, or (`composite`) on the states of other alarms."""

    name: str
    account: str
    region: str
    settings: dict[str, Any]
    """What was put, by the names of the API."""
    state: State
    composite: bool = False
    configured: float = 0.0
    transitioned: float = 0.0
    due: Event | None = None
    """The next evaluation, while there is one."""
    suppressed_by: str = ""
    held_back: Change | None = None
    """The change whose actions are suppressed."""

    @property
    def alarm_arn(self) -> str:
        """The ARN; moto's tagging asks for it by this name."""
        return str(make_arn_for_alarm(self.region, self.account, self.name))

    @property
    def kind(self) -> str:
        """What the API calls this type of alarm."""
        return "CompositeAlarm" if self.composite else "MetricAlarm"

    def actions(self, value: str) -> list[str]:
        """Return what is to be done when the alarm goes into a state."""
        name = {"OK": "OKActions", "ALARM": "AlarmActions"}.get(value, "InsufficientDataActions")
        return list(self.settings.get(name) or ())

    def shown(self) -> dict[str, Any]:
        """Return the alarm as the API shows it."""
        settings = {name: value for name, value in self.settings.items() if name != "Tags"}
        if not self.composite and "Metrics" not in settings:
            settings.setdefault("Dimensions", [])
        state = self.state
        return {
            "AlarmName": self.name,
            "AlarmArn": self.alarm_arn,
            "ActionsEnabled": True,
            "OKActions": [],
            "AlarmActions": [],
            "InsufficientDataActions": [],
            **settings,
            "AlarmConfigurationUpdatedTimestamp": moment(self.configured),
            "StateValue": state.value,
            "StateReason": state.reason,
            **({"StateReasonData": state.data} if state.data else {}),
            "StateUpdatedTimestamp": moment(state.at),
            "StateTransitionedTimestamp": moment(self.transitioned),
            **_suppression(self),
        }


@dataclass(frozen=True)
class Change:
    """An alarm that went from one state into another; `by` is the child a composite followed."""

    alarm: Alarm
    old: State
    new: State
    by: str = ""


Follower = Callable[[Change], None]

followers: list[Follower] = []
"""What is done about every change of state, in this order."""


@dataclass
class Watch:
    """Someone who waits for changes of one alarm."""

    name: str
    told: Follower
    over: bool = False

    def cancel(self) -> None:
        """Wait no longer."""
        self.over = True


def kept(backend: CloudWatchBackend) -> dict[str, Alarm]:
    """Return the alarms of a region by their names."""
    found: dict[str, Any] = backend.alarms
    return found


def state(account: str, region: str, name: str) -> str | None:
    """Return the state of an alarm, given its name or ARN; None when there is none."""
    found = kept(cloudwatch_backends[account][region]).get(name_of(name))
    return None if found is None else found.state.value


def watch(account: str, region: str, name: str, told: Follower) -> Watch:
    """Have `told` called whenever an alarm's state changes, until the watch is cancelled."""
    made = Watch(name_of(name), told)
    _watches(cloudwatch_backends[account][region]).append(made)
    return made


def name_of(reference: str) -> str:
    """Return an alarm's name, given that or its ARN."""
    return reference.partition(":alarm:")[2] if reference.startswith("arn:") else reference


def transition(alarm: Alarm, value: str, reason: str, data: str = "", by: str = "") -> None:
    """Bring an alarm into a state, and do all that follows from it."""
    now = clocks.current().time()
    old, alarm.state = alarm.state, State(value, reason, data, now)
    if old.value == value:
        return
    alarm.transitioned = now
    change = Change(alarm, old, alarm.state, by)
    for follower in (*followers, _tell):
        follower(change)


def moment(seconds: float) -> datetime:
    """Return a moment of lab time as moto's answers have it, in milliseconds."""
    return datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC).replace(tzinfo=None)


def written(seconds: float) -> str:
    """Return a moment as alarms write it into JSON: 2026-01-05T10:00:00.000+0000."""
    at = datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+0000"


def _suppression(alarm: Alarm) -> dict[str, str]:
    if not alarm.suppressed_by:
        return {}
    return {
        "ActionsSuppressedBy": alarm.suppressed_by,
        "ActionsSuppressedReason": f"Actions suppressed by {alarm.suppressed_by}",
    }


def _watches(backend: CloudWatchBackend) -> list[Watch]:
    found: list[Watch] = backend.__dict__.setdefault("alarm_watches", [])
    found[:] = [one for one in found if not one.over]
    return found


def _tell(change: Change) -> None:
    backend = cloudwatch_backends[change.alarm.account][change.alarm.region]
    for one in tuple(_watches(backend)):
        if one.name == change.alarm.name and not one.over:
            one.told(change)
