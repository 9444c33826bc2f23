"""Measure Dry Run against its goals and print a table of ratios.

`python -m tests.benchmarks [--runs N] [--no-gate]`. Absolute times depend on the machine; the
goals that compare with plain moto are ratios of medians, the two taken in turn.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import authorization, journal, schedules
from tests.benchmarks.labs import catch_up_seconds, check_milliseconds
from tests.benchmarks.policy import evaluation_milliseconds
from tests.benchmarks.process import Started, start_dry_run, start_moto

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run every measurement; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-gate", action="store_true", help="leave the content gate out")
    options = parser.parse_args()
    rows = [*_against_moto(options.runs), *_labs(), *_policies(), *journal.rows()]
    rows += schedules.rows()
    if not options.no_gate:
        rows.append(_gate())
    width = max(len(name) for name, *_ in rows)
    for name, figure, goal, met in rows:
        print(f"{name:<{width}}  {figure:<44} {goal:<12} {'met' if met else 'MISSED'}")
    return 0 if all(met for *_, met in rows) else 1


def _against_moto(runs: int) -> list[tuple[str, str, str, bool]]:
    ours: list[Started] = []
    plain: list[Started] = []
    start_dry_run(), start_moto()  # a warm-up, not counted
    for _ in range(runs):
        ours.append(start_dry_run())
        plain.append(start_moto())
    return [
        _ratio("cloud start to first answer (s)", ours, plain, "seconds", 2.0),
        _ratio("memory after start (MB, proportional)", ours, plain, "megabytes", 1.5),
    ]


def _ratio(
    name: str, ours: list[Started], plain: list[Started], figure: str, goal: float
) -> tuple[str, str, str, bool]:
    a = statistics.median(getattr(one, figure) for one in ours)
    b = statistics.median(getattr(one, figure) for one in plain)
    told = f"{a:.2f} against moto's {b:.2f}: {a / b:.2f} times"
    return name, told, f"<= {goal} times", a / b <= goal


def _labs() -> list[tuple[str, str, str, bool]]:
    with tempfile.TemporaryDirectory() as folder:
        checks = check_milliseconds(Path(folder), ROOT)
        steps = catch_up_seconds(Path(folder), ROOT)
    median = statistics.median(checks.values())
    slowest = max(checks, key=lambda name: checks[name])
    longest = max(steps, key=lambda name: steps[name])
    return [
        (
            "check latency, median of all exercises (ms)",
            f"{median:.1f}; slowest {slowest} with {checks[slowest]:.1f}",
            "< 50 ms",
            median < 50,
        ),
        (
            "catch-up, slowest step of all labs (s)",
            f"{steps[longest]:.2f} ({longest}); median {statistics.median(steps.values()):.2f}",
            "<= 2 s",
            steps[longest] <= 2,
        ),
    ]


def _policies() -> list[tuple[str, str, str, bool]]:
    enforced = authorization.enforced()
    figures = {
        **evaluation_milliseconds(),
        "an enforced call, of twelve the median": statistics.median(enforced.values()),
        "the administrator's call": authorization.unenforced() / 1000,
    }
    return [
        (f"{name} (ms, median)", f"{value:.4f}", "<= 1 ms", value <= 1)
        for name, value in figures.items()
    ]


def _gate() -> tuple[str, str, str, bool]:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "dryrun.cli", "check-labs"], cwd=ROOT, check=False)
    seconds = time.perf_counter() - began
    return "content gate, all labs (s)", f"{seconds:.0f}", "green", done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
