from subprocess import CalledProcessError

import pytest
from IPython.testing.globalipapp import start_ipython

from dryrun.notebook.scripts import tell_failed_scripts_in_a_sentence


@pytest.fixture(scope="module")
def shell():
    return start_ipython()


def shown(shell, capsys, cell):
    tell_failed_scripts_in_a_sentence()
    try:
        result = shell.run_cell(cell)
    finally:
        del CalledProcessError._render_traceback_
    assert isinstance(result.error_in_exec, CalledProcessError)
    said = capsys.readouterr()
    return said.out + said.err


def test_a_failed_script_is_told_in_a_sentence(shell, capsys):
    said = shown(shell, capsys, "%%bash\necho no such stack >&2\nexit 254\n")
    assert "no such stack" in said
    assert "ended with status 254" in said
    assert "Traceback" not in said


def test_a_process_of_the_learners_own_keeps_its_traceback(shell, capsys):
    said = shown(shell, capsys, 'import subprocess\nsubprocess.run(["false"], check=True)\n')
    assert "Traceback" in said
    assert "subprocess.run" in said
