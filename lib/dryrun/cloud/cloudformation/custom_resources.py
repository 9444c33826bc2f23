"""Custom resources: requests to a function or a topic, and the answers that come back.

Follows "Custom resource request and response reference", CloudFormation Template Reference, and
what people report of failures and roll backs, which no page tells of.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from dryrun.cloud import clock as clocks
from dryrun.cloud import inside
from dryrun.cloud.cloudformation import SIGNALS
from dryrun.cloud.cloudformation.models import (
    CustomAnswer,
    CustomRequest,
    Stack,
    StackResource,
    cloudformation_backends,
    new_id,
)
from dryrun.cloud.cloudformation.operation import stringified
from dryrun.cloud.cloudformation.providers.base import Context, PlainError, Properties
from dryrun.cloud.cloudformation.reasons import FailedError
from dryrun.cloud.cloudformation.schema import schema
from dryrun.cloud.cloudformation.work import Wait

if TYPE_CHECKING:
    from dryrun.cloud.cloudformation.resource_work import ResourceWork

PROVIDED_ANOTHER = "Requested update required the provider to create a new physical resource"
NO_ANSWER = (
    "CloudFormation did not receive a response from your Custom Resource. Please check your logs "
    "for requestId [{id}]. If you are using the Python cfn-response module, you may need to update "
    "your Lambda function code so that CloudFormation can attach the updated version."
)
FAILED = (
    "Received response status [FAILED] from custom resource. Message returned: {why} "
    "(RequestId: {id})"
)
TOO_LONG = "Response object is too long."
INVALID_ID = "Invalid PhysicalResourceId"
INVALID_TOKEN = "Invalid service token."  # noqa: S105 - what AWS calls the ARN
UNREADABLE = (
    "The response of the custom resource is no JSON object with a Status of SUCCESS or FAILED; "
    "real AWS refuses it, too, in words that Dry Run does not know."
)

_LONGEST_ANSWER = 4096
_LONGEST_ID = 1024
_LONGEST_WAIT = 3600.0
_SUBJECT = "AWS CloudFormation custom resource request"


Going = Generator[Wait, None, None]


def created(work: ResourceWork, at: Context, properties: Properties) -> Going:
    """Have the resource made, and take the id it got."""
    resource = work.resource
    answer = yield from _asked(work, at, "Create", properties)
    resource.physical_id = answer.physical_id
    _take(resource, answer)


def changed(
    work: ResourceWork,
    at: Context,
    former: StackResource,
    properties: Properties,
    replaced: dict[str, StackResource],
) -> Going:
    """Have the resource changed; another id in the answer makes it another resource.

    `former` is the resource as it was. It joins `replaced`, to be deleted in the end, even where
    the change failed: AWS believes the id of a FAILED response, too.
    """
    resource = work.resource
    known = schema(resource.type)
    refused = known.refuses_update("ServiceToken") if known is not None else None
    if refused and former.applied.get("ServiceToken") != properties.get("ServiceToken"):
        raise FailedError(refused)
    answer = yield from _asked(work, at, "Update", properties, former.applied)
    if answer.physical_id != former.physical_id:
        replaced[work.key] = former
        resource.physical_id = answer.physical_id
        if not answer.why:
            work.tell("IN_PROGRESS", PROVIDED_ANOTHER)
    _take(resource, answer)


def deleted(work: ResourceWork, at: Context) -> Going:
    """Have the resource deleted."""
    answer = yield from _asked(work, at, "Delete", work.resource.applied)
    if answer.why:
        raise FailedError(answer.why)


def name_if_unknown(resource: StackResource, at: Context) -> None:
    """Give a resource an id whose creation was asked for, and that never had an answer.

    AWS makes such ids up, and has these resources deleted.
    """
    if resource.asked and not resource.physical_id:
        resource.physical_id = at.name(128, upper=True)


def receive(path: str, body: bytes) -> bool:
    """Take what was put at the path of a request's address; False where there is none.

    The first answer counts, and none that comes when nobody waits for it any more.
    """
    region, _, rest = path.removeprefix(SIGNALS).partition("/")
    stack_id, request_id = rest.partition("|")[0], rest.rpartition("|")[2]
    parts = stack_id.split(":")
    if not path.startswith(SIGNALS) or len(parts) != 6 or parts[3] != region:
        return False
    stack = cloudformation_backends[parts[4]][region].look(stack_id)
    request = stack.custom_requests.get(request_id) if stack is not None else None
    if stack is None or request is None:
        return False
    if request.open and request.body is None:
        request.body = body
        if stack.operation is not None and stack.operation.schedule is not None:
            stack.operation.schedule.wake(request.key)
    return True


def attribute(stack: Stack, resource: StackResource, name: str) -> Any:
    """Return what the last answer has for `Fn::GetAtt`; raises PlainError."""
    data = resource.answered.data if resource.answered is not None else {}
    if name in data:
        return data[name]
    value: Any = data
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            where = "|".join([stack.stack_id, resource.logical_id, _request_id(resource)])
            raise PlainError(
                f"CustomResource attribute error: Vendor response doesn't contain {name} "
                f"attribute in object {where}"
            )
        value = value[part]
    return value


def _request_id(resource: StackResource) -> str:
    return resource.answered.request_id if resource.answered is not None else ""


def _take(resource: StackResource, answer: CustomAnswer) -> None:
    if answer.why:
        raise FailedError(answer.why)
    resource.answered = answer


def _asked(
    work: ResourceWork, at: Context, kind: str, new: Properties, old: Properties | None = None
) -> Generator[Wait, None, CustomAnswer]:
    """Send a request, and wait for its answer; raises FailedError."""
    resource, stack = work.resource, work.operation.stack
    request_id = new_id()
    token = str(new.get("ServiceToken", ""))
    _send(at, token, _event(resource, stack, kind, request_id, new, old))
    resource.asked, resource.applied = True, new
    request = stack.custom_requests[request_id] = CustomRequest(work.key)
    until = clocks.current().time() + _patience(new)
    try:
        while request.body is None:
            left = until - clocks.current().time()
            if left <= 0:
                raise FailedError(NO_ANSWER.format(id=request_id))
            yield Wait(left, outside=_somebody_elses(token))
    finally:
        request.open = False
    return _read(request_id, request.body)


def _patience(properties: Properties) -> float:
    try:
        asked = float(properties.get("ServiceTimeout") or _LONGEST_WAIT)
    except (TypeError, ValueError):
        return _LONGEST_WAIT
    return min(asked, _LONGEST_WAIT)


def _event(  # noqa: PLR0917 - all that a request tells
    resource: StackResource,
    stack: Stack,
    kind: str,
    request_id: str,
    new: Properties,
    old: Properties | None,
) -> dict[str, Any]:
    """Return a request as AWS sends it."""
    object_name = f"{stack.stack_id}|{resource.logical_id}|{request_id}"
    event = {
        "RequestType": kind,
        "ServiceToken": new["ServiceToken"],
        "ResponseURL": f"{inside.endpoint()}{SIGNALS}{stack.region}/{quote(object_name, safe='')}",
        "StackId": stack.stack_id,
        "RequestId": request_id,
        "LogicalResourceId": resource.logical_id,
    }
    if kind != "Create":
        event["PhysicalResourceId"] = resource.physical_id
    event["ResourceType"] = resource.type
    event["ResourceProperties"] = stringified(new)
    if old is not None:
        event["OldResourceProperties"] = stringified(old)
    return event


def _send(at: Context, token: str, event: dict[str, Any]) -> None:
    """Send a request to the function or the topic a service token names."""
    parts = token.split(":")
    service = parts[2] if len(parts) > 5 and parts[3] == at.region else ""
    text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
    try:
        if service == "lambda":
            _look_at_runtime(at, token)
            at.client("lambda").invoke(
                FunctionName=token, InvocationType="Event", Payload=text.encode()
            )
        elif service == "sns":
            at.client("sns").publish(TopicArn=token, Subject=_SUBJECT, Message=text)
        else:
            raise FailedError(INVALID_TOKEN)
    except ClientError as error:
        raise FailedError(_refusal(service, error)) from error


def _look_at_runtime(at: Context, token: str) -> None:
    """Refuse to wait an hour for the answer of a function that cannot be run here."""
    from dryrun.cloud.awslambda.tasks import cannot_run  # noqa: PLC0415 - takes a while to load

    found = at.client("lambda").get_function_configuration(FunctionName=token)
    why = cannot_run(str(found.get("Runtime", ""))) if found["PackageType"] == "Zip" else ""
    if why:
        raise FailedError(why)


def _refusal(service: str, error: ClientError) -> str:
    """Return the reason for a request that could not be sent, as it is known from reports."""
    found, meta = error.response["Error"], error.response["ResponseMetadata"]
    if found.get("Code") == "NotSimulated":
        return str(found.get("Message", ""))
    name = {"lambda": "AWSLambda", "sns": "AmazonSNS"}[service]
    return (
        f"{found.get('Message', '')} (Service: {name}; Status Code: {meta['HTTPStatusCode']}; "
        f"Error Code: {found.get('Code', '')}; Request ID: {meta.get('RequestId') or new_id()}; "
        "Proxy: null)"
    )


def _somebody_elses(token: str) -> bool:
    """Tell whether a request went to somebody for whom a fast clock must not hurry.

    What functions do is done before the clock jumps; what reads a queue takes its time.
    """
    parts = token.split(":")
    if parts[2] != "sns":
        return False
    from moto.sns.models import sns_backends  # noqa: PLC0415 - not needed for functions

    subscriptions = sns_backends[parts[4]][parts[3]].subscriptions.values()
    return not any(one.topic.arn == token and one.protocol == "lambda" for one in subscriptions)


def _read(request_id: str, body: bytes) -> CustomAnswer:
    """Return an answer; raises FailedError where there is none in what came."""
    if len(body) > _LONGEST_ANSWER:
        raise FailedError(TOO_LONG)
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("Status") not in ("SUCCESS", "FAILED"):
        raise FailedError(UNREADABLE)
    physical_id = found.get("PhysicalResourceId")
    if (
        not isinstance(physical_id, str)
        or not physical_id
        or len(physical_id.encode()) > _LONGEST_ID
    ):
        raise FailedError(INVALID_ID)
    data = found.get("Data")
    why = ""
    if found["Status"] == "FAILED":
        why = FAILED.format(why=found.get("Reason") or "", id=request_id)
    echoes = stringified(found.get("NoEcho")) != "true"
    return CustomAnswer(
        request_id, physical_id, data if isinstance(data, dict) else {}, echoes, why
    )
