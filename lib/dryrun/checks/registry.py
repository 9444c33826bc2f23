"""Find a lab, an exercise or a question, or say which one was probably meant."""

from __future__ import annotations

import difflib
import importlib
import os
import pkgutil
from collections.abc import Iterator

from dryrun.checks.model import Exercise, Lab, Question
from dryrun.exceptions import LabError

PACKAGES_VARIABLE = "DRYRUN_LAB_PACKAGES"
"""More packages to look for labs in, separated by commas; for tests and labs of your own."""


def get_lab(lab_id: str) -> Lab:
    """Return the lab named `lab_id` ("01-03"); raises LabError naming the nearest one."""
    wanted = str(lab_id).strip()
    # Only modules that can hold it are imported: "01-03" and "03" both live in a `lab03`.
    number = wanted.rpartition("-")[2]
    for name in _module_names():
        if name.rpartition(".")[2] == f"lab{number}":
            lab = _lab_of(name)
            if lab.id == wanted:
                return lab
    known = [lab.id for lab in all_labs()]
    if wanted in known:
        return next(lab for lab in all_labs() if lab.id == wanted)
    near = _nearest(wanted, known)
    advice = f'did you mean lab.start("{near}")?' if near else "no lab is installed."
    raise LabError(f'There is no lab "{wanted}"; {advice}')


def all_labs() -> list[Lab]:
    """Return every lab, ordered by id."""
    labs = {lab.id: lab for lab in (_lab_of(name) for name in _module_names())}
    return [labs[key] for key in sorted(labs)]


def get_exercise(lab: Lab, name: str | int) -> Exercise:
    """Return the exercise by number, slug or former slug; raises LabError."""
    wanted = str(name).strip()
    for exercise in lab.exercises:
        if wanted in (exercise.number, exercise.id, *exercise.aliases):
            return exercise
    if not lab.exercises:
        raise LabError(f"Lab {lab.id} has no exercises.")
    if wanted.lstrip("-").isdigit():
        first, last = lab.exercises[0].number, lab.exercises[-1].number
        raise LabError(
            f'Lab {lab.id} has no exercise "{wanted}"; its exercises are {first} to {last}.'
        )
    by_slug = {exercise.id: exercise for exercise in lab.exercises}
    near = by_slug[_nearest(wanted, list(by_slug))]
    raise LabError(
        f'Lab {lab.id} has no exercise "{wanted}"; did you mean "{near.number}" ({near.id})?'
    )


def get_question(lab: Lab, question_id: str) -> Question:
    """Return the question named `question_id`; raises LabError naming the nearest one."""
    wanted = str(question_id).strip()
    for question in lab.questions:
        if question.id == wanted:
            return question
    if not lab.questions:
        raise LabError(f"Lab {lab.id} has no questions.")
    near = _nearest(wanted, [question.id for question in lab.questions])
    raise LabError(f'Lab {lab.id} has no question "{wanted}"; did you mean "{near}"?')


def _module_names() -> Iterator[str]:
    extra = [name.strip() for name in os.environ.get(PACKAGES_VARIABLE, "").split(",")]
    for package_name in ("dryrun.checks", *filter(None, extra)):
        package = importlib.import_module(package_name)
        prefix = f"{package_name}."
        for module in pkgutil.walk_packages(package.__path__, prefix):
            if not module.ispkg and module.name.rpartition(".")[2].startswith("lab"):
                yield module.name


def _lab_of(module_name: str) -> Lab:
    lab = getattr(importlib.import_module(module_name), "LAB", None)
    if not isinstance(lab, Lab):
        raise LabError(f"{module_name} has no LAB; give it one: LAB = Lab(id=…, …).")
    return lab


def _nearest(wanted: str, known: list[str]) -> str:
    """Return the likeliest of `known`, or "" when there is none."""
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.0)
    return close[0] if close else ""
