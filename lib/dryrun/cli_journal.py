"""The commands about the journal: go back, export, replay."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dryrun.exceptions import DryRunError
from dryrun.workspace import Workspace

if TYPE_CHECKING:
    from dryrun.cloud.launcher import Running

Subparsers = Any


def add_cloud_actions(actions: Subparsers) -> None:
    """Add `dryrun cloud undo` and `dryrun cloud rewind`."""
    actions.add_parser("undo", help="take back the last change of the account").set_defaults(
        run=_undo
    )
    rewind = actions.add_parser("rewind", help="go back to an earlier record of the journal")
    rewind.add_argument(
        "record", nargs="?", type=int, help="its number; without it, where a replay stopped"
    )
    rewind.set_defaults(run=_rewind)


def add_commands(commands: Subparsers) -> None:
    """Add `dryrun export` and `dryrun replay`."""
    export = commands.add_parser("export", help="pack the journal into one file, to hand it in")
    export.add_argument("file", nargs="?", type=Path)
    export.set_defaults(run=_export)
    replay = commands.add_parser("replay", help="build an exported account again, and compare")
    replay.add_argument("file", type=Path)
    replay.add_argument("--into", type=Path, metavar="FOLDER", help="a new folder for it")
    replay.add_argument("--keep", action="store_true", help="let its lab cloud run on")
    replay.set_defaults(run=_replay)


def _running() -> Running:
    from dryrun.cloud import launcher  # noqa: PLC0415 (slow)

    return launcher.start(Workspace.find())


def _undo(_: argparse.Namespace) -> None:
    from dryrun.cloud import history  # noqa: PLC0415 (slow)

    running = _running()
    found = history.changes(running)
    if not found:
        raise DryRunError("There is nothing to undo; the account is as it began.")
    history.go_back(running, found[-1].number - 1)
    print(f"Undone: {found[-1].what}, record {found[-1].number} of the journal.")


def _rewind(arguments: argparse.Namespace) -> None:
    from dryrun.cloud import history  # noqa: PLC0415 (slow)

    running = _running()
    history.go_back(running, arguments.record)
    last = int(running.control("calls", {"since": 1 << 60})["next"]) - 1
    print(f"The account is as it was after record {last} of the journal.")


def _export(arguments: argparse.Namespace) -> None:
    from dryrun.cloud import parcel  # noqa: PLC0415 (slow)

    workspace = Workspace.find()
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M")
    file = arguments.file or Path(f"dryrun-{stamp}{parcel.SUFFIX}")
    count = parcel.pack(workspace, file)
    size = file.stat().st_size / 1024
    print(f"{file} holds {count} records ({size:.0f} KiB); secrets you typed are left out.")


def _replay(arguments: argparse.Namespace) -> int:
    from dryrun.cloud import launcher, parcel  # noqa: PLC0415 (slow)

    stem = arguments.file.name.removesuffix(parcel.SUFFIX)
    workspace = Workspace((arguments.into or Path(f"{stem}-replayed")).resolve())
    parcel.unpack(arguments.file, workspace)
    running = launcher.start(workspace, compare_all=True)
    try:
        return _report(running)
    finally:
        if not arguments.keep:
            launcher.stop(workspace)


def _report(running: Running) -> int:
    health = running.control("health")
    if health["halted"]:
        print(health["halted"]["sentence"])
        return 1
    done = health["replayed"]
    if done["unknown"]:
        count = done["unknown"]
        print(f"{count} answers cannot be compared: what was signed or typed is not kept.")
    if not done["different"]:
        print(f"All {done['repeated']} answers came out the same.")
        return 0
    numbers = ", ".join(str(number) for number in done["different"][:10])
    total = len(done["different"])
    print(f"{total} of {done['repeated']} answers came out differently: records {numbers}.")
    return 1
