"""Binder's start script, run as Binder runs it: an empty environment, one command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dryrun.tools import aws_cli

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """What Binder has of the repository when it starts a session."""
    folder = tmp_path / "Übungen on Binder"
    (folder / "labs").mkdir(parents=True)
    shutil.copytree(ROOT / "binder", folder / "binder")
    yield folder
    start(folder, "dryrun", "cloud", "stop")


def start(folder: Path, *command: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": path or f"{BIN}:/usr/bin:/bin", "HOME": str(folder)}
    if "PYTHONPATH" in os.environ:
        environ["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return subprocess.run(
        [str(folder / "binder" / "start"), *command], cwd=folder, env=environ,
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip


@pytest.mark.skipif(aws_cli.installed() is None, reason="no AWS CLI in this environment")
def test_one_click_has_everything_ready(checkout: Path) -> None:
    done = start(checkout, "sh", "-c", "aws s3 mb s3://quay && aws s3 ls && aws sts help | cat")
    assert done.returncode == 0, done.stderr
    assert "quay" in done.stdout
    done = start(checkout, "printenv", "JUPYTER_CONFIG_PATH", "DRYRUN_WORKSPACE")
    config, workspace = done.stdout.splitlines()
    assert (Path(config.split(":")[0]) / "jupyter_lab_config.json").is_file()
    assert Path(workspace) == checkout


def test_words_of_the_command_stay_whole(checkout: Path) -> None:
    assert start(checkout, "printf", "%s|", "a b", "", "'c'").stdout == "a b||'c'|"


def test_jupyterlab_starts_even_when_the_cloud_does_not(checkout: Path) -> None:
    done = start(checkout, "echo", "jupyter", path="/usr/bin:/bin")
    assert done.stdout == "jupyter\n"
    assert "dryrun" in done.stderr


def test_binder_installs_the_locked_versions_and_keeps_no_cache() -> None:
    script = (ROOT / "binder" / "postBuild").read_text()
    assert "-r requirements.txt" in script
    assert "dryrun tools install aws" in script
    assert "PIP_NO_CACHE_DIR=1" in script
    for name in ("postBuild", "start"):
        assert os.access(ROOT / "binder" / name, os.X_OK), f"chmod +x binder/{name}"
