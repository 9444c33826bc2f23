"""`lab.graph`: the resources of a stack or a template, and what needs what, as a Mermaid graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dryrun.exceptions import LabError
from dryrun.notebook import messages
from dryrun.notebook.display import Card
from dryrun.notebook.messages import times
from dryrun.notebook.render import render_source
from dryrun.notebook.stack_shape import Node, Shape

MERMAID = "text/vnd.mermaid"
MOST_NODES = 60
_MOST_IN_A_RANK = 4
_FILES = (".yaml", ".yml", ".json", ".template")
_LONGEST_REASON = 90


class Picture:
    """The graph itself, which JupyterLab draws; its text points to the card, which has all."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = dict(facts)

    @property
    def source(self) -> str:
        """The graph in Mermaid's language."""
        return render_source("graph.mmd", self.facts)

    def __repr__(self) -> str:
        """Return where the same is told in words."""
        return messages.GRAPH_TWIN.format(title=self.facts["title"])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {MERMAID: self.source, "text/plain": repr(self)}


def graph_views(
    shape: Shape, *, title: str, status: str, what: str, around: str | None
) -> tuple[Card, Picture | None]:
    """Return the card with the resources as a list, and the picture of the same, if any.

    `status` is the stack's, or empty for a template; `what` is how the learner named it.
    """
    if around is not None:
        names = [node.name for node in shape.nodes]
        if around not in names:
            told = ", ".join(names[:10]) + (" and more" if len(names) > 10 else "")
            raise LabError(messages.GRAPH_NOT_THERE.format(name=around, names=told or "none"))
        shape = shape.around(around)
    drawn, notices = shape, [shape.notice] if shape.notice else []
    if len(shape.nodes) > MOST_NODES:
        drawn = shape.grouped()
        notices.append(
            messages.GRAPH_GROUPED.format(
                count=len(shape.nodes), what=what, name=shape.nodes[0].name
            )
        )
    facts = _facts(shape, drawn, title)
    tone = Node("", "", status).tone if status else "calm"
    card = Card(
        "graph",
        {
            "mark": {"good": "✓", "bad": "✗", "warn": "↩"}.get(tone, "◷" if status else "▱"),
            "tone": "calm" if tone == "plain" else tone,
            "title": title,
            "status": status.lower().replace("_", " ") or "not deployed",
            "lead": facts["lead"],
            "rows": facts["rows"],
            "legend": messages.GRAPH_LEGEND if status else (),
            "notices": notices,
        },
    )
    return card, Picture(facts) if shape.nodes else None


def template_text(what: str, folders: tuple[Path, ...], must_be: bool) -> str | None:
    """Return a template's text where `what` is one or names a file; None for a stack's name.

    `must_be` says that it can only be a file. Raises LabError when the file cannot be read.
    """
    if "\n" in what or what.lstrip().startswith("{"):
        return what
    is_file = must_be or what.lower().endswith(_FILES) or "/" in what
    if what.startswith("arn:") or not is_file:
        return None
    for folder in folders:
        file = folder / Path(what).expanduser()
        try:
            return file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            if file.exists():
                reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
                raise LabError(messages.GRAPH_UNREADABLE.format(reason=reason)) from error
    raise LabError(messages.GRAPH_FILE_MISSING.format(path=what))


def _facts(shape: Shape, drawn: Shape, title: str) -> dict[str, Any]:
    """Return what the picture and the list are made of."""
    ids = {node.key: f"n{number}" for number, node in enumerate(drawn.nodes)}
    return {
        "title": title,
        "lead": _lead(shape),
        "rows": [_row(node, shape) for node in shape.nodes],
        "direction": "BT" if _widest(drawn) <= _MOST_IN_A_RANK else "RL",
        "nodes": [{**_said(node), "id": ids[node.key]} for node in drawn.nodes],
        "edges": [
            {"source": ids[e.source], "target": ids[e.target], "label": e.label, "bare": e.bare}
            for e in drawn.edges
        ],
    }


def _lead(shape: Shape) -> str:
    if not shape.nodes:
        return messages.GRAPH_EMPTY
    bad = sum(node.tone == "bad" for node in shape.nodes)
    moving = sum(node.tone == "calm" for node in shape.nodes)
    parts = [times(len(shape.nodes), "resource", "resources")]
    parts += [f"{moving} in progress"] if moving else []
    parts += [f"{bad} failed"] if bad else []
    return f"{', '.join(parts)}. An arrow leads from a resource to what it needs."


def _said(node: Node) -> dict[str, Any]:
    reason = node.reason if node.tone == "bad" or not node.status else ""
    if len(reason) > _LONGEST_REASON:
        reason = f"{reason[:_LONGEST_REASON]}…"
    return {
        "name": node.name,
        "type": node.type,
        "tone": node.tone,
        "sign": node.sign if node.status or reason else "",
        "word": node.status.lower().replace("_", " "),
        "reason": reason,
        "condition": node.condition,
    }


def _row(node: Node, shape: Shape) -> dict[str, Any]:
    needs = [f"{edge.target} ({edge.label})" for edge in shape.edges if edge.source == node.name]
    reason = node.reason if node.tone == "bad" or not node.status else ""
    return {**_said(node), "reason": reason, "needs": needs}


def _widest(shape: Shape) -> int:
    """Return how many nodes stand side by side where each stands above those it needs."""
    keys = [node.key for node in shape.nodes]
    rank = dict.fromkeys(keys, 0)
    # A circle has no ranks: stop after as many rounds as there are nodes.
    for _ in keys:
        changed = False
        for edge in shape.edges:
            if rank[edge.source] <= rank[edge.target] and rank[edge.target] < len(keys):
                rank[edge.source] = rank[edge.target] + 1
                changed = True
        if not changed:
            break
    return max((list(rank.values()).count(level) for level in set(rank.values())), default=0)
