"""What a lab is made of: exercises with criteria, questions, and what a check found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from dryrun.checks.account import Account


class Outcome(StrEnum):
    """Say how an exercise stands."""

    NOT_ATTEMPTED = "not attempted"
    NOT_YET = "not yet"
    BROKEN = "broken"
    DONE = "done"


@dataclass(frozen=True)
class Evidence:
    """Say why a criterion is not met, in plain text: values, not sentences, where possible."""

    expected: str
    found: str
    where: str


@dataclass(frozen=True)
class Criterion:
    """State one thing that must be true.

    `id` is a stable slug. `text` says what must be true; `backticks` become code.
    `check` returns None when it is met and Evidence when not; it reads, never writes, and
    raises Broken when something the lab itself made is gone.
    """

    id: str
    text: str
    check: Callable[[Account], Evidence | None]


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """Describe one exercise.

    `id` is a stable slug; `aliases` are slugs it had before, whose progress it keeps.
    `hints` (markdown, at least three) go from a nudge to nearly the answer. `attempted`
    says whether the learner has done anything recognisable. `solve` builds the state a
    right answer leaves, and is quick: `lab.catch_up` calls it. `why` is the one sentence
    a learner should take away, shown when it is done. `ids` are the curriculum ids it
    practises.
    """

    id: str
    number: str
    title: str
    criteria: tuple[Criterion, ...]
    hints: tuple[str, ...]
    attempted: Callable[[Account], bool]
    solve: Callable[[Account], None]
    why: str = ""
    aliases: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """Ask one question with one right choice.

    `answer` is the index of the right choice; `explanations` has one for every choice;
    `ids` are the curriculum ids it practises.
    """

    id: str
    text: str
    choices: tuple[str, ...]
    answer: int
    explanations: tuple[str, ...]
    ids: tuple[str, ...] = ()


def _nothing(_account: Account) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, kw_only=True)
class Lab:
    """Describe one lab.

    `prepare` makes the account and the files as the lab needs them at its start, on a
    fresh account, but over whatever files an earlier run left. `goal` is one sentence and
    `minutes` the time it takes, both for the start card. `places` says where things are,
    as (name, place), in place of the usual two. `clean_up` is what must be true after
    cleaning up. `services` names the AWS services whose clients are worth building before
    the first check.
    """

    id: str
    title: str
    exercises: tuple[Exercise, ...]
    prepare: Callable[[Account], None] = _nothing
    questions: tuple[Question, ...] = ()
    clean_up: tuple[Criterion, ...] = ()
    goal: str = ""
    minutes: int = 0
    places: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class CriterionResult:
    """Hold what became of one criterion: met when there is no evidence and no damage."""

    criterion: Criterion
    evidence: Evidence | None = None
    damage: str | None = None

    @property
    def met(self) -> bool:
        """Whether the criterion is met."""
        return self.evidence is None and self.damage is None


@dataclass(frozen=True)
class Result:
    """Hold what one check found."""

    outcome: Outcome
    criteria: tuple[CriterionResult, ...]

    @property
    def unmet(self) -> tuple[str, ...]:
        """The ids of the criteria that are not met, in order."""
        return tuple(result.criterion.id for result in self.criteria if not result.met)

    @property
    def damage(self) -> str | None:
        """The first sentence about damaged ground, if any."""
        return next((r.damage for r in self.criteria if r.damage is not None), None)
