"""`lab.timeline`: the events of a stack as bars over the time of the lab."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dryrun.exceptions import LabError
from dryrun.notebook import messages
from dryrun.notebook.display import Card
from dryrun.notebook.stack_events import Event, Operation, Phase, Row, operations
from dryrun.notebook.stack_words import spell

CHOICES = ("last", "all")
MOST_ROWS = 60
_TEXT_COLUMNS = 32
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400)
_MOST_TICKS = 5
_LAST_TICK = 90
_NARROWEST = 0.7

_OPERATIONS = {
    "CREATE": "creation",
    "UPDATE": "update",
    "DELETE": "deletion",
    "IMPORT": "import",
    "REVIEW": "change set",
    "ROLLBACK": "rollback",
    "UPDATE_ROLLBACK": "rollback of an update",
    "IMPORT_ROLLBACK": "rollback of an import",
}
# What a bar says: the noun in it, then the word for done, for in progress.
_VERBS = {
    "CREATE": ("create", "created", "being created"),
    "UPDATE": ("update", "updated", "being updated"),
    "DELETE": ("delete", "deleted", "being deleted"),
    "IMPORT": ("import", "imported", "being imported"),
    "EXPORT": ("export", "exported", "being exported"),
    "REVIEW": ("review", "waiting for a change set", "waiting for a change set"),
}
_ROLLBACK = ("rollback", "rolled back", "rolling back")
_CLEANUP = ("clean-up", "cleaned up", "cleaning up")
_REPLACE = ("replace", "replaced", "being replaced")
_UNKNOWN = ("events", "no longer told", "no longer told")
_GLYPHS = {"create": "█", "update": "▓", "import": "▓", "delete": "░", "rollback": "▒"}


def timeline_card(events: Sequence[Event], operation: str, now: datetime) -> tuple[Card, bool]:
    """Return the card of a stack's events, newest first, and whether it still moves.

    `operation` is "last" or "all"; `now` is lab time, where what is in progress ends.
    """
    if operation not in CHOICES:
        raise LabError(messages.TIMELINE_CHOICE.format(choice=operation))
    every = operations(events)
    if operation == "last":
        # A change set that was only made is no operation to look at, unless it is all there is.
        done = [one for one in every if one.stack.phases[0].verb != "REVIEW"]
        every = (done or every)[-1:]
    last = every[-1]
    mark, tone, word = _standing(last)
    title = "Stack " + last.stack.name
    if operation == "last":
        title += f" · {_OPERATIONS.get(last.stack.phases[0].verb, 'operation')}"
    return Card(
        "timeline",
        {
            "mark": mark,
            "tone": tone,
            "title": title,
            "status": word,
            "sections": [
                _section(one, now, number, len(every)) for number, one in enumerate(every, 1)
            ],
            "legend": messages.TIMELINE_LEGEND,
        },
    ), last.moving


def _standing(operation: Operation) -> tuple[str, str, str]:
    """Return mark, tone and word of how an operation stands."""
    last = operation.stack.phases[-1]
    if operation.moving:
        undoing = "ROLLBACK" in last.verb
        return ("↩", "warn", "rolling back") if undoing else ("◷", "calm", "in progress")
    if last.state == "FAILED":
        return "✗", "bad", "failed"
    if "ROLLBACK" in last.verb:
        return "↩", "warn", "rolled back"
    return ("○", "calm", "not begun") if last.verb == "REVIEW" else ("✓", "good", "complete")


def _section(operation: Operation, now: datetime, number: int, count: int) -> dict[str, Any]:
    """Return one operation: its axis, its rows, and what failed first."""
    begun = operation.begun
    end = max(now, operation.last) if operation.moving else operation.last
    axis = _Axis(begun, end)
    kind = _OPERATIONS.get(operation.stack.phases[0].verb, "operation")
    shown = _chosen(operation.rows)
    hidden = len(operation.rows) - len(shown)
    failure = operation.first_failure()
    return {
        "heading": f"{number}. {kind}: {_standing(operation)[2]}" if count > 1 else "",
        "span": _span(begun, end),
        "ticks": axis.ticks(),
        "text_axis": axis.text_ends(),
        "rows": [_row(row, axis, end, failure) for row in shown],
        "rest": messages.TIMELINE_REST.format(count=hidden) if hidden else "",
        "cause": messages.TIMELINE_CAUSE.format(
            name=failure[0].name, time=_clock(failure[1].ended or failure[1].begun)
        )
        if failure
        else "",
    }


def _chosen(rows: Sequence[Row]) -> list[Row]:
    """Return the rows to show: all, or of a large stack those that failed and the first."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    telling = [row for row in rows if row.is_stack or any(_tells(p) for p in row.phases)]
    room = max(MOST_ROWS - len(telling), 0)
    others = [row for row in rows if row not in telling][:room]
    return [row for row in rows if row in telling[:MOST_ROWS] or row in others]


def _tells(phase: Phase) -> bool:
    return phase.state == "IN_PROGRESS" or (phase.state == "FAILED" and not phase.cancelled)


def _row(row: Row, axis: _Axis, end: datetime, failure: tuple[Row, Phase] | None) -> dict[str, Any]:
    spoken = [_phase_words(phase, row.is_stack, end) for phase in row.phases]
    if len(spoken) > 1 and row.phases[-1].cleaning and not row.is_stack:
        spoken[-1] = f"the old one {spoken[-1]}"
    bars = [_bar(phase, axis, end) for phase in row.phases]
    telling = _telling(row)
    reasons = [p.reason for p in row.phases if p.state == "FAILED" and p.reason and not p.cancelled]
    return {
        "name": row.name,
        "type": row.type,
        "stack": row.is_stack,
        "bars": bars,
        "text_bar": _text_bar(row.phases, bars),
        "sign": _sign(telling),
        "tone": _tone(telling),
        "words": ", then ".join(spoken),
        "reasons": list(dict.fromkeys(reasons)),
        "first": failure is not None and failure[0] is row,
    }


def _telling(row: Row) -> Phase:
    """Return the phase that a row's sign stands for: the last, but of a resource its failure."""
    failed = [phase for phase in row.phases if phase.state == "FAILED" and not phase.cancelled]
    return row.phases[-1] if row.is_stack or not failed else failed[0]


def _kind(phase: Phase) -> str:
    """Return the shape of a bar."""
    if "CLEANUP" in phase.verb:
        return "delete"
    if "ROLLBACK" in phase.verb or phase.undoing:
        return "rollback"
    return _VERBS.get(phase.verb, _UNKNOWN)[0]


def _terms(phase: Phase, is_stack: bool) -> tuple[str, str, str]:
    if "CLEANUP" in phase.verb:
        return _CLEANUP
    if is_stack and "ROLLBACK" in phase.verb:
        return _ROLLBACK
    if phase.replacing:
        return _REPLACE
    return _VERBS.get(phase.verb, _UNKNOWN)


def _phase_words(phase: Phase, is_stack: bool, end: datetime) -> str:
    """Say one phase: "created in 12 s", "failed after 3 s", "rolled back: deleted in 1 s"."""
    noun, done, doing = _terms(phase, is_stack)
    took = spell((phase.ended or end) - phase.begun)
    back = "rolled back: " if phase.undoing and not is_stack else ""
    if phase.state == "IN_PROGRESS":
        return done if phase.verb in ("REVIEW", "UNKNOWN") else f"{back}{doing}, {took} so far"
    if phase.state == "SKIPPED":
        return f"{back}kept, not deleted"
    if phase.state == "FAILED":
        word = "cancelled" if phase.cancelled else "failed"
        return f"{back}{noun} {word} after {took}"
    return f"{back}{done} in {took}"


def _sign(phase: Phase) -> str:
    if phase.state == "IN_PROGRESS":
        return "…"
    if phase.state == "FAILED":
        return "✗"
    return "↩" if phase.undoing or "ROLLBACK" in phase.verb else "✓"


def _tone(phase: Phase) -> str:
    if phase.state == "FAILED":
        return "bad"
    if phase.undoing or "ROLLBACK" in phase.verb:
        return "warn"
    return "calm" if phase.state == "IN_PROGRESS" else "good"


def _bar(phase: Phase, axis: _Axis, end: datetime) -> dict[str, Any]:
    left = axis.percent(phase.begun)
    width = max(axis.percent(phase.ended or end) - left, _NARROWEST)
    left = min(left, 100 - _NARROWEST)
    word = _terms(phase, False)[0] if not phase.undoing else "rollback"
    return {
        "left": f"{left:.2f}",
        "width": f"{min(width, 100 - left):.2f}",
        "kind": _kind(phase),
        "state": {"IN_PROGRESS": "open", "FAILED": "failed"}.get(phase.state, "done"),
        "tone": "bad" if phase.state == "FAILED" else "",
        "word": word,
        "sign": "✗" if phase.state == "FAILED" else "",
        "wide": width > 2 * len(word) + 3,
        "end": f"{min(left + width, 97):.2f}",
    }


def _text_bar(phases: Sequence[Phase], bars: Sequence[dict[str, Any]]) -> str:
    cells = ["·"] * _TEXT_COLUMNS
    for phase, bar in zip(phases, bars, strict=True):
        first = min(int(float(bar["left"]) * _TEXT_COLUMNS / 100), _TEXT_COLUMNS - 1)
        last = int((float(bar["left"]) + float(bar["width"])) * _TEXT_COLUMNS / 100 - 0.001)
        last = min(max(first, last), _TEXT_COLUMNS - 1)
        for cell in range(first, last + 1):
            cells[cell] = _GLYPHS.get(str(bar["kind"]), "·")
        if phase.state == "FAILED":
            cells[last] = "✗"
        elif phase.state == "IN_PROGRESS" and phase.verb not in ("REVIEW", "UNKNOWN"):
            cells[last] = "→"
    return "".join(cells)


class _Axis:
    """The time from one moment to another, as percent of a row."""

    def __init__(self, begun: datetime, end: datetime) -> None:
        self._begun = begun
        self._seconds = max((end - begun).total_seconds(), 1.0)
        self._end = begun + timedelta(seconds=self._seconds)

    def percent(self, moment: datetime) -> float:
        """Return where a moment is."""
        return 100 * (moment - self._begun).total_seconds() / self._seconds

    def ticks(self) -> list[dict[str, str]]:
        """Return up to five round times since the beginning, with room for their labels."""
        step = next(
            (step for step in _STEPS if self._seconds / step <= _MOST_TICKS),
            _STEPS[-1] * (int(self._seconds / _STEPS[-1] / _MOST_TICKS) + 1),
        )
        found = []
        for since in range(step, int(self._seconds) + 1, step):
            left = self.percent(self._begun + timedelta(seconds=since))
            if left <= _LAST_TICK:  # its label would stick out of the row
                found.append({"left": f"{left:.2f}", "label": f"+{_since(since)}"})
        return found

    def text_ends(self) -> str:
        """Return the two ends as wide as a bar of text."""
        first, last = _clock(self._begun), _clock(self._end)
        return first + last.rjust(_TEXT_COLUMNS - len(first))


def _since(seconds: int) -> str:
    """Return a time since the beginning, as short as it can be."""
    minutes, rest = divmod(seconds, 60)
    hours, left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {left} min" if left else f"{hours} h"
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _clock(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%H:%M:%S")


def _span(begun: datetime, end: datetime) -> str:
    first, last = begun.astimezone(UTC), end.astimezone(UTC)
    day = first.strftime("%-d %B %Y")
    other = "" if first.date() == last.date() else last.strftime("%-d %B ")
    took = spell(last - first)
    return f"{day}, {_clock(first)} to {other}{_clock(last)} UTC: {took} of lab time"


def empty_card(name: str) -> Card:
    """Return the card of a stack without events."""
    text = messages.TIMELINE_EMPTY.format(name=name)
    return Card("message", {"mark": "i", "tone": "calm", "text": text})
