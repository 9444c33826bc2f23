"""What each type of state does; "Workflow states", AWS Step Functions Developer Guide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.stepfunctions import choices, history, jsonata_language, templates
from dryrun.cloud.stepfunctions.failures import NO_CHOICE, QUERY, RUNTIME, StateError
from dryrun.cloud.stepfunctions.groups import do_map, do_parallel
from dryrun.cloud.stepfunctions.tasks import do_task
from dryrun.cloud.stepfunctions.visits import Visit

_LONGEST_WAIT = 99_999_999


def do_pass(visit: Visit) -> None:
    """Give the result that is written down, or the input."""
    if visit.jsonata:
        visit.succeed(visit.input)
        return
    data = templates.effective_input(visit)
    visit.succeed(visit.state.get("Result", data))


def do_succeed(visit: Visit) -> None:
    """End the flow well."""
    visit.pass_on(templates.selected_input(visit))


def do_fail(visit: Visit) -> None:
    """End the flow with an error."""
    state = visit.state
    found: list[str | None] = []
    for field in ("Error", "Cause"):
        value = state.get(field)
        if value is None and f"{field}Path" in state:
            value = _text(visit, state[f"{field}Path"])
        elif value is not None and visit.jsonata:
            value = visit.expression(field, value)
        found.append(value)
    error = StateError(found[0], found[1])
    error.placed = True
    visit.over = True
    visit.flow.fail(error)


def _text(visit: Visit, path: str) -> str:
    from dryrun.cloud.stepfunctions import intrinsics  # noqa: PLC0415 - beside its only use

    sight = visit.sight(visit.input)
    if intrinsics.is_call(path):
        return str(intrinsics.evaluate(path, sight))
    return str(templates.at(path, sight))


def do_choice(visit: Visit) -> None:
    """Go where the first rule that is true says."""
    data = templates.selected_input(visit)
    for number, rule in enumerate(visit.state["Choices"]):
        if _chosen(visit, rule, data, number):
            visit.pass_on(data, rule["Next"], rule)
            return
    if "Default" not in visit.state:
        raise StateError(
            NO_CHOICE,
            "Failed to transition out of the state. The state did not match any choices, and no "
            "default was specified.",
        )
    visit.pass_on(data, visit.state["Default"])


def _chosen(visit: Visit, rule: dict[str, Any], data: Any, number: int) -> bool:
    if not visit.jsonata:
        return choices.holds(rule, visit.sight(data))
    condition, field = rule["Condition"], f"Choices[{number}]/Condition"
    found = visit.expression(field, condition)
    if not isinstance(found, bool):
        inner = condition[2:-2].strip() if isinstance(condition, str) else condition
        error = StateError(
            QUERY,
            f"The JSONata expression '{inner}' specified for the field '{field}' returned an "
            f"unexpected result type. Expected 'boolean', but was '{_type(found)}' for value: "
            f"{history.text(found)}",
        )
        error.location = field
        raise error
    return found


def _type(value: Any) -> str:
    kinds = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def do_wait(visit: Visit) -> None:
    """Let lab time pass."""
    data = templates.selected_input(visit)
    visit.later(_seconds(visit), lambda: visit.pass_on(data))


def _seconds(visit: Visit) -> float:
    state = visit.state
    if "Seconds" in state or "SecondsPath" in state:
        return _duration(visit)
    if "TimestampPath" in state:
        value, field = (
            templates.at(state["TimestampPath"], visit.sight(visit.input)),
            "TimestampPath",
        )
    else:
        value, field = state["Timestamp"], "Timestamp"
        if visit.jsonata and jsonata_language.is_expression(value):
            value = visit.expression(field, value)
    moment = choices.moment(value)
    if moment is None:
        raise StateError(
            RUNTIME,
            f"The {field} parameter does not reference a valid ISO-8601 extended offset date-time "
            f"format string: {state.get(field)} == {value}",
        )
    return max(0.0, moment.timestamp() - clocks.current().time())


def _duration(visit: Visit) -> float:
    state = visit.state
    if "SecondsPath" in state:
        path = state["SecondsPath"]
        try:
            value = templates.at(path, visit.sight(visit.input))
        except StateError:
            raise StateError(
                RUNTIME, f"The SecondsPath parameter does not reference an input value: {path}"
            ) from None
        shown = f"{path} == {value if isinstance(value, str) else history.text(value)}"
    else:
        value = state["Seconds"]
        if visit.jsonata and jsonata_language.is_expression(value):
            value = visit.expression("Seconds", value)
        shown = f"Seconds == {value}"
    if isinstance(value, bool) or not isinstance(value, int):
        raise StateError(
            RUNTIME, f"The SecondsPath parameter cannot be parsed as a long value: {shown}"
        )
    if value < 0:
        raise StateError(RUNTIME, f"The SecondsPath parameter references a negative value: {shown}")
    return min(value, _LONGEST_WAIT)


DOES: dict[str, Callable[[Visit], None]] = {
    "Pass": do_pass,
    "Task": do_task,
    "Choice": do_choice,
    "Wait": do_wait,
    "Succeed": do_succeed,
    "Fail": do_fail,
    "Parallel": do_parallel,
    "Map": do_map,
}
"""What to do in a state, by its type."""
