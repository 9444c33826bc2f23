"""AWS::ApiGatewayV2, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = {"aws:cloudformation:stack-name": "trial", "a": "1"}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:hello"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"


def api(**properties: Any) -> Trial:
    given = {"Name": "ferry", "ProtocolType": "HTTP", **properties}
    return Trial("AWS::ApiGatewayV2::Api", given, logical_id="Api")


def test_http_api() -> None:
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "MaxAge": 6}
    with api(CorsConfiguration=cors, Description="d", Tags=TAGS) as made:
        found = made.read()
        assert {name: found[name] for name in made.properties} == made.properties
        assert found["ApiId"] == made.physical_id
        endpoint = f"https://{made.physical_id}.execute-api.us-east-1.amazonaws.com"
        assert found["ApiEndpoint"] == endpoint
        found = made.update({"Name": "b", "ProtocolType": "HTTP", "Tags": {"b": "2"}})
        assert (found["Name"], found["Tags"], found["Description"]) == ("b", {"b": "2"}, "")
        assert "CorsConfiguration" not in found


def test_quick_create() -> None:
    with api(Target=FUNCTION) as made:
        gateway, of_api = client("apigatewayv2"), {"ApiId": made.physical_id}
        assert [one["RouteKey"] for one in gateway.get_routes(**of_api)["Items"]] == ["$default"]
        assert gateway.get_stage(**of_api, StageName="$default")["AutoDeploy"] is True
        made.update({**made.properties, "Target": "https://example.com"})
        uris = [one["IntegrationUri"] for one in gateway.get_integrations(**of_api)["Items"]]
        assert uris == ["https://example.com"]


def test_websocket_api() -> None:
    with api(ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action") as made:
        found = made.read()
        assert found["ApiEndpoint"].startswith(f"wss://{made.physical_id}.")
        assert found["RouteSelectionExpression"] == "$request.body.action"


def test_api_of_a_document() -> None:
    kind = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI, "payloadFormatVersion": "2.0"}
    jwt = {
        "type": "jwt",
        "identitySource": "$request.header.Authorization",
        "jwtConfiguration": {"audience": ["a"], "issuer": "https://example.com"},
    }
    document: dict[str, Any] = {
        "openapi": "3.0.1",
        "info": {"title": "boats", "version": "1.0"},
        "tags": [{"name": "httpapi:createdBy", "x-amazon-apigateway-tag-value": "SAM"}],
        "paths": {
            "/boats": {"get": {"x-amazon-apigateway-integration": kind, "security": [{"J": []}]}},
            "$default": {
                "x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": kind}
            },
        },
        "components": {"securitySchemes": {"J": {"x-amazon-apigateway-authorizer": jwt}}},
        "x-amazon-apigateway-cors": {"allowOrigins": ["*"]},
    }
    with Trial("AWS::ApiGatewayV2::Api", {"Body": document}) as made:
        found = made.read()
        assert (found["Name"], found["ProtocolType"]) == ("boats", "HTTP")
        assert found["Tags"] == {"httpapi:createdBy": "SAM"}
        assert found["CorsConfiguration"] == {"AllowOrigins": ["*"]}
        gateway, of_api = client("apigatewayv2"), {"ApiId": made.physical_id}
        routes = {one["RouteKey"]: one for one in gateway.get_routes(**of_api)["Items"]}
        assert sorted(routes) == ["$default", "GET /boats"]
        assert routes["GET /boats"]["AuthorizationType"] == "JWT"
        integration = routes["GET /boats"]["Target"].rpartition("/")[2]
        found = gateway.get_integration(**of_api, IntegrationId=integration)
        assert (found["IntegrationType"], found["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")
        paths = {"/boats": document["paths"]["/boats"]}
        made.update({"Body": {**document, "paths": paths}})
        routes = gateway.get_routes(**of_api)["Items"]
        assert [one["RouteKey"] for one in routes] == ["GET /boats"]


def test_stage() -> None:
    log = {"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:x", "Format": "f"}
    with api() as made:
        given = {
            "ApiId": made.physical_id,
            "StageName": "prod",
            "AutoDeploy": True,
            "AccessLogSettings": log,
            "StageVariables": {"a": "1"},
            "DefaultRouteSettings": {"ThrottlingBurstLimit": 5},
            "Tags": TAGS,
        }
        with Trial("AWS::ApiGatewayV2::Stage", given) as stage:
            found = stage.read()
            assert {name: found[name] for name in given} == given
            with pytest.raises(ResourceError, match="Stage already exists"):
                Trial("AWS::ApiGatewayV2::Stage", given).create()
            found = stage.update({**given, "StageVariables": {"b": "2"}, "Tags": {}})
            assert (found["StageVariables"], found["Tags"]) == ({"b": "2"}, {})
            assert found["AccessLogSettings"] == log
            assert found["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 5}


def test_parts() -> None:
    with api() as made:
        of_api = {"ApiId": made.physical_id}
        responses = {"200": {"ResponseParameters": [{"Destination": "statuscode", "Source": "2"}]}}
        given = {
            **of_api,
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": "https://example.com",
            "IntegrationMethod": "ANY",
            "PayloadFormatVersion": "1.0",
            "ResponseParameters": responses,
        }
        with Trial("AWS::ApiGatewayV2::Integration", given) as integration:
            found = integration.read()
            assert {name: found[name] for name in given} == given
            kept = client("apigatewayv2").get_integration(
                **of_api, IntegrationId=integration.physical_id
            )
            assert kept["ResponseParameters"] == {"200": {"statuscode": "2"}}
            found = integration.update({**given, "IntegrationUri": "https://example.org"})
            assert found["IntegrationUri"] == "https://example.org"
            response = {
                **of_api,
                "IntegrationId": integration.physical_id,
                "IntegrationResponseKey": "$default",
            }
            with Trial("AWS::ApiGatewayV2::IntegrationResponse", response) as one:
                assert one.read()["IntegrationResponseKey"] == "$default"
            route = {
                **of_api,
                "RouteKey": "GET /boats",
                "Target": f"integrations/{integration.physical_id}",
            }
            with Trial("AWS::ApiGatewayV2::Route", route) as boats:
                found = boats.read()
                assert {name: found[name] for name in route} == route
                found = boats.update({**route, "AuthorizationType": "AWS_IAM"})
                assert found["AuthorizationType"] == "AWS_IAM"
                answer = {
                    **of_api,
                    "RouteId": boats.physical_id,
                    "RouteResponseKey": "$default",
                }
                with Trial("AWS::ApiGatewayV2::RouteResponse", answer) as one:
                    found = one.read()
                    assert {name: found[name] for name in answer} == answer
        jwt = {"Audience": ["a"], "Issuer": "https://example.com"}
        authorizer = {
            **of_api,
            "Name": "j",
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": jwt,
        }
        with Trial("AWS::ApiGatewayV2::Authorizer", authorizer) as one:
            found = one.read()
            assert {name: found[name] for name in authorizer} == authorizer
            assert one.update({**authorizer, "Name": "k"})["Name"] == "k"
        model = {**of_api, "Name": "m", "Schema": {"type": "object"}}
        with Trial("AWS::ApiGatewayV2::Model", model) as one:
            assert one.read()["Schema"] == {"type": "object"}
            assert one.update({**model, "Schema": {"type": "array"}})["Schema"] == {"type": "array"}


def test_domain_name_and_mapping() -> None:
    configurations = [{"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}]
    given = {
        "DomainName": "v2.example.com",
        "DomainNameConfigurations": configurations,
        "Tags": TAGS,
    }
    with api() as made, Trial("AWS::ApiGatewayV2::DomainName", given) as name:
        found = name.read()
        assert {key: found[key] for key in given} == given
        assert found["RegionalDomainName"].startswith("d-")
        Trial(
            "AWS::ApiGatewayV2::Stage", {"ApiId": made.physical_id, "StageName": "$default"}
        ).create()
        mapping = {
            "DomainName": "v2.example.com",
            "ApiId": made.physical_id,
            "Stage": "$default",
            "ApiMappingKey": "v1",
        }
        with Trial("AWS::ApiGatewayV2::ApiMapping", mapping) as path:
            found = path.read()
            assert {key: found[key] for key in mapping} == mapping
            assert path.update({**mapping, "ApiMappingKey": "v2"})["ApiMappingKey"] == "v2"


def test_vpc_link() -> None:
    given = {"Name": "l", "SubnetIds": ["subnet-1"], "Tags": TAGS}
    with Trial("AWS::ApiGatewayV2::VpcLink", given) as link:
        found = link.read()
        assert {key: found[key] for key in given} == given
        found = link.update({**given, "Name": "m", "Tags": {}})
        assert (found["Name"], found["Tags"]) == ("m", {})
