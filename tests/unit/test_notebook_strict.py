"""In strict mode a failing shell command fails its cell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dryrun.notebook.strict import is_strict, make_shell_strict


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("cell", ["!false", "x = !false", "!exit 3", "%%bash\nfalse"])
def test_a_failing_command_raises(shell: InteractiveShell, cell: str) -> None:
    make_shell_strict(shell)
    assert not shell.run_cell(cell).success


@pytest.mark.parametrize(
    "cell", ["!true", "!false || true", "x = !echo hi\nassert x == ['hi'], x", "!echo {1 + 1}"]
)
def test_others_do_not(shell: InteractiveShell, cell: str) -> None:
    make_shell_strict(shell)
    assert shell.run_cell(cell).success


def test_without_strictness_it_passes(shell: InteractiveShell) -> None:
    assert shell.run_cell("!false").success


@pytest.mark.parametrize(("value", "strict"), [("1", True), ("", False), ("0", False)])
def test_the_variable(value: str, strict: bool) -> None:
    assert is_strict({"DRYRUN_STRICT": value}) is strict
    assert not is_strict({})
