"""Read from the journal how a list was fetched: which pages, how large, how far."""

from __future__ import annotations

from dataclasses import dataclass

from dryrun.checks.account import Account
from dryrun.checks.calls import Call

S3_PAGE = 1000
"""The most objects S3 puts on a page, and what it takes when nobody says."""

_POSITIONS = ("ContinuationToken", "Marker", "StartAfter")


@dataclass(frozen=True)
class Listing:
    """Hold the calls of one list, from its first page on; at least one call.

    `limit` is the parameter that bounds a page, `default` the service's page without it.
    """

    calls: tuple[Call, ...]
    limit: str
    default: int

    @property
    def prefix(self) -> str:
        """The prefix the service was asked for; "" is everything."""
        return prefix_of(self.calls[0])

    @property
    def pages(self) -> dict[str, int]:
        """The most items of each page, by where the page begins; a repeated page counts once."""
        return {_position(call): self.size(call) for call in self.calls}

    @property
    def most(self) -> int:
        """The most items this list can have brought."""
        return sum(self.pages.values())

    @property
    def went_on(self) -> bool:
        """Whether a page after the first was asked for."""
        return len(self.pages) > 1

    @property
    def largest(self) -> Call:
        """The call with the largest page."""
        return max(self.calls, key=self.size)

    @property
    def sized(self) -> bool:
        """Whether any call said how large a page may be."""
        return any(self.limit in call.parameters for call in self.calls)

    def size(self, call: Call) -> int:
        """Return the most items a call can bring."""
        asked = call.parameters.get(self.limit)
        return self.default if asked is None else min(int(asked), S3_PAGE)

    def said(self, call: Call) -> str:
        """Say what a call asked for, as a learner can find it in the journal."""
        if call.parameters.get(self.limit) is None:
            return f"no {self.limit}, so the page had up to {self.default:,}"
        return f"{self.limit} = {call.parameters[self.limit]}"


def listings(account: Account, bucket: str) -> list[Listing]:
    """Return the lists of a bucket's objects that the learner fetched, oldest first."""
    found = [
        call
        for call in account.calls("s3")
        if call.operation in ("ListObjectsV2", "ListObjects")
        and call.status == 200
        and call.parameters.get("Bucket") == bucket
    ]
    return _grouped(found, "MaxKeys", S3_PAGE)


def user_listings(account: Account) -> list[Listing]:
    """Return the lists of IAM users that the learner fetched, oldest first."""
    found = [call for call in account.calls("iam", "ListUsers") if call.status == 200]
    return _grouped(found, "MaxItems", 100)


def prefix_of(call: Call) -> str:
    """Return the prefix a list was narrowed to, "" for none."""
    return str(call.parameters.get("Prefix") or call.parameters.get("PathPrefix") or "")


def place(call: Call) -> str:
    """Say where in the journal a call is."""
    return f"call {call.number} of the journal, {call.operation}"


def _position(call: Call) -> str:
    """Return where a page begins, "" for the first."""
    return next((str(call.parameters[n]) for n in _POSITIONS if call.parameters.get(n)), "")


def _grouped(calls: list[Call], limit: str, default: int) -> list[Listing]:
    """Put pages to the list they go on with; a first page begins a new one.

    A first page that is asked for again at once is a retry, which clients make.
    """
    groups: list[list[Call]] = []
    for call in calls:
        mine = next((g for g in reversed(groups) if prefix_of(g[0]) == prefix_of(call)), None)
        retried = mine is not None and mine[-1].parameters == call.parameters
        if mine is not None and (_position(call) or retried):
            mine.append(call)
        else:
            groups.append([call])
    return [Listing(tuple(group), limit, default) for group in groups]
