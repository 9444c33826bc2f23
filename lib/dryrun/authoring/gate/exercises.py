"""Rules about answers: the right ones pass, the wrong ones fail on what they get wrong."""

from __future__ import annotations

from collections.abc import Iterator

from dryrun.authoring.gate import mutants
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject

LEAST_WRONG = 3
LEAST_VARIANTS = 2
NOT_ATTEMPTED = "not attempted"


def oracle(subject: Subject) -> Iterator[Finding]:
    """Demand that the solved lab passes every check, cleans up, and fails by intention only."""
    cells = {cell.line: cell for cell in subject.source.cells}
    for ran in subject.observed.cells:
        if ran.error and "fails" not in cells[ran.line].tags:
            yield subject.finding(
                "oracle",
                f"a cell of the solved lab fails ({ran.error})",
                "correct it, or tag it `fails` if failing is the lesson",
                exercise=cells[ran.line].exercise or "",
                line=ran.line,
            )
    for exercise, state in subject.observed.solved.items():
        if not state.done:
            yield subject.finding(
                "oracle",
                f"the solution ends {state}",
                "correct the solution, or the criteria if they ask for more than the text does",
                exercise=exercise,
            )
    for criterion in subject.observed.left_behind:
        yield subject.finding(
            "oracle",
            f"after the last cell the clean-up criterion `{criterion}` is not met",
            "make the clean-up cell remove it",
        )


def nop(subject: Subject) -> Iterator[Finding]:
    """Demand that an untouched lab passes nothing: every exercise begins as not attempted."""
    moments = (
        ("right after lab.start", subject.observed.prepared),
        ("after lab.catch_up to it", subject.observed.caught_up),
    )
    for moment, states in moments:
        for exercise, state in states.items():
            if state.outcome != NOT_ATTEMPTED:
                yield subject.finding(
                    "nop",
                    f"untouched, {moment}, it is {state} instead of “{NOT_ATTEMPTED}”",
                    "change `attempted`, the criteria, or what the lab prepares",
                    exercise=exercise,
                )
    # The text may do it wrong first, to show how that looks; it must not do it right.
    for exercise, state in subject.observed.reached.items():
        if state.done:
            yield subject.finding(
                "nop",
                "untouched, when a learner reaches it, it is done already",
                "ask for something that no cell before it does",
                exercise=exercise,
            )


def variants(subject: Subject) -> Iterator[Finding]:
    """Demand that other right answers exist, and pass."""
    source = subject.source
    for exercise in source.exercises:
        reason = source.solution(exercise).single_tool or source.single_tool.get(exercise)
        count = len(source.of("variant", exercise))
        if count < LEAST_VARIANTS and not reason:
            yield subject.finding(
                "variants",
                f"it has {count} of at least {LEAST_VARIANTS} variants",
                "write more cells tagged `variant`, or give the solution "
                "cell `:single-tool:` with the reason why only one tool can do it",
                exercise=exercise,
            )
    for trial in subject.observed.of("variant"):
        if not trial.state.done:
            failed = f" ({trial.error})" if trial.error else ""
            yield subject.finding(
                "variants",
                f"this right answer ends {trial.state}{failed}",
                "let the criteria look at the result and not at the tool, or correct the variant",
                exercise=trial.exercise,
                line=trial.line,
            )


def wrong(subject: Subject) -> Iterator[Finding]:
    """Demand that typical wrong answers are rejected, each by the criterion it names."""
    source = subject.source
    for exercise in source.exercises:
        cells = source.of("wrong", exercise)
        if len(cells) < LEAST_WRONG:
            yield subject.finding(
                "wrong",
                f"it has {len(cells)} of at least {LEAST_WRONG} wrong answers",
                "write more cells tagged `wrong`, each with its `:criterion:`",
                exercise=exercise,
            )
        made = subject.exercise(exercise)
        known = [criterion.id for criterion in made.criteria] if made else []
        for cell in cells:
            if made and cell.criterion not in known:
                yield subject.finding(
                    "wrong",
                    f"there is no criterion `{cell.criterion}`",
                    f"name one of {', '.join(known)}",
                    exercise=exercise,
                    line=cell.line,
                )
    for trial in subject.observed.of("wrong"):
        if trial.state.done or trial.label not in trial.state.unmet:
            yield subject.finding(
                "wrong",
                f"this wrong answer ends {trial.state} and `{trial.label}` does not reject it",
                "make the criterion stricter, or name the one that should reject it",
                exercise=trial.exercise,
                line=trial.line,
            )


def mutated(subject: Subject) -> Iterator[Finding]:
    """Demand that a right answer with one thing changed is rejected, or said to be as right."""
    source = subject.source
    for exercise in source.exercises:
        cell = source.solution(exercise)
        ids = [mutant.id for mutant in mutants.generate(cell.text)]
        for name in cell.equivalent:
            if name not in ids:
                yield subject.finding(
                    "mutants",
                    f"the solution has no mutant `{name}` (any more)",
                    "take it out of `equivalent`",
                    exercise=exercise,
                )
    for trial in subject.observed.of("mutant"):
        listed = trial.label in source.solution(trial.exercise).equivalent
        if trial.state.done and not listed:
            yield subject.finding(
                "mutants",
                f"the mutant `{trial.label}` of the solution passes",
                "make a criterion reject it, or list it under `equivalent` with the reason",
                exercise=trial.exercise,
            )
        elif listed and not trial.state.done:
            failed = f" ({trial.error})" if trial.error else ""
            yield subject.finding(
                "mutants",
                f"the mutant `{trial.label}` is listed as equivalent but ends "
                f"{trial.state}{failed}",
                "take it out of `equivalent`",
                exercise=trial.exercise,
            )


def failing(subject: Subject) -> Iterator[Finding]:
    """Demand that a cell whose failure is the lesson does fail."""
    ran = {cell.line: cell for cell in subject.observed.cells}
    for cell in subject.source.cells:
        if "fails" not in cell.tags or cell.line not in ran:
            continue
        if ran[cell.line].error is None:
            yield subject.finding(
                "fails",
                "the cell is tagged `fails` but succeeds",
                "make it fail or drop the tag",
                line=cell.line,
            )
