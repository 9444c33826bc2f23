"""Ferry's ticket office, on which lab 03-01 works: how it begins, what its exercises ask."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_changes import stacks
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence

OFFICE = "ferry-office"
LOST = "ferry-lost-property"
FILES = (
    *("office.yaml", "office-tidy.yaml", "office-anna.yaml", "office-bora.yaml"),
    *("office-chen.yaml", "office-refunds.broken.yaml", "keep.json"),
    *("lost-property.yaml", "lost-property-by-day.broken.yaml"),
)
OWN = "office-refunds.yaml"
"""What the learner may call the mended template."""

HOLD = "120"
FIRST_TYPE, LARGER_TYPE = "t3.small", "t3.medium"
TIDY = {"Complaints": "Add", "FaxOrders": "Remove", "OfficeLog": "Modify", "Receipts": "Modify"}
PROPOSALS = {
    "anna": {"Complaints": "Modify", "Tickets": "Modify"},
    "chen": {"Screen": "Replace"},
}
_LOG = "/ferry/office"
_TICKETS = ("1001", "1002", "1003")
_CHANGING = ("UpdateStack", "CreateChangeSet", "ExecuteChangeSet")


def prepare(account: Account) -> None:
    """Put the files beside the notebook, make the ticket office and sell three tickets."""
    templates.remove(OWN)
    stacks.lay_out(account, *FILES)
    account.client("cloudformation").create_stack(
        StackName=OFFICE,
        TemplateBody=stacks.template(account, "office.yaml"),
        Parameters=[{"ParameterKey": "ScreenType", "ParameterValue": FIRST_TYPE}],
    )
    table = stacks.physical(account, OFFICE, "Tickets")
    for ticket in _TICKETS:
        account.client("dynamodb").put_item(TableName=table, Item={"ticket": {"S": ticket}})


def tried_office(account: Account) -> bool:
    """Tell whether the learner tried to change the ticket office."""
    return stacks.tried(account, OFFICE, *_CHANGING)


def _keep() -> list[dict[str, Any]]:
    return [
        {"ParameterKey": key, "UsePreviousValue": True} for key in ("HoldSeconds", "ScreenType")
    ]


def _propose(account: Account, name: str, template: str) -> None:
    account.client("cloudformation").create_change_set(
        StackName=OFFICE, ChangeSetName=name, TemplateBody=template, Parameters=_keep()
    )


def _execute(account: Account, stack: str, name: str) -> None:
    account.client("cloudformation").execute_change_set(StackName=stack, ChangeSetName=name)


# 1 · straight in


def hold_longer(account: Account) -> Evidence | None:
    """Find that orders are hidden for two minutes."""
    return _queue_holds(account) or stacks.refuse_parameter(account, OFFICE, "HoldSeconds", HOLD)


def _queue_holds(account: Account) -> Evidence | None:
    url = stacks.physical(account, OFFICE, "Orders")
    if not url:
        return Evidence("a queue Orders", "none", f"stack {OFFICE}")
    asked = {"QueueUrl": url, "AttributeNames": ["VisibilityTimeout"]}
    found = account.client("sqs").get_queue_attributes(**asked)["Attributes"]["VisibilityTimeout"]
    if found == HOLD:
        return None
    return Evidence(f"{HOLD} seconds", f"{found} seconds", "queue Orders, VisibilityTimeout")


def screen_kept(account: Account) -> Evidence | None:
    """Find that the screen's machine still has the size it had."""
    return stacks.refuse_parameter(account, OFFICE, "ScreenType", FIRST_TYPE)


def solve_hold(account: Account) -> None:
    """Update the stack by a parameter only."""
    account.client("cloudformation").update_stack(
        StackName=OFFICE,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "HoldSeconds", "ParameterValue": HOLD}, _keep()[1]],
    )


# 2 · a set to read


def tidy_set(account: Account) -> Evidence | None:
    """Find that the change set of the tidy office waits, and has only what it should."""
    return stacks.refuse_set(account, OFFICE, "tidy", TIDY)


def office_untouched(account: Account) -> Evidence | None:
    """Find that nothing of it has been done yet."""
    if "FaxOrders" in stacks.resources(account, OFFICE):
        return None
    return Evidence("the queue FaxOrders is still there", "it is gone", f"stack {OFFICE}")


def tried_tidy_set(account: Account) -> bool:
    """Tell whether the learner made a change set, or changed the office without one."""
    made = stacks.tried(account, OFFICE, "CreateChangeSet")
    return made or office_untouched(account) is not None


def solve_tidy_set(account: Account) -> None:
    """Make the change set."""
    _propose(account, "tidy", stacks.template(account, "office-tidy.yaml"))


# 3 · carry it out


def receipts_versioned(account: Account) -> Evidence | None:
    """Find that the bucket really keeps versions."""
    bucket = stacks.physical(account, OFFICE, "Receipts")
    found = account.client("s3").get_bucket_versioning(Bucket=bucket).get("Status", "off")
    if found == "Enabled":
        return None
    return Evidence("versioning Enabled", f"versioning {found}", f"bucket {bucket}")


def log_kept(account: Account) -> Evidence | None:
    """Find that the log is really kept for a month."""
    answer = account.client("logs").describe_log_groups(logGroupNamePrefix=_LOG)
    days = [one.get("retentionInDays") for one in answer["logGroups"]]
    if days == [30]:
        return None
    found = f"{days[0]} days" if days else "no log group"
    return Evidence("kept for 30 days", found, f"log group {_LOG}")


def queues_swapped(account: Account) -> Evidence | None:
    """Find that the fax's queue has gone and that of complaints has come."""
    there = [one for one in ("Complaints", "FaxOrders") if one in stacks.resources(account, OFFICE)]
    if there == ["Complaints"]:
        return None
    return Evidence("Complaints, no FaxOrders", " and ".join(there) or "neither", f"stack {OFFICE}")


def tried_tidy(account: Account) -> bool:
    """Tell whether the learner executed a change set, or changed the office without one."""
    done = stacks.tried(account, OFFICE, "ExecuteChangeSet")
    return done or office_untouched(account) is not None


def solve_tidy(account: Account) -> None:
    """Execute the change set."""
    _execute(account, OFFICE, "tidy")


# 4 · three proposals


def harmless_wait(account: Account) -> Evidence | None:
    """Find that the two proposals that lose nothing are ready."""
    for name, wanted in PROPOSALS.items():
        if evidence := stacks.refuse_set(account, OFFICE, name, wanted):
            return evidence
    return None


def bora_looked_at(account: Account) -> Evidence | None:
    """Find that a change set of the third proposal was made."""
    names = [call.parameters.get("ChangeSetName") for call in stacks.made_sets(account, OFFICE)]
    if "bora" in names:
        return None
    return Evidence("a change set bora, made and read", "it was never made", f"stack {OFFICE}")


def no_set_loses_tickets(account: Account) -> Evidence | None:
    """Find that no change set waits that would replace the table."""
    listed = account.client("cloudformation").list_change_sets(StackName=OFFICE)["Summaries"]
    for summary in listed:
        name = summary["ChangeSetName"]
        found = stacks.change_set(account, OFFICE, name) or {}
        if stacks.changes(found).get("Tickets") in ("Replace", "Remove"):
            where = f"change set {name} of stack {OFFICE}"
            return Evidence("no set that loses tickets", "one that waits to", where)
    return None


def tickets_there(account: Account) -> Evidence | None:
    """Find that the tickets sold are still in the table."""
    table = stacks.physical(account, OFFICE, "Tickets")
    count = (
        account.client("dynamodb").scan(TableName=table, Select="COUNT")["Count"] if table else 0
    )
    if count >= len(_TICKETS):
        return None
    return Evidence(f"{len(_TICKETS)} tickets", f"{count} tickets", f"table {table}")


def solve_proposals(account: Account) -> None:
    """Make three sets, delete the one that would lose the tickets."""
    for name in ("anna", "bora", "chen"):
        _propose(account, name, stacks.template(account, f"office-{name}.yaml"))
    account.client("cloudformation").delete_change_set(StackName=OFFICE, ChangeSetName="bora")


# 5 · a bigger screen


def screen_larger(account: Account) -> Evidence | None:
    """Find that the screen's machine is larger."""
    return _machine_is_larger(account) or stacks.refuse_parameter(
        account, OFFICE, "ScreenType", LARGER_TYPE
    )


def _machine_is_larger(account: Account) -> Evidence | None:
    machine = stacks.physical(account, OFFICE, "Screen")
    answer = account.client("ec2").describe_instances(InstanceIds=[machine])
    found = answer["Reservations"][0]["Instances"][0]["InstanceType"]
    if found == LARGER_TYPE:
        return None
    return Evidence(LARGER_TYPE, found, f"instance {machine}")


def screen_same(account: Account) -> Evidence | None:
    """Find that it is the same machine as ever."""
    events = account.client("cloudformation").get_paginator("describe_stack_events")
    pages = events.paginate(StackName=OFFICE)
    ids = {
        event.get("PhysicalResourceId")
        for page in pages
        for event in page["StackEvents"]
        if event["LogicalResourceId"] == "Screen" and event.get("PhysicalResourceId")
    }
    if len(ids) <= 1:
        return None
    return Evidence("one machine, changed", f"{len(ids)} machines, one after the other", "Screen")


def hold_kept(account: Account) -> Evidence | None:
    """Find that orders are still hidden as long as before."""
    return stacks.refuse_parameter(account, OFFICE, "HoldSeconds", HOLD)


def tried_screen(account: Account) -> bool:
    """Tell whether the learner made the change set, or changed the screen without one."""
    names = [call.parameters.get("ChangeSetName") for call in stacks.made_sets(account, OFFICE)]
    kept = stacks.parameter(account, OFFICE, "ScreenType") == FIRST_TYPE
    return "bigger-screen" in names or not kept


def solve_screen(account: Account) -> None:
    """Make a change set of a parameter only, and execute it."""
    account.client("cloudformation").create_change_set(
        StackName=OFFICE,
        ChangeSetName="bigger-screen",
        UsePreviousTemplate=True,
        Parameters=[_keep()[0], {"ParameterKey": "ScreenType", "ParameterValue": LARGER_TYPE}],
    )
    _execute(account, OFFICE, "bigger-screen")


# 6 · a stack from a set


def lost_made(account: Account) -> Evidence | None:
    """Find that the stack of the lost property is there."""
    evidence = stacks.refuse_status(account, LOST, "CREATE_COMPLETE", "UPDATE_COMPLETE")
    if evidence is not None:
        return evidence
    there = sorted(stacks.resources(account, LOST))
    if there == ["Claims", "Found"]:
        return None
    return Evidence("the table Found and the queue Claims", ", ".join(there), f"stack {LOST}")


def lost_by_set(account: Account) -> Evidence | None:
    """Find that it was made by a change set."""
    return stacks.refuse_by_set(account, LOST)


def tried_lost(account: Account) -> bool:
    """Tell whether the learner tried to make the stack of the lost property."""
    return stacks.tried(account, LOST, "CreateStack", "CreateChangeSet")


def solve_lost(account: Account) -> None:
    """Make the stack by a change set of the type CREATE."""
    account.client("cloudformation").create_change_set(
        StackName=LOST,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=stacks.template(account, "lost-property.yaml"),
    )
    _execute(account, LOST, "first")


# 7 · refunds


def refunds_there(account: Account) -> Evidence | None:
    """Find that the queue of refunds is there, as the proposal wants it."""
    url = stacks.physical(account, OFFICE, "Refunds")
    if not url:
        return Evidence("a queue Refunds", "none", f"stack {OFFICE}")
    found = _attributes(account, url).get("VisibilityTimeout")
    if found == "300":
        return None
    return Evidence("300 seconds", f"{found} seconds", "queue Refunds, VisibilityTimeout")


def refunds_safe(account: Account) -> Evidence | None:
    """Find that refunds that fail end in a queue of the same stack."""
    expected = "its RedrivePolicy names a queue of this stack"
    url = stacks.physical(account, OFFICE, "Refunds")
    if not url:
        return Evidence(expected, "no queue Refunds", f"stack {OFFICE}")
    policy = _attributes(account, url).get("RedrivePolicy", "")
    target = re.search(r"arn:[\w:.-]+", policy)
    named = target[0].rpartition(":")[2] if target else ""
    mine = {
        str(one["PhysicalResourceId"]).rpartition("/")[2]
        for one in stacks.resources(account, OFFICE).values()
        if one["ResourceType"] == "AWS::SQS::Queue"
    }
    if named in mine:
        return None
    return Evidence(expected, named or "it has no RedrivePolicy", "queue Refunds")


def _attributes(account: Account, url: str) -> dict[str, str]:
    sqs = account.client("sqs")
    try:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    except ClientError as error:
        if error.response["Error"]["Code"].endswith(("NonExistentQueue", "QueueDoesNotExist")):
            raise Broken(f"A queue of the stack {OFFICE} was deleted by hand.") from error
        raise
    return dict(answer["Attributes"])


def office_well(account: Account) -> Evidence | None:
    """Find that the last update of the ticket office went well."""
    return stacks.refuse_status(account, OFFICE, "UPDATE_COMPLETE")


def tried_refunds(account: Account) -> bool:
    """Tell whether the learner proposed or made the queue of refunds."""
    calls = account.calls("cloudformation")
    return any("Refunds" in str(call.parameters.get("TemplateBody", "")) for call in calls)


def solve_refunds(account: Account) -> None:
    """Mend the template and bring it in by a change set."""
    broken = stacks.template(account, "office-refunds.broken.yaml")
    mended = re.sub(r"!Sub arn:\S+:failed-refunds", "!GetAtt FailedOrders.Arn", broken)
    Path(OWN).write_text(mended, encoding="utf-8")
    _propose(account, "refunds", mended)
    _execute(account, OFFICE, "refunds")
