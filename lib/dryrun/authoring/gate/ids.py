"""The rule that a lab covers what the curriculum asks of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dryrun.authoring import curriculum
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject


def ids(subject: Subject) -> Iterator[Finding]:
    """Demand that every id is known, and practised by an exercise or a question."""
    source = subject.source
    known = curriculum.known_ids()
    planned = curriculum.planned_labs().get(source.id)
    for name in source.ids:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), 1)
            yield subject.finding(
                "ids",
                f"the curriculum has no id {name}",
                f"did you mean {near[0]}" if near else "take it out of `ids:`",
            )
    for name in planned.ids if planned else ():
        if name not in source.ids:
            yield subject.finding(
                "ids", f"the curriculum gives this lab {name}", "teach it and list it under `ids:`"
            )
    practised = _practised(subject)
    for name in source.ids:
        if name in known and name not in practised:
            yield subject.finding(
                "ids",
                f"no exercise and no question practises {name}",
                "add it to the `ids` of the one that does, or write one",
            )
    for name, exercise in practised.items():
        if name not in source.ids:
            yield subject.finding(
                "ids",
                f"the checks practise {name}, which the front matter does not list",
                "add it to `ids:`",
                exercise=exercise,
            )


def _practised(subject: Subject) -> dict[str, str]:
    """Return every id practised, with the exercise or question that does."""
    found: dict[str, str] = {}
    for exercise in subject.lab.exercises:
        for name in getattr(exercise, "ids", ()):
            found.setdefault(name, exercise.id)
    for question in subject.lab.questions:
        for name in question.ids:
            found.setdefault(name, question.id)
    return found
