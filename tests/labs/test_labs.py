"""Every lab, as committed: its solution compared, and both notebooks run from top to bottom."""

import json
from pathlib import Path

import pytest

from dryrun.authoring.build import read_notebook
from dryrun.authoring.source import find_finished, load_source, path_id
from dryrun.workspace import Workspace

from .notebooks import accidents, nbval, papermill, texts

ROOT = Path(__file__).parents[2]
SANITIZE = Path(__file__).with_name("sanitize.cfg")
SOURCES = find_finished(Workspace(ROOT))

pytestmark = pytest.mark.slow


FIRSTS = [path for path in SOURCES if load_source(path, ROOT).id.endswith("-01")]


@pytest.fixture(params=SOURCES, ids=[path_id(path, ROOT) for path in SOURCES])
def source(request):
    return load_source(request.param, ROOT)


def test_the_executed_solution_has_run_whole(source):
    notebook = read_notebook(source.solution_notebook)
    assert notebook, f"{source.solution_notebook} is missing; run `dryrun build-labs {source.id}`."
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    # nbval passes a cell that never ran without a word.
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert any(cell["outputs"] for cell in code)
    assert not accidents(notebook)


def test_the_executed_solution_is_what_a_new_run_gives(source):
    ran = nbval(source, SANITIZE)
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]


# nbval and the gate solve every lab; that another program can, one lab of each track shows.
@pytest.mark.parametrize("path", FIRSTS, ids=[path_id(path, ROOT) for path in FIRSTS])
def test_the_solution_runs_to_its_end(path):
    source = load_source(path, ROOT)
    after = papermill(source, read_notebook(source.solution_notebook), strict=True)
    assert not accidents(after)


def test_the_untouched_lab_runs_to_its_end_and_nothing_is_done(source):
    notebook = read_notebook(source.lab_notebook)
    notebook["cells"].append(question_about(source.exercises))
    after = papermill(source, notebook, strict=False)
    assert not accidents(after)
    assert not [text for text in texts(after) if "Traceback (most recent call last)" in text]
    outcomes = json.loads("".join(texts({**after, "cells": after["cells"][-1:]})))
    assert set(outcomes) == set(source.exercises)
    assert not [name for name, outcome in outcomes.items() if outcome.startswith("done")]


def question_about(exercises):
    told = f"{{name: lab.outcome(name) for name in {list(exercises)}}}"
    code = f"import json\n\nprint(json.dumps({told}))"
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "how-they-stand",
        "metadata": {},
        "outputs": [],
        "source": code,
    }
