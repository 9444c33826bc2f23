"""A sample lab that keeps every rule, and ways to spoil one thing of it."""

import dataclasses
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sample_runs import good_run

from dryrun.authoring.gate.subject import Subject
from dryrun.authoring.source import Source, load_source

SAMPLES = Path(__file__).parents[2] / "samples" / "authoring"
SOURCE = Path("solutions") / "99-sample" / "01-a-logbook-for-the-ferry.md"

sys.path.insert(0, str(SAMPLES))


@pytest.fixture(autouse=True)
def _sample_labs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYRUN_LAB_PACKAGES", "sample_labs")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLES / "repository", tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def spoiled(repository: Path) -> Callable[..., Source]:
    """Return the sample source with every `old` replaced by `new`."""

    def make(*pairs: tuple[str, str]) -> Source:
        path = repository / SOURCE
        text = (SAMPLES / "repository" / SOURCE).read_text()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text)
        return load_source(path, repository)

    return make


@pytest.fixture
def subject(spoiled: Callable[..., Source]) -> Callable[..., Subject]:
    """Return the sample lab as seen in a good run; change source, checks or what was seen."""

    def make(*pairs: tuple[str, str], exercise: dict | None = None, **seen: object) -> Subject:
        from sample_labs.lab01 import LAB

        source = spoiled(*pairs)
        lab = LAB
        if exercise:
            first = dataclasses.replace(LAB.exercises[0], **exercise)
            lab = dataclasses.replace(LAB, exercises=(first, *LAB.exercises[1:]))
        return Subject(source, lab, dataclasses.replace(good_run(source), **seen))

    return make
