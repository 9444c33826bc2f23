"""What the exercises of lab 10-03 ask of rules and schedules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.eventbridge import harbour, times
from dryrun.checks.eventbridge.harbour import (
    GROUP,
    LETTERS,
    LIGHTHOUSE,
    LIGHTHOUSE_ROLE,
    NIGHT_LOG,
    REPORT,
    SCHEDULER_ROLE,
    ZONE,
    queue_arn,
    role_arn,
)
from dryrun.checks.model import Evidence

RULE = "lock-the-gate"
RULE_TIMES = "cron(30 20 ? * SAT,SUN *)"
RULE_INPUT = {"task": RULE}
NIGHT, RADIO, RADIO_HOURS = "night", "radio-check", 2
RADIO_INPUT = {"task": RADIO}
FIREWORKS, FIREWORKS_AT = "fireworks", "23:45:00"
FIREWORKS_INPUT = {"task": FIREWORKS}
_ABSENT = ("ResourceNotFoundException", "NoSuchEntity")
_REPORT_HOURS = range(1, 6)

Refuse = Callable[[Account], Evidence | None]


# Looking


def rule(account: Account, name: str) -> dict[str, Any] | None:
    """Return a rule of the default bus, or None."""
    return _found(lambda: account.client("events").describe_rule(Name=name))


def schedule(account: Account, name: str, group: str) -> dict[str, Any] | None:
    """Return a schedule, or None."""
    scheduler = account.client("scheduler")
    return _found(lambda: scheduler.get_schedule(Name=name, GroupName=group))


def _found(ask: Callable[[], Any]) -> dict[str, Any] | None:
    try:
        return dict(ask())
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise


def _same(text: str, wanted: Any) -> bool:
    try:
        return bool(json.loads(text) == wanted)
    except ValueError:
        return False


def tried(account: Account, *operations: str) -> bool:
    """Tell whether the learner made one of these calls."""
    return any(call.operation in operations for call in account.calls())


def _no_rule() -> Evidence:
    return Evidence(f"a rule {RULE}", "none", "the default event bus")


def _no_schedule(name: str, group: str) -> Evidence:
    return Evidence(f"a schedule {name}", "none", f"schedule group {group}")


# 1 · a rule with a clock


def gate_times(account: Account) -> Evidence | None:
    """Find that the rule is due on Saturday and Sunday evenings."""
    found = rule(account, RULE)
    if found is None:
        return _no_rule()
    if found["State"] != "ENABLED":
        return Evidence("ENABLED", str(found["State"]), f"rule {RULE}, State")
    where = f"rule {RULE}, ScheduleExpression"
    return times.refuse_other_times(found, RULE_TIMES, "UTC", harbour.now(account), where)


def gate_target(account: Account) -> Evidence | None:
    """Find that the rule tells the night log, in the words that were asked for."""
    if rule(account, RULE) is None:
        return _no_rule()
    targets = account.client("events").list_targets_by_rule(Rule=RULE)["Targets"]
    where = f"rule {RULE}, targets"
    if [one["Arn"] for one in targets] != [queue_arn(NIGHT_LOG)]:
        found = ", ".join(one["Arn"].rpartition(":")[2] for one in targets)
        return Evidence(f"one target, the queue {NIGHT_LOG}", found or "none", where)
    if not _same(targets[0].get("Input", ""), RULE_INPUT):
        given = targets[0].get("Input", "no Input: the event itself")
        return Evidence(json.dumps(RULE_INPUT), given, f"{where}, Input")
    return None


def solve_gate(account: Account) -> None:
    """Make the rule and its target."""
    events = account.client("events")
    events.put_rule(Name=RULE, ScheduleExpression=RULE_TIMES)
    target = {"Id": "log", "Arn": queue_arn(NIGHT_LOG), "Input": json.dumps(RULE_INPUT)}
    events.put_targets(Rule=RULE, Targets=[target])


# 2 · a schedule in a group


def radio_grouped(account: Account) -> Evidence | None:
    """Find that the schedule is in its group."""
    groups = account.client("scheduler").list_schedule_groups(NamePrefix=NIGHT)["ScheduleGroups"]
    if NIGHT not in [group["Name"] for group in groups]:
        return Evidence(f"a group {NIGHT}", "none", "schedule groups")
    if schedule(account, RADIO, NIGHT) is None:
        return _no_schedule(RADIO, NIGHT)
    return None


def radio_times(account: Account) -> Evidence | None:
    """Find that the schedule is due every two hours, on the minute."""
    found = schedule(account, RADIO, NIGHT)
    if found is None:
        return _no_schedule(RADIO, NIGHT)
    if found["State"] != "ENABLED":
        return Evidence("ENABLED", str(found["State"]), f"schedule {RADIO}, State")
    if found["FlexibleTimeWindow"]["Mode"] != "OFF":
        return Evidence("OFF", "FLEXIBLE", f"schedule {RADIO}, FlexibleTimeWindow")
    where = f"schedule {RADIO}, ScheduleExpression"
    return times.refuse_other_gap(found, RADIO_HOURS, harbour.now(account), where)


def radio_target(account: Account) -> Evidence | None:
    """Find that the schedule tells the night log."""
    found = schedule(account, RADIO, NIGHT)
    if found is None:
        return _no_schedule(RADIO, NIGHT)
    return _refuse_target(found, RADIO, RADIO_INPUT)


def _refuse_target(found: dict[str, Any], name: str, text: Any) -> Evidence | None:
    target, where = found["Target"], f"schedule {name}, Target"
    if target["Arn"] != queue_arn(NIGHT_LOG):
        return Evidence(queue_arn(NIGHT_LOG), target["Arn"], f"{where}.Arn")
    if target["RoleArn"] != role_arn(SCHEDULER_ROLE):
        return Evidence(role_arn(SCHEDULER_ROLE), target["RoleArn"], f"{where}.RoleArn")
    if not _same(target.get("Input", ""), text):
        return Evidence(json.dumps(text), target.get("Input", "none"), f"{where}.Input")
    return None


def solve_radio(account: Account) -> None:
    """Make the group and the schedule."""
    scheduler = account.client("scheduler")
    scheduler.create_schedule_group(Name=NIGHT)
    scheduler.create_schedule(
        Name=RADIO,
        GroupName=NIGHT,
        ScheduleExpression="rate(2 hours)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=_target(RADIO_INPUT),
    )


def _target(text: Any) -> dict[str, Any]:
    return {
        "Arn": queue_arn(NIGHT_LOG),
        "RoleArn": role_arn(SCHEDULER_ROLE),
        "Input": json.dumps(text),
    }


# 3 · once


def fireworks_time(account: Account) -> Evidence | None:
    """Find that the fireworks are planned for tonight, or have gone off then."""
    found = _fireworks(account)
    if found is None:
        return _no_schedule(FIREWORKS, "default")
    expression = str(found["ScheduleExpression"])
    where = f"schedule {FIREWORKS}, ScheduleExpression"
    if not expression.startswith("at("):
        return Evidence("a schedule that fires once: at(…)", expression, where)
    zone = str(found.get("ScheduleExpressionTimezone") or "UTC")
    tonight = _tonight(account)
    planned = times.upcoming(expression, zone, tonight - timedelta(days=400))
    if planned != [tonight]:
        return Evidence(times.spoken([tonight]), times.spoken(planned), where)
    return None


def fireworks_vanish(account: Account) -> Evidence | None:
    """Find that the schedule goes when it has fired, or has gone."""
    found = _fireworks(account)
    if found is None:
        return _no_schedule(FIREWORKS, "default")
    if found.get("ActionAfterCompletion", "NONE") == "DELETE":
        return None
    return Evidence("DELETE", "NONE", f"schedule {FIREWORKS}, ActionAfterCompletion")


def fireworks_target(account: Account) -> Evidence | None:
    """Find that the schedule tells the night log."""
    found = _fireworks(account)
    if found is None:
        return _no_schedule(FIREWORKS, "default")
    return _refuse_target(found, FIREWORKS, FIREWORKS_INPUT)


def _fireworks(account: Account) -> dict[str, Any] | None:
    """Return the schedule; once it has deleted itself, as it was asked for last."""
    found = schedule(account, FIREWORKS, "default")
    if found is not None:
        return found
    arn = f":schedule/default/{FIREWORKS}"
    fired = account.control("deliveries", {})["deliveries"]
    if not any(str(one["source"]).endswith(arn) for one in fired):
        return None
    asked = [
        call.parameters
        for call in account.calls("scheduler")
        if call.operation in ("CreateSchedule", "UpdateSchedule")
        and call.error is None
        and call.parameters.get("Name") == FIREWORKS
    ]
    return dict(asked[-1]) if asked else None


def _tonight(account: Account) -> datetime:
    """Return when the fireworks are, of the night that began last or begins next."""
    begin = harbour.evening(harbour.now(account) - timedelta(days=2))
    there = datetime.fromisoformat(f"{begin.date()}T{FIREWORKS_AT}")
    return there.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def solve_fireworks(account: Account) -> None:
    """Make the schedule that fires once."""
    day = harbour.evening(harbour.now(account) - timedelta(days=2)).date()
    account.client("scheduler").create_schedule(
        Name=FIREWORKS,
        ScheduleExpression=f"at({day}T{FIREWORKS_AT})",
        ScheduleExpressionTimezone=ZONE,
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target=_target(FIREWORKS_INPUT),
    )


# 4 · what failed


def lighthouse_may(account: Account) -> Evidence | None:
    """Find that the lighthouse's schedule has a role with which it gets through."""
    found = schedule(account, LIGHTHOUSE, GROUP)
    if found is None:
        return _no_schedule(LIGHTHOUSE, GROUP)
    target = found["Target"]
    simulated = account.client("iam").simulate_principal_policy(
        PolicySourceArn=target["RoleArn"],
        ActionNames=["sqs:SendMessage"],
        ResourceArns=[target["Arn"]],
    )["EvaluationResults"]
    decision = simulated[0]["EvalDecision"]
    if decision == "allowed":
        return None
    role = target["RoleArn"].rpartition("/")[2]
    return Evidence(
        f"allowed: sqs:SendMessage on {NIGHT_LOG}", str(decision), f"role {role}, its policies"
    )


def lighthouse_kept(account: Account) -> Evidence | None:
    """Find that the schedule still does what it did."""
    found = schedule(account, LIGHTHOUSE, GROUP)
    if found is None:
        return _no_schedule(LIGHTHOUSE, GROUP)
    target, where = found["Target"], f"schedule {LIGHTHOUSE}"
    if found["State"] != "ENABLED":
        return Evidence("ENABLED", str(found["State"]), f"{where}, State")
    if target["Arn"] != queue_arn(NIGHT_LOG):
        return Evidence(queue_arn(NIGHT_LOG), target["Arn"], f"{where}, Target.Arn")
    if not _same(target.get("Input", ""), {"task": LIGHTHOUSE}):
        return Evidence(
            json.dumps({"task": LIGHTHOUSE}), target.get("Input", "none"), f"{where}, Target.Input"
        )
    if target.get("DeadLetterConfig", {}).get("Arn") != queue_arn(LETTERS):
        found_arn = target.get("DeadLetterConfig", {}).get("Arn", "none")
        return Evidence(queue_arn(LETTERS), found_arn, f"{where}, Target.DeadLetterConfig")
    moment = harbour.now(account)
    return times.refuse_other_times(found, "cron(0 21 * * ? *)", "UTC", moment, where)


def letters_still(account: Account) -> Evidence | None:
    """Find that the role may do no more than it has to."""
    decision = account.client("iam").simulate_principal_policy(
        PolicySourceArn=role_arn(LIGHTHOUSE_ROLE),
        ActionNames=["sqs:DeleteQueue", "sqs:SendMessage"],
        ResourceArns=[queue_arn(harbour.OFFICE)],
    )["EvaluationResults"]
    allowed = [one["EvalActionName"] for one in decision if one["EvalDecision"] == "allowed"]
    if not allowed:
        return None
    return Evidence(
        "nothing allowed on other queues",
        f"{allowed[0]} on {harbour.OFFICE}",
        f"role {LIGHTHOUSE_ROLE}, its policies",
    )


def solve_lighthouse(account: Account) -> None:
    """Let the lighthouse's role send to the night log."""
    allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn(NIGHT_LOG)}
    account.client("iam").put_role_policy(
        RoleName=LIGHTHOUSE_ROLE, PolicyName="log", PolicyDocument=harbour.document(allow)
    )


# 6 · the report that did not come


def report_daily(account: Account) -> Evidence | None:
    """Find that the report is due once in each night of a year, this one's kind too."""
    found = schedule(account, REPORT, GROUP)
    if found is None:
        return _no_schedule(REPORT, GROUP)
    where = f"schedule {REPORT}, ScheduleExpression"
    zone = str(found.get("ScheduleExpressionTimezone") or "UTC")
    begin = harbour.now(account)
    due = times.upcoming(str(found["ScheduleExpression"]), zone, begin, 400)
    gaps = [(later - earlier).total_seconds() / 3600 for earlier, later in pairwise(due)]
    if len(due) < 400 or min(gaps) < 23 or max(gaps) > 25:
        longest = f"a pause of {max(gaps):.0f} hours" if gaps else "never due"
        shortest = f"{min(gaps):.0f} hours after another" if gaps and min(gaps) < 23 else longest
        return Evidence("once a night, all year round", shortest, where)
    return None


def report_at_night(account: Account) -> Evidence | None:
    """Find that the report still comes in the small hours, by the clocks of Berlin."""
    found = schedule(account, REPORT, GROUP)
    if found is None:
        return _no_schedule(REPORT, GROUP)
    zone = str(found.get("ScheduleExpressionTimezone") or "UTC")
    due = times.upcoming(str(found["ScheduleExpression"]), zone, harbour.now(account), 400)
    hours = {moment.astimezone(ZoneInfo(ZONE)).hour for moment in due}
    if hours and hours <= set(_REPORT_HOURS):
        return None
    shown = f"{min(hours)}:00" if hours else "never"
    return Evidence(
        "between 01:00 and 05:59 in Berlin", shown, f"schedule {REPORT}, ScheduleExpression"
    )


def report_kept(account: Account) -> Evidence | None:
    """Find that the report still goes where it went."""
    found = schedule(account, REPORT, GROUP)
    if found is None:
        return _no_schedule(REPORT, GROUP)
    if found["State"] != "ENABLED":
        return Evidence("ENABLED", str(found["State"]), f"schedule {REPORT}, State")
    letters = found["Target"].get("DeadLetterConfig", {}).get("Arn", "none")
    if letters != queue_arn(LETTERS):
        where = f"schedule {REPORT}, Target.DeadLetterConfig"
        return Evidence(queue_arn(LETTERS), letters, where)
    return _refuse_target(found, REPORT, {"task": REPORT})


def solve_report(account: Account) -> None:
    """Move the report to a time that every night has."""
    scheduler = account.client("scheduler")
    kept = scheduler.get_schedule(Name=REPORT, GroupName=GROUP)
    scheduler.update_schedule(
        Name=REPORT,
        GroupName=GROUP,
        ScheduleExpression="cron(30 3 * * ? *)",
        ScheduleExpressionTimezone=ZONE,
        FlexibleTimeWindow=kept["FlexibleTimeWindow"],
        Target=kept["Target"],
    )


# Cleaning up


def rule_gone(account: Account) -> Evidence | None:
    """Find that the rule is gone."""
    if rule(account, RULE) is None:
        return None
    return Evidence(f"no rule {RULE}", "it is there", "the default event bus")


def groups_gone(account: Account) -> Evidence | None:
    """Find that no group of schedules is left but the default one."""
    found = account.client("scheduler").list_schedule_groups()["ScheduleGroups"]
    left = [one["Name"] for one in found if one["Name"] != "default" and one["State"] == "ACTIVE"]
    if not left:
        return None
    return Evidence("no groups but default", ", ".join(left), "schedule groups")
