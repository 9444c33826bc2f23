"""Put labs through the gate, two at a time, and say in a line how each did."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from dryrun.authoring import checks_module
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.observations import Observations
from dryrun.authoring.gate.observe import observe
from dryrun.authoring.gate.rules import judge
from dryrun.authoring.gate.subject import Subject
from dryrun.authoring.source import Source, load_source
from dryrun.exceptions import DryRunError

AT_ONCE = 2


@dataclass(frozen=True)
class Report:
    """Hold the findings about one lab and its summary line."""

    lab: str
    findings: tuple[str, ...]
    summary: str


def check_labs(paths: Iterable[Path], root: Path, *, run: bool = True) -> Iterable[Report]:
    """Yield the report of each source as it is ready; without `run` only what needs no kernel."""
    # The longest first: the last one to finish is then a short one.
    ordered = sorted(paths, key=lambda path: -path.stat().st_size)
    if len(ordered) < 2 or not run:
        yield from (check_lab(path, root, run=run) for path in ordered)
        return
    # Spawned, because a forked process would share this one's locks and event loops.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_ONCE, mp_context=spawn) as pool:
        futures = [pool.submit(check_lab, path, root, run=run) for path in ordered]
        for future in as_completed(futures):
            yield future.result()


def check_lab(path: Path, root: Path, *, run: bool = True) -> Report:
    """Put one source through every rule; a source that cannot be read is one finding."""
    began = time.monotonic()
    try:
        source = load_source(path, root)
        lab = checks_module.load(source.id)
    except DryRunError as error:
        name = path.relative_to(root).as_posix()
        words = str(error) if name in str(error) else f"{name}: {error}"
        return Report(name, (words,), f"{name}: cannot be checked")
    observed, stopped = Observations(), []
    if run:
        try:
            observed = observe(source)
        except DryRunError as error:
            stopped.append(str(error))
    ran = run and not stopped
    findings = judge(Subject(source, lab, observed), ran=ran)
    told = (*stopped, *map(str, findings))
    return Report(
        source.id, told, _summary(source, observed, findings, stopped, time.monotonic() - began)
    )


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
