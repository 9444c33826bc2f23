"""An OpenAPI document brought into an API of API Gateway, call by call.

Follows "Working with API Gateway extensions to OpenAPI", API Gateway Developer Guide. Swagger 2.0
and OpenAPI 3.0 are both read; moto's own import reads neither security nor Swagger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    ResourceError,
    pick,
)

Document = dict[str, Any]
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_ANY = "x-amazon-apigateway-any-method"
_PLACES = {"header": "header", "query": "querystring", "path": "path"}


def documented(at: Context, properties: Properties) -> dict[str, Any] | None:
    """Return the OpenAPI document of an API, wherever it stands."""
    body: Any = properties.get("Body")
    place = properties.get("BodyS3Location")
    if place:
        asked = pick(place, "Bucket", "Key", VersionId="Version")
        data: bytes = at.client("s3").get_object(**asked)["Body"].read()
        body = data.decode(errors="replace")
    if isinstance(body, str):
        try:
            body = yaml.safe_load(body)
        except yaml.YAMLError as error:
            raise ResourceError("Unable to parse the OpenAPI document.") from error
    if body is not None and not isinstance(body, dict):
        raise ResourceError("Invalid OpenAPI input.")
    if body and not (body.get("swagger") or str(body.get("openapi", "")).startswith("3")):
        raise ResourceError("Invalid OpenAPI input. Unsupported OpenAPI version.")
    found: dict[str, Any] | None = body
    return found


class OpenApi:
    """One document and the API it goes to."""

    def __init__(self, client: Any, backend: Any, api_id: str, document: Document) -> None:
        self.client = client
        self.backend = backend
        self.api_id = api_id
        self.document = document
        self.authorizers: dict[str, Document] = {}
        self.validators: dict[str, str] = {}

    def bring_in(self, *, overwrite: bool) -> None:
        """Make the API as the document has it; `overwrite` takes away what it does not name."""
        if overwrite:
            self._clear()
        self._models()
        self._validators()
        self._gateway_responses()
        self._authorizers()
        paths = self.document.get("paths") or {}
        resources = self._resources(paths, overwrite=overwrite)
        for path, item in paths.items():
            self._path(resources[path.rstrip("/") or "/"], self._whole(item))

    def _clear(self) -> None:
        client, api = self.client, {"restApiId": self.api_id}
        for authorizer in client.get_authorizers(**api)["items"]:
            client.delete_authorizer(**api, authorizerId=authorizer["id"])
        for validator in client.get_request_validators(**api)["items"]:
            client.delete_request_validator(**api, requestValidatorId=validator["id"])
        for model in client.get_models(**api)["items"]:
            client.delete_model(**api, modelName=model["name"])
        for response in client.get_gateway_responses(**api)["items"]:
            client.delete_gateway_response(**api, responseType=response["responseType"])

    # What a document holds beside its paths

    def _models(self) -> None:
        there = {model["name"] for model in self.client.get_models(restApiId=self.api_id)["items"]}
        schemas = self.document.get("definitions") or (self.document.get("components") or {}).get(
            "schemas"
        )
        for name, schema in (schemas or {}).items():
            if name in there:
                self.client.delete_model(restApiId=self.api_id, modelName=name)
            self.client.create_model(
                restApiId=self.api_id,
                name=name,
                contentType="application/json",
                schema=json.dumps(schema),
            )

    def _validators(self) -> None:
        wanted = self.document.get("x-amazon-apigateway-request-validators") or {}
        for name, validator in wanted.items():
            made = self.client.create_request_validator(
                restApiId=self.api_id,
                name=name,
                validateRequestBody=bool(validator.get("validateRequestBody")),
                validateRequestParameters=bool(validator.get("validateRequestParameters")),
            )
            self.validators[name] = made["id"]

    def _gateway_responses(self) -> None:
        wanted = self.document.get("x-amazon-apigateway-gateway-responses") or {}
        for kind, response in wanted.items():
            given = pick(response, "responseParameters", "responseTemplates")
            if response.get("statusCode"):
                given["statusCode"] = str(response["statusCode"])
            self.client.put_gateway_response(restApiId=self.api_id, responseType=kind, **given)

    def _authorizers(self) -> None:
        components = self.document.get("components") or {}
        schemes = (
            self.document.get("securityDefinitions") or components.get("securitySchemes") or {}
        )
        for name, scheme in schemes.items():
            self.authorizers[name] = self._scheme(name, scheme)

    def _scheme(self, name: str, scheme: Document) -> Document:
        """Return what a method gets that names the scheme in its security."""
        given = scheme.get("x-amazon-apigateway-authorizer")
        if not given:
            if "aws" in str(scheme.get("x-amazon-apigateway-authtype", "")).lower():
                return {"authorizationType": "AWS_IAM"}
            return {"apiKeyRequired": True} if scheme.get("type") == "apiKey" else {}
        kind = str(given["type"]).upper()
        made = pick(
            given,
            "providerARNs",
            "authorizerUri",
            "authorizerCredentials",
            "identitySource",
            "identityValidationExpression",
        )
        if "authorizerResultTtlInSeconds" in given:
            made["authorizerResultTtlInSeconds"] = int(given["authorizerResultTtlInSeconds"])
        if kind != "REQUEST" and "identitySource" not in made and scheme.get("name"):
            made["identitySource"] = f"method.request.header.{scheme['name']}"
        if scheme.get("x-amazon-apigateway-authtype"):
            made["authType"] = scheme["x-amazon-apigateway-authtype"]
        there = self.client.get_authorizers(restApiId=self.api_id)["items"]
        for authorizer in there:
            if authorizer["name"] == name:
                self.client.delete_authorizer(restApiId=self.api_id, authorizerId=authorizer["id"])
        authorizer = self.client.create_authorizer(
            restApiId=self.api_id, name=name, type=kind, **made
        )
        if "authorizerResultTtlInSeconds" not in made:
            # An import sets none, where CreateAuthorizer sets 300.
            found = self.backend.get_authorizer(self.api_id, authorizer["id"])
            found.authorizer_result_ttl = None
        custom = "COGNITO_USER_POOLS" if kind == "COGNITO_USER_POOLS" else "CUSTOM"
        return {"authorizationType": custom, "authorizerId": authorizer["id"]}

    # Paths

    def _resources(self, paths: Document, *, overwrite: bool) -> dict[str, Document]:
        """Return the resource of every path, made where it is not there."""
        found = self.client.get_resources(restApiId=self.api_id, limit=500)["items"]
        there = {resource["path"]: resource for resource in found}
        wanted = dict.fromkeys(step for path in paths for step in _steps(path))
        if overwrite:
            gone = [path for path in there if path != "/" and path not in wanted]
            for path in sorted(gone, key=len, reverse=True):
                self.client.delete_resource(restApiId=self.api_id, resourceId=there.pop(path)["id"])
            for resource in there.values():
                for method in resource.pop("resourceMethods", {}):
                    self.client.delete_method(
                        restApiId=self.api_id, resourceId=resource["id"], httpMethod=method
                    )
        for path in sorted(wanted, key=lambda step: step.count("/")):
            if path not in there:
                parent, _, part = path.rpartition("/")
                there[path] = self.client.create_resource(
                    restApiId=self.api_id, parentId=there[parent or "/"]["id"], pathPart=part
                )
        return there

    def _path(self, resource: Document, item: Document) -> None:
        shared = item.get("parameters") or []
        for method, operation in item.items():
            if method == _ANY:
                self._method(resource["id"], "ANY", self._whole(operation), shared)
            elif method.lower() in _METHODS:
                self._method(resource["id"], method.upper(), self._whole(operation), shared)

    def _method(
        self, resource_id: str, method: str, operation: Document, shared: list[Document]
    ) -> None:
        where = {"restApiId": self.api_id, "resourceId": resource_id, "httpMethod": method}
        parameters = [self._whole(one) for one in (*shared, *(operation.get("parameters") or []))]
        given: Document = {"authorizationType": "NONE", **self._security(operation)}
        if operation.get("operationId"):
            given["operationName"] = operation["operationId"]
        requested = dict(_requested(parameters))
        if requested:
            given["requestParameters"] = requested
        models = dict(self._request_models(operation, parameters))
        if models:
            given["requestModels"] = models
        key = "x-amazon-apigateway-request-validator"
        validator = operation.get(key) or self.document.get(key)
        if validator:
            if validator not in self.validators:
                raise ResourceError(f"Invalid request validator specified: {validator}")
            given["requestValidatorId"] = self.validators[validator]
        self.client.put_method(**where, **given)
        for status, response in (operation.get("responses") or {}).items():
            if re.fullmatch(r"\d{3}", str(status)):
                self._method_response(where, str(status), self._whole(response))
        integration = operation.get("x-amazon-apigateway-integration")
        if integration:
            self._integration(where, self._whole(integration))

    def _security(self, operation: Document) -> Document:
        own = operation.get("x-amazon-apigateway-auth") or {}
        made: Document = {}
        security = operation.get("security", self.document.get("security")) or []
        for requirement in security:
            for name, scopes in requirement.items():
                made.update(self.authorizers.get(name, {}))
                if scopes and self.authorizers.get(name, {}).get("authorizerId"):
                    made["authorizationScopes"] = list(scopes)
        if own.get("type"):
            made["authorizationType"] = str(own["type"]).upper()
        return made

    def _request_models(
        self, operation: Document, parameters: list[Document]
    ) -> Iterator[tuple[str, str]]:
        for parameter in parameters:
            if parameter.get("in") == "body":
                yield from _models_of({"application/json": parameter})
        body = self._whole(operation.get("requestBody") or {})
        yield from _models_of(body.get("content") or {})

    def _method_response(self, where: Document, status: str, response: Document) -> None:
        given: Document = {}
        headers = response.get("headers") or {}
        if headers:
            given["responseParameters"] = {
                f"method.response.header.{name}": False for name in headers
            }
        content = response.get("content") or {"application/json": response}
        models = dict(_models_of(content))
        if models:
            given["responseModels"] = models
        self.client.put_method_response(**where, statusCode=status, **given)

    def _integration(self, where: Document, integration: Document) -> None:
        given = pick(
            integration,
            "uri",
            "credentials",
            "requestParameters",
            "requestTemplates",
            "contentHandling",
            "cacheKeyParameters",
            "cacheNamespace",
            "connectionId",
            "connectionType",
            "tlsConfig",
            integrationHttpMethod="httpMethod",
        )
        if "passthroughBehavior" in integration:
            given["passthroughBehavior"] = str(integration["passthroughBehavior"]).upper()
        if "timeoutInMillis" in integration:
            given["timeoutInMillis"] = int(integration["timeoutInMillis"])
        kind = str(integration.get("type", "")).upper()
        self.client.put_integration(**where, type=kind, **given)
        for pattern, response in (integration.get("responses") or {}).items():
            sent = pick(response, "responseParameters", "responseTemplates", "contentHandling")
            if pattern != "default":
                sent["selectionPattern"] = str(pattern)
            status = str(response.get("statusCode", 200))
            self.client.put_integration_response(**where, statusCode=status, **sent)

    def _whole(self, part: Any) -> Document:
        """Return a part of the document with its `$ref` followed."""
        seen = 0
        while isinstance(part, dict) and isinstance(part.get("$ref"), str) and seen < 20:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                key = step.replace("~1", "/").replace("~0", "~")
                found = found.get(key) if isinstance(found, dict) else None
            if found is None:
                raise ResourceError(f"Unable to resolve reference {part['$ref']}")
            part, seen = found, seen + 1
        return part if isinstance(part, dict) else {}


def _steps(path: str) -> Iterator[str]:
    """Return the path and everything above it, the root first."""
    yield "/"
    parts = [part for part in path.split("/") if part]
    for count in range(1, len(parts) + 1):
        yield "/" + "/".join(parts[:count])


def _requested(parameters: list[Document]) -> Iterator[tuple[str, bool]]:
    for parameter in parameters:
        place = _PLACES.get(parameter.get("in", ""))
        if place:
            yield f"method.request.{place}.{parameter['name']}", bool(parameter.get("required"))


def _models_of(content: Document) -> Iterator[tuple[str, str]]:
    for media, part in content.items():
        reference = ((part or {}).get("schema") or {}).get("$ref")
        if reference:
            yield media, reference.rpartition("/")[2]
