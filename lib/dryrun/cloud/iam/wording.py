"""What IAM says of what is not there, where moto has words of its own for it."""

from __future__ import annotations

import re
from typing import Any

from moto.iam.exceptions import NotFoundException

from dryrun.cloud import calling

_WORDS = (
    (
        re.compile(r"The Access Key with id (\S+) cannot be found"),
        "The Access Key with id {} cannot be found.",
    ),
    (re.compile(r"Group (\S+) not found"), "The group with name {} cannot be found."),
    (re.compile(r"Instance profile (\S+) not found"), "Instance Profile {} cannot be found."),
    (
        re.compile(r"Login profile for (\S+) not found"),
        "Login Profile for User {} cannot be found.",
    ),
    (re.compile(r"Policy (arn:\S+) not found"), "Policy {} was not found."),
    (re.compile(r"Role (\S+) not found"), "The role with name {} cannot be found."),
    (re.compile(r"User (\S+) not found"), "The user with name {} cannot be found."),
)
_INLINE = re.compile(r"Policy (?!version )(\S+) not found")
_create: Any = NotFoundException.__init__


def _created(self: Any, message: str) -> None:
    _create(self, said(message))


def said(message: str) -> str:
    """Return a message as IAM has it."""
    for pattern, words in _WORDS:
        if found := pattern.fullmatch(message):
            return words.format(found[1])
    if found := _INLINE.fullmatch(message):
        return f"The {_owner()} policy with name {found[1]} cannot be found."
    return message


def _owner() -> str:
    """Return whose policy a call asks for, as GetRolePolicy does for a role's."""
    try:
        operation = calling.current_call().operation
    except LookupError:
        return "role"
    name = "" if operation is None else operation.name
    return next((one for one in ("Role", "User", "Group") if one in name), "role").lower()


def install() -> None:
    """Put these words in the place of moto's."""
    replaced: Any = NotFoundException
    replaced.__init__ = _created
