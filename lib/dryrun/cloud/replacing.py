"""Put functions of ours in the place of moto's."""

from __future__ import annotations

from typing import Any


def put(*replaced: tuple[Any, str, Any]) -> None:
    """Set each attribute: whose it is, its name, and what it is from now on."""
    for owner, name, ours in replaced:
        setattr(owner, name, ours)
