"""Alarms and functions: what functions report of themselves, and what alarms invoke.

CW-ALARM-EVAL and CW-ALARM-ACTION, with functions that run.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from functions import Account

from dryrun.cloud.launcher import Running
from dryrun.cloud.server import SHORTEST_LIFE

SOURCE = """
import json
import os
import signal
import time

def handler(event, context):
    if event.get("fails"):
        raise RuntimeError("the tide is out")
    print("TOLD " + json.dumps(event))
"""
ALARM = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:tides"


@pytest.fixture(scope="module")
def account(running: Running) -> Account:
    made = Account(running)
    role = made.role("function")
    made.function("tides", SOURCE, role)
    made.function("told", SOURCE, role)
    made.client("cloudwatch").put_metric_alarm(
        AlarmName="tides",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "tides"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=["arn:aws:lambda:us-east-1:123456789012:function:told"],
    )
    return made


def advance(account: Account, seconds: float) -> None:
    account.running.control("clock", {"action": "advance", "seconds": seconds})


def history(account: Account) -> list[dict[str, Any]]:
    found = account.client("cloudwatch").describe_alarm_history(
        AlarmName="tides", HistoryItemType="Action"
    )
    return list(found["AlarmHistoryItems"])


def state(account: Account) -> str:
    found = account.client("cloudwatch").describe_alarms(AlarmNames=["tides"])
    return str(found["MetricAlarms"][0]["StateValue"])


def test_cw_alarm_action_invokes_a_function_that_lets_it(account: Account) -> None:
    account.invoke("tides", {"fails": True})
    advance(account, 120)
    assert state(account) == "ALARM"
    (refused,) = history(account)
    assert refused["HistorySummary"].startswith("Failed to execute action")
    advance(account, 600)
    assert state(account) == "OK"
    account.client("lambda").add_permission(
        FunctionName="told",
        StatementId="alarms",
        Action="lambda:InvokeFunction",
        Principal="lambda.alarms.cloudwatch.amazonaws.com",
        SourceArn=ALARM,
    )
    account.invoke("tides", {"fails": True})
    advance(account, 120)
    assert state(account) == "ALARM"
    done = history(account)[0]
    assert done["HistorySummary"].startswith("Successfully executed action")
    events = account.client("logs").filter_log_events(logGroupName="/aws/lambda/told")["events"]
    (said,) = [json.loads(one["message"][5:]) for one in events if "TOLD" in one["message"]]
    assert said["alarmArn"] == ALARM
    assert said["alarmData"]["state"]["value"] == "ALARM"
    assert said["alarmData"]["configuration"]["metrics"][0]["metricStat"]["stat"] == "Sum"


def _worker(account: Account) -> int:
    children = f"/proc/{account.running.pid}/task/{account.running.pid}/children"
    with Path(children).open() as file:
        return int(file.read().split()[0])


def test_cw_alarm_eval_is_the_same_in_a_new_process(account: Account) -> None:
    """What was on the clock is again, and evaluates to the same."""
    account.running.control("clock", {"action": "mode", "mode": "paused"})
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="later",
        Namespace="Ferry",
        MetricName="Late",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.put_metric_data(Namespace="Ferry", MetricData=[{"MetricName": "Late", "Value": 1}])
    before = _seen(account)
    time.sleep(SHORTEST_LIFE)  # the keeper gives up on one that dies sooner
    os.kill(_worker(account), signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            after = _seen(account)
            break
        except Exception:
            time.sleep(0.2)
    assert after == before
    advance(account, 60)
    assert _seen(account)["later"][0] == "ALARM"


def _seen(account: Account) -> dict[str, list[str]]:
    cloudwatch = account.client("cloudwatch")
    told = [one["HistoryData"] for one in cloudwatch.describe_alarm_history()["AlarmHistoryItems"]]
    found = cloudwatch.describe_alarms()["MetricAlarms"]
    return {one["AlarmName"]: [one["StateValue"], one["StateReason"], *told] for one in found}
