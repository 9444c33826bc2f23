"""What a function's lines become in its log."""

from __future__ import annotations

from dryrun.cloud.awslambda import journaling


def test_events_are_in_order_however_late_a_line_was_read() -> None:
    lines = [(0.0, "START"), (0.5, "late"), (0.25, "END")]
    events = journaling._events(lines, 100.0)
    assert [one["timestamp"] for one in events] == [100_000, 100_500, 100_500]
    assert [one["message"] for one in events] == ["START", "late", "END"]
