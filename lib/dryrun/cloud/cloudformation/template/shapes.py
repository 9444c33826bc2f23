"""Checks what can be told of a function's argument before anything is evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dryrun.cloud.cloudformation.template import messages
from dryrun.cloud.cloudformation.template.errors import function_error
from dryrun.cloud.cloudformation.template.functions import (
    EXTENSIONS,
    STACK_OUTPUT,
    SUPPORTED,
    attribute_of,
    function_of,
    template_of_sub,
    variables,
)
from dryrun.cloud.cloudformation.template.text import scalar

_NAME = re.compile(r"[A-Za-z0-9_.:]+")
_KEY = re.compile(r"[A-Za-z0-9_]+")
_INDEX = re.compile(r"-?[0-9]{1,9}")


def check_shape(name: str, argument: Any, *, extended: bool = False) -> None:
    """Refuse a function with an argument that can never be right."""
    if name not in (*SUPPORTED, STACK_OUTPUT) and not (extended and name in EXTENSIONS):
        raise messages.unsupported(name)
    check = _CHECKS.get(name)
    if check is not None:
        check(argument)


def _may_be_text(node: Any) -> bool:
    return scalar(node) is not None or function_of(node) is not None


def _may_be_list(node: Any) -> bool:
    return isinstance(node, list) or function_of(node) is not None


def _ref(argument: Any) -> None:
    if not isinstance(argument, str):
        raise function_error(messages.REF)


def _get_att(argument: Any) -> None:
    if isinstance(argument, str):
        if attribute_of(argument) is None:
            raise function_error(messages.GET_ATT_ONE)
        return
    found = attribute_of(argument)
    if found is None or not _may_be_text(found[1]):
        raise function_error(messages.GET_ATT)


def _join(argument: Any) -> None:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise function_error(messages.JOIN)
    items = argument[1]
    if not _may_be_list(items):
        raise function_error(messages.JOIN)
    if isinstance(items, list) and not all(_may_be_text(item) for item in items):
        raise function_error(messages.JOIN)


def _split(argument: Any) -> None:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise function_error(messages.SPLIT)
    if not argument[0] or not _may_be_text(argument[1]):
        raise function_error(messages.SPLIT)


def _select(argument: Any) -> None:
    if not isinstance(argument, list) or not argument or not _may_be_text(argument[0]):
        raise function_error(messages.SELECT_INDEX)
    index = scalar(argument[0])
    if index is not None and not _INDEX.fullmatch(index):
        raise function_error(messages.SELECT_INDEX)
    if len(argument) != 2 or not _may_be_list(argument[1]):
        raise function_error(messages.SELECT)


def _find_in_map(argument: Any) -> None:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise function_error(messages.FIND_IN_MAP)
    if not all(_may_be_text(item) for item in argument[:3]):
        raise function_error(messages.FIND_IN_MAP)
    if len(argument) == 4 and not (
        isinstance(argument[3], dict) and list(argument[3]) == ["DefaultValue"]
    ):
        raise function_error(messages.FIND_IN_MAP)


def _text_of(message: str) -> Callable[[Any], None]:
    def check(argument: Any) -> None:
        if not _may_be_text(argument):
            raise function_error(message)

    return check


def _if(argument: Any) -> None:
    if not isinstance(argument, list) or not argument or not isinstance(argument[0], str):
        raise function_error(messages.IF_CONDITION)
    if len(argument) != 3:
        raise function_error(messages.IF_THREE)


def _equals(argument: Any) -> None:
    if not isinstance(argument, list) or len(argument) != 2:
        raise function_error(messages.EQUALS)
    if not all(_may_be_text(item) for item in argument):
        raise function_error(messages.EQUALS)


def _several(name: str) -> Callable[[Any], None]:
    def check(argument: Any) -> None:
        if not isinstance(argument, list) or not 2 <= len(argument) <= 10:
            raise function_error(messages.AND_OR.format(name))
        if not all(isinstance(item, dict) for item in argument):
            raise function_error(messages.AND_OR.format(name))

    return check


def _not(argument: Any) -> None:
    if not isinstance(argument, list) or len(argument) != 1 or not isinstance(argument[0], dict):
        raise function_error(messages.NOT)


def _sub(argument: Any) -> None:
    found = template_of_sub(argument)
    if found is None:
        raise function_error(messages.SUB)
    text, given = found
    for key, value in given.items():
        if not _KEY.fullmatch(key):
            raise function_error(messages.SUB_KEYS)
        if not _may_be_text(value):
            raise function_error(messages.SUB_VALUE)
    if not all(_NAME.fullmatch(name) for name in variables(text) if name not in given):
        raise function_error(messages.SUB_NAMES)


def _stack_output(argument: Any) -> None:
    known = {"StackName", "OutputName", "Region", "RoleArn"}
    if not isinstance(argument, dict) or not {"StackName", "OutputName"} <= set(argument) <= known:
        raise function_error(messages.STACK_OUTPUT)
    if not all(_may_be_text(value) for value in argument.values()):
        raise function_error(messages.STACK_OUTPUT)


_CHECKS: dict[str, Callable[[Any], None]] = {
    "Ref": _ref,
    "Fn::And": _several("Fn::And"),
    "Fn::Base64": _text_of(messages.BASE64),
    "Fn::Equals": _equals,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _text_of(messages.GET_AZS),
    "Fn::GetStackOutput": _stack_output,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _text_of(messages.IMPORT_VALUE),
    "Fn::Join": _join,
    "Fn::Not": _not,
    "Fn::Or": _several("Fn::Or"),
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
