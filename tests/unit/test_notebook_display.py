"""Every card as HTML and as text: the same facts, nothing unescaped, nothing from outside."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from demo_labs.harbour.lab97 import LAB

import dryrun.notebook
from dryrun.checks import Evidence, Outcome, Result
from dryrun.checks.model import CriterionResult
from dryrun.checks.progress import Entry, Progress
from dryrun.notebook import views
from dryrun.notebook.clock import clock_card
from dryrun.notebook.display import Card
from dryrun.notebook.quiz import QuestionView
from dryrun.notebook.render import render_text
from dryrun.notebook.session import Session, Started

TEMPLATES = Path(dryrun.notebook.__file__).parent / "templates"
HOSTILE = '<script>alert(1)</script> & <b>"bold"</b> {{ 7 * 7 }} \x1b[31mred\x1b[0m'
HTML_ONLY = {"quiz"}  # the widget's half of `question`, whose text twin is `question.txt`


def make_session(hostile: bool = False) -> Session:
    lab = LAB
    if hostile:
        exercises = tuple(
            replace(e, title=HOSTILE, why=HOSTILE, hints=(HOSTILE,) * 3) for e in LAB.exercises
        )
        questions = tuple(
            replace(q, text=HOSTILE, choices=(HOSTILE,) * 3, explanations=(HOSTILE,) * 3)
            for q in LAB.questions
        )
        lab = replace(
            LAB, title=HOSTILE, goal=HOSTILE, places=((HOSTILE, HOSTILE),),
            exercises=exercises, questions=questions,
        )  # fmt: skip
    running = SimpleNamespace(instance="x", endpoint="http://localhost:1", control=lambda *_: {})
    return Session(None, running, lab, None, Progress(None), {})


def result(outcome: Outcome, hostile: bool = False) -> Result:
    text = HOSTILE if hostile else "blue"
    criteria = LAB.exercises[0].criteria
    evidence = Evidence(text if hostile else "red", text, text if hostile else "the file flag")
    if outcome is Outcome.DONE:
        rows = (CriterionResult(criteria[0]), CriterionResult(criteria[1]))
    elif outcome is Outcome.BROKEN:
        damage = HOSTILE if hostile else "The mast is gone."
        rows = (
            CriterionResult(criteria[0], damage=damage),
            CriterionResult(criteria[1], evidence=evidence),
        )
    else:
        rows = (CriterionResult(criteria[0]), CriterionResult(criteria[1], evidence=evidence))
    return Result(outcome, rows)


def cards(hostile: bool = False) -> Iterator[tuple[str, Card]]:
    session = make_session(hostile)
    exercise = session.lab.exercises[0]
    text = HOSTILE if hostile else "some text"
    yield "start", views.start_card(Started(session, fresh=True, lost=True, notice=text))
    for outcome in Outcome:
        entry = Entry(tries=2, hints=1, done=outcome is Outcome.DONE)
        card = views.check_card(session, exercise, result(outcome, hostile), entry)
        yield f"check {outcome.value}", card
    yield "hint", views.hint_card(session, exercise, Entry(hints=2), last=False)
    yield "solution", views.solution_card(session, exercise, text)
    yield "built", views.built_card(session, session.lab.exercises[1], session.lab.exercises[:1])
    yield "reset", views.built_card(session, None, [])
    session.progress.update("97/flag", lambda e: replace(e, done=True, tries=1, hints=2))
    yield "progress", views.progress_card(session)
    rows = result(Outcome.NOT_YET, hostile).criteria
    yield "clean up", views.clean_up_card(session, rows)
    yield "question", views.question_card(session, session.lab.questions[0])
    yield "answer", views.answer_card(session, session.lab.questions[0], 0)
    pending = [{"when": "09:05", "what": text}]
    state = {"now": "2026-01-05T09:00:00+00:00", "mode": "live", "factor": 60, "pending": pending}
    yield "clock", clock_card(state)
    yield "message", views.message_card(text)


ALL = [pytest.param(card, id=name) for name, card in cards()]
ALL_HOSTILE = [pytest.param(card, id=name) for name, card in cards(hostile=True)]


def words(text: str) -> set[str]:
    """Return the words of a card, without signs and without markdown."""
    plain = re.sub(r"[`*─✓✗○▸↻◷?=!·.,:;()]", " ", text)
    return {word for word in plain.split() if len(word) > 1 or word.isdigit()}


def visible(markup: str) -> str:
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.parts: list[str] = []
            self.in_style = False

        def handle_starttag(self, tag: str, attrs: list) -> None:
            self.in_style = tag == "style"

        def handle_endtag(self, tag: str) -> None:
            self.in_style = False

        def handle_data(self, data: str) -> None:
            if not self.in_style:
                self.parts.append(data)

    reader = Reader()
    reader.feed(markup)
    return " ".join(reader.parts)


@pytest.mark.parametrize("card", ALL)
def test_html_and_text_say_the_same(card: Card) -> None:
    bundle = card._repr_mimebundle_()
    in_text, in_html = words(bundle["text/plain"]), words(visible(bundle["text/html"]))
    # The words for a met criterion are for those who hear the page; text has its ✓.
    assert in_html - in_text <= {"met", "will", "be", "checked"}
    assert in_text - in_html == set()


@pytest.mark.parametrize("card", ALL_HOSTILE)
def test_nothing_from_outside_is_markup(card: Card) -> None:
    assert "<script" not in card.html
    assert "<b>" not in card.html
    assert "\x1b" not in card.html
    assert "{{ 7 * 7 }}" in html.unescape(card.html) or "7 * 7" not in card.html
    assert "49" not in visible(card.html)
    if card.kind != "question":
        assert "alert(1)" in html.unescape(card.html) or card.kind in ("message", "built")


@pytest.mark.parametrize("card", ALL)
def test_html_stands_alone(card: Card) -> None:
    for forbidden in ("<script", "http://", "https://", "@import", "url(", " onclick", "id="):
        assert forbidden not in card.html
    for class_names in re.findall(r'class="([^"]*)"', card.html):
        assert all(name.startswith("dr-") for name in class_names.split())
    style = re.search(r"<style>(.*?)</style>", card.html, re.S)
    assert style is not None
    for selector in re.findall(r"^([^{\n]+)\{", style[1], re.M):
        assert all(part.strip().startswith(".dr-") for part in selector.split(","))


@pytest.mark.parametrize("card", ALL)
def test_html_is_well_formed(card: Card) -> None:
    open_tags: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list) -> None:
            if tag not in ("br", "hr"):
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


def test_every_template_has_its_twin() -> None:
    of_html = {path.stem for path in TEMPLATES.glob("*.html")} - HTML_ONLY
    of_text = {path.stem for path in TEMPLATES.glob("*.txt")}
    assert of_html == of_text


def test_outcomes_are_told_in_words_not_colour_alone() -> None:
    told = {views._MARKS[outcome][0] for outcome in Outcome}
    assert len(told) == len(Outcome)
    for name, card in cards():
        if name.startswith("check "):
            assert name.removeprefix("check ") in visible(card.html)
            assert name.removeprefix("check ") in card.text


def test_hidden_commands_stand_out_in_html() -> None:
    _, card = next(item for item in cards() if item[0] == "check not yet")
    assert "<code>lab.hint(&#34;1&#34;)</code>" in card.html


def test_long_values_are_cut_and_said_to_be() -> None:
    session = make_session()
    rows = (CriterionResult(LAB.exercises[0].criteria[0], Evidence("a", "x" * 9000, "b")),)
    card = views.check_card(session, LAB.exercises[0], Result(Outcome.NOT_YET, rows), Entry())
    assert "(9000 characters)" in card.text
    assert len(card.text) < 3000


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#111111", "#212121"])
def test_tones_are_seen_on_light_and_dark(ground: str) -> None:
    style = (TEMPLATES / "card.css").read_text()
    tones = re.findall(r"--dr-tone:(#\w{6})", style)
    assert len(tones) == 4
    for tone in tones:
        assert contrast(tone, ground) >= 3, f"{tone} on {ground}"


def test_the_filled_mark_is_readable() -> None:
    style = (TEMPLATES / "card.css").read_text()
    filled = re.search(r"dr-mark\{background:(#\w{6});[^}]*color:#fff", style)
    assert filled is not None
    assert contrast(filled[1], "#ffffff") >= 4.5


class TestQuizWidget:
    def view(self, chosen: list[int]) -> QuestionView:
        session = make_session()
        question = session.lab.questions[0]

        def judge(index: int) -> Card:
            chosen.append(index)
            return views.answer_card(session, question, index)

        return QuestionView(views.question_card(session, question), question, judge)

    def test_the_button_judges_the_chosen_answer(self) -> None:
        pytest.importorskip("ipywidgets")
        chosen: list[int] = []
        _, radio, button, feedback = self.view(chosen).widget().children
        button.click()
        assert chosen == []
        assert "Choose one first" in feedback.value
        radio.value = 1
        button.click()
        assert chosen == [1]
        assert "Yellow it is." in feedback.value
        assert [label for label, _ in radio.options][1] == "b. yellow Q"

    def test_all_three_forms_are_offered(self) -> None:
        pytest.importorskip("ipywidgets")
        bundle = self.view([])._repr_mimebundle_()
        assert set(bundle) == {
            "text/plain", "text/html", "application/vnd.jupyter.widget-view+json",
        }  # fmt: skip
        assert 'lab.answer("colour", "a")' in bundle["text/plain"]

    def test_without_ipywidgets_html_and_text_remain(self, monkeypatch) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "ipywidgets", None)
        assert set(self.view([])._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_text_templates_do_not_escape() -> None:
    assert (
        render_text("message", {"mark": "!", "tone": "warn", "text": "a < b & c"}) == "! a < b & c"
    )
