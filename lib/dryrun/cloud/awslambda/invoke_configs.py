"""How asynchronous invocations go: settings that every version and alias has of its own.

Follows "PutFunctionEventInvokeConfig" and its kin, AWS Lambda API Reference. Moto keeps one for
a function and all of its versions.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventInvokeConfig
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE, ActionResult

from dryrun.cloud import calling
from dryrun.cloud.awslambda import naming
from dryrun.cloud.awslambda.errors import invalid, not_found
from dryrun.cloud.awslambda.naming import LATEST
from dryrun.cloud.shelves import shelf

_ENDS = ("OnSuccess", "OnFailure")
_DESTINATIONS = ("events", "lambda", "s3", "sns", "sqs")
"""Services that take such records; "PutFunctionEventInvokeConfig", AWS Lambda API Reference."""

_SET = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")


def configs(function: Any) -> dict[str, Any]:
    """Return the settings of a function by version or alias."""
    return shelf(function, "invoke_configs")


class InvokeConfigs(MotoResponse):
    """The operations on these settings."""

    def put_function_event_invoke_config(self) -> ActionResult:
        """Say how asynchronous invocations go."""
        given = calling.current_call().parameters
        if not any(name in given for name in _SET):
            raise invalid("You must specify at least one of error handling or destination setting.")
        with _without_function():
            function, qualifier = self._meant()
        self._check_destinations(function, given.get("DestinationConfig") or {})
        return ActionResult(_whole(self._set(function, qualifier, {})))

    def update_function_event_invoke_config(self) -> ActionResult:
        """Change what is named of how asynchronous invocations go."""
        with _without_function():
            function, qualifier = self._meant()
        with self._without_config():
            there = configs(function)[qualifier].config
        given = calling.current_call().parameters
        self._check_destinations(function, given.get("DestinationConfig") or {})
        return ActionResult(_whole(self._set(function, qualifier, there)))

    def get_function_event_invoke_config(self) -> ActionResult:
        """Return how asynchronous invocations go."""
        with self._without_config():
            function, qualifier = self._meant()
            return ActionResult(_whole(configs(function)[qualifier]))

    def list_function_event_invoke_configs(self) -> ActionResult:
        """Return what is set for a function and its versions and aliases."""
        name = str(calling.current_call().parameters["FunctionName"])
        with _without_function():
            found = configs(self.backend.get_function(name)).values()
        return ActionResult({"FunctionEventInvokeConfigs": [_whole(one) for one in found]})

    def delete_function_event_invoke_config(self) -> TYPE_RESPONSE:
        """Let asynchronous invocations go as they do without settings."""
        with self._without_config():
            function, qualifier = self._meant()
            del configs(function)[qualifier]
        return 204, {"status": 204}, ""

    def _check_destinations(self, function: Any, destinations: dict[str, Any]) -> None:
        """Refuse a destination that nothing can be sent to."""
        arns = {kind: (destinations.get(kind) or {}).get("Destination") for kind in _ENDS}
        for arn in filter(None, arns.values()):
            service = arn.split(":")[2]
            if service not in _DESTINATIONS:
                raise invalid(f"The provided destination config {_spelled(arns)} is invalid.")
            if service == "lambda" and naming.split(arn)[0] == function.function_name:
                raise invalid("You can't specify the function as a destination for itself.")
            if service == "lambda" and not self._is_there(arn):
                raise invalid(f"The destination ARN {arn} is invalid.")

    def _is_there(self, arn: str) -> bool:
        """Tell whether a function exists, as far as it is one of this account and region."""
        here = naming.arn(self.backend, naming.split(arn)[0])
        try:
            self.backend.get_function(naming.short(arn))
        except UnknownFunctionException:
            return not arn.startswith(here)
        return True

    def _set(self, function: Any, qualifier: str, there: dict[str, Any]) -> EventInvokeConfig:
        given = calling.current_call().parameters
        config = {**there, **{name: given[name] for name in _SET if name in given}}
        arn = f"{function.function_arn}:{qualifier}"
        made = EventInvokeConfig(arn, datetime.now(UTC), config)
        configs(function)[qualifier] = made
        return made

    def _meant(self) -> tuple[Any, str]:
        """Return the function, and the version or alias of it that is meant and exists."""
        name, named = naming.meant(calling.current_call().parameters)
        function, qualifier = self.backend.get_function(name), named or LATEST
        if qualifier != LATEST:
            self.backend.get_function(function.function_name, qualifier)
        return function, qualifier

    @contextlib.contextmanager
    def _without_config(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, UnknownFunctionException):
            name, qualifier = naming.meant(calling.current_call().parameters)
            arn = naming.arn(self.backend, name, qualifier or LATEST)
            raise not_found(f"The function {arn} doesn't have an EventInvokeConfig") from None


@contextlib.contextmanager
def _without_function() -> Iterator[None]:
    try:
        yield
    except UnknownFunctionException:
        raise not_found("The function doesn't exist.") from None


def _spelled(arns: dict[str, str | None]) -> str:
    """Return destinations as Lambda spells them in an error."""
    parts = [
        f"o{kind[1:]}={kind}(destination={arn})" if arn else f"o{kind[1:]}=null"
        for kind, arn in arns.items()
    ]
    return f"DestinationConfig({', '.join(parts)})"


def _whole(config: EventInvokeConfig) -> dict[str, Any]:
    """Return the settings with all that AWS tells of them."""
    told: dict[str, Any] = config.response()
    destinations = told.get("DestinationConfig") or {}
    told["DestinationConfig"] = {"OnSuccess": {}, "OnFailure": {}, **destinations}
    return told
