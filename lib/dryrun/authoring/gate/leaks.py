"""The rule that nothing of a solution can be read in the notebook learners open."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from dryrun.authoring.build import read_notebook
from dryrun.authoring.cells import Cell
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.mutants.parts import split
from dryrun.authoring.gate.subject import Subject
from dryrun.authoring.notebook import lab_notebook

SHORTEST = 12
# Lines every notebook needs; whoever has read the worked example knows them.
COMMON = re.compile(
    r"^(?:[)\]}]|import |from \S+ import |#|%%\w+|lab\."
    r"|\w+ = boto3\.(?:client|resource|Session)\([^)]*\)$)"
)
VALUE = re.compile(r"[A-Za-z0-9][\w:/.+-]{5,}")


def leaks(subject: Subject) -> Iterator[Finding]:
    """Demand that labs/ has no line of an answer, nor a value that nothing before states."""
    built = lab_notebook(subject.source)
    stored = read_notebook(subject.source.lab_notebook)
    for notebook in [built] if stored is None else [built, stored]:
        found = list(_in(subject, notebook))
        yield from found
        if found:
            return


def _in(subject: Subject, notebook: dict[str, Any]) -> Iterator[Finding]:
    source = subject.source
    file = source.lab_notebook.relative_to(source.root).as_posix()
    if any(cell.get("outputs") for cell in notebook["cells"]):
        yield subject.finding(
            "leaks", "it has outputs", "build it again with `dryrun build-labs`", file=file
        )
    # What an author puts into a gap is given on purpose; anywhere else it is a leak.
    gaps = {f"exercise-{exercise}"[:64] for exercise in source.exercises}
    others = [cell for cell in notebook["cells"] if cell.get("id") not in gaps]
    everything = _flat("\n".join(_texts(others)))
    for cell in source.cells:
        if cell.role not in ("solution", "variant"):
            continue
        exercise = str(cell.exercise)
        for line in _lines(cell):
            if line in everything:
                yield subject.finding(
                    "leaks",
                    f"the line `{line}` of its {cell.role} can be read there",
                    f"say it in words, or let {source.file}:{cell.line} do something else",
                    exercise=exercise,
                    file=file,
                )
    for exercise in source.exercises:
        for value in _unstated(notebook["cells"], exercise, source.solution(exercise)):
            yield subject.finding(
                "leaks",
                f"its value `{value}` shows in code behind the gap but is stated nowhere before",
                "state it in the text of the exercise, or take it out of the code",
                exercise=exercise,
                file=file,
            )


def _lines(cell: Cell) -> list[str]:
    """Return the lines of substance, one for a whole continued command."""
    joined = re.sub(r"\\\s*\n\s*", " ", cell.text)
    lines = (_flat(line) for line in joined.splitlines())
    return [line for line in lines if len(line) >= SHORTEST and not COMMON.match(line)]


def _texts(cells: list[dict[str, Any]]) -> Iterator[str]:
    for cell in cells:
        yield "".join(cell["source"])
        yield from _strings(cell.get("metadata", {}))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)


def _unstated(cells: list[dict[str, Any]], exercise: str, solution: Cell) -> list[str]:
    at = next(
        (i for i, cell in enumerate(cells) if cell["metadata"].get("exercise") == exercise), None
    )
    if at is None:
        return []
    before = "\n".join(_texts(cells[:at]))
    prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    behind = "\n".join(_texts([c for c in cells[at:] if c["cell_type"] == "code"]))
    return [
        value
        for value in sorted(_values(solution.text))
        if value in behind and value not in before and value not in prose and value != exercise
    ]


def _values(code: str) -> set[str]:
    """Return the distinctive values of a solution: option values and texts, not words of code."""
    parts = split(code)
    texts = [word for piece in parts.commands for word in piece.text.split()[3:]]
    if parts.written:
        texts += parts.written.text.split()
    if parts.python:
        texts += _constants(parts.python)
    words = {word.strip("'\"") for word in texts if not word.startswith("-")}
    return {word for word in words if VALUE.fullmatch(word) and re.search(r"[\d:/.-]", word)}


def _constants(code: str) -> list[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _flat(text: str) -> str:
    return " ".join(re.sub(r"\\\s*\n", " ", text).split())
