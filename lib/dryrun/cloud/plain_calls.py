"""Calls with nothing but words in them: what botocore would make of one, known in advance.

Most calls that delete or describe something name it, and that is all. botocore looks at every
parameter anew, asks whoever has registered for it, and writes the request; of such a call all of
that but the words themselves is the same each time.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.model import OperationModel, StringShape

# What they do concerns other operations than those that are taken here.
_WITHOUT_EFFECT = frozenset({"generate_idempotent_uuid", "_handle_request_validation_mode_member"})
_BEFORE = ("provide-client-params", "before-parameter-build")


class PlainCalls:
    """Requests of one operation, as botocore's serializer writes them."""

    def __init__(self, client: Any, operation: OperationModel) -> None:
        """Look at the operation; raise ValueError when its calls have more than words in them."""
        shape = operation.input_shape
        if shape is None or operation.idempotent_members or not _unheard(client, operation):
            raise ValueError(operation.name)
        self._least: dict[str, int] = {}
        self._names: dict[str, str] = {}
        for name, member in shape.members.items():
            if not isinstance(member, StringShape) or member.serialization.keys() - {"name"}:
                raise ValueError(operation.name)
            self._least[name] = int(member.metadata.get("min", 0))
            self._names[name] = member.serialization.get("name", name)
        self._required = frozenset(shape.required_members)
        words = {name: "x" * max(self._least[name], 1) for name in self._required}
        self._sample = client._serializer.serialize_to_request(words, operation)
        self.headers = named_headers(self._sample["headers"])
        written = self._sample["body"]
        self._form = isinstance(written, dict)
        spoken = {self._names[name] for name in words}
        self._fixed = {k: v for k, v in written.items() if k not in spoken} if self._form else {}
        self.answers_nothing = not (operation.output_shape and operation.output_shape.members)

    def take(self, parameters: dict[str, Any]) -> bool:
        """Tell whether a call is one of these, and botocore would find nothing wrong with it."""
        for name, value in parameters.items():
            if type(value) is not str or len(value) < self._least.get(name, len(value) + 1):
                return False
        return self._required <= parameters.keys()

    def request(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the request of a call."""
        told = {self._names[name]: value for name, value in parameters.items()}
        body: Any = {**self._fixed, **told} if self._form else json.dumps(told).encode()
        return {**self._sample, "body": body}


def named_headers(headers: dict[str, Any]) -> dict[str, str]:
    """Return headers by their names in a WSGI environment."""
    found = {}
    for header, value in headers.items():
        name = header.upper().replace("-", "_")
        name = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        found[name] = value.decode() if isinstance(value, bytes) else value
    return found


def _unheard(client: Any, operation: OperationModel) -> bool:
    """Tell whether nobody has a say in the parameters of an operation's calls."""
    events = client.meta.events
    service = client.meta.service_model.service_id.hyphenize()
    return all(
        getattr(handler, "__name__", "") in _WITHOUT_EFFECT
        for event in _BEFORE
        for handler in events._emitter._handlers.prefix_search(
            events._alias_event_name(f"{event}.{service}.{operation.name}")
        )
    )
