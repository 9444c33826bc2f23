"""Lab 10-01: the events its checks hold a learner's rule against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dryrun.checks.eventbridge import desk
from dryrun.cloud.events import patterns

TEMPLATES = Path(__file__).parents[2] / "templates" / "10-eventbridge"
RULES = [
    (desk.PATTERN_LARGE, desk.LARGE_SALES, desk.OTHER_SALES),
    (desk.PATTERN_REFUNDS, desk.REFUNDED, desk.NOT_REFUNDED),
    (desk.PATTERN_LOGINS, desk.ODD, desk.USUAL),
    (desk.PATTERN_TIMETABLES, desk.CREATED, desk.NOT_CREATED),
    (desk.PATTERN_DOGS, desk.UNPAID, desk.PAID),
]


@pytest.mark.parametrize(("pattern", "yes", "no"), RULES)
def test_our_own_patterns_tell_the_samples_apart(
    pattern: dict[str, Any], yes: dict[str, Any], no: dict[str, Any]
) -> None:
    compiled = patterns.compile(pattern)
    assert [words for words, event in yes.items() if not compiled.matches(event)] == []
    assert [words for words, event in no.items() if compiled.matches(event)] == []


@pytest.mark.parametrize(("pattern", "_yes", "no"), RULES)
def test_each_part_of_a_pattern_is_asked_for(
    pattern: dict[str, Any], _yes: Any, no: dict[str, Any]
) -> None:
    """Without any one part, the pattern takes an event it must not."""
    for name in pattern:
        less = {key: value for key, value in pattern.items() if key != name}
        compiled = patterns.compile(less)
        assert any(compiled.matches(event) for event in no.values()), f"without {name}"


def test_the_files_say_what_the_page_says_of_them() -> None:
    def event(name: str) -> Any:
        return json.loads((TEMPLATES / name).read_text())

    assert patterns.compile(desk.PATTERN_LARGE).matches(event("sale.json"))
    assert patterns.compile(desk.PATTERN_REFUNDS).matches(event("refund.json"))
    assert not patterns.compile(desk.BROKEN).matches(event("refund.json"))
    assert not patterns.compile(desk.PATTERN_DOGS).matches(event("booking.json"))
    with pytest.raises(patterns.InvalidPattern, match='"source" must be an object or an array'):
        patterns.compile((TEMPLATES / "dogs.broken.json").read_text())
