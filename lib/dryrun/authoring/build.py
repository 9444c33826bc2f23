"""Write the two notebooks of a lab, and leave a file alone when nothing real changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dryrun.authoring import checks_module
from dryrun.authoring.exceptions import BuildError
from dryrun.authoring.kernel import ANSI, manager
from dryrun.authoring.notebook import dump, lab_notebook, solution_notebook
from dryrun.authoring.sandbox import SHOWN_ROOT, Sandbox, sandbox
from dryrun.authoring.sanitize import sanitize
from dryrun.authoring.source import Source

CELL_TIMEOUT = 180
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Built:
    """Say which of the two files a build wrote; False: it was right already."""

    source: Source
    lab_written: bool
    solution_written: bool


def build(source: Source, *, only_stale: bool = False) -> Built:
    """Write labs/….ipynb and the executed solutions/….ipynb of one source.

    With `only_stale` a solution built from the same source and checks is not run again.
    Raises BuildError when a cell fails that must not, or the other way round.
    """
    lab_written = _write_when_changed(source.lab_notebook, lab_notebook(source), source.root)
    if only_stale and not solution_is_stale(source):
        return Built(source, lab_written, solution_written=False)
    executed = execute(source)
    written = _write_when_changed(source.solution_notebook, executed, source.root)
    return Built(source, lab_written, written)


def fingerprint(source: Source) -> str:
    """Return the sha256 of everything a solution is built from: source and checks."""
    digest = hashlib.sha256(source.text.encode())
    for file in checks_module.files(source.id):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def solution_is_stale(source: Source) -> bool:
    """Tell whether the executed solution is missing or was built from something else."""
    stored = read_notebook(source.solution_notebook)
    if stored is None:
        return True
    own = stored.get("metadata", {}).get("dryrun", {})
    return bool(own.get("source_sha256") != fingerprint(source))


def read_notebook(path: Path) -> dict[str, Any] | None:
    """Return a notebook file as a table; None when it is missing or no notebook."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def execute(source: Source) -> dict[str, Any]:
    """Run the solution notebook in a sandbox of its own and return it with outputs.

    Raises BuildError naming file and line when a cell fails, or one tagged `fails` does not.
    """
    import nbformat  # noqa: PLC0415
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError, CellTimeoutError  # noqa: PLC0415

    notebook = nbformat.from_dict(solution_notebook(source, fingerprint(source)))
    with sandbox(source.root) as box:
        cwd = box.lab_folder(source.lab_notebook, source.root)
        client = NotebookClient(
            notebook,
            km=manager(box.folder),
            timeout=CELL_TIMEOUT,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(cwd)}},
        )
        try:
            client.execute(env=box.environment(strict=True))
        except (CellExecutionError, CellTimeoutError) as error:
            raise BuildError(_what_failed(source, notebook, error)) from error
        finally:
            if client.km is not None and client.km.has_kernel:
                client.km.shutdown_kernel(now=True)
        _refuse_success_of_failing_cells(source, notebook)
        return _tidy(notebook, box)


def _what_failed(source: Source, notebook: Any, error: Exception) -> str:
    shown = [cell for cell in source.cells if cell.role in ("shown", "solution")]
    for cell, ran in zip(shown, notebook.cells, strict=True):
        failed = [out for out in ran.get("outputs", []) if out["output_type"] == "error"]
        if failed and "fails" not in cell.tags:
            words = f"{failed[0]['ename']}: {_last_line(failed[0]['evalue'])}"
            return (
                f"{source.file}:{cell.line}: the cell fails ({words}); correct it, or tag it "
                "`fails` if failing is the lesson."
            )
    last = _last_line(str(error))
    return f"{source.file}: the notebook could not be run to its end ({last}); run it by hand."


def _refuse_success_of_failing_cells(source: Source, notebook: Any) -> None:
    shown = [cell for cell in source.cells if cell.role in ("shown", "solution")]
    for cell, ran in zip(shown, notebook.cells, strict=True):
        if "fails" not in cell.tags:
            continue
        if not any(out["output_type"] == "error" for out in ran["outputs"]):
            raise BuildError(
                f"{source.file}:{cell.line}: the cell is tagged `fails` but succeeds; "
                "make it fail or drop the tag."
            )


def _last_line(text: str) -> str:
    lines = ANSI.sub("", text).strip().splitlines()
    return lines[-1] if lines else ""


def _tidy(notebook: Mapping[str, Any], box: Sandbox) -> dict[str, Any]:
    """Return the executed notebook without what only this run knows."""
    made: dict[str, Any] = json.loads(json.dumps(notebook))
    made["metadata"]["language_info"] = {"name": "python"}
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = _hide_paths(_join_streams(cell["outputs"]), box)
            for output in cell["outputs"]:
                # Without its kernel a widget is an empty box that hides its HTML twin.
                output.get("data", {}).pop(WIDGET, None)
    return made


def _join_streams(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # How a program's output is cut into pieces is a matter of chance.
    joined: list[dict[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


def _hide_paths(value: Any, box: Sandbox) -> Any:
    if isinstance(value, str):
        value = value.replace(str(box.root), SHOWN_ROOT)
        return value.replace(str(box.home), "~")
    if isinstance(value, list):
        return [_hide_paths(item, box) for item in value]
    if isinstance(value, dict):
        return {key: _hide_paths(item, box) for key, item in value.items()}
    return value


def comparable(notebook: dict[str, Any], root: Path) -> dict[str, Any]:
    """Return a notebook whose outputs are sanitised; its texts stay as they are."""
    cells = [
        cell | {"outputs": sanitize(cell["outputs"], root)} if cell.get("outputs") else cell
        for cell in notebook.get("cells", [])
    ]
    return notebook | {"cells": cells}


def _write_when_changed(path: Path, notebook: dict[str, Any], root: Path) -> bool:
    stored = read_notebook(path)
    if stored is not None and comparable(stored, root) == comparable(notebook, root):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(notebook), encoding="utf-8")
    return True
