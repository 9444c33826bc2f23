"""The operations of Lambda that moto has not: provisioned concurrency.

Follows "PutProvisionedConcurrencyConfig" and its kin, AWS Lambda API Reference. No function runs
here; what is kept is what was asked for, and how far the allocation has come.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.exceptions import LambdaClientError, UnknownFunctionException
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud import clock as clocks
from dryrun.cloud.shelves import Asking, Thing, shelf

ALLOCATION = 60.0
"""Seconds until what was asked for is there; from memory, AWS takes a minute or two."""

_SPARE = 900
"""What an account may provide of its 1,000 concurrent executions: 100 stay unreserved."""


class ConfigNotFound(LambdaClientError):
    """Nothing is provided for this version or alias."""

    code = 404

    def __init__(self) -> None:
        super().__init__(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
        )


class Invalid(LambdaClientError):
    """What is asked for cannot be."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidParameterValueException", message)


class LambdaResponse(Asking, MotoResponse):
    """Answer Lambda's operations."""

    def put_provisioned_concurrency_config(self) -> ActionResult:
        """Provide concurrency for a version or an alias."""
        asked, function = self._function()
        qualifier, count = self._qualifier(asked), int(asked["ProvisionedConcurrentExecutions"])
        if qualifier == "$LATEST":
            raise Invalid(
                "Provisioned Concurrency Configs cannot be applied to unpublished function "
                "versions."
            )
        kept = shelf(function, "provisioned")
        others = sum(one["count"] for name, one in kept.items() if name != qualifier)
        if others + count > _SPARE:
            raise Invalid(
                "Specified ConcurrentExecutions for function decreases account's "
                "UnreservedConcurrentExecution below its minimum value of [100]."
            )
        kept[qualifier] = {"count": count, "changed": clocks.current().time()}
        return ActionResult(_shown(kept[qualifier]))

    def get_provisioned_concurrency_config(self) -> ActionResult:
        """Return what is provided for a version or an alias."""
        asked, function = self._function()
        found = shelf(function, "provisioned").get(self._qualifier(asked))
        if found is None:
            raise ConfigNotFound
        return ActionResult(_shown(found))

    def list_provisioned_concurrency_configs(self) -> ActionResult:
        """Return what is provided for a function's versions and aliases."""
        _, function = self._function()
        arn = function.function_arn
        found = [
            {"FunctionArn": f"{arn}:{qualifier}", **_shown(one)}
            for qualifier, one in shelf(function, "provisioned").items()
        ]
        return ActionResult({"ProvisionedConcurrencyConfigs": found})

    def delete_provisioned_concurrency_config(self) -> ActionResult:
        """Provide nothing any more."""
        asked, function = self._function()
        shelf(function, "provisioned").pop(self._qualifier(asked), None)
        return EmptyResult()

    def delete_alias(self) -> Any:
        """Delete an alias, and what is provided for it."""
        name, alias = self.path.split("/")[-3], self.path.split("/")[-1]
        answer = super().delete_alias()
        with contextlib.suppress(UnknownFunctionException):
            shelf(self.backend.get_function(name), "provisioned").pop(alias, None)
        return answer

    def _function(self) -> tuple[Thing, Any]:
        asked = self.asked()
        return asked, self.backend.get_function(asked["FunctionName"])

    def _qualifier(self, asked: Thing) -> str:
        """Return the version or alias that is meant; raises when there is none."""
        qualifier = str(asked["Qualifier"])
        name = self.backend.get_function(asked["FunctionName"]).function_name
        if not qualifier.isdigit() and qualifier != "$LATEST":
            self.backend.get_alias(qualifier, name)
        else:
            self.backend.get_function(name, qualifier)
        return qualifier


def _shown(kept: Thing) -> Thing:
    ready = clocks.current().time() - kept["changed"] >= ALLOCATION
    count = kept["count"]
    when = datetime.fromtimestamp(kept["changed"], UTC)
    return {
        "RequestedProvisionedConcurrentExecutions": count,
        "AllocatedProvisionedConcurrentExecutions": count if ready else 0,
        "AvailableProvisionedConcurrentExecutions": count if ready else 0,
        "Status": "READY" if ready else "IN_PROGRESS",
        "LastModified": when.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
