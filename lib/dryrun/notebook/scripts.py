"""A `%%bash` cell that fails: its own words stand above, so one sentence is enough."""

from __future__ import annotations

from subprocess import CalledProcessError
from typing import Any

from dryrun.notebook.display import Card, ipython
from dryrun.notebook.messages import SCRIPT_FAILED


def tell_failed_scripts_in_a_sentence() -> None:
    """Show no traceback of IPython's own code when the script of a cell fails."""
    setattr(CalledProcessError, "_render_traceback_", render)  # noqa: B010 (IPython's protocol)


def render(error: CalledProcessError) -> list[str]:
    """Return what is shown of a failed script, or the traceback of any other process."""
    # IPython's magics hand the script over as bytes, which people's own commands are not.
    if not isinstance(error.cmd, bytes):
        shown: Any = ipython().InteractiveTB.structured_traceback(
            type(error), error, error.__traceback__
        )
        return list(shown)
    text = SCRIPT_FAILED.format(status=error.returncode)
    return [Card("message", {"mark": "!", "tone": "warn", "text": text}).text]
