"""When the concurrency that somebody asked to have provided is there."""

from __future__ import annotations

from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.shelves import Thing, shelf

ALLOCATION = 60.0
"""Seconds until what was asked for is there; from memory, AWS takes a minute or two."""


def provisioned(function: Any) -> dict[str, Thing]:
    """Return what is provided for a function's versions and aliases."""
    return shelf(function, "provisioned")


def ready(kept: Thing) -> bool:
    """Say whether what was asked for is there."""
    passed: float = clocks.current().time() - kept["changed"]
    return passed >= ALLOCATION


def initialization(function: Any, *qualifiers: str) -> str:
    """Return how environments come about that run one of these versions or aliases."""
    kept = provisioned(function)
    if any(name in kept and ready(kept[name]) for name in qualifiers):
        return "provisioned-concurrency"
    return "on-demand"
