"""How long checks and catch-ups take, in a workspace of their own."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from pathlib import Path

from dryrun.checks import registry, runner
from dryrun.cloud import launcher
from dryrun.notebook import session
from dryrun.workspace import WORKSPACE_VARIABLE, Workspace

REPEATS = 15


def check_milliseconds(folder: Path, root: Path) -> dict[str, float]:
    """Return the median time of a check of each exercise, solved, by "lab/exercise"."""
    found: dict[str, float] = {}
    for lab in _open(folder, root):
        for exercise in lab.lab.exercises:
            exercise.solve(lab.account.as_solver())
            times = []
            for _ in range(REPEATS):
                began = time.perf_counter()
                runner.run(exercise, lab.account)
                times.append((time.perf_counter() - began) * 1000)
            found[f"{lab.lab.id}/{exercise.id}"] = statistics.median(times)
    return found


def catch_up_seconds(folder: Path, root: Path) -> dict[str, float]:
    """Return the time to build the account before each exercise, by "lab/exercise"."""
    found: dict[str, float] = {}
    for lab in _open(folder, root):
        lab.rebuild(None)
        for exercise in lab.lab.exercises:
            times = []
            for _ in range(3):
                began = time.perf_counter()
                lab.rebuild(exercise)
                times.append(time.perf_counter() - began)
            found[f"{lab.lab.id}/{exercise.id}"] = statistics.median(times)
    return found


def _open(folder: Path, root: Path):  # type: ignore[no-untyped-def]
    workspace = Workspace(folder)
    for name in ("labs", "solutions"):
        if not (folder / name).exists():
            shutil.copytree(root / name, folder / name)
    kept = dict(os.environ)
    os.environ[WORKSPACE_VARIABLE] = str(folder)
    try:
        for lab in registry.all_labs():
            os.chdir(folder / "labs")
            started = session.start(lab.id, None).session
            started.rebuild(None)
            yield started
    finally:
        os.chdir(root)
        os.environ.clear()
        os.environ.update(kept)
        launcher.stop(workspace)
