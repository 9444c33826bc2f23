"""The ids of requests: one for each, made from its number in the journal.

Were they drawn from the same source as the ids of things, every check that reads something would
change the ids of what is made after it.
"""

from __future__ import annotations

import random
import uuid
from typing import Any

from moto.core import responses, serialize

SEED = 20260105
_current = [""]


def begin(number: int) -> str:
    """Make the id of the request with this number, a UUID as AWS's are, and return it."""
    source = random.Random(SEED * 1_000_003 + number)  # noqa: S311 - ids, not secrets
    _current[0] = str(uuid.UUID(int=source.getrandbits(128), version=4))
    return _current[0]


def new(headers: dict[str, Any] | None = None) -> str:
    """Return the id of the request at hand, and put it into `headers`."""
    if headers is not None:
        headers["x-amzn-requestid"] = _current[0]
    return _current[0]


def _created(self: Any, request_id: str | None = None) -> None:
    self.request_id = request_id or new()


def install() -> None:
    """Let moto's answers carry ids of ours."""
    begin(0)
    responses.gen_amzn_requestid_long = new
    replaced: Any = serialize.SerializationContext
    replaced.__init__ = _created
