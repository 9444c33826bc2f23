"""The functions a learner calls as `lab.…`; each shows a card and never a traceback."""

from __future__ import annotations

import contextlib
import functools
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from dryrun.checks import registry, runner
from dryrun.checks.account import DEFAULT_REGION
from dryrun.checks.exceptions import NotDoneError
from dryrun.checks.model import Exercise, Outcome
from dryrun.checks.progress import Entry
from dryrun.exceptions import DryRunError, LabError
from dryrun.notebook import messages, phone, views
from dryrun.notebook import session as sessions
from dryrun.notebook.clock import Clock
from dryrun.notebook.display import Card, Sentence, ipython, show
from dryrun.notebook.phone import Code, Codes
from dryrun.notebook.quiz import QuestionView, choice_index
from dryrun.notebook.session import Session
from dryrun.notebook.strict import is_strict, make_shell_strict
from dryrun.workspace import Workspace

if TYPE_CHECKING:
    from dryrun.notebook.mailbox import Mailbox
    from dryrun.notebook.stacks import StackViews, What

P = ParamSpec("P")
T = TypeVar("T")

_active: Session | None = None


def _friendly(function: Callable[P, None]) -> Callable[P, None]:
    """Show what goes wrong as one sentence; in strict mode let it through."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except DryRunError as error:
            if is_strict():
                raise
            show(views.message_card(str(error)))
        except Exception as error:
            if is_strict():
                raise
            _keep_trouble()
            reason = f"{type(error).__name__}: {error}"
            show(views.message_card(messages.STUMBLED.format(reason=reason)))

    return wrapped


@_friendly
def start(lab_id: str | None = None) -> None:
    """Begin a lab, or go on with it: lab.start("01-01").

    Starts the cloud where needed; prepares the account unless it is prepared already.
    """
    global _active  # noqa: PLW0603 - one lab at work in a kernel
    if is_strict() and ipython() is not None:
        make_shell_strict(ipython())
    named = lab_id or sessions.lab_of_notebook()
    if named is None:
        raise LabError(messages.NO_LAB_NAMED)
    started = sessions.start(str(named), _active)
    _active = started.session
    show(views.start_card(started))


@_friendly
def check(exercise: str | int | None = None, *, expect: str = Outcome.DONE.value) -> None:
    """Check an exercise by number or name, by default the next one that is open.

    In strict mode raises NotDoneError unless it stands as `expect` says; a lab that gets an
    exercise wrong on purpose expects "not yet".
    """
    session = _current()
    chosen = _exercise(session, exercise)
    result = runner.run(chosen, session.account)

    def change(entry: Entry) -> Entry:
        if result.outcome is Outcome.DONE:
            return replace(entry, done=True)
        failed = result.outcome in (Outcome.NOT_YET, Outcome.BROKEN)
        return replace(entry, tries=entry.tries + 1) if failed and not entry.done else entry

    entry = session.update(chosen, change)
    if result.outcome is Outcome.DONE:
        session.mark(chosen)
    show(views.check_card(session, chosen, result, entry))
    if is_strict() and result.outcome.value != expect:
        raise NotDoneError(
            messages.STRICT_NOT_DONE.format(
                number=chosen.number,
                slug=chosen.id,
                lab=session.lab.id,
                outcome=result.outcome,
                unmet=result.damage or ", ".join(result.unmet),
            )
        )


def outcome(exercise: str | int) -> str:
    """Return how an exercise stands, for the content gate: quietly, no try counted.

    "done", or the outcome and the ids of the unmet criteria, as in "not yet: key-active
    key-tagged", "broken: bucket-there", "not attempted: key-active". Raises DryRunError.
    """
    session = _current()
    result = runner.run(_exercise(session, exercise), session.account)
    unmet = " ".join(result.unmet)
    return f"{result.outcome.value}: {unmet}" if unmet else result.outcome.value


def keep() -> Callable[[], None]:
    """Return a function that brings the account back as it is now, for the content gate.

    Raises DryRunError, as does that function.
    """
    return _current().keep()


@_friendly
def hint(exercise: str | int | None = None) -> None:
    """Show the next hint of an exercise, and those before it."""
    session = _current()
    chosen = _exercise(session, exercise)
    last = len(chosen.hints)
    if not last:
        raise LabError(f"Exercise {chosen.number} has no hints.")
    entry = session.update(chosen, lambda e: replace(e, hints=min(e.hints + 1, last)))
    show(views.hint_card(session, chosen, entry, last=entry.hints >= last))


@_friendly
def solution(exercise: str | int | None = None) -> None:
    """Show the solution of an exercise: after success, or after three unsuccessful checks."""
    session = _current()
    chosen = _exercise(session, exercise)
    entry = session.entry(chosen)
    if not entry.done and entry.tries < messages.TRIES_BEFORE_SOLUTION:
        raise LabError(
            messages.SOLUTION_CLOSED.format(
                number=chosen.number, needed=messages.TRIES_BEFORE_SOLUTION, tries=entry.tries
            )
        )
    text = _solution_text(session, chosen)
    session.update(chosen, lambda e: replace(e, solution=True))
    show(views.solution_card(session, chosen, text))


@_friendly
def catch_up(exercise: str | int | None = None) -> None:
    """Build the account as it is before an exercise, with everything earlier solved."""
    session = _current()
    chosen = _exercise(session, exercise)
    solved = session.rebuild(chosen)
    show(views.built_card(session, chosen, solved))


@_friendly
def reset() -> None:
    """Make the account as it is at the start of the lab; progress is kept."""
    session = _current()
    session.rebuild()
    show(views.built_card(session, None, []))


@_friendly
def undo() -> None:
    """Take back the last change of the account; files and progress stay."""
    session = _current()
    show(views.undone_card(session, session.undo()))


@_friendly
def rewind(exercise: str | int) -> None:
    """Make the account as it was when you came to an exercise: lab.rewind("3")."""
    session = _current()
    chosen = _exercise(session, exercise)
    show(views.rewound_card(session, chosen, session.rewind(chosen)))


@_friendly
def progress() -> None:
    """Show how far you are in this lab."""
    show(views.progress_card(_current()))


@_friendly
def quiz(*questions: str) -> None:
    """Ask questions by id, by default all of this lab."""
    session = _current()
    lab = session.lab
    chosen = [registry.get_question(lab, name) for name in questions] or list(lab.questions)
    if not chosen:
        raise LabError(messages.NO_QUESTIONS.format(lab=lab.id))
    for question in chosen:
        judge = functools.partial(_judge, session, question.id)
        show(QuestionView(views.question_card(session, question), question, judge))


@_friendly
def answer(question: str, choice: str | int) -> None:
    """Answer a question by letter: lab.answer("who-wins", "b")."""
    session = _current()
    asked = registry.get_question(session.lab, question)
    show(_judge(session, asked.id, choice_index(asked, choice)))


@_friendly
def check_clean_up() -> None:
    """Check that nothing is left behind; in strict mode raises NotDoneError if something is."""
    session = _current()
    if not session.lab.clean_up:
        raise LabError(messages.NO_CLEAN_UP.format(lab=session.lab.id))
    results = runner.run_criteria(session.lab.clean_up, session.account)
    clean = all(result.met for result in results)
    session.progress.update(session.key("clean-up"), lambda e: replace(e, done=e.done or clean))
    show(views.clean_up_card(session, results))
    if is_strict() and not clean:
        unmet = ", ".join(result.criterion.id for result in results if not result.met)
        raise NotDoneError(f"Lab {session.lab.id} is not cleaned up: {unmet}.")


@_friendly
def graph(what: What, *, around: str | None = None, region: str = DEFAULT_REGION) -> None:
    """Draw a stack, or a template by path, text or dict: lab.graph("ferry-tickets").

    `around` draws one resource and its neighbours only.
    """
    _stack_views().graph(what, around, region)


@_friendly
def timeline(stack: str, *, operation: str = "last", region: str = DEFAULT_REGION) -> None:
    """Show the events of a stack as bars over lab time; operation="all" shows every one."""
    _stack_views().timeline(stack, operation, region)


@_friendly
def deliveries(
    about: str = "", *, hours: float | None = None, since: str | datetime | None = None
) -> None:
    """Show what was delivered to targets over lab time: lab.deliveries(hours=12).

    From rules, schedules, pipes, alarms and topics; `about` picks those with it in the name of
    the sender or the target. Without `hours` and `since` it is the last day.
    """
    from dryrun.notebook.delivery_timeline import (  # noqa: PLC0415 - for one track
        deliveries_card,
        since_of,
    )

    now = float(_ask("deliveries", {"since": float("inf")})["now"])
    begin = since_of(hours, since, now)
    told = _ask("deliveries", {"since": begin})["deliveries"]
    show(deliveries_card(told, begin, now, about))


@_friendly
def diff(stack: str, change_set: str, *, region: str = DEFAULT_REGION) -> None:
    """Show what a change set would change: lab.diff("ferry-tickets", "bigger-queue")."""
    _stack_views().diff(stack, change_set, region)


@_friendly
def explain(pattern: str | dict[str, Any], event: str | dict[str, Any]) -> None:
    """Show why an event pattern matches an event or not: lab.explain(pattern, event).

    Both may be JSON or Python's dictionaries; no call is made, and no lab needs to be started.
    """
    from dryrun.notebook.pattern_card import explain_card  # noqa: PLC0415 - for one track

    show(explain_card(pattern, event))


@functools.cache
def _stack_views() -> StackViews:
    from dryrun.notebook.stacks import StackViews  # noqa: PLC0415 - brings yaml

    return StackViews(_current)


def _control_clock(payload: dict[str, Any]) -> dict[str, Any]:
    state = _current().running.control("clock", payload)
    if payload["action"] != "get" and _stack_views.cache_info().currsize:
        _stack_views().follower.refresh()
    return state


@_friendly
def _report(make: Callable[[], Card]) -> None:
    show(make())


clock = Clock(_control_clock, _report)
"""The clock of the pretend account: lab.clock.advance(hours=1)."""


def mfa_code(device: str) -> Code:
    """Return the code the phone shows now for an MFA device: code = lab.mfa_code("purser").

    `device` is its name or ARN. Raises LabError, shown as one sentence.
    """
    return _told(lambda: phone.code(_phone, device))


def mfa_codes(device: str) -> Codes:
    """Return two codes in a row: first, second = lab.mfa_codes("purser").

    The second is the one the phone shows now. Raises LabError, shown as one sentence.
    """
    return _told(lambda: phone.codes(_phone, device))


@_friendly
def mfa_qr(device: str) -> None:
    """Show the QR code of an MFA device, for an authenticator app: lab.mfa_qr("purser")."""
    show(phone.qr_card(_phone(device)))


def web_identity_token(
    provider: str, audience: str, subject: str, *, hours: float = 1, **claims: str
) -> str:
    """Return a token with which an identity provider vouches for `subject`.

    The lab plays every provider: `provider` is its address, https://…. Raises LabError, shown
    as one sentence.
    """
    asked = {
        "provider": provider,
        "audience": audience,
        "subject": subject,
        "hours": hours,
        "claims": claims,
    }
    return _told(lambda: str(_ask("web-identity", asked)["token"]))


def mailbox(to: str | None = None) -> Mailbox:
    """Return the mails and text messages that SNS sent, to all or to one address.

    They never leave this computer: lab.mailbox("jane@example.com")[-1].text
    """
    from dryrun.notebook.mailbox import mailbox as read  # noqa: PLC0415 - for one track

    return _told(lambda: read(_ask("mailbox", {} if to is None else {"to": to})["mails"]))


@_friendly
def sign_in_as_root(*, mfa: bool = False) -> None:
    """Let the account's root user sign in to the console, as a burglar would.

    EventBridge hears of it in us-east-1, where a CloudTrail trail logs.
    """
    made = _fixture("root_sign_in", {"mfa": mfa})
    text = messages.ROOT_SIGNED_IN if made else messages.ROOT_UNSEEN
    show(Card("message", {"mark": "✓" if made else "!", "tone": "calm", "text": text}))


@_friendly
def health_sample(
    *entities: str,
    service: str = "EC2",
    code: str = "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED",
    region: str = DEFAULT_REGION,
) -> None:
    """Let AWS Health tell EventBridge of `entities`: lab.health_sample("i-0123456789abcdef0")."""
    asked = {"service": service, "code": code, "region": region, "entities": list(entities)}
    _fixture("health_event", asked)
    text = messages.HEALTH_TOLD.format(code=code, region=region)
    show(Card("message", {"mark": "✓", "tone": "calm", "text": text}))


def _fixture(name: str, arguments: dict[str, Any]) -> int:
    return int(_ask("fixture", {"name": name, "arguments": arguments})["made"])


def _phone(device: str) -> dict[str, Any]:
    return _ask("phone", {"device": str(device)})


def _ask(verb: str, payload: dict[str, Any]) -> dict[str, Any]:
    answer = _current().running.control(verb, payload)
    if "wrong" in answer:
        raise LabError(str(answer["wrong"]))
    return answer


def _told(ask: Callable[[], T]) -> T:
    """Return what is asked for; what goes wrong ends the cell with one sentence."""
    try:
        return ask()
    except DryRunError as error:
        if is_strict():
            raise
        raise Sentence(str(error)) from None


def _current() -> Session:
    global _active  # noqa: PLW0603 - one lab at work in a kernel
    _active = sessions.current(_active)
    return _active


def _exercise(session: Session, name: str | int | None) -> Exercise:
    if name is not None:
        return registry.get_exercise(session.lab, name)
    upcoming = session.next_exercise()
    if upcoming is None:
        raise LabError(
            f"Every exercise of lab {session.lab.id} is done; "
            'say which one you mean, for example lab.check("1").'
        )
    return upcoming


def _judge(session: Session, question_id: str, chosen: int) -> Card:
    """Count the answer and return what to say about it."""
    question = registry.get_question(session.lab, question_id)
    right = chosen == question.answer

    def change(entry: Entry) -> Entry:
        if right or entry.done:
            return replace(entry, done=True)
        return replace(entry, tries=entry.tries + 1)

    session.progress.update(session.key(f"quiz/{question.id}"), change)
    return views.answer_card(session, question, chosen)


def _solution_text(session: Session, exercise: Exercise) -> str:
    try:
        from dryrun.authoring.source import solution_text  # noqa: PLC0415 - brings yaml

        return solution_text(session.workspace, session.lab.id, exercise.id)
    except (ImportError, OSError, DryRunError) as error:
        reason = str(error).rstrip(".")
        raise LabError(
            messages.SOLUTION_MISSING.format(number=exercise.number, reason=reason)
        ) from error


def _keep_trouble() -> None:
    """Write the traceback where a person who reports it finds it."""
    with contextlib.suppress(OSError, DryRunError):
        log = Workspace.find().state / "trouble.log"
        with log.open("a", encoding="utf-8") as handle:
            handle.write(traceback.format_exc() + "\n")
