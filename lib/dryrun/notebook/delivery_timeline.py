"""`lab.deliveries`: what fired, for which target, and how it ended, over the time of the lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dryrun.exceptions import LabError
from dryrun.notebook import messages
from dryrun.notebook.display import Card
from dryrun.notebook.stack_words import spell

MOST_ROWS = 40
_COLUMNS = 48
_STEPS = (1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 7 * 86400)
_MOST_TICKS = 6
_LAST_TICK = 92
_MOST_DOTS = 240
_KINDS = {
    "dynamodb": "table",
    "event-bus": "bus",
    "events": "bus",
    "firehose": "delivery stream",
    "kinesis": "stream",
    "lambda": "function",
    "logs": "log group",
    "s3": "bucket",
    "sns": "topic",
    "sqs": "queue",
    "states": "state machine",
}


@dataclass(frozen=True)
class Delivery:
    """One delivery, as the cloud remembers it."""

    began: float
    ended: float
    source: str
    target: str
    delivered: bool
    attempts: int
    error: str
    dead_letter: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Delivery:
        """Read what the cloud tells."""
        code, message = str(told["error_code"]), str(told["error_message"])
        return cls(
            float(told["began"]),
            float(told["ended"]),
            source_name(str(told["source"]), str(told["service"])),
            target_name(str(told["target"])),
            bool(told["delivered"]),
            int(told["attempts"]),
            f"{code}: {message}" if message and message != code else code,
            target_name(str(told["dead_letter"])) if told["dead_letter"] else "",
        )


def source_name(arn: str, service: str) -> str:
    """Return what people call a sender: "rule nightly", "schedule night/report", "pipe sold"."""
    resource = arn.split(":", 5)[5] if arn.count(":") > 4 else arn
    kind, slash, name = resource.partition("/")
    if slash and kind in ("rule", "schedule", "pipe"):
        if kind == "schedule":
            name = name.removeprefix("default/")
        return f"{kind} {name}"
    if resource.startswith("alarm:"):
        return f"alarm {resource.removeprefix('alarm:')}"
    return f"{_KINDS.get(service, service)} {resource.rpartition('/')[2]}"


def target_name(arn: str) -> str:
    """Return what people call a target: "queue tickets", "function report"."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return arn
    service, resource = parts[2], parts[5]
    if resource.startswith("aws-sdk:"):
        return "call " + resource.removeprefix("aws-sdk:").replace(":", " ")
    for prefix in ("function:", "log-group:", "stateMachine:"):
        resource = resource.removeprefix(prefix)
    resource = resource.removesuffix(":*")
    if service == "events" and resource.startswith("api-destination/"):
        return "API destination " + resource.split("/")[1]
    return f"{_KINDS.get(service, service)} {resource.rpartition('/')[2]}"


def deliveries_card(
    told: Sequence[Mapping[str, Any]], since: float, now: float, about: str = ""
) -> Card:
    """Return the card of deliveries from `since` to `now`, lab time in seconds.

    `about` keeps those whose source or target has it in its name.
    """
    found = [Delivery.of(one) for one in told if float(one["began"]) >= since]
    found = [one for one in found if about in one.source or about in one.target]
    if not found:
        text = messages.DELIVERIES_NONE.format(span=spell(timedelta(seconds=now - since)))
        return Card("message", {"mark": "i", "tone": "calm", "text": text})
    axis = Axis(since, max(now, found[-1].ended))
    rows: dict[tuple[str, str], list[Delivery]] = {}
    for one in found:
        rows.setdefault((one.source, one.target), []).append(one)
    shown = list(rows.items())[:MOST_ROWS]
    hidden = len(rows) - len(shown)
    failed = sum(not one.delivered for one in found)
    return Card(
        "deliveries",
        {
            "mark": "✗" if failed else "✓",
            "tone": "warn" if failed else "good",
            "title": "Deliveries",
            "status": _summed(len(found), failed),
            "span": axis.span(),
            "ticks": axis.ticks(),
            "text_axis": axis.text_ends(),
            "rows": [_row(names, several, axis) for names, several in shown],
            "rest": messages.DELIVERIES_REST.format(count=hidden) if hidden else "",
        },
    )


def _summed(count: int, failed: int) -> str:
    many = f"{count} deliveries" if count > 1 else "1 delivery"
    return f"{many}, {failed} failed" if failed else many


def _row(names: tuple[str, str], several: Sequence[Delivery], axis: Axis) -> dict[str, Any]:
    failed = [one for one in several if not one.delivered]
    good = len(several) - len(failed)
    retried = sum(one.delivered and one.attempts > 1 for one in several)
    words = [f"{good} delivered"] if good else []
    if retried:
        words.append(f"{retried} of them after retries")
    if failed:
        words.append(f"{len(failed)} failed")
    return {
        "source": names[0],
        "target": names[1],
        "dots": [
            {"left": f"{axis.percent(one.began):.2f}", "tone": _tone(one), "sign": _sign(one)}
            for one in _thinned(several)
        ],
        "text_bar": _text_bar(several, axis),
        "tone": "bad" if failed else "good",
        "sign": "✗" if failed else "✓",
        "words": ", ".join(words),
        "times": _times(several),
        "reasons": list(dict.fromkeys(_reason(one) for one in failed)),
    }


def _thinned(several: Sequence[Delivery]) -> list[Delivery]:
    """Return the deliveries to draw: all that failed, and of the others as many as have room."""
    step = len(several) // _MOST_DOTS + 1
    return [one for at, one in enumerate(several) if at % step == 0 or not one.delivered]


def _times(several: Sequence[Delivery]) -> str:
    """Return when a row's deliveries began: each time of a few, the first and last of many."""
    if len(several) <= 4:
        return ", ".join(_clock(one.began) for one in several)
    first, last = several[0].began, several[-1].began
    day = "" if _moment(first).date() == _moment(last).date() else "%-d %B "
    return f"{_moment(first).strftime(day + '%H:%M:%S')} to " + (
        _moment(last).strftime(day + "%H:%M:%S")
    )


def _reason(one: Delivery) -> str:
    rest = f" It is in the {one.dead_letter} now." if one.dead_letter else ""
    tries = f" ({one.attempts} attempts)" if one.attempts > 1 else ""
    return f"{one.error}{tries}.{rest}".replace("..", ".")


def _tone(one: Delivery) -> str:
    if not one.delivered:
        return "bad"
    return "warn" if one.attempts > 1 else "good"


def _sign(one: Delivery) -> str:
    if not one.delivered:
        return "✗"
    return "↻" if one.attempts > 1 else "●"


def _text_bar(several: Sequence[Delivery], axis: Axis) -> str:
    cells = ["·"] * _COLUMNS
    for one in sorted(several, key=lambda one: "●↻✗".index(_sign(one))):
        cells[min(int(axis.percent(one.began) * _COLUMNS / 100), _COLUMNS - 1)] = _sign(one)
    return "".join(cells)


class Axis:
    """The time from one moment to another, as percent of a row."""

    def __init__(self, begun: float, end: float) -> None:
        self._begun = begun
        self._seconds = max(end - begun, 1.0)

    def percent(self, moment: float) -> float:
        """Return where a moment is."""
        return min(max(100 * (moment - self._begun) / self._seconds, 0.0), 100.0)

    def ticks(self) -> list[dict[str, str]]:
        """Return up to six round times of day, with room for their labels."""
        step = next((one for one in _STEPS if self._seconds / one <= _MOST_TICKS), _STEPS[-1])
        step *= max(1, int(self._seconds / step / _MOST_TICKS))
        moment = (int(self._begun) // step + 1) * step
        found = []
        while moment < self._begun + self._seconds:
            left = self.percent(moment)
            if left <= _LAST_TICK:
                found.append({"left": f"{left:.2f}", "label": self._label(moment, step)})
            moment += step
        return found

    def text_ends(self) -> str:
        """Return the two ends as wide as a bar of text."""
        first, last = _clock(self._begun), _clock(self._begun + self._seconds)
        return first + last.rjust(_COLUMNS - len(first))

    def span(self) -> str:
        """Return the whole of it in words."""
        first, last = _moment(self._begun), _moment(self._begun + self._seconds)
        other = "" if first.date() == last.date() else last.strftime("%-d %B ")
        took = spell(timedelta(seconds=self._seconds))
        begin = f"{first.strftime('%-d %B %Y')}, {first.strftime('%H:%M:%S')}"
        return f"{begin} to {other}{last.strftime('%H:%M:%S')} UTC: {took} of lab time"

    def _label(self, moment: float, step: int) -> str:
        if step >= 86400:
            return _moment(moment).strftime("%-d %b")
        return _moment(moment).strftime("%H:%M" if step >= 60 else "%H:%M:%S")


def since_of(hours: float | None, since: str | datetime | None, now: float) -> float:
    """Return from when on deliveries are wanted; raises LabError for what is no time."""
    if since is None:
        span = 24.0 if hours is None else float(hours)
        if span <= 0:
            raise LabError(messages.DELIVERIES_SINCE)
        return now - span * 3600
    try:
        moment = datetime.fromisoformat(since) if isinstance(since, str) else since
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, AttributeError):
        raise LabError(messages.DELIVERIES_SINCE) from None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _clock(seconds: float) -> str:
    return _moment(seconds).strftime("%H:%M:%S")
