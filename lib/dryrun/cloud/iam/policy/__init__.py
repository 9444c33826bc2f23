"""IAM policies: what they say, and whether they allow a request. Pure functions, no state."""

from dryrun.cloud.iam.policy.decision import Decision, PolicySet
from dryrun.cloud.iam.policy.document import Policy, Statement, parse
from dryrun.cloud.iam.policy.evaluation import evaluate
from dryrun.cloud.iam.policy.kinds import Effect, MalformedPolicy, PolicyKind
from dryrun.cloud.iam.policy.quotas import PolicyTooLarge
from dryrun.cloud.iam.policy.request import AccessRequest, Principal
from dryrun.cloud.iam.policy.results import PolicyResult, StatementRef, Verdict

__all__ = [
    "AccessRequest",
    "Decision",
    "Effect",
    "MalformedPolicy",
    "Policy",
    "PolicyKind",
    "PolicyResult",
    "PolicySet",
    "PolicyTooLarge",
    "Principal",
    "Statement",
    "StatementRef",
    "Verdict",
    "evaluate",
    "parse",
]
