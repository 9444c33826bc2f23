"""Names of parameters: which are none, and how those that are asked for come back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.secretsmanager import secretsmanager_backends
from moto.secretsmanager.exceptions import SecretNotFoundException
from moto.ssm.exceptions import ParameterNotFound, ValidationException
from moto.ssm.models import Parameter, ParameterDict

from dryrun.cloud.secretsmanager.versions import CURRENT, labels

SECRETS = "/aws/reference/secretsmanager/"
_NAME = re.compile(r"[A-Za-z0-9_.-]+|(/[A-Za-z0-9_.-]+)+")
_WITHOUT_SLASH = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")


def install() -> None:
    """Let Parameter Store tell of secrets as AWS does, and say nothing of what is not there."""
    ParameterDict._get_secretsmanager_parameter = _secret
    ParameterNotFound.__init__ = _not_found
    ParameterNotFound.__str__ = _words


def check(name: str) -> None:
    """Refuse to look for what cannot be a parameter's name; versions and labels may follow it."""
    if not name.startswith(("arn:", SECRETS)):
        _check_letters(name.partition(":")[0])


def check_new(name: str) -> None:
    """Refuse to make a parameter with such a name."""
    if _WITHOUT_SLASH.fullmatch(name):
        # The words are from memory ("PutParameter", AWS Systems Manager API Reference).
        raise ValidationException("Parameter name must be a fully qualified name.")
    _check_letters(name)


def _check_letters(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValidationException(
            'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a '
            "path, it can consist of sub-paths divided by slash symbol; each sub-path can be "
            "formed as a mix of letters, numbers and the following 3 symbols .-_"
        )


def as_asked(told: dict[str, Any], name: str) -> None:
    """Name a parameter as it was asked for: with a slash, or as the reference to a secret."""
    asked = name.partition(":")[0]
    if asked.startswith(SECRETS):
        told |= {"Name": asked, "ARN": json.loads(told["SourceResult"])["ARN"]}
    elif asked == f"/{told['Name']}":
        told["Name"] = asked


@contextmanager
def nothing_left(backend: Any, name: str) -> Iterator[None]:
    """Take away the parameter without versions that moto leaves behind when it refuses a call."""
    try:
        yield
    finally:
        kept = backend._parameters.normalize_name(name)
        if dict.get(backend._parameters, kept) == []:
            dict.pop(backend._parameters, kept)


def _not_found(self: Any, message: str) -> None:
    """Make the error, which has a text only where a secret is referred to."""
    super(ParameterNotFound, self).__init__("ParameterNotFound", message)
    if "Secrets Manager" not in message:
        self.message = None


def _words(self: Any) -> str:
    return self.message or ""


def _secret(self: Any, name: str) -> list[Parameter]:
    """Return the versions of a secret as those of a parameter, the current one last."""
    secret = secretsmanager_backends[self.account_id][self.region_name].describe_secret(name)
    if secret.is_deleted():
        raise SecretNotFoundException
    every = sorted(labels(secret).items(), key=lambda one: CURRENT in one[1])
    found = [
        Parameter(
            account_id=self.account_id,
            name=f"{SECRETS}{name}",
            value=secret.versions[version]["secret_string"],
            parameter_type="SecureString",
            description=None,
            allowed_pattern=None,
            keyid=None,
            last_modified_date=secret.versions[version]["createdate"],
            version=0,
            data_type="text",
            labels=[version, *stages],
            source_result=_source(secret, version, stages),
        )
        for version, stages in every
        if "secret_string" in secret.versions[version]
    ]
    if not found:
        raise SecretNotFoundException
    return found


def _source(secret: Any, version: str, stages: list[str]) -> str:
    """Return what Secrets Manager answered; but for `ARN` and `name`, its members are from memory.

    "Referencing AWS Secrets Manager secrets from Parameter Store parameters", AWS Systems Manager
    User Guide.
    """
    told = {
        "ARN": secret.arn,
        "name": secret.name,
        "versionId": version,
        "secretString": secret.versions[version]["secret_string"],
        "versionStages": stages,
        "createdDate": secret.versions[version]["createdate"],
    }
    return json.dumps(told, separators=(",", ":"))
