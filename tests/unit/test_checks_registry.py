"""The registry finds labs, exercises and questions, or names the nearest."""

from __future__ import annotations

import pytest

from dryrun.checks import registry
from dryrun.exceptions import LabError


@pytest.fixture(autouse=True)
def _demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(registry.PACKAGES_VARIABLE, "demo_labs")


def test_labs_are_found_by_id() -> None:
    assert registry.get_lab("97").title == "The quay"
    assert [lab.id for lab in registry.all_labs() if lab.id in ("97", "98")] == ["97", "98"]


def test_an_unknown_lab_names_the_nearest() -> None:
    with pytest.raises(LabError, match=r'There is no lab "9-8"; did you mean lab.start\("98"\)\?'):
        registry.get_lab("9-8")


def test_exercises_by_number_slug_and_former_slug() -> None:
    lab = registry.get_lab("97")
    for name in ("1", 1, "flag", "banner", " 1 "):
        assert registry.get_exercise(lab, name).id == "flag"


@pytest.mark.parametrize(
    ("name", "message"),
    [("7", "its exercises are 1 to 2"), ("roap", r'did you mean "2" \(rope\)'), ("", "mean")],
)
def test_an_unknown_exercise_names_the_right_ones(name: str, message: str) -> None:
    with pytest.raises(LabError, match=message):
        registry.get_exercise(registry.get_lab("97"), name)


def test_an_unknown_question_names_the_nearest() -> None:
    with pytest.raises(LabError, match='did you mean "colour"'):
        registry.get_question(registry.get_lab("97"), "color")


def test_a_module_without_a_lab_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("demo_labs.harbour.lab97.LAB")
    with pytest.raises(LabError, match=r"demo_labs.harbour.lab97 has no LAB"):
        registry.get_lab("97")
