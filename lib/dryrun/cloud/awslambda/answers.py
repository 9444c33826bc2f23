"""Operations around functions whose answers moto gives in another way than AWS.

Statuses and texts are AWS's as they were recorded; see the "AWS Lambda API Reference".
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from moto.awslambda.exceptions import (
    ConflictException,
    GenericResourcNotFound,
    InvalidParameterValueException,
    LambdaClientError,
    UnknownFunctionException,
    UnknownLayerException,
    UnknownLayerVersionException,
)
from moto.core.responses import TYPE_RESPONSE, ActionResult

from dryrun.cloud import calling
from dryrun.cloud.awslambda import checks
from dryrun.cloud.awslambda.invoke_configs import InvokeConfigs, configs, missing

CONCURRENCY, LEFT_UNRESERVED = 1000, 100
"""Executions an account may have at once, and what of them no function may reserve."""

_LIMITS = {
    "TotalCodeSize": 80_530_636_800,
    "CodeSizeUnzipped": 262_144_000,
    "CodeSizeZipped": 52_428_800,
    "ConcurrentExecutions": CONCURRENCY,
}
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

_STATEMENT = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def _conflict(message: str) -> LambdaClientError:
    error = LambdaClientError("ResourceConflictException", message)
    error.code = 409
    return error


def _statements(policy: Any, resource: str, sid: str | None = None) -> list[dict[str, Any]]:
    return [
        one
        for one in policy.statements
        if one["Resource"] == resource and (sid is None or one["Sid"] == sid)
    ]


class Answers(InvokeConfigs):
    """Aliases, permissions, URLs, settings of asynchronous invocations, the account."""

    # Functions

    def get_function(self) -> str:
        """Return a function; tags are the function's, and its versions and aliases have none."""
        told = json.loads(super().get_function())
        if str(told["Configuration"]["Version"]) != "$LATEST":
            told.pop("Tags", None)
        return json.dumps(told)

    def list_functions(self) -> str:
        """Return the functions, which a list tells less of than GetFunction."""
        return _listed(super().list_functions(), "Functions")

    def list_versions_by_function(self) -> str:
        """Return the versions of a function, told of as in a list of functions."""
        return _listed(super().list_versions_by_function(), "Versions")

    # Aliases

    def create_alias(self) -> TYPE_RESPONSE:
        """Create an alias."""
        self._check_alias()
        try:
            return super().create_alias()
        except ConflictException as error:
            raise _conflict(error.message) from None

    def get_alias(self) -> TYPE_RESPONSE:
        """Return an alias."""
        _, _, body = super().get_alias()
        return 200, {"status": 200}, body

    def update_alias(self) -> TYPE_RESPONSE:
        """Change an alias, which so has another revision."""
        self._check_alias()
        _, _, body = super().update_alias()
        return 200, {"status": 200}, body

    def delete_alias(self) -> TYPE_RESPONSE:
        """Delete an alias, and its policy."""
        given = calling.current_call().parameters
        super().delete_alias()
        function = self.backend.get_function(str(given["FunctionName"]))
        gone = f"{function.function_arn}:{given['Name']}"
        statements = function.policy.statements
        statements[:] = [one for one in statements if one["Resource"] != gone]
        configs(function).pop(str(given["Name"]), None)
        return 204, {"status": 204}, ""

    def _check_alias(self) -> None:
        given = calling.current_call().parameters
        name = str(given["FunctionName"])
        versions = [str(one.version) for one in self.backend.list_versions_by_function(name)]
        version = str(given.get("FunctionVersion") or "")
        checks.check_alias(versions, version, given.get("RoutingConfig"))

    # Permissions

    def add_permission(self) -> TYPE_RESPONSE:
        """Add a statement to a function's policy, under an id it has not yet."""
        policy, resource = self._policy()
        if resource.endswith(":$LATEST"):
            raise InvalidParameterValueException(
                "We currently do not support adding policies for $LATEST."
            )
        sid = str(calling.current_call().parameters["StatementId"])
        if _statements(policy, resource, sid):
            raise _conflict(
                f"The statement id ({sid}) provided already exists. Please provide a new "
                "statement id, or remove the existing statement."
            )
        statement = json.loads(json.loads(super().add_permission())["Statement"])
        statement["Resource"] = resource
        made = {name: statement[name] for name in _STATEMENT if name in statement}
        policy.statements[-1] = made
        told = json.dumps(made, separators=(",", ":"))
        return 201, {"status": 201}, json.dumps({"Statement": told})

    def get_policy(self) -> str:
        """Return the policy of a function, or of the version or alias that is named."""
        policy, resource = self._policy()
        told = policy.get_policy()
        told["Policy"]["Statement"] = _statements(policy, resource)
        if not told["Policy"]["Statement"]:
            raise GenericResourcNotFound
        text = json.dumps(told["Policy"], separators=(",", ":"))
        return json.dumps({"Policy": text, "RevisionId": self._revision(resource)})

    def remove_permission(self) -> TYPE_RESPONSE:
        """Take a statement away."""
        policy, resource = self._policy()
        sid = str(calling.current_call().parameters["StatementId"])
        meant = _statements(policy, resource, sid)
        if not meant:
            raise missing(f"Statement {sid} is not found in resource policy.")
        others = [one for one in policy.statements if one not in meant]
        answer: TYPE_RESPONSE = super().remove_permission()
        policy.statements[:] = others
        return answer

    def _revision(self, resource: str) -> str:
        """Return the revision of the function, the version or the alias with this ARN."""
        name, _, qualifier = resource.rpartition(":function:")[2].partition(":")
        for alias in self.backend.list_aliases(name):
            if alias.name == qualifier:
                return str(alias.revision_id)
        function = self.backend.get_function(name, qualifier or None)
        return str(function.get_configuration()["RevisionId"])

    def _policy(self) -> tuple[Any, str]:
        """Return the policy of the function asked about, and the resource of it that is meant.

        A function, its versions and its aliases have policies of their own; moto keeps their
        statements together, apart by what they are for.
        """
        given = calling.current_call().parameters
        name, qualifier = str(given["FunctionName"]), str(given.get("Qualifier") or "")
        function = self.backend.get_function(name, qualifier or None)
        head, _, rest = function.function_arn.rpartition(":function:")
        resource = f"{head}:function:{rest.partition(':')[0]}"
        qualifier = qualifier or name.rpartition(":function:")[2].partition(":")[2]
        return function.policy, f"{resource}:{qualifier}" if qualifier else resource

    # URLs

    def create_function_url_config(self) -> TYPE_RESPONSE:
        """Give a function a URL."""
        with _without_function("Function does not exist"):
            return super().create_function_url_config()

    def update_function_url_config(self) -> str:
        """Change a function's URL."""
        with _without_function("Function does not exist"):
            return str(super().update_function_url_config())

    def get_function_url_config(self) -> TYPE_RESPONSE:
        """Return a function's URL."""
        with _without_function("The resource you requested does not exist."):
            _, _, body = super().get_function_url_config()
        return 200, {"status": 200}, body

    def delete_function_url_config(self) -> TYPE_RESPONSE:
        """Take a function's URL away."""
        with _without_function("The resource you requested does not exist."):
            return super().delete_function_url_config()

    # Layers

    def get_layer_version(self) -> str:
        """Return a version of a layer."""
        with _without_layer():
            return str(super().get_layer_version())

    # The account

    def put_function_concurrency(self) -> TYPE_RESPONSE:
        """Reserve some of the account's concurrency."""
        given = calling.current_call().parameters
        name = self.backend.get_function(str(given["FunctionName"])).function_name
        wanted = int(given["ReservedConcurrentExecutions"])
        if CONCURRENCY - self._reserved(but=name) - wanted < LEFT_UNRESERVED:
            raise InvalidParameterValueException(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{LEFT_UNRESERVED}]."
            )
        return super().put_function_concurrency()

    def get_account_settings(self) -> ActionResult:
        """Return the account's limits in this region, and what of them is used."""
        functions = list(self.backend.list_functions())
        unreserved = CONCURRENCY - self._reserved()
        usage = {
            "TotalCodeSize": sum(int(one.code_size) for one in functions),
            "FunctionCount": len(functions),
        }
        limits = {**_LIMITS, "UnreservedConcurrentExecutions": unreserved}
        return ActionResult({"AccountLimit": limits, "AccountUsage": usage})

    def _reserved(self, but: str = "") -> int:
        return sum(
            int(one.reserved_concurrency or 0)
            for one in self.backend.list_functions()
            if one.function_name != but
        )

    def delete_function(self) -> TYPE_RESPONSE:
        """Delete a function, or one of its versions."""
        given = calling.current_call().parameters
        if given.get("Qualifier") == "$LATEST":
            raise InvalidParameterValueException(
                "$LATEST version cannot be deleted without deleting the function."
            )
        return super().delete_function()


def _listed(answer: str, members: str) -> str:
    told = json.loads(answer)
    for one in told[members]:
        for name in _NOT_LISTED:
            one.pop(name, None)
    return json.dumps(told)


@contextlib.contextmanager
def _without_function(message: str) -> Iterator[None]:
    try:
        yield
    except (UnknownFunctionException, GenericResourcNotFound):
        raise missing(message) from None


@contextlib.contextmanager
def _without_layer() -> Iterator[None]:
    try:
        yield
    except (UnknownLayerException, UnknownLayerVersionException):
        raise missing("The resource you requested does not exist.") from None
