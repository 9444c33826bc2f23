"""LookupEvents: the last 90 days of management events of one account and region.

Follows "LookupEvents", AWS CloudTrail API Reference. AWS shows an event some minutes after the
call; here it is there at once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dryrun.cloud.cloudtrail import events
from dryrun.cloud.cloudtrail.events import Event
from dryrun.cloud.cloudtrail.exceptions import (
    InvalidEventCategoryException,
    InvalidLookupAttributesException,
    InvalidMaxResultsException,
    InvalidNextTokenException,
    InvalidTimeRangeException,
)
from dryrun.cloud.journal import Call

KEPT_SECONDS = 90 * 86400
MOST = 50
_LONGEST_VALUE = 2000

_TESTS: dict[str, Callable[[Event, str], bool]] = {
    "EventId": lambda event, value: event.event_id == value,
    "EventName": lambda event, value: event.name == value,
    "ReadOnly": lambda event, value: str(event.read_only).lower() == value.lower(),
    "Username": lambda event, value: event.username == value,
    "ResourceType": lambda event, value: _has(event, "ResourceType", value),
    "ResourceName": lambda event, value: _has(event, "ResourceName", value),
    "EventSource": lambda event, value: event.source == value,
    "AccessKeyId": lambda event, value: event.call.access_key == value and not event.foreign,
}


@dataclass(frozen=True)
class Question:
    """What LookupEvents was asked; times in seconds since the epoch."""

    attribute: tuple[str, str] | None
    start: float | None
    end: float | None
    insights: bool
    size: int
    before: int | None
    """The number of the call the page before ended with."""
    mark: str
    """What the parameters are known by, but for the token and the size of the page."""

    def fits(self, event: Event, now: float) -> bool:
        """Tell whether an event is among those asked for, at lab time `now`."""
        if event.seconds < now - KEPT_SECONDS:
            return False
        if self.start is not None and event.seconds < self.start:
            return False
        if self.end is not None and event.seconds > self.end:
            return False
        return self.attribute is None or _TESTS[self.attribute[0]](event, self.attribute[1])


def read(parameters: dict[str, Any]) -> Question:
    """Return what is asked for; raise what CloudTrail refuses parameters with."""
    start, end = _seconds(parameters.get("StartTime")), _seconds(parameters.get("EndTime"))
    if start is not None and end is not None and start > end:
        raise InvalidTimeRangeException("The start time must not be later than the end time.")
    size = MOST if parameters.get("MaxResults") is None else int(parameters["MaxResults"])
    if not 1 <= size <= MOST:
        raise InvalidMaxResultsException(f"MaxResults must be between 1 and {MOST}.")
    category = parameters.get("EventCategory")
    if category not in (None, "insight"):
        raise InvalidEventCategoryException(f"The event category {category} is not valid.")
    attribute = _attribute(parameters.get("LookupAttributes") or [])
    mark = hashlib.sha256(json.dumps([attribute, start, end, category]).encode()).hexdigest()[:16]
    before = _read_token(parameters.get("NextToken"), mark)
    return Question(attribute, start, end, category == "insight", size, before, mark)


def answer(
    question: Question, calls: Iterable[Call], account: str, region: str, now: float
) -> dict[str, Any]:
    """Return a page of events, newest first; `calls` are all there are, oldest first."""
    if question.insights:
        return {"Events": []}
    found = _found(question, list(calls), account, region, now)
    page = list(islice(found, question.size))
    made: dict[str, Any] = {"Events": [event.as_response() for event in page]}
    if next(found, None) is not None:
        made["NextToken"] = _token(page[-1].call.number, question.mark)
    return made


def _found(
    question: Question, calls: list[Call], account: str, region: str, now: float
) -> Iterator[Event]:
    for call in reversed(calls):
        if question.before is not None and call.number >= question.before:
            continue
        for event in events.of(call):
            if (event.account, event.region) == (account, region) and question.fits(event, now):
                yield event


def _attribute(given: list[dict[str, str]]) -> tuple[str, str] | None:
    if not given:
        return None
    if len(given) > 1:
        raise InvalidLookupAttributesException("Only one lookup attribute can be specified.")
    name, value = given[0].get("AttributeKey", ""), given[0].get("AttributeValue", "")
    if name not in _TESTS:
        raise InvalidLookupAttributesException(f"The lookup attribute {name} is not valid.")
    if not 1 <= len(value) <= _LONGEST_VALUE:
        raise InvalidLookupAttributesException(
            f"The value of the lookup attribute {name} must have 1 to {_LONGEST_VALUE} characters."
        )
    return name, value


def _has(event: Event, name: str, value: str) -> bool:
    return any(resource[name] == value for resource in event.resources)


def _seconds(value: Any) -> float | None:
    return None if value is None else float(value)


def _token(number: int, mark: str) -> str:
    return base64.urlsafe_b64encode(f"{mark}:{number}".encode()).decode()


def _read_token(token: str | None, mark: str) -> int | None:
    """Return the number in a token; one of a request with other parameters is not valid."""
    if not token:
        return None
    try:
        given, _, number = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if given == mark:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise InvalidNextTokenException("The next token is not valid.")
