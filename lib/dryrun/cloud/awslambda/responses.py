"""The operations of Lambda that moto has not, or has in Docker.

Follows "Invoke", "PutProvisionedConcurrencyConfig" and its kin, AWS Lambda API Reference.
"""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from moto.awslambda.exceptions import LambdaClientError, UnknownFunctionException
from moto.core.responses import TYPE_RESPONSE, ActionResult, EmptyResult

from dryrun.cloud import calling, outside, request_ids
from dryrun.cloud import clock as clocks
from dryrun.cloud.awslambda import (
    asynchronous,
    checks,
    invocations,
    naming,
    tasks,
    validation,
)
from dryrun.cloud.awslambda.answers import Answers
from dryrun.cloud.awslambda.asynchronous import Event
from dryrun.cloud.awslambda.errors import beyond, conflict, no_alias, no_function
from dryrun.cloud.awslambda.functions import CONCURRENCY
from dryrun.cloud.awslambda.invocations import Invoked
from dryrun.cloud.awslambda.provisioned import provisioned, ready, total
from dryrun.cloud.routing import ApiCall
from dryrun.cloud.shelves import Asking, Thing

_UNPUBLISHED = "The function resource provided must be an alias or a published version."

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


LONGEST_TIMEOUT = 900
LARGEST_REQUEST = 6_291_456
LARGEST_EVENT = 1_048_576
"""Bytes; "Lambda quotas", AWS Lambda Developer Guide."""


class _Refused(LambdaClientError):
    """The invocation did not begin."""

    def __init__(self, invoked: Invoked) -> None:
        super().__init__(invoked.error_code, invoked.error_message)
        self.code = invoked.status
        if invoked.status == 429:
            self.description = json.dumps(
                {
                    "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
                    "Type": "User",
                    "message": "Rate Exceeded.",
                }
            )


class _TooLarge(LambdaClientError):
    """The payload is too large."""

    code = 413

    def __init__(self, largest: int) -> None:
        super().__init__(
            "RequestEntityTooLargeException",
            f"Request must be smaller than {largest} bytes for the InvokeFunction operation",
        )


class _NotJson(LambdaClientError):
    """The payload is no JSON."""

    code = 400

    def __init__(self, why: str) -> None:
        # The details behind the second colon are those of AWS's parser there, of ours here.
        super().__init__(
            "InvalidRequestContentException",
            "Could not parse request body into json: Could not parse payload into json: " + why,
        )


def _trouble(payload: bytes, error: ValueError) -> str:
    """Return what is wrong with a payload, where it is one of two things in AWS's words."""
    if not isinstance(error, UnicodeDecodeError):
        return str(error)
    at, byte = error.start, payload[error.start]
    words, column = f"Invalid UTF-8 start byte 0x{byte:x}", at + 2
    if at == 0 and byte < 0xA0:
        column = 1
        words = (
            f"Unexpected character ((CTRL-CHAR, code {byte})): expected a valid value "
            "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        )
    return (
        f"{words}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` "
        f"disabled); line: 1, column: {column}]"
    )


def _bad_type(kind: str) -> LambdaClientError:
    return LambdaClientError(
        "ValidationException",
        f"1 validation error detected: Value '{kind}' at 'invocationType' failed to satisfy "
        "constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
    )


class _TooLong(LambdaClientError):
    """A timeout the model does not know to be too long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "ValidationException",
            f"1 validation error detected: Value '{seconds}' at 'timeout' failed to satisfy "
            f"constraint: Member must have value less than or equal to {LONGEST_TIMEOUT}",
        )


class LambdaResponse(Asking, Answers):
    """Answer Lambda's operations."""

    path: str

    def setup_class(
        self,
        request: Any,
        full_url: str,
        headers: Any,
        use_raw_body: bool = False,
    ) -> None:
        """Take up a call; the payload of an invocation may be no text at all."""
        raw = use_raw_body or calling.current_call().name == "Invoke"
        super().setup_class(request, full_url, headers, raw)

    def call_action(self) -> TYPE_RESPONSE:
        """Answer an operation, or say in AWS's way what is wrong with it."""
        call = calling.current_call()
        try:
            self._check_asked(call)
            self._shorten(call)
        except LambdaClientError as error:
            headers = {**dict(error.get_headers() or []), "status": error.code}
            return error.code, headers, checks.shaped(call, headers, error.description)
        status, headers, body = super().call_action()
        return status, headers, checks.shaped(call, headers, body) if status >= 400 else body

    def _shorten(self, call: ApiCall) -> None:
        """Let the path name the function without the rest of an ARN, which moto trips over."""
        given = call.parameters.get("FunctionName")
        if isinstance(given, str) and call.name != "CreateFunction":
            for name in (quote(given, safe=""), given):
                self.path = self.path.replace(f"/{name}", f"/{naming.short(given)}", 1)

    def _check_asked(self, call: ApiCall) -> None:
        validation.check_runtime(str(call.parameters.get("Runtime") or ""))
        checks.check(call)
        if int(call.parameters.get("Timeout") or 0) > LONGEST_TIMEOUT:
            raise _TooLong(int(call.parameters["Timeout"]))

    def invoke(self) -> TYPE_RESPONSE:
        """Run a function and answer with what it returned, or take the event for later."""
        name, qualifier = self._named()
        payload = bytes(self.raw_body or b"{}")
        kind = self.headers.get("X-Amz-Invocation-Type") or "RequestResponse"
        if kind not in ("RequestResponse", "Event", "DryRun"):
            raise _bad_type(kind)
        self._check(payload, kind)
        try:
            function = self.backend.get_function(name, qualifier)
        except UnknownFunctionException:
            arn = naming.arn(self.backend, name, qualifier or naming.LATEST)
            raise no_function(arn) from None
        account, region = function.account_id, function.region
        whole = f"{function.function_name}:{qualifier}" if qualifier else function.function_name
        if kind == "DryRun":
            return 204, {"status": 204}, ""
        if kind == "Event":
            request_id = request_ids.new()
            now = clocks.current().time()
            asynchronous.take(Event(account, region, whole, payload, request_id, now))
            return 202, {"status": 202}, ""
        context = self.headers.get("X-Amz-Client-Context") or ""
        if context:
            context = base64.b64decode(context).decode("utf-8", "replace")
        task = invocations.task_of(account, region, whole, payload, client_context=context)
        outcome = outside.ask(tasks.KIND, {"task": task})
        # The run had its id, and one of an alias' versions, when it was set going.
        task = replace(task, **outcome.get("ran", {}))
        return self._invoked(invocations.finish(task, outcome))

    def _invoked(self, invoked: Invoked) -> TYPE_RESPONSE:
        if invoked.status != 200:
            raise _Refused(invoked)
        headers = {
            "content-type": "application/json",
            "status": 200,
            "X-Amz-Executed-Version": invoked.executed_version,
        }
        if invoked.function_error:
            headers["X-Amz-Function-Error"] = invoked.function_error
        if self.headers.get("X-Amz-Log-Type") == "Tail":
            tail = invoked.log_tail.encode()[-4096:]
            headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode()
        return 200, headers, invoked.payload

    def invoke_async(self) -> TYPE_RESPONSE:
        """Refuse the old way to hand over an event."""
        words = "Dry Run does not simulate InvokeAsync, which AWS has deprecated; call Invoke."
        raise _Refused(Invoked(501, b"", error_code="NotSimulated", error_message=words))

    def _named(self) -> tuple[str, str | None]:
        """Return the function's name and its qualifier, from the path and the query."""
        name = unquote(self.path.rstrip("/").rsplit("/", 2)[-2])
        qualifier = self._get_param("Qualifier") or self._get_param("qualifier")
        if name.startswith("arn:"):
            parts = name.split(":")
            name = parts[6]
            qualifier = parts[7] if len(parts) > 7 else qualifier
        elif ":function:" in name:  # account and name
            name = name.rpartition(":function:")[2]
        if ":" in name:
            name, _, qualifier = name.partition(":")
        return name, qualifier

    def _check(self, payload: bytes, kind: str) -> None:
        largest = LARGEST_EVENT if kind == "Event" else LARGEST_REQUEST
        if len(payload) > largest:
            raise _TooLarge(largest)
        if payload:
            try:
                json.loads(payload)
            except ValueError as error:
                raise _NotJson(_trouble(payload, error)) from None

    def put_provisioned_concurrency_config(self) -> ActionResult:
        """Provide concurrency for a version or an alias."""
        asked = self.asked()
        function, qualifier = self._provided_for(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
        count, kept = int(asked["ProvisionedConcurrentExecutions"]), provisioned(function)
        self._check_version(function, qualifier, kept)
        others, reserved = total(function, but=qualifier), function.reserved_concurrency
        if reserved is not None and others + count > int(reserved):
            raise Invalid(
                "Requested Provisioned Concurrency should not be greater than the "
                "reservedConcurrentExecution for function"
            )
        if count > CONCURRENCY:
            raise beyond(
                "Specified ConcurrentExecutions for function is greater than account's unreserved "
                f"concurrency [{CONCURRENCY}]."
            )
        if others + count > _SPARE:
            raise beyond(
                "Specified ConcurrentExecutions for function decreases account's "
                "UnreservedConcurrentExecution below its minimum value of [100]."
            )
        kept[qualifier] = {"count": count, "changed": clocks.current().time()}
        return ActionResult(_shown(kept[qualifier]))

    def get_provisioned_concurrency_config(self) -> ActionResult:
        """Return what is provided for a version or an alias."""
        function, qualifier = self._provided_for(_UNPUBLISHED)
        found = provisioned(function).get(qualifier)
        if found is None:
            raise ConfigNotFound
        return ActionResult(_shown(found))

    def list_provisioned_concurrency_configs(self) -> ActionResult:
        """Return what is provided for a function's versions and aliases."""
        function = self.backend.get_function(self.asked()["FunctionName"])
        arn = function.function_arn
        found = [
            {"FunctionArn": f"{arn}:{qualifier}", **_shown(one)}
            for qualifier, one in provisioned(function).items()
        ]
        return ActionResult({"ProvisionedConcurrencyConfigs": found})

    def delete_provisioned_concurrency_config(self) -> ActionResult:
        """Provide nothing any more."""
        function, qualifier = self._provided_for(_UNPUBLISHED)
        provisioned(function).pop(qualifier, None)
        return EmptyResult()

    def delete_alias(self) -> Any:
        """Delete an alias, and what is provided for it."""
        name, alias = self.path.split("/")[-3], self.path.split("/")[-1]
        answer = super().delete_alias()
        with contextlib.suppress(UnknownFunctionException):
            provisioned(self.backend.get_function(name)).pop(alias, None)
        return answer

    def _provided_for(self, unpublished: str) -> tuple[Any, str]:
        """Return the function and the version or alias that is meant; raises when it is none."""
        name, qualifier = naming.meant(self.asked())
        if qualifier == naming.LATEST:
            raise Invalid(unpublished)
        arn = naming.arn(self.backend, name, qualifier)
        try:
            function = self.backend.get_function(name)
            if not naming.is_alias(qualifier):
                self.backend.get_function(name, qualifier)
        except UnknownFunctionException:
            raise (no_alias if naming.is_alias(qualifier) else no_function)(arn) from None
        if naming.is_alias(qualifier):
            self.backend.get_alias(qualifier, name)
        return function, qualifier

    def _check_version(self, function: Any, qualifier: str, kept: dict[str, Thing]) -> None:
        """Refuse to provide for a version and for an alias of it."""
        name = function.function_name
        aliases = {one.name: one.function_version for one in self.backend.list_aliases(name)}
        if qualifier in aliases and aliases[qualifier] in kept:
            raise conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already "
                "Provisioned version"
            )
        if any(aliases.get(other) == qualifier for other in kept):
            raise conflict("Version is pointed by a Provisioned Concurrency alias")


def _shown(kept: Thing) -> Thing:
    count, there = kept["count"], ready(kept)
    when = datetime.fromtimestamp(kept["changed"], UTC)
    return {
        "RequestedProvisionedConcurrentExecutions": count,
        "AllocatedProvisionedConcurrentExecutions": count if there else 0,
        "AvailableProvisionedConcurrentExecutions": count if there else 0,
        "Status": "READY" if there else "IN_PROGRESS",
        "LastModified": when.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
