"""AWS::ApiGateway, type by type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from trial import Trial, client, several

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
URI = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:hello/invocations"
)


def api(**properties: Any) -> Trial:
    return Trial("AWS::ApiGateway::RestApi", {"Name": "ferry", **properties}, logical_id="Api")


def method(api_id: str, resource_id: str, **properties: Any) -> Trial:
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": URI}
    given = {"RestApiId": api_id, "ResourceId": resource_id, "HttpMethod": "GET"}
    return Trial(
        "AWS::ApiGateway::Method",
        {**given, "AuthorizationType": "NONE", "Integration": integration, **properties},
    )


def test_rest_api() -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    wanted = {
        "Description": "boats",
        "BinaryMediaTypes": ["image/png", "image/jpeg"],
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "MinimumCompressionSize": 10,
        "Policy": policy,
        "Tags": TAGS,
    }
    with api(**wanted) as made:
        found = made.read()
        assert {name: found[name] for name in wanted} == wanted
        assert found["RootResourceId"]
        assert found["RestApiId"] == made.physical_id
        found = made.update(
            {
                "Name": "ferry2",
                "BinaryMediaTypes": ["image/png"],
                "MinimumCompressionSize": 20,
                "DisableExecuteApiEndpoint": True,
                "Tags": TAGS[1:],
            }
        )
        assert (found["Name"], found["BinaryMediaTypes"]) == ("ferry2", ["image/png"])
        assert (found["Tags"], found["DisableExecuteApiEndpoint"]) == (TAGS[1:], True)
        assert "Policy" not in found
        assert found["MinimumCompressionSize"] == 20
        assert found["EndpointConfiguration"]["Types"] == ["EDGE"]


def swagger(**paths: Any) -> dict[str, Any]:
    return {
        "swagger": "2.0",
        "info": {"title": "boats", "version": "1.0"},
        "paths": {f"/{name}": path for name, path in paths.items()},
        "securityDefinitions": {
            "Check": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": URI},
            },
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        },
        "definitions": {"Boat": {"type": "object"}},
        "x-amazon-apigateway-gateway-responses": {
            "DEFAULT_4XX": {"statusCode": 418, "responseTemplates": {"application/json": "{}"}}
        },
    }


def proxy(**more: Any) -> dict[str, Any]:
    kind = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI}
    return {"x-amazon-apigateway-integration": kind, "responses": {}, **more}


def test_rest_api_of_a_document() -> None:
    boats = {
        "get": proxy(
            security=[{"Check": []}, {"api_key": []}],
            parameters=[{"name": "id", "in": "query", "required": True, "type": "string"}],
            responses={"200": {"description": "ok", "schema": {"$ref": "#/definitions/Boat"}}},
        ),
        "options": {
            "x-amazon-apigateway-integration": {
                "type": "mock",
                "requestTemplates": {"application/json": '{"statusCode": 200}'},
                "responses": {
                    "default": {
                        "statusCode": "200",
                        "responseParameters": {
                            "method.response.header.Access-Control-Allow-Origin": "'*'"
                        },
                    }
                },
            }
        },
    }
    body = swagger(**{"boats/{id}": boats})
    named = {"Body": body, "Parameters": {"endpointConfigurationTypes": "REGIONAL"}}
    with Trial("AWS::ApiGateway::RestApi", named) as made:
        gateway, api_id = client("apigateway"), made.physical_id
        found = made.read()
        assert found["Name"] == "boats"
        assert found["EndpointConfiguration"]["Types"] == ["REGIONAL"]
        resources = {r["path"]: r for r in gateway.get_resources(restApiId=api_id)["items"]}
        assert sorted(resources) == ["/", "/boats", "/boats/{id}"]
        where = {"restApiId": api_id, "resourceId": resources["/boats/{id}"]["id"]}
        get = gateway.get_method(**where, httpMethod="GET")
        assert (get["authorizationType"], get["apiKeyRequired"]) == ("CUSTOM", True)
        assert get["requestParameters"] == {"method.request.querystring.id": True}
        assert get["methodIntegration"]["uri"] == URI
        assert get["methodResponses"]["200"]["responseModels"] == {"application/json": "Boat"}
        authorizer = gateway.get_authorizer(restApiId=api_id, authorizerId=get["authorizerId"])
        assert authorizer["identitySource"] == "method.request.header.Authorization"
        options = gateway.get_method(**where, httpMethod="OPTIONS")
        assert options["authorizationType"] == "NONE"
        assert options["methodIntegration"]["integrationResponses"]["200"]["statusCode"] == "200"
        response = gateway.get_gateway_response(restApiId=api_id, responseType="DEFAULT_4XX")
        assert response["statusCode"] == "418"

        root = found["RootResourceId"]
        body = swagger(tickets={"x-amazon-apigateway-any-method": proxy()})
        found = made.update({**named, "Body": body})
        assert found["RootResourceId"] == root
        resources = {r["path"]: r for r in gateway.get_resources(restApiId=api_id)["items"]}
        assert sorted(resources) == ["/", "/tickets"]
        assert list(resources["/tickets"]["resourceMethods"]) == ["ANY"]
        assert len(gateway.get_authorizers(restApiId=api_id)["items"]) == 1


def test_rest_api_of_an_object() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="documents-of-apis")
    document = "openapi: '3.0.1'\ninfo: {title: three, version: '1'}\npaths: {/a/b: {get: {}}}\n"
    s3.put_object(Bucket="documents-of-apis", Key="api.yaml", Body=document.encode())
    place = {"Bucket": "documents-of-apis", "Key": "api.yaml"}
    with Trial("AWS::ApiGateway::RestApi", {"BodyS3Location": place}) as made:
        assert made.read()["Name"] == "three"
        found = client("apigateway").get_resources(restApiId=made.physical_id)["items"]
        assert sorted(one["path"] for one in found) == ["/", "/a", "/a/b"]


def test_resource_and_method() -> None:
    with api() as made:
        given = {"RestApiId": made.physical_id, "PathPart": "boats"}
        given["ParentId"] = made.read()["RootResourceId"]
        with Trial("AWS::ApiGateway::Resource", given) as resource:
            found = resource.read()
            assert {name: found[name] for name in given} == given
            assert found["ResourceId"] == resource.physical_id
            with pytest.raises(ResourceError, match="same parent already has this name: boats"):
                Trial("AWS::ApiGateway::Resource", given).create()
            responses = [{"StatusCode": "200", "ResponseModels": {"application/json": "Empty"}}]
            wanted = {"MethodResponses": responses, "ApiKeyRequired": True}
            with method(made.physical_id, resource.physical_id, **wanted) as get:
                found = get.read()
                assert (found["MethodResponses"], found["ApiKeyRequired"]) == (responses, True)
                integration = found["Integration"]
                assert (integration["Type"], integration["Uri"]) == ("AWS_PROXY", URI)
                mock = {
                    "Type": "MOCK",
                    "RequestTemplates": {"application/json": "{}"},
                    "IntegrationResponses": [{"StatusCode": "200", "SelectionPattern": "2.."}],
                }
                found = get.update({**get.properties, "Integration": mock, "MethodResponses": []})
                assert found["Integration"]["Type"] == "MOCK"
                kept = found["Integration"]["IntegrationResponses"][0]
                assert (kept["StatusCode"], kept["SelectionPattern"]) == ("200", "2..")
                assert found["MethodResponses"] == []


def test_deployment_and_stage() -> None:
    with api() as made:
        api_id = made.physical_id
        of_api = {"RestApiId": api_id}
        method(api_id, made.read()["RootResourceId"]).create()
        deployment = Trial(
            "AWS::ApiGateway::Deployment",
            {**of_api, "Description": "one", "StageName": "first"},
        ).create()
        assert deployment.read()["Description"] == "one"
        stages = client("apigateway").get_stages(restApiId=api_id)["item"]
        assert [stage["deploymentId"] for stage in stages] == [deployment.physical_id]
        settings = [{"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True}]
        wanted = {
            **of_api,
            "DeploymentId": deployment.physical_id,
            "StageName": "prod",
            "Variables": {"a": "1", "b": "2"},
            "MethodSettings": settings,
            "TracingEnabled": True,
            "Tags": TAGS,
        }
        stage = Trial("AWS::ApiGateway::Stage", wanted).create()
        found = stage.read()
        assert {name: found[name] for name in wanted} == wanted
        with pytest.raises(ResourceError, match="Active stages pointing to this deployment"):
            deployment.delete()
        log = {"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:x", "Format": "f"}
        with pytest.raises(ResourceError, match="CloudWatch Logs role ARN must be set"):
            stage.update({**wanted, "AccessLogSetting": log})
        role = {"CloudWatchRoleArn": "arn:aws:iam::123456789012:role/logs"}
        account = Trial("AWS::ApiGateway::Account", role).create()
        assert account.read()["CloudWatchRoleArn"].endswith("role/logs")
        changed = {**wanted, "AccessLogSetting": log, "Variables": {"b": "3"}, "Tags": TAGS[:1]}
        changed["MethodSettings"] = []
        changed.pop("TracingEnabled")
        found = stage.update(changed)
        assert (found["Variables"], found["Tags"]) == ({"b": "3"}, TAGS[:1])
        assert (found["AccessLogSetting"], found["TracingEnabled"]) == (log, False)
        assert found["MethodSettings"][0]["MetricsEnabled"] is False
        stage.delete()
        deployment.delete()
        assert client("apigateway").get_stages(restApiId=api_id)["item"] == []
        account.update({})
        assert not account.read().get("CloudWatchRoleArn")


def test_parts_of_an_api() -> None:
    with api() as made:
        of_api = {"RestApiId": made.physical_id}
        with Trial(
            "AWS::ApiGateway::Authorizer",
            {**of_api, "Name": "a", "Type": "TOKEN", "AuthorizerUri": URI, "IdentitySource": "x"},
        ) as authorizer:
            found = authorizer.read()
            assert found["AuthorizerId"] == authorizer.physical_id
            assert (found["RestApiId"], found["Type"]) == (made.physical_id, "TOKEN")
            found = authorizer.update(
                {**authorizer.properties, "Name": "b", "AuthorizerResultTtlInSeconds": 0}
            )
            assert (found["Name"], found["AuthorizerResultTtlInSeconds"]) == ("b", 0)
        with Trial(
            "AWS::ApiGateway::RequestValidator",
            {**of_api, "Name": "v", "ValidateRequestBody": True},
        ) as validator:
            assert validator.read()["ValidateRequestBody"] is True
            found = validator.update({**of_api, "Name": "v", "ValidateRequestParameters": True})
            assert found["ValidateRequestBody"] is False
            assert found["ValidateRequestParameters"] is True
        with Trial("AWS::ApiGateway::Model", {**of_api, "Schema": {"type": "object"}}) as model:
            assert model.read()["Schema"] == {"type": "object"}
            found = model.update({**of_api, "Schema": {"type": "array"}, "Description": "d"})
            assert (found["Schema"], found["Description"]) == ({"type": "array"}, "d")
            assert found["Name"] == model.physical_id
        with Trial(
            "AWS::ApiGateway::GatewayResponse",
            {**of_api, "ResponseType": "DEFAULT_5XX", "StatusCode": "503"},
        ) as response:
            assert response.read()["StatusCode"] == "503"
            parameters = {"gatewayresponse.header.A": "'*'"}
            found = response.update(
                {**of_api, "ResponseType": "DEFAULT_5XX", "ResponseParameters": parameters}
            )
            assert found["ResponseParameters"] == parameters
            assert "StatusCode" not in found


def test_keys_and_plans() -> None:
    with api() as made:
        method(made.physical_id, made.read()["RootResourceId"]).create()
        stage = {"RestApiId": made.physical_id, "StageName": "prod"}
        Trial("AWS::ApiGateway::Deployment", stage).create()
        key = Trial("AWS::ApiGateway::ApiKey", {"Enabled": True, "StageKeys": [stage]})
        plan = Trial(
            "AWS::ApiGateway::UsagePlan",
            {
                "ApiStages": [{"ApiId": made.physical_id, "Stage": "prod"}],
                "Quota": {"Limit": 5, "Period": "DAY"},
                "Throttle": {"RateLimit": 10.0, "BurstLimit": 2},
                "Tags": TAGS,
            },
            logical_id="Plan",
        )
        with several(key, plan):
            found = key.read()
            assert found["APIKeyId"] == key.physical_id
            assert (found["Enabled"], found["StageKeys"]) == (True, [stage])
            assert len(found["Value"]) == 40
            assert found["Name"].startswith("trial-Thing-")
            found = key.update({"Description": "d"})
            assert (found["Enabled"], found["Description"]) == (False, "d")
            found = plan.read()
            assert {name: found[name] for name in plan.properties} == plan.properties
            found = plan.update({"Quota": {"Limit": 7, "Period": "WEEK"}, "UsagePlanName": "p"})
            assert found["Quota"] == {"Limit": 7, "Period": "WEEK"}
            assert (found["ApiStages"], found["UsagePlanName"]) == ([], "p")
            assert "Throttle" not in found
            given = {
                "KeyId": key.physical_id,
                "UsagePlanId": plan.physical_id,
                "KeyType": "API_KEY",
            }
            with Trial("AWS::ApiGateway::UsagePlanKey", given) as link:
                assert link.read() == {"Id": link.physical_id, **given}


def test_domain_name_and_its_paths() -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    given = {
        "DomainName": "boats.example.com",
        "RegionalCertificateArn": certificate,
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "SecurityPolicy": "TLS_1_2",
        "Tags": TAGS,
    }
    with api() as made, Trial("AWS::ApiGateway::DomainName", given) as name:
        found = name.read()
        assert {key: found[key] for key in given} == given
        assert found["RegionalDomainName"].endswith(".execute-api.us-east-1.amazonaws.com")
        assert found["RegionalHostedZoneId"]
        found = name.update({**given, "SecurityPolicy": "TLS_1_0", "Tags": []})
        assert (found["SecurityPolicy"], found["Tags"]) == ("TLS_1_0", [])
        mapping = {
            "DomainName": "boats.example.com",
            "BasePath": "v1",
            "RestApiId": made.physical_id,
        }
        with Trial("AWS::ApiGateway::BasePathMapping", mapping) as path, api() as other:
            found = path.read()
            assert {key: found[key] for key in mapping} == mapping
            found = path.update({**mapping, "RestApiId": other.physical_id})
            assert found["RestApiId"] == other.physical_id


def test_vpc_link() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"
    with Trial("AWS::ApiGateway::VpcLink", {"Name": "l", "TargetArns": [arn]}) as link:
        found = link.read()
        assert (found["VpcLinkId"], found["TargetArns"]) == (link.physical_id, [arn])
        found = link.update({"Name": "m", "TargetArns": [arn], "Description": "d", "Tags": TAGS})
        assert (found["Name"], found["Description"], found["Tags"]) == ("m", "d", TAGS)


def test_policy_may_be_text() -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    with api(Policy=json.dumps(policy)) as made:
        assert made.read()["Policy"] == policy


def test_an_integration_by_way_of_a_link_with_a_key_for_its_cache() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"
    link = Trial("AWS::ApiGateway::VpcLink", {"Name": "l", "TargetArns": [arn]})
    with api() as made, link:
        wanted = {
            "Type": "HTTP_PROXY",
            "IntegrationHttpMethod": "GET",
            "Uri": "http://inner.example",
            "ConnectionType": "VPC_LINK",
            "ConnectionId": link.physical_id,
            "CacheKeyParameters": ["method.request.path.boat"],
        }
        get = method(made.physical_id, made.read()["RootResourceId"], Integration=wanted).create()
        found = get.read()["Integration"]
        assert {name: found[name] for name in wanted} == wanted
