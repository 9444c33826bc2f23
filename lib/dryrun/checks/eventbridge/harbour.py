"""Ferry's harbour at night, in which lab 10-03 plays: what is there, and when the night begins.

It is the night in which the clocks of Berlin go forward, in whichever year that comes next.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from dryrun.checks.account import DEFAULT_REGION, Account

ACCOUNT_ID = "123456789012"
REGION = DEFAULT_REGION
ZONE = "Europe/Berlin"

NIGHT_LOG, LETTERS = "night-log", "night-letters"
SOLD, OFFICE = "ferry-sold", "ferry-office"
SCHEDULER_ROLE, LIGHTHOUSE_ROLE, PIPE_ROLE = "ferry-scheduler", "ferry-lighthouse", "ferry-pipe"
OTHER_ROLE = "ferry-rules"
LOOK_UP = "look-up-boat"
GROUP = "harbour"
LIGHTHOUSE, FIRST_BOAT, REPORT = "lighthouse", "first-boat", "till-report"

_FUNCTION = '''\
"""Look up on which boat a group sails."""
import json


def handler(event, context):
    groups = [json.loads(one["body"]) for one in event]
    return [{**one, "boat": "Aurora" if one["seats"] >= 20 else "Heron"} for one in groups]
'''


def queue_arn(name: str) -> str:
    """Return the ARN of a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{name}"


def role_arn(name: str) -> str:
    """Return the ARN of a role."""
    return f"arn:aws:iam::{ACCOUNT_ID}:role/{name}"


def function_arn(name: str) -> str:
    """Return the ARN of a function."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"


def prepare(account: Account) -> None:
    """Make the harbour, on the evening before the clocks go forward; time stands still then."""
    _make_queues(account)
    _make_roles(account)
    account.client("lambda").create_function(
        FunctionName=LOOK_UP,
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Handler="app.handler",
        Role=role_arn(LOOK_UP),
        Code={"ZipFile": _package()},
    )
    _begin_the_night(account)
    _make_schedules(account)


def now(account: Account) -> datetime:
    """Return the time of the pretend account."""
    return datetime.fromisoformat(str(account.control("clock", {"action": "get"})["now"]))


def evening(moment: datetime) -> datetime:
    """Return the next 18:00 UTC, after `moment`, on the last Saturday but one day of March.

    The clocks of Berlin go forward on the last Sunday of March.
    """
    for year in (moment.year, moment.year + 1):
        last = datetime(year, 3, 31, tzinfo=UTC)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        begin = sunday - timedelta(days=1) + timedelta(hours=18)
        if begin > moment:
            return begin
    raise AssertionError("there is such an evening in each year")


def _begin_the_night(account: Account) -> None:
    account.control("clock", {"action": "mode", "mode": "paused"})
    until = evening(now(account)).timestamp()
    account.control("clock", {"action": "advance", "until": until})


def _make_queues(account: Account) -> None:
    sqs = account.client("sqs")
    for name in (NIGHT_LOG, LETTERS, SOLD, OFFICE):
        sqs.create_queue(QueueName=name)
    rules = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn(NIGHT_LOG),
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/*"}},
    }
    url = sqs.get_queue_url(QueueName=NIGHT_LOG)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(rules)})


def _make_roles(account: Account) -> None:
    log, letters = queue_arn(NIGHT_LOG), queue_arn(LETTERS)
    _make_role(account, SCHEDULER_ROLE, "scheduler", {"sqs:SendMessage": [log, letters]})
    _make_role(account, LIGHTHOUSE_ROLE, "scheduler", {"sqs:SendMessage": [letters]})
    _make_role(account, OTHER_ROLE, "events", {"sqs:SendMessage": [log]})
    _make_role(account, LOOK_UP, "lambda", {"logs:*": ["*"]})
    source = [queue_arn(SOLD)]
    _make_role(
        account,
        PIPE_ROLE,
        "pipes",
        {
            "sqs:ReceiveMessage": source,
            "sqs:DeleteMessage": source,
            "sqs:GetQueueAttributes": source,
            "sqs:SendMessage": [queue_arn(OFFICE)],
            "lambda:InvokeFunction": [function_arn(LOOK_UP)],
        },
    )


def _make_role(account: Account, name: str, service: str, may: dict[str, list[str]]) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    iam = account.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
    allowed = [
        {"Effect": "Allow", "Action": action, "Resource": where} for action, where in may.items()
    ]
    iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=document(*allowed))


def document(*statements: dict[str, Any]) -> str:
    """Return a policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _package() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        # A fixed date, so that the code's checksum is the same each time.
        file.writestr(zipfile.ZipInfo("app.py", (2026, 1, 1, 0, 0, 0)), _FUNCTION)
    return data.getvalue()


def _make_schedules(account: Account) -> None:
    account.client("scheduler").create_schedule_group(Name=GROUP)
    _make_schedule(account, LIGHTHOUSE, "cron(0 21 * * ? *)", "UTC", LIGHTHOUSE_ROLE)
    _make_schedule(account, FIRST_BOAT, "cron(0 5 * * ? *)", ZONE, SCHEDULER_ROLE)
    _make_schedule(account, REPORT, "cron(30 2 * * ? *)", ZONE, SCHEDULER_ROLE)


def _make_schedule(account: Account, name: str, expression: str, zone: str, role: str) -> None:
    account.client("scheduler").create_schedule(
        Name=name,
        GroupName=GROUP,
        ScheduleExpression=expression,
        ScheduleExpressionTimezone=zone,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": queue_arn(NIGHT_LOG),
            "RoleArn": role_arn(role),
            "Input": json.dumps({"task": name}),
            "DeadLetterConfig": {"Arn": queue_arn(LETTERS)},
            "RetryPolicy": {"MaximumRetryAttempts": 3},
        },
    )
