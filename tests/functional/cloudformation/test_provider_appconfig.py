"""AWS::AppConfig: what is deployed, where and how."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stacks
from botocore.exceptions import ClientError
from in_process import client, lab
from trial import Trial

TAGS = [{"Key": "team", "Value": "blue"}]
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "App": {"Type": "AWS::AppConfig::Application", "Properties": {"Name": "ferry"}},
        "Harbour": {
            "Type": "AWS::AppConfig::Environment",
            "Properties": {"ApplicationId": {"Ref": "App"}, "Name": "harbour"},
        },
        "Flags": {
            "Type": "AWS::AppConfig::ConfigurationProfile",
            "Properties": {
                "ApplicationId": {"Ref": "App"},
                "Name": "flags",
                "LocationUri": "hosted",
            },
        },
        "First": {
            "Type": "AWS::AppConfig::HostedConfigurationVersion",
            "Properties": {
                "ApplicationId": {"Ref": "App"},
                "ConfigurationProfileId": {"Ref": "Flags"},
                "Content": '{"night": true}',
                "ContentType": "application/json",
            },
        },
        "Slowly": {
            "Type": "AWS::AppConfig::DeploymentStrategy",
            "Properties": {
                "Name": "slowly",
                "DeploymentDurationInMinutes": 10,
                "FinalBakeTimeInMinutes": 5,
                "GrowthFactor": 20,
                "ReplicateTo": "NONE",
            },
        },
        "Out": {
            "Type": "AWS::AppConfig::Deployment",
            "Properties": {
                "ApplicationId": {"Ref": "App"},
                "EnvironmentId": {"Ref": "Harbour"},
                "ConfigurationProfileId": {"Ref": "Flags"},
                "ConfigurationVersion": {"Ref": "First"},
                "DeploymentStrategyId": {"Ref": "Slowly"},
            },
        },
    },
    "Outputs": {"State": {"Value": {"Fn::GetAtt": ["Out", "State"]}}},
}


def started(**strategy: Any) -> dict[str, Any]:
    config = client("appconfig")
    app = config.create_application(Name="pier")["Id"]
    place = {"ApplicationId": app}
    profile = config.create_configuration_profile(**place, Name="flags", LocationUri="hosted")["Id"]
    config.create_hosted_configuration_version(
        **place,
        ConfigurationProfileId=profile,
        Content=b"{}",
        ContentType="application/json",
        VersionLabel="spring",
    )
    where = {**place, "EnvironmentId": config.create_environment(**place, Name="pier")["Id"]}
    how = config.create_deployment_strategy(Name="pier", ReplicateTo="NONE", **strategy)["Id"]
    asked = {"ConfigurationProfileId": profile, "DeploymentStrategyId": how}
    config.start_deployment(**where, **asked, ConfigurationVersion="spring")
    return {**where, **asked}


def test_a_stack_waits_for_its_deployment() -> None:
    before = lab().clock.now()
    made = stacks.create("configurations", json.dumps(TEMPLATE))
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert made["Outputs"][0]["OutputValue"] == "COMPLETE"
    assert (lab().clock.now() - before).total_seconds() >= 900
    client("cloudformation").delete_stack(StackName=made["StackId"])
    assert "ferry" not in [one["Name"] for one in client("appconfig").list_applications()["Items"]]


def test_environments_and_strategies() -> None:
    app = client("appconfig").create_application(Name="quay")["Id"]
    given = {"ApplicationId": app, "Name": "one", "Description": "the first", "Tags": TAGS}
    with Trial("AWS::AppConfig::Environment", given) as made:
        shown = made.read()
        assert (shown["EnvironmentId"], shown["Tags"]) == (made.physical_id, TAGS)
        changed = made.update({"ApplicationId": app, "Name": "two", "Tags": []})
        assert (changed["Name"], changed.get("Description")) == ("two", "")
        assert not changed["Tags"]
    given = {"Name": "fast", "DeploymentDurationInMinutes": 0, "GrowthFactor": 100}
    given |= {"ReplicateTo": "NONE", "Tags": TAGS}
    with Trial("AWS::AppConfig::DeploymentStrategy", given) as made:
        assert made.read()["Tags"] == TAGS
        changed = made.update({**given, "DeploymentDurationInMinutes": 3, "GrowthFactor": 50})
        assert (changed["DeploymentDurationInMinutes"], changed["GrowthFactor"]) == (3, 50)


def test_a_deployment_grows_in_steps_and_bakes() -> None:
    asked = {"DeploymentDurationInMinutes": 10, "GrowthFactor": 25, "FinalBakeTimeInMinutes": 5}
    where = started(**asked)
    profile = {name: where[name] for name in ("ApplicationId", "ConfigurationProfileId")}
    versions = client("appconfig").list_hosted_configuration_versions(**profile)["Items"]
    assert [(one["VersionNumber"], one["VersionLabel"]) for one in versions] == [(1, "spring")]
    config, one = client("appconfig"), {**place(where), "DeploymentNumber": 1}
    seen = []
    for seconds in (0, 160, 300, 200, 300):
        lab().clock.advance(seconds)
        found = config.get_deployment(**one)
        seen.append((found["State"], found["PercentageComplete"]))
    assert seen == [
        ("DEPLOYING", 25.0),
        ("DEPLOYING", 50.0),
        ("DEPLOYING", 100.0),
        ("BAKING", 100.0),
        ("COMPLETE", 100.0),
    ]
    assert config.get_environment(**place(where))["State"] == "READY_FOR_DEPLOYMENT"


def test_one_deployment_at_a_time() -> None:
    where = started(DeploymentDurationInMinutes=10, GrowthFactor=25)
    config = client("appconfig")
    with pytest.raises(ClientError, match="ConflictException"):
        config.start_deployment(**where, ConfigurationVersion="1")
    stopped = config.stop_deployment(**place(where), DeploymentNumber=1)
    assert stopped["State"] == "ROLLED_BACK"
    assert config.get_environment(**place(where))["State"] == "ROLLED_BACK"
    with pytest.raises(ClientError, match="HostedConfigurationVersion 7 not found"):
        config.start_deployment(**where, ConfigurationVersion="7")


def place(where: dict[str, Any]) -> dict[str, Any]:
    return {name: where[name] for name in ("ApplicationId", "EnvironmentId")}
