"""Read an event pattern into its alternatives: for each path, the tests of which one must pass."""

from __future__ import annotations

from dryrun.cloud.events import pattern_tests as tests
from dryrun.cloud.events.pattern_operators import RESERVED, expression
from dryrun.cloud.events.pattern_reader import (
    ARRAY,
    END_ARRAY,
    END_OBJECT,
    FALSE,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    TRUE,
    Reader,
    Unreadable,
)
from dryrun.cloud.events.pattern_tests import Test

Alternative = dict[str, tuple[Test, ...]]

_WORDS = {TRUE: True, FALSE: False, NULL: None}
_MOST_ALTERNATIVES = 1000
_DEEPEST = 100


def alternatives_of(text: str, *, but: frozenset[str] | None = None) -> list[Alternative]:
    """Return what a pattern wants: one of these, each of them whole.

    `but` are the operators that may stand in anything-but, where a service knows fewer.
    """
    reader = Reader(text)
    reader.but = but
    if reader.next() != OBJECT:
        reader.fail("Filter is not an object")
    found = _Parser(reader).object([], (), in_or=False)
    return _checked(found)


def _checked(alternatives: list[Alternative]) -> list[Alternative]:
    for alternative in alternatives:
        for wanted in alternative.values():
            if any(test.complex for test in wanted):
                raise Unreadable(
                    "Rule is too complex - try using fewer wildcard characters or fewer repeating"
                    " character sequences after a wildcard character"
                )
    return alternatives


class _Parser:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def object(
        self, rules: list[Alternative], path: tuple[str, ...], *, in_or: bool
    ) -> list[Alternative]:
        """Read an object's fields into each alternative there is so far."""
        reader = self.reader
        if len(path) > _DEEPEST:
            reader.fail("Rule is too complex")
        empty = True
        while reader.next() != END_OBJECT:
            empty = False
            name = reader.name
            if name == "$or":
                rules = self._or(rules, path)
                continue
            if in_or and name in RESERVED:
                reader.fail(f"{name} is Ruler reserved fieldName which cannot be used inside $or.")
            rules = self._field(rules, (*path, name), in_or=in_or)
        if empty:
            reader.fail("Empty objects are not allowed")
        return rules

    def _field(
        self, rules: list[Alternative], path: tuple[str, ...], *, in_or: bool
    ) -> list[Alternative]:
        kind = self.reader.next()
        if kind == OBJECT:
            return self.object(rules, path, in_or=in_or)
        if kind != ARRAY:
            self.reader.fail(f'"{path[-1]}" must be an object or an array')
        wanted = self._values()
        for rule in rules or (rules := [{}]):
            rule[".".join(path)] = wanted
        return rules

    def _or(self, rules: list[Alternative], path: tuple[str, ...]) -> list[Alternative]:
        reader = self.reader
        if reader.next() != ARRAY:
            reader.fail("It must be an Array followed with $or.")
        found: list[Alternative] = []
        count = 0
        while reader.next() != END_ARRAY:
            count += 1
            if reader.token != OBJECT:
                reader.fail("Only JSON object is allowed in array of $or relationship.")
            copies = [dict(rule) for rule in rules] or [{}]
            found += self.object(copies, path, in_or=True)
            if len(found) > _MOST_ALTERNATIVES:
                raise Unreadable(
                    f"Rule is too complex - $or makes more than {_MOST_ALTERNATIVES} combinations"
                )
        if count < 2:
            reader.fail("There must have at least 2 Objects in $or relationship.")
        return found

    def _values(self) -> tuple[Test, ...]:
        wanted: list[Test] = []
        while self.reader.next() != END_ARRAY:
            wanted.append(self._value())
        if not wanted:
            self.reader.fail("Empty arrays are not allowed")
        return tuple(wanted)

    def _value(self) -> Test:
        reader = self.reader
        if reader.token == OBJECT:
            return expression(reader)
        if reader.token == STRING:
            return tests.exactly(reader.text())
        if reader.token == NUMBER:
            return tests.number(reader.text())
        if reader.token not in _WORDS:
            reader.fail("Match value must be String, number, true, false, or null")
        return tests.word(_WORDS[reader.token])
