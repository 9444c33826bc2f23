"""Events and patterns by chance, from few words, so that they match often enough."""

from __future__ import annotations

import random
from typing import Any

NAMES = ("a", "b", "c", "items")
TEXTS = ("", "x", "X", "xy", "dir/a.png", "10.0.0.9", "::1", "3", "true")
NUMBERS = (0, 1, 3, 3.5, -2, 300, 0.000001)
BLOCKS = ("10.0.0.0/24", "10.0.0.8/31", "::/120")
WILDCARDS = ("*", "x*", "*y", "dir/*.png", "*x*", "x", "d*r/*.png", "\\*", "\\\\*")
OPERATORS = (
    "exact", "exact", "exact", "prefix", "suffix", "but", "but-kind", "numeric", "cidr", "exists",
    "wildcard", "case", "prefix-case", "suffix-case",
)  # fmt: skip


class Chance:
    """A seeded source of events and patterns."""

    def __init__(self, seed: int) -> None:
        """Begin a series."""
        self.random = random.Random(seed)

    def event(self) -> dict[str, Any]:
        """Return an event."""
        return self._object(0)

    def pattern(self) -> dict[str, Any]:
        """Return a pattern AWS would take."""
        return self._pattern(0)

    def _object(self, depth: int) -> dict[str, Any]:
        names = self.random.sample(NAMES, self.random.randint(0, 3))
        return {name: self._value(depth + 1) for name in names}

    def _value(self, depth: int) -> Any:
        kind = self.random.random()
        if depth < 3 and kind < 0.2:
            return self._object(depth)
        if depth < 3 and kind < 0.5:
            return [self._value(depth + 1) for _ in range(self.random.randint(0, 3))]
        return self._scalar()

    def _scalar(self) -> Any:
        return self.random.choice((*TEXTS, *TEXTS, *NUMBERS, True, False, None))

    def _pattern(self, depth: int) -> dict[str, Any]:
        names = self.random.sample(NAMES, self.random.randint(1, 2))
        made: dict[str, Any] = {}
        for name in names:
            deeper = depth < 2 and self.random.random() < 0.35
            made[name] = self._pattern(depth + 1) if deeper else self._tests()
        if depth < 2 and self.random.random() < 0.15:
            made["$or"] = [self._pattern(depth + 1) for _ in range(self.random.randint(2, 3))]
        return made

    def _tests(self) -> list[Any]:
        return [self._test() for _ in range(self.random.randint(1, 2))]

    def _test(self) -> Any:
        kind, text = self.random.choice(OPERATORS), self.random.choice(TEXTS)
        if kind == "exact":
            return self._scalar()
        if kind in ("prefix", "suffix"):
            return {kind: text}
        if kind in ("prefix-case", "suffix-case"):
            return {kind.removesuffix("-case"): {"equals-ignore-case": text}}
        if kind == "case":
            return {"equals-ignore-case": text}
        if kind == "wildcard":
            return {"wildcard": self.random.choice(WILDCARDS)}
        if kind == "cidr":
            return {"cidr": self.random.choice(BLOCKS)}
        if kind == "exists":
            return {"exists": self.random.random() < 0.5}
        if kind == "numeric":
            return {"numeric": self._bounds()}
        return {"anything-but": self._but() if kind == "but" else self._but_kind()}

    def _bounds(self) -> list[Any]:
        if self.random.random() < 0.5:
            return [self.random.choice(("=", "<", "<=", ">", ">=")), self.random.choice(NUMBERS)]
        low, high = sorted(self.random.sample(NUMBERS, 2))
        return [self.random.choice((">", ">=")), low, self.random.choice(("<", "<=")), high]

    def _but(self) -> Any:
        values = self.random.choice((TEXTS, NUMBERS))
        if self.random.random() < 0.5:
            return self.random.choice(values)
        return self.random.sample(values, 2)

    def _but_kind(self) -> dict[str, Any]:
        kind = self.random.choice(("prefix", "suffix", "equals-ignore-case", "wildcard"))
        texts = WILDCARDS if kind == "wildcard" else [text for text in TEXTS if text]
        one = self.random.random() < 0.5
        return {kind: self.random.choice(texts) if one else self.random.sample(texts, 2)}
