"""`lab.clock`: see the time of the pretend account, and move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dryrun.exceptions import LabError
from dryrun.notebook.display import Card

Control = Callable[[dict[str, Any]], dict[str, Any]]

_MODES = {
    "fast": "fast: whatever takes time in AWS is done at once, stamped as if it had taken it",
    "paused": "paused: time stands still until lab.clock.advance or lab.clock.step",
    "live": "live: time passes",
}


class Clock:
    """Move the clock of the lab cloud.

    `control` sends a payload to the cloud's clock and returns its state; `report` shows
    what the learner should see, and what went wrong.
    """

    def __init__(self, control: Control, report: Callable[[Callable[[], Card]], None]) -> None:
        self._control = control
        self._report = report

    @property
    def now(self) -> str:
        """The time of the pretend account, ISO 8601."""
        return str(self._control({"action": "get"})["now"])

    @property
    def mode(self) -> str:
        """The mode: "fast", "paused" or "live"."""
        return str(self._control({"action": "get"})["mode"])

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move time forward and run whatever falls due: lab.clock.advance(hours=1)."""

        def change() -> Card:
            span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            if span <= timedelta(0):
                raise LabError(
                    "Time only goes forward; say by how much: lab.clock.advance(minutes=5)."
                )
            return self._change({"action": "advance", "seconds": span.total_seconds()})

        self._report(change)

    def pause(self) -> None:
        """Stop time, to watch something in progress."""
        self._report(lambda: self._change({"action": "mode", "mode": "paused"}))

    def fast(self) -> None:
        """Do at once whatever takes time (the default)."""
        self._report(lambda: self._change({"action": "mode", "mode": "fast"}))

    def live(self, factor: float = 1) -> None:
        """Let time pass, `factor` times as fast as outside."""

        def change() -> Card:
            if factor <= 0:
                raise LabError("The factor must be above 0, for example lab.clock.live(60).")
            return self._change({"action": "live", "factor": factor})

        self._report(change)

    def step(self) -> None:
        """Go to the next thing that is due, and run it."""
        self._report(lambda: self._change({"action": "step"}))

    def __repr__(self) -> str:
        """Return the time and the mode as plain text."""
        return clock_card(self._control({"action": "get"})).text

    def _ipython_display_(self) -> None:
        self._report(lambda: clock_card(self._control({"action": "get"})))

    def _change(self, payload: dict[str, Any]) -> Card:
        return clock_card(self._control(payload))


def clock_card(state: dict[str, Any]) -> Card:
    """Return the card of the clock."""
    mode = str(state.get("mode", ""))
    words = _MODES.get(mode, mode)
    if mode == "live":
        words += f", {float(state.get('factor') or 1):g} times as fast as outside"
    return Card(
        "clock",
        {
            "mark": "◷",
            "tone": "calm",
            "title": "The clock of your account",
            "status": mode,
            "now": str(state.get("now", "")),
            "mode": words,
            "pending": [
                {"when": _moment(item.get("when", "")), "what": str(item.get("what", ""))}
                for item in state.get("pending") or []
            ],
        },
    )


def _moment(when: object) -> str:
    """Return a moment, which the cloud tells in seconds since the epoch, as ISO 8601."""
    if not isinstance(when, int | float):
        return str(when)
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="seconds")
