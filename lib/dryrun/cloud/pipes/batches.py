"""A batch on its way through a pipe: filter, enrichment, transformation, target.

Follows "Amazon EventBridge Pipes batching and concurrency", "filtering", "event enrichment" and
"targets", EventBridge User Guide.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dryrun.cloud import inside
from dryrun.cloud.delivery import Failure
from dryrun.cloud.events import patterns
from dryrun.cloud.pipes import targets, templates
from dryrun.cloud.pipes.templates import Event

if TYPE_CHECKING:
    from dryrun.cloud.pipes.models import Pipe
    from dryrun.cloud.pipes.readable import Readable

Ended = Callable[[list[bool], str], None]
"""Told which events got through, in their order, and the error of those that did not."""


def wanted(pipe: Readable, event: Event) -> bool:
    """Tell whether an event passes one of the filters, if there are any."""
    criteria = pipe.source_parameters.get("FilterCriteria", {}).get("Filters", [])
    if not criteria:
        return True
    seen = templates.opened(event)
    return any(patterns.compile(one.get("Pattern", "{}")).matches(seen) for one in criteria)


def process(pipe: Pipe, events: list[Event], ended: Ended) -> None:
    """Send events that passed the filter on; `ended` is told once."""
    if not pipe.enrichment:
        _to_target(pipe, list(events), len(events), ended)
        return
    host = inside.host()

    def enriched(answer: Any | Failure) -> None:
        with inside.found_at(host):
            if isinstance(answer, Failure):
                ended([False] * len(events), answer.message)
            elif answer in ("", {}, [], None):
                ended([True] * len(events), "")  # so an enrichment filters
            else:
                _to_target(
                    pipe, answer if isinstance(answer, list) else [answer], len(events), ended
                )

    template = pipe.enrichment_parameters.get("InputTemplate", "")
    shaped = [_shaped(pipe, template, event) for event in events]
    targets.call(pipe, pipe.enrichment, _joined(shaped), enriched)


def _to_target(pipe: Pipe, events: list[Any], count: int, ended: Ended) -> None:
    """Send what is left to the target; `count` events of the source are behind it."""
    template = pipe.target_parameters.get("InputTemplate", "")
    shaped = [_shaped(pipe, template, event) for event in events]
    if targets.takes_batches(pipe):
        targets.send_batch(pipe, _joined(shaped), events, count, ended)
        return
    results: dict[int, str] = {}

    def one_ended(at: int, error: str) -> None:
        results[at] = error
        if len(results) == len(events):
            ended(*_summed([results[number] for number in range(len(events))], count))

    for at, (event, payload) in enumerate(zip(events, shaped, strict=True)):
        targets.send(pipe, payload, event, functools.partial(one_ended, at))


def _summed(errors: list[str], count: int) -> tuple[list[bool], str]:
    """Return which source events got through; all or none where an enrichment changed how many."""
    failed = next((error for error in errors if error), "")
    if len(errors) == count:
        return [not error for error in errors], failed
    return [not failed] * count, failed


def _shaped(pipe: Pipe, template: str, event: Any) -> str:
    if template:
        return templates.filled(template, event, pipe.names)
    return event if isinstance(event, str) else json.dumps(event, separators=(",", ":"))


def _joined(shaped: list[str]) -> str:
    """Return payloads as one JSON list; a template that gives no JSON gives texts."""
    return "[" + ",".join(one if _is_json(one) else json.dumps(one) for one in shaped) + "]"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
