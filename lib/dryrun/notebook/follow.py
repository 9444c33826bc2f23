"""Keep what is shown true while the clock of a lab moves, and no longer than that."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dryrun.exceptions import DryRunError
from dryrun.notebook.display import ipython, show
from dryrun.notebook.strict import is_strict

POLL_SECONDS = 1.0
POLL_LIMIT = 20 * 60.0
"""Seconds after which a live clock is no longer followed, whatever it still does."""


@dataclass(frozen=True)
class Drawn:
    """What to show, part by part, and whether it can still change."""

    parts: Sequence[Any]
    moving: bool


Draw = Callable[[], Drawn]


@dataclass
class _Followed:
    draw: Draw
    handles: list[str]
    told: list[dict[str, Any]] = field(default_factory=list)


class Follower:
    """Show views, and draw those again that still move.

    `live` says whether the clock moves by itself now. Views are drawn again by `refresh`, and
    while the clock is live once a second by a task of the kernel's own loop: no thread, and
    nothing once every view has come to rest.
    """

    def __init__(self, live: Callable[[], bool]) -> None:
        self._live = live
        self._views: dict[Hashable, _Followed] = {}
        self._numbers = itertools.count(1)
        self._task: asyncio.Task[None] | None = None

    @property
    def watching(self) -> bool:
        """Whether a task follows a live clock now."""
        return self._task is not None and not self._task.done()

    @property
    def followed(self) -> int:
        """How many views can still change."""
        return len(self._views)

    def show(self, key: Hashable, draw: Draw) -> None:
        """Show a view; one shown under the same key before stays as it is from now on."""
        drawn = draw()
        self._views.pop(key, None)
        if ipython() is None or is_strict() or not drawn.moving or not _has_outputs():
            for part in drawn.parts:
                show(part)
            return
        from IPython.display import display  # noqa: PLC0415 - only where it is there already

        view = _Followed(
            draw, [f"dryrun-{next(self._numbers)}-{n}" for n in range(len(drawn.parts))]
        )
        for part, handle in zip(drawn.parts, view.handles, strict=True):
            display(part, display_id=handle)
        view.told = [part._repr_mimebundle_() for part in drawn.parts]
        self._views[key] = view
        self._watch()

    def refresh(self) -> None:
        """Draw again what still moves; what can no longer be asked for stays as it was."""
        for key, view in list(self._views.items()):
            try:
                drawn = view.draw()
            except DryRunError:
                self._views.pop(key, None)
                continue
            self._update(view, drawn.parts)
            if not drawn.moving:
                self._views.pop(key, None)
        self._watch()

    def _update(self, view: _Followed, parts: Sequence[Any]) -> None:
        from IPython.display import update_display  # noqa: PLC0415 - only after `show` did

        for number, (part, handle) in enumerate(zip(parts, view.handles, strict=False)):
            told = part._repr_mimebundle_()
            if view.told[number] != told:
                update_display(part, display_id=handle)
                view.told[number] = told

    def _watch(self) -> None:
        """Start to follow a live clock where something moves and nobody follows it yet."""
        if not self._views or self.watching or not self._is_live():
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._task = loop.create_task(self._poll(), name="dryrun-follow")

    async def _poll(self) -> None:
        limit = time.monotonic() + POLL_LIMIT
        while self._views and self._is_live() and time.monotonic() < limit:
            await asyncio.sleep(POLL_SECONDS)
            self.refresh()

    def _is_live(self) -> bool:
        try:
            return self._live()
        except DryRunError:
            return False


def _has_outputs() -> bool:
    """Whether this is a kernel, whose outputs can be changed after they are shown."""
    return hasattr(ipython(), "kernel")
