"""`dryrun doctor` on machines that lack something."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from dryrun import doctor
from dryrun.exceptions import WorkspaceError
from dryrun.tools import aws_cli
from dryrun.workspace import Workspace

GOOD = aws_cli.Installed("2.38.5", "v2", "/x/aws")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    (tmp_path / "labs").mkdir()
    monkeypatch.setattr(aws_cli, "installed", lambda: GOOD)
    return Workspace(tmp_path)


def findings(workspace: Workspace) -> dict[doctor.Level, str]:
    said: dict[doctor.Level, str] = dict.fromkeys(doctor.Level, "")
    for finding in doctor.examine(lambda: workspace):
        said[finding.level] += finding.sentence + "\n"
    return said


def test_a_good_machine_is_good(workspace: Workspace, capsys) -> None:
    assert doctor.report(lambda: workspace) == 0
    said = capsys.readouterr().out
    assert "AWS CLI 2.38.5" in said
    assert "The lab cloud is not running; a lab starts it by itself." in said
    assert not list(workspace.root.glob(".dryrun")), "the doctor changes nothing"


def test_no_aws_cli_is_missing(workspace, monkeypatch, capsys) -> None:
    monkeypatch.setattr(aws_cli, "installed", lambda: None)
    assert doctor.report(lambda: workspace) == 1
    assert "run `dryrun tools install aws`" in capsys.readouterr().out


def test_no_workspace_is_missing(workspace, capsys) -> None:
    def find() -> Workspace:
        raise WorkspaceError("There is no Dry Run workspace here.")

    assert doctor.report(find) == 1
    assert "There is no Dry Run workspace here." in capsys.readouterr().out


def test_old_python_and_v1_and_no_groff(workspace, monkeypatch) -> None:
    monkeypatch.setattr(aws_cli, "installed", lambda: aws_cli.Installed("1.46.3", "v1", "/x"))
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (9, 0))
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    said = findings(workspace)
    assert "is too old; install Python" in said[doctor.Level.MISSING]
    assert "AWS CLI is v1" in said[doctor.Level.ADVICE]
    assert "groff and less cannot be found" in said[doctor.Level.ADVICE]
    assert "sudo apt-get install chromium" in said[doctor.Level.ADVICE]


def test_a_full_disk_is_missing(workspace, monkeypatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 7))
    assert "Only 0 MB are free" in findings(workspace)[doctor.Level.MISSING]


def test_a_stale_cloud_file_and_a_taken_port_are_told(workspace, monkeypatch) -> None:
    workspace.prepare()
    workspace.cloud_file.write_text("{}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(doctor, "JUPYTER_PORT", taken.getsockname()[1])
        advice = findings(workspace)[doctor.Level.ADVICE]
    assert "is not running, though it was not stopped" in advice
    assert "is taken; JupyterLab will use the next one" in advice
