"""The one way from a request to a refusal."""

from __future__ import annotations

from dryrun.cloud.authorization import pass_role, refusals
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.authorization.principals import standing
from dryrun.cloud.authorization.requests import checks
from dryrun.cloud.iam.policy import Decision
from dryrun.cloud.identity import Caller, Refusal
from dryrun.cloud.routing import ApiCall


def refuse(call: ApiCall, caller: Caller) -> Refusal | None:
    """Return how AWS refuses a call its caller may not make, or None when it is allowed.

    AWS asks this before it looks for what a call names, so that who may not call does not learn
    what is there.
    """
    if caller.unchecked:
        return None
    denied = denial(call, caller)
    return None if denied is None else refusals.refusal(call, caller, denied)


def denial(call: ApiCall, caller: Caller) -> Decision | None:
    """Return the decision that stands against a call; None when it is allowed."""
    who = standing(caller)
    wanted = checks(call, caller)
    for check in wanted:
        decision = may(caller, check.action, check.resource, check.context, call=call, who=who)
        if not decision.allowed:
            return decision
    return pass_role.refused(call, caller, who, wanted[0].resource if wanted else "")
