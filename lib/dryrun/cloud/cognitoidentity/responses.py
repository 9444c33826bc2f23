"""The operations of Amazon Cognito identity pools that moto has not: their roles, the classic flow.

Follows "SetIdentityPoolRoles" and "CreateIdentityPool", Amazon Cognito Federated Identities API
Reference.
"""

from __future__ import annotations

import json
from typing import Any

from moto.cognitoidentity.exceptions import ResourceNotFoundError
from moto.cognitoidentity.responses import CognitoIdentityResponse as MotoResponse
from moto.core.exceptions import JsonRESTError

_CLASSIC = "AllowClassicFlow"


class ClassicFlowOff(JsonRESTError):
    """The pool does not let its identities assume roles by themselves; worded from memory."""

    code = 400

    def __init__(self) -> None:
        super().__init__(
            "InvalidParameterException",
            "Basic (classic) flow is not enabled, please use enhanced flow.",
        )


class CognitoIdentityResponse(MotoResponse):
    """Answer the operations of identity pools."""

    def create_identity_pool(self) -> str:
        """Create a pool, with or without the classic flow."""
        return self._with_classic(str(super().create_identity_pool()))

    def update_identity_pool(self) -> str:
        """Change a pool, and whether it has the classic flow."""
        return self._with_classic(str(super().update_identity_pool()))

    def describe_identity_pool(self) -> str:
        """Return a pool, with whether it has the classic flow."""
        return self._with_classic(str(super().describe_identity_pool()))

    def get_open_id_token(self) -> str:
        """Give an identity a token to assume a role with, which is how the classic flow goes."""
        identity = self._get_param("IdentityId")
        for pool, kept in self.backend.pools_identities.items():
            known = [one["IdentityId"] for one in kept["Identities"]]
            if identity in known and not self._classic().get(pool):
                raise ClassicFlowOff
        return str(super().get_open_id_token())

    def _with_classic(self, answer: str) -> str:
        found = json.loads(answer)
        pool = found["IdentityPoolId"]
        asked = self._get_param(_CLASSIC)
        if asked is not None:
            self._classic()[pool] = asked
        kept = self._classic().get(pool)
        return json.dumps(found if kept is None else {**found, _CLASSIC: kept})

    def _classic(self) -> dict[str, bool]:
        found: dict[str, bool] = self.backend.__dict__.setdefault("pools_with_classic_flow", {})
        return found

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
        self._classic().pop(self._get_param("IdentityPoolId"), None)
        return str(super().delete_identity_pool())

    def _pool(self) -> str:
        pool = str(self._get_param("IdentityPoolId"))
        if pool not in self.backend.identity_pools:
            raise ResourceNotFoundError(f"IdentityPool '{pool}' not found.")
        return pool

    def _roles(self) -> dict[str, dict[str, Any]]:
        found: dict[str, Any] = self.backend.__dict__.setdefault("pool_roles", {})
        return found
