"""Let a gap's comment stand above a cell magic."""

from __future__ import annotations

from typing import Any


def allow_comments_above_magics(shell: Any) -> None:
    """Make IPython take `%%bash` below comment lines for the cell magic it is meant to be."""
    transformers = shell.input_transformers_cleanup
    if not any(entry is drop_comments_above_magic for entry in transformers):
        transformers.insert(0, drop_comments_above_magic)


def drop_comments_above_magic(lines: list[str]) -> list[str]:
    """Return the lines of a cell without comments above a cell magic; others as they are."""
    for index, line in enumerate(lines):
        if line.startswith("%%"):
            return lines[index:]
        if line.strip() and not line.startswith("#"):
            break
    return lines
