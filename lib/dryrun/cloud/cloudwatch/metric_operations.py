"""The operations on metric data: put, listed, and asked for as statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import (
    InvalidParameterCombination,
    InvalidParameterValue,
    ValidationError,
)
from moto.cloudwatch.models import CloudWatchBackend
from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudwatch import alarm_checks, alarms, metrics, querying
from dryrun.cloud.cloudwatch.expressions import Expression, ExpressionError, Grid, Values
from dryrun.cloud.cloudwatch.metrics import Datum, Key
from dryrun.cloud.shelves import Asking, Thing

_OLDEST = 14 * 86400.0
_LATEST = 2 * 3600.0
_MOST_STATISTICS = 1440
_MOST_DATA = 100_800
_RECENTLY = 3 * 3600.0


class Metrics(Asking):
    """Answer the operations on metric data."""

    cloudwatch_backend: CloudWatchBackend

    def put_metric_data(self) -> ActionResult:
        """Take in data of metrics; all of them, or none when one is wrong."""
        asked = self.asked()
        namespace = asked["Namespace"]
        if namespace.startswith("AWS/"):
            raise InvalidParameterValue(
                f"The value {namespace} for parameter Namespace is invalid."
            )
        given = list(asked.get("MetricData") or ())
        for entity in asked.get("EntityMetricData") or ():
            given += entity.get("MetricData") or ()
        for number, one in enumerate(given, 1):
            self.cloudwatch_backend._validate_parameters_put_metric_data(one, number)
            _check_time(one, number)
        data: dict[Key, list[Datum]] = {}
        for one in given:
            key = metrics.key_of({**one, "Namespace": namespace})
            data.setdefault(key, []).append(_datum(one))
        for key, found in data.items():
            metrics.add(self.cloudwatch_backend, key, found)
        return EmptyResult()

    def list_metrics(self) -> ActionResult:
        """Return the metrics that have data."""
        asked = self.asked()
        recently = clocks.current().time() - _RECENTLY
        found = [
            _listed(key)
            for key, series in metrics.known(self.cloudwatch_backend)
            if key.namespace == asked.get("Namespace", key.namespace)
            and key.name == asked.get("MetricName", key.name)
            and _has(key, asked.get("Dimensions") or ())
            and ("RecentlyActive" not in asked or series.times[-1] >= recently)
        ]
        return ActionResult({"Metrics": found})

    def get_metric_statistics(self) -> ActionResult:
        """Return statistics of one metric."""
        asked = self.asked()
        simple, extended = asked.get("Statistics") or [], asked.get("ExtendedStatistics") or []
        if not simple and not extended:
            raise InvalidParameterCombination(
                "Must specify either Statistics or ExtendedStatistics"
            )
        for stat in extended:
            alarm_checks.statistic(stat, "ExtendedStatistics")
        grid = _grid(asked, asked["Period"], "StartTime", "EndTime")
        if grid.count > _MOST_STATISTICS:
            raise InvalidParameterCombination(
                f"You have requested up to {grid.count:,} datapoints, which exceeds the limit of "
                "1,440. You may reduce the datapoints requested by increasing Period, or "
                "decreasing the time range."
            )
        points: dict[tuple[float, str], Thing] = {}
        of_metric = {"Metric": asked}
        units = querying.units(self.cloudwatch_backend, of_metric, grid)
        for unit in [asked["Unit"]] if "Unit" in asked else units:
            for stat in (*simple, *extended):
                wanted = {**of_metric, "Stat": stat, "Unit": unit}
                values, _ = querying.statistics(self.cloudwatch_backend, wanted, grid)
                for at, value in values.items():
                    new = {"Timestamp": alarms.moment(at), "Unit": unit}
                    point = points.setdefault((at, unit), new)
                    own = point if stat in simple else point.setdefault("ExtendedStatistics", {})
                    own[stat] = value
        return ActionResult({"Label": asked["MetricName"], "Datapoints": list(points.values())})

    def get_metric_data(self) -> ActionResult:
        """Return the values of metrics and of expressions over them."""
        asked = self.asked()
        queries = asked.get("MetricDataQueries") or []
        read = _read(queries)
        grids = {one["Id"]: _grid_of(asked, one, queries) for one in queries}
        if any(grids[name].count > _MOST_DATA for name in read):
            raise ValidationError(
                f"The expressions are asked for more than {_MOST_DATA:,} datapoints."
            )
        try:
            found = querying.answers(self.cloudwatch_backend, queries, grids, read)
        except ExpressionError as error:
            raise ValidationError(f"Error in expression: {error}") from error
        descending = asked.get("ScanBy") != "TimestampAscending"
        results = [
            self._result(one, queries, values, grids[one["Id"]], descending=descending)
            for one in queries
            if one.get("ReturnData", True)
            for values in found.get(one["Id"], ())
        ]
        return ActionResult({"MetricDataResults": results, "Messages": []})

    def _result(
        self, query: Thing, queries: list[Thing], values: Values, grid: Grid, *, descending: bool
    ) -> Thing:
        moments = sorted(values, reverse=descending)
        result: Thing = {
            "Id": query["Id"],
            "Label": query.get("Label") or _label(query, queries),
            "Timestamps": [alarms.moment(at) for at in moments],
            "Values": [values[at] for at in moments],
            "StatusCode": "Complete",
        }
        stat = query.get("MetricStat")
        if stat and "Unit" not in stat:
            units = querying.units(self.cloudwatch_backend, stat, grid)
            if len(units) > 1:
                told = f"Multiple units returned: '[{', '.join(units)}]'"
                result["Messages"] = [{"Code": "MultipleUnits", "Value": told}]
        return result


def _read(queries: list[Thing]) -> dict[str, Expression]:
    ids = [one["Id"] for one in queries]
    read: dict[str, Expression] = {}
    for number, one in enumerate(queries, 1):
        if "MetricStat" in one:
            alarm_checks.statistic(one["MetricStat"]["Stat"], "Stat")
        elif "Expression" in one:
            found = alarm_checks.expression(one["Id"], one["Expression"], ids)
            if found is not None:
                read[one["Id"]] = found
        else:
            # AWS also returns the empty line.
            raise ValidationError(
                f"The parameter MetricDataQueries.member.{number}.MetricStat is required.\n"
            )
    return read


def _grid_of(asked: Thing, query: Thing, queries: list[Thing]) -> Grid:
    periods = [one["MetricStat"]["Period"] for one in queries if "MetricStat" in one]
    period = query.get("MetricStat", query).get("Period") or max(periods, default=60)
    return _grid(asked, period, "StartTime", "EndTime")


def _grid(asked: Thing, period: int, first: str, last: str) -> Grid:
    start, end = _seconds(asked[first]), _seconds(asked[last])
    if start == end:
        raise ValidationError(f"The parameter {first} must not equal parameter {last}.")
    if start > end:
        if "Statistics" in asked or "ExtendedStatistics" in asked:
            raise InvalidParameterValue(
                f"The parameter {first} must be less than the parameter {last}."
            )
        raise ValidationError(f"The parameter {last} must be greater than {first}.")
    step = min(period, 60)
    begin = start // step * step
    return Grid(float(begin), float(period), max(int(-((begin - end) // period)), 1))


def _label(query: Thing, queries: list[Thing]) -> str:
    """Return a metric's name, and what else tells it from the other metrics asked for."""
    if "MetricStat" not in query:
        return str(query["Id"])
    stats = [one["MetricStat"] for one in queries if "MetricStat" in one]
    own = query["MetricStat"]
    words = [str(own["Metric"].get("MetricName"))]
    for name in ("Stat", "Period"):
        if any(one[name] != own[name] for one in stats):
            words.append(str(own[name]))
    return " ".join(words)


def _listed(key: Key) -> Thing:
    return {
        "Namespace": key.namespace,
        "MetricName": key.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in key.dimensions],
    }


def _has(key: Key, wanted: Any) -> bool:
    dimensions = dict(key.dimensions)
    return all(
        one["Name"] in dimensions and one.get("Value", "") in ("", dimensions[one["Name"]])
        for one in wanted
    )


def _seconds(value: Any) -> float:
    moment: datetime = value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _check_time(one: Thing, number: int) -> None:
    """Refuse what is too old or too far ahead; the words are from memory ("PutMetricData")."""
    if one.get("Timestamp") is None:
        return
    at, now = _seconds(one["Timestamp"]), clocks.current().time()
    if at < now - _OLDEST or at > now + _LATEST:
        limit = "two weeks in the past" if at < now else "two hours in the future"
        raise InvalidParameterValue(
            f"The parameter MetricData.member.{number}.Timestamp must specify a time no more than "
            f"{limit}."
        )


def _datum(one: Thing) -> Datum:
    at = _seconds(one["Timestamp"]) if one.get("Timestamp") else clocks.current().time()
    unit = one.get("Unit") or "None"
    if one.get("StatisticValues"):
        stats = {name: float(value) for name, value in one["StatisticValues"].items()}
        return Datum(
            at, unit, stats["SampleCount"], stats["Sum"], stats["Minimum"], stats["Maximum"]
        )
    return metrics.several(tuple(_values(one)), unit, at)


def _values(one: Thing) -> Iterator[tuple[float, float]]:
    values = one.get("Values")
    if not values:
        yield float(one.get("Value", 0)), 1.0
        return
    counts = one.get("Counts") or [1.0] * len(values)
    yield from ((float(value), float(count)) for value, count in zip(values, counts, strict=True))
