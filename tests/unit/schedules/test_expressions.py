"""Schedule expressions: what AWS accepts, what it refuses, and when they fall due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dryrun.cloud.schedules.expressions import InvalidExpression, InvalidTimezone, parse

# Of these AWS's answers are on record, as rules and as schedules.
REFUSED = [
    "rate(10 seconds)",
    "rate(10 years)",
    "rate()",
    "rate(10)",
    "rate(10 minutess)",
    "rate(foo minutes)",
    "rate(-10 minutes)",
    "rate( 10 minutes )",
    " rate(10 minutes)",
    "cron(0 1 * * * *)",
    "cron(7 20 * * NOT *)",
    "cron(INVALID)",
    "cron(0 dummy ? * MON-FRI *)",
    "cron(71 8 1 * ? *)",
    "cron()",
    "at(2021-12-31T23:59:59Z)",
    "at(2021-12-31)",
]
REFUSED_BY_RULES = [
    "rate(1 minutes)",
    "rate(1 hours)",
    "rate(1 days)",
    "rate(10 minute)",
    "rate(10 hour)",
    "rate(10 day)",
    "rate(0 minutes)",
    "rate(10 MINUTES)",
]
REFUSED_BY_THE_GRAMMAR = [
    "",
    "sometimes",
    "cron(0 12 * * ? *",
    "cron(99 99 99 * ? *)",
    "cron(0 24 * * ? *)",
    "cron(60 0 * * ? *)",
    "cron(0 0 0 * ? *)",
    "cron(0 0 32 * ? *)",
    "cron(0 0 * 13 ? *)",
    "cron(0 0 * 0 ? *)",
    "cron(0 0 ? * 0 *)",
    "cron(0 0 ? * 8 *)",
    "cron(0 0 * * ? 1969)",
    "cron(0 0 * * ? 2200)",
    "cron(0 0 ? * ? *)",
    "cron(? 0 * * ? *)",
    "cron(0 0 * * ?)",
    "cron(0 0 * * ? * *)",
    "cron(0 0 ? * 3#6 *)",
    "cron(0 0 ? * 3#0 *)",
    "cron(0 0 ? * 3#1,6#3 *)",
    "cron(0 0 L,15 * ? *)",
    "cron(0 0 15W,20W * ? *)",
    "cron(0 0 32W * ? *)",
    "cron(0/0 * * * ? *)",
    "cron(0/60 * * * ? *)",
    "cron(, * * * ? *)",
    "cron(1,,2 * * * ? *)",
    "cron(1- * * * ? *)",
    "cron(-1 * * * ? *)",
    "cron(L * * * ? *)",
    "cron(٣ * * * ? *)",
    "at(2026-02-30T00:00:00)",
    "at(2026-01-01 00:00:00)",
    "at(2026-01-01T24:00:00)",
]

# The start is Monday, 2026-01-05T00:00:00Z.
DUE = {
    "rate(1 minute)": ["01-05 00:01", "01-05 00:02"],
    "rate(5 minutes)": ["01-05 00:05", "01-05 00:10"],
    "rate(1 hour)": ["01-05 01:00", "01-05 02:00"],
    "rate(7 days)": ["01-12 00:00", "01-19 00:00"],
    "cron(* * * * ? *)": ["01-05 00:01", "01-05 00:02"],
    "cron(0 12 * * ? *)": ["01-05 12:00", "01-06 12:00"],
    "cron(5,35 14 * * ? *)": ["01-05 14:05", "01-05 14:35", "01-06 14:05"],
    "cron(0/15 * * * ? *)": ["01-05 00:15", "01-05 00:30"],
    "cron(*/15 * * * ? *)": ["01-05 00:15", "01-05 00:30"],
    "cron(10-20/5 3 * * ? *)": ["01-05 03:10", "01-05 03:15", "01-05 03:20", "01-06 03:10"],
    "cron(0 22-1 * * ? *)": ["01-05 01:00", "01-05 22:00", "01-05 23:00", "01-06 00:00"],
    "cron(0 2 ? * SAT *)": ["01-10 02:00", "01-17 02:00"],
    "cron(0 2 ? * 7 *)": ["01-10 02:00", "01-17 02:00"],
    "cron(0 2 ? * 1 *)": ["01-11 02:00", "01-18 02:00"],
    "cron(0 2 ? * L *)": ["01-10 02:00", "01-17 02:00"],
    "cron(0 18 ? * MON-FRI *)": ["01-05 18:00", "01-06 18:00"],
    "cron(0 0 ? * FRI-MON *)": ["01-09 00:00", "01-10 00:00", "01-11 00:00", "01-12 00:00"],
    "cron(0 0 ? * 2/2 *)": ["01-07 00:00", "01-09 00:00", "01-12 00:00"],
    "cron(0 2 ? * SAT#3 *)": ["01-17 02:00", "02-21 02:00"],
    "cron(0 2 ? * 3#5 *)": ["03-31 02:00", "06-30 02:00"],
    "cron(15 10 ? * 6L *)": ["01-30 10:15", "02-27 10:15"],
    "cron(15 10 ? * friL *)": ["01-30 10:15", "02-27 10:15"],
    "cron(0 8 1 * ? *)": ["02-01 08:00", "03-01 08:00"],
    "cron(0 8 31 * ? *)": ["01-31 08:00", "03-31 08:00"],
    "cron(0 8 L * ? *)": ["01-31 08:00", "02-28 08:00"],
    "cron(0 8 L-2 * ? *)": ["01-29 08:00", "02-26 08:00"],
    "cron(0 8 LW * ? *)": ["01-30 08:00", "02-27 08:00"],
    "cron(0 8 1W * ? *)": ["02-02 08:00", "03-02 08:00", "04-01 08:00"],
    "cron(0 8 15W * ? *)": ["01-15 08:00", "02-16 08:00"],
    "cron(0 8 31W * ? *)": ["01-30 08:00", "03-31 08:00"],
    "cron(0 8 1 JAN,JUL ? *)": ["07-01 08:00"],
    "cron(0 8 1 */6 ? *)": ["07-01 08:00"],
    "cron(0/5 5 ? JAN 2-6 2026)": ["01-05 05:00", "01-05 05:05"],
    "cron(0  12  *  *  ?  *)": ["01-05 12:00"],
    "at(2026-01-05T09:30:15)": ["01-05 09:30"],
}
NEVER = [
    "at(2022-12-31T23:59:59)",
    "at(2026-01-05T00:00:00)",
    "cron(15 10 ? * 6L 2002-2005)",
    "cron(0 0 30 2 ? *)",
]
START = datetime(2026, 1, 5, tzinfo=UTC).timestamp()


def times(expression: str, start: str, count: int, timezone: str = "UTC") -> list[str]:
    """Return the next times, in UTC."""
    schedule = parse(expression, timezone=timezone)
    moment = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
    found = []
    for _ in range(count):
        following = schedule.next_after(moment)
        if following is None:
            break
        assert following > moment
        moment = following
        found.append(datetime.fromtimestamp(moment, UTC).strftime("%m-%d %H:%M"))
    return found


@pytest.mark.parametrize("expression", [*REFUSED, *REFUSED_BY_RULES, *REFUSED_BY_THE_GRAMMAR])
def test_that_bad_expressions_are_refused(expression: str) -> None:
    with pytest.raises(InvalidExpression):
        parse(expression)


@pytest.mark.parametrize("expression", REFUSED)
def test_that_scheduler_refuses_them_too(expression: str) -> None:
    with pytest.raises(InvalidExpression):
        parse(expression, strict=False)


@pytest.mark.parametrize("expression", ["rate(1 days)", "rate(1 day)", "rate(10 minute)"])
def test_that_scheduler_does_not_count_letters(expression: str) -> None:
    assert parse(expression, strict=False).kind == "rate"


@pytest.mark.parametrize(("expression", "expected"), DUE.items())
def test_when_an_expression_falls_due(expression: str, expected: list[str]) -> None:
    assert times(expression, "2026-01-05T00:00:00", len(expected)) == expected


@pytest.mark.parametrize("expression", NEVER)
def test_that_what_is_over_never_falls_due(expression: str) -> None:
    assert parse(expression).next_after(START) is None


def test_that_february_29_comes_every_fourth_year() -> None:
    schedule = parse("cron(0 0 29 2 ? *)")
    first = schedule.next_after(START)
    assert first == datetime(2028, 2, 29, tzinfo=UTC).timestamp()
    assert schedule.next_after(first) == datetime(2032, 2, 29, tzinfo=UTC).timestamp()


def test_that_2100_has_no_february_29() -> None:
    found = parse("cron(0 0 29 2 ? *)").next_after(datetime(2096, 3, 1, tzinfo=UTC).timestamp())
    assert found == datetime(2104, 2, 29, tzinfo=UTC).timestamp()


def test_that_the_last_year_is_2199() -> None:
    schedule = parse("cron(0 0 31 12 ? 2199)")
    last = schedule.next_after(START)
    assert last == datetime(2199, 12, 31, tzinfo=UTC).timestamp()
    assert schedule.next_after(last) is None


def test_that_a_question_may_be_asked_about_any_moment() -> None:
    """The day that is kept at hand must not decide the answer."""
    schedule = parse("cron(0 12 ? * MON *)")
    for year in (2026, 2024, 2030, 2026):
        moment = datetime(year, 6, 1, tzinfo=UTC).timestamp()
        assert schedule.next_after(moment) == parse("cron(0 12 ? * MON *)").next_after(moment)


@pytest.mark.parametrize(
    ("expression", "timezone", "start", "expected"),
    [
        # 2026-03-08: New York's clocks go from 02:00 to 03:00.
        (
            "cron(30 2 * * ? *)",
            "America/New_York",
            "2026-03-07T00:00:00",
            ["03-07 07:30", "03-09 06:30", "03-10 06:30"],
        ),
        (
            "cron(0/30 * * * ? *)",
            "America/New_York",
            "2026-03-08T06:00:00",
            ["03-08 06:30", "03-08 07:00", "03-08 07:30"],
        ),
        (
            "cron(0 9 * * ? *)",
            "America/New_York",
            "2026-03-07T00:00:00",
            ["03-07 14:00", "03-08 13:00", "03-09 13:00"],
        ),
        # 2026-11-01: they go from 02:00 back to 01:00.
        (
            "cron(30 1 * * ? *)",
            "America/New_York",
            "2026-10-31T00:00:00",
            ["10-31 05:30", "11-01 05:30", "11-02 06:30"],
        ),
        (
            "cron(0 2 * * ? *)",
            "America/New_York",
            "2026-10-31T12:00:00",
            ["11-01 07:00", "11-02 07:00"],
        ),
        # 2026-03-29 and 2026-10-25: Berlin's.
        (
            "cron(15 2 * * ? *)",
            "Europe/Berlin",
            "2026-03-28T00:00:00",
            ["03-28 01:15", "03-30 00:15"],
        ),
        (
            "cron(15 2 * * ? *)",
            "Europe/Berlin",
            "2026-10-24T12:00:00",
            ["10-25 00:15", "10-26 01:15"],
        ),
        # 2018-11-04: São Paulo's had no midnight.
        (
            "cron(0 0 * * ? *)",
            "America/Sao_Paulo",
            "2018-11-02T00:00:00",
            ["11-02 03:00", "11-03 03:00", "11-05 02:00"],
        ),
        # Half an hour only, and 45 minutes beside the hour.
        ("cron(15 2 4 10 ? 2026)", "Australia/Lord_Howe", "2026-10-01T00:00:00", []),
        ("cron(0 0 * * ? *)", "Asia/Kathmandu", "2026-01-05T00:00:00", ["01-05 18:15"]),
        ("at(2026-07-01T09:00:00)", "Europe/Berlin", "2026-01-05T00:00:00", ["07-01 07:00"]),
        ("at(2026-11-01T01:30:00)", "America/New_York", "2026-01-05T00:00:00", ["11-01 05:30"]),
        ("at(2026-03-08T02:30:00)", "America/New_York", "2026-01-05T00:00:00", ["03-08 07:30"]),
        # A rate does not care for clocks.
        ("rate(1 day)", "America/New_York", "2026-03-07T12:00:00", ["03-08 12:00", "03-09 12:00"]),
    ],
)
def test_daylight_saving_time(
    expression: str, timezone: str, start: str, expected: list[str]
) -> None:
    assert times(expression, start, max(len(expected), 1), timezone) == expected


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "America", "../etc/passwd", "EuropeBerlin"])
def test_that_a_time_zone_must_exist(name: str) -> None:
    with pytest.raises(InvalidTimezone):
        parse("rate(1 minute)", timezone=name)


def test_a_rate_counted_from_a_start() -> None:
    schedule = parse("rate(1 hour)").starting(START)  # type: ignore[attr-defined]
    assert schedule.next_after(START - 5000) == START
    assert schedule.next_after(START) == START + 3600
    assert schedule.next_after(START + 5000) == START + 7200


def test_cron_against_a_plain_search() -> None:
    """A slow search, minute by minute, finds the same times."""
    schedule = parse("cron(7/13 3-5 ? * TUE,THU *)")
    moment, found = START, []
    while len(found) < 40:
        moment = schedule.next_after(moment) or 0.0
        found.append(moment)
    slow, probe = [], START
    while len(slow) < 40:
        probe += 60
        now = datetime.fromtimestamp(probe, UTC)
        if now.minute in range(7, 60, 13) and now.hour in (3, 4, 5) and now.weekday() in (1, 3):
            slow.append(probe)
    assert found == slow
