"""What lab 10-02 works on: a rule for sold tickets, and those who want to hear of them."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.eventbridge import doors
from dryrun.checks.eventbridge.matching import ACCOUNT, REGION, rule
from dryrun.checks.exceptions import Broken

RULE = "ferry-sales"
RULE_ARN = doors.rule_arn(RULE)
SOURCE, SOLD = "ferry.tickets", "Ticket Sold"
PATTERN = {"source": [SOURCE], "detail-type": [SOLD]}
DESK, DEAD, BELL = "ferry-desk", "ferry-dead", "ferry-bell"
PRINTER = "ferry-printer"
PRINTER_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{PRINTER}"
PRINTER_LOG = f"/aws/lambda/{PRINTER}"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:ferry-captain"
CAPTAIN = "captain@ferry.example"
BOOK = "/ferry/book"
BOOK_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{BOOK}"
IRELAND, SHELF = "eu-west-1", "/ferry/ireland"
FAR_BUS = f"arn:aws:events:{IRELAND}:{ACCOUNT}:event-bus/default"
SENDS_ON, CALLS = "ferry-sends-on", "ferry-calls"

_CODE = """\
def handler(event, context):
    print("printed", event["detail"]["order"])
"""
_BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def prepare(account: Account) -> None:
    """Make the rule with its one target, and the others that nothing reaches yet."""
    sqs, events = account.client("sqs"), account.client("events")
    events.put_rule(Name=RULE, EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule=RULE, Targets=[{"Id": "desk", "Arn": doors.queue_arn(DESK)}])
    # Nothing hides for a while: everybody may look as often as they like.
    sqs.create_queue(QueueName=DESK, Attributes={"VisibilityTimeout": "0"})
    for name in (DEAD, BELL):
        arn = doors.queue_arn(name)
        policy = doors.opening("sqs:SendMessage", arn, doors.rule_arn("ferry-*"))
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0", "Policy": policy})
    _make_printer(account)
    _make_topic(account)
    _make_logs(account, REGION, BOOK)
    _make_logs(account, IRELAND, SHELF)
    _make_far_rule(account)
    for name in (SENDS_ON, CALLS):
        _make_role(account, name, "events.amazonaws.com")
    _may(account, CALLS, "events:InvokeApiDestination", "*")


def _make_printer(account: Account) -> None:
    role = _make_role(account, PRINTER, "lambda.amazonaws.com")
    account.client("iam").attach_role_policy(RoleName=PRINTER, PolicyArn=_BASIC)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        # The same bytes in every run.
        file.writestr(zipfile.ZipInfo("app.py"), _CODE)
    account.client("lambda").create_function(
        FunctionName=PRINTER,
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": data.getvalue()},
    )


def _make_topic(account: Account) -> None:
    """Make the captain's topic; the captain has confirmed long ago."""
    sns = account.client("sns")
    topic = sns.create_topic(Name=TOPIC_ARN.rpartition(":")[2])["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=CAPTAIN)
    sns.confirm_subscription(TopicArn=topic, Token=mails(account)[-1]["token"])


def _make_logs(account: Account, region: str, group: str) -> None:
    logs = account.client("logs", region)
    logs.create_log_group(logGroupName=group)
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": [doors.EVENTS, "delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{region}:{ACCOUNT}:log-group:/ferry/*:*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    logs.put_resource_policy(policyName="events-to-logs", policyDocument=policy)


def _make_far_rule(account: Account) -> None:
    far = account.client("events", IRELAND)
    far.put_rule(Name="all-sales", EventPattern=json.dumps(PATTERN))
    shelf = f"arn:aws:logs:{IRELAND}:{ACCOUNT}:log-group:{SHELF}"
    far.put_targets(Rule="all-sales", Targets=[{"Id": "shelf", "Arn": shelf}])


def _make_role(account: Account, name: str, service: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = account.client("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    return str(made["Role"]["Arn"])


def _may(account: Account, role: str, action: str, resource: str) -> None:
    allow = {"Effect": "Allow", "Action": action, "Resource": resource}
    account.client("iam").put_role_policy(
        RoleName=role,
        PolicyName="may",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )


def let_send_on(account: Account) -> None:
    """Let the role put events on the bus in Ireland, for solvers."""
    _may(account, SENDS_ON, "events:PutEvents", FAR_BUS)


# What there is


def sell(account: Account, order: str) -> None:
    """Sell a ticket, as the tills do."""
    detail = json.dumps({"order": order, "port": "helgoland", "seats": 2})
    entry = {"Source": SOURCE, "DetailType": SOLD, "Detail": detail}
    account.client("events").put_events(Entries=[entry])


def sold(account: Account) -> list[str]:
    """Return the orders of the tickets that were sold, oldest first."""
    found = []
    for call in account.calls("events", "PutEvents"):
        for entry in call.parameters.get("Entries", []):
            try:
                detail = json.loads(entry.get("Detail", ""))
            except ValueError:
                continue
            if entry.get("Source") == SOURCE and isinstance(detail, dict):
                found.append(str(detail.get("order", "")))
    return found


def mails(account: Account) -> list[dict[str, Any]]:
    """Return the captain's mails, oldest first."""
    found: list[dict[str, Any]] = account.control("mailbox", {"to": CAPTAIN})["mails"]
    return found


def target(account: Account, arn: str, name: str = RULE) -> dict[str, Any] | None:
    """Return the target of a rule with this ARN, or None; for logs with or without ":*"."""
    if rule(account, name) is None:
        raise Broken(f"The rule {name}, which this lab made, is gone; use lab.reset().")
    found = account.client("events").list_targets_by_rule(Rule=name)["Targets"]
    return next((one for one in found if one["Arn"].removesuffix(":*") == arn), None)


def deliveries(account: Account, arn: str) -> list[dict[str, Any]]:
    """Return what was tried for a target in the name of the rule, oldest first."""
    found = account.control("deliveries", {})["deliveries"]
    return [
        one
        for one in found
        if one["source"] == RULE_ARN and one["target"].removesuffix(":*") == arn
    ]


def lines(account: Account, group: str, region: str = REGION) -> list[str]:
    """Return what a log group holds, oldest first; nothing while there is none."""
    try:
        pages = account.client("logs", region).get_paginator("filter_log_events")
        return [
            str(row["message"])
            for page in pages.paginate(logGroupName=group)
            for row in page["events"]
        ]
    except ClientError:
        return []
