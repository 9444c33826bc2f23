"""The Python side of a lab: its Lab object and the file that defines it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dryrun.exceptions import LabError

if TYPE_CHECKING:
    from dryrun.checks.model import Lab


def load(lab_id: str) -> Lab:
    """Return the Lab of `lab_id`; raise LabError when no module defines it."""
    from dryrun.checks.registry import get_lab  # noqa: PLC0415  (brings boto3 with it)

    return get_lab(lab_id)


def find(lab_id: str) -> Path | None:
    """Return the file that defines the Lab of `lab_id`; None when there is none."""
    try:
        lab = load(lab_id)
    except LabError:
        return None
    for module in list(sys.modules.values()):
        if getattr(module, "LAB", None) is lab and module.__file__:
            return Path(module.__file__)
    return None
