"""Who must have signed a function's code: configurations, and the functions that have them.

Follows "CreateCodeSigningConfig" and its kin, AWS Lambda API Reference, and "Using code signing to
verify code integrity", AWS Lambda Developer Guide. Nobody signs code here, so that a function
whose configuration enforces signatures never gets any, as unsigned code does not in AWS.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE, ActionResult
from moto.moto_api._internal import mock_random

from dryrun.cloud import calling
from dryrun.cloud.awslambda import naming
from dryrun.cloud.awslambda.errors import conflict, not_found
from dryrun.cloud.shelves import Thing, shelf

_ENFORCE, _WARN = "Enforce", "Warn"
_SET = ("AllowedPublishers", "CodeSigningPolicies", "Description")
_MARK = ":code-signing-config:"
_ID_BITS = 68


class CodeSigning(MotoResponse):
    """The operations on configurations of code signing."""

    def create_code_signing_config(self) -> TYPE_RESPONSE:
        """Create a configuration, which warns where nothing else is said."""
        given = calling.current_call().parameters
        name = f"csc-{mock_random.getrandbits(_ID_BITS):017x}"
        arn = f"arn:aws:lambda:{self.backend.region_name}:{self.backend.account_id}{_MARK}{name}"
        made = {
            "CodeSigningConfigId": name,
            "CodeSigningConfigArn": arn,
            "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": _WARN},
            **{key: given[key] for key in _SET if key in given},
            "LastModified": _now(),
        }
        self._configs()[arn] = {"config": made, "tags": dict(given.get("Tags") or {})}
        return 201, {"status": 201}, json.dumps({"CodeSigningConfig": made})

    def get_code_signing_config(self) -> ActionResult:
        """Return a configuration."""
        return ActionResult({"CodeSigningConfig": self._config()["config"]})

    def update_code_signing_config(self) -> ActionResult:
        """Change what is named."""
        given, kept = calling.current_call().parameters, self._config()
        changes = {key: given[key] for key in _SET if key in given}
        kept["config"] = {**kept["config"], **changes, "LastModified": _now()}
        return ActionResult({"CodeSigningConfig": kept["config"]})

    def delete_code_signing_config(self) -> TYPE_RESPONSE:
        """Delete a configuration that no function has."""
        arn = self._config()["config"]["CodeSigningConfigArn"]
        if self._functions_with(arn):
            # From memory; "DeleteCodeSigningConfig", AWS Lambda API Reference, only says so.
            raise conflict(f"The code signing configuration {arn} is used by functions.")
        del self._configs()[arn]
        return 204, {"status": 204}, ""

    def list_code_signing_configs(self) -> ActionResult:
        """Return all configurations."""
        found = [kept["config"] for kept in self._configs().values()]
        return ActionResult({"CodeSigningConfigs": found})

    def list_functions_by_code_signing_config(self) -> ActionResult:
        """Return the functions that have a configuration."""
        arn = self._config()["config"]["CodeSigningConfigArn"]
        return ActionResult({"FunctionArns": self._functions_with(arn)})

    # Functions

    def put_function_code_signing_config(self) -> ActionResult:
        """Give a function a configuration, which counts for the code it gets from now on."""
        given = calling.current_call().parameters
        arn = self._existing(given)
        function = self._function()
        function.code_signing_config_arn = arn
        told = {"CodeSigningConfigArn": arn, "FunctionName": function.function_name}
        return ActionResult(told)

    def delete_function_code_signing_config(self) -> TYPE_RESPONSE:
        """Let a function have code that nobody signed."""
        self._function().code_signing_config_arn = None
        return 204, {"status": 204}, ""

    def create_function(self) -> TYPE_RESPONSE:
        """Create a function whose code may be unsigned."""
        given = calling.current_call().parameters
        if given.get("CodeSigningConfigArn"):
            self._check_signed(self._existing(given))
        return super().create_function()

    def update_function_code(self) -> Any:
        """Change the code of a function that may have unsigned code."""
        function = self._function()
        if function.code_signing_config_arn:
            self._check_signed(function.code_signing_config_arn)
        return super().update_function_code()

    # Tags

    def list_tags(self) -> Any:
        """Return the tags of a configuration, or of what else Lambda has."""
        kept = self._tagged()
        return super().list_tags() if kept is None else ActionResult({"Tags": kept["tags"]})

    def tag_resource(self) -> Any:
        """Give tags to a configuration, or to what else Lambda has."""
        kept = self._tagged()
        if kept is None:
            return super().tag_resource()
        kept["tags"].update(calling.current_call().parameters["Tags"])
        return 204, {"status": 204}, ""

    def untag_resource(self) -> Any:
        """Take tags from a configuration, or from what else Lambda has."""
        kept = self._tagged()
        if kept is None:
            return super().untag_resource()
        for name in calling.current_call().parameters["TagKeys"]:
            kept["tags"].pop(name, None)
        return 204, {"status": 204}, ""

    def _tagged(self) -> Thing | None:
        arn = str(calling.current_call().parameters["Resource"])
        return self._config(arn) if _MARK in arn else None

    def _configs(self) -> dict[str, Thing]:
        return shelf(self.backend, "code_signing_configs")

    def _config(self, arn: str = "") -> Thing:
        arn = arn or str(calling.current_call().parameters["CodeSigningConfigArn"])
        if arn not in self._configs():
            raise not_found(f"The Lambda code signing configuration {arn} can not be found.")
        return self._configs()[arn]

    def _existing(self, given: dict[str, Any]) -> str:
        arn = str(given["CodeSigningConfigArn"])
        if arn not in self._configs():
            error = LambdaClientError(
                "CodeSigningConfigNotFoundException",
                "The code signing configuration cannot be found. Check that the provided "
                f"configuration is not deleted: {arn}.",
            )
            error.code = 404
            raise error
        return arn

    def _check_signed(self, arn: str) -> None:
        policies = self._configs()[arn]["config"]["CodeSigningPolicies"]
        if policies.get("UntrustedArtifactOnDeployment") == _ENFORCE:
            # From memory; "CreateFunction", AWS Lambda API Reference, has the code alone.
            raise LambdaClientError(
                "CodeVerificationFailedException",
                "Lambda cannot deploy the function. The function or layer might be signed using "
                "a signature that the client is not configured to accept. Check the provided "
                "signature for unsigned.",
            )

    def _function(self) -> Any:
        name, _ = naming.meant(calling.current_call().parameters)
        return self.backend.get_function(name)

    def _functions_with(self, arn: str) -> list[str]:
        functions = self.backend.list_functions()
        return [str(one.function_arn) for one in functions if one.code_signing_config_arn == arn]


def _now() -> str:
    now = datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}+0000"
