"""Whether those whom a policy names are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends

_NAMED = re.compile(
    r"arn:[^:]+:(?:iam::(\d{12}):(user|role)/(.+)|sts::(\d{12}):assumed-role/(.+)/.+)"
)


def unknown_principal(text: str) -> str | None:
    """Return a user or role that a policy grants to and that is not there; None without one.

    Of accounts that this cloud does not have it knows nothing and finds nothing wrong.
    """
    return next((named for named in _principals(text) if not _exists(named)), None)


def _principals(text: str) -> Iterator[str]:
    statements = json.loads(text).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            principal = statement.get(element)
            listed: Any = principal.get("AWS", []) if isinstance(principal, dict) else []
            yield from [listed] if isinstance(listed, str) else listed


def _exists(named: str) -> bool:
    found = _NAMED.fullmatch(named)
    if found is None:
        return True
    account = found[1] or found[3]
    if account not in iam_backends:
        return True
    iam = iam_backends[account]["aws"]
    if found[2] == "user":
        return any(user.arn == named for user in iam.users.values())
    if found[2] == "role":
        return any(role.arn == named for role in iam.roles.values())
    return any(role.name == found[4] for role in iam.roles.values())
