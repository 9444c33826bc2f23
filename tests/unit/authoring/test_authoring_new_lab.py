"""The scaffold of a new lab is read, laid out and judged; nothing is overwritten."""

import importlib.util

import pytest

from dryrun.authoring.exceptions import SourceError
from dryrun.authoring.gate.observations import Observations
from dryrun.authoring.gate.rules import judge
from dryrun.authoring.gate.subject import Subject
from dryrun.authoring.new_lab import scaffold, slugify
from dryrun.authoring.notebook import lab_notebook
from dryrun.authoring.source import load_source
from dryrun.workspace import Workspace

TITLE = 'A template and its "stack"'


@pytest.fixture
def new(tmp_path):
    return scaffold(Workspace(tmp_path), "02-01", TITLE, tmp_path / "checks")


def lab_of(path):
    spec = importlib.util.spec_from_file_location("new_lab_under_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LAB


def test_it_stands_where_it_belongs(new, tmp_path):
    source, checks = new
    folder = "02-cloudformation-templates"
    assert source == tmp_path / "solutions" / folder / "01-a-template-and-its-stack.md"
    assert checks == tmp_path / "checks" / "cloudformation_templates" / "lab01.py"
    assert (checks.parent / "__init__.py").exists()


def test_it_can_be_built_and_lists_the_ids_of_the_curriculum(new, tmp_path):
    source = load_source(new[0], tmp_path)
    assert source.title == TITLE == lab_of(new[1]).title
    assert "CFN-CREATE" in source.ids
    assert lab_notebook(source)["cells"]


def test_the_gate_says_what_is_left_to_do(new, tmp_path):
    source = load_source(new[0], tmp_path)
    found = judge(Subject(source, lab_of(new[1]), Observations()), ran=False)
    print(*found, sep="\n")
    rules = {finding.rule for finding in found}
    assert rules == {"variants", "wrong", "unfinished", "ids", "staleness"}
    assert all(finding.remedy for finding in found)


def test_nothing_is_overwritten(new, tmp_path):
    with pytest.raises(SourceError, match=r"lab01.py exists already; edit it, or give the lab"):
        scaffold(Workspace(tmp_path), "02-01", "Another", tmp_path / "checks")
    new[1].unlink()
    with pytest.raises(SourceError, match=r"01-a-template-and-its-stack.md exists already"):
        scaffold(Workspace(tmp_path), "02-01", "Another", tmp_path / "checks")


def test_a_second_lab_joins_the_track(new, tmp_path):
    source, checks = scaffold(Workspace(tmp_path), "02-02", "Parameters", tmp_path / "checks")
    assert source.parent == new[0].parent
    assert checks.parent == new[1].parent


@pytest.mark.parametrize(("lab", "title"), [("2-1", "A"), ("02", "A"), ("02-01", "?!")])
def test_odd_names_are_refused(tmp_path, lab, title):
    with pytest.raises(SourceError, match="do not name a lab; write an id such as 02-01"):
        scaffold(Workspace(tmp_path), lab, title)


def test_titles_become_file_names():
    assert slugify("Keys, profiles and who wins?") == "keys-profiles-and-who-wins"
    assert slugify("Üben für alle") == "uben-fur-alle"
