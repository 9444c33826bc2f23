"""What queries of metric data give: statistics of metrics, and metric math over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend

from dryrun.cloud.cloudwatch import expressions, metrics
from dryrun.cloud.cloudwatch.expressions import Expression, Grid, Values
from dryrun.cloud.cloudwatch.metrics import Datum

Query = Mapping[str, Any]


def statistics(
    backend: CloudWatchBackend, stat: Mapping[str, Any], grid: Grid
) -> tuple[Values, Values]:
    """Return the values of a `MetricStat`, and the number of samples behind each.

    Of several units, where none is asked for, the first by the alphabet counts: recorded answers
    of GetMetricData show it.
    """
    one = metrics.found(backend, metrics.key_of(stat["Metric"]))
    unit = stat.get("Unit") or next(iter(units(backend, stat, grid)), None)
    periods: dict[float, list[Datum]] = {}
    for datum in one.between(grid.start, grid.end):
        if datum.unit == unit:
            number = (datum.at - grid.start) // grid.period
            periods.setdefault(grid.start + number * grid.period, []).append(datum)
    values, counts = {}, {}
    for moment, data in periods.items():
        value = metrics.statistic(data, stat["Stat"])
        if value is not None:
            values[moment] = value
            counts[moment] = sum(datum.count for datum in data)
    return values, counts


def units(backend: CloudWatchBackend, stat: Mapping[str, Any], grid: Grid) -> list[str]:
    """Return the units in which a metric was reported, by the alphabet."""
    one = metrics.found(backend, metrics.key_of(stat["Metric"]))
    return sorted({datum.unit for datum in one.between(grid.start, grid.end)})


def answers(
    backend: CloudWatchBackend,
    queries: Sequence[Query],
    grids: Mapping[str, Grid],
    read: Mapping[str, Expression],
) -> dict[str, list[Values]]:
    """Return the series of every query by its id; expressions may use one another."""
    metric_values = {
        one["Id"]: statistics(backend, one["MetricStat"], grids[one["Id"]])[0]
        for one in queries
        if "MetricStat" in one
    }
    found: dict[str, list[Values]] = {name: [one] for name, one in metric_values.items()}

    def solve(name: str, within: tuple[str, ...]) -> None:
        if name in found:
            return
        if name not in read or name in within:
            raise expressions.ExpressionError(f"The id {name} is not defined")
        for used in read[name].ids:
            solve(used, (*within, name))
        known = {used: found[used][0] if found[used] else {} for used in read[name].ids}
        if read[name].uses_all:
            known |= {f"{expressions.METRIC}{one}": it for one, it in metric_values.items()}
        found[name] = read[name].values(known, grids[name])

    for name in read:
        solve(name, ())
    return found
