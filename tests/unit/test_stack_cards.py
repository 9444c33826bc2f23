"""The cards of stacks in HTML and text: the same facts, nothing unescaped, nothing from outside."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import stack_samples as samples
from stack_samples import BEGUN, QUEUE, change, change_set, detail, events, resource
from test_notebook_display import HOSTILE, TEMPLATES, contrast, visible

from dryrun.notebook.display import Card
from dryrun.notebook.stack_diff import diff_card
from dryrun.notebook.stack_graph import graph_views
from dryrun.notebook.stack_shape import Edge, Node, Shape, parse, shape_of_stack, shape_of_template
from dryrun.notebook.stack_timeline import empty_card, timeline_card

NOW = BEGUN + timedelta(seconds=60)


def timeline(*rows: tuple, operation: str = "last") -> Card:
    return timeline_card(events(*rows), operation, NOW)[0]


def graph(shape: Shape, status: str) -> Card:
    return graph_views(shape, title="Stack x", status=status, what="x", around=None)[0]


def cards() -> Iterator[tuple[str, Card]]:
    yield "creation", timeline(*samples.CREATION)
    yield "moving", timeline(*samples.BEGINNING)
    yield "rolled back", timeline(*samples.ROLLED_BACK)
    whole = (*samples.CREATION, *samples.UPDATE, *samples.FAILED_DELETION)
    yield "all", timeline(*whole, operation="all")
    yield "no events", empty_card("x")
    template = parse(samples.TEMPLATE)
    yield "template", graph(shape_of_template(template), "")
    found = [resource("Seller", samples.FUNCTION, "CREATE_FAILED", samples.NO_KEY)]
    yield "stack", graph(shape_of_stack(template, found, moving=True), "CREATE_IN_PROGRESS")
    told = change(
        "Modify", "Q", QUEUE, Replacement="True", PhysicalResourceId="tickets",
        Details=[detail("Name", "Always", BeforeValue="a", AfterValue="b"), detail("Other")],
    )  # fmt: skip
    added = change("Add", "A", QUEUE, AfterContext=json.dumps({"Properties": {"DelaySeconds": 3}}))
    yield "diff", diff_card(change_set(told, added))[0]
    yield "failed", diff_card(change_set(Status="FAILED", StatusReason="Macro failed"))[0]


def hostile() -> Iterator[tuple[str, Card]]:
    rows = [
        (0, None, None, "CREATE_IN_PROGRESS"),
        (1, HOSTILE, HOSTILE, "CREATE_IN_PROGRESS"),
        (2, HOSTILE, HOSTILE, "CREATE_FAILED", HOSTILE),
        (3, None, None, "CREATE_FAILED", HOSTILE),
    ]
    yield "timeline", timeline(*rows)
    node = Node(HOSTILE, HOSTILE, "CREATE_FAILED", HOSTILE, HOSTILE)
    edge = Edge(HOSTILE, HOSTILE, HOSTILE, bare=False)
    yield "graph", graph(Shape((node,), (edge,), HOSTILE), "CREATE_FAILED")
    told = change(
        "Modify", HOSTILE, HOSTILE, Replacement="True", PhysicalResourceId=HOSTILE,
        ChangeSetId=HOSTILE,
        Details=[detail(HOSTILE, "Always", "ParameterReference", cause=HOSTILE,
                        BeforeValue=HOSTILE, AfterValue=HOSTILE)],
    )  # fmt: skip
    named = {"ChangeSetName": HOSTILE, "StackName": HOSTILE}
    yield "diff", diff_card(change_set(told, **named))[0]
    yield "failed", diff_card(change_set(Status="FAILED", StatusReason=HOSTILE, **named))[0]


ALL = [pytest.param(card, id=name) for name, card in cards()]
ALL_HOSTILE = [pytest.param(card, id=name) for name, card in hostile()]


def words(text: str) -> set[str]:
    """Return the words a person hears, without signs, bars and the legend."""
    return set(re.findall(r"[A-Za-z0-9][\w:.-]*\w|\d", text.replace("\u00a0", " ")))


@pytest.mark.parametrize("card", ALL)
def test_text_says_all_that_html_says(card: Card) -> None:
    seen = re.sub(r'<div class="dr-legend".*?</div>', "", card.html, flags=re.S)
    # Round moments of the axis are for the eye; text has its two ends.
    seen = re.sub(r'<span class="dr-tick".*?</span>', "", seen)
    headings = {"resource", "outcome", "property", "needs", "nothing", "status", "The", "same",
                "as", "list", "not", "deployed", "create", "update", "delete", "rollback",
                "replace", "clean-up"}  # fmt: skip
    assert words(visible(seen)) - words(card.text) <= headings


@pytest.mark.parametrize("card", ALL)
def test_html_says_all_that_text_says(card: Card) -> None:
    legend = {"create", "update", "import", "delete", "clean", "up", "roll", "back", "failed",
              "goes", "on", "needs"}  # fmt: skip
    own = words(card.text) - words(visible(card.html)) - legend
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d", word) for word in own), own


@pytest.mark.parametrize("card", ALL_HOSTILE)
def test_nothing_from_outside_is_markup(card: Card) -> None:
    assert "<script" not in card.html
    assert "<b>" not in card.html
    assert "\x1b" not in card.html + card.text
    assert "49" not in visible(card.html)
    assert "alert(1)" in html.unescape(card.html)


@pytest.mark.parametrize("card", [*ALL, *ALL_HOSTILE])
def test_html_stands_alone(card: Card) -> None:
    for forbidden in ("<script", "http://", "https://", "@import", "url(", " onclick", " id="):
        assert forbidden not in card.html
    for class_names in re.findall(r'class="([^"]*)"', card.html):
        assert all(name.startswith("dr-") for name in class_names.split())


@pytest.mark.parametrize("card", [*ALL, *ALL_HOSTILE])
def test_html_is_well_formed(card: Card) -> None:
    open_tags: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list) -> None:
            open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Balance().feed(card.html)
    assert open_tags == []


@pytest.mark.parametrize("card", ALL)
def test_text_fits_eighty_columns_and_is_stable(card: Card) -> None:
    assert max(len(line) for line in card.text.splitlines()) <= 80
    assert card.text == Card(card.kind, card.facts).text == repr(card)
    assert card.html == Card(card.kind, card.facts).html
    assert not re.search(r" $|\n{3,}|\A\n|\n\Z", card.text, re.M)


def test_every_selector_is_ours() -> None:
    for selector in re.findall(r"^([^{\n]+)\{", (TEMPLATES / "stack.css").read_text(), re.M):
        assert all(part.strip().startswith(".dr-") for part in selector.split(","))


def test_words_in_bars_are_readable() -> None:
    style = (TEMPLATES / "stack.css").read_text()
    grounds = re.findall(r"background:(#\w{6});color:#fff", style)
    assert len(grounds) == 3
    assert all(contrast(ground, "#ffffff") >= 4.5 for ground in grounds)


@pytest.mark.parametrize("ground", ["#ffffff", "#111111", "#212121"])
def test_bars_and_boxes_are_seen_on_light_and_dark(ground: str) -> None:
    drawn = (TEMPLATES / "graph.mmd").read_text()
    colours = re.findall(r"stroke:(#\w{6})", drawn)
    assert len(colours) == 5
    colours += re.findall(r"--dr-bar:(#\w{6})", (TEMPLATES / "stack.css").read_text())
    for colour in colours:
        assert contrast(colour, ground) >= 3, f"{colour} on {ground}"
