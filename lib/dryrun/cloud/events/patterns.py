"""Event patterns: compiled once, and asked of each event."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from dryrun.cloud.events.event_fields import Fields, Places, consistent, fields_of
from dryrun.cloud.events.pattern_parser import Alternative, alternatives_of
from dryrun.cloud.events.pattern_reader import Unreadable
from dryrun.cloud.events.pattern_tests import Test

Key = TypeVar("Key")
Match = Callable[[Fields], bool]


class InvalidPattern(ValueError):
    """A pattern AWS refuses; its text is AWS's message."""


class Pattern:
    """A pattern, ready to be asked."""

    def __init__(self, text: str) -> None:
        """Compile a pattern, or raise `InvalidPattern`."""
        self.text = text
        try:
            self.alternatives = alternatives_of(text)
        except Unreadable as unreadable:
            raise InvalidPattern(f"Event pattern is not valid. Reason: {unreadable}") from None
        self._tries = [whole(alternative) for alternative in self.alternatives]

    def matches(self, event: dict[str, Any]) -> bool:
        """Tell whether an event matches."""
        return self.matches_fields(fields_of(event))

    def matches_fields(self, fields: Fields) -> bool:
        """Tell whether an event matches that is already taken apart."""
        return any(matches(fields) for matches in self._tries)


@functools.lru_cache(maxsize=2048)
def _compiled(text: str) -> Pattern:
    return Pattern(text)


def compile(pattern: str | dict[str, Any]) -> Pattern:
    """Return a pattern, compiled once; raise `InvalidPattern` with AWS's message."""
    return _compiled(pattern if isinstance(pattern, str) else json.dumps(pattern))


class Index(Generic[Key]):
    """Many patterns, found by a text they ask for, so that most are never tried."""

    def __init__(self, patterns: Iterable[tuple[Key, Pattern]]) -> None:
        """Sort patterns by the most telling of the texts they want."""
        self._by_text: dict[str, dict[str, list[tuple[int, Key, Match]]]] = {}
        self._others: list[tuple[int, Key, Match]] = []
        for number, (key, pattern) in enumerate(patterns):
            for alternative in pattern.alternatives:
                self._add((number, key, whole(alternative)), alternative)

    def _add(self, entry: tuple[int, Key, Match], alternative: Alternative) -> None:
        path = _telling_path(alternative)
        if path is None:
            self._others.append(entry)
            return
        by_text = self._by_text.setdefault(path, {})
        for text in dict.fromkeys(test.exact for test in alternative[path]):
            by_text.setdefault(str(text), []).append(entry)

    def matching(self, fields: Fields) -> list[Key]:
        """Return the keys of what matches an event, in the order they were given."""
        found: dict[int, Key] = {}
        for number, key, matches in self._candidates(fields):
            if number not in found and matches(fields):
                found[number] = key
        return [found[number] for number in sorted(found)]

    def _candidates(self, fields: Fields) -> Iterator[tuple[int, Key, Match]]:
        for path, by_text in self._by_text.items():
            for text in {leaf.value for leaf in fields.get(path, ()) if type(leaf.value) is str}:
                yield from by_text.get(text, ())
        yield from self._others


def _telling_path(alternative: Alternative) -> str | None:
    """Return the path that wants only texts, the deepest: the fewest events have it."""
    paths = [
        path for path, tests in alternative.items() if all(test.exact is not None for test in tests)
    ]
    return max(paths, key=lambda path: (path.count("."), path), default=None)


def whole(alternative: Alternative) -> Match:
    """Return a function that tells whether an event meets every path of an alternative.

    Paths are tried in the order of their names, as AWS's matcher does: whether a field is
    absent is asked of the element of an array that the paths before have settled on.
    """
    steps = [(path, _one_of(tests), _absent(tests)) for path, tests in sorted(alternative.items())]

    def matches(fields: Fields) -> bool:
        for path, check, absent in steps:
            leaves = fields.get(path)
            if leaves is None:
                if not absent:
                    return False
            elif len(leaves) > 1 or leaves[0].places:
                return _from_step(steps, 0, fields, {})
            elif not check(leaves[0].value):
                return False
        return True

    return matches


Step = tuple[str, Callable[[Any], bool], bool]


def _from_step(steps: list[Step], at: int, fields: Fields, places: Places) -> bool:
    while at < len(steps):
        path, check, absent = steps[at]
        leaves = fields.get(path, ())
        at += 1
        if len(leaves) == 1 and not absent:
            there = consistent(places, leaves[0].places)
            if there is None or not check(leaves[0].value):
                return False
            places = there
            continue
        found = _ways(leaves, check, places)
        if absent and all(consistent(places, leaf.places) is None for leaf in leaves):
            found.append(places)
        if len(found) != 1:
            return any(_from_step(steps, at, fields, way) for way in found)
        places = found[0]
    return True


def _ways(leaves: Iterable[Any], check: Callable[[Any], bool], places: Places) -> list[Places]:
    """Return the different elements in which one of the values passes."""
    ways: list[Places] = []
    for leaf in leaves:
        there = consistent(places, leaf.places)
        if there is not None and there not in ways and check(leaf.value):
            ways.append(there)
    return ways


def _absent(tests: tuple[Test, ...]) -> bool:
    return any(test.absent for test in tests)


def _one_of(tests: tuple[Test, ...]) -> Callable[[Any], bool]:
    """Return one function for all tests of a path; texts are looked up together."""
    if len(tests) == 1:
        return tests[0].check
    texts = frozenset(test.exact for test in tests if test.exact is not None)
    others = [test.check for test in tests if test.exact is None]

    def check(value: Any) -> bool:
        if type(value) is str and value in texts:
            return True
        return any(other(value) for other in others)

    return check
