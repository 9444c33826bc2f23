"""The register of rules: everything the gate looks at, in the order it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dryrun.authoring.gate.agreement import agreement, questions
from dryrun.authoring.gate.capabilities import capabilities
from dryrun.authoring.gate.exercises import failing, mutated, nop, oracle, variants, wrong
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.hints import hints
from dryrun.authoring.gate.ids import ids
from dryrun.authoring.gate.leaks import leaks
from dryrun.authoring.gate.links import links
from dryrun.authoring.gate.minutes import minutes
from dryrun.authoring.gate.page import headings, parts, unfinished
from dryrun.authoring.gate.staleness import staleness
from dryrun.authoring.gate.subject import Subject
from dryrun.authoring.gate.twins import twins


@dataclass(frozen=True)
class Rule:
    """Hold a rule; one that `needs_run` is left out when the lab was not run."""

    name: str
    check: Callable[[Subject], Iterator[Finding]]
    needs_run: bool = False


RULES = (
    Rule("agreement", agreement),
    Rule("oracle", oracle, needs_run=True),
    Rule("nop", nop, needs_run=True),
    Rule("variants", variants),
    Rule("wrong", wrong),
    Rule("mutants", mutated),
    Rule("fails", failing, needs_run=True),
    Rule("leaks", leaks),
    Rule("hints", hints),
    Rule("questions", questions),
    Rule("twins", twins),
    Rule("headings", headings),
    Rule("parts", parts),
    Rule("unfinished", unfinished),
    Rule("links", links),
    Rule("ids", ids),
    Rule("capabilities", capabilities, needs_run=True),
    Rule("minutes", minutes, needs_run=True),
    Rule("staleness", staleness),
)


def judge(subject: Subject, *, ran: bool) -> list[Finding]:
    """Return everything the rules find."""
    return [
        finding for rule in RULES if ran or not rule.needs_run for finding in rule.check(subject)
    ]
