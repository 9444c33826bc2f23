"""One call of the journal, as checks see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dryrun.cloud.journal import CHECKER as CHECK_MARK

__all__ = ["CHECK_MARK", "Call"]


@dataclass(frozen=True)
class Call:
    """Say who called what and what came of it.

    `service` is botocore's name ("s3"), `operation` AWS's ("ListObjectsV2"), `parameters`
    are as boto3 would take them, `error` is the AWS error code or None, `seconds` how long
    the answer took. `caller` is who asked ("arn", "account", …), `result` the answer of a call
    that changes something, without its secrets.
    """

    number: int
    time: str
    service: str
    operation: str
    parameters: Mapping[str, Any]
    access_key: str | None
    region: str | None
    status: int
    error: str | None
    user_agent: str
    seconds: float
    caller: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_journal(cls, entry: Mapping[str, Any]) -> Call:
        """Read an entry of the cloud's `calls` answer; missing fields become empty."""
        return cls(
            number=int(entry["number"]),
            time=str(entry.get("time") or ""),
            service=str(entry.get("service") or ""),
            operation=str(entry.get("operation") or ""),
            parameters=entry.get("parameters") or {},
            access_key=entry.get("access_key"),
            region=entry.get("region"),
            status=int(entry.get("status") or 0),
            error=entry.get("error"),
            user_agent=str(entry.get("user_agent") or ""),
            seconds=float(entry.get("seconds") or 0.0),
            caller=entry.get("caller") or {},
            result=entry.get("result") or {},
        )
