"""Stack policies: which resources an update may touch.

Follows "Prevent updates to stack resources", CloudFormation User Guide: once there is a policy,
what it does not allow is denied; a denial is stronger than any permission.
"""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.exceptions import ValidationError
from dryrun.cloud.cloudformation.models import StackResource
from dryrun.cloud.iam.policy import MalformedPolicy, conditions, matching

LONGEST = 16_384
_ELEMENTS = {"Effect", "Action", "NotAction", "Principal", "NotPrincipal", "Resource",
             "NotResource", "Condition", "Sid"}  # fmt: skip


def checked(text: str) -> str:
    """Return a policy's text; raises ValidationError where it is none."""
    try:
        document = json.loads(text)
    except ValueError:
        raise ValidationError("Error validating stack policy: Invalid stack policy") from None
    statements = _statements(document)
    if statements is None:
        raise ValidationError("Error validating stack policy: Invalid stack policy")
    for statement in statements:
        wrong = _wrong(statement)
        if wrong is not None:
            raise ValidationError(f"Error validating stack policy: {wrong}")
    return text


def denial(policy: str | None, resource: StackResource, action: str) -> str | None:
    """Return why a policy forbids `Update:ACTION` on a resource, or None where it does not."""
    if policy is None:
        return None
    wanted, name = f"update:{action.lower()}", f"LogicalResourceId/{resource.logical_id}"
    context = {"resourcetype": resource.type}
    matched = [
        (number, statement["Effect"])
        for number, statement in enumerate(_statements(json.loads(policy)) or (), 1)
        if _matches(statement, wanted, name, context)
    ]
    denying = [number for number, effect in matched if effect == "Deny"]
    if denying:
        return "Action denied by stack policy: " + "".join(
            f"Statement [#{number}] does not allow [Update:{action}] for resource [{name}];"
            for number in denying
        )
    if any(effect == "Allow" for _, effect in matched):
        return None
    return (
        f"Action not allowed by stack policy: [Update:{action}] is not allowed for resource "
        f"[{name}]"
    )


def _statements(document: Any) -> list[dict[str, Any]] | None:
    if not isinstance(document, dict):
        return None
    found = document.get("Statement")
    listed: list[Any] = found if isinstance(found, list) else [found]
    return listed if all(isinstance(one, dict) for one in listed) else None


def _wrong(statement: dict[str, Any]) -> str | None:
    unknown = set(statement) - _ELEMENTS
    if unknown:
        return f"Unknown element {sorted(unknown)[0]}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        return "Invalid effect"
    if statement.get("Principal", "*") != "*":
        return "Unknown principal, only '*' is allowed"
    actions = statement.get("Action", statement.get("NotAction", ()))
    for action in [actions] if isinstance(actions, str) else actions:
        if not isinstance(action, str) or not (action == "*" or action.startswith("Update:")):
            return "Unknown action"
    try:
        _matches(statement, "update:modify", "LogicalResourceId/X", {"resourcetype": "A::B::C"})
    except (MalformedPolicy, KeyError, TypeError, ValueError, AttributeError):
        return "Invalid statement"
    return None


def _matches(
    statement: dict[str, Any], action: str, resource: str, context: dict[str, str]
) -> bool:
    if not matching.actions(statement).matches(action):
        return False
    if not matching.resources(statement, False).matches(resource, context):
        return False
    condition = conditions.compiled(statement.get("Condition"), False)
    return condition is None or condition.holds(context)
