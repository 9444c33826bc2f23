"""The journal as the cloud uses it: what was recorded, in memory and on disk."""

from __future__ import annotations

import base64
import json
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from dryrun import __version__
from dryrun.cloud.journal.calls import REMEMBERED, Call
from dryrun.cloud.journal.exceptions import DamagedError
from dryrun.cloud.journal.records import FORMAT, Answered, Asked, Body, Kind, Record
from dryrun.cloud.journal.secrets import hide, restore
from dryrun.cloud.journal.store import Store

Subscriber = Callable[[Call], None]

_FIELDS = frozenset(Call.__dataclass_fields__) - {"number", "request_id"}


@dataclass(frozen=True)
class Halt:
    """Why a replay stopped, in one sentence, and the last record it came to in order."""

    sentence: str
    last_good: int


@dataclass(frozen=True)
class Exchange:
    """A request and its answer as they are to be recorded; `keys` are the key pairs made."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int
    answer_headers: tuple[tuple[str, str], ...]
    answer: bytes
    keys: tuple[str, ...] = ()
    metadata: bool = False


class Journal:
    """Append records; say which calls came after a given one. `folder` None keeps no files."""

    def __init__(self, folder: Path | None) -> None:
        self._store = None if folder is None else Store(folder)
        self._calls: deque[Call] = deque(maxlen=REMEMBERED)
        self._marks: list[tuple[int, dict[str, Any]]] = []
        self._changes: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self._subscribers: list[Subscriber] = []
        self._lock = threading.Lock()
        self.next = 1
        self.instance = ""

    # Opening

    def open(self, instance: str, at: float) -> None:
        """Go on with the account on disk, or begin one named `instance` at lab time `at`.

        Raises UnwritableError.
        """
        if self._store is None:
            self.instance = instance
        elif self._store.open():
            self.instance = str(next(self._store.records()).details.get("instance", instance))
        else:
            self.begin(instance, at)

    def find(self) -> bool:
        """Open the account on disk for reading; tell whether there is one."""
        return self._store is not None and self._store.open(forget=False)

    def begin(self, instance: str, at: float) -> None:
        """Begin a new account; raises UnwritableError, and then all is as before."""
        details = {"format": FORMAT, "instance": instance, "versions": _versions()}
        if self._store is not None:
            self._store.begin(Record(0, at, Kind.START, details=details))
            self._halt_file.unlink(missing_ok=True)
        self.instance = instance
        self.next = 1

    def records(self, upto: int | None = None) -> Iterator[Record]:
        """Yield the records after the first, as far as the one numbered `upto`.

        Raises DamagedError where one cannot be read.
        """
        if self._store is None:
            return
        for record in self._store.records():
            if upto is not None and record.number > upto:
                return
            if record.kind is not Kind.START:
                yield record

    def began(self) -> float:
        """Return the lab time at which the account began; 0 without files."""
        return next(self._store.records()).at if self._store is not None else 0.0

    def resume(self) -> None:
        """Make ready to write after what was read; raises UnwritableError."""
        if self._store is not None:
            self._store.resume()

    # Writing

    def write(
        self,
        kind: Kind,
        at: float,
        *,
        exchange: Exchange | None = None,
        changed: bool = False,
        request_id: str = "",
        details: dict[str, Any] | None = None,
    ) -> Record:
        """Write a record and tell the subscribers of it; raises UnwritableError."""
        record = Record(
            self.next, at, kind, changed=changed, request_id=request_id, details=details or {}
        )
        if self._store is not None:
            record = self._with_bodies(record, exchange)
            self._store.append(record)
        self.remember(record)
        return record

    def _with_bodies(self, record: Record, exchange: Exchange | None) -> Record:
        assert self._store is not None
        if exchange is None:
            return record
        asked, secrets = hide(exchange.body)
        answer, _ = hide(exchange.answer, metadata=exchange.metadata)
        if secrets or exchange.keys:
            hidden = [base64.b64encode(secret).decode() for secret in secrets]
            kept = {"body": hidden} if hidden else {}
            made = {"keys": list(exchange.keys)} if exchange.keys else {}
            self._store.lock_away(record.number, {**kept, **made})
        return Record(
            record.number,
            record.at,
            record.kind,
            Asked(exchange.method, exchange.target, exchange.headers, self._store.keep(asked)),
            Answered(exchange.status, exchange.answer_headers, self._store.keep(answer)),
            record.changed,
            record.request_id,
            record.details,
        )

    def remember(self, record: Record) -> None:
        """Take a record into memory, whether new or read again, and tell the subscribers."""
        with self._lock:
            self.next = record.number + 1
            if record.kind is Kind.MARK:
                self._marks.append((record.number, record.details))
            if what := _what(record):
                self._changes.append({"number": record.number, "at": record.at, "what": what})
            if record.kind is not Kind.CALL or "service" not in record.details:
                return
            details = {name: value for name, value in record.details.items() if name in _FIELDS}
            call = Call(number=record.number, request_id=record.request_id, **details)
            self._calls.append(call)
        for subscriber in self._subscribers:
            try:
                subscriber(call)
            except Exception:  # who listens must not harm who is answered
                traceback.print_exc()

    # Reading

    def calls(self) -> list[Call]:
        """Return the calls that are remembered, oldest first."""
        with self._lock:
            return list(self._calls)

    def since(self, number: int) -> tuple[list[dict[str, Any]], int]:
        """Return the calls from `number` on, and the number the next record will have."""
        with self._lock:
            found = []
            for call in reversed(self._calls):
                if call.number < number:
                    break
                found.append(call.as_json())
            return found[::-1], self.next

    def marks(self) -> list[tuple[int, dict[str, Any]]]:
        """Return the marks, oldest first, each with its number."""
        return list(self._marks)

    def changes(self, since: int) -> list[dict[str, Any]]:
        """Return what changed the account from record `since` on: `number`, `at`, `what`."""
        with self._lock:
            return [change for change in self._changes if change["number"] >= since]

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with every call after it is recorded, in replays too."""
        self._subscribers.append(subscriber)

    def request_body(self, record: Record, secrets: dict[str, Any]) -> bytes:
        """Return the body of a recorded request; raises DamagedError."""
        assert record.asked is not None
        body = self._read(record.asked.body, record.number)
        hidden = [base64.b64decode(text) for text in secrets.get("body", [])]
        return restore(body, hidden)

    def answer_body(self, record: Record) -> bytes:
        """Return the body of a recorded answer without its secrets; raises DamagedError."""
        assert record.answered is not None
        return self._read(record.answered.body, record.number)

    def _read(self, body: Body, number: int) -> bytes:
        return body.data if self._store is None else self._store.read(body, number)

    def secrets(self) -> dict[int, dict[str, Any]]:
        """Return what the records do not show, by number."""
        return {} if self._store is None else self._store.secrets()

    # Going back, and stopping

    def rewind(self, number: int) -> None:
        """Forget on disk every record after `number`; the account must be built again then.

        Raises UnwritableError, ValueError when there is no such record.
        """
        if self._store is None or not 0 <= number < self.next:
            raise ValueError(f"there is no record {number} to go back to")
        self._store.rewrite(number)
        self._halt_file.unlink(missing_ok=True)

    def halt(self, halt: Halt) -> None:
        """Remember on disk that the replay stops at a record."""
        self._halt_file.write_text(json.dumps([halt.sentence, halt.last_good]))

    def halted(self) -> Halt | None:
        """Return where and why the replay stopped, if it did."""
        if self._store is None:
            return None
        try:
            sentence, last_good = json.loads(self._halt_file.read_text())
            return Halt(str(sentence), int(last_good))
        except (OSError, ValueError, TypeError):
            return None

    @property
    def _halt_file(self) -> Path:
        assert self._store is not None
        return self._store.folder / "halt.json"


_current: list[Journal] = []


def current() -> Journal:
    """Return the journal of this process's cloud."""
    return _current[-1]


def make_current(journal: Journal) -> None:
    """Let `journal` be the journal of this process's cloud."""
    _current[:] = [journal]


def _what(record: Record) -> str:
    """Return what a learner's own record changed, in words; empty for any other record."""
    if not record.changed:
        return ""
    details = record.details
    if record.kind is Kind.CONTROL and details.get("verb") == "clock":
        return "the lab clock"
    if int(details.get("status", 500)) >= 400:
        return ""
    return f"{details['service']} {details['operation']}"


def _versions() -> dict[str, str]:
    others = {name: metadata.version(name) for name in ("moto", "boto3", "botocore")}
    return {"dryrun": __version__, **others}


__all__ = ["DamagedError", "Exchange", "Halt", "Journal", "current", "make_current"]
