"""What IAM says of parameters that its model does not allow: where they are, and not what they are.

For names and paths IAM has sentences of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.iam.exceptions import InvalidInput, ValidationError

from dryrun.cloud import calling, constraints
from dryrun.cloud.cloudformation.hash_order import EVENT_BUCKETS, ordered

# The patterns behind these sentences are those of userNameType and pathType in IAM's model; the
# sentences are from memory of what the console and the CLI show (no page of the guide has them).
_SENTENCES = {
    r"[\w+=,.@-]+": (
        "The specified value for {} is invalid. It must contain only alphanumeric characters "
        "and/or the following: +=,.@_-"
    ),
    r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)": (
        "The specified value for {} is invalid. It must begin and end with / and contain only "
        "alphanumeric characters and/or / characters."
    ),
}
_PATTERN_CHECKED = ("authenticationCodeType", "policyVersionIdType", "tagKeyType", "tagValueType")
_POLICY_ARNS = ("PermissionsBoundary", "PolicyArn")
_ARN_PARTS = 6


def check() -> None:
    """Raise ValidationError or InvalidInput for the parameters of the call being answered."""
    try:
        call = calling.current_call()
    except LookupError:
        return
    shape = None if call.operation is None else call.operation.input_shape
    if shape is None:
        return
    _check_limits(shape, call.parameters)
    _check_sentences(shape, call.parameters)
    for name in _POLICY_ARNS:
        if name in call.parameters:
            _check_policy_arn(str(call.parameters[name]))


def _check_limits(shape: Any, given: dict[str, Any]) -> None:
    members = {constraints.spoken(name): name for name in shape.members}
    found = [
        f"Value at '{place}' failed to satisfy constraint: {fault}"
        for name in ordered(members, EVENT_BUCKETS).values()
        for place, fault in _of_member(shape, name, given)
    ]
    if found:
        errors = "error" if len(found) == 1 else "errors"
        raise ValidationError(f"{len(found)} validation {errors} detected: {'; '.join(found)}")


def _of_member(shape: Any, name: str, given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one parameter, or that it is missing."""
    place = constraints.spoken(name)
    if name in given:
        yield from _faults(shape.members[name], place, given[name])
    elif name in shape.required_members:
        yield place, "Member must not be null"


def _faults(shape: Any, place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield where something is wrong, and what it must be."""
    for fault in _broken(shape, value):
        yield place, fault
    if shape.type_name == "list" and isinstance(value, list):
        if shape.member.type_name == "structure":
            for number, item in enumerate(value, 1):
                yield from _inner(shape.member, f"{place}.{number}.member", item)
        elif any(_broken(shape.member, item) for item in value):
            yield place, f"Member must satisfy constraint: [{', '.join(_expected(shape))}]"


def _inner(shape: Any, place: str, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, item in value.items():
        if name in shape.members:
            yield from _faults(shape.members[name], f"{place}.{constraints.spoken(name)}", item)


def _broken(shape: Any, value: Any) -> list[str]:
    found = constraints.broken(shape, value)
    if shape.name in _PATTERN_CHECKED:
        return found
    return [fault for fault in found if "regular expression" not in fault]


def _expected(shape: Any) -> list[str]:
    asked = constraints.expected(shape.member)
    return [*asked, "Member must not be null"] if shape.member.name == "tagKeyType" else asked


def _check_sentences(shape: Any, given: dict[str, Any]) -> None:
    for name, member in shape.members.items():
        sentence = _SENTENCES.get(member.metadata.get("pattern", ""))
        if sentence and any("pattern" in fault for fault in _patterns(member, given.get(name))):
            raise ValidationError(sentence.format(constraints.spoken(name)))


def _patterns(shape: Any, value: Any) -> list[str]:
    return [] if value is None else constraints.broken(shape, value)


def _check_policy_arn(arn: str) -> None:
    """Tell apart what is no ARN and what is the ARN of something else, as IAM does."""
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS or parts[0] != "arn":
        raise ValidationError(f"ARN {arn} is not valid.")
    if not parts[-1].startswith("policy/"):
        raise InvalidInput(f"ARN {arn} is not valid.")
