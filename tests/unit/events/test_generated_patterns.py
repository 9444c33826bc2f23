"""Generated patterns and events: the same answers as the slow matcher, and never a crash.

DRYRUN_EXAMPLES sets how many; `make soak` tries ten thousand.
"""

from __future__ import annotations

import contextlib
import json
import os
import random

import reference_matcher
from generated_patterns import Chance

from dryrun.cloud.events import patterns
from dryrun.cloud.events.event_fields import fields_of
from dryrun.cloud.events.explaining import explain

EXAMPLES = int(os.environ.get("DRYRUN_EXAMPLES", "600"))


def test_the_slow_matcher_agrees() -> None:
    chance = Chance(7)
    matched = 0
    for number in range(EXAMPLES):
        pattern = chance.pattern()
        for event in (chance.event(), chance.event()):
            expected = reference_matcher.matches(pattern, event)
            told = f"{number}: {json.dumps(pattern)} on {json.dumps(event)}"
            assert patterns.compile(pattern).matches(event) is expected, told
            matched += expected
    assert matched > EXAMPLES / 20


def test_the_index_finds_what_each_pattern_finds_alone() -> None:
    chance = Chance(11)
    compiled = [patterns.compile(chance.pattern()) for _ in range(EXAMPLES // 4)]
    index = patterns.Index(enumerate(compiled))
    for _ in range(40):
        fields = fields_of(chance.event())
        alone = [n for n, pattern in enumerate(compiled) if pattern.matches_fields(fields)]
        assert index.matching(fields) == alone


def test_explanations_agree_with_the_match() -> None:
    chance = Chance(13)
    for _ in range(EXAMPLES // 2):
        pattern, event = chance.pattern(), chance.event()
        explanation = explain(pattern, event)
        assert explanation.matched is patterns.compile(pattern).matches(event)
        for way in explanation.ways:
            assert way.findings
            if way.matched:
                assert all(finding.matched for finding in way.findings) or _absence(pattern)
            elif all(finding.matched for finding in way.findings):
                assert way.note


def test_damaged_patterns_are_refused_or_taken_but_never_crash() -> None:
    chance, damage = Chance(17), random.Random(17)
    for _ in range(EXAMPLES):
        text = json.dumps(chance.pattern())
        at = damage.randrange(len(text))
        cut = text[:at] + damage.choice(("", "{", "]", '"', ",", "null", "\\")) + text[at + 1 :]
        with contextlib.suppress(patterns.InvalidPattern):
            patterns.compile(cut).matches(chance.event())


def _absence(pattern: object) -> bool:
    """Tell whether a pattern asks for an absence, which can hold in one element of a list."""
    return '"exists": false' in json.dumps(pattern)
