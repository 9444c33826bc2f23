"""What each policy says of a request by itself, as the policy simulator shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dryrun.cloud.iam.policy.document import Policy, Statement
from dryrun.cloud.iam.policy.request import AccessRequest
from dryrun.cloud.iam.policy.variables import Context


class Verdict(StrEnum):
    """A decision as SimulatePrincipalPolicy names it."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


@dataclass(frozen=True, slots=True)
class StatementRef:
    """A statement that matched, and the policy it stands in."""

    policy: Policy
    statement: Statement


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """What one policy says, and the statements by which it says it."""

    policy: Policy
    verdict: Verdict
    matched: tuple[StatementRef, ...]


def judge(policy: Policy, request: AccessRequest, context: Context) -> PolicyResult:
    """Return what one policy alone says of a request."""
    denying, allowing = policy.statements_for(request.action.lower())
    for statements, verdict in ((denying, Verdict.EXPLICIT_DENY), (allowing, Verdict.ALLOWED)):
        matched = tuple(
            StatementRef(policy, one) for one in statements if one.grade(request, context)
        )
        if matched:
            return PolicyResult(policy, verdict, matched)
    return PolicyResult(policy, Verdict.IMPLICIT_DENY, ())


def keys_read(policy: Policy) -> frozenset[str]:
    """Return the condition keys that a policy reads, as it spells them."""
    return frozenset().union(*(one.context_keys() for one in policy.statements))
