"""What is decided, and by which policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dryrun.cloud.iam.policy import results
from dryrun.cloud.iam.policy.document import Policy
from dryrun.cloud.iam.policy.kinds import PolicyKind
from dryrun.cloud.iam.policy.request import AccessRequest
from dryrun.cloud.iam.policy.results import PolicyResult, StatementRef, Verdict

Levels = tuple[tuple[Policy, ...], ...]
GRANTING = frozenset({PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST})


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All policies that apply to a request.

    `session` is None where no session policy was passed. `scps` and `rcps` have one tuple a level
    (root, organizational units, account), () where none apply. `resource_decides` is for role
    trust policies and KMS key policies, without whose allow an identity policy gives nothing.
    """

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    resource: Policy | None = None
    scps: Levels = ()
    rcps: Levels = ()
    resource_decides: bool = False
    endpoint: Policy | None = None  # the VPC endpoint's policy

    def everything(self) -> Iterator[Policy]:
        """Yield every policy, those of the organization first."""
        for level in self.scps:
            yield from level
        for level in self.rcps:
            yield from level
        if self.endpoint is not None:
            yield self.endpoint
        if self.resource is not None:
            yield self.resource
        yield from self.identity
        if self.boundary is not None:
            yield self.boundary
        if self.session is not None:
            yield from self.session


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a request.

    `by` is the kind that denied explicitly, or whose allow was missing; `policy` is the policy
    where it is one. `matched` are the statements that decided: the one that denied, or the first
    ones that granted. The other details are found only when asked for.
    """

    allowed: bool
    explicit_deny: bool
    by: PolicyKind | None
    policy: Policy | None
    matched: tuple[StatementRef, ...]
    request: AccessRequest = field(repr=False)
    policies: PolicySet = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Return the decision as SimulatePrincipalPolicy names it."""
        if self.allowed:
            return Verdict.ALLOWED
        return Verdict.EXPLICIT_DENY if self.explicit_deny else Verdict.IMPLICIT_DENY

    @property
    def results(self) -> tuple[PolicyResult, ...]:
        """Return what each policy says by itself, those of the organization first."""
        return tuple(self._judge(policy) for policy in self.policies.everything())

    @property
    def statements(self) -> tuple[StatementRef, ...]:
        """Return all statements that determine the decision: one denying, or all granting."""
        if self.explicit_deny:
            return self.matched
        return tuple(
            ref
            for result in self.results
            if result.policy.kind in GRANTING and result.verdict is Verdict.ALLOWED
            for ref in result.matched
        )

    @property
    def allowed_by_boundary(self) -> bool | None:
        """Tell whether the permissions boundary allows it; None where there is none."""
        boundary = self.policies.boundary
        return None if boundary is None else self._judge(boundary).verdict is Verdict.ALLOWED

    @property
    def allowed_by_organizations(self) -> bool | None:
        """Tell whether the service control policies of every level allow it; None without any."""
        if not self.policies.scps:
            return None
        verdicts = [[self._judge(one).verdict for one in level] for level in self.policies.scps]
        return all(
            Verdict.ALLOWED in level and Verdict.EXPLICIT_DENY not in level for level in verdicts
        )

    @property
    def missing_context(self) -> tuple[str, ...]:
        """Return the condition keys that the policies read and the request did not have, sorted.

        They are spelled as the first policy spells them.
        """
        known = self.request.lowered_context()
        read = [key for one in self.policies.everything() for key in sorted(results.keys_read(one))]
        found = {key.lower(): key for key in reversed(read) if key.lower() not in known}
        return tuple(sorted(found.values()))

    def _judge(self, policy: Policy) -> PolicyResult:
        return results.judge(policy, self.request, self.request.lowered_context())
