"""What all answers of EventBridge begin with: the request read, and its constraints checked."""

from __future__ import annotations

from typing import Any, cast

from moto.core.responses import ActionResult
from moto.events.models import events_backends
from moto.events.responses import EventsHandler

from dryrun.cloud import calling, constraints
from dryrun.cloud.events.exceptions import ValidationException
from dryrun.cloud.events.models import EventsBackend
from dryrun.cloud.shelves import Asking

Thing = dict[str, Any]

_ORDERS = {
    "[POST, GET, HEAD, OPTIONS, PUT, PATCH, DELETE]": (
        "[HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]"
    ),
}
"""Sets of values that AWS lists in another order than its model has them."""


class Base(Asking, EventsHandler):
    """The request and the account it works on."""

    @property
    def here(self) -> EventsBackend:
        """The EventBridge that is asked."""
        return cast(EventsBackend, events_backends[self.current_account][self.region])

    def checked(self) -> Thing:
        """Return the parameters; raise ValidationException for what the model forbids."""
        sentence = constraints.violations(calling.current_call(), nested=True)
        if sentence:
            for modelled, told in _ORDERS.items():
                sentence = sentence.replace(modelled, told)
            raise ValidationException(sentence)
        return self.asked()


def answered(result: Thing | None = None) -> ActionResult:
    """Return an answer."""
    return ActionResult(result or {})


def with_prefix(things: dict[str, Any], prefix: str | None) -> list[Any]:
    """Return things whose names begin in some way, by their names."""
    return [things[name] for name in sorted(things) if name.startswith(prefix or "")]
