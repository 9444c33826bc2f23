"""Integrations that may pass on their caller's credentials, and have the defaults of AWS.

Follows "Integration", Amazon API Gateway V1 API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.apigateway.models import APIGatewayBackend, Integration, IntegrationResponse

from dryrun.cloud import calling, replacing

CALLER = "arn:aws:iam::*:user/*"
"""The credentials of whoever calls the API."""

_KEPT = ("connectionId", "cacheKeyParameters")
"""What moto keeps nothing of."""

_TIMEOUT = 29000

_put = APIGatewayBackend.put_integration
_told = Integration.to_json
_response = IntegrationResponse.to_json


def put_integration(
    self: APIGatewayBackend, function_id: str, resource_id: str, *args: Any, **given: Any
) -> Integration:
    """Set what a method calls, and as whom."""
    as_caller = given.get("credentials") == CALLER
    # Moto takes any role but one of this account for a role of another.
    own = f"arn:aws:iam::{self.account_id}:user/*"
    given |= {"credentials": own} if as_caller else {}
    made: Integration = _put(self, function_id, resource_id, *args, **given)
    if as_caller:
        made.credentials = CALLER
    asked = calling.current_call().parameters
    made.kept = {name: asked[name] for name in _KEPT if asked.get(name)}
    _complete(made, resource_id)
    return made


def _complete(made: Integration, resource_id: str) -> None:
    """Fill in what was not asked for; only what is called by HTTP has a way there."""
    made.cache_namespace = made.cache_namespace or resource_id
    made.timeout_in_millis = made.timeout_in_millis or _TIMEOUT
    made.passthrough_behaviour = made.passthrough_behaviour or "WHEN_NO_MATCH"
    if made.integration_type == "MOCK":
        made.connection_type = None
    elif made.integration_type in ("HTTP", "HTTP_PROXY"):
        made.connection_type = made.connection_type or "INTERNET"


def to_json(self: Integration) -> dict[str, Any]:
    """Return the integration with what moto drops."""
    told: dict[str, Any] = _told(self) | getattr(self, "kept", {})
    return {name: value for name, value in told.items() if value is not None}


def response_to_json(self: IntegrationResponse) -> dict[str, Any]:
    """Return a response without templates that it has not."""
    told: dict[str, Any] = _response(self)
    if not told["responseTemplates"]:
        del told["responseTemplates"]
    return told


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (APIGatewayBackend, "put_integration", put_integration),
        (Integration, "to_json", to_json),
        (IntegrationResponse, "to_json", response_to_json),
    )
