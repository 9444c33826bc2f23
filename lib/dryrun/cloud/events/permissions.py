"""Who may put events on a bus: the statements of its resource policy."""

from __future__ import annotations

import json
import re
from typing import Any

from dryrun.cloud.events.exceptions import (
    EventsError,
    ResourceNotFoundException,
    ValidationException,
)

Statement = dict[str, Any]

_STATEMENT_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")
_PRINCIPAL = re.compile(r"\d{12}|\*")
MOST_BYTES = 10240


class InvalidParameterValue(EventsError):
    """Refuse a value."""


class PolicyLengthExceededException(EventsError):
    """Refuse a policy that is too long."""


class Permissions:
    """The policy of one bus."""

    def __init__(self, bus_arn: str) -> None:
        """Begin without any statement."""
        self.bus_arn = bus_arn
        self.version = "2012-10-17"
        self.statements: list[Statement] = []

    def text(self) -> str | None:
        """Return the policy as JSON, or None while there is none."""
        if not self.statements:
            return None
        return json.dumps(
            {"Version": self.version, "Statement": self.statements}, separators=(",", ":")
        )

    def put(self, given: dict[str, Any]) -> None:
        """Add a statement, or put a whole policy in the place of the present one."""
        former = list(self.statements)
        if given.get("Policy"):
            self._replace(given["Policy"])
        else:
            self._add(_statement(given, self.bus_arn))
        if len(self.text() or "") > MOST_BYTES:
            self.statements = former
            # From memory of the API's errors.
            raise PolicyLengthExceededException("The policy of the event bus is too long.")

    def remove(self, statement_id: str | None, everything: bool) -> None:
        """Take one statement away, or all."""
        if everything:
            self.statements = []
            return
        kept = [one for one in self.statements if one.get("Sid") != statement_id]
        if len(kept) == len(self.statements):
            raise ResourceNotFoundException("Statement with the provided id does not exist.")
        self.statements = kept

    def _replace(self, text: str) -> None:
        try:
            document = json.loads(text)
        except ValueError:
            raise ValidationException("This policy contains invalid Json") from None
        statements = document.get("Statement") if isinstance(document, dict) else None
        if isinstance(statements, dict):
            statements = [statements]
        if not isinstance(statements, list) or not all(_whole(one) for one in statements):
            # From memory; the API's reference names no such error.
            raise ValidationException("This policy contains invalid statements")
        self.version = document.get("Version", "2008-10-17")
        self.statements = statements

    def _add(self, statement: Statement) -> None:
        for number, one in enumerate(self.statements):
            if one.get("Sid") == statement["Sid"]:
                self.statements[number] = statement
                return
        self.statements.append(statement)


def _whole(statement: Any) -> bool:
    return (
        isinstance(statement, dict)
        and statement.get("Effect") in ("Allow", "Deny")
        and ("Principal" in statement or "NotPrincipal" in statement)
        and ("Action" in statement or "NotAction" in statement)
    )


def _statement(given: dict[str, Any], bus_arn: str) -> Statement:
    principal, condition = given.get("Principal"), given.get("Condition")
    if principal is None:
        raise ValidationException("Parameter Principal must be specified.")
    if condition and principal != "*":
        raise InvalidParameterValue(
            "Value of the parameter 'principal' must be '*' when the parameter 'condition' is set."
        )
    if not _PRINCIPAL.fullmatch(principal):
        raise InvalidParameterValue(
            f"Value {principal} at 'principal' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: (\d{12}|\*)"
        )
    if given.get("Action") != "events:PutEvents":
        raise ValidationException("Provided value in parameter 'action' is not supported.")
    if not _STATEMENT_ID.fullmatch(given.get("StatementId") or ""):
        raise InvalidParameterValue(r"StatementId must match ^[a-zA-Z0-9-_]{1,64}$")
    made: Statement = {
        "Sid": given["StatementId"],
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        "Action": "events:PutEvents",
        "Resource": bus_arn,
    }
    if condition:
        made["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return made
