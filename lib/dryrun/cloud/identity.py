"""Who may call: the learner's own identity, and which keys the cloud knows.

Whether a key may do what it asks is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends

from dryrun.cloud.keys import ADMIN_KEY_ID, ADMIN_NAME, ADMIN_SECRET
from dryrun.cloud.routing import ApiCall
from dryrun.cloud.services import heads
from dryrun.cloud.sts.models import SessionCredentials, caller, session_credentials

IAM_REGION = "us-east-1"

# Codes, words and statuses of each family of services: "Error codes for the Amazon EC2 API",
# "List of error codes" (Amazon S3), "Common Errors" (AWS STS; IAM) and "Error handling with
# DynamoDB". Services in JSON take 400 for what the older ones call forbidden.
_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105
_EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105


@dataclass(frozen=True)
class Refusal:
    """How AWS refuses a caller."""

    code: str
    message: str
    status: int


class CallerKind(StrEnum):
    """What a caller is, as CloudTrail's `userIdentity.type` tells."""

    ROOT = "Root"
    USER = "IAMUser"
    ROLE = "AssumedRole"
    FEDERATED = "FederatedUser"
    SERVICE = "AWSService"
    ANONYMOUS = "Unknown"


@dataclass(frozen=True)
class Caller:
    """Who makes a call, once the signature has been found genuine.

    `session` is there for temporary credentials. `unchecked` is the learner's administrator,
    whose permissions are not evaluated.
    """

    kind: CallerKind
    arn: str
    user_id: str
    account: str
    access_key: str = ""
    session: SessionCredentials | None = None
    unchecked: bool = False


ANONYMOUS = Caller(CallerKind.ANONYMOUS, "", "", "anonymous")


_UNKNOWN = {
    "s3": Refusal(
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        403,
    ),
    "ec2": Refusal(
        "AuthFailure", "AWS was not able to validate the provided access credentials", 401
    ),
    "query": Refusal("InvalidClientTokenId", _INVALID_TOKEN, 403),
    "rest-json": Refusal("UnrecognizedClientException", _INVALID_TOKEN, 403),
    "json": Refusal("UnrecognizedClientException", _INVALID_TOKEN, 400),
}
_EXPIRED = {
    "s3": Refusal("ExpiredToken", "The provided token has expired.", 400),
    "ec2": Refusal("RequestExpired", "Request has expired.", 400),
    "query": Refusal("ExpiredToken", _EXPIRED_TOKEN, 403),
    "rest-json": Refusal("ExpiredTokenException", _EXPIRED_TOKEN, 403),
    "json": Refusal("ExpiredTokenException", _EXPIRED_TOKEN, 400),
}


def seed_admin() -> None:
    """Create the learner's administrator with its fixed, obviously fake key."""
    iam = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    user = iam.create_user(IAM_REGION, ADMIN_NAME)
    iam.administrator_access().attach_to(user)
    key = iam.create_access_key(user.name)
    del iam.access_keys[key.access_key_id]
    key.access_key_id = ADMIN_KEY_ID
    key.secret_access_key = ADMIN_SECRET
    iam.access_keys[ADMIN_KEY_ID] = key


def authenticate(call: ApiCall, body: bytes) -> Caller | Refusal:  # noqa: ARG001
    """Return who makes a call, or how AWS refuses the key it is signed with.

    `body` is the body as it was sent. A call without a signature is ANONYMOUS's.
    """
    if not call.signature.access_key:
        # A public bucket is for its policy to open; elsewhere AWS says which calls need no key.
        open_to_all = call.service == "s3" or call.name in heads()[call.service].unsigned
        return ANONYMOUS if open_to_all else _unsigned(call)
    refused = _refuse(call)
    if refused is not None:
        return refused
    arn, user_id = caller(call.signature.access_key)
    session = session_credentials.get(call.signature.access_key)
    kind = CallerKind.ROLE if ":assumed-role/" in arn else CallerKind.USER
    return Caller(
        kind,
        arn,
        user_id,
        arn.split(":")[4],
        call.signature.access_key,
        session,
        unchecked=call.signature.access_key == ADMIN_KEY_ID,
    )


def _refuse(call: ApiCall) -> Refusal | None:
    access_key, token = call.signature.access_key, call.signature.token
    session = session_credentials.get(access_key)
    if session is not None:
        if token != session.session_token:
            return _UNKNOWN[_family(call)]
        return _EXPIRED[_family(call)] if session.expired else None
    key: Any = iam_backends[DEFAULT_ACCOUNT_ID]["aws"].access_keys.get(access_key)
    if key is not None and key.status == "Active":
        return None
    return _UNKNOWN[_family(call)]


def _unsigned(call: ApiCall) -> Refusal:
    code = "MissingAuthenticationToken"
    if call.protocol in ("json", "rest-json"):
        code = "MissingAuthenticationTokenException"
    return Refusal(code, "Request is missing Authentication Token", 403)


def _family(call: ApiCall) -> str:
    if call.service in ("s3", "ec2"):
        return call.service
    # SQS and CloudWatch left the query protocol and kept its codes.
    if call.protocol in ("query", "rest-xml") or "awsQueryCompatible" in call.model.metadata:
        return "query"
    return "rest-json" if call.protocol == "rest-json" else "json"
