"""Composite alarms: their rules, and the states that come of them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client, several

from dryrun.cloud.cloudwatch.rules import RuleError, parsed

STATES = {"hot": "ALARM", "full": "OK", "arn:aws:cloudwatch:r:1:alarm:far": "INSUFFICIENT_DATA"}


AT_LEAST = ["AT_LEAST(0, OK, (hot))", "AT_LEAST(1, OK, ())", "AT_LEAST(1, GOOD, (hot))"]


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(hot)", True),
        ('ALARM("hot") AND ALARM(full)', False),
        ("ALARM(full) OR NOT OK(hot)", True),
        ("NOT (ALARM(hot) OR ALARM(full))", False),
        ("TRUE AND OK('full')", True),
        ("FALSE", False),
        ("INSUFFICIENT_DATA(arn:aws:cloudwatch:r:1:alarm:far) AND ALARM(hot)", True),
        ("ALARM(full) AND FALSE OR ALARM(hot)", True),
        ('AT_LEAST(1, ALARM, (hot, "full"))', True),
        ("AT_LEAST(2, ALARM , (hot, full)) OR FALSE", False),
        ("AT_LEAST(50%, NOT OK, (hot, full))", True),
        ("NOT AT_LEAST(51%, NOT OK, (hot, full))", True),
        ('AT_LEAST( 2,NOT ALARM,( full ,"arn:aws:cloudwatch:r:1:alarm:far") )', True),
    ],
)
def test_rules(rule: str, *, holds: bool) -> None:
    assert parsed(rule).holds(STATES.__getitem__) is holds


@pytest.mark.parametrize(
    "rule", ["", "hot", "ALARM(hot", "ALARM(hot) AND", "ALARM() OR TRUE", ")", *AT_LEAST]
)
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(RuleError):
        parsed(rule)


def _alarm(name: str) -> Trial:
    properties = {
        "AlarmName": name,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "MetricName": "CPUUtilization",
        "Namespace": "AWS/EC2",
        "Period": 60,
        "Statistic": "Average",
        "Threshold": 1,
    }
    return Trial("AWS::CloudWatch::Alarm", properties, name)


def test_a_composite_alarm_follows_the_others() -> None:
    cloudwatch = client("cloudwatch")
    with several(_alarm("composite-a"), _alarm("composite-b")):
        properties = {
            "AlarmName": "composite",
            "AlarmRule": "ALARM(composite-a) AND ALARM(composite-b)",
            "Tags": [{"Key": "team", "Value": "a"}],
        }
        with Trial("AWS::CloudWatch::CompositeAlarm", properties, "Both") as trial:
            assert trial.read()["AlarmRule"] == properties["AlarmRule"]
            assert trial.read()["Tags"] == properties["Tags"]
            seen = []
            for name in ("composite-a", "composite-b"):
                cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
                found = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])
                seen += [one["StateValue"] for one in found["CompositeAlarms"]]
            assert seen == ["OK", "ALARM"]
            changed = {**properties, "AlarmRule": "OK(composite-a)"}
            assert trial.update(changed)["AlarmRule"] == "OK(composite-a)"
            names = [one["AlarmName"] for one in cloudwatch.describe_alarms()["MetricAlarms"]]
            assert "composite" not in names
    with pytest.raises(ClientError, match="do not exist"):
        cloudwatch.put_composite_alarm(AlarmName="other", AlarmRule="ALARM(nothing)")
