"""The journal: every call and how it ended, in one order, in memory and on disk."""

from __future__ import annotations

import base64
import json
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

REMEMBERED = 50_000
"""How many calls are kept in memory for those who ask."""

LONGEST_VALUE = 4096
"""Longer strings are cut in the journal, in characters."""

CHECKER = "dryrun-check"
"""Calls whose user agent carries this word are the checkers' own, and left out."""

# CloudTrail hides these too: "CloudTrail record contents", requestParameters.
_SECRETS = frozenset(
    {"secretaccesskey", "password", "masteruserpassword", "secretstring", "secretbinary",
     "sessiontoken", "plaintext", "tokencode", "oldpassword", "newpassword"}
)  # fmt: skip
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


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


class Journal:
    """Append calls; say which came after a given one."""

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=REMEMBERED)
        self._next = 1
        self._file = None
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                self._file = (folder / "calls.jsonl").open("a", encoding="utf-8")
            except OSError as error:
                print(f"The journal cannot be written ({error.strerror}).", flush=True)

    def append(self, **fields: Any) -> None:
        """Add a call; a full disk stops the writing, never the answer."""
        with self._lock:
            call = Call(number=self._next, **fields)
            self._next += 1
            self._calls.append(call)
            self._write(call)

    def since(self, number: int) -> tuple[list[dict[str, Any]], int]:
        """Return the calls from `number` on, and the number the next call will have."""
        with self._lock:
            return [asdict(call) for call in self._calls if call.number >= number], self._next

    def _write(self, call: Call) -> None:
        if self._file is None:
            return
        try:
            self._file.write(json.dumps(asdict(call), default=str) + "\n")
            self._file.flush()
        except OSError as error:
            print(f"The journal cannot be written ({error.strerror}).", flush=True)
            self._file = None


def presentable(value: Any, name: str = "") -> Any:
    """Return a parameter as JSON can hold it, without secrets and without bulk."""
    if name.lower() in _SECRETS:
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


_current: list[Journal] = []


def current() -> Journal:
    """Return the journal of this process's cloud."""
    return _current[-1]


def make_current(journal: Journal) -> None:
    """Let `journal` be the journal of this process's cloud."""
    _current[:] = [journal]
