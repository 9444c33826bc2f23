"""Integrations that may pass on their caller's credentials, and keep their link into a VPC.

Follows "Integration", Amazon API Gateway V1 API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.apigateway.models import APIGatewayBackend, Integration

from dryrun.cloud import calling

CALLER = "arn:aws:iam::*:user/*"
"""The credentials of whoever calls the API."""

_KEPT = ("connectionId", "cacheKeyParameters")
"""What moto keeps nothing of."""

_put = APIGatewayBackend.put_integration
_told = Integration.to_json


def put_integration(self: APIGatewayBackend, *args: Any, **given: Any) -> Integration:
    """Set what a method calls, and as whom."""
    as_caller = given.get("credentials") == CALLER
    # Moto takes any role but one of this account for a role of another.
    own = f"arn:aws:iam::{self.account_id}:user/*"
    made: Integration = _put(self, *args, **given | ({"credentials": own} if as_caller else {}))
    if as_caller:
        made.credentials = CALLER
    asked = calling.current_call().parameters
    made.kept = {name: asked[name] for name in _KEPT if asked.get(name)}
    return made


def to_json(self: Integration) -> dict[str, Any]:
    """Return the integration with what moto drops."""
    told: dict[str, Any] = _told(self)
    return told | getattr(self, "kept", {})


def install() -> None:
    """Put these in the place of moto's."""
    replaced: tuple[tuple[Any, str, Any], ...] = (
        (APIGatewayBackend, "put_integration", put_integration),
        (Integration, "to_json", to_json),
    )
    for owner, name, ours in replaced:
        setattr(owner, name, ours)
