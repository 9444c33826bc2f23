"""Templates beside the notebook: copied fresh, and nothing of the learner's is lost."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dryrun.checks import Account, templates
from dryrun.exceptions import LabError
from dryrun.workspace import Workspace

TRACK = "02-cloudformation-templates"


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    folder = tmp_path / "templates" / TRACK
    folder.mkdir(parents=True)
    (folder / "pier.yaml").write_text("Resources: {}\n")
    beside = tmp_path / "labs" / TRACK
    beside.mkdir(parents=True)
    monkeypatch.chdir(beside)
    cloud: Any = SimpleNamespace(endpoint="http://localhost:1", instance="test")
    return Account(Workspace(tmp_path), cloud, {})


def test_a_template_is_laid_beside_the_notebook(account: Account) -> None:
    templates.lay_out(account, TRACK, "pier.yaml")
    assert Path("pier.yaml").read_text() == "Resources: {}\n"
    assert not Path("pier.yaml.mine").exists()


def test_what_the_learner_wrote_is_kept(account: Account) -> None:
    Path("pier.yaml").write_text("mine")
    templates.lay_out(account, TRACK, "pier.yaml")
    assert Path("pier.yaml").read_text() == "Resources: {}\n"
    assert Path("pier.yaml.mine").read_text() == "mine"
    templates.lay_out(account, TRACK, "pier.yaml")
    assert Path("pier.yaml.mine").read_text() == "mine"


def test_what_an_earlier_run_left_is_moved_aside(account: Account) -> None:
    Path("tickets.yaml").write_text("mine")
    templates.remove("tickets.yaml", "never.yaml")
    assert not Path("tickets.yaml").exists()
    assert Path("tickets.yaml.mine").read_text() == "mine"


def test_a_template_that_is_missing_is_told_in_one_sentence(account: Account) -> None:
    with pytest.raises(LabError, match=r"templates/02-.*/quay\.yaml cannot be put beside"):
        templates.lay_out(account, TRACK, "quay.yaml")
