"""Which management events a trail takes: "Logging management events"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dryrun.cloud.cloudtrail.events import Event
from dryrun.cloud.cloudtrail.exceptions import InvalidEventSelectorsException, NotSimulated

DEFAULT: dict[str, Any] = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
"""What a trail has before PutEventSelectors."""

MOST = 5
_READ_WRITE_TYPES = {"All": (True, True), "ReadOnly": (True, False), "WriteOnly": (False, True)}


@dataclass(frozen=True)
class Selector:
    """Reads or writes or both, without those of some services."""

    reads: bool
    writes: bool
    without: frozenset[str] = frozenset()

    def takes(self, event: Event) -> bool:
        """Tell whether an event is selected."""
        wanted = self.reads if event.read_only else self.writes
        return wanted and event.source not in self.without


def basic(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return event selectors with all that was left out; raise what CloudTrail refuses."""
    if len(given) > MOST:
        raise InvalidEventSelectorsException(f"A trail can have at most {MOST} event selectors.")
    for selector in given:
        if selector.get("DataResources"):
            raise NotSimulated("data events in trails")
        if selector.get("ReadWriteType", "All") not in _READ_WRITE_TYPES:
            raise InvalidEventSelectorsException(
                f"The ReadWriteType {selector['ReadWriteType']} is not valid."
            )
    return [{**DEFAULT, **selector} for selector in given]


def of_basic(selectors: list[dict[str, Any]]) -> tuple[Selector, ...]:
    """Return what event selectors select."""
    return tuple(
        Selector(
            *_READ_WRITE_TYPES[selector["ReadWriteType"]],
            frozenset(selector["ExcludeManagementEventSources"]),
        )
        for selector in selectors
        if selector["IncludeManagementEvents"]
    )


def of_advanced(given: list[dict[str, Any]]) -> tuple[Selector, ...]:
    """Return what advanced event selectors select; raise NotSimulated where they say more."""
    return tuple(_advanced(selector.get("FieldSelectors", [])) for selector in given)


def _advanced(fields: list[dict[str, Any]]) -> Selector:
    by_name = {field.get("Field"): field for field in fields}
    category = by_name.pop("eventCategory", {}).get("Equals")
    if not category:
        raise InvalidEventSelectorsException(
            "An advanced event selector must have the field eventCategory with the operator Equals."
        )
    if category != ["Management"]:
        raise NotSimulated(f"{category[0]} events in trails")
    read_only = by_name.pop("readOnly", {}).get("Equals", ["true", "false"])
    without = by_name.pop("eventSource", {"NotEquals": []})
    if by_name or set(without) - {"Field", "NotEquals"}:
        raise NotSimulated("advanced event selectors of this form")
    return Selector("true" in read_only, "false" in read_only, frozenset(without["NotEquals"]))
