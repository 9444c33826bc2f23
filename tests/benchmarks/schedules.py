"""Wind a year of one-minute schedules through: `python -m tests.benchmarks.schedules`.

525,600 times the whole clock comes to a stop for an event, as in the cloud: with every clock of the
process showing lab time, and the sources of chance set for each event.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

FUNCTIONAL = Path(__file__).parents[1] / "functional"
sys.path[:0] = [str(FUNCTIONAL)]

from in_process import client, lab  # noqa: E402 - the tests are no package
from lab_time import fresh  # noqa: E402
from scheduled import START, queue, role  # noqa: E402

GOAL_SECONDS = 30.0
YEAR = 365 * 86400.0
DAY = 86400.0


def year_seconds(expression: str = "cron(* * * * ? *)") -> float:
    """Return real seconds for a year of a rule that fires each minute."""
    with fresh(START, paused=True):
        client("events").put_rule(Name="minute", ScheduleExpression=expression)
        began = time.perf_counter()
        lab().clock.advance(YEAR)
        return time.perf_counter() - began


def delivery_milliseconds() -> float:
    """Return what each firing takes that sends a message to a queue, over a day."""
    with fresh(START, paused=True):
        arn = queue("minutes", MessageRetentionPeriod="60")
        client("scheduler").create_schedule(
            Name="minute",
            ScheduleExpression="rate(1 minute)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": arn,
                "RoleArn": role("bench", "scheduler.amazonaws.com", "sqs:SendMessage"),
                "Input": "now",
            },
        )
        began = time.perf_counter()
        lab().clock.advance(DAY)
        return (time.perf_counter() - began) * 1000 / (DAY / 60)


def rows() -> list[tuple[str, str, str, bool]]:
    """Return name, figure, goal and whether it is met."""
    cron, rate = year_seconds(), year_seconds("rate(1 minute)")
    worst = max(cron, rate)
    each = delivery_milliseconds()
    goal = f"<= {GOAL_SECONDS:.0f} s"
    return [
        (
            "a year of one-minute schedules",
            f"cron {cron:.1f} s, rate {rate:.1f} s",
            goal,
            worst <= GOAL_SECONDS,
        ),
        ("a firing that sends a message", f"{each:.2f} ms", "", True),
    ]


def main() -> int:
    """Print the figures; return 1 when the goal is missed."""
    found = rows()
    for name, figure, goal, met in found:
        print(f"{name}: {figure} {goal} {'' if met else 'MISSED'}")
    return 0 if all(met for *_, met in found) else 1


if __name__ == "__main__":
    sys.exit(main())
