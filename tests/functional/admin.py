"""The administrator's key of a cloud process."""

from __future__ import annotations

from pathlib import Path

from dryrun.cloud import keys
from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace


def workspace_of(running: Running) -> Workspace:
    """Return the workspace a cloud process was started for."""
    words = Path(f"/proc/{running.pid}/cmdline").read_bytes().decode().split("\0")
    return Workspace(Path(words[words.index("--workspace") + 1]))


def secret_of(running: Running) -> str:
    """Return the secret of the administrator's access key."""
    return keys.read(workspace_of(running).keys).admin_secret
