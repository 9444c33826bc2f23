"""Lab 10-03: times that come to the same, evenings before summer time, filters of the pipe."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from dryrun.checks.account import Account
from dryrun.checks.eventbridge import groups, harbour, night, times

EVENING = datetime(2027, 3, 27, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "evening"),
    [
        ("2026-11-26T02:00:00", "2027-03-27T18:00:00"),
        ("2026-03-28T17:59:59", "2026-03-28T18:00:00"),
        ("2026-03-28T18:00:00", "2027-03-27T18:00:00"),
        ("2030-01-01T00:00:00", "2030-03-30T18:00:00"),
        ("2024-03-01T00:00:00", "2024-03-30T18:00:00"),
    ],
)
def test_the_evening_is_the_one_before_the_clocks_go_forward(moment: str, evening: str) -> None:
    found = harbour.evening(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(evening).replace(tzinfo=UTC)
    assert found.weekday() == 5
    due = times.upcoming("cron(30 2 * * ? *)", harbour.ZONE, found, 1)
    assert (due[0] - found).days == 1, "half past two must not be in this night"


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("cron(30 20 ? * SAT,SUN *)", True),
        ("cron(30 20 ? * 7,1 *)", True),
        ("cron(30 20 ? * SAT-SUN *)", True),
        ("cron(30 20 ? * 6,7 *)", False),
        ("cron(30 20 * * ? *)", False),
        ("cron(0/30 20 ? * SAT,SUN *)", False),
        ("rate(1 day)", False),
        ("sometimes", False),
    ],
)
def test_times_are_compared_and_not_texts(expression: str, same: bool) -> None:
    told = {"ScheduleExpression": expression}
    refused = times.refuse_other_times(told, night.RULE_TIMES, "UTC", EVENING, "here")
    assert (refused is None) is same


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("rate(2 hours)", True),
        ("rate(120 minutes)", True),
        ("cron(0 */2 * * ? *)", True),
        ("cron(15 1-23/2 * * ? *)", True),
        ("rate(1 hour)", False),
        ("cron(0 0-20/2 * * ? *)", False),
        ("at(2027-03-28T00:00:00)", False),
    ],
)
def test_gaps_are_compared(expression: str, same: bool) -> None:
    refused = times.refuse_other_gap({"ScheduleExpression": expression}, 2, EVENING, "here")
    assert (refused is None) is same


class Pipes:
    """An account that has one pipe."""

    def __init__(self, *patterns: Any) -> None:
        self._filters = [{"Pattern": json.dumps(pattern)} for pattern in patterns]

    def client(self, _: str) -> Pipes:
        return self

    def describe_pipe(self, **_: str) -> dict[str, Any]:
        return {"SourceParameters": {"FilterCriteria": {"Filters": self._filters}}}


@pytest.mark.parametrize(
    ("patterns", "right"),
    [
        (({"body": {"seats": [{"numeric": [">=", 10]}]}},), True),
        (({"body": {"seats": [{"numeric": [">", 9]}]}},), True),
        (({"body": {"seats": [10]}}, {"body": {"seats": [{"numeric": [">", 10]}]}}), True),
        (({"body": {"seats": [{"numeric": [">", 10]}]}},), False),
        (({"seats": [{"numeric": [">=", 10]}]},), False),
        (({"body": {"seats": [{"exists": True}]}},), False),
        ((), False),
    ],
)
def test_filters_are_tried_and_not_read(patterns: tuple[Any, ...], right: bool) -> None:
    account = cast("Account", Pipes(*patterns))
    assert (groups.filtered(account) is None) is right
