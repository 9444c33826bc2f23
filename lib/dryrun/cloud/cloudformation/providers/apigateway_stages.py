"""AWS::ApiGateway: deployments, stages and the account's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.apigateway_common import backend, found_in, replacing
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_list,
    tag_map,
)

_SETTINGS = {
    "CacheDataEncrypted": ("caching/dataEncrypted", "cacheDataEncrypted", True),
    "CacheTtlInSeconds": ("caching/ttlInSeconds", "cacheTtlInSeconds", 300),
    "CachingEnabled": ("caching/enabled", "cachingEnabled", False),
    "DataTraceEnabled": ("logging/dataTrace", "dataTraceEnabled", False),
    "LoggingLevel": ("logging/loglevel", "loggingLevel", "OFF"),
    "MetricsEnabled": ("metrics/enabled", "metricsEnabled", False),
    "ThrottlingBurstLimit": ("throttling/burstLimit", "throttlingBurstLimit", 5000),
    "ThrottlingRateLimit": ("throttling/rateLimit", "throttlingRateLimit", 10000.0),
}
"""Method settings: the path a patch takes, the name in answers, and the default."""
_CREATED = {
    "CacheClusterEnabled": "cacheClusterEnabled",
    "CacheClusterSize": "cacheClusterSize",
    "Description": "description",
    "TracingEnabled": "tracingEnabled",
    "Variables": "variables",
}
_DEFAULTS = {
    "CacheClusterEnabled": False,
    "CacheClusterSize": "0.5",
    "Description": "",
    "TracingEnabled": False,
}
_CANARY = {
    "DeploymentId": "deploymentId",
    "PercentTraffic": "percentTraffic",
    "StageVariableOverrides": "stageVariableOverrides",
    "UseStageCache": "useStageCache",
}
_UNSEEN = {"DocumentationVersion": "no documentation of an API is published here"}


class Stage(Provider):
    """A stage; its physical id is its name."""

    type = "AWS::ApiGateway::Stage"
    handled = frozenset(
        {
            "AccessLogSetting",
            "CanarySetting",
            "ClientCertificateId",
            "DeploymentId",
            "MethodSettings",
            "RestApiId",
            "StageName",
            "Tags",
            *_CREATED,
        }
    )
    harmless = _UNSEEN
    name_property = "StageName"
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a stage, then set what only patches set."""
        name = properties.get("StageName") or at.name(128)
        _make_stage(at, properties["RestApiId"], name, properties["DeploymentId"], properties)
        return str(name)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a stage."""
        found = found_in(self, at, "get_stage", physical_id, stageName=physical_id)
        shown = {
            "RestApiId": at.known["RestApiId"],
            "StageName": physical_id,
            "DeploymentId": found["deploymentId"],
            "MethodSettings": list(_settings(found, at.known.get("MethodSettings") or [])),
            "Tags": tag_list(found.get("tags")),
            **pick(found, ClientCertificateId="clientCertificateId", **_CREATED),
        }
        if found.get("canarySettings"):
            shown["CanarySetting"] = pick(found["canarySettings"], **_CANARY)
        log = found.get("accessLogSettings")
        if log:
            shown["AccessLogSetting"] = pick(log, DestinationArn="destinationArn", Format="format")
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Patch what differs."""
        _check_logging(at, new)
        patches = list(_patches(old, new))
        if old.get("DeploymentId") != new.get("DeploymentId"):
            patches.append(replacing("/deploymentId", new["DeploymentId"]))
        api_id = new["RestApiId"]
        _patch(at, api_id, physical_id, patches)
        if changed(old, new, "Tags"):
            stage = backend(at).get_stage(api_id, physical_id)
            stage.tags = tag_map(new.get("Tags"))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a stage."""
        at.client("apigateway").delete_stage(restApiId=at.known["RestApiId"], stageName=physical_id)

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the stage's name."""
        return identifiers["StageName"]


class Deployment(Provider):
    """A deployment, and the stage it is put on where it names one."""

    type = "AWS::ApiGateway::Deployment"
    handled = frozenset(
        {"DeploymentCanarySettings", "Description", "RestApiId", "StageDescription", "StageName"}
    )
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Deploy the API as it is now."""
        given = pick(properties, restApiId="RestApiId", description="Description")
        canary = properties.get("DeploymentCanarySettings")
        if canary:
            given |= pick(properties, stageName="StageName") | {"canarySettings": _canary(canary)}
        made = at.client("apigateway").create_deployment(**given)
        deployment_id = str(made["id"])
        if not canary:
            self._put_on_stage(at, deployment_id, {}, properties)
        return deployment_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a deployment."""
        api_id = at.known["RestApiId"]
        for found in found_in(self, at, "get_deployments", physical_id, limit=500)["items"]:
            if found["id"] == physical_id:
                return {
                    "RestApiId": api_id,
                    "DeploymentId": physical_id,
                    **pick(found, Description="description"),
                    **pick(at.known, "DeploymentCanarySettings", "StageName", "StageDescription"),
                }
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the description, or the stage."""
        if changed(old, new, "Description"):
            # moto has no UpdateDeployment.
            found = backend(at).get_deployment(new["RestApiId"], physical_id)
            found.description = new.get("Description", "")
        if changed(old, new, "StageName", "StageDescription"):
            before = {} if changed(old, new, "StageName") else old.get("StageDescription") or {}
            self._put_on_stage(at, physical_id, before, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a deployment, and the stage it brought; any other stage on it forbids that."""
        self.read(at, physical_id)
        client, api_id = at.client("apigateway"), at.known["RestApiId"]
        for stage in client.get_stages(restApiId=api_id)["item"]:
            if (stage.get("canarySettings") or {}).get("deploymentId") == physical_id:
                _patch(at, api_id, stage["stageName"], [_NO_CANARY])
            if stage["deploymentId"] != physical_id:
                continue
            if stage["stageName"] != at.known.get("StageName"):
                raise ResourceError(
                    "Active stages pointing to this deployment must be moved or deleted"
                )
            client.delete_stage(restApiId=api_id, stageName=stage["stageName"])
        client.delete_deployment(restApiId=api_id, deploymentId=physical_id)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse what moto does not keep of a stage."""
        for name in properties.get("StageDescription") or {}:
            if name == "CanarySetting":
                return f"the property StageDescription.{name}"
        return None

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the deployment's id."""
        return identifiers["DeploymentId"]

    def _put_on_stage(
        self, at: Context, deployment_id: str, before: Properties, properties: Properties
    ) -> None:
        name, api_id = properties.get("StageName"), properties["RestApiId"]
        described = _described(properties.get("StageDescription") or {})
        if not name:
            return
        stages = at.client("apigateway").get_stages(restApiId=api_id)["item"]
        if all(stage["stageName"] != name for stage in stages):
            _make_stage(at, api_id, name, deployment_id, described)
            return
        _check_logging(at, described)
        patches = [replacing("/deploymentId", deployment_id)]
        _patch(at, api_id, name, [*patches, *_patches(_described(before), described)])


class Account(Provider):
    """The role API Gateway logs with; a setting of the account that outlives its stack."""

    type = "AWS::ApiGateway::Account"
    handled = frozenset({"CloudWatchRoleArn"})
    seconds = Seconds(create=5, update=5, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Set the role."""
        self._set(at, properties)
        return at.name(40)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the account's settings."""
        found = at.client("apigateway").get_account()
        return {"Id": physical_id, **pick(found, CloudWatchRoleArn="cloudwatchRoleArn")}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set the role."""
        self._set(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Leave the setting as it is, as CloudFormation does; nothing else is there to delete."""

    def _set(self, at: Context, properties: Properties) -> None:
        role = properties.get("CloudWatchRoleArn", "")
        at.client("apigateway").update_account(
            patchOperations=[replacing("/cloudwatchRoleArn", role)]
        )


def _make_stage(
    at: Context, api_id: str, name: str, deployment_id: str, properties: Properties
) -> None:
    _check_logging(at, properties)
    given = {api: properties[own] for own, api in _CREATED.items() if own in properties}
    if properties.get("CanarySetting"):
        given["canarySettings"] = _canary(properties["CanarySetting"])
    where = {"restApiId": api_id, "stageName": name}
    client = at.client("apigateway")
    client.create_stage(
        **where, deploymentId=deployment_id, tags=tag_map(properties.get("Tags")), **given
    )
    later = pick(properties, "AccessLogSetting", "ClientCertificateId", "MethodSettings")
    try:
        _patch(at, api_id, name, list(_patches({}, later)))
    except ClientError:
        client.delete_stage(**where)
        raise


def _described(description: Properties) -> Properties:
    """Return a StageDescription as a stage's properties; settings in it are for every method."""
    every = pick(description, *_SETTINGS)
    made = {name: value for name, value in description.items() if name not in _SETTINGS}
    if every:
        everywhere = {"HttpMethod": "*", "ResourcePath": "/*", **every}
        made["MethodSettings"] = [everywhere, *(made.get("MethodSettings") or [])]
    return made


def _check_logging(at: Context, properties: Properties) -> None:
    """Refuse logs where the account has no role to write them with."""
    settings = properties.get("MethodSettings") or []
    logs = any(one.get("LoggingLevel", "OFF") != "OFF" for one in settings)
    if logs or properties.get("AccessLogSetting"):
        role = at.client("apigateway").get_account().get("cloudwatchRoleArn")
        if not role:
            raise ResourceError(
                "CloudWatch Logs role ARN must be set in account settings to enable logging"
            )


def _patch(at: Context, api_id: str, name: str, patches: list[dict[str, str]]) -> None:
    if patches:
        at.client("apigateway").update_stage(
            restApiId=api_id, stageName=name, patchOperations=patches
        )


_NO_CANARY = {"op": "remove", "path": "/canarySettings"}


def _canary(setting: Properties) -> dict[str, Any]:
    return {api: setting[own] for own, api in _CANARY.items() if own in setting}


def _canary_patches(old: Properties, new: Properties) -> Iterator[dict[str, str]]:
    before, after = old.get("CanarySetting"), new.get("CanarySetting")
    if before == after:
        return
    if before:
        yield _NO_CANARY
    for name, value in _canary(after or {}).items():
        if name != "stageVariableOverrides":
            yield replacing(f"/canarySettings/{name}", value)
            continue
        for key, override in value.items():
            yield replacing(f"/canarySettings/{name}/{key}", override)


def _patches(old: Properties, new: Properties) -> Iterator[dict[str, str]]:
    for name, default in _DEFAULTS.items():
        if old.get(name) != new.get(name):
            yield replacing(f"/{_CREATED[name]}", new.get(name, default))
    had, has = old.get("Variables") or {}, new.get("Variables") or {}
    for key in had:
        if key not in has:
            yield {"op": "remove", "path": f"/variables/{key}"}
    for key, value in has.items():
        if had.get(key) != value:
            yield replacing(f"/variables/{key}", value)
    certificate = new.get("ClientCertificateId")
    if old.get("ClientCertificateId") != certificate:
        path = "/clientCertificateId"
        yield replacing(path, certificate) if certificate else {"op": "remove", "path": path}
    log = new.get("AccessLogSetting")
    if old.get("AccessLogSetting") != log:
        yield {"op": "remove", "path": "/accessLogSettings"}
        for part, value in (log or {}).items():
            yield replacing(f"/accessLogSettings/{part[:1].lower()}{part[1:]}", value)
    yield from _canary_patches(old, new)
    yield from _setting_patches(old, new)


def _setting_patches(old: Properties, new: Properties) -> Iterator[dict[str, str]]:
    had, has = _by_method(old), _by_method(new)
    for method in dict.fromkeys((*had, *has)):
        for name, (path, _, default) in _SETTINGS.items():
            before, after = had.get(method, {}).get(name), has.get(method, {}).get(name)
            if before != after:
                yield replacing(f"/{method}/{path}", default if after is None else after)


def _by_method(properties: Properties) -> dict[str, Properties]:
    return {_method_key(one): one for one in properties.get("MethodSettings") or ()}


def _method_key(setting: Properties) -> str:
    """Return `RESOURCE/METHOD`, slashes of the resource being written as API Gateway does."""
    path = str(setting.get("ResourcePath", "/*"))
    resource = "*" if path == "/*" else path.replace("~", "~0").replace("/", "~1")
    return f"{resource}/{setting.get('HttpMethod', '*')}"


def _settings(found: dict[str, Any], applied: list[Properties]) -> Iterator[Properties]:
    """Return the method settings; of a method the stack set, what the stack set."""
    known = {_method_key(one): one for one in applied}
    for key, values in (found.get("methodSettings") or {}).items():
        resource, _, method = key.rpartition("/")
        path = "/*" if resource == "*" else resource.replace("~1", "/").replace("~0", "~")
        given = known.get(key, _SETTINGS)
        shown = {
            name: values[api]
            for name, (_, api, _) in _SETTINGS.items()
            if name in given and api in values
        }
        yield {"ResourcePath": path, "HttpMethod": method, **shown}
