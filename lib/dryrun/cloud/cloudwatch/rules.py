"""The rules of composite alarms: read, and evaluated from the states of other alarms.

Follows "PutCompositeAlarm", CloudWatch API Reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?P<alarm>\"[^\"]*\"|'[^']*'|[^()\s]+)\s*\)"
    r"|(?P<word>AND|OR|NOT|TRUE|FALSE)(?=[\s()]|$)|(?P<mark>[()])"
    r"|AT_LEAST\s*\(\s*(?P<least>\d+%?)\s*,\s*(?P<wanted>(?:NOT\s+)?(?:ALARM|OK|INSUFFICIENT_DATA))"
    r"\s*,\s*\((?P<several>(?:\"[^\"]*\"|[^()\"])+)\)\s*\))"
)
_ONE = re.compile(r"\s*(?:\"([^\"]*)\"|([^,]*?))\s*(?:,|$)")

_MOST = 500
"""Elements of a rule; "PutCompositeAlarm"."""

StateOf = Callable[[str], str]


class RuleError(Exception):
    """A rule cannot be read."""


@dataclass
class Rule:
    """A rule; `alarms` are the names or ARNs it speaks of, in order."""

    alarms: list[str] = field(default_factory=list)
    _holds: Callable[[StateOf], bool] = field(default=lambda _: False)

    def holds(self, state_of: StateOf) -> bool:
        """Tell whether the rule holds, given the states of alarms."""
        return self._holds(state_of)


def parsed(text: str) -> Rule:
    """Read a rule; raises RuleError."""
    rule = Rule()
    tokens = list(_tokens(text))
    reader = _Reader(tokens, rule)
    if len(tokens) > _MOST:
        raise RuleError(f"it has more than {_MOST} elements")
    rule._holds = reader.either()
    if reader.rest():
        raise RuleError("unexpected text after the rule")
    return rule


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise RuleError(f"cannot read the rule at position {at}")
        if match["state"]:
            yield match["state"], match["alarm"].strip("\"'")
        elif match["least"]:
            yield f"{match['least']} {match['wanted']}", match["several"]
        else:
            yield match["word"] or match["mark"], ""
        at = match.end()


class _Reader:
    """Reads a rule from left to right: OR binds less than AND, AND less than NOT."""

    def __init__(self, tokens: list[tuple[str, str]], rule: Rule) -> None:
        self._tokens = tokens
        self._rule = rule

    def rest(self) -> bool:
        """Tell whether anything is left."""
        return bool(self._tokens)

    def either(self) -> Callable[[StateOf], bool]:
        """Read what is joined by OR."""
        parts = [self._all()]
        while self._take("OR"):
            parts.append(self._all())
        return lambda state_of: any(part(state_of) for part in parts)

    def _all(self) -> Callable[[StateOf], bool]:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return lambda state_of: all(part(state_of) for part in parts)

    def _one(self) -> Callable[[StateOf], bool]:
        if self._take("NOT"):
            inner = self._one()
            return lambda state_of: not inner(state_of)
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                raise RuleError("a parenthesis is not closed")
            return inner
        if not self._tokens:
            raise RuleError("the rule ends too early")
        kind, alarm = self._tokens.pop(0)
        if kind in ("TRUE", "FALSE"):
            return lambda _: kind == "TRUE"
        if not alarm:
            raise RuleError(f"{kind} is out of place")
        if kind[0].isdigit():
            return self._at_least(kind, alarm)
        self._rule.alarms.append(alarm)
        return lambda state_of: state_of(alarm) == kind

    def _at_least(self, kind: str, several: str) -> Callable[[StateOf], bool]:
        """Read how many of several alarms are, or are not, in a state: a number, or a share.

        "Composite alarms", Amazon CloudWatch User Guide: AT_LEAST(M, STATE, (a, b, c)).
        """
        least, *opposite, state = kind.split()
        alarms = [quoted or plain for quoted, plain in _ONE.findall(several) if quoted or plain]
        if not alarms or least.strip("0%") == "":
            raise RuleError("AT_LEAST needs a threshold above nothing, and alarms")
        self._rule.alarms.extend(alarms)
        number, whole = int(least.rstrip("%")), 100 if least.endswith("%") else 1

        def enough(state_of: StateOf) -> bool:
            found = sum((state_of(alarm) == state) != bool(opposite) for alarm in alarms)
            return found * whole >= number * (len(alarms) if whole == 100 else 1)

        return enough

    def _take(self, kind: str) -> bool:
        if self._tokens and self._tokens[0][0] == kind:
            self._tokens.pop(0)
            return True
        return False
