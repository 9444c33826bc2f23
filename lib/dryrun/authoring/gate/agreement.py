"""Rules about what the source and the checks say of the same lab."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

FEWEST_CHOICES = 2


def agreement(subject: Subject) -> Iterator[Finding]:
    """Demand that source and checks have the same title, minutes, exercises, order and numbers."""
    source, lab = subject.source, subject.lab
    if lab.title != source.title:
        yield subject.finding(
            "agreement",
            f"the title is “{source.title}” here but “{lab.title}” in the checks",
            "make them the same",
        )
    if lab.minutes not in (0, source.minutes):
        yield subject.finding(
            "agreement",
            f"the lab takes {source.minutes} minutes here but {lab.minutes} in the checks",
            "make them the same, or leave minutes out of the checks",
        )
    pairs = itertools.zip_longest(source.exercises, lab.exercises)
    for number, (slug, made) in enumerate(pairs, start=1):
        if made is None:
            yield subject.finding(
                "agreement",
                "the checks have no such exercise",
                "add it to the Lab in the same place",
                exercise=str(slug),
            )
        elif slug != made.id:
            yield subject.finding(
                "agreement",
                f"exercise {number} is `{slug or 'missing'}` here but `{made.id}` in the checks",
                "give both the same exercises in the same order",
            )
        elif made.number != str(number):
            yield subject.finding(
                "agreement",
                f"the checks number it {made.number}",
                f'write number="{number}"',
                exercise=str(slug),
            )


def questions(subject: Subject) -> Iterator[Finding]:
    """Demand that every question is asked, has choices and one answer, and explains each."""
    code = "\n".join(cell.text for cell in subject.source.cells if cell.is_code)
    for question in subject.lab.questions:
        name = f"the question `{question.id}`"
        if f'"{question.id}"' not in code and f"'{question.id}'" not in code:
            yield subject.finding(
                "questions", f"{name} is never asked", f'add lab.quiz("{question.id}") to the text'
            )
        if len(question.choices) < FEWEST_CHOICES or len(set(question.choices)) != len(
            question.choices
        ):
            yield subject.finding(
                "questions",
                f"{name} has too few or equal choices",
                "give it two or more, different",
            )
        if not 0 <= question.answer < len(question.choices):
            yield subject.finding(
                "questions", f"{name} has no choice number {question.answer}", "correct `answer`"
            )
        if len(question.explanations) != len(question.choices) or not all(question.explanations):
            yield subject.finding(
                "questions",
                f"{name} explains {len(question.explanations)} of {len(question.choices)} choices",
                "write one explanation for each choice",
            )
