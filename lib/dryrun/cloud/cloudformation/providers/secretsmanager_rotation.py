"""AWS::SecretsManager::RotationSchedule."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
)
from dryrun.cloud.cloudformation.providers.found import lookup


class RotationSchedule(Provider):
    """When a secret is rotated, and by which function; its physical id is the secret's ARN."""

    type = "AWS::SecretsManager::RotationSchedule"
    handled = frozenset(
        {"RotateImmediatelyOnUpdate", "RotationLambdaARN", "RotationRules", "SecretId"}
    )
    seconds = Seconds(create=10, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Set the rotation."""
        if "RotationLambdaARN" not in properties:
            raise NotSimulatedError(
                "Dry Run does not simulate rotation without a function of one's own; "
                "real AWS would carry it out."
            )
        return self._set(at, properties)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the rotation of the secret."""
        with lookup(self.type, physical_id):
            found = at.client("secretsmanager").describe_secret(SecretId=physical_id)
        if not found.get("RotationEnabled"):
            raise GoneError(self.type, physical_id)
        return {
            "Id": physical_id,
            "SecretId": at.known.get("SecretId", physical_id),
            **pick(found, "RotationLambdaARN", "RotationRules"),
            **pick(at.known, "RotateImmediatelyOnUpdate"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set the rotation anew."""
        if changed(old, new, "RotationLambdaARN", "RotationRules"):
            self._set(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Turn the rotation off."""
        at.client("secretsmanager").cancel_rotate_secret(SecretId=physical_id)

    def _set(self, at: Context, properties: Properties) -> str:
        rules = properties.get("RotationRules") or {}
        made = at.client("secretsmanager").rotate_secret(
            SecretId=properties["SecretId"],
            RotationLambdaARN=properties["RotationLambdaARN"],
            RotationRules=rules,
            RotateImmediately=properties.get("RotateImmediatelyOnUpdate", True),
        )
        return str(made["ARN"])
