"""AWS::CloudWatch, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

ALARM = "AWS::CloudWatch::Alarm"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
COMPARED = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 2,
    "Threshold": 5.0,
}


def test_alarm() -> None:
    properties = {
        **COMPARED,
        "MetricName": "Errors",
        "Namespace": "AWS/Lambda",
        "Statistic": "Sum",
        "Period": 60,
        "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
        "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:t"],
        "TreatMissingData": "notBreaching",
        "DatapointsToAlarm": 1,
        "ActionsEnabled": False,
        "Tags": TAGS,
    }
    with Trial(ALARM, properties) as alarm:
        found = alarm.read()
        assert found["Arn"].endswith(f":alarm:{alarm.physical_id}")
        assert {name: found[name] for name in properties} == properties
        fewer = {name: value for name, value in properties.items() if name != "AlarmActions"}
        found = alarm.update({**fewer, "Threshold": 7.0, "Tags": TAGS[:1]})
        assert "AlarmActions" not in found
        assert (found["Threshold"], found["Tags"]) == (7.0, TAGS[:1])
        found = alarm.update({**fewer, "Threshold": 8})
        assert repr(found["Threshold"]) == "8"
        with pytest.raises(ResourceError, match="already exists"):
            Trial(ALARM, {**fewer, "AlarmName": alarm.physical_id}).create()
    again = Trial(ALARM, {**fewer, "AlarmName": alarm.physical_id, "Tags": []})
    with again:
        assert again.read()["Tags"] == []


def test_alarm_on_an_expression() -> None:
    metric = {"Namespace": "Ferry", "MetricName": "Late"}
    queries: list[dict[str, Any]] = [
        {"Id": "rate", "Expression": "late * 100", "Label": "Rate"},
        {
            "Id": "late",
            "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        },
    ]
    properties = {**COMPARED, "Metrics": queries}
    with Trial(ALARM, properties) as alarm:
        found = alarm.read()
        assert {name: found[name] for name in properties} == properties
        other = [{**queries[0], "AccountId": "1"}]
        assert "Metrics.AccountId" in str(alarm.provider.unsupported({"Metrics": other}))


def test_dashboard() -> None:
    properties = {"DashboardName": "ferry", "DashboardBody": '{"widgets": []}'}
    with Trial("AWS::CloudWatch::Dashboard", properties) as dashboard:
        assert dashboard.read() == properties
        changed = {**properties, "DashboardBody": '{"widgets":[], "start": "-PT1H"}'}
        assert dashboard.update(changed) == changed
        with pytest.raises(ResourceError, match="DashboardBody"):
            dashboard.update({**properties, "DashboardBody": "{"})


def test_insight_rule() -> None:
    properties = {"RuleName": "top", "RuleState": "ENABLED", "RuleBody": '{"a": 1}'}
    with Trial("AWS::CloudWatch::InsightRule", properties) as rule:
        assert rule.read() == {"Arn": rule.physical_id, **properties}
        changed = {**properties, "RuleState": "DISABLED"}
        assert rule.update(changed)["RuleState"] == "DISABLED"
        found = client("cloudwatch").describe_insight_rules()["InsightRules"]
        assert [one["State"] for one in found if one["Name"] == "top"] == ["DISABLED"]
