"""Input templates of pipes, and what they see of an event.

Follows "Amazon EventBridge Pipes input transformation", EventBridge User Guide.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import envelope, transformer

Event = dict[str, Any]

NOTHING = transformer.find("", {})
"""What a path finds that leads nowhere."""

_PLACEHOLDER = re.compile(r"<(\$(?:\.[^<>]*)?|aws\.pipes\.[\w.\-]+)>")
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')
_ENCODED = {"aws:sqs": ("body", False), "aws:kinesis": ("data", True)}
"""By the source: the field whose text is read as JSON, and whether it is in base64."""


@dataclass(frozen=True)
class Names:
    """The ARNs that a template may ask for."""

    pipe: str
    source: str
    enrichment: str
    target: str


def opened(event: Any) -> Any:
    """Return an event with its encoded field decoded, where that holds JSON.

    This is "Implicit body data parsing"; filters see the same.
    """
    if not isinstance(event, dict):
        return event
    field, encoded = _ENCODED.get(str(event.get("eventSource")), ("", False))
    text = event.get(field)
    if not isinstance(text, str):
        return event
    if encoded:
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return event
    try:
        return {**event, field: json.loads(text)}
    except ValueError:
        return {**event, field: text}


def filled(template: str, event: Any, names: Names) -> str:
    """Return a template with paths into the event, and Pipes' own variables, filled in."""
    is_json = template.lstrip().startswith(("{", "["))
    texts = [found.span() for found in _TEXTS.finditer(template)] if is_json else []
    known, seen = _variables(event, names), opened(event)

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        value = find(name, seen) if name.startswith("$") else known.get(name, NOTHING)
        if is_json and not any(start < found.start() < end for start, end in texts):
            return '""' if value is NOTHING else envelope.text(value)
        return _within(value, quoted=is_json)

    return _PLACEHOLDER.sub(fill, template)


def find(path: str, event: Any) -> Any:
    """Return what a path finds in an event, or NOTHING."""
    if path == "$":
        return event
    if not isinstance(event, dict | list):
        return NOTHING
    seen: Any = event  # a list, where an enrichment gave one
    return transformer.find(path, seen)


def resolved(value: Any, event: Any) -> Any:
    """Return a target's parameter; those that are paths name a part of the event."""
    if isinstance(value, str) and value.startswith("$."):
        found = find(value, opened(event))
        return "" if found is NOTHING else found
    if isinstance(value, list):
        return [resolved(item, event) for item in value]
    if isinstance(value, dict):
        return {name: resolved(item, event) for name, item in value.items()}
    return value


def _variables(event: Any, names: Names) -> dict[str, Any]:
    return {
        "aws.pipes.pipe-arn": names.pipe,
        "aws.pipes.pipe-name": names.pipe.rpartition("/")[2],
        "aws.pipes.source-arn": names.source,
        "aws.pipes.enrichment-arn": names.enrichment,
        "aws.pipes.target-arn": names.target,
        "aws.pipes.event.ingestion-time": envelope.written(clocks.current().time()),
        "aws.pipes.event": event,
        "aws.pipes.event.json": opened(event),
    }


def _within(value: Any, *, quoted: bool) -> str:
    """Return a value within a text, which in JSON must not end it."""
    if value is NOTHING:
        return ""
    text = value if isinstance(value, str) else envelope.text(value)
    return json.dumps(text, ensure_ascii=False)[1:-1] if quoted else text
