"""When alarms on metrics are evaluated, and how.

Follows "Evaluating an alarm", CloudWatch User Guide: every minute, or every ten seconds for
periods of less, over the window that ends there. Between two evaluations with the same data in
the same places nothing can change, so an alarm waits on the clock only for the next moment at
which a datum comes into its window, passes from one period of it to the next, or leaves it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudwatch import alarms, expressions, metrics, querying, verdicts
from dryrun.cloud.cloudwatch.alarms import Alarm
from dryrun.cloud.cloudwatch.expressions import Expression, Grid
from dryrun.cloud.cloudwatch.metrics import Key
from dryrun.cloud.cloudwatch.verdicts import Datapoint, Verdict

_MINUTE = 60.0
_OFTEN = 10.0


def period(alarm: Alarm) -> float:
    """Return the length of an alarm's periods; of its longest metric, for an expression."""
    if "Period" in alarm.settings:
        return float(alarm.settings["Period"])
    given = [
        one.get("MetricStat", one).get("Period") for one in alarm.settings.get("Metrics") or ()
    ]
    return float(max((one for one in given if one), default=_MINUTE))


def keys(alarm: Alarm) -> Iterator[Key]:
    """Yield the metrics an alarm looks at."""
    if alarm.composite:
        return
    if alarm.settings.get("MetricName"):
        yield metrics.key_of(alarm.settings)
    for one in alarm.settings.get("Metrics") or ():
        if "MetricStat" in one:
            yield metrics.key_of(one["MetricStat"]["Metric"])


def soon(alarm: Alarm, earliest: float = 0.0) -> None:
    """Have an alarm evaluated at the first moment for it, after `earliest` if that is to come."""
    if alarm.composite or alarm.settings.get("ComparisonOperator") not in verdicts.COMPARISONS:
        return  # a band of anomaly detection is never there: no model is trained here
    _wait(alarm, _tick_after(alarm, max(clocks.current().time(), earliest)))


def forget(alarm: Alarm) -> None:
    """Evaluate an alarm no more."""
    if alarm.due is not None:
        alarm.due.cancel()
        alarm.due = None


def arrived(backend: CloudWatchBackend, key: Key, earliest: float) -> None:
    """Have the alarms on a metric evaluated that has got data."""
    for alarm in alarms.kept(backend).values():
        if key in keys(alarm):
            soon(alarm, earliest)


metrics.arrivals.append(arrived)


def _wait(alarm: Alarm, when: float) -> None:
    if alarm.due is not None and not alarm.due.begun and alarm.due.when <= when:
        return
    forget(alarm)
    alarm.due = clocks.current().call_at(
        when, lambda: _evaluate(alarm), what=f"alarm {alarm.name} is evaluated", work=False
    )


def _evaluate(alarm: Alarm) -> None:
    alarm.due = None
    backend = cloudwatch_backends[alarm.account][alarm.region]
    if alarms.kept(backend).get(alarm.name) is not alarm:
        return
    now = clocks.current().time()
    tick = math.floor(now / _step(alarm)) * _step(alarm)
    length = period(alarm)
    points = datapoints(backend, alarm, tick)
    verdict = verdicts.judge(alarm.settings, points, length, now)
    if _too_few(alarm, points):
        verdict = Verdict()
    if verdict.state and verdict.state != alarm.state.value:
        alarms.transition(alarm, verdict.state, verdict.reason, verdict.data)
    following = _next_change(backend, alarm, tick)
    if following is not None:
        _wait(alarm, following)


def datapoints(backend: CloudWatchBackend, alarm: Alarm, end: float) -> list[Datapoint]:
    """Return an alarm's datapoints up to a moment, newest first."""
    count = int(alarm.settings["EvaluationPeriods"]) + verdicts.EXTRA
    length = period(alarm)
    grid = Grid(end - count * length, length, count)
    newest_first = grid.moments[::-1]
    if "Metrics" in alarm.settings:
        found = _solved(backend, alarm, grid)
        return [Datapoint(at, found.get(at)) for at in newest_first]
    stat = {
        "Metric": alarm.settings,
        "Stat": alarm.settings.get("Statistic") or alarm.settings.get("ExtendedStatistic"),
        "Unit": alarm.settings.get("Unit"),
    }
    values, samples = querying.statistics(backend, stat, grid)
    return [Datapoint(at, values.get(at), samples.get(at)) for at in newest_first]


def read(alarm: Alarm) -> dict[str, Expression]:
    """Return the expressions of an alarm by their ids; raises as `expressions.parsed` does."""
    return {
        one["Id"]: expressions.parsed(one["Expression"])
        for one in alarm.settings.get("Metrics") or ()
        if "Expression" in one
    }


def _solved(backend: CloudWatchBackend, alarm: Alarm, grid: Grid) -> expressions.Values:
    """Return the one series an alarm's queries come to."""
    queries = alarm.settings["Metrics"]
    returned = next(one["Id"] for one in queries if one.get("ReturnData", True))
    grids = {one["Id"]: grid for one in queries}
    try:
        found = querying.answers(backend, queries, grids, read(alarm))[returned]
    except expressions.ExpressionError:
        return {}
    return found[0] if found else {}


def _too_few(alarm: Alarm, points: list[Datapoint]) -> bool:
    """Tell whether an alarm on a percentile waits for more samples.

    "Percentile-based CloudWatch alarms and low data samples": 10 divided by what lies beyond.
    """
    settings = alarm.settings
    if settings.get("EvaluateLowSampleCountPercentile") != "ignore":
        return False
    latest = next((one for one in points if one.value is not None), None)
    share = float(str(settings.get("ExtendedStatistic", "p50"))[1:]) / 100
    beyond = 1 - share if share >= 0.5 else share
    return latest is not None and (latest.samples or 0) * beyond < 10


# Moments


def _step(alarm: Alarm) -> float:
    return _OFTEN if period(alarm) < _MINUTE else _MINUTE


def _tick_after(alarm: Alarm, moment: float) -> float:
    step = _step(alarm)
    return (math.floor(moment / step) + 1) * step


def _next_change(backend: CloudWatchBackend, alarm: Alarm, tick: float) -> float | None:
    """Return the next evaluation that can find something else than the one at `tick`."""
    length, step = period(alarm), _step(alarm)
    count = int(alarm.settings["EvaluationPeriods"]) + verdicts.EXTRA
    soonest: float | None = None
    for key in keys(alarm):
        times = metrics.found(backend, key).between(tick - count * length, math.inf)
        slots = dict.fromkeys(math.floor(one.at / step) * step for one in times)
        for slot in slots:
            following = _moves(slot, length, step, tick)
            if soonest is None or following < soonest:
                soonest = following
    return soonest


def _moves(slot: float, length: float, step: float, tick: float) -> float:
    """Return when what was reported in a slot is next in another period of the window."""
    return slot + step + max(math.ceil((tick - slot) / length), 0) * length
