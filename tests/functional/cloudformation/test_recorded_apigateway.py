"""What stacks make in API Gateway, as AWS's recorded answers show it."""

from __future__ import annotations

from typing import Any

from in_process import client
from stacks import create, delete, outputs, status, template, update

IN_API = {"RestApiId": {"Ref": "Api"}}
URI = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:hello/invocations"
)


def part(kind: str, *after: str, **properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}
    return made | ({"DependsOn": list(after)} if after else {})


def canary(percent: int) -> dict[str, Any]:
    """Return the setting of a canary."""
    return {"PercentTraffic": percent, "StageVariableOverrides": {"boat": "blue"}}


def body(**more: Any) -> str:
    parts = {
        "Api": part("RestApi", Name="canal"),
        "Method": part(
            "Method",
            **IN_API,
            ResourceId={"Fn::GetAtt": ["Api", "RootResourceId"]},
            HttpMethod="GET",
            AuthorizationType="NONE",
            Integration={"Type": "MOCK"},
        ),
        "First": part("Deployment", "Method", **IN_API),
    }
    ids = {name: {"Value": {"Ref": name}} for name in ("Api", "First")}
    return template({"Outputs": ids}, **parts, **more)


def stage(**more: Any) -> dict[str, Any]:
    given = {"StageName": "dev", "DeploymentId": {"Ref": "First"}, "Variables": {"boat": "red"}}
    return part("Stage", **IN_API, **given, **more)


def told(name: str) -> dict[str, Any]:
    """Return the stage that a stack made."""
    found = client("apigateway").get_stage(restApiId=outputs(name)["Api"], stageName="dev")
    return dict(found)


def test_a_deployment_puts_a_canary_on_a_stage() -> None:
    settings = canary(50)
    second = part(
        "Deployment", "Stage", **IN_API, StageName="dev", DeploymentCanarySettings=settings
    )
    create("can", body(Stage=stage(), Second=second))
    assert status("can") == "CREATE_COMPLETE"
    found = told("can")
    assert found["deploymentId"] == outputs("can")["First"]
    assert found["canarySettings"]["percentTraffic"] == 50.0
    assert found["canarySettings"]["deploymentId"] != outputs("can")["First"]
    update("can", body(Stage=stage()))
    assert "canarySettings" not in told("can")
    assert delete("can")["StackStatus"] == "DELETE_COMPLETE"


def test_a_stage_has_a_canary_of_its_own() -> None:
    setting = {**canary(10), "DeploymentId": {"Ref": "First"}}
    create("own", body(Stage=stage(CanarySetting=setting)))
    assert told("own")["canarySettings"]["stageVariableOverrides"] == {"boat": "blue"}
    changed = {"PercentTraffic": 20, "DeploymentId": {"Ref": "First"}}
    update("own", body(Stage=stage(CanarySetting=changed)))
    assert told("own")["canarySettings"] == {
        "deploymentId": outputs("own")["First"],
        "percentTraffic": 20.0,
        "useStageCache": False,
    }
    update("own", body(Stage=stage()))
    assert "canarySettings" not in told("own")


def test_an_import_brings_its_version_and_no_models_of_others() -> None:
    scheme = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": URI},
    }
    document = {
        "swagger": "2.0",
        "info": {"title": "ferries", "version": "2.1"},
        "paths": {},
        "securityDefinitions": {"Check": scheme},
        "definitions": {"Ferry": {"type": "object"}},
    }
    outs = {"Outputs": {"Api": {"Value": {"Ref": "Api"}}}}
    create("imp", template(outs, Api=part("RestApi", Body=document)))
    gateway, api = client("apigateway"), outputs("imp")["Api"]
    assert gateway.get_rest_api(restApiId=api)["version"] == "2.1"
    (model,) = gateway.get_models(restApiId=api)["items"]
    assert model["name"] == "Ferry"
    (authorizer,) = gateway.get_authorizers(restApiId=api)["items"]
    assert "authorizerResultTtlInSeconds" not in authorizer
