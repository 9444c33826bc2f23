"""The elements Action, NotAction, Resource and NotResource.

Follows "IAM JSON policy elements: Action" and "IAM JSON policy elements: Resource".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dryrun.cloud.iam.policy import variables, wildcards
from dryrun.cloud.iam.policy.variables import Context, Literal, Part
from dryrun.cloud.iam.policy.wildcards import Matcher

ARN_SEGMENTS = 6


@dataclass(frozen=True, slots=True)
class ActionElement:
    """The actions of a statement; `negated` is NotAction."""

    negated: bool
    matchers: tuple[Matcher, ...]

    def matches(self, action: str) -> bool:
        """Tell whether the statement is about an action, given in lower case."""
        return any(fits(action) for fits in self.matchers) is not self.negated


@dataclass(frozen=True, slots=True)
class ResourceElement:
    """The resources of a statement; `negated` is NotResource."""

    negated: bool
    everything: bool
    matchers: tuple[Matcher, ...]
    templates: tuple[tuple[str, tuple[Part, ...]], ...]  # with variables, and how they begin
    variables: frozenset[str]

    def matches(self, resource: str, context: Context) -> bool:
        """Tell whether the statement is about a resource.

        One with a variable that the request has no value for fits nothing, and makes a whole
        NotResource fit nothing.
        """
        if self.everything:
            return not self.negated
        for fits in self.matchers:
            if fits(resource):
                return not self.negated
        for start, template in self.templates:
            if not self.negated and not resource.startswith(start):
                continue
            resolved = variables.resolve(template, context)
            if resolved is None:
                if self.negated:
                    return False
            elif arn_matcher(resolved)(resource):
                return not self.negated
        return self.negated


def actions(statement: dict[str, Any]) -> ActionElement:
    """Return the compiled Action or NotAction of a statement."""
    negated = "NotAction" in statement
    listed = as_list(statement["NotAction" if negated else "Action"])
    return ActionElement(negated, tuple(wildcards.matcher((one.lower(),)) for one in listed))


def resources(statement: dict[str, Any], with_variables: bool) -> ResourceElement:
    """Return the compiled Resource or NotResource; without either, every resource."""
    negated = "NotResource" in statement
    listed = as_list(statement.get("NotResource" if negated else "Resource", "*"))
    fixed: list[Matcher] = []
    templates: list[tuple[str, tuple[Part, ...]]] = []
    for one in listed:
        split = variables.parts(one, with_variables)
        if variables.keys(split):
            templates.append((_start(split), split))
        else:
            fixed.append(arn_matcher(tuple(part for part in split if _is_fixed(part))))
    return ResourceElement(
        negated=negated,
        everything="*" in listed,
        matchers=tuple(fixed),
        templates=tuple(templates),
        variables=frozenset().union(*(variables.keys(one) for _, one in templates)),
    )


@lru_cache(maxsize=8192)
def arn_matcher(pieces: tuple[str | Literal, ...]) -> Matcher:
    """Return a function that compares ARNs.

    A wildcard stays between its colons, except behind the fifth one and at the very end.
    """
    split = segments(pieces)
    if len(split) == 1 or not any(_is_wild(one) for one in split[:-1]):
        return wildcards.matcher(pieces)
    *first, last = split
    inner = ":".join(wildcards.regex(one, wildcards.ANY_BUT_COLON) for one in first)
    return wildcards.searcher(f"{inner}:{wildcards.regex(last, wildcards.ANY)}")


def segments(pieces: tuple[str | Literal, ...]) -> list[tuple[str | Literal, ...]]:
    """Split the pieces of an ARN at its first five colons; fewer parts where it has fewer."""
    found: list[list[str | Literal]] = [[]]
    for piece in pieces:
        if isinstance(piece, Literal):
            found[-1].append(piece)
            continue
        first, *rest = piece.split(":", ARN_SEGMENTS - len(found))
        found[-1].append(first)
        found.extend([one] for one in rest)
    return [tuple(one) for one in found]


def _start(split: tuple[Part, ...]) -> str:
    """Return the text before the first wildcard or variable."""
    first = split[0]
    return re.split(r"[*?]", first, maxsplit=1)[0] if isinstance(first, str) else ""


def _is_wild(segment: tuple[str | Literal, ...]) -> bool:
    return any(isinstance(one, str) and ("*" in one or "?" in one) for one in segment)


def _is_fixed(part: Part) -> bool:
    return isinstance(part, str | Literal)


def as_list(value: str | list[str | None]) -> list[str]:
    """Return the strings of an element that is a string or a list of them."""
    return [value] if isinstance(value, str) else [one for one in value if one is not None]
