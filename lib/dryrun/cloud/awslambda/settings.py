"""Settings of a function that moto keeps nothing of, and what a change makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEPT = ("DeadLetterConfig", "FileSystemConfigs", "LoggingConfig", "SnapStart")
"""What moto keeps nothing of."""

_LEVELS = ("ApplicationLogLevel", "SystemLogLevel")


def kept_after(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept after a change that names some of it."""
    after = dict(kept)
    for name in KEPT:
        if given.get(name):
            after[name] = _changed(name, dict(kept.get(name, {})), given[name])
        elif name in given and name == "FileSystemConfigs":
            after[name] = []
    return {name: value for name, value in after.items() if value}


def _changed(name: str, before: dict[str, Any], given: Any) -> Any:
    if name == "DeadLetterConfig":
        # An empty target takes the queue away; "UpdateFunctionConfiguration", API Reference.
        return given if given.get("TargetArn") else {}
    if name == "LoggingConfig":
        after = {**before, **given}
        if after.get("LogFormat") != "JSON":
            return {one: value for one, value in after.items() if one not in _LEVELS}
        return after
    return given


def without_nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has a value that is not empty."""
    return {name: value for name, value in values.items() if value}
