"""One call as people see it: who asked what of which service, and how it ended."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from dryrun.cloud.journal.secrets import HIDDEN, is_secret

REMEMBERED = 50_000
"""How many calls are kept in memory for those who ask."""

LONGEST_VALUE = 4096
"""Longer strings are cut in a call's parameters, in characters."""

CHECKER = "dryrun-check"
"""Calls whose user agent carries this word are the checkers' own, and left out."""


@dataclass(frozen=True)
class Call:
    """One call: `time` in ISO 8601 lab time, `seconds` of real time it took.

    `caller` is `identity.Caller` in plain values, `result` what a call that changes something
    answered, as boto3 gives it and without secrets.
    """

    number: int
    time: str
    service: str
    operation: str
    parameters: dict[str, Any]
    access_key: str
    region: str
    status: int
    error: str | None
    user_agent: str
    seconds: float
    request_id: str = ""
    error_message: str | None = None
    caller: dict[str, Any] = field(default_factory=dict)
    source_ip: str = "127.0.0.1"
    result: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the call in plain values."""
        return asdict(self)


def presentable(value: Any, name: str = "") -> Any:
    """Return a parameter as JSON can hold it, without secrets and without bulk."""
    if is_secret(name):
        return HIDDEN
    if isinstance(value, dict):
        if value.get("Type") == "SecureString" and "Value" in value:
            value = {**value, "Value": HIDDEN}
        return {str(key): presentable(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [presentable(item, name) for item in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value[:LONGEST_VALUE]).decode()
    if isinstance(value, str):
        return value[:LONGEST_VALUE]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int | float | bool | None) else str(value)
