"""What goes into a state and what comes out: paths, templates and expressions of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dryrun.cloud.stepfunctions import history, intrinsics, jsonata_language, paths
from dryrun.cloud.stepfunctions.failures import (
    DATA_LIMIT,
    RESULT_PATH,
    RUNTIME,
    MissingPath,
    StateError,
)
from dryrun.cloud.stepfunctions.paths import Sight

if TYPE_CHECKING:
    from dryrun.cloud.stepfunctions.visits import Visit

LARGEST = 262_144
"""The bytes an input or output has at most; "Step Functions service quotas"."""


def filled(template: Any, sight: Sight) -> Any:
    """Return a payload template with its paths and calls replaced; raises StateError."""
    if isinstance(template, list):
        return [filled(item, sight) for item in template]
    if not isinstance(template, dict):
        return template
    made = {}
    for key, value in template.items():
        if key.endswith(".$"):
            made[key[:-2]] = _value(key, value, sight)
        else:
            made[key] = filled(value, sight)
    return made


def _value(key: str, value: str, sight: Sight) -> Any:
    if intrinsics.is_call(value):
        return intrinsics.evaluate(value, sight)
    try:
        return paths.select(value, sight)
    except MissingPath:
        seen = sight.context if value.startswith("$$") else sight.data
        raise StateError(
            RUNTIME,
            f"The JSONPath '{value}' specified for the field '{key}' could not be found in the "
            f"input '{history.text(seen)}'",
        ) from None


def at(path: str | None, sight: Sight) -> Any:
    """Return what InputPath, OutputPath or another path of a state selects; raises StateError."""
    if path is None:
        return {}
    try:
        return paths.select(path, sight)
    except MissingPath as missing:
        raise StateError(RUNTIME, f"Invalid path '{path}' : {missing}") from None


def effective_input(visit: Visit) -> Any:
    """Return what a state works on: through InputPath and Parameters, or Arguments."""
    if visit.jsonata:
        if "Arguments" in visit.state:
            return visit.expression("Arguments", visit.state["Arguments"])
        return visit.input
    data = at(visit.state.get("InputPath", "$"), visit.sight(visit.input))
    if "Parameters" in visit.state:
        return filled(visit.state["Parameters"], visit.sight(data))
    return data


def selected_input(visit: Visit) -> Any:
    """Return what a state sees through its InputPath alone."""
    if visit.jsonata:
        return visit.input
    return at(visit.state.get("InputPath", "$"), visit.sight(visit.input))


def output(visit: Visit, result: Any) -> Any:
    """Return what leaves a state that gave `result`; raises StateError."""
    made = _expressed(visit, result) if visit.jsonata else _placed(visit, result)
    if len(history.text(made).encode()) > LARGEST:
        raise too_large(visit.name)
    return made


def too_large(what: str) -> StateError:
    """Return the failure of a state or task whose result is too large."""
    return StateError(
        DATA_LIMIT,
        f"The state/task '{what}' returned a result with a size exceeding the maximum number of "
        "bytes service limit.",
    )


def _expressed(visit: Visit, result: Any) -> Any:
    if "Output" in visit.state:
        return visit.expression("Output", visit.state["Output"], result=result)
    return result


def _placed(visit: Visit, result: Any) -> Any:
    state = visit.state
    if "ResultSelector" in state:
        result = filled(state["ResultSelector"], visit.sight(result))
    data = with_result(visit.input, state.get("ResultPath", "$"), result)
    return at(state.get("OutputPath", "$"), visit.sight(data))


def with_result(data: Any, path: str | None, result: Any) -> Any:
    """Return data with a result at ResultPath; raises StateError."""
    if path is None:
        return data
    try:
        return paths.put(path, data, result)
    except MissingPath:
        raise StateError(
            RESULT_PATH, f"Unable to apply ReferencePath {path} to input {history.text(data)}"
        ) from None


def assigned(visit: Visit, assign: Any, seen: Any, **states: Any) -> dict[str, Any]:
    """Return the variables that an Assign gives, out of what it can see."""
    if assign is None:
        return {}
    if visit.jsonata:
        made = visit.expression("Assign", assign, **states)
    else:
        made = filled(assign, visit.sight(seen))
    return dict(made)


def number(visit: Visit, field: str) -> float | None:
    """Return a number of seconds or the like, given as it is, by path or by expression."""
    state = visit.state
    if field in state:
        value = state[field]
        if visit.jsonata and jsonata_language.is_expression(value):
            value = visit.expression(field, value)
    elif f"{field}Path" in state:
        value = at(state[f"{field}Path"], visit.sight(visit.input))
    else:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StateError(RUNTIME, f"The {field} parameter is not a number: {history.text(value)}")
    return value
