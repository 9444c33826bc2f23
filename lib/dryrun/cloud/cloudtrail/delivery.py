"""What a trail has collected, written into its bucket.

Follows "CloudTrail log file examples" (names of log files), "Finding your CloudTrail log files" and
"GetTrailStatus". Written by the service itself, hence no call of the journal.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import string
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudtrail import digests, events, outlets, permissions
from dryrun.cloud.cloudtrail.events import Event
from dryrun.cloud.journal import Call, Journal, current

if TYPE_CHECKING:
    from dryrun.cloud.cloudtrail.models import Trail

API_CALL = "AWS API Call via CloudTrail"

INTERVAL = 300.0
"""Seconds of lab time from the first event to the log file that has it."""

_UNIQUE_LENGTH = 16
_LETTERS = string.ascii_letters + string.digits
_listening: list[Journal] = []


def listen() -> None:
    """Hear of every call from now on, once for each journal."""
    journal = current()
    if journal not in _listening:
        _listening[:] = [journal]
        journal.subscribe(_announce)


def folder(trail: Trail, region: str) -> str:
    """Return where a trail keeps the log files of a region, with a slash at the end."""
    prefix = f"{trail.s3_key_prefix}/" if trail.s3_key_prefix else ""
    return f"{prefix}AWSLogs/{trail.account_id}/CloudTrail/{region}/"


def find_bucket(trail: Trail) -> Any:
    """Return the trail's bucket in moto, whoever owns it; raise KeyError when there is none."""
    from moto.s3.models import s3_backends  # noqa: PLC0415 - takes half a second to load

    partition, owner = s3_backends.bucket_accounts[trail.bucket_name]
    return s3_backends[owner][partition].buckets[trail.bucket_name]


def can_write(trail: Trail) -> bool:
    """Tell whether the policy of the trail's bucket lets CloudTrail write there."""
    bucket = find_bucket(trail)
    key = folder(trail, trail.region_name) + "log.json.gz"
    return permissions.allows(bucket, trail.account_id, trail.arn, key)


def collect(trail: Trail, event: Event) -> None:
    """Keep an event for the next delivery, and see that there is one."""
    trail.collected.append(event)
    if not trail.awaits_delivery:
        trail.awaits_delivery = True
        clocks.current().call_at(
            max(event.seconds + INTERVAL, clocks.current().time()),
            lambda: deliver(trail),
            what=f"CloudTrail {trail.trail_name} delivers to s3://{trail.bucket_name}",
            work=False,
        )


def deliver(trail: Trail) -> None:
    """Write what has been collected, a file a region; what cannot be written waits for the next."""
    trail.awaits_delivery = False
    now = clocks.current().now()
    try:
        error = "" if can_write(trail) else "AccessDenied"
    except KeyError:
        error = "NoSuchBucket"
    trail.status.attempted(now, error)
    if error:
        return
    collected = sorted(trail.collected, key=lambda event: event.region)
    trail.collected.clear()
    keys = [
        _write(trail, region, list(found), now)
        for region, found in groupby(collected, key=lambda event: event.region)
    ]
    trail.status.told(now, outlets.notify(trail, keys), outlets.put(trail, collected))


def is_writable(trail: Trail) -> bool:
    """Tell whether the trail's bucket is there and lets CloudTrail write."""
    try:
        return can_write(trail)
    except KeyError:
        return False


def put_object(trail: Trail, key: str, data: bytes, marks: dict[str, str]) -> None:
    """Write a compressed file of JSON into the trail's bucket, with metadata of its own."""
    from moto.s3.models import s3_backends  # noqa: PLC0415 - takes half a second to load

    partition, owner = s3_backends.bucket_accounts[trail.bucket_name]
    made = s3_backends[owner][partition].put_object(trail.bucket_name, key, data)
    own = {f"x-amz-meta-{name}": value for name, value in marks.items()}
    made.set_metadata({"Content-Type": "application/json", "Content-Encoding": "gzip", **own})


def _write(trail: Trail, region: str, found: list[Event], now: datetime) -> str:
    text = json.dumps({"Records": [event.record for event in found]}, separators=(",", ":"))
    encoded = text.encode()
    data = gzip.compress(encoded, mtime=int(now.timestamp()))
    name = f"{trail.account_id}_CloudTrail_{region}_{now:%Y%m%dT%H%MZ}_{_unique(found)}.json.gz"
    key = f"{folder(trail, region)}{now:%Y/%m/%d}/{name}"
    put_object(trail, key, data, {})
    digests.note(trail, key, encoded, found)
    return key


def _unique(found: list[Event]) -> str:
    """Return sixteen characters made of the events, so that no other id comes out otherwise."""
    text = "".join(event.event_id for event in found)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    made = ""
    for _ in range(_UNIQUE_LENGTH):
        number, digit = divmod(number, len(_LETTERS))
        made += _LETTERS[digit]
    return made


def _announce(call: Call) -> None:
    from dryrun.cloud.cloudtrail.models import trails  # noqa: PLC0415 - it needs this module

    for event in events.of(call):
        taking = [trail for trail in trails(event.account) if trail.takes(event)]
        for trail in taking:
            collect(trail, event)
        if taking:
            _to_event_bus(event)


def _to_event_bus(event: Event) -> None:
    """Put an event that a trail logs on the default bus.

    Follows "AWS service events delivered via AWS CloudTrail", EventBridge User Guide: without a
    trail that logs there is none.
    """
    from dryrun.cloud.events import bus  # noqa: PLC0415 - loads EventBridge

    if bus.listens(event.account, event.region):
        source = f"aws.{event.source.partition('.')[0]}"
        record = json.loads(json.dumps(event.record, default=str))
        bus.put_event(event.account, event.region, source, API_CALL, record)
