"""The rule about hints: a ladder from a nudge to nearly the answer, never the answer itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

FEWEST = 3
WORD = re.compile(r"[\w.:/-]{3,}")


def hints(subject: Subject) -> Iterator[Finding]:
    """Demand at least three different hints that grow and keep the answer back."""
    for made in subject.lab.exercises:
        if made.id not in subject.source.exercises:
            continue
        for problem, remedy in _problems(made.hints, subject.source.solution(made.id).text):
            yield subject.finding("hints", problem, remedy, exercise=made.id)


def _problems(ladder: tuple[str, ...], solution: str) -> Iterator[tuple[str, str]]:
    if len(ladder) < FEWEST:
        yield f"it has {len(ladder)} hints", f"write at least {FEWEST}"
        return
    if len({_flat(hint) for hint in ladder}) < len(ladder):
        yield "two of its hints are the same", "make every hint say something new"
    if len(ladder[-1]) <= len(ladder[0]) or _shared(ladder[-1], solution) <= _shared(
        ladder[0], solution
    ):
        yield (
            "its last hint gives away no more of the solution than its first",
            "begin with a nudge and end with nearly the answer",
        )
    for number, hint in enumerate(ladder, start=1):
        if _flat(solution) in _flat(hint):
            yield (
                f"hint {number} is the solution, word for word",
                "leave a piece for the learner to find",
            )


def _shared(hint: str, solution: str) -> int:
    return len(set(WORD.findall(hint)) & set(WORD.findall(solution)))


def _flat(text: str) -> str:
    return " ".join(text.replace("\\\n", " ").replace("!", " ").split())
