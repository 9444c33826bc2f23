"""When the concurrency that somebody asked to have provided is there."""

from __future__ import annotations

from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.shelves import Thing, shelf

ALLOCATION = 60.0
"""Seconds until what was asked for is there; from memory, AWS takes a minute or two."""

_PROVIDED = "provisioned-concurrency"


def provisioned(function: Any) -> dict[str, Thing]:
    """Return what is provided for a function's versions and aliases."""
    return shelf(function, "provisioned")


def ready(kept: Thing) -> bool:
    """Say whether what was asked for is there."""
    passed: float = clocks.current().time() - kept["changed"]
    return passed >= ALLOCATION


def total(function: Any, *, but: str = "") -> int:
    """Return what is provided, or asked for, but for one version or alias."""
    return sum(int(one["count"]) for name, one in provisioned(function).items() if name != but)


def left(function: Any, initialized: str) -> int | None:
    """Return how much of the reserved concurrency a run of its kind may take up at once."""
    if function.reserved_concurrency is None:
        return None
    reserved = int(function.reserved_concurrency)
    if initialized == _PROVIDED:
        return reserved
    there = [int(one["count"]) for one in provisioned(function).values() if ready(one)]
    return reserved - sum(there)


def initialization(function: Any, *qualifiers: str) -> str:
    """Return how environments come about that run one of these versions or aliases."""
    kept = provisioned(function)
    if any(name in kept and ready(kept[name]) for name in qualifiers):
        return _PROVIDED
    return "on-demand"
