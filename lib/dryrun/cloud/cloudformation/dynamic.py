"""Dynamic references: `{{resolve:ssm:...}}`, `ssm-secure` and `secretsmanager`.

Follows "Get values stored in other services using dynamic references", CloudFormation User Guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.template import TemplateError
from dryrun.cloud.inside import client

_ANY = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}")
_SSM = re.compile(r"([a-zA-Z0-9_.\-/]+)(?::(\d+))?")


def resolve(service: str, reference: str, region: str) -> str:
    """Return what a dynamic reference leads to; raises TemplateError."""
    if service in ("ssm", "ssm-secure"):
        return _parameter(reference, region, secure=service == "ssm-secure")
    if service == "secretsmanager":
        return _secret(reference, region)
    raise TemplateError(f"Invalid dynamic reference service: {service}")


def _parameter(reference: str, region: str, *, secure: bool) -> str:
    match = _SSM.fullmatch(reference)
    service = "ssm-secure" if secure else "ssm"
    if match is None:
        raise TemplateError(f"Incorrect format is used in the following SSM reference: "
                            f"[{{{{resolve:{service}:{reference}}}}}]")  # fmt: skip
    name = reference if match[2] is None else f"{match[1]}:{match[2]}"
    ssm = client("ssm", region)
    try:
        found = ssm.get_parameter(Name=name, WithDecryption=secure)["Parameter"]
    except ClientError as error:
        raise TemplateError(
            f"Parameters: [{service}:{match[1]}:{match[2] or ''}] could not be found "
            f"({error.response['Error']['Code']})."
        ) from error
    if found["Type"] == "SecureString" and not secure:
        raise TemplateError(f"Non-secure ssm prefix was used for secure parameter: {match[1]}. ")
    return str(found["Value"])


def _secret(reference: str, region: str) -> str:
    secret, kind, key, stage, version = _secret_parts(reference)
    if kind not in ("", "SecretString"):
        raise TemplateError(
            "Secrets Manager can't find the specified secret value: only SecretString is supported"
        )
    wanted = {"VersionId": version} if version else {"VersionStage": stage} if stage else {}
    try:
        found = client("secretsmanager", region).get_secret_value(SecretId=secret, **wanted)
    except ClientError as error:
        said = error.response["Error"]
        raise TemplateError(
            f"{said.get('Message', '')} (Service: AWSSecretsManager; Status Code: "
            f"{error.response['ResponseMetadata']['HTTPStatusCode']}; Error Code: {said['Code']}; "
            f"Request ID: {error.response['ResponseMetadata'].get('RequestId', '')}; Proxy: null)"
        ) from error
    text = str(found.get("SecretString", ""))
    return _member(text, key, secret) if key else text


def _secret_parts(reference: str) -> tuple[str, str, str, str, str]:
    """Return secret id, kind, json key, version stage and version id of a reference."""
    if reference.startswith("arn:"):
        parts = reference.split(":")
        secret, rest = ":".join(parts[:7]), parts[7:]
    else:
        secret, *rest = reference.split(":")
    kind, key, stage, version = [*rest, "", "", "", ""][:4]
    return secret, kind, key, stage, version


def _member(text: str, key: str, secret: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        raise TemplateError(f"Could not parse SecretString JSON of the secret {secret}") from None
    if not isinstance(value, dict) or key not in value:
        raise TemplateError("Could not find a value associated with JSONKey in SecretString")
    return str(value[key])


def resolved(value: Any, region: str) -> Any:
    """Return evaluated properties with their dynamic references led to what they refer to."""
    if isinstance(value, Mapping):
        return {name: resolved(item, region) for name, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, region) for item in value]
    if isinstance(value, str) and "{{resolve:" in value:
        return _ANY.sub(lambda match: resolve(match[1], match[2], region), value)
    return value
