"""A throw-away workspace, home folder and cloud, so that authoring never touches real ones."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dryrun
from dryrun.workspace import WORKSPACE_VARIABLE, Workspace

STRICT_VARIABLE = "DRYRUN_STRICT"
LAB_PACKAGES_VARIABLE = "DRYRUN_LAB_PACKAGES"
# The folder name shows in outputs; the same one everywhere keeps them comparable.
WORKSPACE_NAME = "dry-run"
SHOWN_ROOT = f"~/{WORKSPACE_NAME}"


@dataclass(frozen=True)
class Sandbox:
    """Name the folders of one sandbox; `folder` holds all of them."""

    folder: Path

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.folder / WORKSPACE_NAME

    @property
    def home(self) -> Path:
        """An empty home folder."""
        return self.folder / "home"

    @property
    def workspace(self) -> Workspace:
        """The workspace as the rest of Dry Run sees it."""
        return Workspace(self.root)

    def environment(self, *, strict: bool) -> dict[str, str]:
        """Return the variables of a process in the sandbox; nothing of the author's AWS set-up."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name == LAB_PACKAGES_VARIABLE
            or not name.startswith(("AWS_", "DRYRUN_", "JUPYTER_", "IPYTHON"))
        }
        library = str(Path(dryrun.__file__).parents[1])
        # Not resolved: in a virtual environment the real interpreter is elsewhere.
        programs = str(Path(sys.executable).parent)
        kept |= {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
            "PYTHONPATH": os.pathsep.join(
                [library, *filter(None, [os.environ.get("PYTHONPATH", "")])]
            ),
            "IPYTHONDIR": str(self.home / ".ipython"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            WORKSPACE_VARIABLE: str(self.root),
        }
        return kept | ({STRICT_VARIABLE: "1"} if strict else {})

    def lab_folder(self, lab_notebook: Path, root: Path) -> Path:
        """Make and return the folder in which a learner's kernel of this lab would start."""
        folder = self.root / lab_notebook.relative_to(root).parent
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@contextlib.contextmanager
def sandbox(root: Path) -> Iterator[Sandbox]:
    """Give a fresh sandbox of the repository `root`; stop its cloud and delete it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="dryrun-")).resolve()
    made = Sandbox(folder)
    try:
        (made.root / "labs").mkdir(parents=True)
        made.home.mkdir()
        if (root / "solutions").is_dir():
            (made.root / "solutions").symlink_to(root / "solutions")
        if (root / "templates").is_dir():
            shutil.copytree(root / "templates", made.root / "templates")
        yield made
    finally:
        stop_cloud(made.workspace)
        shutil.rmtree(folder, ignore_errors=True)


def stop_cloud(workspace: Workspace) -> None:
    """Stop the cloud of a workspace if one runs; never raise, the workspace goes away."""
    from dryrun.cloud import launcher  # noqa: PLC0415  (the cloud is not needed to build texts)

    with contextlib.suppress(Exception):
        launcher.stop(workspace)
