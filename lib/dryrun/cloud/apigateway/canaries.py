"""Canaries: a second deployment on a stage, which gets a part of its traffic.

Follows "CanarySettings" and "UpdateStage", Amazon API Gateway V1 API Reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import RestAPI, Stage

_SETTINGS = "/canarySettings"
_DEPLOYMENT, _TRAFFIC = f"{_SETTINGS}/deploymentId", f"{_SETTINGS}/percentTraffic"
_CACHE, _OVERRIDES = f"{_SETTINGS}/useStageCache", f"{_SETTINGS}/stageVariableOverrides"
_PROMOTIONS = {_DEPLOYMENT: "/deploymentId", _OVERRIDES: "/variables"}
"""What a canary can be copied to, by what is copied."""

_METHOD = "/{resourcePath}/{httpMethod}"
_PATHS = (
    "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, "
    "/accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, "
    f"{_METHOD}/metrics/enabled, {_METHOD}/logging/dataTrace, {_METHOD}/logging/loglevel, "
    f"{_METHOD}/throttling/burstLimit{_METHOD}/throttling/rateLimit{_METHOD}/caching/ttlInSeconds, "
    f"{_METHOD}/caching/enabled, {_METHOD}/caching/dataEncrypted, "
    f"{_METHOD}/caching/requireAuthorizationForCacheControl, "
    f"{_METHOD}/caching/unauthorizedCacheControlHeaderStrategy, "
    "/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, "
    "/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, "
    "/*/*/caching/enabled, /*/*/caching/dataEncrypted, "
    "/*/*/caching/requireAuthorizationForCacheControl, "
    "/*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, "
    "/tracingEnabled"
)

Canary = dict[str, Any]
Patch = Mapping[str, Any]


def of(stage: Stage) -> Canary | None:
    """Return the canary on a stage, as answers show it."""
    found: Canary | None = getattr(stage, "canary", None)
    return found


def put(api: RestAPI, stage: Stage, asked: Mapping[str, Any], deployment_id: str) -> None:
    """Put a canary on a stage, of a deployment."""
    _check_deployment(api, deployment_id)
    made = _begun(deployment_id, float(asked.get("percentTraffic") or 0.0))
    made["useStageCache"] = bool(asked.get("useStageCache", False))
    if asked.get("stageVariableOverrides"):
        made["stageVariableOverrides"] = dict(asked["stageVariableOverrides"])
    stage.canary = made


def check_stage(api: RestAPI, name: str | None) -> None:
    """Refuse a canary on a stage that is not there."""
    wrong = "Invalid deployment content specified."
    if not name:
        shown = "null" if name is None else name
        raise BadRequestException(
            f"{wrong}Non null and non empty stageName must be provided for canary deployment. "
            f"Provided value is {shown}"
        )
    if name not in api.stages:
        raise BadRequestException(
            f"{wrong}Stage {name} must already be created before making a canary release deployment"
        )


def concerns(patch: Patch) -> bool:
    """Tell whether a patch of a stage is one of its canary."""
    return patch["op"] == "copy" or str(patch["path"]).startswith(_SETTINGS)


def apply(api: RestAPI, stage: Stage, patch: Patch) -> None:
    """Change, remove or promote the canary of a stage."""
    operation, path = patch["op"], str(patch["path"])
    if operation == "copy":
        _promote(stage, path, str(patch.get("from")))
    elif operation == "remove":
        _remove(stage, path)
    elif operation == "replace":
        _replace(api, stage, path, str(patch.get("value", "")))
    else:
        raise BadRequestException(f"Invalid {operation} operation with path: {path}")


def _begun(deployment_id: Any, percent: float = 0.0) -> Canary:
    return {"deploymentId": deployment_id, "percentTraffic": percent, "useStageCache": False}


def _check_deployment(api: RestAPI, deployment_id: str) -> None:
    if deployment_id not in api.deployments:
        raise BadRequestException("Deployment id does not exist")


def _promote(stage: Stage, path: str, source: str) -> None:
    if _PROMOTIONS.get(source) != path:
        raise BadRequestException(
            f"Invalid copy operation with path: {path} and from {source}. Valid copy:path are "
            f"[{', '.join(_PROMOTIONS.values())}] and valid copy:from are "
            f"[{', '.join(_PROMOTIONS)}]"
        )
    canary = of(stage)
    if canary is None:
        raise BadRequestException("Promotion not available. Canary does not exist.")
    if source == _DEPLOYMENT:
        stage.deployment_id = canary["deploymentId"]
    else:
        stage.variables.update(canary.get("stageVariableOverrides") or {})


def _remove(stage: Stage, path: str) -> None:
    if path == _SETTINGS:
        stage.canary = None
        return
    overrides = (of(stage) or {}).get("stageVariableOverrides") or {}
    name = path.removeprefix(f"{_OVERRIDES}/")
    if name not in overrides:
        raise BadRequestException(
            f"Cannot remove method setting {path[1:]} because there is no method setting for this "
            "method "
        )
    del overrides[name]


def _replace(api: RestAPI, stage: Stage, path: str, value: str) -> None:
    known = path in (_DEPLOYMENT, _TRAFFIC, _CACHE) or path.startswith(f"{_OVERRIDES}/")
    if not known:
        raise BadRequestException(
            f"Invalid method setting path: {path}. Must be one of: [{_PATHS}]"
        )
    if path == _DEPLOYMENT:
        _check_deployment(api, value)
    canary = of(stage) or _begun(stage.deployment_id)
    if path == _DEPLOYMENT:
        canary["deploymentId"] = value
    elif path == _TRAFFIC:
        canary["percentTraffic"] = float(value)
    elif path == _CACHE:
        canary["useStageCache"] = value.lower() == "true"
    else:
        name = path.removeprefix(f"{_OVERRIDES}/")
        canary.setdefault("stageVariableOverrides", {})[name] = value
    stage.canary = canary
