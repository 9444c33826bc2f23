"""A shell in the lab environment, for `dryrun shell` and for JupyterLab's terminals."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping

from dryrun.environment import programs_folder, shell_lines
from dryrun.exceptions import WorkspaceError
from dryrun.workspace import Workspace


def command(workspace: Workspace, environment: Mapping[str, str | None]) -> list[str]:
    """Return the command of an interactive shell that keeps the lab environment.

    Bash, where it exists: it reads the learner's own start file first and takes the lab environment
    on after it, because start files like to set PATH and AWS_PROFILE. Raises WorkspaceError
    when the disk refuses.
    """
    bash = shutil.which("bash")
    if bash is None:
        return [os.environ.get("SHELL") or "/bin/sh"]
    start = workspace.state / "shell" / "bashrc"
    try:
        start.parent.mkdir(parents=True, exist_ok=True)
        start.write_text(_start_file(environment), "utf-8")
    except OSError as error:
        raise WorkspaceError(
            f"Dry Run cannot write {start} ({error.strerror}); free some space or make the folder "
            "writable, then try again."
        ) from error
    return [bash, "--rcfile", str(start), "-i"]


def _start_file(environment: Mapping[str, str | None]) -> str:
    kept = {name: value for name, value in environment.items() if name != "PATH"}
    return (
        '[ -f "$HOME/.bashrc" ] && . "$HOME/.bashrc"\n'
        f"{shell_lines(kept)}"
        f'export PATH={shlex.quote(str(programs_folder()))}:"$PATH"\n'
        "command -v aws_completer >/dev/null && complete -C aws_completer aws\n"
        'PS1="(dry run) $PS1"\n'
    )
