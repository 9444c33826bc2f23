"""What lab 01-03 works on: Ferry's tickets, clerks and berths, and what is stored about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.calls import Call
from dryrun.checks.cli_and_sdk.listings import place
from dryrun.checks.exceptions import Broken
from dryrun.checks.model import Evidence

TICKETS = "ferry-tickets"
REPORTS = "ferry-reports"
SUMMERS = {"2023": 612, "2024": 1084, "2025": 451}
TOTAL = sum(SUMMERS.values())
EMPTY = {"2023": ("31", 5), "2024": ("77", 10), "2025": ("05", 4)}
"""Tickets with nothing in them: how their numbers end, and how many there are."""

CLERKS = {"2023": 88, "2024": 104, "2025": 137}
BERTHS = 35
LATENCY_MS = 1.2
"""A full page of S3 takes longer than the night job's second; one of 250 less than half of it."""

_CHANGES = {
    *("PutObject", "CopyObject", "DeleteObject", "DeleteObjects", "DeleteBucket"),
    "CompleteMultipartUpload",
}
_STORE = "Parameter Store, us-east-1"


def prepare(account: Account) -> None:
    """Fill the account and make it slow."""
    s3 = account.client("s3")
    s3.create_bucket(Bucket=TICKETS)
    s3.create_bucket(Bucket=REPORTS)
    for year, count in SUMMERS.items():
        body = f'{{{{"summer": {year}, "ticket": {{number}}}}}}'
        _tickets(account, f"{year}/ticket-{{number:04d}}.json", count, body)
        ending, empty = EMPTY[year]
        _tickets(account, f"{year}/ticket-{{number:02d}}{ending}.json", empty, "")
    for year, count in CLERKS.items():
        pattern, path = f"clerk-{year}-{{number:03d}}", f"/clerks/{year}/"
        _fixture(account, "iam_users", pattern=pattern, count=count, path=path)
    berth = "/ferry/berths/{number:02d}"
    _fixture(account, "ssm_parameters", pattern=berth, count=BERTHS, value="free")
    account.control("settings", {"item_latency_ms": LATENCY_MS})


@contextmanager
def without_latency(account: Account) -> Iterator[None]:
    """Let the account answer at once for a while; a solver has no time to learn from waiting."""
    account.control("settings", {"item_latency_ms": 0})
    try:
        yield
    finally:
        account.control("settings", {"item_latency_ms": LATENCY_MS})


def _tickets(account: Account, pattern: str, count: int, body: str) -> None:
    _fixture(account, "s3_objects", bucket=TICKETS, pattern=pattern, count=count, body=body)


def _fixture(account: Account, name: str, **arguments: str | int) -> None:
    account.control("fixture", {"name": name, "arguments": arguments})


def empty_tickets() -> list[str]:
    """Return the keys of the tickets that have no content, in order."""
    return [
        f"{year}/ticket-{number:02d}{ending}.json"
        for year, (ending, count) in EMPTY.items()
        for number in range(1, count + 1)
    ]


def refuse_changed(account: Account) -> None:
    """Raise Broken when the tickets are no longer those of the start."""
    for call in account.calls("s3"):
        changed = call.operation in _CHANGES and call.status < 300
        if changed and call.parameters.get("Bucket") == TICKETS:
            raise Broken(
                f"The bucket {TICKETS} was changed ({place(call)}), so it no longer holds "
                f"the {TOTAL:,} tickets of the start."
            )


def value(account: Account, name: str) -> str | None:
    """Return the value of a parameter in us-east-1, or None when there is none."""
    ssm = account.client("ssm")
    try:
        return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise


def store(account: Account, name: str, text: str) -> None:
    """Store a parameter, as a solver does it."""
    account.client("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def attempts(account: Account, word: str = "") -> list[Call]:
    """Return the attempts to store a parameter with `word` in its name, misspelt or not."""
    return [
        call
        for call in account.calls("ssm", "PutParameter")
        if word in str(call.parameters.get("Name", "")).lower()
    ]


def refuse_missing(account: Account, name: str) -> Evidence | None:
    """Find that a parameter is there, or say what there is in its place."""
    if value(account, name) is not None:
        return None
    found, tried = "no such parameter", attempts(account)
    if tried:
        last, called = tried[-1], tried[-1].parameters.get("Name")
        if last.error:
            found = f"a put-parameter that failed with {last.error}"
        elif called == name and last.region != "us-east-1":
            found = f"one of that name in {last.region}"
        elif called != name:
            found = f"no such parameter; the last one stored is {called}"
    return Evidence(f"a parameter {name}", found, _STORE)


def refuse_number(
    account: Account, name: str, right: int, known: dict[str, str]
) -> Evidence | None:
    """Find that a parameter holds the right number; `known` explains the usual wrong ones."""
    text = value(account, name)
    plain = re.sub(r"[\s,'\"]", "", text or "")
    if plain == str(right):
        return None
    found = "nothing stored yet" if text is None else " ".join(text.split()) or "an empty text"
    if plain in known:
        found = f"{found}: {known[plain]}"
    return Evidence("the number of all of them", found, f"parameter {name}")


def refuse_left(account: Account, name: str) -> Evidence | None:
    """Find that a parameter is gone."""
    if value(account, name) is None:
        return None
    return Evidence("no such parameter", "it is still there", f"parameter {name}, us-east-1")
