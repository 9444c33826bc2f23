"""Lay a lab's templates beside its notebook."""

from __future__ import annotations

from pathlib import Path

from dryrun.checks.account import Account
from dryrun.exceptions import LabError

FOLDER = "templates"
KEPT = ".mine"
"""What a learner's own version of a template is called when a fresh one takes its place."""


def lay_out(account: Account, track: str, *names: str) -> None:
    """Copy templates from `templates/<track>` into the current folder, the notebook's.

    A version the learner changed is kept beside it: `tickets.yaml.mine`. Raises LabError
    when a template is missing or the folder cannot be written.
    """
    for name in names:
        source = account.workspace.root / FOLDER / track / name
        try:
            write(name, source.read_text(encoding="utf-8"))
        except OSError as error:
            raise LabError(
                f"The template {FOLDER}/{track}/{name} cannot be put beside the notebook "
                f"({error.strerror or error}); get the folder `{FOLDER}` back with git, "
                "or free some space."
            ) from error


def write(name: str, text: str) -> None:
    """Write a template beside the notebook; another version of it is kept."""
    target = Path(name)
    if target.exists():
        old = target.read_text(encoding="utf-8", errors="replace")
        if old == text:
            return
        Path(f"{name}{KEPT}").write_text(old, encoding="utf-8")
    target.write_text(text, encoding="utf-8")


def remove(*names: str) -> None:
    """Remove what an earlier run of the lab left beside the notebook, but keep a copy."""
    for name in names:
        target = Path(name)
        if target.is_file():
            target.replace(f"{name}{KEPT}")
