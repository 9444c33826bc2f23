"""The bootstrap script: readable by old Pythons, and one sentence for what it cannot do."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", str(tmp_path / ".venv"))
    for name in ("PYTHONPATH", "PYTHONHOME"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    return module


def test_old_pythons_can_parse_it() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 4))


def test_an_old_python_says_so_in_one_sentence(bootstrap, monkeypatch, capsys) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 18))
    monkeypatch.setenv("PATH", "/nowhere")
    assert bootstrap.main(["bootstrap.py", "lab"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("dryrun: Python 3.9 is too old for the labs; install Python 3.11")
    assert said.count("\n") == 1


def test_an_old_python_goes_on_under_a_newer_one(bootstrap, monkeypatch, tmp_path) -> None:
    broken, good = tmp_path / "python3.13", tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\nexit 127\n")
    good.write_text("#!/bin/sh\nexit 0\n")
    broken.chmod(0o755)
    good.chmod(0o755)
    started: list[str] = []
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(bootstrap.os, "execv", lambda program, _: started.append(program))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(bootstrap.Stop):
        bootstrap.need_new_python(["bootstrap.py", "lab"])
    assert started == [str(good)]


def test_a_real_old_python_says_so() -> None:
    """Runs only where one is around; the test above covers the rest."""
    old = [p for v in ("2.7", "3.6", "3.7", "3.8", "3.9") if (p := shutil.which(f"python{v}"))]
    works = [p for p in old if not subprocess.run([p, "-c", ""], capture_output=True).returncode]
    if not works:
        pytest.skip("no Python older than 3.10 is installed")
    done = subprocess.run(
        [works[0], str(SCRIPT), "lab"], env={"PATH": "/nowhere"}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "is too old" in done.stderr


def test_python_without_ensurepip_names_the_package(bootstrap, monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert bootstrap.main(["bootstrap.py", "install"]) == 1
    assert "-venv` (or python3-venv)" in capsys.readouterr().err
    assert not Path(bootstrap.VENV).exists()


def test_a_stamp_holds_until_a_requirement_changes(bootstrap, monkeypatch, tmp_path) -> None:
    root = tmp_path / "root"
    for name in (*bootstrap.INPUTS, "requirements.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("one")
    monkeypatch.setattr(bootstrap, "ROOT", str(root))
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "dryrun").touch()
    Path(bootstrap.stamp_path("lab")).write_text(bootstrap.digest("lab"))
    assert bootstrap.stamped("lab")
    (root / "requirements.txt").write_text("two")
    assert not bootstrap.stamped("lab")


def test_requirement_files_name_no_index_and_pin_everything() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = (ROOT / name).read_text().splitlines()
        packages = [line for line in lines if line and not line.lstrip().startswith("#")]
        assert len(packages) > 80
        assert all("==" in line and "://" not in line for line in packages)
        assert not any("://" in line or line.startswith("--") for line in lines)


def test_test_requirements_hold_every_lab_requirement() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line.split(" ;")[0] for line in lines if "==" in line and line[0] not in " #"}

    assert pins("requirements.txt") <= pins("requirements-test.txt")
