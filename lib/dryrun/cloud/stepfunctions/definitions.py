"""Is a definition one of a state machine? What CreateStateMachine and Validate... refuse.

The sentences known from recorded answers are AWS's; those marked "from memory" are close.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dryrun.cloud.stepfunctions import choices, intrinsics, jsonata_language, paths, resources

SCHEMA = "SCHEMA_VALIDATION_FAILED"
TARGET = "MISSING_TRANSITION_TARGET"
BAD_JSON = "INVALID_JSON_DESCRIPTION"

_PROGRAM = {
    "Comment", "ProcessorConfig", "QueryLanguage", "StartAt", "States", "TimeoutSeconds",
    "Version",
}  # fmt: skip
_COMMON = {"Type", "Comment", "QueryLanguage"}
_FLOW = {"Next", "End"}
_IO = {"InputPath", "OutputPath"}
_RESULT = {"ResultPath", "Parameters", "ResultSelector"}
_ERRORS = {"Retry", "Catch"}
_TIMES = {
    "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath",
}  # fmt: skip
_MAP = {
    "ItemProcessor", "Iterator", "ItemsPath", "ItemSelector", "Items", "ItemReader",
    "ItemBatcher", "ResultWriter", "MaxConcurrency", "MaxConcurrencyPath", "Label",
    "ToleratedFailureCount", "ToleratedFailureCountPath", "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
}  # fmt: skip
FIELDS: dict[str, set[str]] = {
    "Pass": _FLOW | {"InputPath", "OutputPath", "ResultPath", "Parameters", "Result"},
    "Task": _FLOW | _IO | _RESULT | _ERRORS | _TIMES | {"Resource", "Credentials", "Arguments"},
    "Choice": _IO | {"Choices", "Default"},
    "Wait": _FLOW | _IO | {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    "Succeed": _IO,
    "Fail": {"Error", "Cause", "ErrorPath", "CausePath"},
    "Parallel": _FLOW | _IO | _RESULT | _ERRORS | {"Branches", "Arguments"},
    "Map": _FLOW | _IO | _RESULT | _ERRORS | _MAP,
}
"""The fields of each type of state, but those all have; "Workflow states"."""

_JSONPATH_ONLY = {
    "InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector", "ItemsPath",
    "SecondsPath", "TimestampPath", "ErrorPath", "CausePath", "TimeoutSecondsPath",
    "HeartbeatSecondsPath", "MaxConcurrencyPath", "Iterator", "Result",
}  # fmt: skip
_JSONATA_ONLY = {"Arguments", "Output", "Items"}
_PATH_FIELDS = {
    "InputPath", "OutputPath", "ItemsPath", "SecondsPath", "TimestampPath",
    "TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath",
}  # fmt: skip
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign")
_REQUIRED = {
    "Task": ("Resource",),
    "Choice": ("Choices",),
    "Parallel": ("Branches",),
}


@dataclass(frozen=True)
class Diagnostic:
    """Something that is wrong with a definition, and where."""

    code: str
    message: str
    location: str | None = None
    severity: str = "ERROR"

    def as_response(self) -> dict[str, str]:
        """Return it as ValidateStateMachineDefinition answers it."""
        shown = {"severity": self.severity, "code": self.code, "message": self.message}
        return shown | ({"location": self.location} if self.location is not None else {})

    def sentence(self) -> str:
        """Return it as CreateStateMachine has it in its refusal."""
        place = (
            f" at {self.location}" if self.location is not None and self.code != BAD_JSON else ""
        )
        return f"{self.code}: {self.message}{place}"


def refusal(found: list[Diagnostic]) -> str:
    """Return the message with which a definition is refused."""
    return f"Invalid State Machine Definition: '{', '.join(one.sentence() for one in found)}'"


def diagnose(definition: str, kind: str = "STANDARD") -> list[Diagnostic]:
    """Return what is wrong with a definition for a machine of this type."""
    if not definition.strip():
        return [Diagnostic(SCHEMA, "Definition must be a valid JSON object")]
    try:
        program = json.loads(definition)
    except json.JSONDecodeError as error:
        return [_bad_json(definition, error)]
    if not isinstance(program, dict):
        return [Diagnostic(SCHEMA, "Definition must be a valid JSON object")]
    checker = _Checker(kind)
    checker.program(program, "", None)
    return checker.found


def unsimulated(definition: str) -> str | None:
    """Return what a valid definition needs that is not simulated, or None."""
    for state in _all_states(json.loads(definition)):
        processor = state.get("ItemProcessor") or {}
        if processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
            return "Map states in distributed mode"
        if "Credentials" in state:
            return "the Credentials of a Task state"
        found = resources.read(str(state.get("Resource", "")))
        if found and not found.sdk and found.service in resources.NOT_SIMULATED:
            return found.arn
    return None


def _all_states(program: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for state in program.get("States", {}).values():
        yield state
        for inner in (
            *state.get("Branches", ()),
            state.get("ItemProcessor"),
            state.get("Iterator"),
        ):
            if isinstance(inner, dict):
                yield from _all_states(inner)


def _bad_json(text: str, error: json.JSONDecodeError) -> Diagnostic:
    """Return what Java's parser says of a text, where it is a word it does not know."""
    message, end = parsing(text, error)
    source = f'[Source: (String)"{text[:500]}"; line: {error.lineno}, column: {end}]'
    return Diagnostic(BAD_JSON, f"{message}\n at {source}", source)


def parsing(text: str, error: json.JSONDecodeError) -> tuple[str, int]:
    """Return Java's sentence for a text that is no JSON, and the column after what is wrong."""
    token = re.match(r"[A-Za-z_]\w*", text[error.pos :])
    if token:
        return (
            f"Unrecognized token '{token[0]}': was expecting (JSON String, Number, Array, Object "
            "or token 'null', 'true' or 'false')",
            error.colno + len(token[0]),
        )
    if error.pos < len(text) and "property name" in error.msg:
        mark = text[error.pos]
        return (
            f"Unexpected character ('{mark}' (code {ord(mark)})): was expecting double-quote to "
            "start field name",
            error.colno + 1,
        )
    return error.msg, error.colno  # Java's sentences for all the rest are not known


@dataclass
class _Checker:
    kind: str
    found: list[Diagnostic] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def wrong(self, message: str, location: str, code: str = SCHEMA) -> None:
        self.found.append(Diagnostic(code, message, location or "/"))

    # A list of states

    def program(self, program: dict[str, Any], at: str, language: str | None) -> None:
        for name in program:
            if name not in _PROGRAM:
                self.wrong(f"Field '{name}' is not supported", f"{at}/{name}")  # from memory
        missing = [name for name in ("States", "StartAt") if name not in program]
        if missing:
            self.wrong(f"These fields are required: [{', '.join(missing)}]", at)
        language = program.get("QueryLanguage") or language or "JSONPath"
        states = program.get("States")
        if not isinstance(states, dict):
            return
        if not states:
            self.wrong("Field must have at least 1 entries", f"{at}/States")  # from memory
            return
        for name, state in states.items():
            if isinstance(state, dict):
                self.state(name, state, f"{at}/States/{name}", language)
            else:
                self.wrong("Expected value of type Object", f"{at}/States/{name}")  # from memory
        self._targets(program, states, at)

    def _targets(self, program: dict[str, Any], states: dict[str, Any], at: str) -> None:
        if not all(isinstance(state, dict) for state in states.values()):
            return
        start = program.get("StartAt")
        if start is None:
            return
        reached = {start}
        if start not in states:
            self.wrong(f"Missing 'StartAt' target: {start}", f"{at}/StartAt", TARGET)
        for name, state in states.items():
            for word, target, place in _targets_of(state):
                reached.add(target)
                if target not in states:
                    self.wrong(
                        f"Missing '{word}' target: {target}", f"{at}/States/{name}/{place}", TARGET
                    )
        for name in states:
            if name not in reached:
                self.wrong(f'State "{name}" is not reachable.', f"{at}/States/{name}", TARGET)

    # A state

    def state(self, name: str, state: dict[str, Any], at: str, outer: str) -> None:
        self._name(name, at)
        kind = state.get("Type")
        if kind is None:
            self.wrong("These fields are required: [Type]", at)
            return
        if kind not in FIELDS:
            names = ", ".join(FIELDS)
            self.wrong(f"Value must be one of the following: [{names}]", f"{at}/Type")
            return
        language = state.get("QueryLanguage", outer)
        if outer == "JSONata" and language == "JSONPath":
            self.wrong(
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
                at,
            )
            return
        self._fields(kind, state, at, language)
        self._flow(kind, state, at)
        self._content(kind, state, at, language)
        getattr(self, f"_{kind.lower()}", lambda *_: None)(state, at, language)

    def _name(self, name: str, at: str) -> None:
        if len(name) > 80:
            self.wrong("State name cannot exceed 80 characters", at)  # from memory
        if name in self.names:
            self.wrong(
                f"Duplicate State name: {name} at {self.names[name]} and {at}",
                at,
                "DUPLICATE_STATE_NAME",
            )  # from memory
        self.names[name] = at

    def _fields(self, kind: str, state: dict[str, Any], at: str, language: str) -> None:
        allowed = (
            FIELDS[kind] | _COMMON | ({"Assign"} if kind not in ("Succeed", "Fail") else set())
        )
        if language == "JSONata":
            allowed = allowed - _JSONPATH_ONLY
            allowed |= {"Output"} if kind != "Fail" else set()
        else:
            allowed = allowed - _JSONATA_ONLY
        for name in state:
            if name not in allowed:
                self.wrong(f"Field '{name}' is not supported", f"{at}/{name}")  # from memory
        missing = [name for name in _REQUIRED.get(kind, ()) if name not in state]
        if missing:
            self.wrong(f"These fields are required: [{', '.join(missing)}]", at)

    def _flow(self, kind: str, state: dict[str, Any], at: str) -> None:
        if "Next" not in FIELDS[kind]:
            return
        if ("Next" in state) == bool(state.get("End")):
            self.wrong("Exactly one of these fields is required: [Next, End]", at)  # from memory

    def _content(self, kind: str, state: dict[str, Any], at: str, language: str) -> None:
        if language == "JSONata":
            for place, text in _expressions(state, at):
                wrong = jsonata_language.wrong(text)
                if wrong:
                    self.wrong(f"Invalid JSONata expression: {wrong}", place)  # from memory
        else:
            for name in sorted(_PATH_FIELDS & state.keys()):
                if state[name] is not None and not paths.is_path(state[name]):
                    self.wrong("Value is not a valid JSONPath", f"{at}/{name}")
            path = state.get("ResultPath")
            if path is not None and not paths.is_reference(path):
                self.wrong("Value is not a Reference Path", f"{at}/ResultPath")
            for name in _TEMPLATES:
                if name in state:
                    self._template(state[name], f"{at}/{name}")
        if kind in ("Task", "Parallel", "Map"):
            self._errors(state, at)

    def _template(self, value: Any, at: str) -> None:
        if isinstance(value, list):
            for number, item in enumerate(value):
                self._template(item, f"{at}[{number}]")
        if not isinstance(value, dict):
            return
        for key, item in value.items():
            if not key.endswith(".$"):
                self._template(item, f"{at}/{key}")
            elif not (paths.is_path(item) or (intrinsics.is_call(item) and intrinsics.check(item))):
                self.wrong(
                    f"The value for the field '{key}' must be a valid JSONPath or a valid "
                    "intrinsic function call",
                    f"{at}/{key}",
                )

    def _errors(self, state: dict[str, Any], at: str) -> None:
        for kind, extra in (("Retry", ()), ("Catch", ("Next",))):
            listed = state.get(kind, [])
            for number, rule in enumerate(listed):
                place = f"{at}/{kind}[{number}]"
                missing = [name for name in ("ErrorEquals", *extra) if name not in rule]
                if missing:
                    self.wrong(f"These fields are required: [{', '.join(missing)}]", place)
                    continue
                names = rule["ErrorEquals"]
                if "States.ALL" in names and (len(names) > 1 or number < len(listed) - 1):
                    self.wrong(
                        "States.ALL must appear alone and at the end of the list",
                        f"{place}/ErrorEquals",
                    )  # from memory

    # What each type needs besides

    def _task(self, state: dict[str, Any], at: str, _: str) -> None:
        arn = state.get("Resource")
        if not isinstance(arn, str):
            return
        if not arn.startswith("arn:"):
            self.wrong("Value is not a valid resource ARN", f"{at}/Resource")
            return
        found = resources.read(arn)
        if found is None or not resources.known(found):
            self.wrong(
                f"The resource provided {arn} is not recognized. The value is not a valid "
                "resource ARN, or the resource is not available in this region.",
                f"{at}/Resource",
            )
        elif self.kind == "EXPRESS" and (found.pattern or found.kind == "activity"):
            pattern = f".{found.pattern}" if found.pattern else "activity"
            self.wrong(
                f"Express state machine does not support '{pattern}' service integration ",
                f"{at}/Resource",
            )

    def _wait(self, state: dict[str, Any], at: str, _: str) -> None:
        names = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
        if sum(name in state for name in names) != 1:
            self.wrong(
                f"Exactly one of these fields is required: [{', '.join(names)}]", at
            )  # from memory

    def _choice(self, state: dict[str, Any], at: str, language: str) -> None:
        rules = state.get("Choices")
        if rules == []:
            self.wrong("Field must have at least 1 entries", f"{at}/Choices")  # from memory
        for number, rule in enumerate(rules or []):
            place = f"{at}/Choices[{number}]"
            if "Next" not in rule:
                self.wrong("These fields are required: [Next]", place)
            if language == "JSONata":
                if "Condition" not in rule:
                    self.wrong("These fields are required: [Condition]", place)
            else:
                self._rule(rule, place)

    def _rule(self, rule: dict[str, Any], at: str) -> None:
        for word in ("And", "Or"):
            for number, inner in enumerate(rule.get(word, ())):
                self._rule(inner, f"{at}/{word}[{number}]")
        if "Not" in rule:
            self._rule(rule["Not"], f"{at}/Not")
        if any(word in rule for word in ("And", "Or", "Not")):
            return
        if "Variable" not in rule:
            self.wrong("These fields are required: [Variable]", at)
        elif not paths.is_path(rule["Variable"]):
            self.wrong("Value is not a valid JSONPath", f"{at}/Variable")
        if sum(name in choices.OPERATORS for name in rule) != 1:
            self.wrong("A Choice rule must have exactly one comparison operator", at)  # from memory

    def _parallel(self, state: dict[str, Any], at: str, language: str) -> None:
        for number, branch in enumerate(state.get("Branches") or ()):
            self.program(branch, f"{at}/Branches[{number}]", language)

    def _map(self, state: dict[str, Any], at: str, language: str) -> None:
        name = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
        if name not in state:
            self.wrong("These fields are required: [ItemProcessor]", at)
        else:
            self.program(state[name], f"{at}/{name}", language)


def _targets_of(state: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield where a state may lead: the field, the name, and the field's place in the state."""
    for word in ("Next", "Default"):
        if isinstance(state.get(word), str):
            yield word, state[word], word
    for name in ("Choices", "Catch"):
        listed = state.get(name)
        for number, rule in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(rule, dict) and isinstance(rule.get("Next"), str):
                yield "Next", rule["Next"], f"{name}[{number}]/Next"


def _expressions(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if jsonata_language.is_expression(value):
        yield at, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("States", "Branches", "ItemProcessor"):
                yield from _expressions(item, f"{at}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _expressions(item, f"{at}[{number}]")
