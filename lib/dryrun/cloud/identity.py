"""Who may call: the learner's own identity, and which keys the cloud knows.

Whether a key may do what it asks is not decided here.
"""

from __future__ import annotations

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends

from dryrun.cloud.keys import ADMIN_KEY_ID, ADMIN_NAME, ADMIN_SECRET
from dryrun.cloud.sts.models import session_credentials

IAM_REGION = "us-east-1"

# The words of each protocol family, from "Common Errors" of the AWS API references
# (IAM, EC2, Amazon S3 and DynamoDB).
_UNKNOWN = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"


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


def refuse(
    service: str, protocol: str, access_key: str, token: str | None
) -> tuple[str, str] | None:
    """Return the (code, message) with which AWS refuses a key, or None when it is good."""
    session = session_credentials.get(access_key)
    if session is not None:
        if token != session.session_token:
            return _unknown_key(service, protocol)
        return _expired(service) if session.expired else None
    key: Any = iam_backends[DEFAULT_ACCOUNT_ID]["aws"].access_keys.get(access_key)
    if key is None:
        return _unknown_key(service, protocol)
    return None if key.status == "Active" else _unknown_key(service, protocol)


def _unknown_key(service: str, protocol: str) -> tuple[str, str]:
    if service == "s3":
        message = "The AWS Access Key Id you provided does not exist in our records."
        return "InvalidAccessKeyId", message
    if service == "ec2":
        return "AuthFailure", "AWS was not able to validate the provided access credentials"
    if protocol == "query":
        return "InvalidClientTokenId", _UNKNOWN
    return "UnrecognizedClientException", _UNKNOWN


def _expired(service: str) -> tuple[str, str]:
    if service == "s3":
        return "ExpiredToken", "The provided token has expired."
    if service == "ec2":
        return "RequestExpired", "Request has expired."
    if service in ("sts", "iam", "sqs", "sns", "cloudformation", "rds"):
        return "ExpiredToken", _EXPIRED
    return "ExpiredTokenException", _EXPIRED
