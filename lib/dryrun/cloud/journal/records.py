"""One record of the journal: what was asked, what was answered, and whether it changed anything."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

FORMAT = 1


class Kind(StrEnum):
    """What a record tells."""

    START = "start"
    """A new account: the first record."""
    CALL = "call"
    """A request over HTTP and its answer."""
    CONTROL = "control"
    """The clock, a setting or a fixture."""
    MARK = "mark"
    """Where in a lab the learner was."""
    REWIND = "rewind"
    """All records after the one numbered `to` count as not having happened."""


@dataclass(frozen=True)
class Body:
    """The bytes of a request or an answer; `blob` names them when they are kept apart."""

    data: bytes = b""
    blob: str = ""

    def as_json(self) -> Any:
        """Return the body as a string, or as an object that says how it is kept."""
        if self.blob:
            return {"blob": self.blob}
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(self.data).decode()}

    @classmethod
    def from_json(cls, value: Any) -> Body:
        """Read what `as_json` gave."""
        if isinstance(value, str):
            return cls(value.encode())
        if "blob" in value:
            return cls(blob=str(value["blob"]))
        return cls(base64.b64decode(value["base64"]))


@dataclass(frozen=True)
class Asked:
    """A request: `target` is path and query string as they were sent."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: Body = Body()


@dataclass(frozen=True)
class Answered:
    """An answer; `headers` are those that a repetition must give again."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Body = Body()


@dataclass(frozen=True)
class Record:
    """One record, numbered from 0 without gaps; `at` is lab time in seconds since the epoch.

    `changed` says that the account may be another after it, so that a replay must repeat it.
    `details` is the call as people see it, or what a control, mark or rewind is about.
    """

    number: int
    at: float
    kind: Kind
    asked: Asked | None = None
    answered: Answered | None = None
    changed: bool = False
    request_id: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def line(self) -> bytes:
        """Return the record as one line of JSON."""
        made: dict[str, Any] = {"number": self.number, "at": self.at, "kind": self.kind.value}
        if self.asked is not None:
            asked = self.asked
            made["asked"] = [asked.method, asked.target, asked.headers, asked.body.as_json()]
        if self.answered is not None:
            answered = self.answered
            made["answered"] = [answered.status, answered.headers, answered.body.as_json()]
        if self.changed:
            made["changed"] = True
        if self.request_id:
            made["request_id"] = self.request_id
        if self.details:
            made["details"] = self.details
        return json.dumps(made, default=str, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes, number: int) -> Record:
        """Read the record with this number.

        Raises ValueError, KeyError, TypeError or IndexError when the line does not hold it.
        """
        if not line.endswith(b"\n"):
            raise ValueError("the line is cut short")
        made = json.loads(line)
        if made["number"] != number:
            raise ValueError("a number is missing")
        asked, answered = made.get("asked"), made.get("answered")
        return cls(
            number=int(made["number"]),
            at=float(made["at"]),
            kind=Kind(made["kind"]),
            asked=asked and Asked(asked[0], asked[1], _pairs(asked[2]), Body.from_json(asked[3])),
            answered=answered
            and Answered(int(answered[0]), _pairs(answered[1]), Body.from_json(answered[2])),
            changed=bool(made.get("changed")),
            request_id=str(made.get("request_id", "")),
            details=dict(made.get("details", {})),
        )


def _pairs(values: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in values)
