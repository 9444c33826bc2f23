"""Why a target did not take what it was sent, by EventBridge's names of errors.

Follows "Using dead-letter queues to process undelivered events in EventBridge" (the codes) and "How
EventBridge retries delivering events": throttling, faults of the target and timeouts are worth
another try; a missing permission, and a target that is gone, are not.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.moto_api._internal import mock_random

_KINDS: tuple[tuple[str, bool, tuple[str, ...]], ...] = (
    (
        "THROTTLING",
        True,
        ("Throttl", "TooManyRequests", "RequestLimitExceeded", "ProvisionedThroughput", "SlowDown"),
    ),
    (
        "NO_PERMISSIONS",
        False,
        ("AccessDenied", "Unauthorized", "AuthorizationError", "NotAuthorized", "Forbidden"),
    ),
    ("NO_RESOURCE", False, ("NotFound", "NonExistent", "DoesNotExist", "NoSuch")),
    ("INVALID_PARAMETER", False, ("Validation", "InvalidParameter", "InvalidArgument", "Missing")),
)
"""EventBridge's code, whether another try may do better, and what is in the service's code."""
_TOO_MANY_REQUESTS = 429
_SERVER = 500
_ID_LENGTH = 36
_NOT_SIMULATED = 501
# The names that the SDK for Java, in which EventBridge is written, has for services.
_JAVA = {"sqs": "AmazonSQS", "sns": "AmazonSNS", "lambda": "AWSLambda", "logs": "AWSLogs",
         "kinesis": "AmazonKinesis", "firehose": "AmazonKinesisFirehose",
         "states": "AWSStepFunctions", "events": "AmazonCloudWatchEvents",
         "ssm": "AWSSimpleSystemsManagement", "ecs": "AmazonECS"}  # fmt: skip


class Failure(Exception):
    """One attempt that failed; `retryable` says whether another may do better."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        plain: tuple[str, str] | None = None,
        after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.plain = plain or (code, message)
        """The code and the message of the target's service itself."""
        self.after = after
        """In how many seconds the target wants to be asked again, where it says so."""


def of(error: ClientError | BotoCoreError, target_arn: str) -> Failure:
    """Return what an error of a target's service means for the delivery."""
    if not isinstance(error, ClientError):
        return Failure("SDK_CLIENT_ERROR", str(error))
    code, status = error.response["Error"]["Code"], _status(error.response)
    if status == _NOT_SIMULATED or code == "NotSimulated":
        return Failure("SDK_CLIENT_ERROR", error.response["Error"]["Message"])
    name, retryable = _kind(code, status)
    plain = code, str(error.response["Error"].get("Message", ""))
    return Failure(name, _told(error.response, target_arn), retryable=retryable, plain=plain)


def _kind(code: str, status: int) -> tuple[str, bool]:
    if status == _TOO_MANY_REQUESTS:
        return "THROTTLING", True
    for name, retryable, parts in _KINDS:
        if any(part in code for part in parts):
            return name, retryable
    return ("ERROR_FROM_TARGET", True) if status >= _SERVER else ("SDK_CLIENT_ERROR", False)


def _status(response: Any) -> int:
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))


def _request_id(about: Any) -> str:
    """Return the id of a request; moto has the same word for each that fails."""
    given = str(about.get("RequestId", ""))
    return given if len(given) == _ID_LENGTH else str(mock_random.uuid4())


def _told(response: Any, target_arn: str) -> str:
    """Return an error as the SDK for Java words it, which is what dead letters have."""
    error, about = response["Error"], response.get("ResponseMetadata", {})
    service = target_arn.split(":")[2] if target_arn.count(":") > 1 else ""
    parts = (
        f"Service: {_JAVA.get(service, service)}; Status Code: {_status(response)}; "
        f"Error Code: {error['Code']}; Request ID: {_request_id(about)}; Proxy: null"
    )
    return f"{error.get('Message', '')} ({parts})"
