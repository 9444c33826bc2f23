"""Why a pattern matches an event or does not, field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dryrun.cloud.events.event_fields import Fields, Leaf, fields_of
from dryrun.cloud.events.pattern_parser import Alternative
from dryrun.cloud.events.pattern_tests import Test
from dryrun.cloud.events.patterns import Pattern, compile, whole

_MOST_SHOWN = 6
_NOTHING = "(no such field)"


@dataclass(frozen=True)
class Finding:
    """One field of a pattern: what it wants, what the event has there, and what comes of it."""

    path: str
    wants: str
    has: str
    matched: bool
    why: str


@dataclass(frozen=True)
class Way:
    """One way to match: all of its fields have to. A pattern without `$or` has one."""

    findings: tuple[Finding, ...]
    matched: bool
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """Whether an event matches, and why."""

    matched: bool
    ways: tuple[Way, ...]


def explain(pattern: str | dict[str, Any], event: dict[str, Any]) -> Explanation:
    """Say for each field of a pattern why it matches an event or not.

    Raises `patterns.InvalidPattern` with AWS's message.
    """
    compiled: Pattern = compile(pattern)
    fields = fields_of(event)
    ways = tuple(_way(one, fields, event) for one in compiled.alternatives)
    return Explanation(any(way.matched for way in ways), ways)


def _way(alternative: Alternative, fields: Fields, event: dict[str, Any]) -> Way:
    findings = tuple(
        _finding(path, tests, fields, event) for path, tests in sorted(alternative.items())
    )
    matched = whole(alternative)(fields)
    note = ""
    if not matched and all(finding.matched for finding in findings):
        note = _elsewhere(alternative, fields)
    return Way(findings, matched, note)


def _finding(path: str, tests: tuple[Test, ...], fields: Fields, event: dict[str, Any]) -> Finding:
    leaves = fields.get(path, [])
    wants = " or ".join(test.wants for test in tests)
    has = _shown(leaves) if leaves else _NOTHING
    if not leaves:
        absent = any(test.absent for test in tests)
        why = "the field is not there, as wanted" if absent else _why_missing(path, fields, event)
        return Finding(path, wants, has, absent, why)
    for leaf in leaves:
        for test in tests:
            if test.check(leaf.value):
                return Finding(path, wants, has, True, _why_met(leaf, test, len(leaves)))
    return Finding(path, wants, has, False, _why_not(leaves, tests))


def _why_met(leaf: Leaf, test: Test, count: int) -> str:
    shown = _json(leaf.value)
    one = "equal" if test.wants == shown else f"{shown} meets {test.wants}"
    return f"{one}; one value of {count} is enough" if count > 1 else one


def _why_not(leaves: list[Leaf], tests: tuple[Test, ...]) -> str:
    value = leaves[0].value
    if any(test.absent for test in tests) and len(tests) == 1:
        return "the field is there, and must not be"
    hints = [hint for test in tests if (hint := _hint(value, test))]
    if hints:
        return hints[0]
    if len(leaves) > 1:
        return f"none of the {len(leaves)} values does"
    alone = len(tests) == 1
    return f"{_json(value)} does not meet it" if alone else f"{_json(value)} meets none of them"


def _hint(value: Any, test: Test) -> str:
    """Return what people get wrong most, where a value is nearly right."""
    return _text_hint(value, test) if isinstance(value, str) else _other_hint(value, test)


def _text_hint(value: str, test: Test) -> str:
    if value and test.wants in (value, f"numeric = {value}"):
        return f"the event has the text {_json(value)}, the pattern the number {value}"
    if test.wants.startswith("numeric"):
        return f"{_json(value)} is a text; numeric takes only numbers"
    if test.exact is None:
        return ""
    if test.exact.lower() == value.lower():
        return "upper and lower case differ; equals-ignore-case would match"
    return "only spaces differ" if test.exact.strip() == value.strip() else ""


def _other_hint(value: Any, test: Test) -> str:
    if test.exact is not None and _json(value) == test.exact:
        kind = "word" if isinstance(value, bool) or value is None else "number"
        return f'the event has the {kind} {_json(value)}, the pattern the text "{test.exact}"'
    if test.wants.startswith(("prefix", "suffix", "wildcard", "equals", "cidr")):
        return f"{_json(value)} is no text; this compares texts"
    return ""


def _why_missing(path: str, fields: Fields, event: dict[str, Any]) -> str:
    below = [name for name in fields if name.startswith(f"{path}.")]
    if below:
        return f"it is an object here; a pattern has to go on to what is in it, as {below[0]}"
    found = _at(path, event)
    if found == []:
        return "the list is empty, so there is no value"
    if found == {}:
        return "the object is empty, so there is no value"
    near = [name for name in fields if name.lower() == path.lower()]
    if near:
        return f"the event has {near[0]}: names are compared letter for letter"
    last = path.rpartition(".")[2].lower()
    alike = [name for name in fields if name.rpartition(".")[2].lower() == last]
    if alike:
        return f"the event has it elsewhere, at {alike[0]}"
    return "the event has no such field"


def _at(path: str, value: Any) -> Any:
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value


def _elsewhere(alternative: Alternative, fields: Fields) -> str:
    inside = [
        path for path in sorted(alternative) if any(leaf.places for leaf in fields.get(path, ()))
    ]
    told = " and ".join(inside) or "These fields"
    return (
        f"Each field finds a value, but {told} find theirs in different elements of a list; all"
        " have to be in the same element."
    )


def _shown(leaves: list[Leaf]) -> str:
    told = [_json(leaf.value) for leaf in leaves[:_MOST_SHOWN]]
    more = len(leaves) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
