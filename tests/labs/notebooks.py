"""Run a notebook as a learner's browser would: in a sandbox, with a tool of its own."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dryrun.authoring.gate.resident import resident_cli
from dryrun.authoring.sandbox import sandbox
from dryrun.authoring.source import Source

TOO_LONG = 900


def papermill(source: Source, notebook: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return the notebook as papermill leaves it; it must have come to its end.

    Its `aws` is the gate's, which starts at once.
    """
    with (
        sandbox(source.root) as box,
        resident_cli(box.folder / "aws", box.environment(strict=strict)) as environ,
    ):
        folder = box.lab_folder(source.lab_notebook, source.root)
        before, after = folder / source.lab_notebook.name, folder / "after.ipynb"
        before.write_text(json.dumps(notebook))
        command = ["papermill", str(before), str(after), "--no-progress-bar", "--cwd", str(folder)]
        ran = run_module(folder, command, environ)
        assert after.exists(), ran.stdout + ran.stderr
        made = json.loads(after.read_text())
    code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code), ran.stderr[-4000:]
    return made


def nbval(source: Source, sanitize: Path) -> subprocess.CompletedProcess[str]:
    """Compare the executed solution with a new run of it, strictly.

    In the first lab of each track `aws` is the one that learners have, which starts each time.
    """
    with contextlib.ExitStack() as stack:
        box = stack.enter_context(sandbox(source.root))
        environ = box.environment(strict=True)
        if not source.id.endswith("-01"):
            environ = stack.enter_context(resident_cli(box.folder / "aws", environ))
        folder = box.lab_folder(source.lab_notebook, source.root)
        notebook = folder / source.lab_notebook.name
        notebook.write_text(source.solution_notebook.read_text(encoding="utf-8"))
        command = ["pytest", "-q", "-c", "/dev/null", "-p", "no:cacheprovider", "-p", "no:xdist"]
        command += ["--rootdir", str(folder), "--nbval", "--nbval-sanitize-with", str(sanitize)]
        return run_module(folder, [*command, str(notebook)], environ)


def run_module(
    folder: Path, command: list[str], environ: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=TOO_LONG,
        check=False,
    )


def accidents(notebook: dict[str, Any]) -> list[str]:
    """Return the errors of cells whose failure is not the lesson."""
    return [
        f"{''.join(cell['source'])}\n{output['ename']}: {output['evalue']}"
        for cell in notebook["cells"]
        if "raises-exception" not in cell["metadata"].get("tags", [])
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]


def texts(notebook: dict[str, Any]) -> Iterator[str]:
    """Yield everything a cell has shown as text."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            yield "".join(output.get("text", ""))
            yield "".join(output.get("data", {}).get("text/plain", ""))
