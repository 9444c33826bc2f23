"""The organization an account belongs to, and the policies it puts over its members.

Follows "Service control policies (SCPs)" and "Resource control policies (RCPs)", AWS Organizations
User Guide.
"""

from __future__ import annotations

import sys
from typing import Any

from dryrun.cloud.authorization.documents import parsed
from dryrun.cloud.iam.policy import Policy, PolicyKind

SERVICE_CONTROL, RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
_KINDS = {SERVICE_CONTROL: PolicyKind.SCP, RESOURCE_CONTROL: PolicyKind.RCP}


def controls(account: str, kind: str) -> tuple[tuple[Policy, ...], ...]:
    """Return the policies over a member account: of the root, of each unit, of the account.

    The management account is under none.
    """
    master = _master(account)
    if master is None or master.account_id == account:
        return ()
    return tuple(
        tuple(
            policy
            for one in level.attached_policies
            if one.type == kind
            and (policy := parsed(one.content, _KINDS[kind], name=one.name, arn=one.arn))
        )
        for level in _levels(master, account)
    )


def identifier(account: str) -> str | None:
    """Return the id of an account's organization ("o-…"), None when it is in none."""
    master = _master(account)
    return str(master.org.id) if master is not None else None


def path(account: str) -> str:
    """Return where an account is in its organization ("o-…/r-…/ou-…/"), "" when it is in none."""
    master = _master(account)
    if master is None:
        return ""
    return "/".join([master.org.id, *(level.id for level in _levels(master, account)[:-1]), ""])


def _master(account: str) -> Any:
    """Return the organizations backend of an account's management account."""
    if "moto.organizations.models" not in sys.modules:
        return None  # nobody has made an organization yet
    from moto.organizations.models import organizations_backends  # noqa: PLC0415 - half a second

    if account in organizations_backends.master_accounts:
        account, partition = organizations_backends.master_accounts[account]
        return organizations_backends[account][partition]
    if account not in organizations_backends:
        return None
    own = organizations_backends[account]["aws"]
    return own if own.org is not None else None


def _levels(master: Any, account: str) -> list[Any]:
    """Return the root, the units down to an account, and the account."""
    member = next((one for one in master.accounts if one.id == account), None)
    if member is None:
        return []
    units = {unit.id: unit for unit in master.ou}
    found, parent = [member], member.parent_id
    while parent in units:
        found.append(units[parent])
        parent = units[parent].parent_id
    return found[::-1]
