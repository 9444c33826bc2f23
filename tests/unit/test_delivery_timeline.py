"""`lab.deliveries`: rows, dots, and the words that say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dryrun.exceptions import LabError
from dryrun.notebook.delivery_timeline import (
    Axis,
    deliveries_card,
    since_of,
    source_name,
    target_name,
)

BEGUN = datetime(2026, 1, 5, 18, tzinfo=UTC).timestamp()
NIGHT = 12 * 3600.0
ACCOUNT = "us-east-1:123456789012:"


def told(hour: float, **more: Any) -> dict[str, Any]:
    """Return one delivery, some hours after the beginning."""
    began = BEGUN + hour * 3600
    return {
        "began": began,
        "ended": began,
        "service": "scheduler",
        "source": f"arn:aws:scheduler:{ACCOUNT}schedule/default/report",
        "target": f"arn:aws:sqs:{ACCOUNT}reports",
        "delivered": True,
        "attempts": 1,
        "error_code": "",
        "error_message": "",
        "dead_letter": "",
        **more,
    }


FAILED = {
    "delivered": False,
    "error_code": "NO_PERMISSIONS",
    "error_message": "Not authorized.",
    "dead_letter": f"arn:aws:sqs:{ACCOUNT}letters",
}


@pytest.mark.parametrize(
    ("arn", "service", "name"),
    [
        (f"arn:aws:events:{ACCOUNT}rule/nightly", "events", "rule nightly"),
        (f"arn:aws:events:{ACCOUNT}rule/bus/nightly", "events", "rule bus/nightly"),
        (f"arn:aws:scheduler:{ACCOUNT}schedule/default/a", "scheduler", "schedule a"),
        (f"arn:aws:scheduler:{ACCOUNT}schedule/night/a", "scheduler", "schedule night/a"),
        (f"arn:aws:pipes:{ACCOUNT}pipe/sold", "pipes", "pipe sold"),
        (f"arn:aws:cloudwatch:{ACCOUNT}alarm:hot", "cloudwatch", "alarm hot"),
        (f"arn:aws:sns:{ACCOUNT}news", "sns", "topic news"),
        ("arn:aws:s3:::tickets", "s3", "bucket tickets"),
    ],
)
def test_names_of_senders(arn: str, service: str, name: str) -> None:
    assert source_name(arn, service) == name


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        (f"arn:aws:sqs:{ACCOUNT}tickets", "queue tickets"),
        (f"arn:aws:lambda:{ACCOUNT}function:report", "function report"),
        (f"arn:aws:logs:{ACCOUNT}log-group:/aws/events/all:*", "log group all"),
        (f"arn:aws:states:{ACCOUNT}stateMachine:sell", "state machine sell"),
        (f"arn:aws:events:{ACCOUNT}event-bus/central", "bus central"),
        (f"arn:aws:events:{ACCOUNT}api-destination/hook/1", "API destination hook"),
        ("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "call sqs sendMessage"),
    ],
)
def test_names_of_targets(arn: str, name: str) -> None:
    assert target_name(arn) == name


def test_rows_say_what_went_well_and_what_did_not() -> None:
    several = [
        told(1),
        told(2, attempts=3),
        told(3, **FAILED),
        told(4, target=f"arn:aws:sqs:{ACCOUNT}other"),
    ]
    card = deliveries_card(several, BEGUN, BEGUN + NIGHT)
    first, second = card.facts["rows"]
    assert card.facts["status"] == "4 deliveries, 1 failed"
    assert (first["source"], first["target"]) == ("schedule report", "queue reports")
    assert first["words"] == "2 delivered, 1 of them after retries, 1 failed"
    assert first["reasons"] == ["NO_PERMISSIONS: Not authorized. It is in the queue letters now."]
    assert [dot["tone"] for dot in first["dots"]] == ["good", "warn", "bad"]
    assert [dot["left"] for dot in first["dots"]] == ["8.33", "16.67", "25.00"]
    assert (second["words"], second["times"]) == ("1 delivered", "22:00:00")


def test_the_text_has_the_same_in_columns() -> None:
    text = deliveries_card([told(0), told(6, **FAILED)], BEGUN, BEGUN + NIGHT).text
    bar = next(line for line in text.splitlines() if "●····" in line).strip()
    assert (len(bar), bar.index("●"), bar.index("✗")) == (48, 0, 24)
    assert "5 January 2026, 18:00:00 to 6 January 06:00:00 UTC: 12 h of lab time" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_failure_is_never_hidden_by_a_delivery_beside_it() -> None:
    several = [told(6, **FAILED), *(told(6 + number / 3600) for number in range(60))]
    assert "✗" in deliveries_card(several, BEGUN, BEGUN + NIGHT).text.split("queue reports")[1]


def test_of_a_thousand_dots_a_part_is_drawn() -> None:
    several = [told(number / 100) for number in range(1000)] + [told(10, **FAILED)]
    (row,) = deliveries_card(several, BEGUN, BEGUN + NIGHT).facts["rows"]
    assert len(row["dots"]) <= 241
    assert row["dots"][-1]["tone"] == "bad"
    assert row["words"] == "1000 delivered, 1 failed"


def test_only_what_is_asked_about_is_shown() -> None:
    several = [told(1), told(2, target=f"arn:aws:sqs:{ACCOUNT}other"), told(-3)]
    card = deliveries_card(several, BEGUN, BEGUN + NIGHT, "other")
    assert [row["target"] for row in card.facts["rows"]] == ["queue other"]
    assert "Nothing was delivered" in deliveries_card([], BEGUN, BEGUN + NIGHT).text


def test_html_holds_no_scripts() -> None:
    html = deliveries_card([told(1, **FAILED)], BEGUN, BEGUN + NIGHT).html
    assert "<script" not in html
    assert "schedule report" in html


def test_ticks_are_round_times_of_day() -> None:
    labels = [tick["label"] for tick in Axis(BEGUN + 60, BEGUN + NIGHT).ticks()]
    assert labels == ["20:00", "22:00", "00:00", "02:00", "04:00"]
    assert len(Axis(BEGUN, BEGUN + 90 * 86400.0).ticks()) <= 8


@pytest.mark.parametrize("since", ["yesterday", 5])
def test_since_must_be_a_time(since: Any) -> None:
    with pytest.raises(LabError):
        since_of(None, since, BEGUN)


def test_since_may_be_told_in_hours() -> None:
    assert since_of(2, None, BEGUN) == BEGUN - 7200
    assert since_of(None, None, BEGUN) == BEGUN - 86400
    assert since_of(None, "2026-01-05T17:00:00", BEGUN) == BEGUN - 3600
    with pytest.raises(LabError):
        since_of(0, None, BEGUN)
