"""Strict mode: what a learner is told kindly is an error for the machine that checks labs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from dryrun.exceptions import DryRunError

STRICT_VARIABLE = "DRYRUN_STRICT"
_TRAIT = "system_raise_on_error"


def is_strict(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether errors must raise instead of being shown."""
    return environ.get(STRICT_VARIABLE, "") not in ("", "0")


def make_shell_strict(shell: Any) -> None:
    """Make `!command` and `x = !command` raise CalledProcessError on a non-zero exit.

    Raises DryRunError when the shell is an IPython that cannot do that.
    """
    if not shell.has_trait(_TRAIT):
        raise DryRunError(
            "This IPython ignores failing commands in cells; install IPython 9.5 or newer, "
            "as requirements.txt does."
        )
    setattr(shell, _TRAIT, True)
