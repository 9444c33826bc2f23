"""Mutants of a file that a cell writes: `key = value` lines dropped or changed."""

from __future__ import annotations

import re

from dryrun.authoring.gate.mutants.change import Edit, other_value, shorten

LINE = re.compile(r"^(?P<key>[ \t]*[\w.-]+)[ \t]*[=:][ \t]*(?P<value>[^\n]*?)[ \t]*$", re.MULTILINE)
SECTION = re.compile(r"^\[(?P<name>[^\]\n]+)\]", re.MULTILINE)


def edits(text: str, start: int) -> list[Edit]:
    """Return the edits of a written file whose text begins at `start` of its cell."""
    found = []
    for line in LINE.finditer(text):
        key = line["key"].strip()
        found.append(Edit(f"drop {key}", start + line.start(), start + line.end(), ""))
        changed = other_value(line["value"].strip("\"'"))
        if changed:
            kind, new = changed
            old = line["value"].strip("\"'")
            at = start + text.index(old, line.start("value"))
            name = f"{kind} {key} {shorten(old)}→{shorten(new)}"
            found.append(Edit(name, at, at + len(old), new))
    for section in SECTION.finditer(text):
        name = section["name"]
        begin, end = start + section.start("name"), start + section.end("name")
        found.append(Edit(f"value [] {name}→{name}-x", begin, end, f"{name}-x"))
    return found
