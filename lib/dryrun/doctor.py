"""`dryrun doctor`: what is present, what is missing, and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dryrun import environment
from dryrun.exceptions import DryRunError
from dryrun.tools import aws_cli
from dryrun.workspace import Workspace

OLDEST_PYTHON = (3, 11)
SPACE_WANTED = 500_000_000  # bytes, for the state of the labs
JUPYTER_PORT = 8888


class Level(StrEnum):
    """How much a finding matters."""

    GOOD = "ok"
    ADVICE = "note"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One plain sentence about this machine."""

    level: Level
    sentence: str


def examine(find: Callable[[], Workspace] = Workspace.find) -> Iterator[Finding]:
    """Yield one finding after the other; changes nothing and starts nothing."""
    yield _python()
    yield from _packages()
    yield _aws()
    yield _pages()
    try:
        workspace = find()
    except DryRunError as error:
        yield Finding(Level.MISSING, str(error))
        return
    yield _folder(workspace)
    yield _space(workspace.root)
    yield _cloud(workspace)
    yield _port()
    yield _chromium()
    yield _node()


def report(find: Callable[[], Workspace] = Workspace.find) -> int:
    """Print every finding; return 1 when something required is missing, else 0."""
    status = 0
    for finding in examine(find):
        print(f"{finding.level:>7}  {finding.sentence}", flush=True)
        if finding.level is Level.MISSING:
            status = 1
    return status


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding(
            Level.MISSING,
            f"Python {version} is too old; install Python 3.11 or newer and run `make lab` again.",
        )
    return Finding(Level.GOOD, f"Python {version}.")


def _packages() -> Iterator[Finding]:
    for name, title in (("jupyterlab", "JupyterLab"), ("moto", "moto"), ("boto3", "boto3")):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(Level.MISSING, f"{title} is not installed; run `make lab` again.")
        else:
            yield Finding(Level.GOOD, f"{title} {version}.")


def _aws() -> Finding:
    found = aws_cli.installed()
    if found is None:
        return Finding(
            Level.MISSING,
            "The AWS CLI is not installed in this environment; run `dryrun tools install aws`.",
        )
    if found.kind == "v1":
        return Finding(
            Level.ADVICE,
            f"The AWS CLI is v1 ({found.version}), which lacks --cli-auto-prompt and yaml output; "
            "install AWS CLI v2 from docs.aws.amazon.com/cli, then run `dryrun tools install aws`.",
        )
    whose = f"yours, {found.program}" if found.kind == "yours" else "in this environment"
    return Finding(Level.GOOD, f"AWS CLI {found.version} ({whose}).")


def _pages() -> Finding:
    missing = [tool for tool in ("groff", "less") if shutil.which(tool) is None]
    if missing:
        return Finding(
            Level.ADVICE,
            f"`aws help` is shown plainly, because {' and '.join(missing)} cannot be found; "
            "`sudo apt-get install groff-base less` makes it nicer.",
        )
    return Finding(Level.GOOD, "groff and less, for `aws help`.")


def _folder(workspace: Workspace) -> Finding:
    nearest = workspace.state if workspace.state.exists() else workspace.root
    if not os.access(nearest, os.W_OK):
        return Finding(
            Level.MISSING,
            f"{nearest} cannot be written, so neither the lab cloud nor your progress can be kept; "
            "make it writable, or copy the labs to a folder of yours.",
        )
    return Finding(Level.GOOD, f"The workspace is {workspace.root}.")


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < SPACE_WANTED:
        return Finding(
            Level.MISSING,
            f"Only {free // 1_000_000} MB are free at {folder}; the labs want "
            f"{SPACE_WANTED // 1_000_000} MB.",
        )
    return Finding(Level.GOOD, f"{free / 1e9:.1f} GB are free.")


def _cloud(workspace: Workspace) -> Finding:
    from dryrun.cloud import launcher  # noqa: PLC0415 (slow)

    running = launcher.find(workspace)
    if running is None:
        said = (
            "is not running, though it was not stopped"
            if (workspace.cloud_file.exists())
            else "is not running"
        )
        return Finding(Level.ADVICE, f"The lab cloud {said}; a lab starts it by itself.")
    here = os.environ.get("AWS_ENDPOINT_URL", running.endpoint)
    if environment.is_lab_environment() and here != running.endpoint:
        return Finding(
            Level.ADVICE,
            f"The lab cloud is at {running.endpoint}, but this shell was made for {here}; "
            "leave it and type `dryrun shell`.",
        )
    return Finding(Level.GOOD, f"The lab cloud runs at {running.endpoint} (pid {running.pid}).")


def _port() -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", JUPYTER_PORT))
        except OSError:
            return Finding(
                Level.ADVICE, f"Port {JUPYTER_PORT} is taken; JupyterLab will use the next one."
            )
    return Finding(Level.GOOD, f"Port {JUPYTER_PORT} is free for JupyterLab.")


def _chromium() -> Finding:
    if chromium() is None:
        return Finding(
            Level.ADVICE,
            "Chromium is not installed; only the browser tests need it "
            "(`sudo apt-get install chromium`).",
        )
    return Finding(Level.GOOD, "Chromium, for the browser tests.")


def chromium() -> str | None:
    """Return the path of a Chromium or Chrome the browser tests can drive, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


def _node() -> Finding:
    if shutil.which("node") is None:
        return Finding(Level.ADVICE, "Node.js is not installed; no lab here needs it.")
    return Finding(Level.GOOD, "Node.js, which no lab here needs.")
