"""Lab sources: find, read and check the one text notebook each lab is made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dryrun.authoring.cells import Cell, make_cell, reasons
from dryrun.authoring.exceptions import SourceError
from dryrun.workspace import Workspace

FENCE = re.compile(r"^(?P<fence>`{3,})\{code-cell\}")
FRONT_MATTER_KEYS = frozenset(
    {"id", "title", "minutes", "waits", "objectives", "ids", "capabilities", "single-tool", "omit"}
)


@dataclass(frozen=True)
class Source:
    """Hold one lab source; `file` is its path relative to the workspace."""

    root: Path
    file: str
    text: str
    id: str
    title: str
    minutes: int
    waits: bool
    """Whether its answers take real time, which no faster computer shortens."""
    objectives: tuple[str, ...]
    ids: tuple[str, ...]
    capabilities: tuple[str, ...]
    single_tool: Mapping[str, str]
    omit: Mapping[str, str]
    cells: tuple[Cell, ...]

    @property
    def path(self) -> Path:
        """The source itself."""
        return self.root / self.file

    @property
    def solution_notebook(self) -> Path:
        """The executed notebook with solutions, beside the source."""
        return self.path.with_suffix(".ipynb")

    @property
    def lab_notebook(self) -> Path:
        """The notebook learners open."""
        return self.root / "labs" / self.solution_notebook.relative_to(self.root / "solutions")

    @property
    def exercises(self) -> tuple[str, ...]:
        """The slugs of the exercises, in the order a learner meets them."""
        return tuple(str(cell.exercise) for cell in self.cells if cell.role == "solution")

    def number(self, exercise: str) -> str:
        """Return the number of an exercise of this lab, from "1"."""
        return str(self.exercises.index(exercise) + 1)

    def of(self, role: str, exercise: str) -> list[Cell]:
        """Return the cells of one role ("solution", "variant", "wrong") of an exercise."""
        return [cell for cell in self.cells if cell.role == role and cell.exercise == exercise]

    def solution(self, exercise: str) -> Cell:
        """Return the solution cell of an exercise."""
        return self.of("solution", exercise)[0]


def find_sources(workspace: Workspace) -> list[Path]:
    """Return every lab source of the workspace, in curriculum order."""
    folder = workspace.root / "solutions"
    return sorted(path for path in folder.rglob("*.md") if re.match(r"\d\d-", path.name))


def find_finished(workspace: Workspace) -> list[Path]:
    """Return the sources of all labs but those that solutions/drafts.txt names.

    A draft is there to be read and worked on; a whole run does not put it through the gate.
    """
    file = workspace.root / "solutions" / "drafts.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    drafts = {line.partition("#")[0].strip() for line in lines}
    return [path for path in find_sources(workspace) if path_id(path, workspace.root) not in drafts]


def find_source(workspace: Workspace, lab_id: str) -> Path:
    """Return the source of lab "01-03"; raise SourceError when there is none."""
    found = [path for path in find_sources(workspace) if path_id(path, workspace.root) == lab_id]
    if not found:
        known = ", ".join(path_id(path, workspace.root) for path in find_sources(workspace))
        raise SourceError(
            f"There is no source of lab {lab_id} in solutions/; the labs are {known or 'none yet'}."
        )
    return found[0]


def path_id(path: Path, root: Path) -> str:
    """Return the lab id that a path says: solutions/01-x/03-y.md is "01-03"."""
    parts = path.relative_to(root / "solutions").parts
    return "-".join(part[:2] for part in parts)


def load_source(path: Path, root: Path | None = None) -> Source:
    """Read one source; raise SourceError with file and line when it cannot be used."""
    root = root or _root_of(path)
    file = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file} cannot be read ({error}); save it as UTF-8 text.") from error
    notebook = _read_myst(text, file)
    front = _front_matter(notebook.metadata.get("dryrun"), file)
    starts = notebook.metadata["source_map"]
    cells = tuple(
        make_cell(cell.cell_type, cell.source, cell.metadata, file, _line(cell, start))
        for cell, start in zip(notebook.cells, starts, strict=True)
    )
    source = Source(root=root, file=file, text=text, cells=cells, **front)
    _check_whole(source)
    return source


def solution_text(workspace: Workspace, lab_id: str, exercise_id: str) -> str:
    """Return the solution of an exercise as an author wrote it.

    Reads the fences itself: a kernel that shows one solution must not wait for jupytext.
    Raises SourceError when the lab has no source or the exercise no solution.
    """
    path = find_source(workspace, lab_id)
    for options, body in _fenced_cells(path.read_text(encoding="utf-8")):
        tags = options.get("tags") or []
        if "solution" in tags and options.get("exercise") == exercise_id:
            return body
    file = path.relative_to(workspace.root).as_posix()
    raise SourceError(f"{file} has no solution of the exercise `{exercise_id}`.")


def _fenced_cells(text: str) -> Iterator[tuple[dict[str, Any], str]]:
    lines = iter(text.splitlines())
    for line in lines:
        opened = FENCE.match(line)
        if not opened:
            continue
        block = []
        for inner in lines:
            if inner.rstrip() == opened["fence"]:
                break
            block.append(inner)
        yield _split_options(block)


def _split_options(block: list[str]) -> tuple[dict[str, Any], str]:
    at = 0
    if block[:1] == ["---"]:
        at = block.index("---", 1) + 1
        options = block[1 : at - 1]
    else:
        while at < len(block) and block[at].startswith(":"):
            at += 1
        options = [line[1:] for line in block[:at]]
    if at < len(block) and not block[at].strip():
        at += 1
    return yaml.safe_load("\n".join(options)) or {}, "\n".join(block[at:])


def _root_of(path: Path) -> Path:
    for folder in path.resolve().parents:
        if folder.name == "solutions":
            return folder.parent
    raise SourceError(f"{path} is not below a folder named solutions; move it there.")


def _read_myst(text: str, file: str) -> Any:
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook  # noqa: PLC0415

    try:
        return myst_to_notebook(text, add_source_map=True)
    except (MystMetadataParsingError, TypeError, AttributeError) as error:
        words = " ".join(str(error).split())
        raise SourceError(f"{file}: {words}; correct the options there.") from error


def _line(cell: Any, start: int) -> int:
    # jupytext counts the line after the fence for code and before the text for prose
    return int(start) if cell.cell_type == "code" else int(start) + 1


def _front_matter(front: Any, file: str) -> dict[str, Any]:
    where = f"{file}:1"
    if not isinstance(front, dict):
        raise SourceError(f"{where}: there is no `dryrun:` in the front matter; add id and title.")
    for key in front:
        if key not in FRONT_MATTER_KEYS:
            raise SourceError(
                f"{where}: `dryrun:` has no key `{key}`; "
                f"use {', '.join(sorted(FRONT_MATTER_KEYS))}."
            )
    for key in ("id", "title"):
        if not isinstance(front.get(key), str) or not front[key].strip():
            raise SourceError(f'{where}: `dryrun: {key}:` must be a text; write it in quotes "".')
    minutes = front.get("minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < 1:
        raise SourceError(f"{where}: `dryrun: minutes:` must be a whole number of minutes.")
    waits = front.get("waits", False)
    if not isinstance(waits, bool):
        raise SourceError(f"{where}: `dryrun: waits:` must be true or false; leave it out for no.")
    return {
        "id": front["id"],
        "title": front["title"],
        "minutes": minutes,
        "waits": waits,
        "single_tool": reasons(front.get("single-tool"), "single-tool", where),
        "omit": reasons(front.get("omit"), "omit", where),
    } | {key: _texts(front, key, where) for key in ("objectives", "ids", "capabilities")}


def _texts(front: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = front.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SourceError(f"{where}: `dryrun: {key}:` must be a list of texts.")
    return tuple(value)


def _check_whole(source: Source) -> None:
    expected = path_id(source.path, source.root)
    if source.id != expected:
        raise SourceError(
            f"{source.file}:1: the id is {source.id} but the path says {expected}; make them agree."
        )
    seen: dict[str, int] = {}
    for cell in source.cells:
        if cell.role != "solution":
            continue
        slug = str(cell.exercise)
        if slug in seen:
            raise SourceError(
                f"{source.file}:{cell.line}: the exercise `{slug}` already has a solution at line "
                f"{seen[slug]}; keep one (another right answer is a `variant`)."
            )
        seen[slug] = cell.line
    for cell in source.cells:
        if cell.exercise and cell.exercise not in seen:
            raise SourceError(
                f"{source.file}:{cell.line}: no solution cell has the exercise `{cell.exercise}`; "
                f"the exercises here are {', '.join(seen) or 'none'}."
            )
