"""What is common to all requests: who asks, for which stack, in which state it must be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moto.iam.models import Role

from dryrun.cloud import calling
from dryrun.cloud.cloudformation.exceptions import (
    AlreadyExists,
    NotSimulated,
    TokenAlreadyExists,
    ValidationError,
)
from dryrun.cloud.cloudformation.models import CloudFormationBackend, Stack
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.sts.models import iam_backend, issue_for_role
from dryrun.cloud.sts.trust import lets_service

SERVICE = "cloudformation.amazonaws.com"
SESSION = "AWSCloudFormation"
"""The name of the sessions of service roles."""
_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")

UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "UPDATE_FAILED",
        "CREATE_FAILED",
    }
)


def asked() -> Mapping[str, Any]:
    """Return the parameters of the request, as boto3 takes them."""
    return calling.current_call().parameters


def new_stack_name(backend: CloudFormationBackend, name: str, *, or_id: bool = False) -> str:
    """Return a name no stack has; raises ValidationError and AlreadyExists.

    `or_id` is for operations that take the id of a stack as well, and say so.
    """
    constraint = None
    if len(name) > 128:
        constraint = "Member must have length less than or equal to 128"
    elif not _NAME.fullmatch(name):
        constraint = "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        constraint += "|arn:[-a-zA-Z0-9:/._+]*" if or_id else ""
    if constraint is not None:
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
            f"constraint: {constraint}"
        )
    if backend.look(name) is not None:
        raise AlreadyExists(f"Stack [{name}] already exists")
    return name


def updatable(stack: Stack) -> Stack:
    """Return a stack that may be updated now; raises ValidationError."""
    if stack.status not in UPDATABLE:
        raise ValidationError(
            f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        )
    failed = stack.status in ("CREATE_FAILED", "UPDATE_FAILED")
    if failed and _begins_update() and not asked().get("DisableRollback"):
        # In the words that users report, as in issue 6368 of the AWS CLI.
        raise ValidationError(
            f"This stack is currently in a non-terminal [{stack.status}] state. To update the "
            "stack from this state, please use the disable-rollback parameter with update-stack "
            "API. To rollback to the last known good state, use the rollback-stack API"
        )
    return stack


def _begins_update() -> bool:
    operation = calling.current_call().operation
    return operation is not None and operation.name in ("UpdateStack", "ExecuteChangeSet")


def token(stack: Stack, kind: str) -> str | None:
    """Return the client request token; raises TokenAlreadyExists when it was for another kind."""
    given = asked().get("ClientRequestToken")
    if given is not None and stack.tokens.get(given, kind) != kind:
        raise TokenAlreadyExists(f"Token already exists: {given}")
    return given


def repeated(stack: Stack | None, kind: str) -> bool:
    """Tell whether a request is one that was carried out before, sent again by a careful client."""
    given = asked().get("ClientRequestToken")
    return stack is not None and given is not None and stack.tokens.get(given) == kind


def operator(role_arn: str | None) -> Caller:
    """Return in whose name a stack's resources are worked on: a service role's, or the caller's.

    Follows "CloudFormation service role", User Guide. Raises ValidationError for a role that is
    not there or does not trust CloudFormation.
    """
    caller = calling.current_caller()
    if not role_arn:
        return caller
    role = _role(role_arn)
    if role is None or not lets_service(role, SERVICE):
        raise ValidationError(f"Role {role_arn} is invalid or cannot be assumed")
    session = issue_for_role(role, SESSION, 3600)
    return Caller(
        CallerKind.ROLE,
        session.arn,
        session.user_id,
        session.account,
        session.access_key_id,
        session,
    )


def via(caller: Caller) -> str:
    """Return what policies see a call come through: nothing when it is a service role's."""
    own = caller.kind is CallerKind.ROLE and caller.arn.endswith(f"/{SESSION}")
    return "" if own else SERVICE


def _role(arn: str) -> Role | None:
    match = re.fullmatch(r"arn:[^:]+:iam::(\d{12}):role/(?:.*/)?([^/]+)", arn)
    if match is None:
        return None
    found = (role for role in iam_backend(match[1]).roles.values() if role.arn == arn)
    return next(found, None)


def not_simulated(what: str) -> NotSimulated:
    """Return the error for what Dry Run does not simulate."""
    return NotSimulated(f"Dry Run does not simulate {what}; real AWS would carry it out.")
