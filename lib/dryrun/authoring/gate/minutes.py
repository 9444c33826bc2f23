"""The rule that a lab takes about as long as it says."""

from __future__ import annotations

from collections.abc import Iterator

from dryrun.authoring.gate import prose
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

WORDS_A_MINUTE = 150  # technical prose, read to be understood
MINUTES_AN_EXERCISE = 2.5
MINUTES_A_QUESTION = 0.75
FEWEST, MOST = 0.6, 1.6


def estimate(subject: Subject) -> float:
    """Return the minutes a lab takes: reading, exercises, questions and waiting."""
    return (
        prose.words(subject.source) / WORDS_A_MINUTE
        + len(subject.source.exercises) * MINUTES_AN_EXERCISE
        + len(subject.lab.questions) * MINUTES_A_QUESTION
        + subject.observed.oracle_seconds / 60
    )


def minutes(subject: Subject) -> Iterator[Finding]:
    """Demand that the stated minutes are within a band around the estimate."""
    guess = estimate(subject)
    if FEWEST * guess <= subject.source.minutes <= MOST * guess:
        return
    yield subject.finding(
        "minutes",
        f"it says {subject.source.minutes} minutes, but its words, exercises, questions and run "
        f"make about {guess:.0f}",
        f"say between {FEWEST * guess:.0f} and {MOST * guess:.0f}, or change its length",
    )
