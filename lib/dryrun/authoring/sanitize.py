"""The one list of what may differ between two runs of a notebook."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

CONFIG = Path("tests") / "labs" / "sanitize.cfg"
# The form nbval reads: a `regex:` line followed by a `replace:` line.
PATTERN = re.compile(r"^regex: (.*)$\n^replace: (.*)$", re.MULTILINE)


@cache
def patterns(root: Path) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the (regex, replacement) pairs of the repository, in the order nbval applies them."""
    file = root / CONFIG
    if not file.is_file():
        return ()
    found = PATTERN.findall(file.read_text(encoding="utf-8"))
    return tuple((re.compile(regex), replacement) for regex, replacement in found)


def sanitize(value: Any, root: Path) -> Any:
    """Return `value` (text, list or table) with everything that may differ replaced."""
    if isinstance(value, str):
        for regex, replacement in patterns(root):
            value = regex.sub(replacement, value)
        return value
    if isinstance(value, list):
        return [sanitize(item, root) for item in value]
    if isinstance(value, dict):
        return {key: sanitize(item, root) for key, item in value.items()}
    return value
