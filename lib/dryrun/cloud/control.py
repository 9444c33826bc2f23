"""How the tools of Dry Run steer the cloud: `POST /_dryrun/<verb>` with the workspace's token."""

from __future__ import annotations

import hmac
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dryrun.cloud import fixtures, warm
from dryrun.cloud.clock import Clock, ClockMode
from dryrun.cloud.errors import Answer
from dryrun.cloud.journal import Journal

TOKEN_HEADER = "X-Dryrun-Token"  # noqa: S105 - a header's name
RESET_STATUS = 75
"""The exit status with which the worker asks for a fresh one in its place."""


@dataclass
class Settings:
    """What a lab may change in the behaviour of the cloud."""

    item_latency_ms: float = 0.0
    """Milliseconds a list operation takes for each item it returns."""


class Control:
    """Answer the control verbs: health, clock, settings, calls, fixture, reset, stop."""

    def __init__(
        self, token: str, instance: str, clock: Clock, journal: Journal, news: int | None = None
    ) -> None:
        self.settings = Settings()
        self._token = token
        self._instance = instance
        self._clock = clock
        self._journal = journal
        self._news = news
        self._leaving: tuple[int, int] | None = None
        self._verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "health": self._health,
            "clock": self._move_clock,
            "settings": self._change_settings,
            "calls": self._calls,
            "fixture": self._fixture,
            "reset": self._reset,
            "stop": lambda _: self._leave(0),
        }

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one control request; refusals name what is wrong."""
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return _json({"error": "This needs the token in .dryrun/cloud.json."}, 403)
        verb = self._verbs.get(path.removeprefix("/_dryrun/"))
        if verb is None or method != "POST":
            names = ", ".join(self._verbs)
            return _json({"error": f"There is no such control; there are: {names}."}, 404)
        try:
            return _json(verb(dict(json.loads(body or b"{}"))))
        except (ValueError, TypeError, KeyError) as error:
            return _json({"error": f"This control was given nonsense: {error}."}, 400)

    def last_words(self, body: bytes) -> Iterable[bytes]:
        """Return a body to send; after a reset or stop, the process ends once it is sent."""
        # A call that happens to end at the same time must not cut the last words short.
        if self._leaving is None or self._leaving[0] != threading.get_ident():
            return [body]
        return _LastWords(body, self._leaving[1])

    def moto_reset(self) -> Answer:
        """Answer moto's own reset call with a fresh account."""
        self._leave(RESET_STATUS)
        return _json({"status": "ok"})

    def _health(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"instance": self._instance, "pid": os.getpid(), **self._clock_state()}

    def _move_clock(self, payload: dict[str, Any]) -> dict[str, Any]:
        action = payload.get("action", "get")
        happened = None
        if action == "advance":
            self._clock.advance(float(payload["seconds"]))
        elif action == "mode":
            self._clock.set_mode(ClockMode(payload["mode"]), float(payload.get("factor", 1.0)))
        elif action == "live":
            self._clock.set_mode(ClockMode.LIVE, float(payload.get("factor", 1.0)))
        elif action == "step":
            happened = self._clock.step()
        elif action != "get":
            raise ValueError(f"the clock knows get, advance, mode, live and step, not {action!r}")
        return {**self._clock_state(), "happened": happened}

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

    def _reset(self, _: dict[str, Any]) -> dict[str, Any]:
        if self._news is not None:
            warm.tell(self._news)
        run, generation = self._instance.rsplit("-", 1)
        return {**self._leave(RESET_STATUS), "instance": f"{run}-{int(generation) + 1}"}

    def _leave(self, status: int) -> dict[str, Any]:
        self._leaving = (threading.get_ident(), status)
        return {"status": "ok"}


class _LastWords:
    """A WSGI body whose `close`, which the server calls when all is sent, ends the process."""

    def __init__(self, body: bytes, status: int) -> None:
        self._body = body
        self._status = status

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    def close(self) -> None:
        os._exit(self._status)


def _json(body: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())
