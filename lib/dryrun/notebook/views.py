"""The facts each card shows, from what was found and how far the learner is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dryrun.checks.model import CriterionResult, Exercise, Outcome, Question, Result
from dryrun.checks.progress import Entry
from dryrun.cloud.history import Change
from dryrun.notebook import messages
from dryrun.notebook.display import Card
from dryrun.notebook.messages import TRIES_BEFORE_SOLUTION, times
from dryrun.notebook.session import Session, Started

_MARKS = {
    Outcome.DONE: ("✓", "good"),
    Outcome.NOT_YET: ("✗", "bad"),
    Outcome.BROKEN: ("!", "warn"),
    Outcome.NOT_ATTEMPTED: ("○", "calm"),
}

_PLACES = (
    ("your account", "123456789012, region us-east-1, a pretend one: nothing costs money"),
    ("your AWS files", ".dryrun/aws/config and .dryrun/aws/credentials"),
)


def check_card(session: Session, exercise: Exercise, result: Result, entry: Entry) -> Card:
    """Return the card of one check."""
    met = sum(row.met for row in result.criteria)
    total = len(result.criteria)
    done = result.outcome is Outcome.DONE
    mark, tone = _MARKS[result.outcome]
    return _card(
        "check",
        session,
        mark=mark,
        tone=tone,
        title=_title(exercise),
        status=messages.STATUS[result.outcome],
        count=f"{met} of {total}" if result.outcome is Outcome.NOT_YET else "",
        rows=_rows(result),
        lead=_lead(exercise, result, met, total),
        why=exercise.why if done else "",
        tries=times(entry.tries, "unsuccessful check so far", "unsuccessful checks so far")
        if entry.tries and not done
        else "",
        help=""
        if result.outcome is not Outcome.NOT_YET
        else messages.help_line(exercise.number, len(exercise.hints) - entry.hints, entry.tries),
        next=next_step(session) if done else "",
        dots=dots(session),
    )


def clean_up_card(session: Session, results: Sequence[CriterionResult]) -> Card:
    """Return the card of the clean-up check."""
    damaged = any(row.damage is not None for row in results)
    clean = all(row.met for row in results)
    outcome = Outcome.BROKEN if damaged else Outcome.DONE if clean else Outcome.NOT_YET
    mark, tone = _MARKS[outcome]
    met = sum(row.met for row in results)
    return _card(
        "check",
        session,
        mark=mark,
        tone=tone,
        title="Clean up",
        status="clean" if clean else messages.STATUS[outcome],
        count="" if clean else f"{met} of {len(results)}",
        rows=_rows(Result(outcome, tuple(results))),
        lead="Nothing is left behind." if clean else "In AWS, what is left behind costs money.",
        why="",
        tries="",
        help="" if clean else "Remove what is marked ✗, then run lab.check_clean_up() again.",
        next=next_step(session, cleaned=True) if clean else "",
        dots=dots(session),
    )


def start_card(started: Started) -> Card:
    """Return the card that opens a lab."""
    session = started.session
    lab = session.lab
    first = session.next_exercise()
    notices = session.notices()
    if started.lost and first is not None and first is not lab.exercises[0]:
        notices.append(messages.OFFER_CATCH_UP.format(number=first.number))
    done = sum(session.entry(exercise).done for exercise in lab.exercises)
    places = lab.places or _PLACES
    return _card(
        "start",
        session,
        mark="▸",
        tone="calm",
        title=f"Lab {lab.id} · {lab.title}",
        status=f"about {lab.minutes} minutes" if lab.minutes else "ready",
        goal=lab.goal,
        account=started.notice,
        places=places,
        pad=max(len(name) for name, _ in places) + 2,
        next=next_step(session) if done else _commands(session),
        dots=dots(session),
        notices=notices,
    )


def hint_card(session: Session, exercise: Exercise, entry: Entry, last: bool) -> Card:
    """Return the card with every hint shown so far, the newest last."""
    hints = [
        {"number": number, "text": text, "new": number == entry.hints}
        for number, text in enumerate(exercise.hints[: entry.hints], start=1)
    ]
    if not last:
        then = f'Still stuck? lab.hint("{exercise.number}") gives the next one.'
    elif entry.done or entry.tries >= TRIES_BEFORE_SOLUTION:
        then = f'That was the last hint; lab.solution("{exercise.number}") is open.'
    else:
        left = times(TRIES_BEFORE_SOLUTION - entry.tries, "more try", "more tries")
        then = f"That was the last hint. The solution opens after success or {left}."
    return _card(
        "hint",
        session,
        mark="?",
        tone="calm",
        title=_title(exercise),
        status=f"hint {entry.hints} of {len(exercise.hints)}",
        hints=hints,
        next=then,
    )


def solution_card(session: Session, exercise: Exercise, text: str) -> Card:
    """Return the card with the solution of an exercise."""
    number = exercise.number
    return _card(
        "solution",
        session,
        mark="=",
        tone="calm",
        title=_title(exercise),
        status="one solution",
        code=text.strip("\n"),
        why=exercise.why,
        next="There are others. Read it, then type it yourself rather than paste it, "
        f'and run lab.check("{number}").',
    )


def undone_card(session: Session, change: Change) -> Card:
    """Return the card of `undo`."""
    moment = datetime.fromtimestamp(change.at, UTC).strftime("%H:%M:%S UTC")
    return _card(
        "built",
        session,
        mark="↶",
        tone="calm",
        title=change.what,
        status="undone",
        lead=messages.UNDONE.format(what=f"`{change.what}`", time=moment),
        built=[],
        next=messages.UNDONE_REST,
    )


def rewound_card(session: Session, exercise: Exercise, last: Exercise | None) -> Card:
    """Return the card of `rewind`; `last` is the exercise done last before it, if any."""
    lead = messages.REWOUND.format(number=last.number) if last else messages.REWOUND_START
    return _card(
        "built",
        session,
        mark="↶",
        tone="calm",
        title=_title(exercise),
        status="rewound",
        lead=lead,
        built=[],
        next=messages.UNDONE_REST,
    )


def built_card(session: Session, upto: Exercise | None, solved: Sequence[Exercise]) -> Card:
    """Return the card of `catch_up` (or of `reset`, when `upto` is None)."""
    lab = session.lab
    if upto is None:
        title, status = f"Lab {lab.id} · {lab.title}", "fresh account"
        lead = "The account, your AWS files and this notebook's environment are as at the start."
        then = "Your progress is kept. Begin again at exercise 1."
    else:
        title, status = _title(upto), "caught up"
        lead = (
            f"Everything before exercise {upto.number} is built."
            if solved
            else messages.NOTHING_TO_BUILD.format(number=upto.number)
        )
        then = f"Go on with exercise {upto.number}: {upto.title}"
    return _card(
        "built",
        session,
        mark="↻",
        tone="calm",
        title=title,
        status=status,
        lead=lead,
        built=[{"number": e.number, "title": e.title} for e in solved],
        next=then,
    )


def progress_card(session: Session) -> Card:
    """Return the card with how far the learner is in this lab."""
    lab = session.lab
    rows = []
    for exercise in lab.exercises:
        entry = session.entry(exercise)
        rows.append(
            {
                "number": exercise.number,
                "title": exercise.title,
                "done": entry.done,
                "state": "done" if entry.done else "open",
                "detail": _spent(entry),
            }
        )
    answered = [session.progress.get(session.key(f"quiz/{q.id}")) for q in lab.questions]
    right = sum(entry.done for entry in answered)
    return _card(
        "progress",
        session,
        mark="▸",
        tone="calm",
        title=f"Lab {lab.id} · {lab.title}",
        status=f"{sum(row['state'] == 'done' for row in rows)} of {len(rows)} done",
        rows=rows,
        questions=f"{right} of {len(lab.questions)} answered right" if lab.questions else "",
        next=next_step(session),
        file=".dryrun/progress",
    )


def question_card(session: Session, question: Question) -> Card:
    """Return the card that asks one question."""
    return _card(
        "question",
        session,
        mark="?",
        tone="calm",
        title="Question",
        status="",
        text=question.text,
        choices=[
            {"letter": letter(index), "text": text} for index, text in enumerate(question.choices)
        ],
        id=question.id,
        keys=messages.KEYS,
    )


def answer_card(session: Session, question: Question, chosen: int) -> Card:
    """Return the card that says whether the choice was right, and why."""
    right = chosen == question.answer
    return _card(
        "answer",
        session,
        mark="✓" if right else "✗",
        tone="good" if right else "bad",
        title=f"{letter(chosen)}. {question.choices[chosen]}",
        status="right" if right else "not this one",
        explanation=question.explanations[chosen],
        next="" if right else "Choose again: a wrong guess explained is worth more than luck.",
    )


def message_card(text: str, problem: bool = True) -> Card:
    """Return a card with one sentence."""
    return Card(
        "message",
        {"mark": "!" if problem else "i", "tone": "warn" if problem else "calm", "text": text},
    )


def next_step(session: Session, cleaned: bool = False) -> str:
    """Return what to do after this, in one sentence."""
    upcoming = session.next_exercise()
    if upcoming is not None:
        return f"Next: exercise {upcoming.number}, {upcoming.title}."
    if session.lab.clean_up and not cleaned:
        return "All exercises are done. Next: clean up, then lab.check_clean_up()."
    return f"That was lab {session.lab.id}. Well done."


def dots(session: Session) -> dict[str, Any]:
    """Return the exercises of the lab as dots, with the words that say the same."""
    items = [
        {"number": exercise.number, "done": session.entry(exercise).done}
        for exercise in session.lab.exercises
    ]
    done = sum(bool(item["done"]) for item in items)
    return {"items": items, "words": f"{done} of {len(items)} exercises done"}


def letter(index: int) -> str:
    """Return the letter of a choice: "a" for 0."""
    return chr(ord("a") + index)


def _card(kind: str, session: Session, **facts: Any) -> Card:
    return Card(kind, {"notices": session.notices(), **facts})


def _title(exercise: Exercise) -> str:
    return f"Exercise {exercise.number} · {exercise.title}"


def _rows(result: Result) -> list[dict[str, Any]]:
    """Return the criteria as rows; before anything was done only what will be checked."""
    asked = result.outcome is Outcome.NOT_ATTEMPTED
    rows = []
    for row in result.criteria:
        mark, word, tone = ("✓", "met", "good") if row.met else ("✗", "not met", "bad")
        if row.damage is not None:
            mark, word, tone = "!", "damaged", "warn"
        if asked:
            mark, word, tone = "○", "will be checked", "calm"
        rows.append(
            {
                "mark": mark,
                "word": word,
                "tone": tone,
                "text": row.criterion.text,
                "evidence": None if asked else row.evidence,
                "damage": row.damage,
            }
        )
    return rows


def _lead(exercise: Exercise, result: Result, met: int, total: int) -> str:
    if result.outcome is Outcome.DONE:
        return ""
    if result.outcome is Outcome.BROKEN:
        return messages.DAMAGED.format(number=exercise.number)
    if result.outcome is Outcome.NOT_ATTEMPTED:
        return messages.not_begun(exercise.number)
    return messages.encouragement(met, total)


def _commands(session: Session) -> str:
    if not session.lab.exercises:
        return ""
    first = session.lab.exercises[0].number
    return (
        f'After each step run lab.check("{first}"). Stuck: lab.hint("{first}"). '
        "To begin again: lab.reset()."
    )


def _spent(entry: Entry) -> str:
    parts = [
        times(entry.tries, "failed check", "failed checks") if entry.tries else "",
        times(entry.hints, "hint", "hints") if entry.hints else "",
        "solution seen" if entry.solution else "",
    ]
    return ", ".join(part for part in parts if part)
