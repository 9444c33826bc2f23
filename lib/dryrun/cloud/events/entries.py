"""The entries of PutEvents: which are refused, each by itself, and what they become."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import archives, envelope, storms
from dryrun.cloud.events import bus as buses
from dryrun.cloud.events.envelope import Event
from dryrun.cloud.events.exceptions import ValidationException
from dryrun.cloud.events.replays import seconds

Entry = dict[str, Any]
Result = dict[str, str]

MOST_ENTRIES = 10
MOST_BYTES = 1_048_576
"""Of all entries together; "Calculating PutEvents event entry size", EventBridge User Guide."""
DEEPEST = 1000
_REQUIRED = ("Source", "DetailType", "Detail")
_TIME_BYTES = 14
_MEMBERS = (
    ("time", "Time"), ("source", "Source"), ("resources", "Resources"),
    ("detailType", "DetailType"), ("detail", "Detail"), ("eventBusName", "EventBusName"),
    ("traceHeader", "TraceHeader"),
)  # fmt: skip


def put(entries: list[Entry], account: str, region: str) -> list[Result]:
    """Put events on their buses; return for each its id, or why it was refused."""
    if sum(size_of(entry) for entry in entries) >= MOST_BYTES:
        raise ValidationException("Total size of the entries in the request is over the limit.")
    return [_put(entry, account, region) for entry in entries]


def check_count(entries: list[Entry]) -> None:
    """Refuse too many entries, in AWS's words."""
    if len(entries) > MOST_ENTRIES:
        raise ValidationException(
            f"1 validation error detected: Value '{_shown(entries)}' at 'entries' failed to satisfy"
            f" constraint: Member must have length less than or equal to {MOST_ENTRIES}"
        )


def size_of(entry: Entry) -> int:
    """Return the size of an entry as AWS counts it."""
    texts = [entry.get(name) or "" for name in _REQUIRED] + list(entry.get("Resources") or ())
    timed = _TIME_BYTES if entry.get("Time") is not None else 0
    return timed + sum(len(str(text).encode()) for text in texts)


def _put(entry: Entry, account: str, region: str) -> Result:
    refused = _refused(entry)
    if refused is not None:
        return refused
    detail = _object(entry["Detail"])
    if detail is None:
        return _error("MalformedDetail", "Detail is malformed.")
    event = envelope.make(
        account,
        region,
        entry["Source"],
        entry["DetailType"],
        detail,
        resources=entry.get("Resources") or (),
        time=_time(entry),
    )
    return _publish(entry, event, account, region)


def _publish(entry: Entry, event: Event, account: str, region: str) -> Result:
    bus = _bus(entry.get("EventBusName") or "default", account, region)
    if bus is not None:
        if not bus.gauge.allows():
            return _error("ThrottlingException", storms.sentence(bus.name))
        buses.publish(bus, event, size=archives.size_of(event, entry["Detail"]))
    # AWS takes events for a bus that is not there, and drops them.
    return {"EventId": event["id"]}


def _bus(named: str, account: str, region: str) -> Any:
    if named.startswith("arn:"):
        _, _, _, region, account, resource = named.split(":", 5)
        named = resource.removeprefix("event-bus/")
    return buses.backend_of(account, region).event_buses.get(named)


def _refused(entry: Entry) -> Result | None:
    for name in _REQUIRED:
        if not entry.get(name):
            return _error(
                "InvalidArgument",
                f"Parameter {name} is not valid. Reason: {name} is a required argument.",
            )
    if entry["Source"].startswith("aws."):
        # The sentence is from memory; the code is of "PutEventsResultEntry".
        return _error("NotAuthorizedForSourceException", "Not authorized for the source.")
    return None


def _error(code: str, message: str) -> Result:
    return {"ErrorCode": code, "ErrorMessage": message}


def _object(text: str) -> dict[str, Any] | None:
    """Return a detail as an object, or None for what is none or goes too deep."""
    try:
        found = json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _depth(found) <= DEEPEST else None


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _depth(value: Any) -> int:
    deepest, todo = 0, [(value, 1)]
    while todo:
        one, level = todo.pop()
        if isinstance(one, dict | list):
            deepest = max(deepest, level)
            inner = one.values() if isinstance(one, dict) else one
            todo += [(each, level + 1) for each in inner]
    return deepest


def _time(entry: Entry) -> float:
    moment = entry.get("Time")
    return clocks.current().time() if moment is None else seconds(moment)


def _shown(entries: list[Entry]) -> str:
    """Return entries as Java prints them, which AWS's message has."""
    rows = []
    for entry in entries:
        told = [f"{java}={_java(entry.get(name))}" for java, name in _MEMBERS]
        told += ["kmsKeyIdentifier=null", "internalMetadata=null"]
        rows.append(f"PutEventsRequestEntry({', '.join(told)})")
    return f"[{', '.join(rows)}]"


def _java(value: Any) -> str:
    if value is None:
        return "null"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
