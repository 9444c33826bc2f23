"""What happened to a stack, out of its events: operations, rows and phases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Event = Mapping[str, Any]
"""An event as DescribeStackEvents tells it."""

_ENDINGS = ("IN_PROGRESS", "COMPLETE", "FAILED", "SKIPPED")


@dataclass
class Phase:
    """One thing done to one resource, or to the stack.

    `verb` is what AWS's status begins with (CREATE, UPDATE_ROLLBACK, …), `state` what it ends
    with. A phase in progress has no end. `undoing` says that the stack was rolling back.
    """

    verb: str
    begun: datetime
    ended: datetime | None = None
    state: str = "IN_PROGRESS"
    reason: str = ""
    undoing: bool = False
    replacing: bool = False
    cleaning: bool = False

    @property
    def cancelled(self) -> bool:
        """Whether it failed only because something else did first."""
        # CloudFormation's texts: "Resource creation cancelled", "Resource update cancelled".
        return self.state == "FAILED" and self.reason.lower().endswith("cancelled")


@dataclass
class Row:
    """A resource, or the stack itself, and its phases in the order they came."""

    name: str
    type: str
    is_stack: bool
    phases: list[Phase] = field(default_factory=list)


@dataclass
class Operation:
    """One operation on a stack: its first row is the stack."""

    rows: list[Row]

    @property
    def stack(self) -> Row:
        """The row of the stack."""
        return self.rows[0]

    @property
    def begun(self) -> datetime:
        """When it began."""
        return min(phase.begun for row in self.rows for phase in row.phases)

    @property
    def last(self) -> datetime:
        """When something was last heard of it."""
        return max(phase.ended or phase.begun for row in self.rows for phase in row.phases)

    @property
    def moving(self) -> bool:
        """Whether the stack has not come to rest."""
        last = self.stack.phases[-1]
        return last.state == "IN_PROGRESS" and last.verb != "REVIEW"

    def first_failure(self) -> tuple[Row, Phase] | None:
        """Return what failed first of its own accord, which is the cause of the rest."""
        failed = [
            (phase.ended or phase.begun, row, phase)
            for row in self.rows
            for phase in row.phases
            if phase.state == "FAILED" and phase.reason and not phase.cancelled
        ]
        own = [found for found in failed if not found[1].is_stack] or failed
        if not own:
            return None
        _, row, phase = min(own, key=lambda found: found[0])
        return row, phase


def operations(events: Sequence[Event]) -> list[Operation]:
    """Return the operations that `events`, newest first as AWS gives them, tell of."""
    return [_operation(part) for part in _split(list(reversed(events)))]


def parse_status(status: str) -> tuple[str, str]:
    """Return a status as what is done and how it stands: ("CREATE", "IN_PROGRESS")."""
    for ending in _ENDINGS:
        if status.endswith(f"_{ending}"):
            return status.removesuffix(f"_{ending}"), ending
    return status, "COMPLETE"


def _is_stack(event: Event) -> bool:
    return bool(event.get("PhysicalResourceId") == event["StackId"])


def _split(events: Iterable[Event]) -> list[list[Event]]:
    """Begin an operation wherever a stack at rest starts to move."""
    parts: list[list[Event]] = []
    at_rest = True
    for event in events:
        if _is_stack(event):
            verb, state = parse_status(str(event["ResourceStatus"]))
            if at_rest and state == "IN_PROGRESS":
                parts.append([])
            at_rest = state != "IN_PROGRESS" or verb == "REVIEW"
        if not parts:
            parts.append([])
        parts[-1].append(event)
    return parts


def _operation(events: Sequence[Event]) -> Operation:
    stack_id = str(events[0]["StackId"])
    rows = {stack_id: Row(str(events[0]["StackName"]), "AWS::CloudFormation::Stack", True)}
    phase_of_stack = ""
    for event in events:
        verb, state = parse_status(str(event["ResourceStatus"]))
        if _is_stack(event):
            phase_of_stack = verb
            row = rows[stack_id]
        else:
            name = str(event["LogicalResourceId"])
            row = rows.setdefault(name, Row(name, str(event.get("ResourceType", "")), False))
        _note(row, verb, state, event, phase_of_stack)
    if not rows[stack_id].phases:
        # Only a part of the events is kept by AWS; the stack's own may be the lost ones.
        first = min(phase.begun for row in rows.values() for phase in row.phases)
        rows[stack_id].phases.append(Phase("UNKNOWN", first))
    return Operation(list(rows.values()))


def _note(row: Row, verb: str, state: str, event: Event, phase_of_stack: str) -> None:
    """Add one event to a row: begin a phase, go on with it, or end it."""
    moment: datetime = event["Timestamp"]
    reason = str(event.get("ResourceStatusReason") or "")
    current = row.phases[-1] if row.phases and row.phases[-1].ended is None else None
    fresh = Phase(
        verb,
        moment,
        undoing="ROLLBACK" in phase_of_stack,
        # CloudFormation's text: "Requested update requires the creation of a new physical
        # resource; hence creating one."
        replacing="requires the creation of a new physical" in reason,
        cleaning="CLEANUP" in phase_of_stack,
    )
    if state == "IN_PROGRESS":
        if current is not None and current.verb == verb:
            current.replacing |= fresh.replacing
            return
        if current is not None:
            current.ended = moment
            current.state = "COMPLETE" if "CLEANUP" in verb else "FAILED"
            current.reason = reason
        row.phases.append(fresh)
        return
    if current is None:
        current = fresh
        row.phases.append(current)
    current.ended, current.state, current.reason = moment, state, reason
