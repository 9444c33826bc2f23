"""The `dryrun` command: one sentence for an error, never a traceback."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from dryrun import cli, jupyter
from dryrun.exceptions import CloudError
from dryrun.workspace import Workspace


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    return int(stopped.value.code or 0)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("DRYRUN_WORKSPACE", str(tmp_path))
    return Workspace(tmp_path)


def test_no_workspace_is_one_sentence(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.delenv("DRYRUN_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert run("cloud", "status") == 1
    said = capsys.readouterr().err
    assert said.startswith("dryrun: There is no Dry Run workspace at")
    assert said.count("\n") == 1


def test_an_error_and_ctrl_c_leave_no_traceback(workspace, monkeypatch, capsys) -> None:
    def fail(_: object) -> None:
        raise CloudError("The cloud is down; start it.")

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_cloud_reset", fail)
    assert run("cloud", "reset") == 1
    assert capsys.readouterr().err == "dryrun: The cloud is down; start it.\n"
    monkeypatch.setattr(cli, "_cloud_reset", interrupt)
    assert run("cloud", "reset") == 130
    assert capsys.readouterr().err == ""


def test_status_of_a_cloud_that_is_not_there(workspace, capsys) -> None:
    assert run("cloud", "status") == 1
    assert "is not running; `dryrun cloud start` starts it" in capsys.readouterr().out


def test_progress_is_shown_and_exported(workspace, tmp_path, capsys) -> None:
    assert run("progress") == 0
    assert "Nothing is done yet" in capsys.readouterr().out
    workspace.prepare()
    workspace.progress.write_text("01-01/purser-key done\n")
    assert run("progress") == 0
    assert capsys.readouterr().out == "01-01/purser-key done\n"
    assert run("progress", "--export", str(tmp_path / "out.txt")) == 0
    assert (tmp_path / "out.txt").read_text() == "01-01/purser-key done\n"
    assert run("progress", "--export", str(tmp_path / "no" / "out.txt")) == 1
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90.0), ("15m", 900.0), ("2h", 7200.0), ("1.5d", 129600.0)]
)
def test_times_of_the_clock(text: str, seconds: float) -> None:
    assert (
        cli.parser(with_authoring=False).parse_args(["clock", "advance", text]).seconds == seconds
    )


def test_a_time_that_is_none_is_refused(capsys) -> None:
    assert run("clock", "advance", "soon") == 2
    assert "write 90, 15m, 2h or 1d" in capsys.readouterr().err


def test_a_reader_that_has_enough_gets_no_traceback(workspace) -> None:
    workspace.prepare()
    workspace.progress.write_text("01-01/purser-key done\n" * 20_000)
    command = f"{shlex.quote(sys.executable)} -m dryrun.cli progress | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("01-01/purser-key done\n", "")


def test_the_command_is_quick_to_import() -> None:
    code = (
        "import sys, dryrun.cli; print([m for m in sys.modules if m in ('boto3', 'moto', "
        "'cryptography', 'jupyterlab', 'werkzeug')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_jupyters_command_line_survives_any_path(tmp_path: Path) -> None:
    from jupyterlab.labapp import LabApp

    workspace = Workspace(tmp_path / "ein 'Raum' für \"Übungen\"")
    workspace.root.mkdir()
    line = jupyter.arguments(workspace, browser=False, port=9000)
    app = LabApp()
    app.parse_command_line(line)
    assert app.config.ServerApp.root_dir == str(workspace.root)
    assert "--no-browser" in line


@pytest.mark.parametrize("environ", [{}, {"TERM": "xterm", "SSH_TTY": "x"}])
@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac always has a browser")
def test_no_text_browser_takes_the_terminal(environ: dict[str, str]) -> None:
    assert not jupyter.has_browser(environ)
    assert jupyter.has_browser({"DISPLAY": ":0"})
