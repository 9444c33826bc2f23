"""What the functional tests of the cloud have in common."""

import sys
from collections.abc import Iterator

import pytest

from dryrun.cloud import launcher
from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

# As in `dryrun.cloud.server`: it takes seconds to import, and is not needed.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@pytest.fixture(scope="module", autouse=True)
def _account_of_its_own() -> Iterator[None]:
    """No test module finds what another of the same process left in the account."""
    yield
    if used := sys.modules.get("in_process"):
        used.forget_everything()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in a folder as people name folders."""
    return Workspace(tmp_path_factory.mktemp("Ma première répétition"))


@pytest.fixture(scope="module")
def running(workspace: Workspace) -> Iterator[Running]:
    """A cloud process of its own for each test module."""
    yield launcher.start(workspace)
    launcher.stop(workspace)
