"""The ids of requests: seeded, but apart from all other ids.

Were they drawn from the same source as the ids of things, every check that reads something would
change the ids of what is made after it.
"""

from __future__ import annotations

import random
import threading
import uuid
from typing import Any

from moto.core import responses

SEED = 20260105
_lock = threading.Lock()
_source = random.Random(SEED)  # noqa: S311 - ids, not secrets


def new(headers: dict[str, Any] | None = None) -> str:
    """Return a request id, a UUID as AWS's are, and put it into `headers`."""
    with _lock:
        made = str(uuid.UUID(int=_source.getrandbits(128), version=4))
    if headers is not None:
        headers["x-amzn-requestid"] = made
    return made


def install() -> None:
    """Let moto's answers carry ids of ours."""
    responses.gen_amzn_requestid_long = new
