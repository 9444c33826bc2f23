"""How asynchronous invocations go: settings that every version and alias has of its own.

Follows "PutFunctionEventInvokeConfig" and its kin, AWS Lambda API Reference. Moto keeps one for
a function and all of its versions.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.exceptions import LambdaClientError, UnknownFunctionException
from moto.awslambda.models import EventInvokeConfig
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE, ActionResult

from dryrun.cloud import calling
from dryrun.cloud.shelves import shelf

LATEST = "$LATEST"
_SET = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")


def missing(message: str) -> LambdaClientError:
    """Return the error of a thing that is not there."""
    error = LambdaClientError("ResourceNotFoundException", message)
    error.code = 404
    return error


def configs(function: Any) -> dict[str, Any]:
    """Return the settings of a function by version or alias."""
    return shelf(function, "invoke_configs")


class InvokeConfigs(MotoResponse):
    """The operations on these settings."""

    def put_function_event_invoke_config(self) -> ActionResult:
        """Say how asynchronous invocations go."""
        function, qualifier = self._meant()
        return ActionResult(_whole(self._set(function, qualifier, {})))

    def update_function_event_invoke_config(self) -> ActionResult:
        """Change what is named of how asynchronous invocations go."""
        with self._without_config():
            function, qualifier = self._meant()
            there = configs(function)[qualifier].config
        return ActionResult(_whole(self._set(function, qualifier, there)))

    def get_function_event_invoke_config(self) -> ActionResult:
        """Return how asynchronous invocations go."""
        with self._without_config():
            function, qualifier = self._meant()
            return ActionResult(_whole(configs(function)[qualifier]))

    def list_function_event_invoke_configs(self) -> ActionResult:
        """Return what is set for a function and its versions and aliases."""
        name = str(calling.current_call().parameters["FunctionName"])
        found = configs(self.backend.get_function(name)).values()
        return ActionResult({"FunctionEventInvokeConfigs": [_whole(one) for one in found]})

    def delete_function_event_invoke_config(self) -> TYPE_RESPONSE:
        """Let asynchronous invocations go as they do without settings."""
        with self._without_config():
            function, qualifier = self._meant()
            del configs(function)[qualifier]
        return 204, {"status": 204}, ""

    def _set(self, function: Any, qualifier: str, there: dict[str, Any]) -> EventInvokeConfig:
        given = calling.current_call().parameters
        config = {**there, **{name: given[name] for name in _SET if name in given}}
        arn = f"{function.function_arn}:{qualifier}"
        made = EventInvokeConfig(arn, datetime.now(UTC), config)  # type: ignore[arg-type]
        configs(function)[qualifier] = made
        return made

    def _meant(self) -> tuple[Any, str]:
        """Return the function, and the version or alias of it that is meant and exists."""
        given = calling.current_call().parameters
        head, mark, rest = str(given["FunctionName"]).rpartition(":function:")
        name, _, named = rest.partition(":")
        qualifier = str(given.get("Qualifier") or named or LATEST)
        function = self.backend.get_function(f"{head}{mark}{name}")
        if qualifier != LATEST:
            self.backend.get_function(function.function_name, qualifier)
        return function, qualifier

    @contextlib.contextmanager
    def _without_config(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, UnknownFunctionException):
            given = calling.current_call().parameters
            name = str(given["FunctionName"]).rpartition(":function:")[2]
            account = self.backend.account_id
            arn = f"arn:aws:lambda:{self.backend.region_name}:{account}:function:{name}"
            arn = f"{arn}:{given.get('Qualifier') or LATEST}"
            raise missing(f"The function {arn} doesn't have an EventInvokeConfig") from None


def _whole(config: EventInvokeConfig) -> dict[str, Any]:
    """Return the settings with all that AWS tells of them."""
    told: dict[str, Any] = config.response()
    destinations = told.get("DestinationConfig") or {}
    told["DestinationConfig"] = {"OnSuccess": {}, "OnFailure": {}, **destinations}
    return told
