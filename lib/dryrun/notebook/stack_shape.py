"""The shape of a stack: its resources, how they stand, and what needs what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.cloudformation import template as templates
from dryrun.cloud.cloudformation.template import Template, TemplateError
from dryrun.cloud.cloudformation.template.references import parts_of
from dryrun.exceptions import LabError
from dryrun.notebook import messages
from dryrun.notebook.stack_events import parse_status

MOST_ALONE = 20


@dataclass(frozen=True)
class Edge:
    """Say that one resource needs another; `label` is Ref or the attributes it reads.

    Without a reference it is a bare DependsOn.
    """

    source: str
    target: str
    label: str
    bare: bool


@dataclass(frozen=True)
class Node:
    """A resource, or a `group` of them.

    `status` is AWS's, or empty where it is only in a template; then `reason` says why.
    """

    name: str
    type: str
    status: str = ""
    reason: str = ""
    condition: str = ""
    group: str = ""

    @property
    def key(self) -> str:
        """What edges call it."""
        return self.group or self.name

    @property
    def tone(self) -> str:
        """The tone in which its status is drawn."""
        if not self.status:
            return "plain"
        verb, state = parse_status(self.status)
        if state == "IN_PROGRESS":
            return "calm"
        if state == "FAILED":
            return "bad"
        if verb == "DELETE":
            return "plain"
        return "warn" if "ROLLBACK" in verb else "good"

    @property
    def sign(self) -> str:
        """The sign that says the same as its tone."""
        return {"calm": "…", "bad": "✗", "good": "✓", "warn": "↩"}.get(self.tone, "○")

    @property
    def telling(self) -> bool:
        """Whether it must not be lost in a crowd."""
        return self.tone in ("bad", "calm")


@dataclass(frozen=True)
class Shape:
    """The nodes of a graph and the edges between them; `notice` is what is not drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notice: str = ""

    def around(self, name: str) -> Shape:
        """Return one resource and those it needs or is needed by."""
        edges = tuple(edge for edge in self.edges if name in (edge.source, edge.target))
        near = {name, *(e.source for e in edges), *(e.target for e in edges)}
        return Shape(tuple(node for node in self.nodes if node.name in near), edges, self.notice)

    def grouped(self) -> Shape:
        """Return the same with one node for many of a type and status.

        What failed or is in progress stands alone, unless there are many of those too.
        """
        few = sum(node.telling for node in self.nodes) <= MOST_ALONE
        crowds: dict[str, list[Node]] = {}
        for node in self.nodes:
            key = node.name if node.telling and few else f"{node.type} {node.status}"
            crowds.setdefault(key, []).append(node)
        nodes = [
            crowd[0] if len(crowd) == 1 else _crowd(key, crowd) for key, crowd in crowds.items()
        ]
        place = {
            member.name: node.key
            for node, crowd in zip(nodes, crowds.values(), strict=True)
            for member in crowd
        }
        edges: dict[tuple[str, str], Edge] = {}
        for edge in self.edges:
            source, target = place[edge.source], place[edge.target]
            if source != target:
                edges.setdefault((source, target), Edge(source, target, "", edge.bare))
        return Shape(tuple(nodes), tuple(edges.values()), self.notice)


def _crowd(key: str, members: Sequence[Node]) -> Node:
    """Return one node for many."""
    one = members[0]
    return Node(f"{len(members)} resources", one.type, one.status, group=key)


def parse(body: str | Mapping[str, Any]) -> Template:
    """Return a template; raise LabError with AWS's own words when it cannot be read."""
    try:
        return templates.parse(templates.read(body) if isinstance(body, str) else dict(body))
    except TemplateError as error:
        raise LabError(messages.GRAPH_UNREADABLE.format(reason=str(error).rstrip("."))) from error


def shape_of_template(template: Template) -> Shape:
    """Return the shape of a template, before it is deployed."""
    nodes = tuple(
        Node(resource.logical_id, resource.type, condition=resource.condition or "")
        for resource in template.resources.values()
    )
    transforms = ", ".join(template.transforms)
    notice = messages.GRAPH_TRANSFORMS.format(names=transforms) if transforms else ""
    return Shape(nodes, _edges(template), notice)


def shape_of_stack(
    template: Template | None, resources: Sequence[Mapping[str, Any]], moving: bool
) -> Shape:
    """Return the shape of a stack: what its template says, and how each resource stands."""
    there = {str(item["LogicalResourceId"]): item for item in resources}
    planned = template.resources if template else {}
    nodes = []
    for name in dict.fromkeys([*planned, *there]):
        condition = (planned[name].condition or "") if name in planned else ""
        item = there.get(name)
        if item is None:
            nodes.append(Node(name, planned[name].type, "", _absent(condition, moving), condition))
        else:
            status, reason = str(item["ResourceStatus"]), item.get("ResourceStatusReason")
            kind = str(item["ResourceType"])
            nodes.append(Node(name, kind, status, str(reason or ""), condition))
    return Shape(tuple(nodes), _edges(template) if template else ())


def _absent(condition: str, moving: bool) -> str:
    if moving:
        return messages.GRAPH_WAITS
    return (
        messages.GRAPH_LEFT_OUT.format(condition=condition) if condition else messages.GRAPH_ABSENT
    )


def _edges(template: Template) -> tuple[Edge, ...]:
    edges = []
    for name, resource in template.resources.items():
        labels: dict[str, list[str]] = {}
        for part in parts_of(resource):
            for found in templates.references(part):
                if found.logical_id in template.resources and found.logical_id != name:
                    labels.setdefault(found.logical_id, []).append(found.attribute or "Ref")
        edges += [
            Edge(name, target, ", ".join(dict.fromkeys(words)), bare=False)
            for target, words in labels.items()
        ]
        edges += [
            Edge(name, target, "DependsOn", bare=True)
            for target in resource.depends_on
            if target in template.resources and target not in labels
        ]
    return tuple(edges)
