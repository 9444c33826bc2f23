"""The rules of Choice states; "Choice workflow state", AWS Step Functions Developer Guide."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dryrun.cloud.stepfunctions import paths
from dryrun.cloud.stepfunctions.failures import RUNTIME, MissingPath, StateError
from dryrun.cloud.stepfunctions.paths import Sight

_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[-+]\d{2}:\d{2})")

Test = Callable[[Any, Any], bool]


def moment(value: Any) -> datetime | None:
    """Return a timestamp of RFC 3339, as Step Functions takes it; None for anything else."""
    found = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    fraction = (found[3] or ".0")[1:7].ljust(6, "0")
    zone = "+00:00" if found[4] == "Z" else found[4]
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}.{fraction}{zone}").astimezone(UTC)
    except ValueError:
        return None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(test: Test) -> Test:
    return lambda a, b: isinstance(a, str) and isinstance(b, str) and test(a, b)


def _numbers(test: Test) -> Test:
    return lambda a, b: _number(a) and _number(b) and test(a, b)


def _moments(test: Test) -> Test:
    def compare(a: Any, b: Any) -> bool:
        first, second = moment(a), moment(b)
        return first is not None and second is not None and test(first, second)

    return compare


def _like(text: Any, pattern: Any) -> bool:
    """Match a pattern whose only wildcard is `*`, which a backslash escapes."""
    parts = re.split(r"(\\\\|\\\*|\*)", pattern)
    made = {"*": ".*", "\\*": r"\*", "\\\\": r"\\"}
    return re.fullmatch("".join(made.get(p, re.escape(p)) for p in parts), text, re.S) is not None


_COMPARISONS: dict[str, Test] = {
    "Equals": lambda a, b: bool(a == b),
    "LessThan": lambda a, b: bool(a < b),
    "GreaterThan": lambda a, b: bool(a > b),
    "LessThanEquals": lambda a, b: bool(a <= b),
    "GreaterThanEquals": lambda a, b: bool(a >= b),
}

COMPARED: dict[str, Test] = {
    "BooleanEquals": lambda a, b: isinstance(a, bool) and isinstance(b, bool) and a == b,
    "StringMatches": _texts(_like),
    **{f"String{name}": _texts(test) for name, test in _COMPARISONS.items()},
    **{f"Numeric{name}": _numbers(test) for name, test in _COMPARISONS.items()},
    **{f"Timestamp{name}": _moments(test) for name, test in _COMPARISONS.items()},
}
"""The operators that compare two values; each but StringMatches also as `...Path`."""

TESTED: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": _number,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: moment(value) is not None,
}
"""The operators that ask what a value is; IsPresent is beside them."""

OPERATORS = frozenset(
    {*COMPARED, *(f"{name}Path" for name in COMPARED if name != "StringMatches"), *TESTED}
    | {"IsPresent"}
)


def holds(rule: dict[str, Any], sight: Sight) -> bool:
    """Tell whether a rule is true of what can be seen; raises StateError."""
    if "And" in rule:
        return all(holds(part, sight) for part in rule["And"])
    if "Or" in rule:
        return any(holds(part, sight) for part in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], sight)
    operator = next(name for name in rule if name in OPERATORS)
    wanted = rule[operator]
    if operator == "IsPresent":
        return _present(rule["Variable"], sight) is wanted
    if operator in TESTED:
        if not _present(rule["Variable"], sight):
            raise _invalid(rule["Variable"])
        return TESTED[operator](_value(rule["Variable"], sight)) is wanted
    if operator.endswith("Path"):
        operator, wanted = operator.removesuffix("Path"), _value(wanted, sight)
    return COMPARED[operator](_value(rule["Variable"], sight), wanted)


def _present(path: str, sight: Sight) -> bool:
    try:
        found = paths.select(path, sight)
    except MissingPath:
        return False
    return paths.read(path).definite or bool(found)


def _value(path: str, sight: Sight) -> Any:
    try:
        return paths.select(path, sight)
    except MissingPath:
        raise _invalid(path) from None


def _invalid(path: str) -> StateError:
    return StateError(
        RUNTIME,
        f"Invalid path '{path}': The choice state's condition path references an invalid value.",
    )
