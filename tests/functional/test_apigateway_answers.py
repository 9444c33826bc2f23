"""API Gateway answers with the members that AWS's answers have, and with no others."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client

MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


def gateway() -> Any:
    return client("apigateway")


def bare(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without its metadata, ids and times."""
    left_out = ("ResponseMetadata", "id", "createdDate", "lastUpdatedDate", "rootResourceId")
    return {name: value for name, value in answer.items() if name not in left_out}


def deployable(name: str = "piers", **integration: Any) -> tuple[str, str]:
    """Make an API with one method at its root; return its id and the root's."""
    made = gateway().create_rest_api(name=name)
    where = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    gateway().put_method(**where, authorizationType="NONE")
    gateway().put_integration(**where, **(integration or MOCK))
    return made["id"], made["rootResourceId"]


def refused(call: Any, **given: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    answer = caught.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return answer["Error"]["Code"], answer["Error"]["Message"], status


def test_an_api_has_no_members_that_say_nothing() -> None:
    made = gateway().create_rest_api(name="jetty")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert bare(made) == {
        "name": "jetty",
        "apiKeySource": "HEADER",
        "disableExecuteApiEndpoint": False,
        "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"},
    }
    assert bare(gateway().get_rest_api(restApiId=made["id"])) == bare(made)
    changed = gateway().update_rest_api(
        restApiId=made["id"],
        patchOperations=[
            {"op": "add", "path": "/binaryMediaTypes/image~1png"},
            {"op": "replace", "path": "/version", "value": "7"},
        ],
    )
    assert (changed["binaryMediaTypes"], changed["version"]) == (["image/png"], "7")
    assert changed["tags"] == {}
    gone = gateway().delete_rest_api(restApiId=made["id"])
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 202


def test_an_api_keeps_what_it_was_created_with() -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    made = gateway().create_rest_api(
        name="quay",
        version="3",
        binaryMediaTypes=["image/gif"],
        endpointConfiguration={"types": ["PRIVATE"]},
        policy=json.dumps(policy),
    )
    assert (made["version"], made["binaryMediaTypes"]) == ("3", ["image/gif"])
    assert made["endpointConfiguration"]["ipAddressType"] == "dualstack"
    # The document is escaped once more than JSON asks for.
    assert made["policy"].startswith('{\\"Version\\"')
    assert json.loads(json.loads(f'"{made["policy"]}"')) == policy


def test_media_types_are_named_in_the_path() -> None:
    api = gateway().create_rest_api(name="dock")["id"]
    for operation in ("add", "replace", "remove"):
        patch = {"op": operation, "path": "/binaryMediaTypes", "value": "image/png"}
        said = refused(gateway().update_rest_api, restApiId=api, patchOperations=[patch])
        assert said == ("BadRequestException", "Invalid patch path /binaryMediaTypes", 400)


def test_from_which_size_on_answers_are_compressed() -> None:
    api = gateway().create_rest_api(name="weir", minimumCompressionSize=3)["id"]
    assert gateway().get_rest_api(restApiId=api)["minimumCompressionSize"] == 3

    def patched(**patch: str) -> Any:
        patches = [{"op": "replace", "path": "/minimumCompressionSize", **patch}]
        return gateway().update_rest_api(restApiId=api, patchOperations=patches)

    assert patched(value="0")["minimumCompressionSize"] == 0
    assert "minimumCompressionSize" not in patched()
    said = "Invalid minimum compression size, must be between 0 and 10485760"
    for wrong in ("-1", "much", "10485761"):
        assert refused(patched, value=wrong) == ("BadRequestException", said, 400)
    assert refused(gateway().create_rest_api, name="w", minimumCompressionSize=-1)[1] == said
    said = "Invalid patch operation specified. Must be one of: [replace]"
    assert refused(patched, op="add", value="1") == ("BadRequestException", said, 400)


def test_a_description_says_something() -> None:
    said = ("BadRequestException", "Description cannot be an empty string", 400)
    assert refused(gateway().create_rest_api, name="mute", description="") == said


def test_an_unknown_api() -> None:
    said = "Invalid API identifier specified 123456789012:nothere"
    for call in (gateway().get_rest_api, gateway().delete_rest_api, gateway().get_resources):
        assert refused(call, restApiId="nothere") == ("NotFoundException", said, 404)


def test_an_api_begins_with_two_models() -> None:
    api = gateway().create_rest_api(name="lock")["id"]
    empty, error = gateway().get_models(restApiId=api)["items"]
    assert (empty["name"], error["name"]) == ("Empty", "Error")
    assert empty["description"] == "This is a default empty schema model"
    assert json.loads(empty["schema"]) == {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "Empty Schema",
        "type": "object",
    }
    assert json.loads(error["schema"])["properties"] == {"message": {"type": "string"}}
    said = refused(
        gateway().create_model, restApiId=api, name="Empty", contentType="application/json"
    )
    assert said[0] == "ConflictException"


def test_resources_name_their_methods_only() -> None:
    api, root = deployable()
    (found,) = gateway().get_resources(restApiId=api)["items"]
    assert found["resourceMethods"] == {"GET": {}}
    found = gateway().get_resource(restApiId=api, resourceId=root)
    assert found["resourceMethods"] == {"GET": {}}
    (found,) = gateway().get_resources(restApiId=api, embed=["methods"])["items"]
    assert found["resourceMethods"]["GET"]["methodIntegration"]["type"] == "MOCK"


def test_integrations_have_defaults() -> None:
    api, root = deployable()
    where = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    assert bare(gateway().get_method(**where)) == {
        "httpMethod": "GET",
        "authorizationType": "NONE",
        "apiKeyRequired": False,
        "methodIntegration": {
            **MOCK,
            "cacheKeyParameters": [],
            "cacheNamespace": root,
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
        },
    }
    gateway().put_integration_response(**where, statusCode="200")
    found = gateway().get_integration(**where)
    assert found["integrationResponses"] == {"200": {"statusCode": "200"}}


def test_what_is_called_by_http_has_a_way_there() -> None:
    call = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": "http://pier.example"}
    api, root = deployable("http", **call)
    found = gateway().get_integration(restApiId=api, resourceId=root, httpMethod="GET")
    assert found["connectionType"] == "INTERNET"


def test_a_stage() -> None:
    api, _ = deployable()
    deployment = gateway().create_deployment(restApiId=api)
    assert set(deployment) == {"ResponseMetadata", "id", "createdDate"}
    made = gateway().create_stage(restApiId=api, stageName="dev", deploymentId=deployment["id"])
    assert bare(made) == {
        "stageName": "dev",
        "deploymentId": deployment["id"],
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": False,
    }
    assert isinstance(made["createdDate"], datetime)
    assert made["lastUpdatedDate"] == made["createdDate"]
    changed = gateway().update_stage(
        restApiId=api,
        stageName="dev",
        patchOperations=[{"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"}],
    )
    assert changed["methodSettings"]["*/*"] == {
        "cacheDataEncrypted": False,
        "cacheTtlInSeconds": 300,
        "cachingEnabled": False,
        "dataTraceEnabled": False,
        "metricsEnabled": True,
        "requireAuthorizationForCacheControl": True,
        "throttlingBurstLimit": 5000,
        "throttlingRateLimit": 10000.0,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    }


def test_a_deployment_to_a_stage_leaves_the_stage_there() -> None:
    api, _ = deployable()
    first = gateway().create_deployment(restApiId=api)["id"]
    gateway().create_stage(
        restApiId=api, stageName="dev", deploymentId=first, description="d", variables={"a": "1"}
    )
    second = gateway().create_deployment(restApiId=api, stageName="dev", variables={"b": "2"})
    found = gateway().get_stage(restApiId=api, stageName="dev")
    assert (found["deploymentId"], found["description"]) == (second["id"], "d")
    assert found["variables"] == {"a": "1", "b": "2"}


def test_the_quota_of_a_usage_plan_counts_from_the_first_day() -> None:
    made = gateway().create_usage_plan(name="plan", quota={"limit": 5, "period": "MONTH"})
    assert made["quota"] == {"limit": 5, "offset": 0, "period": "MONTH"}
    assert "throttle" not in made
