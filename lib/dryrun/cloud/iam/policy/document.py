"""A policy document, parsed and compiled once for every request that is judged by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from dryrun.cloud.iam.policy import conditions, grammar, matching, principals
from dryrun.cloud.iam.policy.kinds import (
    NEW_VERSION,
    OLD_VERSION,
    Effect,
    MalformedPolicy,
    PolicyKind,
)
from dryrun.cloud.iam.policy.positions import Position, statement_positions
from dryrun.cloud.iam.policy.principals import Grade
from dryrun.cloud.iam.policy.request import AccessRequest

__all__ = ["Effect", "MalformedPolicy", "Policy", "PolicyKind", "Statement", "parse"]

REMEMBERED_ACTIONS = 512


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement, its elements turned into functions."""

    sid: str
    effect: Effect
    index: int
    actions: matching.ActionElement
    resources: matching.ResourceElement
    principals: principals.PrincipalElement | None
    condition: conditions.Condition | None
    start: Position
    end: Position

    def grade(self, request: AccessRequest, context: conditions.Context) -> Grade:
        """Return how closely the statement names the caller; NOBODY where it does not apply.

        Its actions are not looked at: `Policy.statements_for` has chosen it by them.
        """
        grade = Grade.DIRECT
        if self.principals is not None:
            grade = self.principals.grade(request.principal, self.effect is Effect.DENY)
        if grade is Grade.NOBODY or not self.resources.matches(request.resource, context):
            return Grade.NOBODY
        if self.condition is not None and not self.condition.holds(context):
            return Grade.NOBODY
        return grade

    def context_keys(self) -> frozenset[str]:
        """Return the condition keys that it reads, variables included, as the policy has them."""
        keys = self.resources.variables
        return keys | self.condition.keys if self.condition else keys


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A policy document with its kind, and its name and ARN where it has them."""

    kind: PolicyKind
    text: str
    version: str
    statements: tuple[Statement, ...]
    name: str = ""
    arn: str = ""
    by_action: dict[str, tuple[tuple[Statement, ...], tuple[Statement, ...]]] = field(
        default_factory=dict, repr=False
    )

    def statements_for(self, action: str) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """Return the (denying, allowing) statements whose actions include this one, lower case."""
        found = self.by_action.get(action)
        if found is None:
            chosen = [one for one in self.statements if one.actions.matches(action)]
            found = (
                tuple(one for one in chosen if one.effect is Effect.DENY),
                tuple(one for one in chosen if one.effect is Effect.ALLOW),
            )
            if len(self.by_action) >= REMEMBERED_ACTIONS:
                self.by_action.clear()
            self.by_action[action] = found
        return found


@lru_cache(maxsize=2048)
def parse(
    text: str, kind: PolicyKind, *, name: str = "", arn: str = "", is_inline: bool = False
) -> Policy:
    """Parse a policy document; raise MalformedPolicy with AWS's words where it is not one.

    Policies whose ARN is AWS's own may break rules that AWS has for its customers, and inline
    policies of identities may be of the older version of the language.
    """
    is_aws_owned = ":iam::aws:policy/" in arn
    document = grammar.validate(text, kind, is_aws_owned=is_aws_owned, is_inline=is_inline)
    version = str(document.get("Version", OLD_VERSION))
    found = document["Statement"]
    listed: list[dict[str, Any]] = found if isinstance(found, list) else [found]
    places = statement_positions(text)
    compiled = tuple(
        _compile(one, number, places[number], version == NEW_VERSION)
        for number, one in enumerate(listed)
    )
    return Policy(kind, text, version, compiled, name, arn)


def _compile(
    statement: dict[str, Any], index: int, place: tuple[Position, Position], variables: bool
) -> Statement:
    return Statement(
        sid=statement.get("Sid") or "",
        effect=Effect(statement["Effect"]),
        index=index,
        actions=matching.actions(statement),
        resources=matching.resources(statement, variables),
        principals=principals.element(statement),
        condition=conditions.compiled(statement.get("Condition"), variables),
        start=place[0],
        end=place[1],
    )
