"""What moto keeps nothing of: the certificate a stage shows, and whom a domain name trusts.

Follows "Stage" and "DomainName", Amazon API Gateway V1 API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.apigateway.exceptions import NotFoundException
from moto.apigateway.models import APIGatewayBackend, DomainName, Stage

from dryrun.cloud import calling
from dryrun.cloud.shelves import Thing, shelf

_CERTIFICATE = "/clientCertificateId"
_TRUST = "mutualTlsAuthentication"

_update = APIGatewayBackend.update_stage
_create = APIGatewayBackend.create_domain_name
_stage = Stage.to_json
_domain = DomainName.to_json


def client_certificates(backend: Any) -> dict[str, Thing]:
    """Return the certificates that API Gateway shows to backends, by id."""
    return shelf(backend, "client_certificates")


def update_stage(
    self: APIGatewayBackend, function_id: str, stage_name: str, patch_operations: Any
) -> Stage:
    """Change a stage, and the certificate it shows."""
    own = [one for one in patch_operations if one["path"] == _CERTIFICATE]
    for one in own:
        if one["op"] == "replace" and one["value"] not in client_certificates(self):
            # From memory.
            raise NotFoundException("Invalid Client Certificate identifier specified")
    others = [one for one in patch_operations if one["path"] != _CERTIFICATE]
    stage: Any = _update(self, function_id, stage_name, others)
    for one in own:
        stage.client_certificate_id = one["value"] if one["op"] == "replace" else None
    return stage


def stage_to_json(self: Stage) -> dict[str, Any]:
    """Return a stage with the certificate it shows."""
    shown = getattr(self, "client_certificate_id", None)
    return {**_stage(self), **({"clientCertificateId": shown} if shown else {})}


def create_domain_name(self: APIGatewayBackend, *args: Any, **given: Any) -> DomainName:
    """Create a domain name, with the certificates it trusts."""
    made: Any = _create(self, *args, **given)
    made.trust = calling.current_call().parameters.get(_TRUST)
    return made


def domain_to_json(self: DomainName) -> dict[str, Any]:
    """Return a domain name with the certificates it trusts."""
    trust = getattr(self, "trust", None)
    return {**_domain(self), **({_TRUST: trust} if trust else {})}


def install() -> None:
    """Put these in the place of moto's."""
    replaced: tuple[tuple[Any, str, Any], ...] = (
        (APIGatewayBackend, "update_stage", update_stage),
        (APIGatewayBackend, "create_domain_name", create_domain_name),
        (Stage, "to_json", stage_to_json),
        (DomainName, "to_json", domain_to_json),
    )
    for owner, name, ours in replaced:
        setattr(owner, name, ours)
