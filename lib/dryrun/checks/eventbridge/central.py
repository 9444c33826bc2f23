"""Lab 10-04: what its exercises ask for, and how they are solved."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.cli_and_sdk import identities
from dryrun.checks.eventbridge import branches
from dryrun.checks.eventbridge.branches import (
    ACCOUNT,
    BOOKS,
    BRANCHES,
    BUS,
    CENTRAL,
    DESK,
    PRINTED,
    ROLE,
    SOLD,
    TEST,
    TICKETS,
)
from dryrun.checks.model import Evidence
from dryrun.cloud.events import patterns

STRANGER = "444455556666"
ARCHIVE, DAYS_KEPT = "sales", 30
ARCHIVE_ARN = f"arn:aws:events:{DEFAULT_REGION}:{ACCOUNT}:archive/{ARCHIVE}"
BOOKS_RULE = f"arn:aws:events:{DEFAULT_REGION}:{ACCOUNT}:rule/{CENTRAL}/books"
DAYS = ("Monday", "Tuesday", "Wednesday")
MISSING_DAY = "Tuesday"
_POLICY = f"policy of the bus {CENTRAL}"


# 1 · one branch


def islands_in(account: Account) -> Evidence | None:
    """Find that the islands may put events on the central bus."""
    return _let_in(account, "islands")


def _let_in(account: Account, profile: str) -> Evidence | None:
    number = branches.numbers(account)[profile]
    if branches.may_put(account, number, TICKETS, branches.organization(account)):
        return None
    return Evidence(
        f"the account of the {profile}, {number}, may put events", _told(account), _POLICY
    )


def _told(account: Account) -> str:
    return branches.bus_policy(account) or "the bus has no policy"


def stranger_out(account: Account) -> Evidence | None:
    """Find that nobody outside of Ferry may put events."""
    for organization in ("", "o-somebody01"):
        if branches.may_put(account, STRANGER, TICKETS, organization):
            wanted = "nobody outside of Ferry may put events"
            return Evidence(wanted, f"everybody may: {_told(account)}", _POLICY)
    return None


def islands_heard(account: Account) -> Evidence | None:
    """Find an event of the islands at the desk."""
    return _heard(account, "islands", None)


def _heard(account: Account, profile: str, source: str | None) -> Evidence | None:
    number = branches.numbers(account)[profile]
    found = branches.written(account, DESK)
    if any(one["account"] == number and source in (None, one["source"]) for one in found):
        return None
    of_what = f" of {source}" if source else ""
    seen = ", ".join(sorted({f"{one['source']} of {one['account']}" for one in found}))
    return Evidence(
        f"an event{of_what} from the {profile}, account {number}", seen or "nothing", DESK
    )


def tried_permission(account: Account) -> bool:
    """Tell whether the policy of a bus was changed."""
    return bool(account.calls("events", "PutPermission")) or bool(
        account.calls("cloudformation", "CreateStack")
    )


def solve_one(account: Account) -> None:
    """Let the islands in, and let them say something."""
    account.client("events").put_permission(
        EventBusName=CENTRAL,
        Action="events:PutEvents",
        Principal=branches.numbers(account)["islands"],
        StatementId="islands",
    )
    entry = {
        "Source": "ferry.hello",
        "DetailType": "Hello",
        "Detail": "{}",
        "EventBusName": BUS,
    }
    branches.client(account, "islands").put_events(Entries=[entry])


# 2 · the whole organization, but no tests


def river_in(account: Account) -> Evidence | None:
    """Find that the river may put events, too."""
    return _let_in(account, "river")


def by_organization(account: Account) -> Evidence | None:
    """Find that an account founded tomorrow may put events."""
    tomorrow = "777788889999"
    if branches.may_put(account, tomorrow, TICKETS, branches.organization(account)):
        return None
    wanted = "any account of the organization may, one founded tomorrow too"
    return Evidence(wanted, _told(account), _POLICY)


def tests_out(account: Account) -> Evidence | None:
    """Find that events of the test system are refused."""
    organization = branches.organization(account)
    for profile, number in branches.numbers(account).items():
        if branches.may_put(account, number, TEST, organization):
            wanted = f"events of the source {TEST} are refused"
            return Evidence(wanted, f"the {profile} may: {_told(account)}", _POLICY)
    return None


def tried_policy(account: Account) -> bool:
    """Tell whether a whole policy, or a condition, was put on a bus."""
    return any(
        call.parameters.get("Policy") or call.parameters.get("Condition")
        for call in account.calls("events", "PutPermission")
    )


def solve_organization(account: Account) -> None:
    """Let the organization in, and keep tests out."""
    allow = {
        "Sid": "organization",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": BUS,
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": branches.organization(account)}},
    }
    deny = {
        "Sid": "no-tests",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": BUS,
        "Condition": {"StringEquals": {"events:source": TEST}},
    }
    account.client("events").put_permission(
        EventBusName=CENTRAL, Policy=branches.policy(allow, deny)
    )


# 3 · rules that send on


def rules_there(account: Account) -> Evidence | None:
    """Find a rule in each branch that sends tickets to the central bus."""
    for profile, number in branches.numbers(account).items():
        tried = branches.event(TICKETS, SOLD, number)
        found = list(branches.rules_to_central(account, profile))
        if not any(patterns.compile(one["EventPattern"]).matches(tried) for one in found):
            wanted = f"an enabled rule for {TICKETS} with the target {BUS}"
            told = ", ".join(f"{one['Name']}: {one['EventPattern']}" for one in found)
            return Evidence(wanted, told or "no rule with that target", _place(profile, number))
    return None


def _place(profile: str, number: str) -> str:
    return f"EventBridge, account {number} ({profile})"


def rules_narrow(account: Account) -> Evidence | None:
    """Find that nothing else is sent on."""
    for profile, number in branches.numbers(account).items():
        for source, kind in (("ferry.staff", "Sick Note"), ("aws.ec2", SOLD)):
            tried = branches.event(source, kind, number)
            for one in branches.rules_to_central(account, profile):
                if patterns.compile(one["EventPattern"]).matches(tried):
                    wanted = f"only events of {TICKETS} are sent on"
                    told = f"{one['Name']} sends on {source} too: {one['EventPattern']}"
                    return Evidence(wanted, told, _place(profile, number))
    return None


def both_heard(account: Account) -> Evidence | None:
    """Find tickets of both branches at the desk."""
    return next(filter(None, (_heard(account, name, TICKETS) for name in BRANCHES)), None)


def tried_rules(account: Account) -> bool:
    """Tell whether a rule was given a target."""
    return bool(account.calls("events", "PutTargets"))


def solve_rules(account: Account) -> None:
    """Make a rule in each branch, and sell a ticket."""
    for profile, number in branches.numbers(account).items():
        events = branches.client(account, profile)
        pattern = json.dumps({"source": [TICKETS]})
        events.put_rule(Name="tickets", EventPattern=pattern)
        role = f"arn:aws:iam::{number}:role/{ROLE}"
        target = {"Id": "central", "Arn": BUS, "RoleArn": role}
        events.put_targets(Rule="tickets", Targets=[target])
        events.put_events(Entries=[_ticket("Sunday", 0)])


def _ticket(day: str, number: int) -> dict[str, Any]:
    return {
        "Source": TICKETS,
        "DetailType": SOLD,
        "Detail": json.dumps({"day": day, "ticket": number}),
    }


# 4 · the archive


def archive_there(account: Account) -> Evidence | None:
    """Find the archive of the central bus."""
    found = _archive(account)
    if found is not None and found["EventSourceArn"] == BUS:
        return None
    told = f"its source is {found['EventSourceArn']}" if found else f"no archive {ARCHIVE}"
    return Evidence(f"an archive {ARCHIVE} of {BUS}", told, f"EventBridge, account {ACCOUNT}")


def _archive(account: Account) -> dict[str, Any] | None:
    try:
        return dict(account.client("events").describe_archive(ArchiveName=ARCHIVE))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def archive_sold(account: Account) -> Evidence | None:
    """Find that it keeps tickets that are sold."""
    return _kept(account, branches.event(TICKETS, SOLD), kept=True)


def archive_rest(account: Account) -> Evidence | None:
    """Find that it keeps nothing else."""
    for tried in (branches.event(TICKETS, PRINTED), branches.event("ferry.hello", "Hello")):
        evidence = _kept(account, tried, kept=False)
        if evidence is not None:
            return evidence
    return None


def _kept(account: Account, tried: dict[str, Any], *, kept: bool) -> Evidence | None:
    found, where = _archive(account), f"archive {ARCHIVE}"
    what = f"{tried['detail-type']} of {tried['source']}"
    wanted = f"it keeps {what}" if kept else f"it keeps no {what}"
    if found is None:
        return Evidence(wanted, f"no archive {ARCHIVE}", where)
    pattern = found.get("EventPattern")
    if (not pattern or patterns.compile(pattern).matches(tried)) == kept:
        return None
    return Evidence(wanted, f"its pattern: {pattern or 'none, so it keeps all'}", where)


def archive_days(account: Account) -> Evidence | None:
    """Find how long it keeps them."""
    found = _archive(account)
    days = found.get("RetentionDays") if found else None
    if days == DAYS_KEPT:
        return None
    told = "for ever" if days == 0 else f"{days} days"
    told = told if found else f"no archive {ARCHIVE}"
    return Evidence(f"{DAYS_KEPT} days", told, f"archive {ARCHIVE}, RetentionDays")


def tried_archive(account: Account) -> bool:
    """Tell whether an archive was made."""
    return bool(account.calls("events", "CreateArchive")) or _archive(account) is not None


def solve_archive(account: Account) -> None:
    """Make the archive, and let the three days go by."""
    account.client("events").create_archive(
        ArchiveName=ARCHIVE,
        EventSourceArn=BUS,
        EventPattern=json.dumps({"source": [TICKETS], "detail-type": [SOLD]}),
        RetentionDays=DAYS_KEPT,
    )
    live_days(account)


def live_days(account: Account) -> None:
    """Sell tickets for three days, as the page does; on one of them the books hear nothing."""
    events, ticket = account.client("events"), 10
    for day in DAYS:
        change = events.disable_rule if day == MISSING_DAY else events.enable_rule
        change(Name="books", EventBusName=CENTRAL)
        account.control("clock", {"action": "advance", "seconds": 12 * 3600})
        for profile in BRANCHES:
            ticket += 1
            branches.client(account, profile).put_events(Entries=[_ticket(day, ticket)])
        account.control("clock", {"action": "advance", "seconds": 12 * 3600})


# 5 · the replay


def replay_done(account: Account) -> Evidence | None:
    """Find a replay of the archive that is over."""
    wanted, where = f"a replay of the archive {ARCHIVE}, completed", "your replays"
    found = _replay(account)
    if found is None:
        return Evidence(wanted, "no replay", where)
    if found["State"] == "COMPLETED":
        return None
    return Evidence(wanted, f"{found['ReplayName']} is {found['State']}", where)


def _replay(account: Account) -> dict[str, Any] | None:
    """Return the latest replay; earlier ones may have been wrong."""
    rows = account.client("events").list_replays()["Replays"]
    mine = [row for row in rows if row["EventSourceArn"] == ARCHIVE_ARN]
    return max(mine, key=lambda row: row["ReplayStartTime"], default=None)


def books_complete(account: Account) -> Evidence | None:
    """Find that the books got all tickets of the day that was missing."""
    wanted = f"all tickets of {MISSING_DAY}"
    sold = {
        _name(one)
        for one in branches.written(account, DESK)
        if one["detail-type"] == SOLD and one["detail"].get("day") == MISSING_DAY
    }
    if not sold:
        told = "nothing was sold yet; run the cell with the three days"
        return Evidence(wanted, told, DESK)
    missing = sold - {_name(one) for one in _replayed(account, BOOKS)}
    if not missing:
        return None
    return Evidence(wanted, f"not replayed: {', '.join(sorted(missing))}", BOOKS)


def books_only(account: Account) -> Evidence | None:
    """Find that the books got no ticket of another day twice."""
    wanted = f"nothing but {MISSING_DAY} is replayed"
    if _replay(account) is None:
        return Evidence(wanted, "no replay", "your replays")
    more = {
        _name(one) for one in _replayed(account, BOOKS) if one["detail"].get("day") != MISSING_DAY
    }
    return Evidence(wanted, f"also {', '.join(sorted(more))}", BOOKS) if more else None


def desk_quiet(account: Account) -> Evidence | None:
    """Find that the desk heard nothing of the replay."""
    wanted = "the desk hears nothing a second time"
    if _replay(account) is None:
        return Evidence(wanted, "no replay", "your replays")
    again = {_name(one) for one in _replayed(account, DESK)}
    return Evidence(wanted, f"it heard {', '.join(sorted(again))} again", DESK) if again else None


def _replayed(account: Account, group: str) -> list[dict[str, Any]]:
    found = _replay(account)
    name = found["ReplayName"] if found else None
    return [
        one
        for one in branches.written(account, group)
        if name is not None and one.get("replay-name") == name
    ]


def _name(one: dict[str, Any]) -> str:
    return f"ticket {one['detail'].get('ticket')} of {one['detail'].get('day')}"


def tried_replay(account: Account) -> bool:
    """Tell whether a replay was started."""
    return bool(account.calls("events", "StartReplay"))


def solve_replay(account: Account) -> None:
    """Replay the missing day; sell its tickets first where nobody did."""
    if not _missing_times(account):
        live_days(account)
    noon = max(_missing_times(account))
    account.client("events").start_replay(
        ReplayName="missing-day",
        EventSourceArn=ARCHIVE_ARN,
        EventStartTime=noon - timedelta(hours=1),
        EventEndTime=noon + timedelta(hours=1),
        Destination={"Arn": BUS, "FilterArns": [BOOKS_RULE]},
    )


def _missing_times(account: Account) -> list[datetime]:
    return [
        datetime.fromisoformat(one["time"])
        for one in branches.written(account, DESK)
        if one["detail"].get("day") == MISSING_DAY
    ]


# Clean up


def buses_gone(account: Account) -> Evidence | None:
    """Find neither the bus nor the archive."""
    where = f"EventBridge, account {ACCOUNT}"
    events = account.client("events")
    names = [bus["Name"] for bus in events.list_event_buses()["EventBuses"]]
    if CENTRAL in names:
        return Evidence(f"no bus {CENTRAL}", "it is there", where)
    left = [one["ArchiveName"] for one in events.list_archives()["Archives"]]
    return Evidence("no archive", ", ".join(left), where) if left else None


def branches_closed(account: Account) -> Evidence | None:
    """Find no open account beside the first."""
    for row in account.client("organizations").list_accounts()["Accounts"]:
        if row["Status"] == "ACTIVE" and row["Id"] != ACCOUNT:
            return Evidence(
                "no second account that is open", f"{row['Name']} is open", "your organization"
            )
    return None


def profiles_gone(account: Account) -> Evidence | None:
    """Find no profile of a branch."""
    for file, sections in (
        (identities.credentials_file(account), account.credentials()),
        (identities.config_file(account), account.config()),
    ):
        for section in sections:
            if section.removeprefix("profile ").strip() in BRANCHES:
                return Evidence("no profile of this lab", f"section [{section}]", file)
    return None
