"""`lab.explain`: why a pattern matches or not, in HTML and text from the same facts."""

from __future__ import annotations

import html
from typing import Any

import pytest
from test_notebook_display import HOSTILE, visible

from dryrun import lab
from dryrun.cloud.events.explaining import explain
from dryrun.notebook.pattern_card import explain_card

SOLD = {
    "source": "ferry.tickets",
    "detail-type": "Ticket Sold",
    "resources": [],
    "detail": {
        "price": "30",
        "Route": "Helgoland",
        "boat": {"name": "Anna"},
        "items": [{"id": 1, "n": 1}, {"id": 2, "n": 2}],
        "paid": True,
    },
}


def why(pattern: dict[str, Any], path: str) -> str:
    (way,) = explain(pattern, SOLD).ways
    return next(finding.why for finding in way.findings if finding.path == path)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"price": [30]}, 'the event has the text "30", the pattern the number 30'),
        ({"price": [{"numeric": [">", 3]}]}, '"30" is a text; numeric takes only numbers'),
        ({"route": ["x"]}, "the event has detail.Route: names are compared letter for letter"),
        ({"Route": ["helgoland"]}, "upper and lower case differ"),
        ({"paid": ["true"]}, 'the event has the word true, the pattern the text "true"'),
        ({"boat": ["Anna"]}, "it is an object here; a pattern has to go on"),
        ({"name": ["Anna"]}, "the event has it elsewhere, at detail.boat.name"),
        ({"items": {"n": [9]}}, "none of the 2 values does"),
        ({"seat": ["a"]}, "the event has no such field"),
        ({"seat": [{"exists": False}]}, "the field is not there, as wanted"),
        ({"price": [{"exists": False}]}, "the field is there, and must not be"),
        ({"price": [{"prefix": "3"}]}, '"30" meets prefix "3"'),
    ],
)
def test_each_field_says_why(wanted: dict[str, Any], said: str) -> None:
    (way,) = explain({"detail": wanted}, SOLD).ways
    assert said in way.findings[0].why


def test_empty_lists_have_no_value() -> None:
    assert why({"resources": [{"exists": True}]}, "resources") == (
        "the list is empty, so there is no value"
    )


def test_values_of_different_elements_are_told_of() -> None:
    explanation = explain({"detail": {"items": {"id": [1], "n": [2]}}}, SOLD)
    assert not explanation.matched
    assert "different elements of a list" in explanation.ways[0].note
    assert all(finding.matched for finding in explanation.ways[0].findings)


def test_the_card_says_the_same_in_html_and_text() -> None:
    pattern = {"$or": [{"detail": {"price": [30]}}, {"source": [{"prefix": "ferry"}]}]}
    card = explain_card(pattern, SOLD)
    assert card.facts["title"] == "The event matches the pattern"
    for text in ("Way 1 of 2 through $or does not match.", "detail.price", "Way 2 of 2"):
        assert text in card.text
        assert text in visible(card.html)
    assert max(len(line) for line in card.text.splitlines()) <= 80


def test_a_pattern_aws_refuses_is_shown_with_its_words() -> None:
    card = explain_card('{"source": "ferry"}', SOLD)
    assert card.facts["title"] == "EventBridge would refuse the pattern"
    assert '"source" must be an object or an array' in html.unescape(card.html)
    assert '"source" must be an object or an array' in card.text


def test_nothing_from_outside_is_markup() -> None:
    card = explain_card({HOSTILE: [HOSTILE]}, {HOSTILE: HOSTILE})
    assert "<script" not in card.html
    assert "\x1b" not in card.html + card.text


def test_a_learner_meets_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    lab.explain({"source": ["ferry.tickets"]}, "{")
    assert "The event is no JSON object" in capsys.readouterr().out
    lab.explain({"source": ["ferry.tickets"]}, SOLD)
    assert "The event matches the pattern" in capsys.readouterr().out
