"""`lab.timeline`: operations out of events, their bars, and the words that say the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import stack_samples as samples
from stack_samples import BEGUN, events

from dryrun.exceptions import LabError
from dryrun.notebook.display import Card
from dryrun.notebook.stack_events import operations, parse_status
from dryrun.notebook.stack_timeline import MOST_ROWS, timeline_card
from dryrun.notebook.stack_words import spell

NOW = BEGUN + timedelta(days=3)
WHOLE = (*samples.CREATION, *samples.UPDATE, *samples.FAILED_DELETION)


def card(*rows: tuple, operation: str = "last", now: datetime = NOW) -> Card:
    return timeline_card(events(*rows), operation, now)[0]


def row(told: Card, name: str, section: int = 0) -> dict:
    return next(row for row in told.facts["sections"][section]["rows"] if row["name"] == name)


@pytest.mark.parametrize(
    ("status", "parts"),
    [
        ("CREATE_IN_PROGRESS", ("CREATE", "IN_PROGRESS")),
        ("UPDATE_ROLLBACK_FAILED", ("UPDATE_ROLLBACK", "FAILED")),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ("UPDATE_COMPLETE_CLEANUP", "IN_PROGRESS")),
        ("DELETE_SKIPPED", ("DELETE", "SKIPPED")),
    ],
)
def test_statuses_are_taken_apart(status: str, parts: tuple[str, str]) -> None:
    assert parse_status(status) == parts


def test_events_are_split_where_a_stack_at_rest_begins_to_move() -> None:
    found = operations(events(*WHOLE))
    assert [one.stack.phases[0].verb for one in found] == ["CREATE", "UPDATE", "DELETE"]
    assert [one.moving for one in found] == [False, False, False]
    assert [len(one.rows) for one in found] == [5, 3, 4]


def test_a_rollback_belongs_to_what_is_rolled_back() -> None:
    [one] = operations(events(*samples.ROLLED_BACK))
    assert [(p.verb, p.state) for p in one.stack.phases] == [
        ("CREATE", "FAILED"), ("ROLLBACK", "COMPLETE"),
    ]  # fmt: skip


def test_a_later_rollback_of_a_stack_at_rest_is_an_operation_of_its_own() -> None:
    failed = (*samples.BEGINNING, (36, None, None, "CREATE_FAILED", "Seller failed"))
    later = ((90, None, None, "ROLLBACK_IN_PROGRESS"), (99, None, None, "ROLLBACK_COMPLETE"))
    assert [one.stack.phases[0].verb for one in operations(events(*failed, *later))] == [
        "CREATE", "ROLLBACK",
    ]  # fmt: skip


def test_a_creation_says_how_long_everything_took() -> None:
    told = card(*samples.CREATION)
    assert (told.facts["status"], told.facts["tone"]) == ("complete", "good")
    assert row(told, "TicketQueue")["words"] == "created in 31 s"
    assert row(told, samples.STACK)["words"] == "created in 50 s"
    bar = row(told, "TicketQueue")["bars"][0]
    assert (bar["left"], bar["width"], bar["kind"]) == ("4.00", "62.00", "create")
    assert "09:00:00 to 09:00:50 UTC: 50 s of lab time" in told.text


def test_a_failure_has_its_reason_its_sign_and_its_place_in_the_order() -> None:
    told = card(*samples.ROLLED_BACK)
    assert (told.facts["status"], told.facts["mark"]) == ("rolled back", "↩")
    assert "The first to fail was Seller, at 09:00:36: begin to read there." in told.text
    seller = row(told, "Seller")
    assert (seller["sign"], seller["first"]) == ("✗", True)
    assert seller["reasons"] == [samples.NO_KEY]
    assert seller["words"] == "create failed after 2 s, then rolled back: deleted in 1.5 s"
    assert [bar["kind"] for bar in seller["bars"]] == ["create", "rollback"]
    assert samples.NO_KEY in " ".join(told.text.split())


def test_what_was_cancelled_is_no_cause() -> None:
    alarms = row(card(*samples.ROLLED_BACK), "Alarms")
    assert alarms["words"].startswith("create cancelled after 2 s")
    assert (alarms["reasons"], alarms["first"], alarms["sign"]) == ([], False, "↩")


def test_what_is_kept_in_a_rollback_is_said_to_be() -> None:
    assert row(card(*samples.ROLLED_BACK), "Manifests")["words"].endswith(
        "rolled back: kept, not deleted"
    )


def test_a_stack_in_progress_ends_at_lab_time() -> None:
    now = BEGUN + timedelta(seconds=68)
    told, moving = timeline_card(events(*samples.BEGINNING), "last", now)
    assert moving
    assert told.facts["status"] == "in progress"
    seller = row(told, "Seller")
    assert seller["words"] == "being created, 34 s so far"
    assert (seller["bars"][0]["left"], seller["bars"][0]["width"]) == ("50.00", "50.00")
    assert (seller["bars"][0]["state"], seller["sign"]) == ("open", "…")
    assert row(told, samples.STACK)["text_bar"].endswith("→")


def test_a_rollback_in_progress_is_called_so() -> None:
    told, moving = timeline_card(events(*samples.ROLLED_BACK[:16]), "last", NOW)
    assert (told.facts["status"], moving) == ("rolling back", True)


def test_a_replacement_and_its_clean_up() -> None:
    told = card(*samples.CREATION, *samples.UPDATE)
    assert told.facts["title"] == "Stack ferry-tickets · update"
    assert row(told, "TicketQueue")["words"] == (
        "replaced in 31 s, then the old one deleted in 32 s"
    )
    assert row(told, samples.STACK)["words"] == "updated in 48 s, then cleaned up in 34 s"


def test_a_failed_update() -> None:
    told = card(*samples.CREATION, *samples.FAILED_UPDATE)
    assert told.facts["status"] == "rolled back"
    assert row(told, "Seller")["reasons"] == ["Memory size 99 is not supported."]
    assert row(told, "TicketQueue")["words"].endswith("rolled back: updated in 10 s")


def test_all_operations_each_on_its_own_axis() -> None:
    told = card(*WHOLE, operation="all")
    headings = [section["heading"] for section in told.facts["sections"]]
    assert headings == ["1. creation: complete", "2. update: complete", "3. deletion: failed"]
    assert told.facts["status"] == "failed"
    assert row(told, "Manifests", 2)["words"] == "kept, not deleted"


def test_a_change_set_that_was_only_made_is_not_the_last_operation() -> None:
    review = (0, None, None, "REVIEW_IN_PROGRESS", "User Initiated")
    told, moving = timeline_card(events(review), "last", NOW)
    assert (told.facts["status"], moving) == ("not begun", False)
    later = [(row[0] + 60, *row[1:]) for row in samples.CREATION]
    assert card(review, *later).facts["title"] == "Stack ferry-tickets · creation"


def test_a_nested_stack_is_a_resource() -> None:
    nested = (3, "Pier", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS")
    told = card(samples.BEGINNING[0], nested)
    assert not row(told, "Pier")["stack"]


def test_events_whose_beginning_is_lost() -> None:
    told = card((40, "Seller", samples.FUNCTION, "CREATE_FAILED", "no"))
    assert row(told, samples.STACK)["words"] == "no longer told"


def test_large_stacks_are_cut_but_not_what_failed() -> None:
    rows = [(0, None, None, "CREATE_IN_PROGRESS")]
    rows += [(1, f"Queue{n}", samples.QUEUE, "CREATE_IN_PROGRESS") for n in range(499)]
    rows += [(2, f"Queue{n}", samples.QUEUE, "CREATE_COMPLETE") for n in range(498)]
    rows += [(3, "Queue498", samples.QUEUE, "CREATE_FAILED", "quota")]
    told = card(*rows)
    section = told.facts["sections"][0]
    assert len(section["rows"]) == MOST_ROWS
    assert row(told, "Queue498")["reasons"] == ["quota"]
    assert section["rest"].startswith("440 more resources")


def test_an_unknown_operation_is_one_sentence() -> None:
    with pytest.raises(LabError, match='"first" to show; say "last" or "all"'):
        card(*samples.CREATION, operation="first")


@pytest.mark.parametrize("seconds", [0.2, 7, 50, 400, 5000, 90000, 4e6])
def test_the_axis_has_a_few_round_moments_whatever_the_span(seconds: float) -> None:
    rows = (samples.BEGINNING[0], (seconds, None, None, "CREATE_COMPLETE"))
    ticks = card(*rows).facts["sections"][0]["ticks"]
    assert (seconds >= 1) <= len(ticks) <= 6
    assert all(0 <= float(tick["left"]) <= 90 for tick in ticks)


def test_bars_stay_within_their_row() -> None:
    for rows in (samples.CREATION, samples.ROLLED_BACK, samples.UPDATE, samples.FAILED_DELETION):
        for section in card(*rows, operation="all").facts["sections"]:
            for told in section["rows"]:
                for bar in told["bars"]:
                    assert float(bar["left"]) >= 0
                    assert float(bar["left"]) + float(bar["width"]) <= 100.01
                assert len(told["text_bar"]) == 32


def test_kinds_of_bars_differ_in_shape_and_in_letters() -> None:
    told = card(*WHOLE, *(), operation="all")
    bars = {row["text_bar"].strip("·")[:1] for s in told.facts["sections"] for row in s["rows"]}
    assert {"█", "▓", "░"} <= bars
    assert "▒" in card(*samples.ROLLED_BACK).text
    for kind in ("create", "update", "delete", "rollback"):
        assert f"dr-k-{kind}{{" in told.html or f"dr-k-{kind}," in told.html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.44, "0.4 s"), (12.2, "12 s"), (125, "2 min 5 s"), (120, "2 min"),
     (11400, "3 h 10 min"), (90000, "1 d 1 h")],
)  # fmt: skip
def test_spans_are_spelled(seconds: float, words: str) -> None:
    assert spell(timedelta(seconds=seconds)) == words


def test_times_are_told_in_utc() -> None:
    told = events(*samples.CREATION)
    for event in told:
        event["Timestamp"] = event["Timestamp"].astimezone(datetime.now(UTC).astimezone().tzinfo)
    assert "09:00:00 to 09:00:50 UTC" in timeline_card(told, "last", NOW)[0].text


def test_the_words_are_all_in_html_too() -> None:
    told = card(*samples.ROLLED_BACK)
    html = re.sub(r"<[^>]+>", " ", told.html).replace("\u00a0", " ")
    for section in told.facts["sections"]:
        for line in section["rows"]:
            for text in (line["name"], line["type"] if not line["stack"] else "the stack"):
                assert text in html
            assert line["words"] in html
