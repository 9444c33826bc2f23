"""The journal: every request and its answer in one order, from which a killed cloud comes back."""

from __future__ import annotations

from dryrun.cloud.journal.book import Journal, current, make_current
from dryrun.cloud.journal.calls import CHECKER, LONGEST_VALUE, REMEMBERED, Call, presentable
from dryrun.cloud.journal.exceptions import DamagedError, UnwritableError
from dryrun.cloud.journal.records import Body, Kind, Record
from dryrun.cloud.journal.secrets import HIDDEN

__all__ = [
    "CHECKER",
    "HIDDEN",
    "LONGEST_VALUE",
    "REMEMBERED",
    "Body",
    "Call",
    "DamagedError",
    "Journal",
    "Kind",
    "Record",
    "UnwritableError",
    "current",
    "make_current",
    "presentable",
]
