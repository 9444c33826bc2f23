"""The curriculum: which lab teaches which behaviours, by id."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).with_name("curriculum.yaml")


@dataclass(frozen=True)
class PlannedLab:
    """Hold what the curriculum says of one lab."""

    id: str
    title: str
    track: str
    ids: tuple[str, ...]


@cache
def planned_labs() -> dict[str, PlannedLab]:
    """Return every lab of the curriculum by its id, in curriculum order."""
    tracks = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {
        lab["id"]: PlannedLab(lab["id"], lab["title"], track["title"], tuple(lab["ids"]))
        for track in tracks
        for lab in track["labs"]
    }


@cache
def known_ids() -> frozenset[str]:
    """Return every id of the curriculum."""
    return frozenset(id_ for lab in planned_labs().values() for id_ in lab.ids)
