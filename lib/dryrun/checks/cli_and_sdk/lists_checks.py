"""What must be true of the exercises of lab 01-03."""

from __future__ import annotations

import contextlib
import re

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.calls import Call
from dryrun.checks.cli_and_sdk import tickets
from dryrun.checks.cli_and_sdk.listings import Listing, listings, place, user_listings
from dryrun.checks.cli_and_sdk.tickets import CLERKS, REPORTS, SUMMERS, TICKETS, TOTAL
from dryrun.checks.model import Evidence

LARGEST_PAGE = 250
SHEET = 40
EXPORT = "exports/summer-2025.csv"
MOST_QUESTIONS = 10

TOTAL_NAME = "/ferry/tickets/total"
CLERKS_NAME = "/ferry/clerks/2025"
EMPTY_NAME = "/ferry/tickets/empty"
CLERKS_PATH = "/clerks/2025/"

_NO_LIST = "no list of the tickets"
_BUCKET = f"bucket {TICKETS}"
_OBJECT = f"{EXPORT} in bucket {REPORTS}"


# 1 · the true total


def total_right(account: Account) -> Evidence | None:
    """Find that the stored total is that of all tickets."""
    tickets.refuse_changed(account)
    last = TOTAL % 1000
    known = {
        "1000": "exactly one page of S3; so a first page, and no more",
        str(last): "that is what the last page holds",
        f"10001000{last}": "three pages, counted one by one",
        **{str(count): f"the summer of {year} only" for year, count in SUMMERS.items()},
    }
    return tickets.refuse_number(account, TOTAL_NAME, TOTAL, known)


# 2 · pages that arrive in time


def _need(prefix: str) -> int:
    """Return how many tickets a list with this prefix has; 0 for one within a summer."""
    return sum(count for year, count in SUMMERS.items() if f"{year}/".startswith(prefix))


def _is_whole_in_small(listing: Listing) -> bool:
    small = listing.size(listing.largest) <= LARGEST_PAGE
    return small and listing.most >= _need(listing.prefix)


def _in_small_pages(account: Account) -> set[str]:
    """Return the summers of which every page was fetched, and none was too large."""
    return {
        year
        for listing in listings(account, TICKETS)
        if _is_whole_in_small(listing)
        for year in SUMMERS
        if f"{year}/".startswith(listing.prefix)
    }


def _latest_try(account: Account) -> Listing | None:
    """Return the list a learner means: the last with a page size, else the last of all."""
    found = listings(account, TICKETS)
    return next((one for one in reversed(found) if one.sized), found[-1] if found else None)


def pages_small(account: Account) -> Evidence | None:
    """Find that the tickets were listed in pages of the size asked for."""
    tickets.refuse_changed(account)
    mine = _latest_try(account)
    expected = f"MaxKeys of {LARGEST_PAGE} or less in every call"
    if mine is None:
        return Evidence(expected, _NO_LIST, _BUCKET)
    large = mine.largest
    if mine.size(large) <= LARGEST_PAGE or _in_small_pages(account) == set(SUMMERS):
        return None
    return Evidence(expected, mine.said(large), f"{place(large)} of {TICKETS}")


def list_whole(account: Account) -> Evidence | None:
    """Find that the list in small pages went on to its end."""
    tickets.refuse_changed(account)
    done, mine = _in_small_pages(account), _latest_try(account)
    if done == set(SUMMERS):
        return None
    expected = f"small pages up to the last of {TOTAL:,} tickets"
    if mine is None:
        return Evidence(expected, _NO_LIST, _BUCKET)
    if mine.size(mine.largest) > LARGEST_PAGE:
        found = "no list in small pages"
    elif done:
        found = f"small pages of the summer {' and '.join(sorted(done))} only"
    elif "Delimiter" in mine.calls[-1].parameters and not mine.prefix:
        found = "the names of the summers only; a Delimiter hides what is below them"
    else:
        count = len(mine.pages)
        found = f"{count} page{'s' if count > 1 else ''}, at most {mine.most:,} tickets"
    return Evidence(expected, found, f"your latest list of {TICKETS}: {place(mine.calls[-1])}")


def tried_pages(account: Account) -> bool:
    """Tell whether a page size was given, or all was listed after the demonstration."""
    found = listings(account, TICKETS)
    # The demonstration reads one summer; whoever caught up has not run it.
    shown = max((one.calls[-1].number for one in found if one.prefix), default=0)
    return any(one.sized or (not one.prefix and one.calls[0].number > shown) for one in found)


def solve_pages(account: Account) -> None:
    """List all tickets in small pages."""
    pages = account.client("s3").get_paginator("list_objects_v2")
    with tickets.without_latency(account):
        for year in SUMMERS:
            sizes = {"PageSize": LARGEST_PAGE}
            for _ in pages.paginate(Bucket=TICKETS, Prefix=f"{year}/", PaginationConfig=sizes):
                pass


# 3 · two sheets of forty


def _sheets(account: Account) -> Listing | None:
    """Return the two sheets, or else the latest list, which was meant to be them."""
    found = [one for one in listings(account, TICKETS) if "2023/".startswith(one.prefix)]
    right = [
        one
        for one in found
        if one.size(one.largest) <= SHEET and one.went_on and one.most == 2 * SHEET
    ]
    chosen = right or found
    return chosen[-1] if chosen else None


def sheets_small(account: Account) -> Evidence | None:
    """Find that no call asked for more than a sheet."""
    mine = _sheets(account)
    expected = f"MaxKeys of {SHEET} or less in every call"
    if mine is None:
        return Evidence(expected, _NO_LIST, _BUCKET)
    if mine.size(mine.largest) <= SHEET:
        return None
    return Evidence(expected, mine.said(mine.largest), f"{place(mine.largest)} of {TICKETS}")


def sheets_went_on(account: Account) -> Evidence | None:
    """Find that the second sheet began where the first ended."""
    mine = _sheets(account)
    expected = "a second call that carries a ContinuationToken"
    if mine is None:
        return Evidence(expected, _NO_LIST, _BUCKET)
    if mine.went_on:
        return None
    found = f"{len(mine.calls)} call{'s' if len(mine.calls) > 1 else ''} without one"
    return Evidence(expected, found, f"your latest list of {TICKETS}: {place(mine.calls[-1])}")


def sheets_eighty(account: Account) -> Evidence | None:
    """Find that S3 handed out as many tickets as two sheets hold."""
    mine = _sheets(account)
    expected = f"{2 * SHEET} tickets, no more and no fewer"
    if mine is None:
        return Evidence(expected, _NO_LIST, _BUCKET)
    if mine.most == 2 * SHEET:
        return None
    read = sum(mine.size(call) for call in mine.calls)
    count = len(mine.calls)
    found = f"up to {read:,} tickets in {count} call{'s' if count > 1 else ''}"
    return Evidence(expected, found, f"your latest list of {TICKETS}: {place(mine.calls[-1])}")


def tried_sheets(account: Account) -> bool:
    """Tell whether a page is as small as a sheet, or a list came after the demonstration."""
    found = listings(account, TICKETS)
    # The demonstration reads users; whoever caught up has the lists of the exercise before.
    shown = min((one.calls[0].number for one in user_listings(account)), default=None)
    if shown is None:
        shown = max((one.calls[-1].number for one in found if _is_whole_in_small(one)), default=0)
    return any(one.size(one.largest) <= SHEET or one.calls[0].number > shown for one in found)


def solve_sheets(account: Account) -> None:
    """Fetch two sheets."""
    s3 = account.client("s3")
    with tickets.without_latency(account):
        first = s3.list_objects_v2(Bucket=TICKETS, MaxKeys=SHEET)
        token = first["NextContinuationToken"]
        s3.list_objects_v2(Bucket=TICKETS, MaxKeys=SHEET, ContinuationToken=token)


# 4 · let the service choose


def clerks_right(account: Account) -> Evidence | None:
    """Find that the stored number is that of the clerks of 2025."""
    everybody = sum(CLERKS.values())
    known = {
        "100": "exactly one page of IAM; so a first page, and no more",
        str(CLERKS["2025"] - 100): "that is what the last page holds",
        str(everybody): "the clerks of all summers",
        str(everybody + 1): "all users, ferry-admin among them",
        **{str(CLERKS[year]): f"the clerks of {year}" for year in ("2023", "2024")},
    }
    return tickets.refuse_number(account, CLERKS_NAME, CLERKS["2025"], known)


def _clerk_listings(account: Account) -> list[Listing]:
    found = user_listings(account)
    return [one for one in found if one.prefix.startswith(CLERKS_PATH.rstrip("/"))]


def iam_chose(account: Account) -> Evidence | None:
    """Find that IAM was asked for the clerks of 2025 alone, page by page to the last."""
    mine = _clerk_listings(account)
    if any(one.most >= CLERKS["2025"] for one in mine):
        return None
    expected = f"ListUsers with PathPrefix {CLERKS_PATH}, up to its last page"
    if mine:
        found = f"only its first {mine[-1].most} users"
        return Evidence(expected, found, place(mine[-1].calls[-1]))
    everybody = user_listings(account)
    if not everybody:
        return Evidence(expected, "no list of users", "IAM")
    prefix = everybody[-1].prefix
    found = f"ListUsers with PathPrefix {prefix}" if prefix else "ListUsers without a PathPrefix"
    return Evidence(expected, found, f"your latest list of users: {place(everybody[-1].calls[-1])}")


def tried_clerks(account: Account) -> bool:
    """Tell whether IAM was asked for a path, or a number of clerks was stored."""
    return bool(_clerk_listings(account)) or bool(tickets.attempts(account, "clerk"))


def solve_clerks(account: Account) -> None:
    """Let IAM choose, and store the number."""
    with tickets.without_latency(account):
        # One page is enough for them: IAM sends up to 1,000 users to who asks for as many.
        page = account.client("iam").list_users(PathPrefix=CLERKS_PATH, MaxItems=1000)
    tickets.store(account, CLERKS_NAME, str(len(page["Users"])))


# 5 · wait for it


def _questions(account: Account) -> list[Call]:
    """Return the calls that asked for the export since it was last started."""
    mine = [
        call
        for call in account.calls("s3")
        if call.parameters.get("Bucket") == REPORTS and call.parameters.get("Key") == EXPORT
    ]
    starts = [at for at, call in enumerate(mine) if call.operation == "DeleteObject"]
    recent = mine[starts[-1] :] if starts else mine
    return [call for call in recent if call.operation in ("HeadObject", "GetObject")]


def asked_before(account: Account) -> Evidence | None:
    """Find that the first question came before the file."""
    asked = _questions(account)
    expected = "a first HeadObject that is answered 404: not there yet"
    if not asked:
        return Evidence(expected, "nobody asked for it", _OBJECT)
    if asked[0].status == 404:
        return None
    found = f"one that is answered {asked[0].status}"
    return Evidence(expected, found, f"{place(asked[0])}, {EXPORT}")


def saw_it(account: Account) -> Evidence | None:
    """Find that somebody asked until the file was there."""
    asked = _questions(account)
    expected = "a HeadObject that is answered 200: it is there"
    if any(call.status == 200 for call in asked):
        return None
    if not asked:
        return Evidence(expected, "nobody asked for it", _OBJECT)
    found = f"{_times(asked)}, the last answer is {asked[-1].status}"
    return Evidence(expected, found, f"{place(asked[-1])}, {EXPORT}")


def asked_gently(account: Account) -> Evidence | None:
    """Find that nobody hammered at the service."""
    asked = _questions(account)
    expected = f"{MOST_QUESTIONS} questions at most"
    if not asked:
        return Evidence(expected, "nobody asked for it", _OBJECT)
    if len(asked) <= MOST_QUESTIONS:
        return None
    return Evidence(expected, _times(asked), f"{place(asked[-1])}, {EXPORT}")


def _times(asked: list[Call]) -> str:
    return "asked once" if len(asked) == 1 else f"asked {len(asked)} times"


def tried_waiting(account: Account) -> bool:
    """Tell whether anybody asked for the export."""
    return bool(_questions(account))


def solve_wait(account: Account) -> None:
    """Ask too early, let the file come, ask again."""
    s3 = account.client("s3")
    s3.delete_object(Bucket=REPORTS, Key=EXPORT)
    with contextlib.suppress(ClientError):
        s3.head_object(Bucket=REPORTS, Key=EXPORT)
    s3.put_object(Bucket=REPORTS, Key=EXPORT, Body=b"ticket,passenger\n")
    s3.head_object(Bucket=REPORTS, Key=EXPORT)


def export_gone(account: Account) -> Evidence | None:
    """Find that the export was cleaned up."""
    try:
        account.client("s3").head_object(Bucket=REPORTS, Key=EXPORT)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    return Evidence("no such object", "it is still there", _OBJECT)


# 6 · the empty tickets


def _named_keys(account: Account) -> set[str]:
    return set(re.findall(r"\d{4}/ticket-\d+\.json", tickets.value(account, EMPTY_NAME) or ""))


def empty_complete(account: Account) -> Evidence | None:
    """Find that every empty ticket is named."""
    tickets.refuse_changed(account)
    wanted, named = tickets.empty_tickets(), _named_keys(account)
    missing = [key for key in wanted if key not in named]
    if not missing:
        return None
    found = f"{len(wanted) - len(missing)}; the first one missing is {missing[0]}"
    return Evidence(f"{len(wanted)} empty tickets", found, f"parameter {EMPTY_NAME}")


def empty_only(account: Account) -> Evidence | None:
    """Find that no other ticket is named."""
    named = _named_keys(account)
    expected = "keys of empty tickets, and no other"
    if not named:
        return Evidence(expected, "no key of a ticket", f"parameter {EMPTY_NAME}")
    others = sorted(named - set(tickets.empty_tickets()))
    if not others:
        return None
    found = f"{len(others)} that are not empty or not there, such as {others[0]}"
    return Evidence(expected, found, f"parameter {EMPTY_NAME}")
