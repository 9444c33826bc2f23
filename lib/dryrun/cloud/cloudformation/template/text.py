"""Values as AWS writes them into strings."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.template.errors import function_error

MAX_TEXT = 1_048_576
"""The longest string a function may give; no property of AWS takes more than a megabyte."""


def scalar(value: Any) -> str | None:
    """Return a string, number or boolean as text; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return repr(value) if isinstance(value, float) else None


def bounded(text: str) -> str:
    """Refuse a string that has grown beyond what AWS takes."""
    check_growth(len(text))
    return text


def check_growth(length: int) -> None:
    """Refuse a string that is growing beyond what AWS takes."""
    if length > MAX_TEXT:
        raise function_error(f"a function returns more than {MAX_TEXT} characters")


def to_json(value: Any) -> str:
    """Return a value as Fn::ToJsonString does: compact, numbers and booleans as they are."""
    parts, length = [], 0
    for part in json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).iterencode(value):
        parts.append(part)
        length += len(part)
        if length > MAX_TEXT:
            break
    return bounded("".join(parts))
