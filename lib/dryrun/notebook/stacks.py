"""The views of a stack, from the session to what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dryrun.exceptions import DryRunError
from dryrun.notebook.display import ipython
from dryrun.notebook.follow import Drawn, Follower
from dryrun.notebook.session import Session
from dryrun.notebook.stack_diff import diff_card
from dryrun.notebook.stack_graph import graph_views, template_text
from dryrun.notebook.stack_shape import parse, shape_of_stack, shape_of_template
from dryrun.notebook.stack_source import Stacks
from dryrun.notebook.stack_timeline import empty_card, timeline_card

Current = Callable[[], Session]
What = str | Path | Mapping[str, Any]


class StackViews:
    """Show graphs, timelines and change sets of the account that `current` tells."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self.follower = Follower(self._live)

    def graph(self, what: What, around: str | None, region: str) -> None:
        """Show what a stack or a template is made of."""
        if isinstance(what, Mapping):
            return self._show_template(what, "Template", "…", around)
        text = template_text(str(what), self._folders(), must_be=isinstance(what, Path))
        if text is not None:
            inline = text == what
            name = "…" if inline else str(what)
            title = "Template" if inline else f"Template {Path(str(what)).name}"
            return self._show_template(text, title, name, around)
        name = str(what)
        return self.follower.show(
            ("graph", name, around, region), lambda: self._stack_graph(name, around, region)
        )

    def timeline(self, stack: str, operation: str, region: str) -> None:
        """Show what happened to a stack, over the time of the lab."""
        self.follower.show(
            ("timeline", stack, operation, region),
            lambda: self._timeline(stack, operation, region),
        )

    def diff(self, stack: str, change_set: str, region: str) -> None:
        """Show what a change set would change."""

        def draw() -> Drawn:
            card, moving = diff_card(self._stacks(region).change_set(stack, change_set))
            return Drawn([card], moving)

        self.follower.show(("diff", stack, change_set, region), draw)

    def _show_template(
        self, body: str | Mapping[str, Any], title: str, what: str, around: str | None
    ) -> None:
        shape = shape_of_template(parse(body))

        def draw() -> Drawn:
            return _drawn(
                *graph_views(shape, title=title, status="", what=what, around=around), moving=False
            )

        self.follower.show(("graph", title), draw)

    def _stack_graph(self, name: str, around: str | None, region: str) -> Drawn:
        stacks = self._stacks(region)
        stack = stacks.describe(name)
        status = str(stack["StackStatus"])
        moving = status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"
        body = stacks.template(name)
        shape = shape_of_stack(
            parse(body) if body is not None else None, stacks.resources(name), moving
        )
        title = f"Stack {stack['StackName']}"
        views = graph_views(shape, title=title, status=status, what=name, around=around)
        return _drawn(*views, moving=moving)

    def _timeline(self, stack: str, operation: str, region: str) -> Drawn:
        events = self._stacks(region).events(stack)
        if not events:
            return Drawn([empty_card(stack)], moving=False)
        card, moving = timeline_card(events, operation, self._now())
        return Drawn([card], moving)

    def _stacks(self, region: str) -> Stacks:
        return Stacks(self._current().account.client("cloudformation", region))

    def _clock(self) -> dict[str, Any]:
        return self._current().running.control("clock", {"action": "get"})

    def _now(self) -> datetime:
        return datetime.fromisoformat(str(self._clock()["now"])).astimezone(UTC)

    def _live(self) -> bool:
        return self._clock().get("mode") == "live"

    def _folders(self) -> tuple[Path, ...]:
        """Return where a template's path may begin: here, or in the workspace."""
        try:
            return Path.cwd(), self._current().workspace.root
        except DryRunError:
            return (Path.cwd(),)


def _drawn(card: Any, picture: Any, *, moving: bool) -> Drawn:
    # Without a notebook there is nobody who draws the picture; the card has all of it.
    return Drawn([card] if picture is None or ipython() is None else [card, picture], moving)
