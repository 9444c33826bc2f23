"""The elements Principal and NotPrincipal.

Follows "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

from dryrun.cloud.iam.policy.request import Principal

ACCOUNT = re.compile(r"\d{12}\Z")
ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root\Z")


class Grade(IntEnum):
    """How closely a statement names the caller, which decides what else can limit its grant."""

    NOBODY = 0
    ACCOUNT = 1  # only the caller's account: the account's own policies decide
    ROLE = 2  # the role behind a session, or the user behind a federated one
    DIRECT = 3  # the user, the session, the service, or everybody


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """The principals of a statement, by kind; `negated` is NotPrincipal."""

    negated: bool
    anyone: bool
    accounts: frozenset[str]
    aws: frozenset[str]  # ARNs and unique ids
    services: frozenset[str]
    federated: frozenset[str]
    canonical: frozenset[str]

    def grade(self, principal: Principal, denies: bool) -> Grade:
        """Return how closely the caller is named.

        A NotPrincipal that denies spares only those whose every identity (account, role, session)
        is listed; one that allows takes only those with none listed.
        """
        if not self.negated:
            return self._named(principal)
        listed = self._listed(principal)
        taken = not all(listed) if denies else not any(listed)
        return Grade.DIRECT if taken else Grade.NOBODY

    def _named(self, principal: Principal) -> Grade:
        if self.anyone:
            return Grade.DIRECT
        if principal.service:
            return Grade.DIRECT if principal.service in self.services else Grade.NOBODY
        if principal.federated:
            return Grade.DIRECT if principal.federated in self.federated else Grade.NOBODY
        if not principal.arn:
            return Grade.NOBODY
        return self._named_identity(principal)

    def _named_identity(self, principal: Principal) -> Grade:
        if principal.arn in self.aws or (principal.user_id and principal.user_id in self.aws):
            return Grade.DIRECT
        if principal.role_arn in self.aws or principal.user_arn in self.aws:
            return Grade.ROLE
        if principal.user_id and principal.user_id.partition(":")[0] in self.aws:
            return Grade.ROLE
        named = principal.account in self.accounts or principal.canonical_id in self.canonical
        return Grade.ACCOUNT if named else Grade.NOBODY

    def _listed(self, principal: Principal) -> list[bool]:
        if self.anyone:
            return [True]
        if principal.service:
            return [principal.service in self.services]
        if principal.federated:
            return [principal.federated in self.federated]
        account = principal.account in self.accounts or principal.canonical_id in self.canonical
        if not principal.arn or principal.is_root:
            return [bool(principal.arn) and account]
        behind = [one in self.aws for one in (principal.role_arn, principal.user_arn) if one]
        itself = principal.arn in self.aws or principal.user_id in self.aws
        return [account, *behind, itself]


def element(statement: dict[str, Any]) -> PrincipalElement | None:
    """Return the principals of a statement; None where the element is absent."""
    for name in ("Principal", "NotPrincipal"):
        if name in statement:
            return _element(statement[name], name == "NotPrincipal")
    return None


def _element(value: str | dict[str, str | list[str]], negated: bool) -> PrincipalElement:
    by_kind = {"AWS": value} if isinstance(value, str) else value
    listed = {
        kind: [found] if isinstance(found, str) else list(found) for kind, found in by_kind.items()
    }
    aws = listed.get("AWS", [])
    accounts = [account_of(one) for one in aws]
    return PrincipalElement(
        negated=negated,
        anyone="*" in aws,
        accounts=frozenset(one for one in accounts if one),
        aws=frozenset(one for one in aws if one != "*"),
        services=frozenset(listed.get("Service", [])),
        federated=frozenset(listed.get("Federated", [])),
        canonical=frozenset(listed.get("CanonicalUser", [])),
    )


@lru_cache(maxsize=1024)
def account_of(named: str) -> str:
    """Return the account that a principal names as a whole ("" for a user, a role, a session)."""
    if ACCOUNT.match(named):
        return named
    root = ROOT.match(named)
    return root[1] if root else ""
