"""The policy simulator: what a principal may do, by the module that decides on real calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import IAMException, NotFoundException
from moto.iam.responses import IamResponse as MotoIamResponse

from dryrun.cloud.authorization import organization, principals, resource_policies
from dryrun.cloud.iam.policy import (
    AccessRequest,
    Decision,
    MalformedPolicy,
    Policy,
    PolicyKind,
    PolicySet,
    Principal,
    StatementRef,
    evaluate,
    parse,
)

PAGE = 100


class InvalidInput(IAMException):
    """Refuse an input of the simulator."""

    code = "InvalidInput"


@dataclass(frozen=True)
class Simulated:
    """Whose policies are tried, and which."""

    principal: Principal
    identity: tuple[Policy, ...]
    boundary: Policy | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()


class Simulation(MotoIamResponse):
    """Answer the calls of the policy simulator.

    Follows "SimulatePrincipalPolicy", "SimulateCustomPolicy", "GetContextKeysForCustomPolicy" and
    "GetContextKeysForPrincipalPolicy" of the IAM API Reference.
    """

    def simulate_custom_policy(self) -> ActionResult:
        """Try policies that are given."""
        caller = self._get_param("CallerArn") or ""
        return self._simulate(Simulated(_principal(caller), self._inputs(), self._boundary_input()))

    def simulate_principal_policy(self) -> ActionResult:
        """Try the policies of a user, group or role, with those that are given."""
        source = str(self._get_param("PolicySourceArn"))
        policies, boundary = self._of_source(source)
        subject = Simulated(
            _principal(self._get_param("CallerArn") or source),
            (*policies, *self._inputs()),
            self._boundary_input() or boundary,
            organization.controls(source.split(":")[4], organization.SERVICE_CONTROL),
        )
        return self._simulate(subject)

    def get_context_keys_for_custom_policy(self) -> ActionResult:
        """Return the condition keys that given policies read."""
        return ActionResult({"ContextKeyNames": _keys(self._inputs())})

    def get_context_keys_for_principal_policy(self) -> ActionResult:
        """Return the condition keys that a principal's policies read, and given ones."""
        policies, _ = self._of_source(str(self._get_param("PolicySourceArn")))
        return ActionResult({"ContextKeyNames": _keys((*policies, *self._inputs()))})

    def _of_source(self, arn: str) -> tuple[tuple[Policy, ...], Policy | None]:
        kind, _, path = arn.split(":", 5)[-1].partition("/")
        name = path.rpartition("/")[2]
        found = self._holder(kind, name)
        if found is None or found.arn != arn:
            raise NotFoundException(f"The user or role with ARN {arn} cannot be found.")
        if kind == "user":
            policies = tuple(principals.of_user(self.backend, found))
        else:
            policies = tuple(principals.of_holder(found))
        bound = principals.boundary_arn(found)
        return policies, principals.boundary(self.backend, bound) if bound else None

    def _holder(self, kind: str, name: str) -> Any:
        find: dict[str, Callable[[str], Any]] = {
            "group": self.backend.get_group,
            "role": self.backend.get_role,
            "user": self.backend.get_user,
        }
        try:
            return find[kind](name) if kind in find else None
        except NotFoundException:
            return None

    def _inputs(self) -> tuple[Policy, ...]:
        texts = self._get_param("PolicyInputList", [])
        return tuple(
            _parsed(text, PolicyKind.IDENTITY, f"PolicyInputList.{number}")
            for number, text in enumerate(texts, 1)
        )

    def _boundary_input(self) -> Policy | None:
        texts = self._get_param("PermissionsBoundaryPolicyInputList", [])
        name = "PermissionsBoundaryPolicyInputList.1"
        return _parsed(texts[0], PolicyKind.BOUNDARY, name) if texts else None

    def _simulate(self, subject: Simulated) -> ActionResult:
        resources = self._get_param("ResourceArns", [])
        text = self._get_param("ResourcePolicy")
        policy = _parsed(text, PolicyKind.RESOURCE, "ResourcePolicy") if text else None
        context = {
            entry["ContextKeyName"]: _values(entry)
            for entry in self._get_param("ContextEntries", [])
        }
        results = [
            _result(self._decide(subject, action, resource, context, policy), bool(resources))
            for action in self._get_param("ActionNames", [])
            for resource in resources or ["*"]
        ]
        return ActionResult(self._page(results))

    def _decide(
        self,
        subject: Simulated,
        action: str,
        resource: str,
        context: Mapping[str, str | tuple[str, ...]],
        policy: Policy | None,
    ) -> Decision:
        if ":" not in action:
            raise InvalidInput(f"Invalid Action: {action} is not a valid action.")
        policies = PolicySet(
            identity=subject.identity,
            boundary=subject.boundary,
            resource=policy,
            scps=subject.scps,
            resource_decides=policy is not None and resource_policies.decides(resource),
        )
        owner = self._get_param("ResourceOwner") or ""
        account = owner.split(":")[4] if owner.startswith("arn:") else owner
        return evaluate(
            AccessRequest(subject.principal, action, resource, context, account), policies
        )

    def _page(self, results: list[dict[str, Any]]) -> dict[str, Any]:
        start = int(self._get_param("Marker") or 0)
        end = start + self._get_int_param("MaxItems", PAGE)
        page: dict[str, Any] = {"EvaluationResults": results[start:end], "IsTruncated": False}
        if end < len(results):
            page |= {"IsTruncated": True, "Marker": str(end)}
        return page


def _principal(arn: str) -> Principal:
    """Return who is meant by an ARN; without one, somebody of no account in particular."""
    parts = arn.split(":")
    account = parts[4] if len(parts) > 5 else ""
    return Principal(arn=arn or "arn:aws:iam::000000000000:user/simulated", account=account)


def _values(entry: Mapping[str, Any]) -> str | tuple[str, ...]:
    values = tuple(str(one) for one in entry.get("ContextKeyValues", []))
    many = str(entry.get("ContextKeyType", "")).endswith("List")
    return values if many or len(values) != 1 else values[0]


def _parsed(text: str, kind: PolicyKind, name: str) -> Policy:
    try:
        return parse(text, kind, name=name)
    except MalformedPolicy as error:
        raise InvalidInput(f"Error parsing policy {name}: {error.message}") from None


def _keys(policies: Iterable[Policy]) -> list[str]:
    """Return the condition keys in the spelling of the policies, each once."""
    found: dict[str, str] = {}
    for policy in policies:
        for statement in policy.statements:
            for key in sorted(statement.context_keys()):
                found.setdefault(key, _spelt(policy.text, key))
    return list(found.values())


def _spelt(text: str, key: str) -> str:
    at = text.lower().find(key)
    return text[at : at + len(key)] if at >= 0 else key


def _result(decision: Decision, resources: bool) -> dict[str, Any]:
    request = decision.request
    matched = [_matched(one) for one in decision.statements]
    missing = [_missing(decision, key) for key in decision.missing_context]
    details = _details(decision)
    result: dict[str, Any] = {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": str(decision.verdict),
        "MatchedStatements": matched,
        "MissingContextValues": missing,
    }
    specific: dict[str, Any] = {
        "EvalResourceName": request.resource,
        "EvalResourceDecision": str(decision.verdict),
        "MatchedStatements": matched,
        "MissingContextValues": missing,
    }
    if decision.allowed_by_organizations is not None:
        allowed = {"AllowedByOrganizations": decision.allowed_by_organizations}
        result["OrganizationsDecisionDetail"] = allowed
    if decision.allowed_by_boundary is not None:
        bound = {"AllowedByPermissionsBoundary": decision.allowed_by_boundary}
        result["PermissionsBoundaryDecisionDetail"] = bound
        specific["PermissionsBoundaryDecisionDetail"] = bound
    if details:
        result["EvalDecisionDetails"] = specific["EvalDecisionDetails"] = details
    if resources:
        result["ResourceSpecificResults"] = [specific]
    return result


def _details(decision: Decision) -> dict[str, str]:
    """Return what each kind of policy says, which AWS tells where several have a say."""
    if decision.policies.resource is None or not decision.request.crosses_accounts:
        return {}
    names = {PolicyKind.IDENTITY: "IAM Policy", PolicyKind.RESOURCE: "Resource Policy"}
    found: dict[str, str] = {}
    for result in decision.results:
        name = names.get(result.policy.kind)
        if name is None:
            continue
        said = str(result.verdict)
        if (found.get(name) != "explicitDeny" and said != "implicitDeny") or name not in found:
            found[name] = said
    return found


def _matched(found: StatementRef) -> dict[str, Any]:
    start, end = found.statement.start, found.statement.end
    resource = found.policy.kind is PolicyKind.RESOURCE
    return {
        "SourcePolicyId": found.policy.name,
        "SourcePolicyType": "Resource Policy" if resource else "IAM Policy",
        "StartPosition": {"Line": start.line, "Column": start.column},
        "EndPosition": {"Line": end.line, "Column": end.column},
    }


def _missing(decision: Decision, key: str) -> str:
    for policy in decision.policies.everything():
        if key in policy.text.lower():
            return _spelt(policy.text, key)
    return key
