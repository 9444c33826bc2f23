"""`lab.explain`: an event pattern held against an event, field by field."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.events.explaining import Explanation, Finding, explain
from dryrun.cloud.events.patterns import InvalidPattern
from dryrun.exceptions import LabError
from dryrun.notebook import messages
from dryrun.notebook.display import Card

_MOST_WAYS = 8


def explain_card(pattern: str | dict[str, Any], event: str | dict[str, Any]) -> Card:
    """Return the card of a pattern and an event; a pattern AWS refuses is shown with its words."""
    whole = _event(event)
    try:
        explanation = explain(pattern, whole)
    except InvalidPattern as invalid:
        return _card("✗", "bad", messages.EXPLAIN_INVALID, [], [], [str(invalid)])
    except (TypeError, ValueError) as error:
        raise LabError(messages.EXPLAIN_NO_PATTERN.format(reason=error)) from error
    mark, tone, title = (
        ("✓", "good", messages.EXPLAIN_MATCHES)
        if explanation.matched
        else ("✗", "bad", messages.EXPLAIN_DIFFERS)
    )
    return _card(mark, tone, title, *_ways(explanation), [])


def _card(  # noqa: PLR0917 - the parts of one card
    mark: str,
    tone: str,
    title: str,
    ways: list[dict[str, Any]],
    more: list[str],
    notices: list[str],
) -> Card:
    return Card(
        "explain",
        {
            "mark": mark,
            "tone": tone,
            "title": title,
            "status": "",
            "ways": ways,
            "more": more,
            "notices": notices,
        },
    )


def _ways(explanation: Explanation) -> tuple[list[dict[str, Any]], list[str]]:
    count = len(explanation.ways)
    shown = []
    for number, way in enumerate(explanation.ways[:_MOST_WAYS], start=1):
        word = messages.EXPLAIN_WAY_MATCHES if way.matched else messages.EXPLAIN_WAY_DIFFERS
        lead = messages.EXPLAIN_WAY.format(number=number, count=count, word=word)
        shown.append(
            {
                "lead": lead if count > 1 else "",
                "note": way.note,
                "rows": [_row(finding) for finding in way.findings],
            }
        )
    hidden = count - len(shown)
    return shown, [messages.EXPLAIN_MORE.format(count=hidden)] if hidden else []


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "sign": "✓" if finding.matched else "✗",
        "word": "matches" if finding.matched else "does not match",
        "tone": "good" if finding.matched else "bad",
        "path": finding.path,
        "wants": finding.wants,
        "has": finding.has,
        "why": finding.why,
    }


def _event(event: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(event, str):
        try:
            event = json.loads(event)
        except ValueError as error:
            raise LabError(messages.EXPLAIN_NO_EVENT.format(reason=error)) from error
    if not isinstance(event, dict):
        raise LabError(messages.EXPLAIN_NO_EVENT.format(reason="it is no JSON object"))
    return event
