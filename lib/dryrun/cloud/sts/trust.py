"""Whether a role's trust policy, and the caller's own policies, let someone have the role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from moto.iam.models import Role, iam_backends

from dryrun.cloud import calling
from dryrun.cloud.authorization import refusals
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.authorization.principals import Standing
from dryrun.cloud.iam.policy import (
    Decision,
    MalformedPolicy,
    Policy,
    PolicyKind,
    Principal,
    parse,
)
from dryrun.cloud.identity import ANONYMOUS, Caller
from dryrun.cloud.sts.exceptions import AccessDenied, NotAuthorized, ValidationError

Context = Mapping[str, str | tuple[str, ...]]


def find_role(arn: str) -> Role | None:
    """Return the role of an ARN, in whichever account; raise ValidationError for no role's ARN."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not (parts[1] and parts[2] and parts[5]):
        raise ValidationError(f"{arn} is invalid")
    account, resource = parts[4], parts[5]
    if parts[2] != "iam" or not account.isdigit() or not resource.startswith("role/"):
        raise ValidationError("Request ARN is invalid")
    if account not in iam_backends:
        return None
    roles = iam_backends[account]["aws"].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def require(caller: Caller, action: str, role: Role, context: Context) -> None:
    """Raise NotAuthorized unless trust policy and caller's policies allow `action` on a role.

    The learner's administrator needs no policy of their own; the trust policy binds them too.
    """
    policy = _trust_policy(role)
    if policy is None:
        raise NotAuthorized(caller.arn, action, role.arn)
    call = calling.current_call()
    decision = may(replace(caller, unchecked=False), action, role.arn, context, policy, call=call)
    trusted = caller.unchecked and decision.by is not PolicyKind.TRUST
    if not decision.allowed and not trusted:
        raise _denied(caller, action, role, decision)


def require_web(provider: str, action: str, role: Role, context: Context) -> None:
    """Raise AccessDenied unless a role's trust policy lets a web identity have the role."""
    policy = _trust_policy(role)
    nobody = replace(ANONYMOUS, account=str(role.account_id))
    who = Standing(Principal(federated=provider))
    call = calling.current_call()
    if (
        policy is None
        or not may(nobody, action, role.arn, context, policy, call=call, who=who).allowed
    ):
        raise AccessDenied(f"Not authorized to perform {action}")


def lets_service(role: Role, service: str) -> bool:
    """Tell whether a role's trust policy lets a service, as "lambda.amazonaws.com", have it."""
    policy = _trust_policy(role)
    if policy is None:
        return False
    nobody = replace(ANONYMOUS, account=str(role.account_id))
    who = Standing(Principal(service=service))
    call = calling.current_call()
    return may(nobody, "sts:AssumeRole", role.arn, {}, policy, call=call, who=who).allowed


def _trust_policy(role: Role) -> Policy | None:
    try:
        return parse(role.assume_role_policy_document or "", PolicyKind.TRUST, name=role.name)
    except MalformedPolicy:
        return None  # a role from before its policy was checked trusts nobody


def _denied(caller: Caller, action: str, role: Role, decision: Decision) -> AccessDenied:
    # AWS names a policy that denies, and keeps to itself which allow was missing: that would
    # tell a stranger whether the role is there ("Troubleshoot access denied error messages").
    if not decision.explicit_deny:
        return NotAuthorized(caller.arn, action, role.arn)
    if decision.by is not PolicyKind.TRUST:
        return AccessDenied(refusals.sentence(caller, decision))
    return AccessDenied(
        f"User: {caller.arn} is not authorized to perform: {action} with an explicit deny in the "
        "role trust policy"
    )
