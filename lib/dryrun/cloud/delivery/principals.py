"""In whose name a service delivers: its own, as a principal, or that of a role it assumes."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.iam.policy import MalformedPolicy, PolicyKind, parse
from dryrun.cloud.identity import Caller, CallerKind

if TYPE_CHECKING:
    from moto.iam.models import Role

    from dryrun.cloud.delivery.models import Sender

_SESSION_SECONDS = 3600

_REGIONAL = frozenset({"states"})
"""Services a role may also trust by a name of their region's, as states.us-east-1.amazonaws.com.

Step Functions says so itself to a role that trusts neither of its two names.
"""


def caller(sender: Sender, target_arn: str) -> Caller:
    """Return who calls the target: the role's session, or the service itself.

    Raises Failure when the role is not there or does not trust the service.
    """
    if sender.role_arn:
        return role_caller(sender)
    return service_caller(sender, account_of(target_arn) or sender.account)


def service_caller(sender: Sender, account: str) -> Caller:
    """Return the service as a principal that calls a resource of `account`.

    A service has no policies of its own: what the resource's policy allows it may do.
    """
    return Caller(
        CallerKind.SERVICE,
        sender.principal,
        "",
        account,
        source_arn=sender.source_arn,
        source_account=sender.account,
    )


def role_caller(sender: Sender) -> Caller:
    """Return the session of a sender's role; raise Failure when the service cannot have it."""
    role = assumable(sender)
    if role is None:
        raise Failure("FAILED_TO_ASSUME_ROLE", _cannot_assume(sender))
    from dryrun.cloud.sts.models import role_draft  # noqa: PLC0415 - takes a while to load

    name = hashlib.md5(sender.source_arn.encode(), usedforsecurity=False).hexdigest()
    now = time.time()
    session = replace(role_draft(role, name), issued=now, expires=now + _SESSION_SECONDS)
    return Caller(CallerKind.ROLE, session.arn, session.user_id, session.account, "", session)


def assumable(sender: Sender) -> Role | None:
    """Return a sender's role, where it is there and trusts the sender's service."""
    role = _find(sender.role_arn)
    return role if role is not None and trusts(role, sender) else None


def trusts(role: Role, sender: Sender) -> bool:
    """Tell whether a role's trust policy lets the sender's service have it."""
    try:
        text = role.assume_role_policy_document or ""
        policy = parse(text, PolicyKind.TRUST, name=role.name)
    except MalformedPolicy:
        return False  # a role from before its policy was checked trusts nobody
    return any(
        may(
            service_caller(replace(sender, principal=name), str(role.account_id)),
            "sts:AssumeRole",
            role.arn,
            {},
            policy,
        ).allowed
        for name in _names(sender)
    )


def _names(sender: Sender) -> tuple[str, ...]:
    """Return what a role may call the service: some also have a name in each region."""
    service, _, rest = sender.principal.partition(".")
    if service not in _REGIONAL or not sender.region:
        return (sender.principal,)
    return (sender.principal, f"{service}.{sender.region}.{rest}")


def account_of(arn: str) -> str:
    """Return the account an ARN names, "" when it names none."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return ""
    if parts[2] == "s3" and not parts[4]:
        from dryrun.cloud.authorization import state  # noqa: PLC0415 - loads moto's backends

        return state.bucket_owner(parts[5].partition("/")[0])
    return parts[4] if parts[4].isdigit() else ""


def _find(arn: str) -> Role | None:
    from moto.iam.models import iam_backends  # noqa: PLC0415 - loaded when first needed

    account = account_of(arn)
    if account not in iam_backends:
        return None
    roles = iam_backends[account]["aws"].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def _cannot_assume(sender: Sender) -> str:
    # From memory: the words of STS to a service that a role does not trust.
    return (
        f"User: {sender.principal} is not authorized to perform: sts:AssumeRole on resource: "
        f"{sender.role_arn}"
    )
