"""What moto keeps nothing of: certificates and canaries of stages, and whom a domain name trusts.

Follows "Stage", "CreateDeployment" and "DomainName", Amazon API Gateway V1 API Reference.
"""

from __future__ import annotations

import time
from typing import Any

from moto.apigateway.exceptions import NotFoundException
from moto.apigateway.models import APIGatewayBackend, Deployment, DomainName, RestAPI, Stage

from dryrun.cloud import calling, replacing
from dryrun.cloud.apigateway import canaries
from dryrun.cloud.shelves import Thing, shelf

_CERTIFICATE = "/clientCertificateId"
_TRUST = "mutualTlsAuthentication"

_update = APIGatewayBackend.update_stage
_create = APIGatewayBackend.create_domain_name
_deploy = APIGatewayBackend.create_deployment
_make_stage = RestAPI.create_stage
_begin = Stage.__init__
_stage = Stage.to_json
_domain = DomainName.to_json


def client_certificates(backend: Any) -> dict[str, Thing]:
    """Return the certificates that API Gateway shows to backends, by id."""
    return shelf(backend, "client_certificates")


def begin_stage(self: Stage, *args: Any, **given: Any) -> None:
    """Make a stage that knows since when it is there."""
    _begin(self, *args, **given)
    self.created = self.changed = int(time.time())


def create_stage(self: RestAPI, name: str, *args: Any, **given: Any) -> Stage:
    """Make a stage, with the canary that is asked for."""
    asked = calling.current_call().parameters.get("canarySettings")
    made = _make_stage(self, name, *args, **given)
    if asked:
        try:
            canaries.put(self, made, asked, asked.get("deploymentId") or str(made.deployment_id))
        except Exception:
            del self.stages[name]
            raise
    return made


def create_deployment(
    self: APIGatewayBackend,
    function_id: str,
    name: str,
    description: str = "",
    stage_variables: Any = None,
) -> Deployment:
    """Deploy an API: to a stage that is there, to its canary, or to a new stage."""
    asked = calling.current_call().parameters
    api = self.get_rest_api(function_id)
    canary = asked.get("canarySettings")
    if canary is not None:
        canaries.check_stage(api, name)
    stage = api.stages.get(name)
    made = _deploy(self, function_id, name, description, stage_variables)
    if stage is None:
        return made
    # Moto puts a new stage in the place of the one that is there.
    api.stages[name] = stage
    if canary is not None:
        canaries.put(api, stage, canary, made.id)
    else:
        stage.deployment_id = made.id
        stage.variables.update(stage_variables or {})
    stage.changed = int(time.time())
    return made


def update_stage(
    self: APIGatewayBackend, function_id: str, stage_name: str, patch_operations: Any
) -> Stage:
    """Change a stage, the certificate it shows, and its canary."""
    stage: Any = self.get_stage(function_id, stage_name)
    own = [one for one in patch_operations if one["path"] == _CERTIFICATE]
    for one in own:
        if one["op"] == "replace" and one["value"] not in client_certificates(self):
            # From memory.
            raise NotFoundException("Invalid Client Certificate identifier specified")
    for one in patch_operations:
        if canaries.concerns(one):
            canaries.apply(self.get_rest_api(function_id), stage, one)
    others = [one for one in patch_operations if one not in own and not canaries.concerns(one)]
    _update(self, function_id, stage_name, others)
    for one in own:
        stage.client_certificate_id = one["value"] if one["op"] == "replace" else None
    stage.changed = int(time.time())
    found: Stage = stage
    return found


def method_settings(_: Stage) -> dict[str, Any]:
    """Return the settings of a method of which one is set."""
    return {
        "throttlingRateLimit": 10000.0,
        "dataTraceEnabled": False,
        "metricsEnabled": False,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
        "cacheTtlInSeconds": 300,
        "cacheDataEncrypted": False,
        "cachingEnabled": False,
        "throttlingBurstLimit": 5000,
        "requireAuthorizationForCacheControl": True,
    }


def stage_to_json(self: Stage) -> dict[str, Any]:
    """Return a stage as API Gateway shows it."""
    told = {
        **_stage(self),
        "createdDate": self.created,
        "lastUpdatedDate": self.changed,
        "cacheClusterStatus": self.cache_cluster_status or "NOT_AVAILABLE",
        "cacheClusterEnabled": bool(self.cache_cluster_enabled),
        "tracingEnabled": bool(self.tracing_enabled),
        "clientCertificateId": getattr(self, "client_certificate_id", None),
        "canarySettings": canaries.of(self),
    }
    left_out = ("variables", "description", "clientCertificateId", "canarySettings")
    return {
        name: value
        for name, value in told.items()
        if value is not None and (value or name not in left_out)
    }


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
    replacing.put(
        (APIGatewayBackend, "update_stage", update_stage),
        (APIGatewayBackend, "create_deployment", create_deployment),
        (APIGatewayBackend, "create_domain_name", create_domain_name),
        (RestAPI, "create_stage", create_stage),
        (Stage, "__init__", begin_stage),
        (Stage, "_get_default_method_settings", method_settings),
        (Stage, "to_json", stage_to_json),
        (DomainName, "to_json", domain_to_json),
    )
