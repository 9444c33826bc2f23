"""What a target gets of an event: all of it, a part, a constant, or a text made from it.

Follows "Amazon EventBridge input transformation", EventBridge User Guide, and recorded deliveries.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import envelope
from dryrun.cloud.events.envelope import Event

if TYPE_CHECKING:
    from dryrun.cloud.events.rules import Rule

PLACEHOLDER = re.compile(r"<([\w.\-]+)>")
_STEP = re.compile(r"\.([\w\-/:@$]+)|\.?\[(?:'([^']+)'|\"([^\"]+)\"|(\d+)|\*)\]|\.\*")
_MISSING = object()

RESERVED = (
    "aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time",
    "aws.events.event", "aws.events.event.json",
)  # fmt: skip
"""Variables that need no path."""


def payload(rule: Rule, target: dict[str, Any], event: Event) -> str:
    """Return what a target gets of an event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        found = find(target["InputPath"], event)
        # From memory: a path that leads nowhere delivers null.
        return "null" if found is _MISSING else envelope.text(found)
    if "InputTransformer" in target:
        return transformed(target["InputTransformer"], rule, event)
    return envelope.text(event)


def transformed(transformer: dict[str, Any], rule: Rule, event: Event) -> str:
    """Return a template with its variables filled in."""
    paths = transformer.get("InputPathsMap") or {}
    template = transformer["InputTemplate"]
    is_json = template.lstrip().startswith(("{", "["))
    quoted = _quoted_spans(template) if is_json else []

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name in paths:
            value = find(paths[name], event)
        elif name in RESERVED:
            value = _reserved(name, rule, event)
        else:
            return found[0]
        inside = not is_json or any(start < found.start() < end for start, end in quoted)
        return _inside_text(value) if inside else _as_json(value)

    return PLACEHOLDER.sub(fill, template)


def find(path: str, event: Event) -> Any:
    """Return what a path leads to, or a sign that it leads nowhere."""
    steps = parse(path)
    return _MISSING if steps is None else _follow(event, steps)


def parse(path: str) -> list[str | int | None] | None:
    """Return the steps of a path: names, positions, None for `*`; None for what is no path."""
    if not path.startswith("$"):
        return None
    rest = path[1:]
    if rest == ".":
        return []
    steps: list[str | int | None] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None:
            return None
        name = found[1] or found[2] or found[3]
        steps.append(name or (int(found[4]) if found[4] else None))
        at = found.end()
    return steps


def _follow(value: Any, steps: list[str | int | None]) -> Any:
    for at, step in enumerate(steps):
        if step is None:
            inner = value.values() if isinstance(value, dict) else value
            if not isinstance(value, dict | list):
                return _MISSING
            found = [_follow(one, steps[at + 1 :]) for one in inner]
            return [one for one in found if one is not _MISSING]
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return _MISSING
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return _MISSING
    return value


def _as_json(value: Any) -> str:
    """Return a value where JSON has one; a missing one is an empty text there."""
    return '""' if value is _MISSING else envelope.text(value)


def _inside_text(value: Any) -> str:
    """Return a value within a text: bare, an object without its quotes."""
    if value is _MISSING:
        return ""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    if isinstance(value, dict | list):
        return envelope.text(value).replace('"', "")
    return envelope.text(value)


def _quoted_spans(template: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r'"(?:[^"\\]|\\.)*"', template, re.DOTALL)]


def _reserved(name: str, rule: Rule, event: Event) -> Any:
    if name == "aws.events.rule-arn":
        return rule.arn
    if name == "aws.events.rule-name":
        return rule.name
    if name == "aws.events.event.ingestion-time":
        return envelope.written(clocks.current().time())
    return event if name == "aws.events.event.json" else _without_detail(event)


def _without_detail(event: Event) -> dict[str, Any]:
    """Return the event as `<aws.events.event>` has it, in the order that is recorded of it."""
    return {
        "id": event["id"],
        "account": event["account"],
        "detailType": event["detail-type"],
        "time": event["time"],
        "source": event["source"],
        "region": event["region"],
        "resources": event["resources"],
        "version": event["version"],
    }
