"""Show a card: HTML where there is a notebook, plain text everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dryrun.exceptions import LabError
from dryrun.notebook.render import render_html, render_text


class Card:
    """Hold the facts of one thing to show; HTML and text are made from the same ones."""

    def __init__(self, kind: str, facts: Mapping[str, Any]) -> None:
        self.kind = kind
        self.facts = dict(facts)

    @property
    def html(self) -> str:
        """The card as HTML."""
        return render_html(self.kind, self.facts)

    @property
    def text(self) -> str:
        """The card as plain text."""
        return render_text(self.kind, self.facts)

    def __repr__(self) -> str:
        """Return the card as plain text."""
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": self.text}


class Sentence(LabError):
    """End a cell, where something is wrong that the cells after it need, with one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [Card("message", {"mark": "!", "tone": "warn", "text": str(self)}).text]


def show(card: Card) -> None:
    """Show `card` below the cell, or print it where there is no IPython."""
    if ipython() is None:
        print(card.text)
        return
    from IPython.display import display  # noqa: PLC0415 - only where it is there already

    display(card)


def ipython() -> Any:
    """Return the running IPython shell, or None."""
    try:
        from IPython.core.getipython import get_ipython  # noqa: PLC0415
    except ImportError:
        return None
    return get_ipython()
