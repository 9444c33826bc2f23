"""How the tools of Dry Run steer the cloud: `POST /_dryrun/<verb>` with the workspace's token."""

from __future__ import annotations

import hmac
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import time_machine

from dryrun.cloud import fixtures, outside, warm
from dryrun.cloud.clock import MAX_ADVANCE, Clock, ClockMode
from dryrun.cloud.delivery import log
from dryrun.cloud.errors import Answer
from dryrun.cloud.iam import phone
from dryrun.cloud.journal import Journal, Kind, UnwritableError
from dryrun.cloud.journal.book import Halt
from dryrun.cloud.journal.chance import new_name
from dryrun.cloud.sns import outbox
from dryrun.cloud.sts import identity_provider

TOKEN_HEADER = "X-Dryrun-Token"  # noqa: S105 - a header's name
REBUILD_STATUS = 75
"""The exit status with which the worker asks for another in its place."""

RECORDED = frozenset({"clock", "settings", "fixture"})
"""The verbs after which the account may be another."""


@dataclass
class Settings:
    """What a lab may change in the behaviour of the cloud."""

    item_latency_ms: float = 0.0
    """Milliseconds a list operation takes for each item it returns."""


class Control:
    """Answer the control verbs, of which some change the account and are recorded.

    `worker` numbers the processes of one run of the cloud: after a reset, or when the account
    was built again, it is the next one's.
    """

    def __init__(
        self, token: str, worker: int, clock: Clock, journal: Journal, news: int | None = None
    ) -> None:
        self.settings = Settings()
        self.halted: Halt | None = None
        self.replayed: Any = None
        self._token = token
        self._worker = worker
        self._clock = clock
        self._journal = journal
        self._news = news
        self._leaving: tuple[int, int] | None = None
        self.unfinished: float | None = None
        """The moment to which the clock is still to be wound, after what goes on outside."""
        self._verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "health": self._health,
            "clock": self._move_clock,
            "settings": self._change_settings,
            "calls": self._calls,
            "changes": self._changes,
            "marks": self._marks,
            "mark": self._mark,
            "fixture": self._fixture,
            "mailbox": outbox.answer,
            "deliveries": self._deliveries,
            "phone": phone.answer,
            "web-identity": identity_provider.answer,
            "rewind": self._rewind,
            "reset": self._reset,
            "stop": lambda _: self._leave(0),
        }

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request carries the workspace's token."""
        given = headers.get(TOKEN_HEADER, "").encode()
        return hmac.compare_digest(given, self._token.encode())

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Answer, dict[str, Any] | None]:
        """Answer one control request, and return what a replay has to repeat of it.

        Refusals name what is wrong.
        """
        if not self.knows(headers):
            return _json({"error": "This needs the token in .dryrun/cloud.json."}, 403), None
        name, payload, recorded = path.removeprefix("/_dryrun/"), dict[str, Any](), False
        if self._verbs.get(name) is None or method != "POST":
            names = ", ".join(self._verbs)
            return _json({"error": f"There is no such control; there are: {names}."}, 404), None
        try:
            payload.update(json.loads(body or b"{}"))
            recorded = name in RECORDED and payload.get("action", "") != "get"
            if recorded and self.halted is not None:
                return _json({"error": self.halted.sentence}, 423), None
            answer = self.perform(name, payload)
        except (ValueError, TypeError, KeyError) as error:
            answer = _json({"error": f"This control was given nonsense: {error}."}, 400)
        except UnwritableError as error:
            why = error.strerror or error
            answer = _json({"error": f"The journal cannot be written ({why})."}, 507)
        done = recorded and answer.status == 200
        return answer, {"verb": name, "payload": payload} if done else None

    def perform(self, verb: str, payload: dict[str, Any]) -> Answer:
        """Carry out a verb that is recorded; raises ValueError, TypeError or KeyError."""
        return _json({**self._verbs, **outside.verbs}[verb](payload))

    def last_words(self, body: bytes) -> Iterable[bytes] | None:
        """Return a body after which the process ends, as after a reset or stop; else None."""
        # A call that happens to end at the same time must not cut the last words short.
        if self._leaving is None or self._leaving[0] != threading.get_ident():
            return None
        return _LastWords(body, self._leaving[1])

    def moto_reset(self) -> Answer:
        """Answer moto's own reset call with a fresh account."""
        self._reset({})
        return _json({"status": "ok"})

    def leave_to_rebuild(self, *, at_once: bool = False) -> None:
        """Make way, once the answer is sent, for a worker that builds the account again.

        `at_once` is for work that nobody waits to be answered.
        """
        if at_once:
            os._exit(REBUILD_STATUS)
        self._leave(REBUILD_STATUS)

    def _deliveries(self, payload: dict[str, Any]) -> dict[str, Any]:
        found = log.entries(float(payload.get("since", 0.0)))
        return {"now": self._clock.time(), "deliveries": found}

    def _health(self, _: dict[str, Any]) -> dict[str, Any]:
        halted = self.halted and {"sentence": self.halted.sentence, "last": self.halted.last_good}
        return {
            "instance": self._journal.instance,
            "worker": self._worker,
            "pid": os.getpid(),
            "halted": halted,
            "replayed": self.replayed and asdict(self.replayed),
            **self._clock_state(),
        }

    def _move_clock(self, payload: dict[str, Any]) -> dict[str, Any]:
        action = payload.get("action", "get")
        happened = None
        if action == "advance":
            self._advance(payload)
        elif action == "mode":
            self._clock.set_mode(ClockMode(payload["mode"]), float(payload.get("factor", 1.0)))
        elif action == "live":
            self._clock.set_mode(ClockMode.LIVE, float(payload.get("factor", 1.0)))
        elif action == "step":
            happened = self._clock.step()
        elif action != "get":
            raise ValueError(f"the clock knows get, advance, mode, live and step, not {action!r}")
        return {**self._clock_state(), "happened": happened}

    def _advance(self, payload: dict[str, Any]) -> None:
        """Wind the clock by `seconds` or as far as `until`, or to where something goes on."""
        now = self._clock.time()
        seconds = 0.0 if "until" in payload else float(payload["seconds"])
        if not 0 <= seconds <= MAX_ADVANCE:
            raise ValueError("the clock only goes forward, and by ten years at most")
        target = float(payload.get("until", now + seconds))
        done = self._clock.advance_to(target)
        self.unfinished = None if done else target

    def _clock_state(self) -> dict[str, Any]:
        return {
            "now": self._clock.now().isoformat(timespec="seconds"),
            "mode": self._clock.mode.value,
            "factor": self._clock.factor,
            "pending": [
                {"when": event.when, "what": event.what} for event in self._clock.pending()
            ],
        }

    def _change_settings(self, payload: dict[str, Any]) -> dict[str, Any]:
        unknown = payload.keys() - asdict(self.settings).keys()
        if unknown:
            raise ValueError(f"there is no setting {sorted(unknown)[0]!r}")
        wanted = {name: float(value) for name, value in payload.items()}
        for name, value in wanted.items():
            if not 0 <= value < float("inf"):
                raise ValueError(f"{name} must be 0 or more, not {value}")
            setattr(self.settings, name, value)
        return asdict(self.settings)

    def _calls(self, payload: dict[str, Any]) -> dict[str, Any]:
        calls, following = self._journal.since(int(payload.get("since", 0)))
        return {"calls": calls, "next": following}

    def _fixture(self, payload: dict[str, Any]) -> dict[str, Any]:
        return fixtures.build(str(payload["name"]), dict(payload.get("arguments", {})))

    def _changes(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"changes": self._journal.changes(int(payload.get("since", 0)))}

    def _marks(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"marks": [{"number": number, **mark} for number, mark in self._journal.marks()]}

    def _mark(self, payload: dict[str, Any]) -> dict[str, Any]:
        mark = {name: str(payload[name]) for name in ("lab", "exercise", "what")}
        if mark not in [known for _, known in self._journal.marks()]:
            self._journal.write(Kind.MARK, self._clock.time(), details=mark)
        return mark

    def _rewind(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Build the account again as it was after the record numbered `to`.

        Without it, as far as a replay that stopped came.
        """
        last = self.halted.last_good if self.halted else self._journal.next - 1
        self._journal.rewind(int(payload.get("to", last)))
        return self._begin_again()

    def _reset(self, _: dict[str, Any]) -> dict[str, Any]:
        self._journal.begin(new_name(), time_machine.escape_hatch.time.time())
        return self._begin_again()

    def _begin_again(self) -> dict[str, Any]:
        if self._news is not None:
            warm.tell(self._news)
        answer = {"instance": self._journal.instance, "worker": self._worker + 1}
        return {**self._leave(REBUILD_STATUS), **answer}

    def _leave(self, status: int) -> dict[str, Any]:
        self._leaving = (threading.get_ident(), status)
        return {"status": "ok"}


_LONGEST_LAST_WORDS = 2.0
"""Seconds for which a client may go on reading an answer that ends the process."""


class _LastWords:
    """A WSGI body whose `close`, which the server calls when all is sent, ends the process."""

    def __init__(self, body: bytes, status: int) -> None:
        self._body = body
        self._status = status

    def __iter__(self) -> Iterator[bytes]:
        # A client that hangs up without reading keeps the server from calling `close`.
        timer = threading.Timer(_LONGEST_LAST_WORDS, os._exit, [self._status])
        timer.daemon = True
        timer.start()
        yield self._body

    def close(self) -> None:
        os._exit(self._status)


def _json(body: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())
