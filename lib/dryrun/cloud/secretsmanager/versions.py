"""Versions of secrets, and the staging labels on them.

Follows "What's in a Secrets Manager secret?", AWS Secrets Manager User Guide. A label is on one
version at most; a version without any is deprecated, and not told of unless asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    OperationNotPermittedOnReplica,
    ResourceNotFoundException,
    SecretHasNoValueException,
    SecretNotFoundException,
    SecretStageVersionMismatchException,
)
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend

from dryrun.cloud import calling
from dryrun.cloud.journal import CHECKER
from dryrun.cloud.journal.chance import touch
from dryrun.cloud.secretsmanager.errors import MARKED

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"
_DAY = 86400
_DEFAULT_KEYS = (None, SecretsManagerBackend.DEFAULT_KMS_KEY_ALIAS)
Version = dict[str, Any]


def install() -> None:
    """Put ours in moto's place."""
    FakeSecret.reset_default_version = _make_current
    FakeSecret._form_version_ids_to_stages = labels
    FakeSecret.to_dict = _described(FakeSecret.to_dict)
    SecretsManagerBackend.get_secret_value = _value
    SecretsManagerBackend.update_secret_version_stage = _move


def labels(secret: Any) -> dict[str, list[str]]:
    """Return the labels of each version that has any."""
    every = secret.versions.items()
    return {name: sorted(one["version_stages"]) for name, one in every if one["version_stages"]}


def listed(secret: Any, deprecated: bool) -> list[Version]:
    """Return what ListSecretVersionIds tells of the versions."""
    return [
        _shown(secret, name, one)
        for name, one in secret.versions.items()
        if deprecated or one["version_stages"]
    ]


def has_default_key(secret: Any) -> bool:
    """Tell whether a secret is encrypted with the key that Secrets Manager brings along."""
    return getattr(secret, "kms_key_id", None) in _DEFAULT_KEYS


def add_pending(secret: Any, version_id: str) -> None:
    """Add a version without a value, for a rotation to fill."""
    _take(secret, PENDING)
    secret.versions[version_id] = {
        "createdate": int(time.time()),
        "version_id": version_id,
        "version_stages": [PENDING],
    }


def _described(usual: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """Let what is told of a secret say on which day it was last read."""

    def described(secret: Any) -> dict[str, Any]:
        days = [one["accessed"] for one in secret.versions.values() if "accessed" in one]
        told = usual(secret) | {"LastAccessedDate": max(days, default=None)}
        return {name: value for name, value in told.items() if value is not None}

    return described


def _shown(secret: Any, name: str, version: Version) -> Version:
    shown: Version = {"VersionId": name}
    if version["version_stages"]:
        shown["VersionStages"] = sorted(version["version_stages"])
    if "accessed" in version:
        shown["LastAccessedDate"] = version["accessed"]
    shown["CreatedDate"] = version["createdate"]
    key = "DefaultEncryptionKey" if has_default_key(secret) else secret.kms_key_id
    return shown | {"KmsKeyIds": [key]}


def holder(secret: Any, label: str) -> str | None:
    """Return the version a label is on."""
    every = secret.versions.items()
    return next((name for name, one in every if label in one["version_stages"]), None)


def _take(secret: Any, *taken: str) -> None:
    """Take labels from whatever versions have them."""
    for one in secret.versions.values():
        one["version_stages"] = [label for label in one["version_stages"] if label not in taken]


def _make_current(self: Any, version: Version, version_id: str) -> None:
    """Add the new current version; the one before keeps the labels that are the learner's own."""
    before = holder(self, CURRENT)
    _take(self, PREVIOUS, PENDING, *version["version_stages"])
    if before is not None:
        self.versions[before]["version_stages"].append(PREVIOUS)
    self.versions[version_id] = version
    self.default_version_id = version_id


def _value(self: Any, secret_id: str, version_id: str | None, version_stage: str | None) -> Version:
    """Return a version of a secret, and keep in mind that it was read."""
    secret = self.secrets.get(secret_id)
    if secret is None:
        raise SecretNotFoundException
    if secret.is_deleted():
        raise InvalidRequestException(MARKED)
    version = _wanted(secret, version_id, version_stage)
    values = {"SecretString": "secret_string", "SecretBinary": "secret_binary"}
    told = {name: version[key] for name, key in values.items() if key in version}
    if not told:
        raise SecretHasNoValueException(version_stage or CURRENT)
    _note_access(version)
    return {
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version["version_id"],
        **told,
        "VersionStages": sorted(version["version_stages"]),
        "CreatedDate": version["createdate"],
    }


def _wanted(secret: Any, version_id: str | None, label: str | None) -> Version:
    if not version_id:
        version_id = holder(secret, label or CURRENT)
        if version_id is None:
            raise SecretHasNoValueException(label or CURRENT)
    found: Version | None = secret.versions.get(version_id)
    if found is None:
        raise ResourceNotFoundException(
            f"Secrets Manager can't find the specified secret value for VersionId: {version_id}"
        )
    if label and label not in found["version_stages"]:
        raise SecretStageVersionMismatchException
    return found


def _note_access(version: Version) -> None:
    """Keep the day of an access, unless a check looks only."""
    today = int(time.time()) // _DAY * _DAY
    if version.get("accessed") != today and not _by_checker():
        version["accessed"] = today
        touch()


def _by_checker() -> bool:
    try:
        return CHECKER in calling.current_call().request.headers.get("User-Agent", "")
    except LookupError:
        return False


def _move(
    self: Any,
    secret_id: str,
    version_stage: str,
    remove_from_version_id: str | None,
    move_to_version_id: str | None,
) -> tuple[str, str]:
    """Move a label; where AWSCURRENT goes away, AWSPREVIOUS comes."""
    secret = self.secrets.get(secret_id)
    if secret is None:
        raise SecretNotFoundException
    if isinstance(secret, ReplicaSecret):
        raise OperationNotPermittedOnReplica
    _check_move(secret, version_stage, remove_from_version_id, move_to_version_id)
    before = holder(secret, CURRENT)
    _take(secret, version_stage)
    if move_to_version_id:
        secret.versions[move_to_version_id]["version_stages"].append(version_stage)
    if version_stage == CURRENT and before not in (None, move_to_version_id):
        _take(secret, PREVIOUS)
        secret.versions[before]["version_stages"].append(PREVIOUS)
    secret.default_version_id = holder(secret, CURRENT)
    return secret.arn, secret.name


def _check_move(secret: Any, label: str, source: str | None, target: str | None) -> None:
    for named in (source, target):
        if named and named not in secret.versions:
            raise InvalidParameterException(f"Not a valid version: {named}")
    has_it = holder(secret, label)
    if source and has_it != source:
        raise InvalidParameterException(f"Version stage {label} not found in version {source}")
    if not source and has_it not in (None, target):
        raise InvalidParameterException(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently "
            f"attached to version {has_it}, so you must explicitly reference that version in "
            "RemoveFromVersionId."
        )
