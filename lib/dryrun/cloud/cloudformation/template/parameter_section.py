"""The Parameters section."""

from __future__ import annotations

import re
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError, format_error, function_error
from dryrun.cloud.cloudformation.template.model import Parameter
from dryrun.cloud.cloudformation.template.parameter_types import is_known, item_type
from dryrun.cloud.cloudformation.template.text import scalar

_KEYS = frozenset(
    {
        "AllowedPattern",
        "AllowedValues",
        "ConstraintDescription",
        "Default",
        "Description",
        "MaxLength",
        "MaxValue",
        "MinLength",
        "MinValue",
        "NoEcho",
        "Type",
    }
)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")
_MAX_NAME = 255
_MAX_DESCRIPTION = 4000


def parameters_of(section: dict[str, Any], *, pending: bool) -> dict[str, Parameter]:
    """Return the parameters a template declares."""
    parameters = {}
    for name, definition in section.items():
        if pending and str(name).startswith("Fn::"):
            continue
        if not isinstance(name, str) or not _ALPHANUMERIC.fullmatch(name):
            raise format_error(f"Parameter name {name} is non alphanumeric.")
        if len(name) > _MAX_NAME:
            raise format_error(f"Parameter name {name} is longer than {_MAX_NAME} characters.")
        if definition is None:
            raise TemplateError(f"[/Parameters/{name}] 'null' values are not allowed in templates")
        if not isinstance(definition, dict):
            raise format_error(f"[/Parameters/{name}] Any Parameters member must be a map.")
        if pending and "Fn::Transform" in definition:
            continue
        parameters[name] = _parameter(name, definition)
    return parameters


def _parameter(name: str, definition: dict[str, Any]) -> Parameter:
    unknown = [key for key in definition if key not in _KEYS]
    if unknown:
        raise TemplateError(f"Invalid template parameter property '{unknown[0]}'")
    for key, value in definition.items():
        if value is None:
            raise TemplateError(
                f"[/Parameters/{name}/{key}] 'null' values are not allowed in templates"
            )
    parameter = Parameter(
        name=name,
        type=_type(definition),
        default=_text(definition, "Default"),
        no_echo=_flag(name, definition),
        allowed_values=_allowed_values(definition),
        allowed_pattern=_text(definition, "AllowedPattern"),
        min_length=_whole(name, definition, "MinLength"),
        max_length=_whole(name, definition, "MaxLength"),
        min_value=_number(name, definition, "MinValue"),
        max_value=_number(name, definition, "MaxValue"),
        description=_text(definition, "Description"),
        constraint_description=_text(definition, "ConstraintDescription"),
    )
    _check_together(parameter, definition)
    return parameter


def _type(definition: dict[str, Any]) -> str:
    if "Type" not in definition:
        raise format_error("Every Parameters object must contain a Type member.")
    name = definition["Type"]
    if not isinstance(name, str):
        raise format_error("Every Type member must be a string.")
    if not is_known(name):
        raise format_error(f"Unrecognized parameter type: {name}")
    return name


def _text(definition: dict[str, Any], key: str) -> str | None:
    if key not in definition:
        return None
    text = scalar(definition[key])
    if text is None:
        raise format_error(f"Every {key} member must be a string.")
    return text


def _flag(name: str, definition: dict[str, Any]) -> bool:
    if "NoEcho" not in definition:
        return False
    text = scalar(definition["NoEcho"])
    if text is None or text.lower() not in ("true", "false"):
        raise format_error(f"[/Parameters/{name}/NoEcho] must be a boolean")
    return text.lower() == "true"


def _allowed_values(definition: dict[str, Any]) -> tuple[str, ...] | None:
    if "AllowedValues" not in definition:
        return None
    values = definition["AllowedValues"]
    if not isinstance(values, list):
        raise format_error("Every AllowedValues member must be a list.")
    texts = [scalar(value) for value in values]
    if any(text is None for text in texts):
        raise format_error("Every AllowedValues value must be a string.")
    return tuple(text for text in texts if text is not None)


def _number(name: str, definition: dict[str, Any], key: str) -> float | None:
    if key not in definition:
        return None
    text = scalar(definition[key])
    if text is None or len(text) > 40 or not _NUMBER.fullmatch(text):
        raise function_error(f"Parameter '{name}' {key} must be a number.")
    return float(text)


def _whole(name: str, definition: dict[str, Any], key: str) -> int | None:
    number = _number(name, definition, key)
    if number is None:
        return None
    if abs(number) > 1e15:
        raise function_error(f"Parameter '{name}' {key} must be a number.")
    return int(number)


def _check_together(parameter: Parameter, definition: dict[str, Any]) -> None:
    name = parameter.name
    is_number = item_type(parameter.type) == "Number"
    wanted = (
        (("MinValue", "MaxValue"), is_number, "Number"),
        (("MinLength", "MaxLength"), not is_number, "String"),
    )
    for keys, right, kind in wanted:
        for key in keys:
            if key in definition and not right:
                raise function_error(
                    f"Parameter '{name}' {key} must be on a parameter of type {kind}"
                )
    if _reversed(parameter.min_length, parameter.max_length):
        raise function_error(f"Parameter '{name}' MinLength must be less than MaxLength.")
    if _reversed(parameter.min_value, parameter.max_value):
        raise function_error(f"Parameter '{name}' MinValue must be less than MaxValue.")


def _reversed(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low > high
