"""Metric data: kept a series for each metric, and made into statistics.

Services of ours report with `record`; what alarms watch is told through `arrivals`.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, MetricAggregatedDatum, cloudwatch_backends

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Key:
    """Which metric: its namespace, name, and dimensions in order of their names."""

    namespace: str
    name: str
    dimensions: Dimensions = ()


@dataclass(frozen=True)
class Datum:
    """What was reported at a moment: one value or more, or their statistics alone."""

    at: float
    unit: str
    count: float
    total: float
    low: float
    high: float
    values: tuple[tuple[float, float], ...] = ()
    """Values and how often each; empty for a set of statistics, which has no percentiles."""


@dataclass
class Series:
    """All that was reported of one metric, in order of time."""

    times: list[float] = field(default_factory=list)
    data: list[Datum] = field(default_factory=list)

    def add(self, datum: Datum) -> None:
        """Take in one datum."""
        at = bisect.bisect_right(self.times, datum.at)
        self.times.insert(at, datum.at)
        self.data.insert(at, datum)

    def between(self, start: float, end: float) -> list[Datum]:
        """Return what was reported from `start` on and before `end`."""
        return self.data[
            bisect.bisect_left(self.times, start) : bisect.bisect_left(self.times, end)
        ]


Arrival = Callable[[CloudWatchBackend, Key, float], None]
arrivals: list[Arrival] = []
"""Told of each metric that got data, and the moment the earliest of it is for."""


def series(backend: CloudWatchBackend) -> dict[Key, Series]:
    """Return all series that were reported to a region; a reset forgets them."""
    found: dict[Key, Series] = backend.__dict__.setdefault("metric_series", {})
    return found


def known(backend: CloudWatchBackend) -> Iterator[tuple[Key, Series]]:
    """Yield every series, also those that services of moto make up when they are asked."""
    yield from series(backend).items()
    made: dict[Key, Series] = {}
    for one in backend.aws_metric_data:
        key = Key(one.namespace, one.name, tuple((d.name, d.value) for d in one.dimensions))
        made.setdefault(key, Series()).add(_from_moto(one))
    yield from made.items()


def found(backend: CloudWatchBackend, key: Key) -> Series:
    """Return the series of a metric; an empty one where nothing was reported."""
    if key in series(backend):
        return series(backend)[key]
    if key.namespace != "AWS/S3":  # the only one that moto makes up
        return Series()
    return next((one for name, one in known(backend) if name == key), Series())


def record(  # noqa: PLR0917 - the order is that of PutMetricData
    account: str,
    region: str,
    namespace: str,
    name: str,
    dimensions: dict[str, str],
    value: float,
    unit: str,
    at: float,
) -> None:
    """Report one value of a metric, as services do of themselves."""
    key = Key(namespace, name, tuple(sorted(dimensions.items())))
    add(cloudwatch_backends[account][region], key, [single(value, unit, at)])


def add(backend: CloudWatchBackend, key: Key, data: Sequence[Datum]) -> None:
    """Take in data of one metric, and tell whoever watches it."""
    one = series(backend).setdefault(key, Series())
    for datum in data:
        one.add(datum)
    earliest = min(datum.at for datum in data)
    for arrival in arrivals:
        arrival(backend, key, earliest)


def single(value: float, unit: str, at: float) -> Datum:
    """Return the datum of one value."""
    return several(((value, 1.0),), unit, at)


def several(values: tuple[tuple[float, float], ...], unit: str, at: float) -> Datum:
    """Return the datum of several values, each with how often it occurred."""
    alone = [value for value, _ in values]
    return Datum(
        at,
        unit,
        sum(count for _, count in values),
        sum(value * count for value, count in values),
        min(alone),
        max(alone),
        values,
    )


def key_of(metric: dict[str, Any]) -> Key:
    """Return which metric an API's `Namespace`, `MetricName` and `Dimensions` name."""
    given = metric.get("Dimensions") or ()
    dimensions = tuple(sorted((str(one["Name"]), str(one.get("Value", ""))) for one in given))
    return Key(str(metric.get("Namespace", "")), str(metric.get("MetricName", "")), dimensions)


# Statistics

SIMPLE = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


def is_percentile(stat: str) -> bool:
    """Tell whether a statistic is one of p0 to p100."""
    try:
        return stat[:1] == "p" and 0 <= float(stat[1:]) <= 100
    except ValueError:
        return False


def statistic(data: Iterable[Datum], stat: str) -> float | None:
    """Return a statistic of data; None where there are none, or none that has percentiles."""
    data = list(data)
    if not data:
        return None
    if stat.startswith("p"):
        return _percentile(data, float(stat[1:]))
    count = sum(one.count for one in data)
    total = sum(one.total for one in data)
    if stat == "Average":
        return total / count if count else None
    if stat == "Minimum":
        return min(one.low for one in data)
    if stat == "Maximum":
        return max(one.high for one in data)
    return count if stat == "SampleCount" else total


def _percentile(data: list[Datum], percent: float) -> float | None:
    """Return a percentile, between two values in proportion.

    From memory: "Statistics definitions", CloudWatch User Guide, does not say how values between
    two samples are found. Sets of statistics count where minimum and maximum are the same.
    """
    values: list[tuple[float, float]] = []
    for one in data:
        if not one.values and one.low != one.high:
            return None
        values.extend(one.values or ((one.low, one.count),))
    values.sort()
    wanted = (sum(count for _, count in values) - 1) * percent / 100
    lower = _at(values, int(wanted))
    return lower + (_at(values, int(wanted) + 1) - lower) * (wanted - int(wanted))


def _at(values: list[tuple[float, float]], place: int) -> float:
    for value, count in values:
        place -= int(count)
        if place < 0:
            return value
    return values[-1][0]


def _from_moto(one: Any) -> Datum:
    at, unit = one.timestamp.timestamp(), one.unit or "None"
    if isinstance(one, MetricAggregatedDatum):
        return Datum(at, unit, one.sample_count, one.sum, one.min, one.max)
    return single(float(one.value), unit, at)
