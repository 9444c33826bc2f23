"""What the datapoints of an alarm come to: its state, and why, in CloudWatch's words.

Follows "Configuring how CloudWatch alarms treat missing data", CloudWatch User Guide. The texts
are those of alarms seen in AWS; that several datapoints without M out of N are told apart by
"The most recent datapoints" is from memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dryrun.cloud.cloudwatch.alarms import written

EXTRA = 2
"""Periods looked at beyond those to evaluate, as in the tables of the guide: 5 for 3."""

_LISTED = 5

_WORDS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}

COMPARISONS = frozenset(_WORDS)
"""Operators of alarms on a threshold; the others are for bands of anomaly detection."""


@dataclass(frozen=True)
class Datapoint:
    """A period that begins `at`: its value, None when it is missing, and the samples behind it."""

    at: float
    value: float | None = None
    samples: float | None = None


@dataclass(frozen=True)
class Verdict:
    """The state the datapoints call for; no `state` leaves the alarm as it is."""

    state: str = ""
    reason: str = ""
    data: str = ""


@dataclass(frozen=True)
class _Findings:
    settings: Mapping[str, Any]
    real: Sequence[Datapoint]
    """The datapoints that count, newest first."""
    missing: Sequence[Datapoint]
    """The missing ones that are filled in."""
    breaching: Sequence[Datapoint]

    @property
    def periods(self) -> int:
        return int(self.settings["EvaluationPeriods"])

    @property
    def needed(self) -> int:
        return int(self.settings.get("DatapointsToAlarm") or self.periods)

    @property
    def treatment(self) -> str:
        return str(self.settings.get("TreatMissingData") or "missing")


def judge(
    settings: Mapping[str, Any], points: Sequence[Datapoint], period: float, now: float
) -> Verdict:
    """Return what an alarm's datapoints, newest first, come to."""
    periods = int(settings["EvaluationPeriods"])
    real = [one for one in points if one.value is not None][:periods]
    missing = [one for one in points if one.value is None][: periods - len(real)]
    breaching = [one for one in real if _breaches(settings, one)]
    findings = _Findings(settings, real, missing, breaching)
    state = _state(findings, [one.at for one in points])
    if not state:
        return Verdict()
    return Verdict(state, _reason(findings, state), _data(findings, period, now))


def _breaches(settings: Mapping[str, Any], point: Datapoint) -> bool:
    value, threshold = point.value, float(settings["Threshold"])
    assert value is not None
    match settings["ComparisonOperator"]:
        case "GreaterThanOrEqualToThreshold":
            return value >= threshold
        case "GreaterThanThreshold":
            return value > threshold
        case "LessThanThreshold":
            return value < threshold
    return value <= threshold


def _state(it: _Findings, moments: list[float]) -> str:
    breaches = len(it.breaching)
    if it.missing and it.treatment == "breaching":
        breaches += len(it.missing)
    if breaches >= it.needed:
        return "ALARM"
    if not it.missing or it.treatment in ("breaching", "notBreaching"):
        return "OK"
    if not it.real:
        return "INSUFFICIENT_DATA" if it.treatment == "missing" else ""
    if len(it.breaching) < len(it.real):
        return "OK"
    # Nothing but breaching datapoints, fewer than are needed: they count once they are as old.
    age = moments.index(it.real[-1].at) + 1
    return "ALARM" if it.treatment == "missing" and age >= it.needed else ""


def _reason(it: _Findings, state: str) -> str:
    if state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_datapoints(it.periods)} {_were(it.periods)} unknown."
    filled = ""
    if it.missing and it.treatment in ("breaching", "notBreaching"):
        count = len(it.missing)
        kind = "Breaching" if it.treatment == "breaching" else "NonBreaching"
        filled = f"{count} missing {_plural(count)} {_were(count)} treated as [{kind}]"
    if not it.real:
        unit = "period" if it.periods == 1 else "periods"
        none = f"no datapoints were received for {it.periods} {unit}"
        return f"Threshold Crossed: {none} and {filled}."
    filled = f" and {filled}" if filled else ""
    if "DatapointsToAlarm" in it.settings:
        return f"Threshold Crossed: {_out_of(it, state, filled)}."
    return f"Threshold Crossed: {_all(it, state, filled)}."


def _out_of(it: _Findings, state: str, filled: str) -> str:
    """Return the words for alarms that need M out of N datapoints."""
    shown = _crossing(it, state)
    if state == "ALARM":
        least, way = it.needed, "OK -> ALARM"
    else:
        least, way = it.periods - it.needed + 1, "ALARM -> OK"
    return (
        f"{len(shown)} out of the last {it.periods} datapoints [{_values(shown)}] "
        f"{_compared(it, state, len(shown))}{filled} (minimum {_datapoints(least)} for {way} "
        "transition)"
    )


def _all(it: _Findings, state: str, filled: str) -> str:
    """Return the words for alarms that need every datapoint."""
    shown = _crossing(it, state)
    if len(shown) == 1:
        return f"1 datapoint [{_values(shown)}] {_compared(it, state, 1)}{filled}"
    which = "most recent datapoints which crossed the threshold"
    if state == "OK":
        which = "most recent datapoints"
    return (
        f"{_datapoints(len(shown))} {_compared(it, state, len(shown))}{filled}. The {which}: "
        f"[{_values(shown[:_LISTED])}]"
    )


def _crossing(it: _Findings, state: str) -> list[Datapoint]:
    if state == "ALARM":
        return list(it.breaching) or list(it.real)
    return [one for one in it.real if one not in it.breaching] or list(it.real)


def _compared(it: _Findings, state: str, count: int) -> str:
    denied = "" if state == "ALARM" else "not "
    words = _WORDS[it.settings["ComparisonOperator"]]
    return f"{_were(count)} {denied}{words} the threshold ({number(it.settings['Threshold'])})"


def _values(points: Sequence[Datapoint]) -> str:
    return ", ".join(f"{number(one.value or 0.0)} ({_day(one.at)})" for one in points)


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d/%m/%y %H:%M:%S")


def _datapoints(count: int) -> str:
    return f"{count} {_plural(count)}"


def _plural(count: int) -> str:
    return "datapoint" if count == 1 else "datapoints"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def number(value: float) -> str:
    """Return a number as CloudWatch, which is written in Java, prints it."""
    value = float(value)
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value) if "e" not in repr(value) else f"{value:f}"
    digits, _, exponent = f"{value:.16e}".partition("e")
    shortest = repr(float(f"{float(digits):.15g}"))
    return f"{shortest}E{int(exponent)}"


def _data(it: _Findings, period: float, now: float) -> str:
    """Return the findings as the JSON of `StateReasonData`."""
    settings = it.settings
    metric = "Metrics" not in settings
    evaluated = sorted((*it.real, *it.missing), key=lambda one: -one.at)
    stat = settings.get("Statistic") or settings.get("ExtendedStatistic")
    found: dict[str, Any] = {"version": "1.0", "queryDate": written(now)}
    if it.real:
        found["startDate"] = written(it.real[-1].at)
    if settings.get("Unit"):
        found["unit"] = settings["Unit"]
    if metric and stat:
        found["statistic"] = stat
    found["period"] = int(period)
    found["recentDatapoints"] = [one.value for one in reversed(it.real)]
    found["threshold"] = float(settings["Threshold"])
    found["evaluatedDatapoints"] = [_evaluated(one, metric=metric) for one in evaluated]
    return json.dumps(found, separators=(",", ":"))


def _evaluated(point: Datapoint, *, metric: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"timestamp": written(point.at)}
    if point.value is not None:
        if metric and point.samples is not None:
            shown["sampleCount"] = point.samples
        shown["value"] = point.value
    return shown
