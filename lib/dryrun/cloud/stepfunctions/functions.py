"""Lambda functions as tasks: by their ARN, and by the optimized integration."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dryrun.cloud import request_ids
from dryrun.cloud.authorization import refusals
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.stepfunctions import calls, history
from dryrun.cloud.stepfunctions.failures import StateError

if TYPE_CHECKING:
    from dryrun.cloud.awslambda.invocations import Invoked
    from dryrun.cloud.stepfunctions.runs import Run


@dataclass
class End:
    """How an invocation ended: with an answer, or with an error."""

    result: Any = None
    answer: dict[str, Any] = field(default_factory=dict)
    error: StateError | None = None


def invoke(run: Run, arn: str, payload: bytes, done: Callable[[End], None]) -> None:
    """Invoke a function with the machine's role; raises StateError when that is refused."""
    from dryrun.cloud.awslambda import invocations  # noqa: PLC0415 - loaded when first needed

    _allowed(run, arn)

    def ended(invoked: Invoked) -> None:
        done(_end(invoked))

    invocations.invoke(arn, payload, ended)


def invoke_service(run: Run, parameters: Any, done: Callable[[End], None]) -> None:
    """Invoke a function as `arn:aws:states:::lambda:invoke` does."""
    given = parameters if isinstance(parameters, dict) else {}
    arn = _arn(run, str(given.get("FunctionName", "")), given.get("Qualifier"))
    kind = given.get("InvocationType", "RequestResponse")
    payload = given.get("Payload", {})
    data = payload if isinstance(payload, str) else history.text(payload)
    if kind != "RequestResponse":
        resource = _lambda_invoke()
        sent = {**given, "Payload": data}
        done(End(answer=calls.call(run, resource, sent)))
        return
    invoke(run, arn, data.encode(), done)


def _lambda_invoke() -> Any:
    from dryrun.cloud.stepfunctions import resources  # noqa: PLC0415 - beside its only use

    return resources.read("arn:aws:states:::lambda:invoke")


def _end(invoked: Invoked) -> End:
    text = invoked.payload.decode("utf-8", "replace")
    if invoked.function_error:
        return End(error=_raised(text))
    if invoked.status >= 300:
        return End(error=_refused(invoked.status, invoked.error_code, invoked.error_message))
    try:
        result = json.loads(text) if text else None
    except ValueError:
        result = text
    answer = {
        "ExecutedVersion": invoked.executed_version,
        "Payload": result,
        "SdkHttpMetadata": _http(invoked, text),
        "SdkResponseMetadata": {"RequestId": request_ids.new()},
        "StatusCode": invoked.status,
    }
    return End(result, answer)


def _http(invoked: Invoked, text: str) -> dict[str, Any]:
    headers = {
        "X-Amz-Executed-Version": invoked.executed_version,
        "x-amzn-Remapped-Content-Length": "0",
        "Connection": "keep-alive",
        "x-amzn-RequestId": request_ids.new(),
        "Date": calls.http_date(),
        "Content-Length": str(len(text.encode())),
        "Content-Type": "application/json",
    }
    return {
        "AllHttpHeaders": {name: [value] for name, value in headers.items()},
        "HttpHeaders": headers,
        "HttpStatusCode": invoked.status,
    }


def _raised(text: str) -> StateError:
    """Return what a function raised: the error is its type, the cause all that it told."""
    try:
        told = json.loads(text)
    except ValueError:
        return StateError("Exception", text)
    error = told.get("errorType") if isinstance(told, dict) else None
    return StateError(str(error or "Exception"), history.text(told))


def _allowed(run: Run, arn: str) -> None:
    caller = calls.role(run)
    if not _exists(arn):
        raise _refused(404, "ResourceNotFoundException", f"Function not found: {arn}")
    decision = may(caller, "lambda:InvokeFunction", arn, region=run.region)
    if not decision.allowed:
        raise _refused(403, "AccessDeniedException", refusals.sentence(caller, decision))


def _refused(status: int, code: str, message: str) -> StateError:
    name = "AWSLambdaException" if code == "AccessDeniedException" else code
    return StateError(
        f"Lambda.{name}",
        f"{message} (Service: AWSLambda; Status Code: {status}; Error Code: {code}; "
        f"Request ID: {request_ids.new()}; Proxy: null)",
    )


def _exists(arn: str) -> bool:
    from moto.awslambda.models import lambda_backends  # noqa: PLC0415 - loaded when first needed

    _, _, _, region, account, _, name = arn.split(":")[:7]
    functions = lambda_backends[account][region].list_functions()
    return any(one.function_name == name for one in functions)


def _arn(run: Run, name: str, qualifier: str | None) -> str:
    if not name.startswith("arn:"):
        name = name.rpartition("function:")[2]
        name = f"arn:aws:lambda:{run.region}:{run.account}:function:{name}"
    return f"{name}:{qualifier}" if qualifier else name
