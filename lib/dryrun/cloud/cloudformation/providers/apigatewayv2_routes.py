"""AWS::ApiGatewayV2: routes, integrations, authorizers and models."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared


class _OfApi(Declared):
    """A part of an API; its physical id is its own id."""

    service = "apigatewayv2"
    parents = {"ApiId": "ApiId"}
    seconds = Seconds(create=2, update=2, delete=2)

    def physical_id(self, identifiers: Any) -> str:
        """Return the part's own id."""
        return str(identifiers[self.key])

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a part that is there; moto does not mind one that is not."""
        self.fetch(at, physical_id)
        super().delete(at, physical_id)


class Route(_OfApi):
    """A route."""

    type = "AWS::ApiGatewayV2::Route"
    handled = frozenset(
        {
            "ApiId",
            "ApiKeyRequired",
            "AuthorizationScopes",
            "AuthorizationType",
            "AuthorizerId",
            "ModelSelectionExpression",
            "OperationName",
            "RequestModels",
            "RouteKey",
            "RouteResponseSelectionExpression",
            "Target",
        }
    )
    creates, reads, updates, deletes = "create_route", "get_route", "update_route", "delete_route"
    key, made = "RouteId", "RouteId"
    defaults = {
        "ApiKeyRequired": False,
        "AuthorizationScopes": [],
        "AuthorizationType": "NONE",
        "AuthorizerId": "",
        "OperationName": "",
        "Target": "",
        "RouteResponseSelectionExpression": "",
        "ModelSelectionExpression": "",
        "RequestModels": {},
    }


class Integration(_OfApi):
    """An integration."""

    type = "AWS::ApiGatewayV2::Integration"
    handled = frozenset(
        {
            "ApiId",
            "ConnectionId",
            "ConnectionType",
            "ContentHandlingStrategy",
            "CredentialsArn",
            "Description",
            "IntegrationMethod",
            "IntegrationSubtype",
            "IntegrationType",
            "IntegrationUri",
            "PassthroughBehavior",
            "PayloadFormatVersion",
            "RequestParameters",
            "RequestTemplates",
            "ResponseParameters",
            "TemplateSelectionExpression",
            "TimeoutInMillis",
            "TlsConfig",
        }
    )
    written = frozenset({"ResponseParameters"})
    creates, reads = "create_integration", "get_integration"
    updates, deletes = "update_integration", "delete_integration"
    key, made = "IntegrationId", "IntegrationId"
    defaults = {
        "CredentialsArn": "",
        "Description": "",
        "RequestParameters": {},
        "RequestTemplates": {},
        "ResponseParameters": {},
        "TimeoutInMillis": 30000,
        "PayloadFormatVersion": "1.0",
    }

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the response parameters by name, as the API has them."""
        given = properties.get("ResponseParameters")
        if isinstance(given, dict):
            properties["ResponseParameters"] = {
                status: _mapped(parameters) for status, parameters in given.items()
            }
        return properties


def _mapped(parameters: Any) -> Any:
    listed = parameters.get("ResponseParameters") if isinstance(parameters, dict) else None
    if not isinstance(listed, list):
        return parameters
    return {one["Destination"]: one["Source"] for one in listed}


class Authorizer(_OfApi):
    """An authorizer."""

    type = "AWS::ApiGatewayV2::Authorizer"
    handled = frozenset(
        {
            "ApiId",
            "AuthorizerCredentialsArn",
            "AuthorizerPayloadFormatVersion",
            "AuthorizerResultTtlInSeconds",
            "AuthorizerType",
            "AuthorizerUri",
            "EnableSimpleResponses",
            "IdentitySource",
            "IdentityValidationExpression",
            "JwtConfiguration",
            "Name",
        }
    )
    creates, reads = "create_authorizer", "get_authorizer"
    updates, deletes = "update_authorizer", "delete_authorizer"
    key, made = "AuthorizerId", "AuthorizerId"
    defaults = {
        "AuthorizerCredentialsArn": "",
        "AuthorizerResultTtlInSeconds": 300,
        "EnableSimpleResponses": False,
        "IdentitySource": [],
    }


class Model(_OfApi):
    """A model."""

    type = "AWS::ApiGatewayV2::Model"
    handled = frozenset({"ApiId", "ContentType", "Description", "Name", "Schema"})
    creates, reads, updates, deletes = "create_model", "get_model", "update_model", "delete_model"
    key, made = "ModelId", "ModelId"
    defaults = {"Description": "", "ContentType": "application/json"}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the schema as a document."""
        schema = shown.get("Schema")
        if isinstance(schema, str) and not isinstance(at.known.get("Schema"), str):
            shown["Schema"] = json.loads(schema)
        return shown


class IntegrationResponse(_OfApi):
    """What an integration's answer becomes."""

    type = "AWS::ApiGatewayV2::IntegrationResponse"
    handled = frozenset(
        {
            "ApiId",
            "ContentHandlingStrategy",
            "IntegrationId",
            "IntegrationResponseKey",
            "ResponseParameters",
            "ResponseTemplates",
            "TemplateSelectionExpression",
        }
    )
    parents = {"ApiId": "ApiId", "IntegrationId": "IntegrationId"}
    creates, reads = "create_integration_response", "get_integration_response"
    updates, deletes = "update_integration_response", "delete_integration_response"
    key, made = "IntegrationResponseId", "IntegrationResponseId"
    defaults = {"ResponseParameters": {}, "ResponseTemplates": {}}


class RouteResponse(_OfApi):
    """What a route answers."""

    type = "AWS::ApiGatewayV2::RouteResponse"
    handled = frozenset(
        {"ApiId", "ModelSelectionExpression", "ResponseModels", "RouteId", "RouteResponseKey"}
    )
    parents = {"ApiId": "ApiId", "RouteId": "RouteId"}
    creates, reads = "create_route_response", "get_route_response"
    deletes = "delete_route_response"
    key, made = "RouteResponseId", "RouteResponseId"
