"""Decide whether a request is allowed: AWS's policy evaluation logic.

Follows "Policy evaluation logic", "How AWS enforcement code logic evaluates requests to allow or
deny access" and "Cross-account policy evaluation logic" of the IAM User Guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dryrun.cloud.iam.policy.conditions import Context
from dryrun.cloud.iam.policy.decision import Decision, PolicySet
from dryrun.cloud.iam.policy.document import Policy
from dryrun.cloud.iam.policy.kinds import PolicyKind
from dryrun.cloud.iam.policy.principals import Grade
from dryrun.cloud.iam.policy.request import AccessRequest
from dryrun.cloud.iam.policy.results import StatementRef


def evaluate(request: AccessRequest, policies: PolicySet) -> Decision:
    """Judge one request by all policies that apply to it."""
    return _Evaluation(request, policies).decision()


@dataclass(slots=True)
class _Missing:
    """The kind of policy whose allow was missing, and the policy where there is only one."""

    kind: PolicyKind
    policy: Policy | None = None


class _Evaluation:
    """One request and its policies on the way to a decision."""

    __slots__ = ("action", "context", "policies", "request")

    def __init__(self, request: AccessRequest, policies: PolicySet) -> None:
        self.request = request
        self.policies = policies
        self.action = request.action.lower()
        self.context: Context = request.lowered_context()

    def decision(self) -> Decision:
        denied = self._explicit_deny()
        if denied is not None:
            kind = denied.policy.kind
            return Decision(
                False, True, kind, denied.policy, (denied,), self.request, self.policies
            )
        granted: list[StatementRef] = []
        missing = self._guardrails() or self._grants(granted)
        if missing is None:
            return Decision(True, False, None, None, tuple(granted), self.request, self.policies)
        return Decision(False, False, missing.kind, missing.policy, (), self.request, self.policies)

    def _explicit_deny(self) -> StatementRef | None:
        for policy in self.policies.everything():
            for statement in policy.statements_for(self.action)[0]:
                if statement.grade(self.request, self.context):
                    return StatementRef(policy, statement)
        return None

    def _guardrails(self) -> _Missing | None:
        """Return what is missing in the policies that limit a whole account or way in."""
        for kind, levels in (
            (PolicyKind.SCP, self.policies.scps),
            (PolicyKind.RCP, self.policies.rcps),
        ):
            for level in levels:
                if self._allow(level) is None:
                    return _Missing(kind, level[0] if len(level) == 1 else None)
        endpoint = self.policies.endpoint
        if endpoint is not None and self._allow((endpoint,)) is None:
            return _Missing(PolicyKind.VPCE, endpoint)
        return None

    def _grants(self, granted: list[StatementRef]) -> _Missing | None:
        """Return what is missing in the policies that grant and those that bound the grant."""
        grade, by_resource = self._resource_grade()
        if by_resource is not None:
            granted.append(by_resource)
        principal = self.request.principal
        crosses = self.request.crosses_accounts
        if not principal.has_identity:
            return None if grade else self._no_resource_policy()
        if grade is Grade.DIRECT and not crosses:
            return None
        if self.policies.resource_decides and not grade:
            return self._no_resource_policy()
        by_role = grade is Grade.ROLE and not crosses
        missing = self._identity(granted, by_role) or self._bounds()
        if missing is None and crosses and not grade:
            return self._no_resource_policy()
        return missing

    def _identity(self, granted: list[StatementRef], by_role: bool) -> _Missing | None:
        found = self._allow(self.policies.identity)
        if found is not None:
            granted.append(found)
        # Root needs no policy in its own account; a session of root's is bounded below.
        principal = self.request.principal
        is_root = principal.is_root or principal.user_arn.endswith(":root")
        if found is not None or by_role or is_root:
            return None
        return _Missing(PolicyKind.IDENTITY)

    def _bounds(self) -> _Missing | None:
        boundary = self.policies.boundary
        if boundary is not None and self._allow((boundary,)) is None:
            return _Missing(PolicyKind.BOUNDARY, boundary)
        session = self.policies.session
        if session is None and self.request.principal.is_federated_user:
            session = ()  # GetFederationToken without a policy grants nothing by itself
        if session is not None and self._allow(session) is None:
            return _Missing(PolicyKind.SESSION, session[0] if len(session) == 1 else None)
        return None

    def _resource_grade(self) -> tuple[Grade, StatementRef | None]:
        policy = self.policies.resource
        best, by = Grade.NOBODY, None
        if policy is None:
            return best, by
        for statement in policy.statements_for(self.action)[1]:
            grade = statement.grade(self.request, self.context)
            if grade > best:
                best, by = grade, StatementRef(policy, statement)
                if best is Grade.DIRECT:
                    break
        return best, by

    def _no_resource_policy(self) -> _Missing:
        policy = self.policies.resource
        return _Missing(policy.kind if policy else PolicyKind.RESOURCE, policy)

    def _allow(self, policies: Iterable[Policy]) -> StatementRef | None:
        for policy in policies:
            for statement in policy.statements_for(self.action)[1]:
                if statement.grade(self.request, self.context):
                    return StatementRef(policy, statement)
        return None
