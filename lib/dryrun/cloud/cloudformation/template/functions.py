"""Intrinsic functions by name, and how to tell one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

SUPPORTED = (
    "Fn::Base64",
    "Fn::GetAtt",
    "Fn::GetAZs",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Split",
    "Fn::FindInMap",
    "Fn::Select",
    "Ref",
    "Fn::Equals",
    "Fn::If",
    "Fn::Not",
    "Condition",
    "Fn::And",
    "Fn::Or",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
    "Fn::RefAll",
    "Fn::Sub",
    "Fn::Cidr",
)
EXTENSIONS = ("Fn::Length", "Fn::ToJsonString")
BOOLEAN = ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition")
STACK_OUTPUT = "Fn::GetStackOutput"
RULE_ONLY = (
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
)
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def function_of(node: Any) -> tuple[str, Any] | None:
    """Return the name and the argument of the function that a node is, if it is one."""
    if not isinstance(node, dict) or len(node) != 1:
        return None
    [(name, argument)] = node.items()
    if isinstance(name, str) and (name == "Ref" or name.startswith("Fn::")):
        return name, argument
    return None


def attribute_of(argument: Any) -> tuple[str, Any] | None:
    """Return the resource and the attribute that the argument of Fn::GetAtt names."""
    if isinstance(argument, str):
        name, dot, attribute = argument.partition(".")
        return (name, attribute) if name and dot and attribute else None
    if isinstance(argument, list) and len(argument) >= 2 and isinstance(argument[0], str):
        if len(argument) == 2:
            return (argument[0], argument[1]) if argument[0] and argument[1] else None
        if all(isinstance(part, str) for part in argument):
            return argument[0], ".".join(argument[1:])
    return None


def template_of_sub(argument: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the text and the variables of an Fn::Sub, if its argument is one of the two forms."""
    if isinstance(argument, str):
        return argument, {}
    if (
        isinstance(argument, list)
        and len(argument) == 2
        and isinstance(argument[0], str)
        and isinstance(argument[1], dict)
    ):
        return argument[0], argument[1]
    return None


def variables(text: str) -> Iterator[str]:
    """Give the names that an Fn::Sub text asks for, in order."""
    for found in _VARIABLE.finditer(text):
        if not found[1].startswith("!"):
            yield found[1].strip(" ")


def pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """Give the literal pieces of an Fn::Sub text, each with the variable that follows it."""
    end = 0
    for found in _VARIABLE.finditer(text):
        literal, end = text[end : found.start()], found.end()
        if found[1].startswith("!"):
            yield literal + "${" + found[1][1:] + "}", None
        else:
            yield literal, found[1].strip(" ")
    yield text[end:], None
