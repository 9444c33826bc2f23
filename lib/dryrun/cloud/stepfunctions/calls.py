"""The calls of Task states, made with the machine's role, and their errors as AWS names them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.delivery import principals
from dryrun.cloud.delivery.failures import Failure
from dryrun.cloud.delivery.models import Sender
from dryrun.cloud.stepfunctions import resources
from dryrun.cloud.stepfunctions.failures import RUNTIME, StateError
from dryrun.cloud.stepfunctions.resources import Resource

if TYPE_CHECKING:
    from dryrun.cloud.identity import Caller
    from dryrun.cloud.stepfunctions.runs import Run

PRINCIPAL = "states.amazonaws.com"

NO_TRUST = (
    "Neither the global service principal states.amazonaws.com, nor the regional one is "
    "authorized to assume the provided role."
)

# How the exceptions of optimized integrations begin, their services' names in Java's first SDK,
# and the exception for what has none of its own.
_OPTIMIZED = {
    "lambda": ("Lambda", "AWSLambda", "AWSLambdaException"),
    "sqs": ("SQS", "AmazonSQS", "AmazonSQSException"),
    "sns": ("SNS", "AmazonSNS", "AmazonSNSException"),
    "dynamodb": ("DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException"),
    "events": ("EventBridge", "AmazonEventBridge", "AmazonEventBridgeException"),
    "states": ("StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException"),
}


def role(run: Run) -> Caller:
    """Return the session of the machine's role; raises StateError when it cannot be had."""
    sender = Sender(PRINCIPAL, run.machine_arn, run.account, run.region, run.role_arn)
    try:
        return principals.role_caller(sender)
    except Failure:
        # From memory: what an execution fails with whose role was deleted or trusts no more.
        raise StateError("States.Permissions", NO_TRUST) from None


@contextmanager
def as_role(run: Run) -> Iterator[Caller]:
    """Let the calls in the block be made with the machine's role."""
    caller = role(run)
    with inside.found_at(run.host), inside.calling_as(caller):
        yield caller


def call(run: Run, resource: Resource, parameters: Any) -> dict[str, Any]:
    """Call the operation of a resource; return its answer as Step Functions shows it."""
    service = resources.client_name(resource)
    if service is None or (not resource.sdk and resource.service in resources.NOT_SIMULATED):
        raise _not_simulated(resource)
    found = resources.model(service)
    name = resources.operation(found, resource.action)
    if name is None:
        raise StateError(
            RUNTIME, f"No such method {resource.action} in the service {resource.service}"
        )
    operation = found.operation_model(name)
    given = resources.fitted(operation.input_shape, parameters)
    with as_role(run):
        client = inside.client(service, run.region)
        try:
            answer = client._make_api_call(name, given if isinstance(given, dict) else {})
        except ClientError as error:
            raise failure(resource, found, operation, error) from None
        except ParamValidationError as error:
            raise StateError(RUNTIME, str(error)) from None
    http = answer.pop("ResponseMetadata", {})
    made: dict[str, Any] = resources.shown(operation.output_shape, answer)
    if not resource.sdk:
        made |= _http(http)
    return made


def _http(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what optimized integrations tell of the answer besides what is in it."""
    request_id = metadata.get("RequestId", "")
    headers = {"x-amzn-RequestId": request_id, "connection": "keep-alive", "Date": http_date()}
    sent = {name.lower(): value for name, value in metadata.get("HTTPHeaders", {}).items()}
    for name in ("Content-Length", "Content-Type"):
        if name.lower() in sent:
            headers[name] = str(sent[name.lower()])
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": dict(headers),
            "HttpStatusCode": metadata.get("HTTPStatusCode", 200),
        },
        "SdkResponseMetadata": {"RequestId": request_id},
    }


def http_date() -> str:
    """Return lab time as headers have it."""
    return clocks.current().now().strftime("%a, %d %b %Y %H:%M:%S GMT")


def failure(resource: Resource, found: Any, operation: Any, error: ClientError) -> StateError:
    """Return a refused call as a task's failure, in AWS's names."""
    code = str(error.response["Error"]["Code"])
    if code == "NotSimulated":
        return StateError("DryRun.NotSimulated", error.response["Error"]["Message"])
    metadata = error.response.get("ResponseMetadata", {})
    modeled = _modeled(operation, code)
    status, request = metadata.get("HTTPStatusCode", 400), metadata.get("RequestId", "")
    message = error.response["Error"]["Message"]
    if resource.sdk:
        prefix = resources.java_name(found)
        name = modeled or prefix
        extended = f", Extended Request ID: {metadata['HostId']}" if metadata.get("HostId") else ""
        told = f"Service: {prefix}, Status Code: {status}, Request ID: {request}{extended}"
        return StateError(
            f"{prefix}.{name.removesuffix('Exception')}Exception", f"{message} ({told})"
        )
    prefix, service, other = _OPTIMIZED[resource.service]
    name = f"{modeled.removesuffix('Exception')}Exception" if modeled else other
    return StateError(
        f"{prefix}.{name}",
        f"{message} (Service: {service}; Status Code: {status}; Error Code: {code}; "
        f"Request ID: {request}; Proxy: null)",
    )


def _modeled(operation: Any, code: str) -> str:
    for shape in operation.error_shapes:
        if code in (shape.name, shape.metadata.get("error", {}).get("code")):
            return str(shape.name)
    return ""


def _not_simulated(resource: Resource) -> StateError:
    return StateError(
        "DryRun.NotSimulated",
        f"Dry Run does not simulate {resource.arn}; real AWS would carry it out.",
    )
