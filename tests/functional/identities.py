"""Users, roles and clients of them, for the tests of who may do what."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import in_process
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
ONCE = {"total_max_attempts": 1}


def client_of(key: dict[str, Any] | None, service: str = "sts") -> Any:
    """Return a client that signs with a key as IAM or STS gave it, or not at all.

    It checks no parameters itself, so that the cloud has to.
    """
    if key is None:
        config = Config(retries=ONCE, parameter_validation=False, signature_version=UNSIGNED)
        return in_process.session().client(service, endpoint_url=in_process.ENDPOINT, config=config)
    return in_process.session().client(
        service,
        endpoint_url=in_process.ENDPOINT,
        config=Config(retries=ONCE, parameter_validation=False),
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
    )


def administrator() -> dict[str, str]:
    """Return the learner's own key."""
    credentials = in_process.session().get_credentials()
    return {"AccessKeyId": credentials.access_key, "SecretAccessKey": credentials.secret_key}


def make_user(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    """Create a user with an inline policy and return their access key."""
    iam = in_process.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
    key: dict[str, Any] = iam.create_access_key(UserName=name)["AccessKey"]
    return key


def make_role(name: str, *trust: dict[str, Any], **more: Any) -> str:
    """Create a role and return its ARN."""
    made = in_process.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=document(*trust), **more
    )
    return str(made["Role"]["Arn"])


def document(*statements: dict[str, Any]) -> str:
    """Return a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    """Return a statement of an identity policy."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def trust(principal: Any, *actions: str, effect: str = "Allow", **condition: Any) -> dict[str, Any]:
    """Return a statement of a trust policy; a principal that is a string is an AWS one."""
    return {
        "Effect": effect,
        "Principal": {"AWS": principal} if isinstance(principal, str) else principal,
        "Action": list(actions or ("sts:AssumeRole",)),
        **({"Condition": condition} if condition else {}),
    }


def user_arn(name: str) -> str:
    """Return a user's ARN."""
    return f"arn:aws:iam::{ACCOUNT}:user/{name}"


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, str, int]:
    """Return code, message and status with which a call is refused."""
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    answer = refusal.value.response
    status = int(answer["ResponseMetadata"]["HTTPStatusCode"])
    return str(answer["Error"]["Code"]), str(answer["Error"]["Message"]), status


def denied(who: str, action: str, resource: str) -> tuple[str, str, int]:
    """Return the plain refusal of an action."""
    message = f"User: {who} is not authorized to perform: {action} on resource: {resource}"
    return "AccessDenied", message, 403


def invalid(message: str) -> tuple[str, str, int]:
    """Return a ValidationError."""
    return "ValidationError", message, 400


def constraint(value: Any, name: str, bound: str) -> tuple[str, str, int]:
    """Return the refusal of a value that breaks a constraint."""
    start = f"1 validation error detected: Value '{value}' at '{name}'"
    return invalid(f"{start} failed to satisfy constraint: {bound}")


def assume(key: dict[str, Any], arn: str, **more: Any) -> dict[str, Any]:
    """Assume a role with a key."""
    asked = {"RoleArn": arn, "RoleSessionName": "watch", **more}
    return dict(client_of(key).assume_role(**asked))


def not_assumed(key: dict[str, Any], arn: str, **more: Any) -> tuple[str, str, int]:
    """Return the refusal of assuming a role with a key."""
    asked = {"RoleArn": arn, "RoleSessionName": "watch", **more}
    return refused(client_of(key).assume_role, **asked)


def seconds_left(credentials: dict[str, Any]) -> float:
    """Return for how long credentials are good."""
    return float(credentials["Expiration"].timestamp() - time.time())
