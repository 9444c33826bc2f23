"""AWS::Cognito: the roles of identity pools."""

from __future__ import annotations

import string
from typing import Any

from botocore.exceptions import ClientError
from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    TakenError,
)


class IdentityPoolRoleAttachment(Provider):
    """What roles the identities of a pool get; its physical id is made up."""

    type = "AWS::Cognito::IdentityPoolRoleAttachment"
    handled = frozenset({"IdentityPoolId", "RoleMappings", "Roles"})
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Attach the roles; a pool has them from one place only."""
        pool = properties["IdentityPoolId"]
        if self._found(at, pool).get("Roles"):
            raise TakenError(self.type, pool)
        self._set(at, properties)
        letters = mock_random.choices(string.ascii_letters + string.digits, k=12)
        return f"{at.logical_id}-{''.join(letters)}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the roles of the pool."""
        found = self._found(at, at.known["IdentityPoolId"])
        if not found.get("Roles") and not found.get("RoleMappings"):
            raise GoneError(self.type, physical_id)
        read: Properties = {"Id": physical_id, "IdentityPoolId": found["IdentityPoolId"]}
        if found.get("Roles"):
            read["Roles"] = found["Roles"]
        written = at.known.get("RoleMappings") or {}
        mappings = found.get("RoleMappings") or {}
        shown = {key: _mapping(mappings, key, value) for key, value in written.items()}
        if shown:
            read["RoleMappings"] = {key: one for key, one in shown.items() if one}
        return read

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Attach other roles."""
        self._set(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the roles away; a pool that is gone has none."""
        try:
            at.client("cognito-identity").set_identity_pool_roles(
                IdentityPoolId=at.known["IdentityPoolId"], Roles={}
            )
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error

    def _set(self, at: Context, properties: Properties) -> None:
        mappings = {
            value.get("IdentityProvider", key): {
                name: inner for name, inner in value.items() if name != "IdentityProvider"
            }
            for key, value in (properties.get("RoleMappings") or {}).items()
        }
        at.client("cognito-identity").set_identity_pool_roles(
            IdentityPoolId=properties["IdentityPoolId"],
            Roles=properties.get("Roles") or {},
            **({"RoleMappings": mappings} if mappings else {}),
        )

    def _found(self, at: Context, pool: str) -> dict[str, Any]:
        try:
            found = at.client("cognito-identity").get_identity_pool_roles(IdentityPoolId=pool)
        except ClientError as error:
            if at.known:
                raise GoneError(self.type, pool) from error
            raise
        return dict(found)


def _mapping(found: dict[str, Any], key: str, written: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping under the name the template gives it."""
    provider = written.get("IdentityProvider", key)
    one = dict(found.get(provider) or {})
    if one and "IdentityProvider" in written:
        one["IdentityProvider"] = provider
    return one
