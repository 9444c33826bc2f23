"""Policies of functions, of their versions and of their aliases.

Each has a policy of its own; moto keeps their statements together, apart by what they are for.
Follows "AddPermission" and its kin, AWS Lambda API Reference.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE

from dryrun.cloud import calling
from dryrun.cloud.awslambda import naming, revisions
from dryrun.cloud.awslambda.errors import conflict, invalid, no_alias, no_function, not_found
from dryrun.cloud.awslambda.layers import STATEMENT

_PRINCIPAL = re.compile(r"\*|\d{12}|arn:.+|[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com)")
"""Everybody, an account, an identity, or a service; Alexa's is of amazon.com."""


class Permissions(MotoResponse):
    """The operations on these policies."""

    def add_permission(self) -> TYPE_RESPONSE:
        """Add a statement to a policy, under an id it has not yet."""
        given = calling.current_call().parameters
        name, qualifier = naming.meant(given)
        function = self._existing_function(name, qualifier)
        if qualifier == naming.LATEST:
            raise invalid("We currently do not support adding policies for $LATEST.")
        if not _PRINCIPAL.fullmatch(str(given["Principal"])):
            raise invalid(
                "The provided principal was invalid. Please check the principal and try again."
            )
        resource, sid = naming.arn(self.backend, name, qualifier), str(given["StatementId"])
        if _statements(function.policy, resource, sid):
            raise conflict(
                f"The statement id ({sid}) provided already exists. Please provide a new "
                "statement id, or remove the existing statement."
            )
        revisions.check(given, self.backend, name, qualifier)
        body = {key: value for key, value in self.json_body.items() if key != "RevisionId"}
        function.policy.add_statement(json.dumps(body), qualifier)
        statement = {**function.policy.statements[-1], "Resource": resource}
        made = {key: statement[key] for key in STATEMENT if key in statement}
        function.policy.statements[-1] = made
        revisions.renew(self.backend, name, qualifier)
        told = json.dumps(made, separators=(",", ":"))
        return 201, {"status": 201}, json.dumps({"Statement": told})

    def get_policy(self) -> str:
        """Return the policy of a function, or of the version or alias that is named."""
        name, qualifier = naming.meant(calling.current_call().parameters)
        try:
            function = self.backend.get_function(name, qualifier or None)
        except UnknownFunctionException:
            if not qualifier:
                raise
            raise not_found() from None
        resource = naming.arn(self.backend, name, qualifier)
        statements = _statements(function.policy, resource)
        if not statements:
            raise not_found()
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
        told = {
            "Policy": json.dumps(policy, separators=(",", ":")),
            "RevisionId": revisions.current(self.backend, name, qualifier),
        }
        return json.dumps(told)

    def remove_permission(self) -> TYPE_RESPONSE:
        """Take a statement away."""
        given = calling.current_call().parameters
        name, qualifier = naming.meant(given)
        resource, sid = naming.arn(self.backend, name, qualifier), str(given["StatementId"])
        try:
            self.backend.get_function(name)
        except UnknownFunctionException:
            raise not_found(f"No policy found for: {resource}") from None
        policy = self._existing_function(name, qualifier).policy
        if not _statements(policy, resource):
            raise not_found("No policy is associated with the given resource.")
        gone = _statements(policy, resource, sid)
        if not gone:
            raise not_found(f"Statement {sid} is not found in resource policy.")
        revisions.check(given, self.backend, name, qualifier)
        policy.statements[:] = [one for one in policy.statements if one not in gone]
        revisions.renew(self.backend, name, qualifier)
        return 204, {"status": 204}, ""

    def _existing_function(self, name: str, qualifier: str) -> Any:
        """Return the function or version that is meant, in whose policies others may be named."""
        function = self.backend.get_function(name)
        if not qualifier:
            return function
        try:
            return self.backend.get_function(name, qualifier)
        except UnknownFunctionException:
            arn = naming.arn(self.backend, name, qualifier)
            raise (no_alias if naming.is_alias(qualifier) else no_function)(arn) from None


def _statements(policy: Any, resource: str, sid: str | None = None) -> list[dict[str, Any]]:
    return [
        one
        for one in policy.statements
        if one["Resource"] == resource and (sid is None or one["Sid"] == sid)
    ]
