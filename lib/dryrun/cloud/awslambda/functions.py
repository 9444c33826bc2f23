"""Functions and their versions: what moto's answers lack, and what AWS refuses.

Statuses and texts are AWS's as they were recorded; see the "AWS Lambda API Reference".
"""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.exceptions import LambdaClientError, UnknownFunctionException
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE

from dryrun.cloud import calling
from dryrun.cloud.awslambda import naming, revisions
from dryrun.cloud.awslambda.checks import NotReachable
from dryrun.cloud.awslambda.errors import beyond, invalid, no_function
from dryrun.cloud.awslambda.provisioned import total

LONGEST_NAME = 64

_NOT_LISTED = (
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "RuntimeVersionConfig",
    "State",
    "StateReason",
    "StateReasonCode",
)
"""What a list of functions or versions leaves out; "ListFunctions", AWS Lambda API Reference."""


class OtherAccount(LambdaClientError):
    """A function is to be created in an account that is somebody else's."""

    code = 403

    def __init__(self) -> None:
        super().__init__("AccessDeniedException", "")
        self.description = json.dumps({"__type": "AccessDeniedException", "Message": None})


class Functions(MotoResponse):
    """The operations on functions and versions."""

    def create_function(self) -> TYPE_RESPONSE:
        """Create a function, whose name may be given as an ARN."""
        given = str(self.json_body["FunctionName"])
        name, _ = naming.split(given)
        self._check_place(given)
        if len(name) > LONGEST_NAME:
            raise invalid(
                f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy "
                f"constraint: Member must have length less than or equal to {LONGEST_NAME}"
            )
        if name != given:
            self.body = json.dumps({**self.json_body, "FunctionName": name})
        return super().create_function()

    def _check_place(self, given: str) -> None:
        parts = given.split(":")
        if given.startswith("arn:") and parts[3] != self.backend.region_name:
            raise NotReachable(parts[3], self.backend.region_name)
        account = parts[parts.index("function") - 1] if "function" in parts[1:] else ""
        if account and account != calling.current_caller().account:
            raise OtherAccount

    def get_function(self) -> str:
        """Return a function; tags are the function's, and its versions and aliases have none."""
        told = json.loads(super().get_function())
        if str(told["Configuration"]["Version"]) != naming.LATEST:
            told.pop("Tags", None)
        return json.dumps(told)

    @staticmethod
    def _set_configuration_qualifier(  # type: ignore[misc,unused-ignore]
        configuration: dict[str, Any], function_name: str, qualifier: str
    ) -> dict[str, Any]:
        """Name the function in its configuration as it was asked for."""
        meant = naming.split(function_name)[1] or qualifier
        bare = ":".join(configuration["FunctionArn"].split(":")[:7])
        configuration["FunctionArn"] = f"{bare}:{meant}" if meant else bare
        if not meant:
            configuration["Version"] = naming.LATEST
        return configuration

    def list_functions(self) -> str:
        """Return the functions, which a list tells less of than GetFunction."""
        return _listed(super().list_functions(), "Functions")

    def list_versions_by_function(self) -> str:
        """Return the versions of a function, told of as in a list of functions."""
        self.backend.get_function(_name())
        return _listed(super().list_versions_by_function(), "Versions")

    def update_function_code(self) -> TYPE_RESPONSE:
        """Change a function's code."""
        revisions.check(calling.current_call().parameters, self.backend, _name())
        return super().update_function_code()

    def update_function_configuration(self) -> TYPE_RESPONSE:
        """Change a function's configuration."""
        revisions.check(calling.current_call().parameters, self.backend, _name())
        return super().update_function_configuration()

    def publish_version(self) -> TYPE_RESPONSE:
        """Publish a version of what is there, if that is what is meant."""
        given = calling.current_call().parameters
        digest = str(self.backend.get_function(_name()).code_sha_256)
        revisions.check(given, self.backend, _name())
        if given.get("CodeSha256") not in (None, "", digest):
            raise invalid(
                f"CodeSHA256 ({given['CodeSha256']}) is different from current CodeSHA256 in "
                f"$LATEST ({digest}). Please try again with the CodeSHA256 in $LATEST."
            )
        return super().publish_version()

    def delete_function(self) -> TYPE_RESPONSE:
        """Delete a function, or one of its versions; a version that is not there is gone, too."""
        name, qualifier = naming.meant(calling.current_call().parameters)
        if qualifier == naming.LATEST:
            raise invalid("$LATEST version cannot be deleted without deleting the function.")
        self.backend.get_function(name)
        try:
            return super().delete_function()
        except UnknownFunctionException:
            return 204, {"status": 204}, ""

    def get_function_code_signing_config(self) -> str:
        """Return how the function's code must be signed: nothing, where nothing is asked."""
        told = json.loads(super().get_function_code_signing_config())
        return json.dumps(told if told.get("CodeSigningConfigArn") else {})

    def put_function_concurrency(self) -> TYPE_RESPONSE:
        """Reserve some of the account's concurrency."""
        given = calling.current_call().parameters
        name, qualifier = naming.meant(given)
        try:
            self.backend.get_function(name)
        except UnknownFunctionException:
            raise no_function(naming.arn(self.backend, name, naming.LATEST)) from None
        if qualifier:
            raise invalid(
                "This operation is permitted on Lambda functions only. Aliases and versions do "
                "not support this operation. Please specify either a function name or an "
                "unqualified function ARN."
            )
        asked = int(given["ReservedConcurrentExecutions"])
        provided = total(self.backend.get_function(name))
        if asked < provided:
            raise beyond(
                f" ReservedConcurrentExecutions  {asked} should not be lower than function's "
                f"total provisioned concurrency [{provided}]."
            )
        left = CONCURRENCY - reserved(self.backend, but=name)
        if left - asked < LEFT_UNRESERVED:
            raise beyond(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{LEFT_UNRESERVED}]."
            )
        return super().put_function_concurrency()


CONCURRENCY, LEFT_UNRESERVED = 1000, 100
"""Executions an account may have at once, and what of them no function may reserve."""


def reserved(backend: Any, but: str = "") -> int:
    """Return what of the account's concurrency is reserved by functions, but for one of them."""
    functions = [one for one in backend.list_functions() if one.function_name != but]
    return sum(int(one.reserved_concurrency or 0) for one in functions)


def _name() -> str:
    return naming.split(str(calling.current_call().parameters["FunctionName"]))[0]


def _listed(answer: str, members: str) -> str:
    told = json.loads(answer)
    for one in told[members]:
        for name in _NOT_LISTED:
            one.pop(name, None)
    return json.dumps(told)
