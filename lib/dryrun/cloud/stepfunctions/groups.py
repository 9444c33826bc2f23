"""Parallel and Map: states that run through others, several at a time."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.stepfunctions import history, jsonata_language, paths, templates
from dryrun.cloud.stepfunctions.failures import QUERY, RUNTIME, MissingPath, StateError
from dryrun.cloud.stepfunctions.visits import Flow, Visit

MOST_AT_ONCE = 40
"""How many iterations an inline map has at once; "Using Map state in Inline mode"."""


class Group:
    """The flows of one attempt of a Parallel or a Map state."""

    def __init__(self, visit: Visit, count: int) -> None:
        self.visit = visit
        self.flows: list[Flow] = []
        self.results: list[Any] = [None] * count
        self.left = count
        self.over = False
        visit.on_abort.append(self.stop)

    def finished(self, index: int, flow: Flow, output: Any) -> bool:
        """Keep what one flow gave; tell whether all have ended."""
        self.results[index] = output
        self.left -= 1
        self.visit.flow.previous = flow.previous
        return self.left == 0

    def stop(self) -> None:
        """Stop the flows that are not over."""
        if not self.over:
            self.over = True
            for flow in self.flows:
                flow.abort()


def do_parallel(visit: Visit) -> None:
    """Run through all branches at once."""
    data = templates.effective_input(visit)
    started = visit.flow.add("ParallelStateStarted")
    branches = visit.state["Branches"]
    group = Group(visit, len(branches))
    if not branches:
        _succeed(group, "Parallel")
        return
    for index, branch in enumerate(branches):
        flow = _branch(group, branch, index, started)
        group.flows.append(flow)
    for flow in list(group.flows):
        flow.begin(data)


def _branch(group: Group, branch: dict[str, Any], index: int, started: int) -> Flow:
    def done(output: Any) -> None:
        if group.finished(index, flow, output):
            _succeed(group, "Parallel")

    def failed(error: StateError) -> None:
        _fail(group, "Parallel", flow, error)

    flow = Flow(group.visit.run, branch, started, done, failed, outer=group.visit.flow)
    return flow


def _succeed(group: Group, kind: str) -> None:
    visit = group.visit
    group.over = True
    visit.flow.note(f"{kind}StateSucceeded")
    visit.succeed(group.results)


def _fail(group: Group, kind: str, flow: Flow, error: StateError) -> None:
    if group.over:
        return
    visit = group.visit
    visit.flow.previous = flow.previous
    group.stop()
    visit.fail(error, f"{kind}StateFailed")


def do_map(visit: Visit) -> None:
    """Run through the same states for every item."""
    items, seen = _items(visit)
    most = _most(visit)
    started = visit.flow.add("MapStateStarted", {"length": len(items)})
    group = Group(visit, len(items))
    if not items:
        _succeed(group, "Map")
        return
    iterations = _Iterations(group, items, seen)
    for _ in range(min(most, len(items))):
        iterations.begin_next(started)


class _Iterations:
    """The iterations of a map, begun as there is room for them."""

    def __init__(self, group: Group, items: list[Any], seen: Any) -> None:
        self.group = group
        self.visit = group.visit
        self.items = items
        self.seen = seen
        self.next = 0
        self.program = self.visit.state.get("ItemProcessor") or self.visit.state["Iterator"]

    def begin_next(self, previous: int) -> None:
        if self.next >= len(self.items) or self.group.over:
            return
        index, self.next = self.next, self.next + 1
        marks = {"name": self.visit.name, "index": index}

        def done(output: Any) -> None:
            flow.note("MapIterationSucceeded", marks)
            if self.group.finished(index, flow, output):
                _succeed(self.group, "Map")
            else:
                self.begin_next(flow.previous)

        def failed(error: StateError) -> None:
            flow.note("MapIterationFailed", marks)
            _fail(self.group, "Map", flow, error)

        flow = _Iteration(
            self.visit.run, self.program, previous, done, failed, outer=self.visit.flow
        )
        flow.marks = marks
        self.group.flows.append(flow)
        flow.item = {"Map": {"Item": {"Index": index, "Value": self.items[index]}}}
        flow.add("MapIterationStarted", marks)
        try:
            data = self._data(index, flow)
        except StateError as error:
            flow.fail(error)
            return
        flow.begin(data)

    def _data(self, index: int, flow: Flow) -> Any:
        state, item = self.visit.state, self.items[index]
        template = state.get("ItemSelector")
        if template is None and not self.visit.jsonata:
            template = state.get("Parameters")
        if template is None:
            return item
        context = {**self.visit.context(), **flow.item}
        if self.visit.jsonata:
            shown = {"input": self.visit.input, "context": context}
            names = {"states": shown, **self.visit.flow.variables}
            return jsonata_language.evaluate(template, names, "ItemSelector")
        return templates.filled(
            template, paths.Sight(self.seen, context, self.visit.flow.variables)
        )


class _Iteration(Flow):
    """One iteration of a map."""

    marks: dict[str, Any]

    def abort(self) -> None:
        """Stop, and say so."""
        if not self.over:
            super().abort()
            if not self.run.ended:
                self.note("MapIterationAborted", self.marks)


def _items(visit: Visit) -> tuple[list[Any], Any]:
    """Return the items of a map, and what its templates see as `$`."""
    state = visit.state
    if visit.jsonata:
        found = visit.expression("Items", state["Items"]) if "Items" in state else visit.input
        if not isinstance(found, list):
            raise _not_items(state, found)
        return found, visit.input
    seen = templates.selected_input(visit)
    path = state.get("ItemsPath", "$")
    try:
        found = paths.select(path, visit.sight(seen))
    except MissingPath as missing:
        raise StateError(RUNTIME, f"Invalid path '{path}' : {missing}") from None
    if not isinstance(found, list):
        raise StateError(
            RUNTIME,
            f'Reference path "{path}" must point to array.'
            if path != "$"
            else "The 'ItemsPath' field must reference an array.",
        )
    return found, seen


def _not_items(state: dict[str, Any], found: Any) -> StateError:
    inner = str(state.get("Items", ""))[2:-2].strip()
    error = StateError(
        QUERY,
        f"The JSONata expression '{inner}' specified for the field 'Items' returned an unexpected "
        f"result type. Expected 'array', but was '{_kind(found)}' for value: {history.text(found)}",
    )
    error.location = "Items"
    return error


def _kind(value: Any) -> str:
    kinds = {str: "string", int: "number", float: "number", bool: "boolean", dict: "object"}
    return kinds.get(type(value), "null")


def _most(visit: Visit) -> int:
    most = templates.number(visit, "MaxConcurrency") or 0
    if most < 0:
        raise StateError(
            RUNTIME, f"Expected non-negative integer for MaxConcurrency, got '{most}' instead."
        )
    return int(most) if 0 < most < MOST_AT_ONCE else MOST_AT_ONCE
