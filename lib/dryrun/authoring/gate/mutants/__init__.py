"""Generate slightly wrong answers from a right one, the same ones every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from dryrun.authoring.gate.mutants import python, shell, written
from dryrun.authoring.gate.mutants.change import Edit, Mutant
from dryrun.authoring.gate.mutants.parts import split

AT_MOST = 8

__all__ = ["AT_MOST", "Mutant", "chosen", "generate"]


def generate(code: str) -> list[Mutant]:
    """Return every mutant of a cell, in the order of the text, each with an id of its own."""
    parts = split(code)
    edits: list[Edit] = []
    for command in parts.commands:
        edits += shell.edits(command.text, command.start)
    if parts.python:
        edits += python.edits(parts.python)
    if parts.written:
        edits += written.edits(parts.written.text, parts.written.start)
    edits.sort(key=lambda edit: (edit.start, edit.name))
    return _named(Mutant(edit.name, edit.apply(code)) for edit in edits)


def chosen(
    mutants: list[Mutant], equivalent: Iterable[str], at_most: int = AT_MOST
) -> list[Mutant]:
    """Return the mutants to run: at most `at_most`, spread evenly, and every listed one."""
    listed = [mutant for mutant in mutants if mutant.id in set(equivalent)]
    others = [mutant for mutant in mutants if mutant not in listed]
    if len(others) > at_most:
        others = [others[index * len(others) // at_most] for index in range(at_most)]
    return others + listed


def _named(mutants: Iterable[Mutant]) -> list[Mutant]:
    seen: Counter[str] = Counter()
    named = []
    for mutant in mutants:
        seen[mutant.id] += 1
        count = seen[mutant.id]
        named.append(mutant if count == 1 else replace(mutant, id=f"{mutant.id} #{count}"))
    return named
