"""Rules about the page as a reader meets it: headings and the parts every lab has."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from dryrun.authoring.cells import Cell
from dryrun.authoring.gate import prose
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

PARTS = {
    "goal": "Goal",
    "able": "You will be able to",
    "break": "Break it on purpose",
    "challenge": "Challenge",
    "clean-up": "Clean up",
    "simulated": "What is simulated here",
    "recap": "Recap",
}
STEPS = {"predict": "Predict", "do": "Do", "check": "Check", "why": "Why"}
# Exercises in these parts are on the learner's own: nothing is asked or explained beforehand.
ON_THEIR_OWN = re.compile(r"break it on purpose|challenge", re.IGNORECASE)
TODO = re.compile(r"\bTODO\b")
STEP_HEADING = re.compile(r"(?:predict|do|check|why|hints?)\b", re.IGNORECASE)


def headings(subject: Subject) -> Iterator[Finding]:
    """Demand one first-level heading, the title, at the top, and no level skipped."""
    found = list(prose.headings(subject.source))
    first = [heading for heading in found if heading.level == 1]
    if not found or found[0].level != 1:
        yield subject.finding(
            "headings", "the page does not begin with a heading", "begin it with `# ` and the title"
        )
    elif subject.source.title not in found[0].text:
        yield subject.finding(
            "headings",
            f"the first heading does not hold the title “{subject.source.title}”",
            "make the heading or `title:` say the same",
            line=found[0].line,
        )
    for heading in first[1:]:
        yield subject.finding(
            "headings",
            f"“{heading.text}” is a second first-level heading",
            "use `##`",
            line=heading.line,
        )
    for before, after in itertools.pairwise(found):
        if after.level > before.level + 1:
            yield subject.finding(
                "headings",
                f"“{after.text}” jumps from level {before.level} to {after.level}",
                f"use {'#' * (before.level + 1)}",
                line=after.line,
            )


def parts(subject: Subject) -> Iterator[Finding]:
    """Demand every part of a lab, and of every exercise its predict, do, check and why."""
    source = subject.source
    text = _markdown([cell for cell in source.cells if cell.role == "shown"])
    for key in source.omit:
        if key not in {**PARTS, **STEPS}:
            yield subject.finding(
                "parts",
                f"`omit` names `{key}`, which is no part of a page",
                f"use one of {', '.join([*PARTS, *STEPS])}",
            )
    for key, name in PARTS.items():
        if key not in source.omit and not _leads(name, text):
            yield subject.finding(
                "parts",
                f"the page has no “{name}”",
                f"add a heading or a bold lead **{name}**, or give a reason under `omit: {key}:`",
            )
    for exercise in source.exercises:
        title, cells = section(subject, exercise)
        for key, name in STEPS.items():
            if key in source.omit or _has_step(key, name, subject, exercise, cells):
                continue
            if key != "check" and ON_THEIR_OWN.search(title):
                continue
            remedy = (
                f'add lab.check("{source.number(exercise)}") behind the gap'
                if key == "check"
                else f"add a bold lead **{name}** to its section"
            )
            yield subject.finding(
                "parts", f"its section “{title}” has no “{name}”", remedy, exercise=exercise
            )


def unfinished(subject: Subject) -> Iterator[Finding]:
    """Demand that no TODO of the scaffold is left in the page or in the checks."""
    for number, line in enumerate(subject.source.text.splitlines(), start=1):
        if TODO.search(line):
            yield subject.finding(
                "unfinished", f"“{line.strip()}” is still to do", "write it", line=number
            )
    for made in subject.lab.exercises:
        criteria = [text for criterion in made.criteria for text in (criterion.id, criterion.text)]
        for text in (made.title, made.why, *made.hints, *criteria):
            if TODO.search(text):
                yield subject.finding(
                    "unfinished", f"“{text}” in its checks is still to do", "write it",
                    exercise=made.id,
                )  # fmt: skip


def section(subject: Subject, exercise: str) -> tuple[str, list[Cell]]:
    """Return the heading and the cells of the section in which an exercise stands.

    A cell of prose that goes on into the next section is cut there.
    """
    title = ""
    cells: list[Cell] = []
    found = False
    for cell in prose.shown(subject.source):
        for heading, piece in _pieces(cell):
            if heading and found:
                return title, cells
            if heading:
                title, cells = heading, []
            cells.append(piece)
        found = found or cell.exercise == exercise
    return title, cells


def _pieces(cell: Cell) -> Iterator[tuple[str, Cell]]:
    """Yield a cell cut at its section headings, each piece with its heading or ""."""
    starts = [
        match
        for match in (prose.HEADING.finditer(cell.text) if cell.kind == "markdown" else ())
        if len(match["marks"]) in (2, 3) and not STEP_HEADING.match(match["text"])
    ]
    at, heading = 0, ""
    for match in starts:
        if cell.text[at : match.start()].strip():
            yield heading, replace(cell, text=cell.text[at : match.start()])
        at, heading = match.start(), match["text"]
    yield heading, replace(cell, text=cell.text[at:])


def _has_step(key: str, name: str, subject: Subject, exercise: str, cells: list[Cell]) -> bool:
    if key == "check":
        number = subject.source.number(exercise)
        call = re.compile(rf"lab\.check\(\s*[\"']?(?:{number}|{re.escape(exercise)})[\"']?\s*\)")
        return any(call.search(cell.text) for cell in cells if cell.role == "shown")
    tagged = any(key in cell.tags for cell in cells)
    return tagged or _leads(name, _markdown(cells))


def _leads(name: str, text: str) -> bool:
    lead = rf"^[ \t>*+-]*(?:#+[ \t]+|\*\*|__)(?:[^\w\n]|\d)*{re.escape(name)}\b"
    return re.search(lead, text, re.IGNORECASE | re.MULTILINE) is not None


def _markdown(cells: list[Cell]) -> str:
    return "\n\n".join(cell.text for cell in cells if cell.kind == "markdown")
