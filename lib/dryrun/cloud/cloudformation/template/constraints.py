"""Checks a value against what its parameter allows."""

from __future__ import annotations

import re

import regex  # the standard module cannot be told to give up

from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.model import Parameter
from dryrun.cloud.cloudformation.template.parameter_types import (
    is_list,
    is_ssm,
    item_type,
)

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_MAX_VALUE = 4096
_PATIENCE = 0.25
"""How many seconds of computing a pattern may take."""


def check_value(parameter: Parameter, text: str, *, is_default: bool = False) -> None:
    """Refuse a value that its parameter does not allow."""
    if not is_default and len(text.encode("utf-8", "replace")) > _MAX_VALUE:
        raise TemplateError(
            f"Parameter '{parameter.name}' must contain at most {_MAX_VALUE} characters"
        )
    lists = is_list(parameter.type) and not is_ssm(parameter.type)
    items = [item.strip() for item in text.split(",")] if lists else [text]
    for item in items:
        problem = _problem(parameter, item)
        if problem is None:
            continue
        if parameter.constraint_description is not None:
            problem = f"failed to satisfy constraint: {parameter.constraint_description}"
        raise TemplateError(f"Parameter '{parameter.name}' {problem}")


def _problem(parameter: Parameter, text: str) -> str | None:
    if parameter.allowed_values is not None and text not in parameter.allowed_values:
        return "must be one of AllowedValues"
    if item_type(parameter.type) == "Number" and not is_ssm(parameter.type):
        return _number_problem(parameter, text)
    return _text_problem(parameter, text)


def _number_problem(parameter: Parameter, text: str) -> str | None:
    if len(text) > 100 or not _NUMBER.fullmatch(text):
        return "must be a number."
    number = float(text)
    if parameter.min_value is not None and number < parameter.min_value:
        return f"must be a number not less than {_plain(parameter.min_value)}"
    if parameter.max_value is not None and number > parameter.max_value:
        return f"must be a number not greater than {_plain(parameter.max_value)}"
    return None


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def _text_problem(parameter: Parameter, text: str) -> str | None:
    if parameter.min_length is not None and len(text) < parameter.min_length:
        return f"must contain at least {parameter.min_length} characters"
    if parameter.max_length is not None and len(text) > parameter.max_length:
        return f"must contain at most {parameter.max_length} characters"
    # A CommaDelimitedList knows no pattern; "Parameters", User Guide.
    knows_pattern = parameter.type != "CommaDelimitedList"
    if parameter.allowed_pattern is not None and knows_pattern and not _matches(parameter, text):
        return f"must match pattern {parameter.allowed_pattern}"
    return None


def _matches(parameter: Parameter, text: str) -> bool:
    try:
        found = regex.fullmatch(str(parameter.allowed_pattern), text, timeout=_PATIENCE)
    except (regex.error, RecursionError, OverflowError, TimeoutError) as error:
        raise TemplateError(
            f"Parameter '{parameter.name}' AllowedPattern must be a valid regular expression."
        ) from error
    return found is not None
