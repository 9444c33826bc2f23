"""What alarms send: to SNS, to Lambda, and to EventBridge.

Follows "Alarm events and EventBridge" and "Using Amazon CloudWatch alarms", CloudWatch User Guide,
and messages recorded from AWS.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import botocore.session
from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudwatch.alarms import Alarm, Change, State, written
from dryrun.cloud.cloudwatch.histories import lowered

Shown = dict[str, Any]


def subject(change: Change) -> str:
    """Return the subject of an e-mail about a change."""
    text = f'{change.new.value}: "{change.alarm.name}" in {_region(change.alarm.region)}'
    return text if len(text) <= 100 else f"{text[:97]}..."


def notification(change: Change) -> str:
    """Return the message to a topic."""
    alarm, settings = change.alarm, change.alarm.settings
    message: Shown = {
        "AlarmName": alarm.name,
        "AlarmDescription": settings.get("AlarmDescription"),
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": written(alarm.configured),
        "NewStateValue": change.new.value,
        "NewStateReason": change.new.reason,
        "StateChangeTime": written(change.new.at),
        "Region": _region(alarm.region),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": change.old.value,
        "OKActions": alarm.actions("OK"),
        "AlarmActions": alarm.actions("ALARM"),
        "InsufficientDataActions": alarm.actions("INSUFFICIENT_DATA"),
    }
    if alarm.composite:
        message["AlarmRule"] = settings["AlarmRule"]
        message["TriggeringChildren"] = _children(change.new)
    else:
        message["Trigger"] = _trigger(settings)
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


def invocation(change: Change) -> str:
    """Return the event a Lambda function is invoked with."""
    event = {
        "source": "aws.cloudwatch",
        "alarmArn": change.alarm.alarm_arn,
        "accountId": change.alarm.account,
        "time": written(change.new.at),
        "region": change.alarm.region,
        "alarmData": detail(change),
    }
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def detail(change: Change) -> Shown:
    """Return the detail of a "CloudWatch Alarm State Change"."""
    new = _state(change.new)
    if change.alarm.suppressed_by:
        new = {
            "actionsSuppressedBy": change.alarm.suppressed_by,
            "actionsSuppressedReason": f"Actions suppressed by {change.alarm.suppressed_by}",
            **new,
        }
    return {
        "alarmName": change.alarm.name,
        "state": new,
        "previousState": _state(change.old),
        "configuration": _configuration(change.alarm),
    }


def _state(state: State) -> Shown:
    return {
        "value": state.value,
        "reason": state.reason,
        **({"reasonData": state.data} if state.data else {}),
        "timestamp": written(state.at),
    }


def _children(state: State) -> list[Shown]:
    found = json.loads(state.data or "{}").get("triggeringAlarms", [])
    return [
        {
            "Arn": one["arn"],
            "State": {"Value": one["state"]["value"], "Timestamp": one["state"]["timestamp"]},
        }
        for one in found
    ]


def _trigger(settings: Shown) -> Shown:
    trigger: Shown = {}
    if "Metrics" in settings:
        trigger["Metrics"] = [_spoken(one) for one in settings["Metrics"]]
        period = next((one["Period"] for one in settings["Metrics"] if "Period" in one), None)
        trigger["Period"] = period or settings.get("Period") or 60
    else:
        extended = "ExtendedStatistic" in settings
        trigger = {
            "MetricName": settings.get("MetricName"),
            "Namespace": settings.get("Namespace"),
            "StatisticType": "ExtendedStatistic" if extended else "Statistic",
            **(
                {"ExtendedStatistic": settings["ExtendedStatistic"]}
                if extended
                else {"Statistic": _capitals(settings.get("Statistic", ""))}
            ),
            "Unit": settings.get("Unit"),
            "Dimensions": [
                {"value": one["Value"], "name": one["Name"]}
                for one in settings.get("Dimensions") or ()
            ],
            "Period": settings.get("Period"),
        }
    trigger["EvaluationPeriods"] = settings["EvaluationPeriods"]
    if "DatapointsToAlarm" in settings:
        trigger["DatapointsToAlarm"] = settings["DatapointsToAlarm"]
    trigger["ComparisonOperator"] = settings["ComparisonOperator"]
    trigger["Threshold"] = settings.get("Threshold")
    trigger["TreatMissingData"] = settings.get("TreatMissingData") or "missing"
    trigger["EvaluateLowSampleCountPercentile"] = settings.get(
        "EvaluateLowSampleCountPercentile", ""
    )
    return trigger


def _capitals(statistic: str) -> str:
    return "SAMPLE_COUNT" if statistic == "SampleCount" else statistic.upper()


def _spoken(query: Shown) -> Shown:
    """Return a query as messages have it: lists of dimensions in small letters."""
    shown = dict(query)
    shown.setdefault("ReturnData", True)
    if "MetricStat" in shown:
        stat = dict(shown["MetricStat"])
        dimensions = stat["Metric"].get("Dimensions") or ()
        stat["Metric"] = {
            "Dimensions": [{"value": one["Value"], "name": one["Name"]} for one in dimensions],
            "MetricName": stat["Metric"].get("MetricName"),
            "Namespace": stat["Metric"].get("Namespace"),
        }
        shown["MetricStat"] = stat
    return shown


def _configuration(alarm: Alarm) -> Shown:
    settings = alarm.settings
    found: Shown = {}
    if alarm.composite:
        found["alarmRule"] = settings["AlarmRule"]
        for name in (
            "ActionsSuppressor",
            "ActionsSuppressorWaitPeriod",
            "ActionsSuppressorExtensionPeriod",
        ):
            if name in settings:
                found[lowered({name: 0}).popitem()[0]] = settings[name]
    if settings.get("AlarmDescription"):
        found["description"] = settings["AlarmDescription"]
    if "Metrics" in settings:
        found["metrics"] = [_query(one) for one in settings["Metrics"]]
    elif not alarm.composite:
        stat = {
            "Metric": settings,
            "Period": settings.get("Period"),
            "Stat": settings.get("Statistic") or settings.get("ExtendedStatistic"),
            **({"Unit": settings["Unit"]} if settings.get("Unit") else {}),
        }
        found["metrics"] = [
            _query({"Id": str(mock_random.uuid4()), "MetricStat": stat, "ReturnData": True})
        ]
    return found


def _query(query: Shown) -> Shown:
    found: Shown = {"id": query["Id"]}
    if "Expression" in query:
        found["expression"] = query["Expression"]
    if query.get("Label"):
        found["label"] = query["Label"]
    if "MetricStat" in query:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        found["metricStat"] = {
            "metric": {
                "namespace": metric.get("Namespace"),
                "name": metric.get("MetricName"),
                "dimensions": {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()},
            },
            "period": stat["Period"],
            "stat": stat["Stat"],
            **({"unit": stat["Unit"]} if stat.get("Unit") else {}),
        }
    found["returnData"] = query.get("ReturnData", True)
    return found


@functools.cache
def _region(name: str) -> str:
    """Return a region's full name, as alarms write it: US East (N. Virginia)."""
    loader = botocore.session.get_session().get_component("data_loader")
    for partition in loader.load_data("endpoints")["partitions"]:
        if name in partition["regions"]:
            found = str(partition["regions"][name]["description"])
            return found.replace("Europe (", "EU (")
    return name
