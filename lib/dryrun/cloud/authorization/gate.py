"""The one way from a request to a decision."""

from __future__ import annotations

from dryrun.cloud.identity import Caller, CallerKind, Refusal
from dryrun.cloud.routing import ApiCall


def refuse(call: ApiCall, caller: Caller) -> Refusal | None:
    """Return how AWS refuses a call its caller may not make, or None when it is allowed."""
    if caller.unchecked:
        return None
    if caller.kind is CallerKind.ANONYMOUS and call.service == "s3":
        return Refusal("AccessDenied", "Access Denied", 403)
    return None
