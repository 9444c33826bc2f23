"""The gate's hand inside a lab's kernel: put the stage back, read how an exercise stands."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

MARK = "dryrun-gate:"


class Stage:
    """Remember names and files as they were before each exercise, and bring them back."""

    def __init__(self) -> None:
        """Keep copies of files in a folder of their own."""
        self._folder = Path(tempfile.mkdtemp(prefix="stage-", dir=Path(os.environ["HOME"])))
        self._names: dict[str, dict[str, Any]] = {}
        self._account: tuple[str, Callable[[], None]] | None = None
        self._home = Path.cwd()

    def remember(self, exercise: str) -> None:
        """Keep the kernel's names and the files beside the notebook as they are now."""
        self._names[exercise] = dict(_shell().user_ns)
        shutil.copytree(self._home, self._folder / exercise, dirs_exist_ok=True)

    def set(self, exercise: str) -> None:
        """Build the account, the names and the files as they are before `exercise`."""
        os.chdir(self._home)
        for path in self._home.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.copytree(self._folder / exercise, self._home, dirs_exist_ok=True)
        names = _shell().user_ns
        names.clear()
        names.update(self._names[exercise])
        self._set_account(exercise)

    def _set_account(self, exercise: str) -> None:
        """Build the account once for all answers to one exercise; then go back to it."""
        from dryrun import lab  # noqa: PLC0415
        from dryrun.notebook import facade  # noqa: PLC0415

        if self._account is not None and self._account[0] == exercise:
            self._account[1]()
            return
        self._account = None
        lab.catch_up(exercise)
        self._account = exercise, facade.keep()


STAGE = Stage()


def tell_state(exercise: str) -> None:
    """Print how one exercise stands."""
    from dryrun import lab  # noqa: PLC0415

    outcome, _, unmet = lab.outcome(exercise).partition(":")
    _tell({"outcome": outcome, "unmet": unmet.split()})


def tell_left_behind(lab_id: str) -> None:
    """Print the criteria of the clean-up that are not met."""
    from dryrun.checks import registry, runner  # noqa: PLC0415

    results = runner.run_criteria(registry.get_lab(lab_id).clean_up, _account())
    _tell({"unmet": [result.criterion.id for result in results if not result.met]})


def _account() -> Any:
    """Return the account of the started lab, in the environment of this kernel."""
    from dryrun.checks.account import Account  # noqa: PLC0415
    from dryrun.cloud import launcher  # noqa: PLC0415
    from dryrun.exceptions import LabError  # noqa: PLC0415
    from dryrun.notebook.state import read_prepared  # noqa: PLC0415
    from dryrun.workspace import Workspace  # noqa: PLC0415

    workspace = Workspace.find()
    running, prepared = launcher.find(workspace), read_prepared(workspace)
    if running is None or prepared is None:
        raise LabError("No cell has started the lab yet; put lab.start in the first code cell.")
    return Account(workspace, running, since=prepared.since)


def _tell(answer: dict[str, Any]) -> None:
    print(MARK + json.dumps(answer))


def _shell() -> Any:
    from IPython.core.getipython import get_ipython  # noqa: PLC0415

    return get_ipython()
