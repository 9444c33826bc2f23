"""Words that the views of a stack share."""

from __future__ import annotations

from datetime import timedelta


def spell(span: timedelta) -> str:
    """Return a span as people say it: "0.4 s", "12 s", "2 min 5 s", "3 h 10 min"."""
    seconds = span.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f}".rstrip("0").rstrip(".") + " s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole, 60, "min", 1, "s")
    if whole < 86400:
        return _two(whole, 3600, "h", 60, "min")
    return _two(whole, 86400, "d", 3600, "h")


def _two(seconds: int, big: int, of_big: str, small: int, of_small: str) -> str:
    many, rest = divmod(seconds, big)
    few = rest // small
    return f"{many} {of_big} {few} {of_small}" if few else f"{many} {of_big}"
