"""What every operation on a function checks first, and the shape of its errors.

The texts are AWS's as they were recorded.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError

from dryrun.cloud import constraints
from dryrun.cloud.awslambda.errors import beyond, no_function
from dryrun.cloud.routing import ApiCall

_NAMES = ("FunctionName",)
_MAYBE_ABSENT = frozenset({"CreateFunction", "ListEventSourceMappings"})


class NotReachable(LambdaClientError):
    """A function of another region is named."""

    code = 404

    def __init__(self, other: str, region: str) -> None:
        super().__init__(
            "ResourceNotFoundException",
            f"Functions from '{other}' are not reachable in this region ('{region}')",
        )


def check(call: ApiCall) -> None:
    """Refuse parameters that break the model, and names that contradict themselves."""
    wrong = _wrong_items(call) or constraints.violations(call, nested=True)
    if wrong:
        raise LambdaClientError("ValidationException", wrong)
    for name in _NAMES:
        value = call.parameters.get(name)
        if isinstance(value, str) and call.name not in _MAYBE_ABSENT:
            _check_name(call, value)


def _wrong_items(call: ApiCall) -> str:
    """Return AWS's sentence about lists of words that are too long or have wrong words, or ""."""
    shape = call.operation.input_shape if call.operation is not None else None
    members = shape.members if shape is not None else {}
    found = []
    for name, value in call.parameters.items():
        member = members.get(name)
        if member is None or member.type_name != "list" or member.member.type_name != "string":
            continue
        broken = constraints.broken(member, value)
        if any(constraints.broken(member.member, item) for item in value):
            asked = ", ".join([*_asked(member.member), "Member must not be null"])
            broken.append(f"Member must satisfy constraint: [{asked}]")
        shown = f"Value '[{', '.join(value)}]' at '{constraints.spoken(name)}'"
        found += [f"{shown} failed to satisfy constraint: {one}" for one in broken]
    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: {'; '.join(found)}" if found else ""


def _asked(shape: Any) -> list[str]:
    choices = shape.metadata.get("enum")
    enum = [f"Member must satisfy enum value set: [{', '.join(choices)}]"] if choices else []
    return [*constraints.expected(shape), *enum]


def _check_name(call: ApiCall, name: str) -> None:
    parts = name.split(":")
    if name.startswith("arn:") and len(parts) > 6:
        if parts[3] != call.signature.region:
            raise NotReachable(parts[3], call.signature.region)
        derived = parts[7] if len(parts) > 7 else ""
    else:
        derived = parts[-1] if len(parts) == 2 else ""
    qualifier = str(call.parameters.get("Qualifier") or "")
    if derived and qualifier and derived != qualifier:
        raise InvalidParameterValueException(
            "The derived qualifier from the function name does not match the specified qualifier."
        )


_VERSION = re.compile(r"[0-9]+")


def check_alias(
    arn: str, versions: list[str], version: str, routing: dict[str, Any] | None
) -> None:
    """Refuse the weights of an alias that cannot be; `versions` are those the function has."""
    weights = (routing or {}).get("AdditionalVersionWeights") or {}
    if len(weights) > 1:
        raise InvalidParameterValueException(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    for other, weight in weights.items():
        if not _VERSION.fullmatch(other):
            raise LambdaClientError(
                "ValidationException",
                f"1 validation error detected: Value '{{{other}={float(weight)}}}' at "
                "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys "
                "must satisfy constraint: [Member must have length less than or equal to 1024, "
                "Member must have length greater than or equal to 1, Member must satisfy regular "
                f"expression pattern: {_VERSION.pattern}, Member must not be null]",
            )
        if not 0.0 <= float(weight) <= 1.0:
            raise LambdaClientError(
                "ValidationException",
                f"1 validation error detected: Value '{{{other}={float(weight)}}}' at "
                "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value "
                "must satisfy constraint: [Member must have value less than or equal to 1.0, "
                "Member must have value greater than or equal to 0.0, Member must not be null]",
            )
        if other == version:
            raise InvalidParameterValueException(
                f"Invalid function version {other}. Function version {other} is already included "
                "in routing configuration."
            )
        if version == "$LATEST":
            raise beyond("$LATEST is not supported for an alias pointing to more than 1 version")
        for one in (version, other):
            if one not in versions:
                raise no_function(f"{arn}:{one}")


def shaped(call: ApiCall, headers: dict[str, Any], body: Any) -> Any:
    """Return an error's body with the members its shape has, under the names it has."""
    try:
        told = json.loads(body)
        code = str(headers.get("X-Amzn-ErrorType") or told.get("__type", "")).split(":")[0]
        members = call.model.shape_for(code).members
    except Exception:  # an error no model knows is told as it is
        return body
    message = told.pop("message", None) or told.pop("Message", None)
    name = next((one for one in members if one.lower() == "message"), None)
    if name is None or message is None:
        return body
    if "Type" in members:
        told.setdefault("Type", "User")
        if told["Type"] is None:
            del told["Type"]
    return json.dumps({**told, name: message})
