"""The order in which AWS writes properties.

It is that of Java's HashMap, as real events and change sets show: the members of an object stand in
the order of their buckets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EVENT_BUCKETS = 16
"""The least number of buckets, but for the properties of a resource in a change set."""


def ordered(value: Any, least: int = 1) -> Any:
    """Return a value with the members of every object in AWS's order."""
    if isinstance(value, list):
        return [ordered(item, least) for item in value]
    if not isinstance(value, Mapping):
        return value
    buckets = least
    while len(value) > buckets * 0.75:
        buckets *= 2
    return {name: ordered(value[name], least) for name in _by_bucket(value, buckets)}


def copied(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members as the copy of a HashMap has them, which is sized for what it takes over."""
    buckets = 1
    while buckets < int(len(members) / 0.75 + 1):
        buckets *= 2
    names = _by_bucket(members, buckets)
    return {name: ordered(members[name], EVENT_BUCKETS) for name in names}


def _by_bucket(members: Mapping[str, Any], buckets: int) -> list[str]:
    return sorted(members, key=lambda name: _hash(name) & (buckets - 1))


def _hash(text: str) -> int:
    """Return what HashMap makes of String.hashCode, which goes by UTF-16 units."""
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    code = 0
    for unit in units:
        code = (31 * code + unit) & 0xFFFFFFFF
    return code ^ (code >> 16)
