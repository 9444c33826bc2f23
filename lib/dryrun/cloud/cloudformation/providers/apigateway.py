"""AWS::ApiGateway: APIs, their resources and methods."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.apigateway_common import backend, found_in
from dryrun.cloud.cloudformation.providers.apigateway_openapi import OpenApi, documented
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import is_absent

_DOCUMENT = ("Body", "BodyS3Location", "Mode", "Parameters", "FailOnWarnings")
_KINDS = "endpointConfigurationTypes"


class RestApi(Provider):
    """An API, written in properties, in an OpenAPI document, or both."""

    type = "AWS::ApiGateway::RestApi"
    handled = frozenset(
        {
            *_DOCUMENT,
            "ApiKeySourceType",
            "BinaryMediaTypes",
            "Description",
            "DisableExecuteApiEndpoint",
            "EndpointConfiguration",
            "MinimumCompressionSize",
            "Name",
            "Policy",
            "Tags",
        }
    )
    seconds = Seconds(create=5, update=5, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the API, and then what its document describes."""
        document = documented(at, properties)
        wanted = _wanted(properties, document)
        if not wanted.get("name"):
            raise ResourceError("Either Name or Body/BodyS3Location is required.")
        client = at.client("apigateway")
        given = {key: value for key, value in wanted.items() if value is not None}
        api_id = str(client.create_rest_api(**given, tags=tag_map(properties.get("Tags")))["id"])
        if document:
            OpenApi(client, backend(at), api_id, document).bring_in(overwrite=True)
        return api_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an API."""
        try:
            found = at.client("apigateway").get_rest_api(restApiId=physical_id)
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        endpoint = found.get("endpointConfiguration") or {}
        shown: Properties = {
            "RestApiId": physical_id,
            "RootResourceId": found["rootResourceId"],
            "Name": found["name"],
            "ApiKeySourceType": found["apiKeySource"],
            "BinaryMediaTypes": found.get("binaryMediaTypes") or [],
            "DisableExecuteApiEndpoint": found["disableExecuteApiEndpoint"],
            "EndpointConfiguration": _endpoint(at, endpoint),
            "Tags": tag_list(found.get("tags")),
            **pick(
                found, Description="description", MinimumCompressionSize="minimumCompressionSize"
            ),
            **pick(at.known, *_DOCUMENT),
        }
        if found.get("policy"):
            # The document stands in the answer as it would between the quotes of JSON.
            shown["Policy"] = json.loads(json.loads(f'"{found["policy"]}"'))
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs, and bring in the document where that differs."""
        client = at.client("apigateway")
        document = documented(at, new)
        before = _wanted(old, documented(at, old) if "Body" in old else None)
        after = _wanted(new, document)
        _patch(client, physical_id, _patches(before, after))
        if document and any(old.get(name) != new.get(name) for name in _DOCUMENT):
            overwrite = new.get("Mode", "overwrite") == "overwrite"
            OpenApi(client, backend(at), physical_id, document).bring_in(overwrite=overwrite)
        if old.get("Tags") != new.get("Tags"):
            backend(at).get_rest_api(physical_id).tags = tag_map(new.get("Tags"))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an API with all that is in it."""
        self.read(at, physical_id)
        at.client("apigateway").delete_rest_api(restApiId=physical_id)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse the parameters of an import that are not read here."""
        named = properties.get("Parameters")
        for key in named if isinstance(named, dict) else ():
            if key not in (_KINDS, "basepath", "ignore"):
                return f"the property Parameters.{key}"
        return None


def _endpoint(at: Context, found: dict[str, Any]) -> Properties:
    """Return how an API is reached, without the addresses that nobody asked for."""
    shown = pick(
        found, Types="types", VpcEndpointIds="vpcEndpointIds", IpAddressType="ipAddressType"
    )
    if "IpAddressType" not in (at.known.get("EndpointConfiguration") or {}):
        shown.pop("IpAddressType", None)
    return shown


def _wanted(properties: Properties, document: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the API itself is to be; properties stand above the document."""
    document = document or {}
    info = document.get("info") or {}
    parameters = properties.get("Parameters")
    kinds = parameters.get(_KINDS) if isinstance(parameters, dict) else None
    endpoint = properties.get("EndpointConfiguration") or {}
    configuration = pick(
        endpoint, types="Types", vpcEndpointIds="VpcEndpointIds", ipAddressType="IpAddressType"
    )
    if kinds and "types" not in configuration:
        configuration["types"] = [kinds]
    in_document = document.get("x-amazon-apigateway-endpoint-configuration") or {}
    policy = properties.get("Policy") or document.get("x-amazon-apigateway-policy")
    if not isinstance(policy, str | None):
        policy = json.dumps(policy, separators=(",", ":"))
    return {
        "name": properties.get("Name") or info.get("title"),
        "version": info.get("version"),
        "description": properties.get("Description") or info.get("description"),
        "apiKeySource": properties.get("ApiKeySourceType")
        or document.get("x-amazon-apigateway-api-key-source"),
        "binaryMediaTypes": properties.get("BinaryMediaTypes")
        or document.get("x-amazon-apigateway-binary-media-types")
        or [],
        "disableExecuteApiEndpoint": properties.get(
            "DisableExecuteApiEndpoint", in_document.get("disableExecuteApiEndpoint")
        ),
        "endpointConfiguration": configuration or None,
        "minimumCompressionSize": properties.get(
            "MinimumCompressionSize", document.get("x-amazon-apigateway-minimum-compression-size")
        ),
        "policy": policy,
    }


def _media(operation: str, kind: str) -> dict[str, str]:
    escaped = kind.replace("~", "~0").replace("/", "~1")
    return {"op": operation, "path": f"/binaryMediaTypes/{escaped}"}


def _patches(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, str]]:
    patches = []
    for name in ("name", "description", "policy", "apiKeySource", "version"):
        if before.get(name) != after.get(name):
            default = "HEADER" if name == "apiKeySource" else ""
            patches.append(_replace(name, after.get(name) or default))
    if before["disableExecuteApiEndpoint"] != after["disableExecuteApiEndpoint"]:
        # moto takes any text for true, and none for false.
        closed = bool(after["disableExecuteApiEndpoint"])
        patches.append(_replace("disableExecuteApiEndpoint", "true" if closed else ""))
    sizes = [part.get("minimumCompressionSize") for part in (before, after)]
    if sizes[0] != sizes[1]:
        patches.append(
            _replace("minimumCompressionSize", "" if sizes[1] is None else str(sizes[1]))
        )
    kinds = [(part["endpointConfiguration"] or {}).get("types") for part in (before, after)]
    if kinds[0] != kinds[1]:
        patches.append(_replace("endpointConfiguration/types/0", (kinds[1] or ["EDGE"])[0]))
    had, has = before["binaryMediaTypes"], after["binaryMediaTypes"]
    patches += [_media("remove", one) for one in had if one not in has]
    return patches + [_media("add", one) for one in has if one not in had]


def _replace(name: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": f"/{name}", "value": value}


def _patch(client: Any, api_id: str, patches: list[dict[str, str]]) -> None:
    if patches:
        client.update_rest_api(restApiId=api_id, patchOperations=patches)


class Resource(Provider):
    """A part of an API's paths."""

    type = "AWS::ApiGateway::Resource"
    handled = frozenset({"ParentId", "PathPart", "RestApiId"})
    seconds = Seconds(create=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a resource; API Gateway refuses two of the same path."""
        client, api_id = at.client("apigateway"), properties["RestApiId"]
        parent, part = properties["ParentId"], properties["PathPart"]
        for sibling in client.get_resources(restApiId=api_id, limit=500)["items"]:
            if sibling.get("parentId") == parent and sibling.get("pathPart") == part:
                raise ResourceError(
                    f"Another resource with the same parent already has this name: {part}",
                    "AlreadyExists",
                )
        made = client.create_resource(restApiId=api_id, parentId=parent, pathPart=part)
        return str(made["id"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a resource."""
        found = found_in(self, at, "get_resource", physical_id, resourceId=physical_id)
        return {
            "RestApiId": at.known["RestApiId"],
            "ResourceId": physical_id,
            **pick(found, ParentId="parentId", PathPart="pathPart"),
        }

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a resource and all below it."""
        found = found_in(self, at, "get_resource", physical_id, resourceId=physical_id)
        client, api_id = at.client("apigateway"), at.known["RestApiId"]
        there = client.get_resources(restApiId=api_id, limit=500)["items"]
        below = [one for one in there if one["path"].startswith(found["path"] + "/")]
        for one in sorted(below, key=lambda one: len(one["path"]), reverse=True):
            client.delete_resource(restApiId=api_id, resourceId=one["id"])
        client.delete_resource(restApiId=api_id, resourceId=physical_id)

    def physical_id(self, identifiers: Any) -> str:
        """Return the id of the resource."""
        return str(identifiers["ResourceId"])


_METHOD = {
    "ApiKeyRequired": "apiKeyRequired",
    "AuthorizationScopes": "authorizationScopes",
    "AuthorizationType": "authorizationType",
    "AuthorizerId": "authorizerId",
    "OperationName": "operationName",
    "RequestModels": "requestModels",
    "RequestParameters": "requestParameters",
    "RequestValidatorId": "requestValidatorId",
}
_INTEGRATION = {
    "CacheKeyParameters": "cacheKeyParameters",
    "CacheNamespace": "cacheNamespace",
    "ConnectionId": "connectionId",
    "ConnectionType": "connectionType",
    "ContentHandling": "contentHandling",
    "Credentials": "credentials",
    "PassthroughBehavior": "passthroughBehavior",
    "RequestParameters": "requestParameters",
    "RequestTemplates": "requestTemplates",
    "TimeoutInMillis": "timeoutInMillis",
    "Type": "type",
    "Uri": "uri",
}
_RESPONSE = {
    "ContentHandling": "contentHandling",
    "ResponseParameters": "responseParameters",
    "ResponseTemplates": "responseTemplates",
    "SelectionPattern": "selectionPattern",
}
_UNSEEN = ("IntegrationTarget",)
"""Parts of an integration that tune what no lab has: a link into a VPC."""


class Method(Provider):
    """A method of a resource, with its integration and responses."""

    type = "AWS::ApiGateway::Method"
    handled = frozenset(
        {"HttpMethod", "ResourceId", "RestApiId", "Integration", "MethodResponses", *_METHOD}
    )
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a method; an existing one is refused."""
        client, where = at.client("apigateway"), _where(properties)
        found = client.get_resource(restApiId=where["restApiId"], resourceId=where["resourceId"])
        if where["httpMethod"] in found.get("resourceMethods", {}):
            raise ResourceError("Method already exists for this resource", "AlreadyExists")
        _put_method(client, where, properties)
        return "|".join((where["restApiId"], where["resourceId"], where["httpMethod"]))

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a method."""
        api_id, resource_id, method = physical_id.split("|")
        try:
            found = at.client("apigateway").get_method(
                restApiId=api_id, resourceId=resource_id, httpMethod=method
            )
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        responses = found.get("methodResponses") or {}
        shown = {
            "RestApiId": api_id,
            "ResourceId": resource_id,
            "HttpMethod": method,
            **pick(found, **_METHOD),
            "MethodResponses": [
                pick(
                    one,
                    StatusCode="statusCode",
                    ResponseModels="responseModels",
                    ResponseParameters="responseParameters",
                )
                for one in responses.values()
            ],
        }
        if found.get("methodIntegration"):
            shown["Integration"] = _integration(found["methodIntegration"])
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the method anew."""
        client, where = at.client("apigateway"), _where(new)
        client.delete_method(**where)
        _put_method(client, where, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a method."""
        self.read(at, physical_id)
        at.client("apigateway").delete_method(**_where(at.known))

    def refuse(self, properties: Properties) -> str | None:
        """Refuse what moto does not keep of an integration."""
        for name in properties.get("Integration") or {}:
            kept = name in _INTEGRATION or name in _UNSEEN
            if not kept and name not in ("IntegrationHttpMethod", "IntegrationResponses"):
                return f"the property Integration.{name}"
        return None


def _where(properties: Properties) -> dict[str, str]:
    return {
        "restApiId": properties["RestApiId"],
        "resourceId": properties["ResourceId"],
        "httpMethod": properties["HttpMethod"],
    }


def _put_method(client: Any, where: dict[str, str], properties: Properties) -> None:
    given = {api: properties[name] for name, api in _METHOD.items() if name in properties}
    if "requestParameters" in given:
        given["requestParameters"] = _flags(given["requestParameters"])
    client.put_method(**where, **{"authorizationType": "NONE", **given})
    for response in properties.get("MethodResponses") or ():
        kept = pick(response, responseModels="ResponseModels")
        if "ResponseParameters" in response:
            kept["responseParameters"] = _flags(response["ResponseParameters"])
        client.put_method_response(**where, statusCode=str(response["StatusCode"]), **kept)
    integration = properties.get("Integration")
    if not integration:
        return
    sent = {api: integration[name] for name, api in _INTEGRATION.items() if name in integration}
    if "IntegrationHttpMethod" in integration:
        sent["integrationHttpMethod"] = integration["IntegrationHttpMethod"]
    client.put_integration(**where, **sent)
    for response in integration.get("IntegrationResponses") or ():
        kept = {api: response[name] for name, api in _RESPONSE.items() if name in response}
        client.put_integration_response(**where, statusCode=str(response["StatusCode"]), **kept)


def _flags(given: dict[str, Any]) -> dict[str, bool]:
    """Return parameters by whether they are required, which a template may write as words."""
    return {name: str(value).lower() == "true" for name, value in given.items()}


def _integration(found: dict[str, Any]) -> Properties:
    shown = pick(found, IntegrationHttpMethod="httpMethod", **_INTEGRATION)
    responses = found.get("integrationResponses") or {}
    if responses:
        shown["IntegrationResponses"] = [
            pick(one, StatusCode="statusCode", **_RESPONSE) for one in responses.values()
        ]
    return shown
