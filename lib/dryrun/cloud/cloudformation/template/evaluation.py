"""Evaluates a part of a template in a scope."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from dryrun.cloud.cloudformation.template import cidr
from dryrun.cloud.cloudformation.template.dynamic import DYNAMIC
from dryrun.cloud.cloudformation.template.errors import TemplateError, function_error
from dryrun.cloud.cloudformation.template.functions import (
    BOOLEAN,
    attribute_of,
    function_of,
    pieces,
    template_of_sub,
)
from dryrun.cloud.cloudformation.template.messages import (
    AND_OR,
    BASE64,
    EQUALS,
    FIND_IN_MAP,
    GET_ATT,
    GET_AZS,
    IF_CONDITION,
    IF_THREE,
    IMPORT_VALUE,
    JOIN,
    LENGTH,
    NOT,
    REF,
    SELECT,
    SELECT_INDEX,
    SPLIT,
    STACK_OUTPUT,
    SUB,
    SUB_NAMES,
    SUB_STRING,
    SUB_VALUE,
    unsupported,
)
from dryrun.cloud.cloudformation.template.scope import Scope
from dryrun.cloud.cloudformation.template.shapes import check_shape
from dryrun.cloud.cloudformation.template.text import bounded, check_growth, scalar, to_json
from dryrun.cloud.cloudformation.template.unknown import NO_VALUE, UNKNOWN, holds_unknown

_NAME = re.compile(r"[A-Za-z0-9_.:]+")
_INDEX = re.compile(r"-?[0-9]{1,9}")


def evaluate(node: Any, scope: Scope, *, secrets: bool = True) -> Any:
    """Return a node with every function and dynamic reference replaced by what it gives.

    Secrets stay what they are in outputs, where AWS resolves none.
    """
    return _resolved(functions_of(node, scope), scope, secrets=secrets)


def functions_of(node: Any, scope: Scope) -> Any:
    """Return a node with every function replaced; dynamic references stay."""
    if isinstance(node, list):
        items = [functions_of(item, scope) for item in node]
        return [item for item in items if item is not NO_VALUE]
    function = function_of(node)
    if function is not None:
        name, argument = function
        try:
            carry_out = _FUNCTIONS[name]
        except KeyError:
            raise unsupported(name) from None
        return carry_out(argument, scope)
    if isinstance(node, dict):
        values = {name: functions_of(item, scope) for name, item in node.items()}
        return {name: item for name, item in values.items() if item is not NO_VALUE}
    return node


def _resolved(value: Any, scope: Scope, *, secrets: bool) -> Any:
    if isinstance(value, dict):
        return {name: _resolved(item, scope, secrets=secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, scope, secrets=secrets) for item in value]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value
    texts: list[str] = []
    end = length = 0
    for found in DYNAMIC.finditer(value):
        wanted = secrets or found[1] == "ssm"
        text = scope.dynamic(found[1], found[2]) if wanted else found[0]
        texts += [value[end : found.start()], text]
        end, length = found.end(), length + len(text)
        check_growth(length)
    return bounded("".join(texts) + value[end:])


def _ref(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, str):
        raise function_error(REF)
    return scope.ref(argument)


def _get_att(argument: Any, scope: Scope) -> Any:
    found = attribute_of(argument)
    if found is None:
        raise function_error(GET_ATT)
    attribute = functions_of(found[1], scope)
    if attribute is UNKNOWN:
        return UNKNOWN
    if not isinstance(attribute, str) or not attribute:
        raise function_error(GET_ATT)
    return scope.get_att(found[0], attribute)


def _base64(argument: Any, scope: Scope) -> Any:
    value = functions_of(argument, scope)
    if value is UNKNOWN:
        return UNKNOWN
    text = scalar(value)
    if text is None:
        raise function_error(BASE64)
    return bounded(base64.b64encode(text.encode("utf-8", "replace")).decode())


def _cidr(argument: Any, scope: Scope) -> Any:
    value = functions_of(argument, scope)
    return UNKNOWN if holds_unknown(value) else cidr.blocks(value)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise function_error(FIND_IN_MAP)
    keys = [functions_of(item, scope) for item in argument[:3]]
    if UNKNOWN in keys:
        return UNKNOWN
    names = [scalar(key) for key in keys]
    if None in names:
        raise function_error(FIND_IN_MAP)
    mapping, top, second = (str(name) for name in names)
    default = _default_of(argument)
    try:
        if mapping not in scope.mappings:
            raise function_error(
                f"Mapping named '{mapping}' is not present in the 'Mappings' section of template."
            )
        return _looked_up(scope, mapping, top, second)
    except TemplateError:
        if default is None:
            raise
        return functions_of(default["DefaultValue"], scope)


def _default_of(argument: list[Any]) -> dict[str, Any] | None:
    if len(argument) == 3:
        return None
    default = argument[3]
    if not isinstance(default, dict) or list(default) != ["DefaultValue"]:
        raise function_error(FIND_IN_MAP)
    return default


def _looked_up(scope: Scope, mapping: str, top: str, second: str) -> Any:
    node = scope.mappings[mapping]
    for key in (top, second):
        if not isinstance(node, dict) or key not in node:
            raise function_error(f"Unable to get mapping for {mapping}::{top}::{second}")
        node = node[key]
    return functions_of(node, scope)


def _get_azs(argument: Any, scope: Scope) -> Any:
    region = functions_of(argument, scope)
    if region is UNKNOWN:
        return UNKNOWN
    if not isinstance(region, str):
        raise function_error(GET_AZS)
    return list(scope.azs(region))


def _if(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or not argument or not isinstance(argument[0], str):
        raise function_error(IF_CONDITION)
    if len(argument) != 3:
        raise function_error(IF_THREE)
    name = argument[0]
    if name not in scope.conditions:
        raise function_error(f"unresolved condition dependency {name} in Fn::If")
    return functions_of(argument[1] if scope.conditions[name] else argument[2], scope)


def _import_value(argument: Any, scope: Scope) -> Any:
    name = functions_of(argument, scope)
    if name is UNKNOWN:
        return UNKNOWN
    text = scalar(name)
    if text is None:
        raise function_error(IMPORT_VALUE)
    return scope.import_value(text)


def _join(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise function_error(JOIN)
    delimiter, items = functions_of(argument[0], scope), functions_of(argument[1], scope)
    if delimiter is UNKNOWN or items is UNKNOWN:
        return UNKNOWN
    if not isinstance(delimiter, str) or not isinstance(items, list):
        raise function_error(JOIN)
    if UNKNOWN in items:
        return UNKNOWN
    texts = [scalar(item) for item in items]
    if any(text is None for text in texts):
        raise function_error(JOIN)
    check_growth(sum(len(text or "") for text in texts) + len(delimiter) * len(texts))
    return bounded(delimiter.join(text or "" for text in texts))


def _select(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or not argument:
        raise function_error(SELECT_INDEX)
    index = functions_of(argument[0], scope)
    if index is UNKNOWN:
        return UNKNOWN
    text = scalar(index)
    if text is None or not _INDEX.fullmatch(text):
        raise function_error(SELECT_INDEX)
    if len(argument) != 2:
        raise function_error(SELECT)
    items = functions_of(argument[1], scope)
    if items is UNKNOWN:
        return UNKNOWN
    if not isinstance(items, list):
        raise function_error(SELECT)
    position = int(text)
    if not 0 <= position < len(items):
        raise function_error(f"Fn::Select cannot select nonexistent value at index {position}")
    return items[position]


def _split(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise function_error(SPLIT)
    delimiter, source = functions_of(argument[0], scope), functions_of(argument[1], scope)
    if UNKNOWN in (delimiter, source):
        return UNKNOWN
    text = scalar(source)
    if not isinstance(delimiter, str) or not delimiter or text is None:
        raise function_error(SPLIT)
    return text.split(delimiter)


def _sub(argument: Any, scope: Scope) -> Any:
    found = template_of_sub(argument)
    if found is None:
        raise function_error(SUB)
    text, nodes = found
    given = {name: functions_of(node, scope) for name, node in nodes.items()}
    texts: list[str] = []
    length, waits = 0, False
    for literal, name in pieces(text):
        value = "" if name is None else _variable(name, given, scope)
        if value is None:
            # A change set shows what is known around a resource that is yet to be made.
            waits = waits or name in given or not scope.shows_unknown
            value = str(UNKNOWN)
        texts += [literal, value]
        length += len(literal) + len(value)
        check_growth(length)
    written = "".join(texts)
    return UNKNOWN if waits or written == str(UNKNOWN) else bounded(written)


def _variable(name: str, given: dict[str, Any], scope: Scope) -> str | None:
    """Return the text of a variable of Fn::Sub, None when it is not known yet."""
    if name in given:
        value, wrong = given[name], SUB_VALUE
    elif not _NAME.fullmatch(name):
        raise function_error(SUB_NAMES)
    else:
        logical_id, dot, attribute = name.partition(".")
        value = scope.get_att(logical_id, attribute) if dot else scope.ref(name)
        wrong = SUB_STRING
    if value is UNKNOWN:
        return None
    text = "" if value is NO_VALUE else scalar(value)
    if text is None:
        raise function_error(wrong)
    return text


def _stack_output(argument: Any, scope: Scope) -> Any:
    check_shape("Fn::GetStackOutput", argument)
    given = {name: functions_of(node, scope) for name, node in argument.items()}
    if UNKNOWN in given.values():
        return UNKNOWN
    texts = {name: scalar(value) for name, value in given.items() if value is not NO_VALUE}
    stack, output = texts.get("StackName"), texts.get("OutputName")
    if stack is None or output is None or None in texts.values():
        raise function_error(STACK_OUTPUT)
    found = getattr(scope, "stack_output", None)
    if found is None:
        raise TemplateError(
            "Dry Run does not simulate Fn::GetStackOutput; real AWS would carry it out."
        )
    return found(stack, output, texts.get("Region"), texts.get("RoleArn"))


def _to_json_string(argument: Any, scope: Scope) -> Any:
    value = functions_of(argument, scope)
    return UNKNOWN if holds_unknown(value) else to_json(value)


def _length(argument: Any, scope: Scope) -> Any:
    value = functions_of(argument, scope)
    if value is UNKNOWN:
        return UNKNOWN
    if not isinstance(value, list):
        raise function_error(LENGTH)
    return len(value)


def truth(node: Any, scope: Scope, where: str = "Condition") -> bool:
    """Return what a condition function gives."""
    if isinstance(node, dict) and list(node) == ["Condition"]:
        name = node["Condition"]
        if not isinstance(name, str):
            raise function_error("All Conditions must be of type string")
        if name not in scope.conditions:
            raise function_error(f"unresolved condition dependency {name} in {where}")
        return scope.conditions[name]
    function = function_of(node)
    if function is None or function[0] not in BOOLEAN:
        raise function_error(NOT if where == "Fn::Not" else AND_OR.format(where))
    return bool(_FUNCTIONS[function[0]](function[1], scope))


def _and(argument: Any, scope: Scope) -> Any:
    return all(_truths("Fn::And", argument, scope))


def _or(argument: Any, scope: Scope) -> Any:
    return any(_truths("Fn::Or", argument, scope))


def _truths(name: str, argument: Any, scope: Scope) -> list[bool]:
    if not isinstance(argument, list) or not 2 <= len(argument) <= 10:
        raise function_error(AND_OR.format(name))
    return [truth(item, scope, name) for item in argument]


def _not(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 1:
        raise function_error(NOT)
    return not truth(argument[0], scope, "Fn::Not")


def _equals(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise function_error(EQUALS)
    first, second = (scalar(functions_of(item, scope)) for item in argument)
    if first is None or second is None:
        raise function_error(EQUALS)
    return first == second


def as_text(value: Any) -> Any:
    """Return a value with its numbers and booleans as text, to be compared."""
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, dict):
        return {name: as_text(item) for name, item in value.items()}
    text = scalar(value)
    return value if text is None else text


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::And": _and,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::Equals": _equals,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::GetAtt": _get_att,
    "Fn::GetStackOutput": _stack_output,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Not": _not,
    "Fn::Or": _or,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json_string,
}
