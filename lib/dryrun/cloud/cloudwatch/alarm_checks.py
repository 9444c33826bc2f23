"""What CloudWatch refuses about alarms.

The limits are those of "PutMetricAlarm", CloudWatch API Reference; the words of the errors are
from memory where the reference has none.
"""

from __future__ import annotations

import re
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterValue, ValidationError

from dryrun.cloud.cloudwatch import expressions, metrics
from dryrun.cloud.cloudwatch.exceptions import NotSimulatedError

Asked = dict[str, Any]

_DAY = 86400
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_UNSIMULATED = (
    "EvaluationCriteria",
    "EvaluationInterval",
    "EvaluationWindow",
    "WarmUpConfiguration",
    "ActionConfiguration",
)
_ARN = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d*|ec2):.+$")


def metric_alarm(asked: Asked) -> None:
    """Raise the error that CloudWatch has for an alarm on a metric or an expression."""
    for name in _UNSIMULATED:
        if name in asked:
            raise NotSimulatedError(f"Dry Run does not simulate {name} of alarms.")
    if ("MetricName" in asked) == ("Metrics" in asked):
        if "Metrics" in asked:
            raise ValidationError("Metrics list cannot be specified together with MetricName")
        raise ValidationError("Must specify either MetricName or Metrics")
    if "Metrics" in asked:
        _queries(asked)
    else:
        _metric(asked)
    if "Threshold" not in asked and "ThresholdMetricId" not in asked:
        raise ValidationError("The parameter Threshold is required.")
    _evaluated(asked)
    actions(asked)


def actions(asked: Asked) -> None:
    """Raise an error for an action that is no ARN."""
    for name in ("OKActions", "AlarmActions", "InsufficientDataActions"):
        for one in asked.get(name) or ():
            if not _ARN.match(one):
                raise ValidationError(f"Invalid arn syntax: {one}")


def _metric(asked: Asked) -> None:
    for name in ("Namespace", "Period"):
        if name not in asked:
            raise ValidationError(f"The parameter {name} is required.")
    if ("Statistic" in asked) == ("ExtendedStatistic" in asked):
        raise ValidationError("Must specify exactly one of Statistic and ExtendedStatistic")
    statistic(asked.get("ExtendedStatistic") or asked["Statistic"], "ExtendedStatistic")
    _period(asked["Period"])


def _period(period: int) -> None:
    if period not in (10, 20, 30) and (period < 60 or period % 60):
        raise ValidationError("Period must be 10, 20, 30 or a multiple of 60")


def statistic(stat: str, parameter: str) -> None:
    """Raise an error for a statistic that there is not."""
    if stat in metrics.SIMPLE or metrics.is_percentile(stat):
        return
    if re.match(r"(tm|tc|ts|wm)\d|(TM|TC|TS|WM|PR)\(|IQM$", stat):
        raise NotSimulatedError(f"Dry Run does not simulate the statistic {stat}.")
    raise InvalidParameterValue(f"The value {stat} for parameter {parameter} is not supported.")


def _queries(asked: Asked) -> None:
    queries = asked["Metrics"]
    if sum(one.get("ReturnData", True) for one in queries) != 1 and (
        "ThresholdMetricId" not in asked
    ):
        raise ValidationError("Exactly one element of the metrics list should return data.")
    ids = [one["Id"] for one in queries]
    for one in queries:
        if ids.count(one["Id"]) > 1:
            raise ValidationError("Metrics list contains duplicate ids.")
        if "MetricStat" in one:
            _period(one["MetricStat"]["Period"])
            statistic(one["MetricStat"]["Stat"], "Stat")
        elif "Expression" in one:
            expression(one["Id"], one["Expression"], ids)
        else:
            raise ValidationError("Either MetricStat or Expression is required.")


def expression(name: str, text: str, ids: list[str]) -> expressions.Expression | None:
    """Read an expression, or raise CloudWatch's error; None for a band of anomaly detection."""
    if text.startswith("SEARCH"):
        raise ValidationError("SEARCH is not supported on Metric Alarms.")
    if text.startswith("SELECT"):
        raise NotSimulatedError("Dry Run does not simulate queries of Metrics Insights.")
    if text.startswith("ANOMALY_DETECTION_BAND"):
        return None
    try:
        found = expressions.parsed(text)
    except expressions.UnknownFunctionError as error:
        raise NotSimulatedError(
            f"Dry Run does not simulate the function {error} of metric math."
        ) from error
    except expressions.ExpressionError as error:
        raise ValidationError(f"Error in expression '{name}': {error}") from error
    for one in found.ids:
        if one not in ids:
            raise ValidationError(f"Error in expression '{name}': Undefined id '{one}'")
    return found


def _evaluated(asked: Asked) -> None:
    periods = asked.get("EvaluationPeriods")
    if periods is None:
        raise ValidationError("The parameter EvaluationPeriods is required.")
    if asked.get("DatapointsToAlarm", 0) > periods:
        raise ValidationError(
            f"DatapointsToAlarm ({asked['DatapointsToAlarm']}) must be less than or equal to "
            f"EvaluationPeriods ({periods})."
        )
    period = asked.get("Period") or 0
    longest = _DAY if period < 3600 else 7 * _DAY
    if period * periods > longest:
        span = "a day" if longest == _DAY else "a week"
        raise ValidationError(
            f"Metrics cannot be checked across more than {span} (EvaluationPeriods * Period must "
            f"be <= {longest})."
        )
    _options(asked, "TreatMissingData", _TREATMENTS)
    _options(asked, "EvaluateLowSampleCountPercentile", ("evaluate", "ignore"))


def _options(asked: Asked, name: str, known: tuple[str, ...]) -> None:
    if asked.get(name, known[0]) not in known:
        listed = f"{', '.join(known[:-1])} and {known[-1]}"
        raise ValidationError(
            f"Option {asked[name]} is not supported. Supported options for parameter {name} are "
            f"{listed}."
        )
