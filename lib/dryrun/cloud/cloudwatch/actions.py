"""What alarms do when they change: tell EventBridge, and take the actions of their new state.

Follows "Alarm actions", CloudWatch User Guide, and "PutMetricAlarm", CloudWatch API Reference.
"""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud import clock as clocks
from dryrun.cloud import delivery, inside
from dryrun.cloud.cloudwatch import histories, messages
from dryrun.cloud.cloudwatch.alarms import Change
from dryrun.cloud.delivery import Delivery, Outcome, Sender
from dryrun.cloud.events import bus
from dryrun.cloud.identity import Caller, CallerKind

_PRINCIPAL = "cloudwatch.amazonaws.com"
_LAMBDA_PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"

_MACHINE = re.compile(
    r"arn:aws:automate:[^:]+:ec2:(?P<short>stop|terminate|reboot|recover)$"
    r"|arn:aws:swf:[^:]+:\d+:action/actions/AWS_EC2\.InstanceId\.(?P<long>\w+)/1\.0$"
)
_POLICY = re.compile(
    r"arn:aws:autoscaling:(?P<region>[^:]+):\d+:scalingPolicy:[^:]+:"
    r"autoScalingGroupName/(?P<group>[^:]+):policyName/(?P<name>.+)$"
)


def announce(change: Change) -> None:
    """Tell the account's event bus of a change."""
    alarm = change.alarm
    if not bus.listens(alarm.account, alarm.region):
        return
    bus.put_event(
        alarm.account,
        alarm.region,
        "aws.cloudwatch",
        "CloudWatch Alarm State Change",
        messages.detail(change),
        resources=(alarm.alarm_arn,),
    )


def take(change: Change) -> None:
    """Take the actions of an alarm's new state."""
    if not change.alarm.settings.get("ActionsEnabled", True):
        return
    for target in change.alarm.actions(change.new.value):
        _take(change, target)


def _take(change: Change, target: str) -> None:
    service = target.split(":")[2] if target.count(":") >= 5 else ""
    if service == "sns":
        message = messages.notification(change)
        published = json.dumps({"default": message}, separators=(",", ":"), ensure_ascii=False)
        _send(change, target, message, _PRINCIPAL, published, Subject=messages.subject(change))
    elif service == "lambda":
        _send(change, target, messages.invocation(change), _LAMBDA_PRINCIPAL, None)
    elif _MACHINE.match(target) or _POLICY.match(target):
        clocks.current().call_later(
            0, lambda: _call(change, target), what=f"alarm {change.alarm.name} acts on {target}"
        )
    else:
        kind = service or "this"
        histories.acted(change, target, None, f"Dry Run does not simulate actions of {kind}.")


def _send(
    change: Change, target: str, payload: str, principal: str, published: str | None, **options: Any
) -> None:
    alarm = change.alarm

    def ended(outcome: Outcome) -> None:
        error = None if outcome.delivered else outcome.error_message or outcome.error_code
        histories.acted(change, target, published, error)

    sender = Sender(principal, alarm.alarm_arn, alarm.account, alarm.region)
    # From memory: CloudWatch does not go on trying for a day, as EventBridge does.
    delivery.send(Delivery(sender, target, payload, options=options, max_attempts=2, done=ended))


def _call(change: Change, target: str) -> None:
    """Call the service an action is about, with the rights of CloudWatch's own role there."""
    caller = Caller(CallerKind.SERVICE, _PRINCIPAL, "", change.alarm.account, unchecked=True)
    error = None
    try:
        with inside.calling_as(caller):
            if match := _POLICY.match(target):
                inside.client("autoscaling", match["region"]).execute_policy(
                    AutoScalingGroupName=match["group"], PolicyName=match["name"]
                )
            else:
                error = _operate(change, target)
    except ClientError as failure:
        error = str(failure)
    histories.acted(change, target, None, error)


def _operate(change: Change, target: str) -> str | None:
    """Stop, terminate or reboot the instance an alarm is about; return why not."""
    match = _MACHINE.match(target)
    assert match is not None
    verb = (match["short"] or match["long"]).lower()
    machine = _instance(change)
    if machine is None:
        return "The alarm has no dimension InstanceId."
    if verb not in ("stop", "terminate", "reboot"):
        return f"Dry Run does not simulate the action {verb}."
    client = inside.client("ec2", change.alarm.region)
    getattr(client, f"{verb}_instances")(InstanceIds=[machine])
    return None


def _instance(change: Change) -> str | None:
    settings = change.alarm.settings
    metrics = [
        settings,
        *(
            one["MetricStat"]["Metric"]
            for one in settings.get("Metrics") or ()
            if "MetricStat" in one
        ),
    ]
    for metric in metrics:
        for one in metric.get("Dimensions") or ():
            if one["Name"] == "InstanceId":
                return str(one["Value"])
    return None
