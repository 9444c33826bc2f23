"""Policy variables: ${aws:username}, ${aws:PrincipalTag/team, 'none'}, ${*}.

Follows "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dryrun.cloud.iam.policy.request import ContextValue

Context = Mapping[str, ContextValue]

VARIABLE = re.compile(r"\$\{([^{}]*)\}")
NAMED = re.compile(r"\s*([^\s,']+)\s*(?:,\s*'([^']*)'\s*)?\Z")
ESCAPES = ("*", "?", "$")


@dataclass(frozen=True, slots=True)
class Variable:
    """A value of the request by its key, as the policy spells it; `default` where it gives one."""

    name: str
    default: str | None
    key: str  # the name in lower case

    def value(self, context: Context) -> str | None:
        """Return its value; None where the request has none, or several."""
        found = context.get(self.key)
        return found if isinstance(found, str) else self.default


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that mean themselves, wildcards included."""

    text: str


Part = str | Literal | Variable


def parts(text: str, variables: bool) -> tuple[Part, ...]:
    """Split a policy's text into plain text (a str, its wildcards meant), literals and variables.

    Without `variables` (version 2008-10-17) everything is plain text.
    """
    if not variables or "${" not in text:
        return (text,) if text else ()
    found: list[Part] = []
    at = 0
    for match in VARIABLE.finditer(text):
        part = _part(match[1])
        if part is None:
            continue
        if match.start() > at:
            found.append(text[at : match.start()])
        found.append(part)
        at = match.end()
    if at < len(text):
        found.append(text[at:])
    return tuple(found)


def resolve(template: tuple[Part, ...], context: Context) -> tuple[str | Literal, ...] | None:
    """Put the request's values in; None where one is missing."""
    resolved: list[str | Literal] = []
    for part in template:
        if isinstance(part, Variable):
            value = part.value(context)
            if value is None:
                return None
            resolved.append(Literal(value))
        else:
            resolved.append(part)
    return tuple(resolved)


def keys(template: tuple[Part, ...]) -> frozenset[str]:
    """Return the condition keys that a template reads, as the policy spells them."""
    return frozenset(part.name for part in template if isinstance(part, Variable))


def _part(inside: str) -> Part | None:
    if inside in ESCAPES:
        return Literal(inside)
    named = NAMED.match(inside)
    return Variable(named[1], named[2], named[1].lower()) if named else None
