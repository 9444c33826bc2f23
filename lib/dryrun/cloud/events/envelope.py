"""The event as it arrives: its fields, complete and in AWS's order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks

Event = dict[str, Any]

_ORDER = (
    "version", "id", "detail-type", "source", "account", "time", "region", "replay-name",
    "resources", "detail",
)  # fmt: skip


def make(
    account: str,
    region: str,
    source: str,
    detail_type: str,
    detail: Any,
    *,
    resources: Iterable[str] = (),
    time: float | None = None,
) -> Event:
    """Return a new event; its time is now, unless another is given."""
    return {
        "version": "0",
        "id": new_id(),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": written(clocks.current().time() if time is None else time),
        "region": region,
        "resources": list(resources),
        "detail": detail,
    }


def new_id() -> str:
    """Return the id of a new event."""
    return str(mock_random.uuid4())


def named_after_replay(event: Event, replay: str) -> Event:
    """Return an event as a replay sends it once more."""
    named = {**event, "replay-name": replay}
    return {name: named[name] for name in _ORDER if name in named}


def text(event: Any) -> str:
    """Return JSON as EventBridge sends it."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def written(moment: float) -> str:
    """Return a moment as events tell it, in whole seconds."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(event: Event) -> float:
    """Return the moment an event tells."""
    return datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
