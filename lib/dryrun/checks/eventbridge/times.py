"""Whether two ways of saying when come to the same."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from dryrun.checks.model import Evidence
from dryrun.cloud.schedules import expressions

_SEVERAL = 60


def upcoming(expression: str, zone: str, after: datetime, count: int = _SEVERAL) -> list[datetime]:
    """Return the next times an expression names; none for what is no expression."""
    try:
        schedule = expressions.parse(expression, timezone=zone, strict=False)
    except (expressions.InvalidExpression, expressions.InvalidTimezone):
        return []
    moment, found = after.timestamp(), []
    for _ in range(count):
        following = schedule.next_after(moment)
        if following is None:
            break
        moment = following
        found.append(datetime.fromtimestamp(moment, UTC))
    return found


def refuse_other_times(
    told: dict[str, Any], wanted: str, zone: str, after: datetime, where: str
) -> Evidence | None:
    """Find that a rule or a schedule is due whenever `wanted` is."""
    expression = str(told.get("ScheduleExpression") or "")
    named = str(told.get("ScheduleExpressionTimezone") or "UTC")
    found = upcoming(expression, named, after)
    if found == upcoming(wanted, zone, after):
        return None
    return Evidence(spoken(upcoming(wanted, zone, after)), spoken(found), where)


def refuse_other_gap(
    told: dict[str, Any], hours: int, after: datetime, where: str
) -> Evidence | None:
    """Find that something is due every so many hours, whatever the hour."""
    expression = str(told.get("ScheduleExpression") or "")
    named = str(told.get("ScheduleExpressionTimezone") or "UTC")
    found = upcoming(expression, named, after)
    gaps = {(later - earlier).total_seconds() for earlier, later in pairwise(found)}
    if gaps == {hours * 3600.0}:
        return None
    return Evidence(f"every {hours} hours", spoken(found), where)


def spoken(times: list[datetime]) -> str:
    """Return the first times as people say them."""
    if not times:
        return "never"
    shown = ", ".join(time.strftime("%a %H:%M") for time in times[:3])
    return f"{shown} UTC" + (" and so on" if len(times) > 3 else "")
