"""Alarms on the lab clock: CW-ALARM-EVAL and CW-ALARM-ACTION of the gap map."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import lab_time
import pytest
from botocore.exceptions import ClientError
from in_process import client, lab

from dryrun.cloud.cloudwatch import alarms, metrics

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
ACCOUNT = "123456789012"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with lab_time.fresh(START.timestamp(), paused=True):
        yield


def put(name: str = "errors", **changes: Any) -> None:
    settings: dict[str, Any] = {
        "Namespace": "Ferry",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
        **changes,
    }
    kept = {key: value for key, value in settings.items() if value is not None}
    client("cloudwatch").put_metric_alarm(AlarmName=name, **kept)


def data(*values: float, name: str = "Errors", ago: float = 0, **more: Any) -> None:
    """Report values for now, or for so many seconds ago."""
    moment = lab().clock.now() - timedelta(seconds=ago)
    client("cloudwatch").put_metric_data(
        Namespace="Ferry",
        MetricData=[
            {"MetricName": name, "Value": value, "Timestamp": moment, **more} for value in values
        ],
    )


def alarm(name: str = "errors", kind: str = "MetricAlarm") -> dict[str, Any]:
    found = client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=[kind])
    return dict(found[f"{kind}s"][0])


def state(name: str = "errors", kind: str = "MetricAlarm") -> str:
    return str(alarm(name, kind)["StateValue"])


def advance(seconds: float) -> None:
    lab().clock.advance(seconds)


def refusal(**changes: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        put(**changes)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_cw_alarm_eval_goes_from_unchecked_to_alarm_and_back() -> None:
    put(TreatMissingData="notBreaching", DatapointsToAlarm=1)
    new = alarm()
    assert (new["StateValue"], new["StateReason"]) == (
        "INSUFFICIENT_DATA",
        "Unchecked: Initial alarm creation",
    )
    data(5.0)
    assert state() == "INSUFFICIENT_DATA"  # the period is not over
    advance(60)
    found = alarm()
    assert found["StateValue"] == "ALARM"
    assert found["StateReason"] == (
        "Threshold Crossed: 1 out of the last 1 datapoints [5.0 (05/01/26 10:00:00)] was greater "
        "than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert json.loads(found["StateReasonData"]) == {
        "version": "1.0",
        "queryDate": "2026-01-05T10:01:00.000+0000",
        "startDate": "2026-01-05T10:00:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [5.0],
        "threshold": 1.0,
        "evaluatedDatapoints": [
            {"timestamp": "2026-01-05T10:00:00.000+0000", "sampleCount": 1.0, "value": 5.0}
        ],
    }
    data(0.0)
    advance(60)
    assert alarm()["StateReason"] == (
        "Threshold Crossed: 1 out of the last 1 datapoints [0.0 (05/01/26 10:01:00)] was not "
        "greater than the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition)."
    )


def test_cw_alarm_eval_knows_the_words_without_m_out_of_n() -> None:
    put(EvaluationPeriods=2, ComparisonOperator="LessThanOrEqualToThreshold")
    data(1.0, ago=60)
    data(0.5)
    advance(60)
    assert alarm()["StateReason"] == (
        "Threshold Crossed: 2 datapoints were less than or equal to the threshold (1.0). The most "
        "recent datapoints which crossed the threshold: [0.5 (05/01/26 10:00:00), "
        "1.0 (05/01/26 09:59:00)]."
    )
    put("one", Threshold=12345678.0, ComparisonOperator="GreaterThanOrEqualToThreshold")
    advance(60)
    assert alarm("one")["StateReason"] == (
        "Threshold Crossed: 1 datapoint [0.5 (05/01/26 10:00:00)] was not greater than or equal to "
        "the threshold (1.2345678E7)."
    )


@pytest.mark.parametrize(
    ("treatment", "expected", "reason"),
    [
        ("missing", "INSUFFICIENT_DATA", "Insufficient Data: 2 datapoints were unknown."),
        ("ignore", "ALARM", "set by hand"),
        (
            "breaching",
            "ALARM",
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
            "were treated as [Breaching].",
        ),
        (
            "notBreaching",
            "OK",
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
            "were treated as [NonBreaching].",
        ),
    ],
)
def test_cw_alarm_eval_treats_missing_data(treatment: str, expected: str, reason: str) -> None:
    put(EvaluationPeriods=2, TreatMissingData=treatment)
    by_hand = "OK" if treatment == "breaching" else "ALARM"
    client("cloudwatch").set_alarm_state(
        AlarmName="errors", StateValue=by_hand, StateReason="set by hand"
    )
    assert state() == by_hand
    advance(60)
    found = alarm()
    assert (found["StateValue"], found["StateReason"]) == (expected, reason)


# "Configuring how CloudWatch alarms treat missing data": the tables for 3 out of 3 and 2 out of 3.
# X breaches, 0 does not, - is missing; the latest is on the right.
TABLES = [
    (3, "0-X-X", "OK OK OK OK"),
    (3, "----0", "OK OK OK OK"),
    (3, "-----", "INSUFFICIENT_DATA retained ALARM OK"),
    (3, "0XX-X", "ALARM ALARM ALARM ALARM"),
    (3, "--X--", "ALARM retained ALARM OK"),
    (2, "0-X-X", "ALARM ALARM ALARM ALARM"),
    (2, "00X0X", "ALARM ALARM ALARM ALARM"),
    (2, "0-X--", "OK OK ALARM OK"),
    (2, "----0", "OK OK ALARM OK"),
    (2, "---X-", "ALARM retained ALARM OK"),
    (3, "----X", "retained retained ALARM OK"),
]


@pytest.mark.parametrize(("needed", "points", "states"), TABLES)
def test_cw_alarm_eval_follows_the_tables_of_the_guide(
    needed: int, points: str, states: str
) -> None:
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    for treatment in treatments:
        put(treatment, EvaluationPeriods=3, DatapointsToAlarm=needed, TreatMissingData=treatment)
    for place, point in enumerate(reversed(points)):
        if point != "-":
            data(5.0 if point == "X" else 0.0, ago=60 * place)
    advance(60)
    wanted = ["INSUFFICIENT_DATA" if one == "retained" else one for one in states.split()]
    assert [state(one) for one in treatments] == wanted


def test_cw_alarm_eval_slides_over_longer_periods_every_minute() -> None:
    put(Period=300, TreatMissingData="notBreaching")
    advance(30)
    data(5.0)
    advance(29)
    assert state() == "INSUFFICIENT_DATA"
    advance(1)  # at 10:01 the window of the last five minutes has it
    assert state() == "ALARM"
    assert "[5.0 (05/01/26 09:56:00)]" in alarm()["StateReason"]
    advance(14 * 60)
    assert state() == "ALARM"
    advance(60)
    assert state() == "OK"


def test_cw_alarm_eval_looks_every_ten_seconds_for_short_periods() -> None:
    put(Period=10, TreatMissingData="notBreaching")
    data(5.0)
    advance(10)
    assert state() == "ALARM"
    advance(30)
    assert state() == "OK"


def test_cw_alarm_eval_costs_nothing_while_nothing_is_reported() -> None:
    for number in range(20):
        put(f"alarm-{number}", Period=300, EvaluationPeriods=3)
    data(5.0)
    began = time.perf_counter()
    advance(365 * 86400)
    assert time.perf_counter() - began < 10
    assert {state(f"alarm-{number}") for number in range(20)} == {"INSUFFICIENT_DATA"}
    assert not [one for one in lab().clock.pending() if "is evaluated" in one.what]


def test_cw_alarm_eval_has_statistics_percentiles_units_and_dimensions() -> None:
    ferry = [{"Name": "Ship", "Value": "Aurora"}, {"Name": "Port", "Value": "Kiel"}]
    put("average", Statistic="Average", Threshold=2)
    put("p90", Statistic=None, ExtendedStatistic="p90", Threshold=8)
    put("seconds", Unit="Seconds", Threshold=0)
    put("aurora", Dimensions=ferry[::-1], Threshold=0)
    put("ship", Dimensions=ferry[:1], Threshold=0)
    data(*map(float, range(1, 11)))
    data(1.0, Dimensions=ferry)
    advance(60)
    names = ("average", "p90", "seconds", "aurora", "ship")
    assert [state(one) for one in names] == [
        "ALARM",
        "ALARM",
        "INSUFFICIENT_DATA",
        "ALARM",
        "INSUFFICIENT_DATA",
    ]
    assert json.loads(alarm("p90")["StateReasonData"])["recentDatapoints"] == [9.1]


def _math(expression: str) -> list[dict[str, Any]]:
    stats = [
        {
            "Id": name.lower(),
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": "Ferry", "MetricName": name},
                "Period": 60,
                "Stat": "Sum",
            },
        }
        for name in ("Errors", "Calls")
    ]
    return [{"Id": "e1", "Expression": expression, "Label": "Rate"}, *stats]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("errors / calls * 100", 20.0),
        ("100 * (errors + 1) / calls", 30.0),
        ("SUM([errors, calls])", 12.0),
        ("SUM(METRICS())", 12.0),
        ("IF(calls > 5, errors, 0)", 2.0),
        ("IF(calls < 5 OR errors == 2, -errors + 9 % 4, 0)", -1.0),
        ("MAX(METRICS()) - MIN([errors, calls]) ^ 2", 6.0),
        ("FILL(errors, 7) + AVG(calls)", 12.0),
    ],
)
def test_cw_alarm_eval_computes(expression: str, value: float) -> None:
    changes = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"))
    put(Metrics=_math(expression), Threshold=-50.0, **changes)
    data(2.0)
    data(10.0, name="Calls")
    advance(60)
    found = alarm()
    assert found["StateReason"] == (
        f"Threshold Crossed: 1 datapoint [{value} (05/01/26 10:00:00)] was greater than the "
        "threshold (-50.0)."
    )
    assert json.loads(found["StateReasonData"])["evaluatedDatapoints"] == [
        {"timestamp": "2026-01-05T10:00:00.000+0000", "value": value}
    ]


def test_cw_alarm_eval_says_what_it_cannot() -> None:
    changes: dict[str, Any] = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"))
    code, message = refusal(Metrics=_math("ANOMALY(errors)"), **changes)
    assert (code, "ANOMALY" in message) == ("NotSimulated", True)
    assert refusal(Metrics=_math("SEARCH('x', 'Sum')"), **changes)[1] == (
        "SEARCH is not supported on Metric Alarms."
    )
    assert "Undefined id 'm1'" in refusal(Metrics=_math("m1 + 1"), **changes)[1]
    assert refusal(Period=3600, EvaluationPeriods=200)[1] == (
        "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= "
        "604800)."
    )
    assert refusal(TreatMissingData="maybe")[1].startswith("Option maybe is not supported.")
    assert refusal(Period=7)[0] == "ValidationError"
    assert refusal(DatapointsToAlarm=2)[0] == "ValidationError"


def test_cw_alarm_eval_keeps_the_state_of_a_changed_alarm() -> None:
    put()
    data(5.0)
    advance(60)
    put(Threshold=100.0)
    assert state() == "ALARM"
    advance(60)
    assert state() == "OK"


def test_cw_alarm_eval_hears_of_metrics_of_services() -> None:
    put(
        Namespace="AWS/Lambda",
        Dimensions=[{"Name": "FunctionName", "Value": "tickets"}],
        Threshold=0.0,
    )
    metrics.record(
        ACCOUNT,
        "us-east-1",
        "AWS/Lambda",
        "Errors",
        {"FunctionName": "tickets"},
        1.0,
        "Count",
        lab().clock.time(),
    )
    advance(60)
    assert state() == "ALARM"
    assert alarms.state(ACCOUNT, "us-east-1", alarm()["AlarmArn"]) == "ALARM"
    assert alarms.state(ACCOUNT, "us-east-1", "none") is None
    listed = client("cloudwatch").list_metrics(Namespace="AWS/Lambda")["Metrics"]
    assert [one["MetricName"] for one in listed] == ["Errors"]


def test_cw_alarm_eval_is_watched() -> None:
    seen = []
    put()
    watch = alarms.watch(
        ACCOUNT, "us-east-1", "errors", lambda change: seen.append(change.new.value)
    )
    data(5.0)
    advance(60)
    watch.cancel()
    client("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="x")
    assert seen == ["ALARM"]


def test_cw_alarm_eval_metric_data_as_statistics() -> None:
    data(1.0, 3.0)
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_data(
        Namespace="Ferry",
        MetricData=[{"MetricName": "Errors", "Values": [10.0], "Counts": [2.0]}],
    )
    span = {"StartTime": START, "EndTime": START + timedelta(minutes=5)}
    found = cloudwatch.get_metric_statistics(
        Namespace="Ferry",
        MetricName="Errors",
        Period=60,
        Statistics=["Sum", "SampleCount", "Maximum"],
        ExtendedStatistics=["p50"],
        **span,
    )["Datapoints"]
    assert [(one["Sum"], one["SampleCount"], one["Maximum"]) for one in found] == [(24, 4, 10)]
    assert found[0]["ExtendedStatistics"] == {"p50": 6.5}
    data(2.0, name="Calls")
    answer = cloudwatch.get_metric_data(MetricDataQueries=_math("errors / calls"), **span)
    assert [(one["Label"], one["Values"]) for one in answer["MetricDataResults"]] == [
        ("Rate", [12.0])
    ]
    with pytest.raises(ClientError, match="two hours in the future"):
        data(1.0, ago=-3 * 3600)
    with pytest.raises(ClientError, match="AWS/Lambda for parameter Namespace is invalid"):
        cloudwatch.put_metric_data(
            Namespace="AWS/Lambda", MetricData=[{"MetricName": "Errors", "Value": 1}]
        )


def _asked(*stats: tuple[str, int], **more: str) -> dict[str, Any]:
    metric = {"Namespace": "Ferry", "MetricName": "Errors"}
    queries = [
        {
            "Id": f"m{number}",
            "MetricStat": {"Metric": metric, "Stat": stat, "Period": period, **more},
        }
        for number, (stat, period) in enumerate(stats)
    ]
    found = client("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=START, EndTime=START + timedelta(minutes=5)
    )
    return dict(found)


@pytest.mark.parametrize(
    ("stats", "labels"),
    [
        ([("Sum", 60)], ["Errors"]),
        ([("Sum", 60), ("Minimum", 60)], ["Errors Sum", "Errors Minimum"]),
        ([("Sum", 60), ("Sum", 30)], ["Errors 60", "Errors 30"]),
        ([("Sum", 60), ("Minimum", 30)], ["Errors Sum 60", "Errors Minimum 30"]),
    ],
)
def test_cw_alarm_eval_labels_of_metric_data(
    stats: list[tuple[str, int]], labels: list[str]
) -> None:
    """As recorded answers have them."""
    data(2.0)
    assert [one["Label"] for one in _asked(*stats)["MetricDataResults"]] == labels


def test_cw_alarm_eval_metric_data_in_several_units() -> None:
    data(2.0, Unit="Seconds")
    data(2000.0, Unit="Milliseconds")
    (found,) = _asked(("Sum", 60))["MetricDataResults"]
    assert found["Values"] == [2000.0]
    assert found["Messages"] == [
        {
            "Code": "MultipleUnits",
            "Value": "Multiple units returned: '[Milliseconds, Seconds]'",
        }
    ]
    (found,) = _asked(("Sum", 60), Unit="Seconds")["MetricDataResults"]
    assert found["Values"] == [2.0]
    points = client("cloudwatch").get_metric_statistics(
        Namespace="Ferry",
        MetricName="Errors",
        Period=60,
        Statistics=["Sum"],
        StartTime=START,
        EndTime=START + timedelta(minutes=5),
    )["Datapoints"]
    assert {one["Unit"]: one["Sum"] for one in points} == {"Seconds": 2.0, "Milliseconds": 2000.0}
