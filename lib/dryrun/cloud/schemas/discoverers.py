"""Discoverers: they watch a bus, and note the schema of each kind of event there.

Follows "Creating schemas with EventBridge schema discovery", EventBridge User Guide.
"""

from __future__ import annotations

import json
import re
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import bus as buses
from dryrun.cloud.events.envelope import Event
from dryrun.cloud.schemas import contents, inference
from dryrun.cloud.schemas.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
)
from dryrun.cloud.schemas.models import DISCOVERED, SchemasBackend, compact

Thing = dict[str, Any]

NOTED_IN = 10.0
"""Seconds until a schema is there; AWS says up to five minutes."""
_MOST_VERSIONS = 100
_LARGEST = 1_000_000
_WATCHER = "schema discoverer"
_BUS = re.compile(
    r"arn:[\w-]+:events:(?P<region>[\w-]+):(?P<account>\d{12}):event-bus/(?P<name>.+)$"
)


def create(backend: SchemasBackend, asked: Thing) -> Thing:
    """Create a discoverer on a bus, and start it."""
    match = _BUS.match(asked["SourceArn"])
    if match is None or _bus(backend, asked["SourceArn"]) is None:
        raise BadRequestException(f"Event bus {asked['SourceArn']} does not exist.")
    if any(one["SourceArn"] == asked["SourceArn"] for one in backend.discoverers.values()):
        raise ConflictException(f"A discoverer for {asked['SourceArn']} already exists.")
    name = f"events-event-bus-{match['name'].replace('/', '-')}"
    made = {
        "Description": asked.get("Description", ""),
        "DiscovererArn": (
            f"arn:aws:schemas:{backend.region_name}:{backend.account_id}:discoverer/{name}"
        ),
        "DiscovererId": name,
        "SourceArn": asked["SourceArn"],
        "State": "STOPPED",
        "CrossAccount": asked.get("CrossAccount", True),
    }
    backend.discoverers[name] = made
    start(backend, name)
    return made


def get(backend: SchemasBackend, name: str) -> Thing:
    """Return a discoverer."""
    if name not in backend.discoverers:
        raise NotFoundException(f"Discoverer with ID {name} does not exist.")
    return backend.discoverers[name]


def start(backend: SchemasBackend, name: str) -> Thing:
    """Let a discoverer watch its bus."""
    found = get(backend, name)
    found["State"] = "STARTED"
    bus = _bus(backend, found["SourceArn"])
    if bus is not None:
        bus.watchers[_WATCHER] = lambda event: _saw(backend, found, event)
    return found


def stop(backend: SchemasBackend, name: str) -> Thing:
    """Let a discoverer watch no more."""
    found = get(backend, name)
    found["State"] = "STOPPED"
    bus = _bus(backend, found["SourceArn"])
    if bus is not None:
        bus.watchers.pop(_WATCHER, None)
    return found


def delete(backend: SchemasBackend, name: str) -> None:
    """Delete a discoverer; the schemas it found stay."""
    stop(backend, name)
    backend.tags.pop(backend.discoverers[name]["DiscovererArn"], None)
    del backend.discoverers[name]


def _bus(backend: SchemasBackend, arn: str) -> Any:
    match = _BUS.match(arn)
    if match is None or match["account"] != backend.account_id:
        return None
    return buses.backend_of(match["account"], match["region"]).event_buses.get(match["name"])


def _saw(backend: SchemasBackend, discoverer: Thing, event: Event) -> None:
    if event["account"] != backend.account_id and not discoverer["CrossAccount"]:
        return
    if len(json.dumps(event)) > _LARGEST or event["source"] == "aws.schemas":
        return  # what a discoverer makes known is not discovered in turn
    name = f"{event['source']}@{inference.title(event['detail-type'])}"
    name = re.sub(r"[^0-9A-Za-z_.@-]", "-", name)
    try:
        found = inference.document([event])
    except inference.TooDeepError:
        return
    if _fits(backend, name, found):
        return
    clocks.current().call_later(
        NOTED_IN, lambda: _note(backend, name, found), what=f"schema {name} is discovered"
    )


def _fits(backend: SchemasBackend, name: str, found: Thing) -> bool:
    known = backend.registries[DISCOVERED].schemas.get(name)
    if known is None:
        return False
    latest = json.loads(known.versions[-1].content)
    return bool(inference.merged(latest, found) == latest)


def _note(backend: SchemasBackend, name: str, found: Thing) -> None:
    known = backend.registries[DISCOVERED].schemas.get(name)
    if known is None:
        backend.create_schema(DISCOVERED, name, compact(found), contents.OPENAPI)
    elif not _fits(backend, name, found) and len(known.versions) < _MOST_VERSIONS:
        latest = json.loads(known.versions[-1].content)
        both = compact(inference.merged(latest, found))
        backend.update_schema(known, both, contents.OPENAPI, None)
