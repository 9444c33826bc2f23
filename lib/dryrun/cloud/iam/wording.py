"""What IAM says of what is not there or there already, where moto has words of its own for it."""

from __future__ import annotations

import re
from typing import Any

from moto.iam.exceptions import EntityAlreadyExists, NotFoundException

from dryrun.cloud import calling

_EXISTING = (
    (re.compile(r"User (\S+) already exists"), "User with name {} already exists."),
    (re.compile(r"Group (\S+) already exists"), "Group with name {} already exists."),
    (
        re.compile(r"User (\S+) already has password"),
        "Login Profile for user {} already exists.",
    ),
)
_WORDS = (
    *_EXISTING,
    (
        re.compile(r"Policy Document (\S+) not attached to role \S+"),
        "The role policy with name {} cannot be found.",
    ),
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
    (
        re.compile(r"The SSH Public Key with id (\S+) cannot be found"),
        "The Public Key with id {} cannot be found.",
    ),
    (re.compile(r"S(?:AML|aml)Provider (\S+) not found"), "Manifest not found for arn {}"),
    (re.compile(r"Policy (arn:\S+) not found"), "Policy {} was not found."),
    (re.compile(r"Role (\S+) not found"), "The role with name {} cannot be found."),
    (re.compile(r"User (\S+) not found"), "The user with name {} cannot be found."),
)
_INLINE = re.compile(r"Policy (?!version )(\S+) not found")


def _wording(kind: Any) -> Any:
    """Return what creates an exception of a kind with the message that IAM has for it."""
    create = kind.__init__

    def created(self: Any, message: str) -> None:
        create(self, said(message))

    return created


_NOT_FOUND, _EXISTS = _wording(NotFoundException), _wording(EntityAlreadyExists)


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
    not_found: Any = NotFoundException
    not_found.__init__ = _NOT_FOUND
    exists: Any = EntityAlreadyExists
    exists.__init__ = _EXISTS
