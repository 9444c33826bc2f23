"""The instance metadata service, one for every instance, and the container credentials.

Follows "Access instance metadata for an EC2 instance" (Amazon EC2) and "Amazon ECS task IAM
role". A real machine finds its own metadata at 169.254.169.254; in the lab every instance has
an address of its own, `/imds/<instance id>/latest/…`, and `/imds/none` is a computer without.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dryrun.cloud.errors import Answer
from dryrun.cloud.metadata import models
from dryrun.cloud.sts.models import SessionCredentials

TOKEN_HEADER = "X-aws-ec2-metadata-token"  # noqa: S105 - a header's name
TTL_HEADER = "X-aws-ec2-metadata-token-ttl-seconds"
LONGEST_TTL = 21600
ISO = "%Y-%m-%dT%H:%M:%SZ"


def instance_metadata(method: str, path: str, headers: Mapping[str, str]) -> Answer:
    """Answer a request for `/imds/<instance id>/…`."""
    _, _, instance_id, *rest = path.split("/")
    instance = models.find_instance(instance_id)
    if instance is None:
        return _text("", 404)
    where = "/".join(rest).strip("/")
    if where == "latest/api/token":
        return _new_token(instance_id, method, headers)
    token = headers.get(TOKEN_HEADER)
    if not _may_read(instance, token):
        return _text("", 401)
    if method not in ("GET", "HEAD"):
        return _text("", 405)
    return _read(instance, where)


def container_credentials(path: str) -> Answer:
    """Answer a request for `/v2/credentials/<role name>`, the lab's name for a task's id."""
    role = models.find_role(path.removeprefix("/v2/credentials/").strip("/"))
    if role is None or not models.trusts(role, models.ECS_PRINCIPAL):
        body = {
            "code": "InvalidIdInRequest",
            "message": "CredentialsV2Request: Credentials not found",
            "HTTPErrorCode": 400,
        }
        return _json(body, 400)
    held = models.sessions.credentials(role, _task_id(role.id))
    return _json({"RoleArn": role.arn, **_secret_part(held)})


def _new_token(instance_id: str, method: str, headers: Mapping[str, str]) -> Answer:
    if method != "PUT":
        return _text("", 405)
    ttl = headers.get(TTL_HEADER, "")
    if not ttl.isdigit() or not 1 <= int(ttl) <= LONGEST_TTL or "X-Forwarded-For" in headers:
        return _text("", 400)
    answer = _text(models.sessions.new_token(instance_id, float(ttl)))
    answer.headers[TTL_HEADER] = ttl
    return answer


def _may_read(instance: Any, token: str | None) -> bool:
    if token is not None:
        return models.sessions.valid_token(instance.id, token)
    options = getattr(instance, "metadata_options", None) or {}
    return str(_option(options, "http_tokens", "HttpTokens")) != "required"


def _option(options: Any, *names: str) -> Any:
    for name in names:
        value = options.get(name) if isinstance(options, dict) else getattr(options, name, None)
        if value is not None:
            return value
    return None


def _read(instance: Any, where: str) -> Answer:
    leaves = _leaves(instance)
    if where in leaves:
        value = leaves[where]
        return value if isinstance(value, Answer) else _text(value)
    below = sorted(
        {
            leaf[len(where) + 1 if where else 0 :].split("/")[0]
            + ("/" if "/" in leaf[len(where) + 1 if where else 0 :] else "")
            for leaf in leaves
            if not where or leaf.startswith(f"{where}/")
        }
    )
    return _text("\n".join(below)) if below else _text("", 404)


def _leaves(instance: Any) -> dict[str, str | Answer]:
    base = "latest/meta-data"
    zone = str(instance.placement.zone)
    leaves: dict[str, str | Answer] = {
        f"{base}/ami-id": str(instance.image_id),
        f"{base}/instance-id": instance.id,
        f"{base}/instance-type": instance.instance_type,
        f"{base}/local-ipv4": str(instance.private_ip or ""),
        f"{base}/placement/availability-zone": zone,
        f"{base}/placement/region": instance.region_name,
        "latest/dynamic/instance-identity/document": _identity(instance, zone),
    }
    if instance.user_data:
        leaves["latest/user-data"] = _user_data(str(instance.user_data))
    profile = models.profile_of(instance)
    if profile is not None:
        leaves[f"{base}/iam/info"] = _json(
            {
                "Code": "Success",
                "LastUpdated": _now(),
                "InstanceProfileArn": profile.arn,
                "InstanceProfileId": profile.id,
            }
        )
        for role in profile.roles:
            leaves[f"{base}/iam/security-credentials/{role.name}"] = _role(instance, role)
    return leaves


def _user_data(encoded: str) -> Answer:
    """Return user data as the machine that runs it gets it; those who launch it encode it."""
    try:
        data = base64.b64decode(encoded, validate=True)
    except ValueError:
        data = encoded.encode()  # moto takes a template's without encoding
    return Answer(200, {"Content-Type": "application/octet-stream"}, data)


def _role(instance: Any, role: Any) -> Answer:
    if not models.trusts(role, models.EC2_PRINCIPAL):
        return _json(
            {
                "Code": "AssumeRoleUnauthorizedAccess",
                "Message": f"EC2 cannot assume the role {role.name}. Please see documentation at "
                "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
                "troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.",
                "LastUpdated": _now(),
            }
        )
    held = models.sessions.credentials(role, instance.id)
    success = {"Code": "Success", "LastUpdated": _now(), "Type": "AWS-HMAC"}
    return _json({**success, **_secret_part(held)})


def _secret_part(held: SessionCredentials) -> dict[str, str]:
    return {
        "AccessKeyId": held.access_key_id,
        "SecretAccessKey": held.secret_access_key,
        "Token": held.session_token,
        "Expiration": held.expiration.strftime(ISO),
    }


def _identity(instance: Any, zone: str) -> Answer:
    return _json(
        {
            "accountId": instance.owner_id,
            "availabilityZone": zone,
            "imageId": instance.image_id,
            "instanceId": instance.id,
            "instanceType": instance.instance_type,
            "privateIp": instance.private_ip,
            "region": instance.region_name,
            "version": "2017-09-30",
        }
    )


def _task_id(role_id: str) -> str:
    """Return a task's id, 32 hexadecimal digits, the same for a role every time."""
    return role_id.encode().hex()[:32].ljust(32, "0")


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).strftime(ISO)


def _text(body: str, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "text/plain"}, body.encode())


def _json(body: dict[str, Any], status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json"}
    return Answer(status, headers, json.dumps(body, indent=2).encode())
