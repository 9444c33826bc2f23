"""Lab 01-03: how a list was fetched, read from a journal written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dryrun.checks import Account, Broken, Evidence, Outcome
from dryrun.checks.cli_and_sdk import lists_checks as checks
from dryrun.checks.cli_and_sdk.lab03 import LAB
from dryrun.checks.cli_and_sdk.listings import listings
from dryrun.checks.cli_and_sdk.tickets import EMPTY, SUMMERS, TOTAL, empty_tickets, refuse_changed
from dryrun.checks.runner import run
from dryrun.workspace import Workspace


def account(tmp_path: Path, calls: Iterable[dict[str, Any]]) -> Account:
    journal = [{"number": at, "status": 200, **call} for at, call in enumerate(calls, start=1)]

    def control(_: str, payload: dict[str, Any]) -> dict[str, Any]:
        fresh = [call for call in journal if call["number"] >= payload["since"]]
        return {"calls": fresh, "next": len(journal) + 1}

    cloud = SimpleNamespace(endpoint="http://localhost:1", instance="x", control=control)
    return Account(Workspace(tmp_path), cloud, {}, since=1)


def listed(
    pages: int = 1, size: int | None = None, operation: str = "ListObjectsV2", **parameters: Any
) -> list[dict[str, Any]]:
    """Return the calls of one list of tickets, as the cloud would write them down."""
    token = "ContinuationToken" if operation == "ListObjectsV2" else "Marker"
    calls = []
    for page in range(pages):
        asked = {"Bucket": "ferry-tickets", **parameters}
        asked |= {} if size is None else {"MaxKeys": size}
        asked |= {token: f"after-{page}"} if page else {}
        calls.append({"service": "s3", "operation": operation, "parameters": asked})
    return calls


def users(pages: int = 1, size: int | None = None, path: str = "") -> list[dict[str, Any]]:
    calls = []
    for page in range(pages):
        asked: dict[str, Any] = {"PathPrefix": path} if path else {}
        asked |= {} if size is None else {"MaxItems": size}
        asked |= {"Marker": f"after-{page}"} if page else {}
        calls.append({"service": "iam", "operation": "ListUsers", "parameters": asked})
    return calls


def asked(*statuses: int) -> list[dict[str, Any]]:
    where = {"Bucket": "ferry-reports", "Key": "exports/summer-2025.csv"}
    start = {"operation": "DeleteObject", "status": 204}
    questions = [{"operation": "HeadObject", "status": status} for status in statuses]
    return [{"service": "s3", "parameters": where, **call} for call in (start, *questions)]


DEMONSTRATION = listed(Prefix="2024/", Delimiter="/")


def outcome(exercise: str, tmp_path: Path, calls: Iterable[dict[str, Any]]) -> str:
    made = next(one for one in LAB.exercises if one.id == exercise)
    result = run(made, account(tmp_path, calls))
    return " ".join([result.outcome.value, *result.unmet])


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([], "not attempted pages-small list-whole"),
        (listed(1), "not yet pages-small list-whole"),
        ([*listed(3), *DEMONSTRATION * 3], "not attempted pages-small list-whole"),
        (listed(11, 250), "done"),
        (listed(27, 100, operation="ListObjects"), "done"),
        (listed(11, 250) + listed(3), "done"),
        (listed(3, 1000), "not yet pages-small list-whole"),
        (listed(5, 250), "not yet list-whole"),
        (listed(1, 250, Delimiter="/"), "not yet list-whole"),
        (listed(5, 250, Prefix="2024/"), "not yet list-whole"),
        ([*DEMONSTRATION, *listed(1)], "not yet pages-small list-whole"),
        ([c for year in SUMMERS for c in listed(5, 250, Prefix=f"{year}/")], "done"),
    ],
)  # fmt: skip
def test_small_pages(calls: list[dict[str, Any]], expected: str, tmp_path: Path) -> None:
    assert outcome("small-pages", tmp_path, calls) == expected


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (listed(11, 250), "not attempted sheet-small sheet-went-on sheet-eighty"),
        (listed(2, 40), "done"),
        (listed(4, 20), "done"),
        (listed(2, 40) + listed(1), "done"),
        (listed(1, 40), "not yet sheet-went-on sheet-eighty"),
        (listed(67, 40), "not yet sheet-eighty"),
        (listed(11, 250) + users(), "not attempted sheet-small sheet-went-on sheet-eighty"),
        ([c for year in SUMMERS for c in listed(5, 250, Prefix=f"{year}/")], "not attempted"),
        (listed(11, 250) + listed(1, 80), "not yet sheet-small sheet-went-on"),
        (users() + listed(1) * 2, "not yet sheet-small sheet-went-on sheet-eighty"),
        (users() + listed(1, 80), "not yet sheet-small sheet-went-on"),
    ],
)
def test_two_sheets(calls: list[dict[str, Any]], expected: str, tmp_path: Path) -> None:
    found = outcome("two-sheets", tmp_path, calls)
    if "attempted" in expected:
        assert found.startswith("not attempted")
    else:
        assert found == expected


def test_a_wasted_page_is_counted_every_time(tmp_path: Path) -> None:
    found = checks.sheets_eighty(account(tmp_path, listed(1) * 2))
    assert found is not None
    assert found.found == "up to 2,000 tickets in 2 calls"


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        (users(2, path="/clerks/2025/"), None),
        (users(3, 50, path="/clerks/2025"), None),
        (users(1, path="/clerks/2025/"), "only its first 100 users"),
        (users(4), "ListUsers without a PathPrefix"),
        (users(4, path="/clerks/"), "ListUsers with PathPrefix /clerks/"),
        ([], "no list of users"),
    ],
)
def test_who_chose_the_clerks(calls: Any, found: str | None, tmp_path: Path) -> None:
    evidence = checks.iam_chose(account(tmp_path, calls))
    assert (evidence.found if evidence else None) == found


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([], "not attempted asked-early saw-it asked-gently"),
        (asked(), "not attempted asked-early saw-it asked-gently"),
        (asked(404, 404, 200), "done"),
        (asked(200) + asked(404, 200), "done"),
        (asked(200), "not yet asked-early"),
        (asked(404, 404), "not yet saw-it"),
        (asked(*[404] * 40, 200), "not yet asked-gently"),
    ],
)
def test_waiting(calls: list[dict[str, Any]], expected: str, tmp_path: Path) -> None:
    assert outcome("wait-for-it", tmp_path, calls) == expected


def test_a_retry_is_no_new_list(tmp_path: Path) -> None:
    found = listings(account(tmp_path, [*listed(1, 250) * 3, *listed(3, 250)[1:]]), "ferry-tickets")
    assert [(len(one.calls), one.most) for one in found] == [(5, 750)]


def test_changed_tickets_are_the_ground_broken(tmp_path: Path) -> None:
    gone = {
        "service": "s3",
        "operation": "DeleteObject",
        "status": 204,
        "parameters": {"Bucket": "ferry-tickets", "Key": "2023/ticket-0001.json"},
    }
    with pytest.raises(Broken, match="call 2 of the journal, DeleteObject"):
        refuse_changed(account(tmp_path, [*listed(1), gone]))
    assert outcome("small-pages", tmp_path, [gone]).startswith(Outcome.BROKEN.value)


def test_evidence_names_the_call(tmp_path: Path) -> None:
    assert checks.pages_small(account(tmp_path, listed(3, 1000))) == Evidence(
        "MaxKeys of 250 or less in every call",
        "MaxKeys = 1000",
        "call 1 of the journal, ListObjectsV2 of ferry-tickets",
    )


def test_the_ground_is_as_the_text_says() -> None:
    assert TOTAL == 2147
    assert len(empty_tickets()) == 19
    # An empty ticket replaces one of the summer; it never adds one.
    for year, (ending, count) in EMPTY.items():
        assert int(f"{count:02d}{ending}") <= SUMMERS[year]
