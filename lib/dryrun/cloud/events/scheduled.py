"""Rules that fire by the clock; "Creating a scheduled rule", EventBridge User Guide.

A schedule belongs to the calendar: it waits for the lab clock to get there, and never makes it
jump.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dryrun.cloud import clock as clocks
from dryrun.cloud.events import bus, envelope
from dryrun.cloud.events.envelope import Event

if TYPE_CHECKING:
    from dryrun.cloud.events.rules import Rule


def start(rule: Rule) -> None:
    """Let a rule fire when its schedule says so, from now on; what was planned before is off."""
    stop(rule)
    if rule.schedule is not None and rule.enabled:
        _plan(rule, clocks.current().time())


def stop(rule: Rule) -> None:
    """Let a rule fire no more."""
    if rule.tick is not None:
        rule.tick.cancel()
        rule.tick = None


def _plan(rule: Rule, after: float) -> None:
    assert rule.schedule is not None
    moment = rule.schedule.next_after(after)
    if moment is None:
        rule.tick = None
        return

    def fire() -> None:
        _plan(rule, moment)
        bus.fire(rule, event_of(rule, moment))

    rule.tick = clocks.current().call_at(
        moment, fire, what=f"scheduled rule {rule.name}", work=False
    )


def event_of(rule: Rule, moment: float) -> Event:
    """Return the event a scheduled rule sends."""
    return envelope.make(
        rule.account_id,
        rule.region_name,
        "aws.events",
        "Scheduled Event",
        {},
        resources=[rule.arn],
        time=moment,
    )
