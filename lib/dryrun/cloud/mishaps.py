"""What to answer when moto trips over a call, instead of its traceback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.core.model import OperationModel

from dryrun.cloud import errors
from dryrun.cloud.errors import Answer
from dryrun.cloud.routing import ApiCall

_NOT_FOUND = re.compile(r"NotFound|NoSuch|DoesN[o']?t?Exist|NotExist|^Unknown(?!Operation)")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+")

# EC2 declares no errors in its model; "Error codes for the Amazon EC2 API" names them after the
# parameter, but for these two.
_EC2_CODES = {"ImageId": "InvalidAMIID.NotFound", "SnapshotId": "InvalidSnapshot.NotFound"}


def answer(call: ApiCall, mishap: Exception) -> Answer:
    """Answer a call that moto could not carry out, as honestly as the exception allows."""
    missing = _missing(call)
    if missing:
        return missing_parameter(call, missing)
    if isinstance(mishap, NotImplementedError):
        return errors.not_simulated(call, " in this form")
    # moto keeps things in dicts: a key that is missing is either something the client named
    # and that is not there, or an optional parameter moto counts on.
    key = mishap.args[0] if isinstance(mishap, KeyError) and mishap.args else None
    if isinstance(key, str):
        for name, value in _named_values(call.parameters):
            if value == key:
                return not_found(call, name, value) or unable(call)
        left_out = _optional_member(call.operation, key)
        if left_out is not None:
            return errors.not_simulated(call, f" without {left_out}")
    return unable(call)


def unable(call: ApiCall) -> Answer:
    """Say that a call could not be carried out, for a reason that is not known."""
    return errors.not_simulated(call, " with these parameters, which may be wrong")


def not_found(call: ApiCall, member: str, value: str) -> Answer | None:
    """Say that what `member` names is not there, in an error the operation declares."""
    code = _not_found_code(call, member)
    if code is None:
        return None
    return errors.error(call, code, f"The {member} '{value}' does not exist.")


def missing_parameter(call: ApiCall, names: list[str]) -> Answer:
    """Name the parameters that are missing; "Common Errors" of the AWS API references."""
    if call.protocol == "ec2":
        message = f"The request must contain the parameter {names[0]}"
        return errors.error(call, "MissingParameter", message, 400)
    many = f"{len(names)} validation error{'s' if len(names) > 1 else ''} detected: "
    message = many + "; ".join(
        f"Value null at '{name[:1].lower() + name[1:]}' failed to satisfy constraint: "
        "Member must not be null"
        for name in names
    )
    code = "ValidationError" if call.protocol == "query" else "ValidationException"
    return errors.error(call, code, message, 400)


def _missing(call: ApiCall) -> list[str]:
    shape = call.operation.input_shape if call.operation is not None else None
    required = getattr(shape, "required_members", [])
    return [name for name in required if call.parameters.get(name) in (None, "")]


def _not_found_code(call: ApiCall, member: str) -> str | None:
    assert call.operation is not None
    if call.service == "ec2":
        plain = member.removeprefix("Source").removesuffix("s")
        plain = plain if plain.endswith("Id") else f"{plain}Id"
        return _EC2_CODES.get(plain, f"Invalid{plain[:-2]}ID.NotFound")
    if call.service == "s3":
        return "NoSuchBucket" if member == "Bucket" else "NoSuchKey"
    names = [
        str(shape.metadata.get("error", {}).get("code") or shape.name)
        for shape in call.operation.error_shapes
        if _NOT_FOUND.search(shape.name)
    ]
    wanted = set(_WORDS.findall(member))
    return max(names, key=lambda name: len(wanted & set(_WORDS.findall(name))), default=None)


def _named_values(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in the parameters with the member that holds it."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _named_values(item, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _named_values(item, name)


def _optional_member(operation: OperationModel | None, key: str) -> str | None:
    """Return the input member moto calls `key`, whether or not in AWS's spelling."""
    shape = operation.input_shape if operation is not None else None
    plain = key.replace("_", "").lower()
    found = (name for name in _member_names(shape, 0) if name.lower() == plain)
    return next(found, None)


def _member_names(shape: Any, depth: int) -> Iterator[str]:
    if depth > 4:
        return
    for name, member in getattr(shape, "members", {}).items():
        yield name
        yield from _member_names(member, depth + 1)
    inner = getattr(shape, "member", None) or getattr(shape, "value", None)
    if inner is not None:
        yield from _member_names(inner, depth + 1)
