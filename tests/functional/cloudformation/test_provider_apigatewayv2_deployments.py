"""Deployments of API Gateway V2, and the stages that show them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from stacks import create, delete, template
from trial import Trial, client


def test_deployment() -> None:
    gateway = client("apigatewayv2")
    api = gateway.create_api(Name="boats", ProtocolType="WEBSOCKET")["ApiId"]
    asked = {"ApiId": api, "Description": "first"}
    with pytest.raises(ClientError, match="At least one route is required"):
        Trial("AWS::ApiGatewayV2::Deployment", asked).create()
    gateway.create_route(ApiId=api, RouteKey="$connect")
    with Trial("AWS::ApiGatewayV2::Deployment", asked, "Deployment") as it:
        assert it.read() == {**asked, "DeploymentId": it.physical_id}
        stage = {"ApiId": api, "StageName": "prod", "DeploymentId": it.physical_id}
        with Trial("AWS::ApiGatewayV2::Stage", stage, "Stage") as shows:
            assert shows.read()["DeploymentId"] == it.physical_id
            assert gateway.get_stages(ApiId=api)["Items"][0]["DeploymentId"] == it.physical_id
            with pytest.raises(ClientError, match="Active stages pointing to this deployment"):
                it.delete()
            with Trial(
                "AWS::ApiGatewayV2::Deployment", {"ApiId": api, "StageName": "prod"}, "Later"
            ) as later:
                assert shows.read()["DeploymentId"] == later.physical_id
                found = shows.update(stage | {"Description": "back"})
                assert found["Description"] == "back"
                gateway.update_stage(ApiId=api, StageName="prod", DeploymentId=it.physical_id)
        assert it.update({"ApiId": api, "Description": "second"})["Description"] == "second"
        assert len(gateway.get_deployments(ApiId=api)["Items"]) == 1
    gateway.delete_api(ApiId=api)


def test_a_stack_of_a_websocket_api() -> None:
    api = {"ApiId": {"Ref": "Api"}}
    body = template(
        None,
        Api={
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "Name": "ferry",
                "ProtocolType": "WEBSOCKET",
                "RouteSelectionExpression": "$request.body.action",
            },
        },
        Route={
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {**api, "RouteKey": "$connect"},
        },
        Deployment={
            "Type": "AWS::ApiGatewayV2::Deployment",
            "DependsOn": "Route",
            "Properties": api,
        },
        Stage={
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {**api, "StageName": "prod", "DeploymentId": {"Ref": "Deployment"}},
        },
    )
    assert create("socket", body)["StackStatus"] == "CREATE_COMPLETE"
    assert delete("socket")["StackStatus"] == "DELETE_COMPLETE"
