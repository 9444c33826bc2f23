"""Which lab the account holds, remembered beside the account so that a restart keeps it."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from dryrun.workspace import Workspace


@dataclass(frozen=True)
class Prepared:
    """Say which lab was prepared in which run of the cloud.

    `since` is the number of the first call that counts as the learner's.
    """

    lab: str
    instance: str
    since: int


def _file(workspace: Workspace) -> Path:
    return workspace.state / "lab.json"


def read_prepared(workspace: Workspace) -> Prepared | None:
    """Return what was prepared last; None when nothing was, or the file is damaged."""
    try:
        content = json.loads(_file(workspace).read_text(encoding="utf-8"))
        return Prepared(str(content["lab"]), str(content["instance"]), int(content["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_prepared(workspace: Workspace, prepared: Prepared) -> bool:
    """Remember `prepared`; False when the disk refuses."""
    file = _file(workspace)
    draft = file.with_name(f"{file.name}.new")
    try:
        draft.write_text(json.dumps(asdict(prepared)) + "\n", encoding="utf-8")
        draft.replace(file)
    except OSError:
        return False
    return True


def forget_prepared(workspace: Workspace) -> None:
    """Forget what was prepared, before the account is changed."""
    try:
        _file(workspace).unlink(missing_ok=True)
    except OSError:
        return


@contextlib.contextmanager
def one_builder(workspace: Workspace) -> Iterator[None]:
    """Wait until no other kernel prepares the account, and keep others waiting meanwhile."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            # A disk that refuses a lock file must not keep anyone from working.
            handle = stack.enter_context(_file(workspace).with_name("lab.lock").open("a"))
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
