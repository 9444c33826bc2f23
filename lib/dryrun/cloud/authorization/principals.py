"""Who calls, and the policies that are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.authorization import state
from dryrun.cloud.authorization.documents import parsed
from dryrun.cloud.iam.policy import Policy, PolicyKind, Principal, parse
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.sts.models import SessionCredentials

_EVERYTHING = parse(
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    PolicyKind.IDENTITY,
    name="root",
)

_NOTHING = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"x:Nothing","Resource":"*"}}'
)


@dataclass(frozen=True)
class Standing:
    """A principal with what its account's IAM gives it and where that ends.

    `session` is None when no session policy was passed.
    """

    principal: Principal
    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None


def standing(caller: Caller) -> Standing:
    """Return the policies of whoever calls, as they are now."""
    session = caller.session
    principal = _principal(caller)
    if caller.kind in (CallerKind.ANONYMOUS, CallerKind.SERVICE):
        return Standing(principal)
    if caller.kind is CallerKind.ROOT:
        return Standing(principal, (_EVERYTHING,))
    iam = state.iam(caller.account)
    if caller.kind is CallerKind.ROLE:
        return _of_role(principal, iam, session)
    return _of_user(principal, iam, caller)


def _of_role(principal: Principal, iam: Any, session: SessionCredentials | None) -> Standing:
    role = _role(iam, session)
    if role is None:
        return Standing(principal)
    return Standing(principal, tuple(of_holder(role)), _boundary(iam, role), _session(iam, session))


def _of_user(principal: Principal, iam: Any, caller: Caller) -> Standing:
    """Return the standing of a user, or of a session of a user or of root."""
    session = caller.session
    named = (session.issuer_arn if session is not None else "") or caller.arn
    passed = None
    if caller.kind is CallerKind.FEDERATED:
        passed = _session(iam, session) or ()
    if named.endswith(":root"):
        return Standing(principal, (_EVERYTHING,), None, passed)
    user = iam.users.get(named.rpartition("/")[2])
    if user is None:
        return Standing(principal, (), None, passed)
    return Standing(principal, tuple(of_user(iam, user)), _boundary(iam, user), passed)


def _principal(caller: Caller) -> Principal:
    session = caller.session
    federated = caller.kind is CallerKind.FEDERATED and session is not None
    return Principal(
        arn="" if caller.kind is CallerKind.SERVICE else caller.arn,
        account=caller.account,
        user_id=caller.user_id,
        role_arn=session.role_arn if session is not None else "",
        service=caller.arn if caller.kind is CallerKind.SERVICE else "",
        user_arn=session.issuer_arn if federated and session is not None else "",
    )


def of_user(iam: Any, user: Any) -> Iterator[Policy]:
    """Yield a user's policies: its own, the attached ones, those of its groups."""
    yield from of_holder(user)
    for group in iam.groups.values():
        if user in group.users:
            yield from of_holder(group)


def of_holder(holder: Any) -> Iterator[Policy]:
    """Yield the policies that a user, group or role has itself: inline and attached ones.

    An inline policy is named as the policy simulator does: "user_jane_policy".
    """
    kind = type(holder).__name__.lower()
    for name, text in holder.policies.items():
        full = f"{kind}_{holder.name}_{name}"
        policy = parsed(text, PolicyKind.IDENTITY, name=full, is_inline=True)
        if policy is not None:
            yield policy
    for managed in holder.managed_policies.values():
        policy = of_managed(managed, PolicyKind.IDENTITY)
        if policy is not None:
            yield policy


def of_managed(managed: Any, kind: PolicyKind) -> Policy | None:
    """Return the default version of a managed policy."""
    for version in managed.versions:
        if version.version_id == managed.default_version_id:
            return parsed(version.document, kind, name=managed.name, arn=managed.arn)
    return None


def by_arn(iam: Any, arn: str, kind: PolicyKind) -> Policy | None:
    """Return a managed policy by its ARN, None when there is none."""
    managed = iam.managed_policies.get(arn)
    return of_managed(managed, kind) if managed is not None else None


def boundary_arn(holder: Any) -> str:
    """Return the ARN of the permissions boundary of a user or role, "" when it has none."""
    return str(getattr(holder, "permissions_boundary_arn", None) or "")


def _boundary(iam: Any, holder: Any) -> Policy | None:
    arn = boundary_arn(holder)
    return boundary(iam, arn) if arn else None


def boundary(iam: Any, arn: str) -> Policy:
    """Return a permissions boundary; one whose policy is gone allows nothing."""
    return by_arn(iam, arn, PolicyKind.BOUNDARY) or parse(
        _NOTHING, PolicyKind.BOUNDARY, name=arn.rpartition("/")[2], arn=arn
    )


def _role(iam: Any, session: SessionCredentials | None) -> Any:
    if session is None:
        return None
    return next((role for role in iam.roles.values() if role.arn == session.role_arn), None)


def _session(iam: Any, session: SessionCredentials | None) -> tuple[Policy, ...] | None:
    if session is None or not (session.session_policies or session.policy_arns):
        return None
    passed = [parsed(text, PolicyKind.SESSION) for text in session.session_policies]
    passed += [by_arn(iam, arn, PolicyKind.SESSION) for arn in session.policy_arns]
    return tuple(policy for policy in passed if policy is not None)
