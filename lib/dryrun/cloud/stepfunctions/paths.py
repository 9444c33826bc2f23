"""Paths of JSONPath: what they select, and where they put something.

Paths that name one thing are followed here, for their messages; jsonpath-ng does the others.
"""

from __future__ import annotations

import copy
import functools
import re
from dataclasses import dataclass, field
from typing import Any

from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext.parser import parse

from dryrun.cloud.stepfunctions.failures import RUNTIME, MissingPath, StateError

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]*()?@,'"\s]+)|\[(?P<index>-?\d+)\]|\[(?P<quote>['"])(?P<key>.*?)(?P=quote)\]"""
)
_VARIABLE = re.compile(r"\$(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<rest>.*)", re.DOTALL)

Step = str | int


@dataclass
class Sight:
    """What paths can see: the data, the context object, and the variables."""

    data: Any
    context: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Path:
    """A path: where it begins, the steps it names, and the rest, which may select many."""

    root: str
    steps: tuple[Step, ...]
    rest: str

    @property
    def definite(self) -> bool:
        """Whether the path names one thing."""
        return not self.rest


@functools.lru_cache(2048)
def read(text: str) -> Path:
    """Read a path; raises ValueError."""
    if text.startswith("$$"):
        root, rest = "$$", text[2:]
    elif variable := _VARIABLE.fullmatch(text):
        root, rest = variable["name"], variable["rest"]
    elif text.startswith("$"):
        root, rest = "$", text[1:]
    else:
        raise ValueError(text)
    steps: list[Step] = []
    while rest and (step := _STEP.match(rest)):
        if step["name"] is not None:
            steps.append(step["name"])
        elif step["index"] is not None:
            steps.append(int(step["index"]))
        else:
            steps.append(step["key"])
        rest = rest[step.end() :]
    if rest:
        _query(rest)
    return Path(root, tuple(steps), rest)


def is_path(text: Any) -> bool:
    """Tell whether a value is a path that can be read."""
    if not isinstance(text, str):
        return False
    try:
        read(text)
    except ValueError:
        return False
    return True


def is_reference(text: Any) -> bool:
    """Tell whether a value is a path that names one thing in the data."""
    return is_path(text) and read(text).definite and read(text).root == "$"


def select(text: str, sight: Sight) -> Any:
    """Return what a path selects; raises MissingPath, or StateError for what is no path."""
    try:
        path = read(text)
    except ValueError:
        raise StateError(RUNTIME, f"Invalid path '{text}'") from None
    if path.root == "$":
        found = sight.data
    elif path.root == "$$":
        found = sight.context
    elif path.root in sight.variables:
        found = sight.variables[path.root]
    else:
        raise StateError(RUNTIME, f"The variable '${path.root}' is not assigned")
    for number, step in enumerate(path.steps):
        found = _follow(found, step, path, number)
    if path.rest:
        found = [match.value for match in _query(path.rest).find(found)]
    return copy.deepcopy(found)


def put(text: str, data: Any, value: Any) -> Any:
    """Return data with a value where a reference path leads; raises MissingPath."""
    steps = read(text).steps
    if not steps:
        return value
    made = copy.deepcopy(data)
    if not isinstance(made, dict) and isinstance(steps[0], str):
        raise MissingPath(text)
    at = made
    for number, step in enumerate(steps[:-1]):
        following = steps[number + 1]
        at = _enter(at, step, following, text)
    _set(at, steps[-1], value, text)
    return made


def _follow(found: Any, step: Step, path: Path, number: int) -> Any:
    try:
        if isinstance(step, str) and isinstance(found, dict):
            return found[step]
        if isinstance(step, int) and isinstance(found, list):
            return found[step]
    except (KeyError, IndexError):
        pass
    last = number == len(path.steps) - 1
    if last and isinstance(step, str) and isinstance(found, dict):
        raise MissingPath(f"No results for path: {_bracketed(path.steps)}")
    if isinstance(step, int):
        raise MissingPath(f"No results for path: {_bracketed(path.steps)}")
    raise MissingPath(f"Missing property in path {_bracketed(path.steps[:number])}")


def _bracketed(steps: tuple[Step, ...]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f"['{step}']" for step in steps)


def _enter(at: Any, step: Step, following: Step, text: str) -> Any:
    if isinstance(step, str) and isinstance(at, dict):
        if not isinstance(at.get(step), dict | list):
            if isinstance(following, int):
                raise MissingPath(text)
            at[step] = {}
        return at[step]
    if isinstance(step, int) and isinstance(at, list) and -len(at) <= step < len(at):
        return at[step]
    raise MissingPath(text)


def _set(at: Any, step: Step, value: Any, text: str) -> None:
    is_name = isinstance(step, str) and isinstance(at, dict)
    is_place = isinstance(step, int) and isinstance(at, list) and -len(at) <= step < len(at)
    if not is_name and not is_place:
        raise MissingPath(text)
    at[step] = value


@functools.lru_cache(512)
def _query(rest: str) -> Any:
    """Return jsonpath-ng's reading of a path; raises ValueError."""
    # Filters are written with && and single quotes as in Java's library.
    text = re.sub(r"\s*&&\s*", " & ", rest)
    try:
        return parse(f"${text}")
    except (JSONPathError, Exception) as error:  # the parser raises several kinds
        raise ValueError(rest) from error
