"""A rule whose target sends events that the rule matches again: it ends, with a sentence."""

from __future__ import annotations

import json
import time
from typing import Any

from functions import Account

from dryrun.cloud.events.storms import MOST
from dryrun.cloud.launcher import Running

SOURCE = """
import json

import boto3

events = boto3.client("events")

def handler(event, context):
    entry = {"Source": "ferry", "DetailType": "Echo", "Detail": json.dumps(event["detail"])}
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        print("REFUSED", answer["Entries"][0]["ErrorMessage"])
"""
EVENTS = "arn:aws:iam::aws:policy/AmazonEventBridgeFullAccess"


def test_a_storm_through_a_function_is_cut_off(running: Running) -> None:
    account = Account(running)
    events, functions = account.client("events"), account.client("lambda")
    arn = account.function("echo", SOURCE, account.role("echo", EVENTS), Timeout=30)
    rule = events.put_rule(Name="echoes", EventPattern='{"source": ["ferry"]}')["RuleArn"]
    functions.add_permission(
        FunctionName="echo",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    events.put_targets(Rule="echoes", Targets=[{"Id": "f", "Arn": arn}])
    detail = json.dumps({"n": 1})
    begun = time.monotonic()
    events.put_events(Entries=[{"Source": "ferry", "DetailType": "Echo", "Detail": detail}])
    refused = _refused(account.client("logs"))
    while not refused and time.monotonic() - begun < 60:
        time.sleep(0.5)
        refused = _refused(account.client("logs"))
    (line,) = refused
    assert f"roles have put {MOST} events on the event bus default" in line


def _refused(logs: Any) -> list[str]:
    found = logs.filter_log_events(logGroupName="/aws/lambda/echo", filterPattern="REFUSED")
    return [one["message"] for one in found["events"] if "REFUSED" in one["message"]]
