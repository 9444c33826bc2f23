"""The element Condition.

Follows "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
keys".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.iam.policy import operators, variables
from dryrun.cloud.iam.policy.request import ContextValue
from dryrun.cloud.iam.policy.variables import Context, Part

__all__ = ["Condition", "Context", "compiled"]

FOR_ALL = "ForAllValues:"
FOR_ANY = "ForAnyValue:"
IF_EXISTS = "IfExists"

Test = Callable[[Context], bool]


@dataclass(frozen=True, slots=True)
class Name:
    """An operator as a policy writes it: set operator, operator, IfExists."""

    quantifier: str
    operator: str
    if_exists: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """The conditions of a statement, all of which must hold, and the keys that they read.

    The keys are spelled as the policy spells them.
    """

    tests: tuple[Test, ...]
    keys: frozenset[str]

    def holds(self, context: Context) -> bool:
        """Tell whether the circumstances of a request meet every condition."""
        return all(test(context) for test in self.tests)


@dataclass(frozen=True, slots=True)
class KeyTest:
    """One key compared with the values of a policy."""

    key: str
    name: Name
    operator: operators.Operator
    fixed: operators.Matcher | None  # compares with the values without variables, all at once
    templates: tuple[tuple[Part, ...], ...]

    def __call__(self, context: Context) -> bool:
        """Tell whether the condition holds."""
        found = context.get(self.key)
        if _is_missing(found, self.name.quantifier):
            return self._holds_without()
        matchers = self._matchers(context)
        if matchers is None:
            return False
        values = (found,) if isinstance(found, str) else found or ()
        return self._compare(values, matchers)

    def _compare(self, values: tuple[str, ...], matchers: tuple[operators.Matcher, ...]) -> bool:
        negated = self.operator.negated
        hits = (any(fits(value) for fits in matchers) for value in values)
        if self.name.quantifier == FOR_ALL:
            return not any(hits) if negated else all(hits)
        if self.name.quantifier == FOR_ANY:
            return not all(hits) if negated else any(hits)
        return any(hits) is not negated

    def _holds_without(self) -> bool:
        """Tell whether the condition holds for a request that does not have the key."""
        if self.name.if_exists or self.name.quantifier == FOR_ALL:
            return True
        return self.operator.negated and self.name.quantifier != FOR_ANY

    def _matchers(self, context: Context) -> tuple[operators.Matcher, ...] | None:
        """Return the comparisons; None where a negated one lacks the value of a variable."""
        found = [self.fixed] if self.fixed else []
        for template in self.templates:
            pieces = variables.resolve(template, context)
            if pieces is not None:
                found.append(self.operator.compile_pieces(pieces))
            elif self.operator.negated:
                return None
        return tuple(found)


@dataclass(frozen=True, slots=True)
class NullTest:
    """The operator Null: whether a key is absent."""

    key: str
    wanted: frozenset[bool]

    def __call__(self, context: Context) -> bool:
        """Tell whether the key is absent, or present, as the policy wants it."""
        return _is_missing(context.get(self.key), "") in self.wanted


def compiled(element: dict[str, dict[str, Any]] | None, with_variables: bool) -> Condition | None:
    """Return the compiled Condition of a statement; None where there is nothing to test."""
    tests: list[Test] = []
    keys: set[str] = set()
    for operator, by_key in (element or {}).items():
        for key, value in by_key.items():
            test, read = _compile(name_of(operator), key, texts(value), with_variables)
            tests.append(test)
            keys |= read
    return Condition(tuple(tests), frozenset(keys)) if tests else None


def name_of(operator: str) -> Name:
    """Take an operator's name apart."""
    quantifier = next((one for one in (FOR_ALL, FOR_ANY) if operator.startswith(one)), "")
    bare = operator.removeprefix(quantifier)
    if_exists = bare.endswith(IF_EXISTS)
    return Name(quantifier, bare.removesuffix(IF_EXISTS), if_exists)


def texts(value: Any) -> list[str]:
    """Return the values of a key as texts; JSON's true and numbers are written out."""
    listed = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in listed]


def _compile(
    name: Name, key: str, values: list[str], with_variables: bool
) -> tuple[Test, frozenset[str]]:
    if name.operator == operators.NULL:
        return NullTest(key.lower(), frozenset(one.lower() == "true" for one in values)), frozenset(
            {key}
        )
    operator = operators.ALL[name.operator]
    split = [variables.parts(one, with_variables and operator.takes_variables) for one in values]
    templates = tuple(one for one in split if variables.keys(one))
    plain = tuple(_plain(one) for one in split if not variables.keys(one))
    fixed = operator.compile_all(plain) if plain else None
    read = frozenset({key}).union(*(variables.keys(one) for one in templates))
    return KeyTest(key.lower(), name, operator, fixed, templates), read


def _plain(split: tuple[Part, ...]) -> tuple[str | variables.Literal, ...]:
    return tuple(one for one in split if not isinstance(one, variables.Variable))


def _is_missing(found: ContextValue | None, quantifier: str) -> bool:
    """Tell whether a key is absent; to set operators an empty text is an empty set."""
    if found is None or found == ():
        return True
    return bool(quantifier) and found in {"", ("",)}
