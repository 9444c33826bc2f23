"""Why a resource failed, in the words CloudFormation shows."""

from __future__ import annotations

import re
import traceback

from botocore.exceptions import BotoCoreError, ClientError

from dryrun.cloud import inside
from dryrun.cloud.cloudformation.models import new_id
from dryrun.cloud.cloudformation.providers.base import (
    NotSimulatedError,
    PlainError,
    ResourceError,
)
from dryrun.cloud.cloudformation.template import TemplateError

_HANDLER_CODES = (
    (r"NotFound|NoSuch|NonExistent|DoesNotExist|404", "NotFound"),
    (r"AlreadyExists|AlreadyOwned|Duplicate|NameAlready", "AlreadyExists"),
    (r"AccessDenied|Unauthorized|NotAuthorized|AuthorizationError", "AccessDenied"),
    (r"Throttl|TooManyRequests", "Throttling"),
    (r"LimitExceeded|QuotaExceeded", "ServiceLimitExceeded"),
    (r"Conflict|InUse|NotEmpty", "ResourceConflict"),
    (r"Invalid|Malformed|Validation|Missing|BadRequest|Unsupported", "InvalidRequest"),
)
"""By what is in the code of the service; the names are of "Handler error codes", CloudFormation
CLI User Guide."""
_SPELLED = {"DynamoDB": "DynamoDb", "SFN": "Sfn"}


class FailedError(Exception):
    """A resource failed; `reason` is the ResourceStatusReason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def reason(error: Exception) -> str:
    """Return the ResourceStatusReason for what a provider, or the evaluation, raised."""
    if isinstance(error, FailedError):
        return error.reason
    if isinstance(error, ResourceError):
        plain = isinstance(error, NotSimulatedError | PlainError)
        return error.message if plain else _handler(error.message, error.code)
    if isinstance(error, ClientError):
        return _of_client(error)
    if isinstance(error, BotoCoreError):
        return _handler(f"{error}", "InvalidRequest")
    if isinstance(error, TemplateError):
        return str(error)
    traceback.print_exception(error)  # the log has how
    return (
        "Dry Run could not carry this out, which is its own fault "
        f"({type(error).__name__}: {error}); real AWS may answer otherwise."
    )


def is_gone(error: Exception) -> bool:
    """Tell whether an error says that the resource is not there."""
    if isinstance(error, ResourceError):
        return error.code == "NotFound"
    return isinstance(error, ClientError) and handler_code(_code(error)) == "NotFound"


def handler_code(code: str) -> str:
    """Return the HandlerErrorCode for the error code of a service."""
    for pattern, name in _HANDLER_CODES:
        if re.search(pattern, code):
            return name
    return "GeneralServiceException"


def _of_client(error: ClientError) -> str:
    code, message = _code(error), error.response.get("Error", {}).get("Message", "")
    if code == "NotSimulated":
        return str(message)
    meta = error.response.get("ResponseMetadata", {})
    service = _service()
    where = (
        f"Service: {service}, Status Code: {meta.get('HTTPStatusCode', 400)}, "
        f"Request ID: {meta.get('RequestId') or new_id()}"
    )
    return _handler(f"{message} ({where}) (SDK Attempt Count: 1)", handler_code(code))


def _handler(message: str, code: str) -> str:
    return (
        f'Resource handler returned message: "{message}" '
        f"(RequestToken: {new_id()}, HandlerErrorCode: {code})"
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _service() -> str:
    """Return the service's name as the handlers' SDK spells it: Sqs, Ec2, CloudWatchLogs."""
    name = inside.last_called()
    if name in _SPELLED:
        return _SPELLED[name]
    return "".join(w.capitalize() if w.isupper() or w.isdigit() else w for w in name.split())
