"""The author's commands: build-labs, check-labs, new-lab."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from dryrun.authoring.source import find_finished, find_source, find_sources, load_source
from dryrun.exceptions import DryRunError
from dryrun.workspace import Workspace


def add_parsers(subparsers: Any) -> None:
    """Add the author's commands to `dryrun`; each sets `run`, which returns the exit code."""
    build = subparsers.add_parser("build-labs", help="write labs/ and solutions/ from the sources")
    build.add_argument("labs", nargs="*", metavar="LAB", help="lab ids such as 01-03; default: all")
    build.add_argument(
        "--stale", action="store_true", help="run only solutions whose source or checks changed"
    )
    build.set_defaults(run=build_labs)
    check = subparsers.add_parser("check-labs", help="put labs through the content gate")
    check.add_argument(
        "labs", nargs="*", metavar="LAB", help="lab ids such as 01-03; default: all but drafts"
    )
    check.add_argument("--no-run", action="store_true", help="only the rules that need no kernel")
    check.add_argument(
        "--mutants", type=int, metavar="N", help="how many of each solution to try, at most"
    )
    check.set_defaults(run=check_labs)
    new = subparsers.add_parser("new-lab", help="begin a lab: its source and its checks")
    new.add_argument("id", metavar="LAB", help="a lab id such as 02-01")
    new.add_argument("title", help="its title, in quotes")
    new.set_defaults(run=new_lab)


def build_labs(arguments: argparse.Namespace) -> int:
    """Build the named labs; return 1 when one cannot be built."""
    from dryrun.authoring.build import build  # noqa: PLC0415

    signal.signal(signal.SIGTERM, _leave_tidily)
    workspace = Workspace.find()
    failed = False
    for path in _paths(workspace, arguments.labs):
        try:
            built = build(load_source(path, workspace.root), only_stale=arguments.stale)
        except DryRunError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        files = (
            (built.source.lab_notebook, built.lab_written),
            (built.source.solution_notebook, built.solution_written),
        )
        for file, written in files:
            name = file.relative_to(workspace.root)
            print(f"{name}: {'written' if written else 'unchanged'}", flush=True)
    return int(failed)


def check_labs(arguments: argparse.Namespace) -> int:
    """Put the named labs through the gate; return 1 when anything is found."""
    from dryrun.authoring.gate.mutants import AT_MOST  # noqa: PLC0415
    from dryrun.authoring.gate.report import check_labs as reports  # noqa: PLC0415

    signal.signal(signal.SIGTERM, _leave_tidily)
    workspace = Workspace.find()
    found = False
    paths = _paths(workspace, arguments.labs) if arguments.labs else find_finished(workspace)
    most = AT_MOST if arguments.mutants is None else arguments.mutants
    for report in reports(paths, workspace.root, run=not arguments.no_run, mutants=most):
        for finding in report.findings:
            print(finding)
        print(report.summary, flush=True)
        found = found or bool(report.findings)
    return int(found)


def new_lab(arguments: argparse.Namespace) -> int:
    """Write the beginnings of a lab and say what comes next."""
    from dryrun.authoring.new_lab import scaffold  # noqa: PLC0415

    workspace = Workspace.find()
    source, checks = scaffold(workspace, arguments.id, arguments.title)
    print(f"{source.relative_to(workspace.root)} and {checks.relative_to(workspace.root)} written.")
    print(f"Write the lab, then: dryrun build-labs {arguments.id}")
    print(f"and when it is done:  dryrun check-labs {arguments.id}")
    return 0


def _leave_tidily(_number: int, _frame: FrameType | None) -> None:
    # An exception runs every `finally`: no kernel, cloud or folder stays behind.
    sys.exit(143)


def _paths(workspace: Workspace, labs: list[str]) -> list[Path]:
    if labs:
        return [find_source(workspace, lab) for lab in labs]
    return find_sources(workspace)
