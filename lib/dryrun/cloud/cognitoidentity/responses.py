"""The operations of Amazon Cognito identity pools that moto has not: their roles.

Follows "SetIdentityPoolRoles", Amazon Cognito Federated Identities API Reference.
"""

from __future__ import annotations

import json
from typing import Any

from moto.cognitoidentity.exceptions import ResourceNotFoundError
from moto.cognitoidentity.responses import CognitoIdentityResponse as MotoResponse


class CognitoIdentityResponse(MotoResponse):
    """Answer the operations of identity pools."""

    def set_identity_pool_roles(self) -> str:
        """Set which roles the identities of a pool get."""
        pool = self._pool()
        asked = {name: self._get_param(name) for name in ("Roles", "RoleMappings")}
        self._roles()[pool] = {name: value for name, value in asked.items() if value}
        return ""

    def get_identity_pool_roles(self) -> str:
        """Return which roles the identities of a pool get."""
        pool = self._pool()
        return json.dumps({"IdentityPoolId": pool, "Roles": {}, **self._roles().get(pool, {})})

    def delete_identity_pool(self) -> str:
        """Delete a pool; its roles are forgotten with it."""
        self._roles().pop(self._get_param("IdentityPoolId"), None)
        return str(super().delete_identity_pool())

    def _pool(self) -> str:
        pool = str(self._get_param("IdentityPoolId"))
        if pool not in self.backend.identity_pools:
            raise ResourceNotFoundError(f"IdentityPool '{pool}' not found.")
        return pool

    def _roles(self) -> dict[str, dict[str, Any]]:
        found: dict[str, Any] = self.backend.__dict__.setdefault("pool_roles", {})
        return found
