"""The operations of Secrets Manager that moto answers otherwise than AWS.

Follows "RotateSecret" and "DescribeSecret", AWS Secrets Manager API Reference.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    SecretNotFoundException,
    SecretsManagerClientError,
    ValidationException,
)
from moto.secretsmanager.models import _matches
from moto.secretsmanager.responses import SecretsManagerResponse as MotoResponse
from moto.secretsmanager.responses import _validate_filters

from dryrun.cloud import calling
from dryrun.cloud.secretsmanager import errors, rotation, versions
from dryrun.cloud.secretsmanager.errors import MARKED

errors.install()
versions.install()

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
_NAMED_BY = ("Name", "SecretId")


class SecretsManagerResponse(MotoResponse):
    """Answer the operations of Secrets Manager."""

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        """Return a parameter; what cannot be a secret's name is refused."""
        value = super()._get_param(param_name, if_none)
        if param_name in _NAMED_BY and isinstance(value, str) and not value.startswith("arn:"):
            _check_name(value)
        return value

    def create_secret(self) -> str:
        """Create a secret."""
        name = self._get_param("Name")
        self._check_token(InvalidRequestException)
        known = self.backend.secrets.get(name)
        if known is not None and known.is_deleted():
            raise InvalidRequestException(
                "You can't create this secret because a secret with this name is already "
                "scheduled for deletion."
            )
        return str(super().create_secret())

    def update_secret(self) -> str:
        """Change a secret."""
        self._check_token(InvalidRequestException)
        self._secret()
        return str(super().update_secret())

    def get_secret_value(self) -> str:
        """Return a version of a secret."""
        self._check_key(self._known())
        return str(super().get_secret_value())

    def batch_get_secret_value(self) -> str:
        """Return several secrets, and why some of them cannot be returned."""
        filters = self._get_param("Filters") or []
        named = self._get_param("SecretIdList") or []
        if (named and filters) or (self._get_param("MaxResults") and not filters):
            return str(super().batch_get_secret_value())  # which refuses it
        if not filters:
            return self._batch(named)
        _validate_filters(filters)
        found = self.backend.secrets.values()
        return self._batch([one.arn for one in found if _matches(one, filters)])

    def _batch(self, named: list[str]) -> str:
        values, failed = [], []
        for name in named:
            try:
                values.append(self.backend.get_secret_value(name, "", ""))
            except SecretsManagerClientError as error:
                why = {"ErrorCode": error.error_type, "Message": error.message}
                failed.append({"SecretId": name, **why})
        page, token = self.backend._get_secret_values_page_and_next_token(
            values, self._get_int_param("MaxResults"), self._get_param("NextToken")
        )
        more = {"NextToken": token} if token else {}
        return json.dumps({"SecretValues": page, "Errors": failed, **more})

    def put_secret_value(self) -> str:
        """Add a version to a secret."""
        self._check_token(InvalidRequestException)
        self._check_key(self._secret())
        told = json.loads(super().put_secret_value())
        return json.dumps(told | {"VersionStages": sorted(told.get("VersionStages", []))})

    def list_secret_version_ids(self) -> str:
        """Tell of the versions of a secret."""
        secret = self._known()
        deprecated = self._get_bool_param("IncludeDeprecated", False)
        told = versions.listed(secret, deprecated)
        return json.dumps({"Versions": told, "ARN": secret.arn, "Name": secret.name})

    def delete_secret(self) -> str:
        """Delete a secret, at once or after a while."""
        known = self.backend.secrets.get(self._get_param("SecretId"))
        forced = self._get_bool_param("ForceDeleteWithoutRecovery", False)
        if known is not None and known.is_deleted() and not forced:
            raise InvalidRequestException(MARKED)
        return str(super().delete_secret())

    def tag_resource(self) -> str:
        """Put tags on a secret."""
        self._secret()
        return str(super().tag_resource())

    def untag_resource(self) -> str:
        """Take tags from a secret."""
        self._secret()
        return str(super().untag_resource())

    def rotate_secret(self) -> str:
        """Set the rotation of a secret, and rotate it at once unless that is not wanted."""
        self._check_token(InvalidParameterException)
        secret = self._secret()
        if getattr(secret, "owning_service", None):
            return str(super().rotate_secret())
        function = self._get_param("RotationLambdaARN") or secret.rotation_lambda_arn
        if not function:
            raise InvalidRequestException(
                "No Lambda rotation function ARN is associated with this secret."
            )
        function = rotation.allowed_function(self.current_account, self.region, function)
        rules = self._get_param("RotationRules") or secret.__dict__.get("rotation_rules") or {}
        rotation.set_up(secret, function, rules)
        if not self._get_bool_param("RotateImmediately", True):
            return str(secret.to_short_dict(include_version_id=True))
        token = self._get_param("ClientRequestToken")
        rotation.begin(secret, token)
        return str(secret.to_short_dict(version_id=token))

    def cancel_rotate_secret(self) -> str:
        """Turn the rotation of a secret off."""
        answer = str(super().cancel_rotate_secret())
        self._secret().next_rotation_date = None
        return answer

    def describe_secret(self) -> str:
        """Describe a secret, one that is to be deleted too, with its rotation as it was set."""
        secret = self._known()
        found = secret.to_dict()
        rules = secret.__dict__.get("rotation_rules")
        if rules is not None and "RotationRules" in found:
            found["RotationRules"] = rules
        found.pop("SecretVersionsToStages", None)
        return json.dumps(found)

    def _check_token(self, error: type[Exception]) -> None:
        """Refuse a request without the token that clients add by themselves."""
        if not self._get_param("ClientRequestToken"):
            raise error(
                "You must provide a ClientRequestToken value. We recommend a UUID-type value."
            )

    def _check_key(self, secret: Any) -> None:
        """Refuse another account what is encrypted with a key that it cannot be let use."""
        owner, account = secret.arn.split(":")[4], calling.current_caller().account
        if versions.has_default_key(secret) and account.isdigit() and account != owner:
            raise InvalidRequestException(
                "You can't access a secret from a different AWS account if you encrypt the secret "
                "with the default KMS service key."
            )

    def _known(self) -> Any:
        secret = self.backend.secrets.get(self._get_param("SecretId"))
        if secret is None:
            raise SecretNotFoundException
        return secret

    def _secret(self) -> Any:
        secret = self._known()
        if secret.is_deleted():
            raise InvalidRequestException(MARKED)
        return secret


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise ValidationException(
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
            "following: -/_+=.@!"
        )
