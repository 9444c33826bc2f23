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
    if statements is None or not all(map(_right, statements)):
        raise ValidationError("Error validating stack policy: Invalid stack policy")
    return text


def denial(policy: str | None, resource: StackResource, action: str) -> str | None:
    """Return why a policy forbids `Update:ACTION` on a resource, or None where it does not."""
    statements = _statements(json.loads(policy)) if policy is not None else None
    if not statements:  # an empty policy is none: it protects nothing
        return None
    wanted, name = f"update:{action.lower()}", f"LogicalResourceId/{resource.logical_id}"
    context = {"resourcetype": resource.type}
    matched = [
        (number, statement["Effect"])
        for number, statement in enumerate(statements, 1)
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
    if not isinstance(document, dict) or not set(document) <= {"Statement", "Version", "Id"}:
        return None
    found = document.get("Statement", [])
    listed: list[Any] = found if isinstance(found, list) else [found]
    return listed if all(isinstance(one, dict) for one in listed) else None


def _right(statement: dict[str, Any]) -> bool:
    if set(statement) - _ELEMENTS or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    if statement.get("Principal", "*") != "*":
        return False
    actions = statement.get("Action", statement.get("NotAction", ()))
    for action in [actions] if isinstance(actions, str) else actions:
        if not isinstance(action, str) or not (action == "*" or action.startswith("Update:")):
            return False
    try:
        _matches(statement, "update:modify", "LogicalResourceId/X", {"resourcetype": "A::B::C"})
    except (MalformedPolicy, KeyError, TypeError, ValueError, AttributeError):
        return False
    return True


def _matches(
    statement: dict[str, Any], action: str, resource: str, context: dict[str, str]
) -> bool:
    if not matching.actions(statement).matches(action):
        return False
    if not matching.resources(statement, False).matches(resource, context):
        return False
    condition = conditions.compiled(statement.get("Condition"), False)
    return condition is None or condition.holds(context)
