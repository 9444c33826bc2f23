"""An OpenAPI 3 document brought into an HTTP API, call by call.

Follows "Working with OpenAPI definitions for HTTP APIs", API Gateway Developer Guide. moto's own
import reads neither authorizers nor the properties of an integration.
"""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import ResourceError, pick

Document = dict[str, Any]
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_ANY = "x-amazon-apigateway-any-method"
_CORS = ("AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "MaxAge")


def cors(document: Document) -> Document | None:
    """Return the CORS configuration a document has, as the API takes it."""
    given = document.get("x-amazon-apigateway-cors")
    if not given:
        return None
    lowered = {key.lower(): value for key, value in given.items()}
    made = {name: lowered[name.lower()] for name in _CORS if name.lower() in lowered}
    for name, value in made.items():
        if isinstance(value, str) and name != "MaxAge":
            made[name] = [value]
    if "allowcredentials" in lowered:
        made["AllowCredentials"] = bool(lowered["allowcredentials"])
    return made


def tags(document: Document) -> dict[str, str]:
    """Return the tags a document gives the API."""
    key = "x-amazon-apigateway-tag-value"
    return {tag["name"]: str(tag[key]) for tag in document.get("tags") or () if key in tag}


def bring_in(client: Any, api_id: str, document: Document) -> None:
    """Make the routes, integrations and authorizers of an API those of the document."""
    for route in client.get_routes(ApiId=api_id)["Items"]:
        client.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    for integration in client.get_integrations(ApiId=api_id)["Items"]:
        client.delete_integration(ApiId=api_id, IntegrationId=integration["IntegrationId"])
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    authorizers = {name: _authorizer(client, api_id, name, one) for name, one in schemes.items()}
    for path, item in (document.get("paths") or {}).items():
        for method, operation in item.items():
            if method == _ANY or method.lower() in _METHODS:
                word = "ANY" if method == _ANY else method.upper()
                key = "$default" if path in ("$default", "/$default") else f"{word} {path}"
                given = _secured(operation, document, authorizers)
                integration = _whole(document, operation.get("x-amazon-apigateway-integration"))
                if integration:
                    given["Target"] = f"integrations/{_integration(client, api_id, integration)}"
                client.create_route(ApiId=api_id, RouteKey=key, **given)


def _authorizer(client: Any, api_id: str, name: str, scheme: Document) -> Document:
    """Return what a route gets that names the scheme in its security."""
    given = scheme.get("x-amazon-apigateway-authorizer")
    if not given:
        aws = "aws" in str(scheme.get("x-amazon-apigateway-authtype", "")).lower()
        return {"AuthorizationType": "AWS_IAM"} if aws else {}
    kind = str(given["type"]).upper()
    made = pick(
        given,
        AuthorizerUri="authorizerUri",
        AuthorizerCredentialsArn="authorizerCredentials",
        AuthorizerPayloadFormatVersion="authorizerPayloadFormatVersion",
        AuthorizerResultTtlInSeconds="authorizerResultTtlInSeconds",
        EnableSimpleResponses="enableSimpleResponses",
    )
    if "AuthorizerPayloadFormatVersion" in made:
        made["AuthorizerPayloadFormatVersion"] = str(made["AuthorizerPayloadFormatVersion"])
    source = given.get("identitySource")
    if source:
        sources = source if isinstance(source, list) else str(source).split(",")
        made["IdentitySource"] = [one.strip() for one in sources]
    jwt = given.get("jwtConfiguration")
    if jwt:
        made["JwtConfiguration"] = pick(jwt, Audience="audience", Issuer="issuer")
    made_one = client.create_authorizer(ApiId=api_id, Name=name, AuthorizerType=kind, **made)
    custom = "JWT" if kind == "JWT" else "CUSTOM"
    return {"AuthorizationType": custom, "AuthorizerId": made_one["AuthorizerId"]}


def _secured(operation: Document, document: Document, authorizers: dict[str, Document]) -> Document:
    """Return what a route gets by its security, and its name."""
    given: Document = {}
    for requirement in operation.get("security", document.get("security")) or ():
        for name, scopes in requirement.items():
            given.update(authorizers.get(name, {}))
            if scopes:
                given["AuthorizationScopes"] = list(scopes)
    if operation.get("operationId"):
        given["OperationName"] = operation["operationId"]
    return given


def _integration(client: Any, api_id: str, integration: Document) -> str:
    made = pick(
        integration,
        ConnectionId="connectionId",
        ConnectionType="connectionType",
        CredentialsArn="credentials",
        Description="description",
        IntegrationMethod="httpMethod",
        IntegrationSubtype="integrationSubtype",
        IntegrationUri="uri",
        RequestParameters="requestParameters",
        ResponseParameters="responseParameters",
    )
    if "payloadFormatVersion" in integration:
        made["PayloadFormatVersion"] = str(integration["payloadFormatVersion"])
    if "timeoutInMillis" in integration:
        made["TimeoutInMillis"] = int(integration["timeoutInMillis"])
    kind = str(integration["type"]).upper()
    answer = client.create_integration(ApiId=api_id, IntegrationType=kind, **made)
    return str(answer["IntegrationId"])


def _whole(document: Document, part: Any) -> Document:
    """Return a part of the document with its `$ref` followed."""
    if not isinstance(part, dict) or "$ref" not in part:
        return part or {}
    found: Any = document
    for step in str(part["$ref"]).removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise ResourceError(f"Unable to resolve reference {part['$ref']}")
    return found
