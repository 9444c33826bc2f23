"""An operation on a stack, from its first event to its last."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.clock import Event
from dryrun.cloud.cloudformation import hash_order, notifications, requests
from dryrun.cloud.cloudformation.models import (
    STACK_TYPE,
    CloudFormationBackend,
    Stack,
    StackEvent,
    StackResource,
    new_id,
    now,
)
from dryrun.cloud.cloudformation.providers.base import Properties
from dryrun.cloud.cloudformation.work import Schedule
from dryrun.cloud.identity import Caller

BEGIN = 1.0
"""Seconds from a request to the first resource."""


class Operation:
    """One operation: who asked for it, what it has told so far, and what is under way."""

    kind = "UPDATE_STACK"

    def __init__(
        self, backend: CloudFormationBackend, stack: Stack, caller: Caller, token: str | None
    ) -> None:
        self.backend = backend
        self.stack = stack
        self.caller = caller
        self.host = inside.host()
        self.token = token
        self.id, self.type = new_id(), self.kind
        self.schedule: Schedule | None = None
        self._events: dict[int, Event] = {}
        stack.operation = self
        stack.operations.insert(0, {"OperationType": self.kind, "OperationId": self.id})
        if token:
            stack.tokens[token] = self.kind

    # Time

    def later(
        self, seconds: float, action: Callable[[], None], what: str, *, work: bool = True
    ) -> Event:
        """Do something after `seconds` of lab time, in the name of the operation's caller."""

        def act() -> None:
            self._events.pop(event.order, None)
            action()

        # Only work joins: a wait for somebody else is an event of its own.
        event = clocks.current().call_later(
            seconds,
            act,
            what=f"{self.stack.name}: {what}",
            work=work,
            group=self if work else None,
            around=self.in_its_name,
        )
        self._events[event.order] = event
        return event

    def in_its_name(self) -> AbstractContextManager[None]:
        """Let what is called be called as the operation's caller calls it."""
        return inside.calling_as(self.caller, requests.via(self.caller), at=self.host)

    def run(self, schedule: Schedule) -> None:
        """Begin a schedule after a moment."""
        self.schedule = schedule
        self.later(BEGIN, schedule.start, "begins")

    def abort(self) -> None:
        """Break off what is under way, for another operation to take over."""
        if self.schedule is not None:
            self.schedule.stop()
        for event in self._events.values():
            event.cancel()
        self._events.clear()

    def turn_back(self) -> None:
        """Go on as the roll back of what was begun, which is an operation of its own."""
        self.id, self.type = new_id(), "ROLLBACK"
        self.stack.operations.insert(0, {"OperationType": self.type, "OperationId": self.id})

    # The stack's story

    def tell_stack(self, status: str, reason: str | None = None) -> None:
        """Change the status of the stack."""
        stack = self.stack
        stack.status, stack.reason = status, reason
        self._append(
            StackEvent(
                new_id(),
                stack.name,
                stack.stack_id,
                STACK_TYPE,
                now(),
                status,
                self.id,
                self.type,
                reason,
                token=self.token,
            )
        )

    def tell(
        self,
        resource: StackResource,
        status: str,
        reason: str | None = None,
        *,
        physical_id: str | None = None,
    ) -> None:
        """Change the status of a resource; `physical_id` is another one's than the current."""
        moment = now()
        resource.status, resource.reason, resource.timestamp = status, reason, moment
        self.note(resource, status, reason, physical_id=physical_id, moment=moment)

    def note(
        self,
        resource: StackResource,
        status: str,
        reason: str | None = None,
        *,
        physical_id: str | None = None,
        properties: Properties | None = None,
        detailed_status: str | None = None,
        moment: datetime | None = None,
    ) -> None:
        """Add an event of a resource, leaving the resource as it stands; `moment` is now."""
        moment, name = moment or now(), resource.logical_id
        # What an update cleans up has other ids than all else, and shows no properties.
        cleaned_up = status.startswith("DELETE_") and self.kind == "UPDATE_STACK"
        ending = new_id() if cleaned_up else f"{status}-{notifications.stamp(moment)}"
        if properties is None:
            told = None if cleaned_up else shown_of(resource)
        else:
            told = shown(properties) if properties else None
        self._append(
            StackEvent(
                f"{name}-{ending}",
                name,
                resource.physical_id if physical_id is None else physical_id,
                resource.type,
                moment,
                status,
                self.id,
                self.type,
                reason,
                told,
                self.token,
                detailed_status,
            )
        )

    def _append(self, event: StackEvent) -> None:
        self.stack.events.append(event)
        try:
            if notifications.wanted(self.stack):
                with self.in_its_name():
                    notifications.tell(self.stack, event, self.caller.account)
        except Exception:  # whoever listens must not stop a stack
            traceback.print_exc()


def shown_of(resource: StackResource) -> str | None:
    """Return the properties of a resource as events show them; they are made once."""
    properties = resource.properties
    if not properties:
        return None
    if resource.shown is None or resource.shown[0] is not properties:
        resource.shown = properties, shown(properties)
    return resource.shown[1]


def shown(properties: Properties) -> str:
    """Return properties as events show them: compact JSON in which every scalar is a string."""
    found = hash_order.ordered(stringified(properties), hash_order.EVENT_BUCKETS)
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def stringified(value: Any) -> Any:
    """Return a value with all scalars as strings, as CloudFormation compares and shows them."""
    if isinstance(value, Mapping):
        return {str(name): stringified(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [stringified(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else "" if value is None else str(value)
