"""Aliases, URLs and the account, whose answers moto gives in another way than AWS.

Statuses and texts are AWS's as they were recorded; see the "AWS Lambda API Reference".
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from moto.awslambda.exceptions import ConflictException, UnknownFunctionException
from moto.core.responses import TYPE_RESPONSE, ActionResult

from dryrun.cloud import calling
from dryrun.cloud.awslambda import checks, naming, revisions
from dryrun.cloud.awslambda.code_signing import CodeSigning
from dryrun.cloud.awslambda.errors import conflict, not_found
from dryrun.cloud.awslambda.functions import CONCURRENCY, Functions, reserved
from dryrun.cloud.awslambda.invoke_configs import InvokeConfigs, configs
from dryrun.cloud.awslambda.layers import Layers
from dryrun.cloud.awslambda.mappings import Mappings
from dryrun.cloud.awslambda.permissions import Permissions
from dryrun.cloud.awslambda.tagging import Tags

_LIMITS = {
    "TotalCodeSize": 80_530_636_800,
    "CodeSizeUnzipped": 262_144_000,
    "CodeSizeZipped": 52_428_800,
    "ConcurrentExecutions": CONCURRENCY,
}


class Answers(CodeSigning, Functions, Permissions, Layers, Mappings, Tags, InvokeConfigs):
    """Aliases, URLs, the account, and what the other classes answer."""

    # Aliases

    def create_alias(self) -> TYPE_RESPONSE:
        """Create an alias."""
        self._check_alias(str(calling.current_call().parameters["FunctionVersion"]))
        try:
            return super().create_alias()
        except ConflictException as error:
            raise conflict(error.message) from None

    def get_alias(self) -> TYPE_RESPONSE:
        """Return an alias."""
        _, _, body = super().get_alias()
        return 200, {"status": 200}, body

    def list_aliases(self) -> TYPE_RESPONSE:
        """Return the aliases of a function, or those of one of its versions."""
        _, _, body = super().list_aliases()
        version = calling.current_call().parameters.get("FunctionVersion")
        aliases = json.loads(body)["Aliases"]
        meant = [one for one in aliases if version in (None, one["FunctionVersion"])]
        return 200, {"status": 200}, json.dumps({"Aliases": meant})

    def update_alias(self) -> TYPE_RESPONSE:
        """Change an alias, which so has another revision."""
        given = calling.current_call().parameters
        name, alias = naming.split(str(given["FunctionName"]))[0], str(given["Name"])
        there = self.backend.get_alias(alias, name)
        self._check_alias(str(given.get("FunctionVersion") or there.function_version))
        revisions.check(given, self.backend, name, alias)
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

    def _check_alias(self, version: str) -> None:
        given = calling.current_call().parameters
        name, _ = naming.split(str(given["FunctionName"]))
        versions = [str(one.version) for one in self.backend.list_versions_by_function(name)]
        arn = naming.arn(self.backend, name)
        checks.check_alias(arn, versions, version, given.get("RoutingConfig"))

    # URLs

    def create_function_url_config(self) -> TYPE_RESPONSE:
        """Give a function a URL."""
        with _without_function():
            status, headers, body = super().create_function_url_config()
        return status, headers, _as_asked(body)

    def update_function_url_config(self) -> str:
        """Change a function's URL."""
        with _without_function():
            return _as_asked(str(super().update_function_url_config()))

    def get_function_url_config(self) -> TYPE_RESPONSE:
        """Return a function's URL."""
        with _without_function("The resource you requested does not exist."):
            _, _, body = super().get_function_url_config()
        return 200, {"status": 200}, body

    def list_function_url_configs(self) -> ActionResult:
        """Return the URLs of a function and of its aliases."""
        name, _ = naming.split(str(calling.current_call().parameters["FunctionName"]))
        with _without_function():
            found = self.backend.url_configs_of(self.backend.get_function(name))
            return ActionResult({"FunctionUrlConfigs": [one.to_dict() for one in found]})

    def delete_function_url_config(self) -> TYPE_RESPONSE:
        """Take a function's URL away."""
        with _without_function("The resource you requested does not exist."):
            return super().delete_function_url_config()

    # The account

    def get_account_settings(self) -> ActionResult:
        """Return the account's limits in this region, and what of them is used."""
        usage = {
            "TotalCodeSize": self.backend.total_code_size(),
            "FunctionCount": len(list(self.backend.list_functions())),
        }
        unreserved = CONCURRENCY - reserved(self.backend)
        limits = {**_LIMITS, "UnreservedConcurrentExecutions": unreserved}
        return ActionResult({"AccountLimit": limits, "AccountUsage": usage})


def _as_asked(body: str) -> str:
    """Return what is told of a URL that was made or changed: of its mode only if it was given."""
    told = json.loads(body)
    if "InvokeMode" not in calling.current_call().parameters:
        told.pop("InvokeMode", None)
    return json.dumps(told)


@contextlib.contextmanager
def _without_function(message: str = "Function does not exist") -> Iterator[None]:
    try:
        yield
    except UnknownFunctionException:
        raise not_found(message) from None
