"""What lab 10-03 asks of the pipe that tells the office of big groups."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.eventbridge import harbour
from dryrun.checks.eventbridge.harbour import LOOK_UP, OFFICE, PIPE_ROLE, SOLD, queue_arn
from dryrun.checks.model import Evidence
from dryrun.cloud.events import patterns

PIPE = "big-groups"
SEATS = 10
_SALES = ((SEATS, True), (SEATS + 1, True), (40, True), (SEATS - 1, False), (1, False))


def pipe(account: Account) -> dict[str, Any] | None:
    """Return the pipe, or None."""
    try:
        return dict(account.client("pipes").describe_pipe(Name=PIPE))
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return None
        raise


def _none() -> Evidence:
    return Evidence(f"a pipe {PIPE}", "none", "EventBridge Pipes")


def runs(account: Account) -> Evidence | None:
    """Find that the pipe runs."""
    found = pipe(account)
    if found is None:
        return _none()
    if found["CurrentState"] == "RUNNING":
        return None
    why = f"{found['CurrentState']}: {found['StateReason']}" if found.get("StateReason") else ""
    return Evidence("RUNNING", why or str(found["CurrentState"]), f"pipe {PIPE}, CurrentState")


def ends(account: Account) -> Evidence | None:
    """Find that the pipe goes from the sales to the office."""
    found = pipe(account)
    if found is None:
        return _none()
    for name, wanted in (("Source", queue_arn(SOLD)), ("Target", queue_arn(OFFICE))):
        if found[name] != wanted:
            return Evidence(wanted, found[name], f"pipe {PIPE}, {name}")
    return None


def filtered(account: Account) -> Evidence | None:
    """Find that big groups pass the filter, and no others."""
    found = pipe(account)
    if found is None:
        return _none()
    criteria = found.get("SourceParameters", {}).get("FilterCriteria", {}).get("Filters", [])
    where = f"pipe {PIPE}, SourceParameters.FilterCriteria"
    if not criteria:
        return Evidence(f"a filter: {SEATS} seats or more", "no filter", where)
    for seats, wanted in _SALES:
        passes = any(_matches(one.get("Pattern", "{}"), seats) for one in criteria)
        if passes is not wanted:
            said = {True: "passes", False: "is dropped"}
            return Evidence(f"a sale of {seats} seats {said[wanted]}", f"it {said[passes]}", where)
    return None


def _matches(pattern: str, seats: int) -> bool:
    """Tell whether a sale passes a filter, as a pipe reads its body."""
    sale = {"ticket": "T-1", "name": "Ada", "seats": seats}
    event = {"eventSource": "aws:sqs", "eventSourceARN": queue_arn(SOLD), "body": sale}
    return patterns.compile(pattern).matches(event)


def enriched(account: Account) -> Evidence | None:
    """Find that the function looks up the boat."""
    found = pipe(account)
    if found is None:
        return _none()
    wanted = harbour.function_arn(LOOK_UP)
    # A version or an alias of the function is the function as well.
    if str(found.get("Enrichment", "")).startswith(wanted):
        return None
    return Evidence(wanted, found.get("Enrichment") or "none", f"pipe {PIPE}, Enrichment")


def solve(account: Account) -> None:
    """Make the pipe, and let it begin."""
    wanted = {"body": {"seats": [{"numeric": [">=", SEATS]}]}}
    account.client("pipes").create_pipe(
        Name=PIPE,
        Source=queue_arn(SOLD),
        SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": json.dumps(wanted)}]}},
        Enrichment=harbour.function_arn(LOOK_UP),
        Target=queue_arn(OFFICE),
        RoleArn=harbour.role_arn(PIPE_ROLE),
    )
    account.control("clock", {"action": "advance", "seconds": 60})


def gone(account: Account) -> Evidence | None:
    """Find that the pipe is gone, or on its way."""
    found = pipe(account)
    if found is None or found["CurrentState"] == "DELETING":
        return None
    return Evidence(f"no pipe {PIPE}", str(found["CurrentState"]), "EventBridge Pipes")
