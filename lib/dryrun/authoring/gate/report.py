"""Put labs through the gate, several kernels at a time, and say in a line how each did."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dryrun.authoring import checks_module
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.mutants import AT_MOST
from dryrun.authoring.gate.observations import Observations
from dryrun.authoring.gate.observe import observe
from dryrun.authoring.gate.rules import judge
from dryrun.authoring.gate.subject import Subject
from dryrun.authoring.source import Source, load_source
from dryrun.exceptions import DryRunError

AT_ONCE = 3
"""Kernels at work at the same time; more than cores, because labs wait a good deal."""
SHARE = 3
"""Exercises one kernel tries out when few labs keep the kernels busy; each solves the lab first."""


@dataclass(frozen=True)
class Report:
    """Hold the findings about one lab and its summary line."""

    lab: str
    findings: tuple[str, ...]
    summary: str


def check_labs(
    paths: Iterable[Path], root: Path, *, run: bool = True, mutants: int = AT_MOST
) -> Iterable[Report]:
    """Yield the report of each source in turn; without `run` only what needs no kernel.

    `mutants` is how many of each solution are tried, beside those listed as equivalent.
    """
    ordered = sorted(paths, key=lambda path: _shortness(path, root))
    # Spawned, because a forked process would share this one's locks and event loops.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_ONCE, mp_context=spawn) as pool:
        share = SHARE if len(ordered) <= AT_ONCE else sys.maxsize
        waiting = [_Lab(path, root, pool if run else None, mutants, share) for path in ordered]
        yield from (lab.report() for lab in waiting)


def _shortness(path: Path, root: Path) -> tuple[bool, int]:
    """Return what sorts the longest labs first, for the last one to finish to be a short one."""
    try:
        waits = load_source(path, root).waits
    except DryRunError:  # reported in its turn
        waits = False
    return not waits, -path.stat().st_size


def check_lab(path: Path, root: Path, *, run: bool = True) -> Report:
    """Put one source through every rule; a source that cannot be read is one finding."""
    return next(iter(check_labs([path], root, run=run)))


class _Lab:
    """One lab on its way through the gate, its trials shared out over the kernels of `pool`."""

    def __init__(
        self,
        path: Path,
        root: Path,
        pool: ProcessPoolExecutor | None,
        mutants: int,
        share: int,
    ) -> None:
        self._began = time.monotonic()
        self._path = path
        self._root = root
        self._source: Source | None = None
        self._trouble: DryRunError | None = None
        self._runs: list[Future[Observations]] = []
        try:
            self._source = load_source(path, root)
            self._lab = checks_module.load(self._source.id)
        except DryRunError as error:
            self._trouble = error
        else:
            shares = _shares(self._source.exercises, share) if pool is not None else []
            self._runs = [
                pool.submit(_observe, path, root, share, mutants) for share in shares if pool
            ]

    def report(self) -> Report:
        """Wait for the runs and judge what they saw."""
        if self._trouble is not None or self._source is None:
            return self._unreadable()
        observed, stopped = Observations(), []
        try:
            seen = [run.result() for run in self._runs]
        except DryRunError as error:
            stopped.append(str(error))
        else:
            if seen:
                observed = seen[0]
            for other in seen[1:]:
                observed.add(other)
        ran = bool(self._runs) and not stopped
        findings = judge(Subject(self._source, self._lab, observed), ran=ran)
        told = (*stopped, *map(str, findings))
        seconds = time.monotonic() - self._began
        summary = _summary(self._source, observed, findings, stopped, seconds)
        return Report(self._source.id, told, summary)

    def _unreadable(self) -> Report:
        name = self._path.relative_to(self._root).as_posix()
        trouble = str(self._trouble)
        words = trouble if name in trouble else f"{name}: {trouble}"
        return Report(name, (words,), f"{name}: cannot be checked")


def _shares(exercises: tuple[str, ...], most: int) -> list[tuple[str, ...]]:
    """Share exercises out evenly, at least one share, each of at most `most`."""
    count = max(1, -(-len(exercises) // most))
    return [exercises[number::count] for number in range(count)]


def _observe(path: Path, root: Path, exercises: tuple[str, ...], mutants: int) -> Observations:
    return observe(load_source(path, root), exercises, mutants)


def _summary(
    source: Source,
    observed: Observations,
    findings: list[Finding],
    stopped: list[str],
    seconds: float,
) -> str:
    count = len(findings) + len(stopped)
    verdict = "passes" if not count else f"{count} finding{'s' if count > 1 else ''}"
    counts = ", ".join(
        f"{number} {name}"
        for number, name in (
            (len(source.exercises), "exercises"),
            (len(observed.of("variant")), "variants"),
            (len(observed.of("wrong")), "wrong"),
            (len(observed.of("mutant")), "mutants"),
        )
    )
    return f"{source.id} {source.title}: {verdict} ({counts}; {seconds:.0f} s)"
