"""Processes of functions end with the cloud, whatever they do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from functions import Account

from dryrun.cloud import launcher
from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

SOURCE = """
import os, time
def handler(event, context):
    if os.fork() == 0:
        os.setsid()
        while True:
            time.sleep(1)
"""


def descendants(process: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from descendants(child)


def of_functions(running: Running) -> list[int]:
    """Return supervisor, function and what it forked; a parent's threads change meanwhile."""
    until = time.monotonic() + 30
    while len(found := _of_functions(running)) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _of_functions(running: Running) -> list[int]:
    (worker,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    found = []
    for thread in Path(f"/proc/{worker}/task").iterdir():
        try:
            children = (thread / "children").read_text().split()
        except OSError:  # a thread that has ended meanwhile
            continue
        for child in map(int, children):
            found += [child, *descendants(child)]
    return found


def gone(processes: list[int]) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if not any(Path(f"/proc/{one}").exists() and not _zombie(one) for one in processes):
            return True
        time.sleep(0.05)
    return False


def _zombie(process: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True


def test_they_end_with_the_cloud_and_with_its_worker(
    running: Running, workspace: Workspace
) -> None:
    account = Account(running)
    account.function("forks", SOURCE, account.role())
    account.invoke("forks")
    first = of_functions(running)
    assert len(first) >= 3  # supervisor, function, and what it forked
    (worker,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    assert gone(first)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            account.invoke("forks")
            break
        except Exception:
            time.sleep(0.2)
    second = of_functions(running)
    assert len(second) >= 3
    launcher.stop(workspace)
    assert gone(second)
