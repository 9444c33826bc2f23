"""The rule that the committed notebooks are what their sources build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dryrun.authoring.build import fingerprint, read_notebook, solution_is_stale
from dryrun.authoring.gate.finding import Finding
from dryrun.authoring.gate.subject import Subject
from dryrun.authoring.notebook import lab_notebook, solution_notebook

REMEDY = "build it with `dryrun build-labs {lab}` and commit it"


def staleness(subject: Subject) -> Iterator[Finding]:
    """Demand that labs/….ipynb and solutions/….ipynb equal what the source and the checks build."""
    source = subject.source
    remedy = REMEDY.format(lab=source.id)
    lab_file = source.lab_notebook.relative_to(source.root).as_posix()
    stored = read_notebook(source.lab_notebook)
    if stored != lab_notebook(source):
        problem = "it is missing" if stored is None else "it is not what the source builds"
        yield subject.finding("staleness", problem, remedy, file=lab_file)
    solution_file = source.solution_notebook.relative_to(source.root).as_posix()
    for problem in _solution_problems(subject):
        yield subject.finding("staleness", problem, remedy, file=solution_file)


def _solution_problems(subject: Subject) -> Iterator[str]:
    source = subject.source
    stored = read_notebook(source.solution_notebook)
    if stored is None:
        yield "it is missing"
    elif solution_is_stale(source):
        yield "the source or the checks have changed since it was run"
    elif _bare(stored) != _bare(solution_notebook(source, fingerprint(source))):
        yield "its cells are not those of the source"
    elif any(
        cell["cell_type"] == "code" and cell.get("execution_count") is None
        for cell in stored["cells"]
    ):
        yield "some of its cells were never run"


def _bare(notebook: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (cell["id"], cell["cell_type"], "".join(cell["source"]), repr(cell["metadata"]))
        for cell in notebook["cells"]
    ]
