"""Canaries on stages: put there by CreateStage, CreateDeployment and UpdateStage, and promoted."""

from __future__ import annotations

from typing import Any

from test_apigateway_answers import deployable, gateway, refused


def staged(**more: Any) -> tuple[str, str]:
    """Make an API with a stage; return its id and its deployment's."""
    api, _ = deployable("canaries")
    deployment = gateway().create_deployment(restApiId=api)["id"]
    gateway().create_stage(restApiId=api, stageName="dev", deploymentId=deployment, **more)
    return api, deployment


def patched(api: str, *patches: dict[str, str]) -> Any:
    return gateway().update_stage(restApiId=api, stageName="dev", patchOperations=list(patches))


def replace(path: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": f"/canarySettings/{path}", "value": value}


def promote(part: str, to: str) -> dict[str, str]:
    return {"op": "copy", "from": f"/canarySettings/{part}", "path": to}


def wrong(api: str, patch: dict[str, str]) -> str:
    said = refused(gateway().update_stage, restApiId=api, stageName="dev", patchOperations=[patch])
    assert (said[0], said[2]) == ("BadRequestException", 400)
    return said[1]


def test_a_canary_by_deployment() -> None:
    api, first = staged(variables={"boat": "red", "crew": "2"})
    settings = {"percentTraffic": 25, "stageVariableOverrides": {"boat": "blue"}}
    second = gateway().create_deployment(restApiId=api, stageName="dev", canarySettings=settings)
    found = gateway().get_stage(restApiId=api, stageName="dev")
    assert found["deploymentId"] == first
    assert found["canarySettings"] == {
        "deploymentId": second["id"],
        "percentTraffic": 25.0,
        "stageVariableOverrides": {"boat": "blue"},
        "useStageCache": False,
    }
    found = patched(
        api,
        replace("percentTraffic", "0.0"),
        promote("deploymentId", "/deploymentId"),
        promote("stageVariableOverrides", "/variables"),
    )
    assert found["deploymentId"] == second["id"]
    assert found["variables"] == {"boat": "blue", "crew": "2"}
    assert found["canarySettings"]["percentTraffic"] == 0.0
    assert "canarySettings" not in patched(api, {"op": "remove", "path": "/canarySettings"})


def test_a_canary_with_its_stage() -> None:
    settings = {"percentTraffic": 10, "useStageCache": True}
    api, deployment = staged(canarySettings=settings)
    found = gateway().get_stage(restApiId=api, stageName="dev")["canarySettings"]
    assert found == {**settings, "deploymentId": deployment}
    said = refused(
        gateway().create_stage,
        restApiId=api,
        stageName="other",
        deploymentId=deployment,
        canarySettings={"deploymentId": "nothere"},
    )
    assert said == ("BadRequestException", "Deployment id does not exist", 400)
    assert [one["stageName"] for one in gateway().get_stages(restApiId=api)["item"]] == ["dev"]


def test_a_canary_by_patches() -> None:
    api, deployment = staged()
    found = patched(api, replace("percentTraffic", "50"))["canarySettings"]
    assert found == {"deploymentId": deployment, "percentTraffic": 50.0, "useStageCache": False}
    found = patched(api, replace("stageVariableOverrides/boat", "blue"))["canarySettings"]
    assert found["stageVariableOverrides"] == {"boat": "blue"}


def test_what_a_canary_refuses() -> None:
    api, _ = staged()
    assert wrong(api, promote("deploymentId", "/deploymentId")) == (
        "Promotion not available. Canary does not exist."
    )
    bad = {"op": "copy", "from": "/variables", "path": "/canarySettings/stageVariableOverrides"}
    assert wrong(api, bad) == (
        "Invalid copy operation with path: /canarySettings/stageVariableOverrides and from "
        "/variables. Valid copy:path are [/deploymentId, /variables] and valid copy:from are "
        "[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]"
    )
    added = {"op": "add", "path": "/canarySettings/deploymentId", "value": "x"}
    assert wrong(api, added) == "Invalid add operation with path: /canarySettings/deploymentId"
    assert wrong(api, replace("deploymentId", "nothere")) == "Deployment id does not exist"
    gone = {"op": "remove", "path": "/canarySettings/stageVariableOverrides"}
    assert wrong(api, gone) == (
        "Cannot remove method setting canarySettings/stageVariableOverrides because there is no "
        "method setting for this method "
    )
    said = wrong(api, replace("bad", "x"))
    assert said.startswith("Invalid method setting path: /canarySettings/bad. Must be one of: [/d")
    assert said.endswith(", /variables/{variable_name}, /tracingEnabled]")


def test_a_canary_needs_a_stage() -> None:
    api, _ = staged()
    begins = "Invalid deployment content specified."
    for given, said in (
        ({}, "Non null and non empty stageName must be provided for canary deployment. "
             "Provided value is null"),
        ({"stageName": "none"}, "Stage none must already be created before making a canary "
                                "release deployment"),
    ):  # fmt: skip
        answer = refused(
            gateway().create_deployment,
            restApiId=api,
            canarySettings={"percentTraffic": 5},
            **given,
        )
        assert answer == ("BadRequestException", begins + said, 400)
