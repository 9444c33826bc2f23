"""moto's list of its own packages, read once.

moto reads its folder for every request, a third of what a small one costs.
"""

from __future__ import annotations

from moto import backends


def install() -> None:
    """Let moto remember what it has read."""
    names = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: names
