"""AWS::SSM, type by type."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client, several

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
CONTENT = {
    "schemaVersion": "2.2",
    "description": "greet",
    "mainSteps": [
        {"action": "aws:runShellScript", "name": "hi", "inputs": {"runCommand": ["echo hi"]}}
    ],
}


def test_parameter() -> None:
    properties = {
        "Type": "String",
        "Value": "blue",
        "Description": "colour",
        "AllowedPattern": "[a-z]+",
        "Tags": {"aws:cloudformation:stack-name": "trial", "a": "1"},
    }
    with Trial("AWS::SSM::Parameter", properties) as parameter:
        found = parameter.read()
        assert parameter.physical_id.startswith("CFN-Thing-")
        assert found["Arn"].endswith(f":parameter/{parameter.physical_id}")
        assert {name: found[name] for name in properties} == properties
        found = parameter.update({**properties, "Value": "red", "Tags": {"b": "2"}})
        assert (found["Value"], found["Tags"]) == ("red", {"b": "2"})
        ssm = client("ssm")
        assert ssm.get_parameter(Name=parameter.physical_id)["Parameter"]["Version"] == 2
        with pytest.raises(ResourceError, match="cannot be validated against allowedPattern"):
            parameter.update({**properties, "Value": "RED"})
        again = {"Name": parameter.physical_id, "Type": "String", "Value": "x"}
        with pytest.raises(ClientError, match="already exists"):
            Trial("AWS::SSM::Parameter", again).create()


def test_list_parameter() -> None:
    properties = {"Name": "/ferry/lines", "Type": "StringList", "Value": "a,b"}
    with Trial("AWS::SSM::Parameter", properties) as parameter:
        assert parameter.physical_id == "/ferry/lines"
        found = parameter.read()
        assert {name: found[name] for name in properties} == properties


def test_document() -> None:
    properties = {
        "Content": CONTENT,
        "DocumentType": "Command",
        "UpdateMethod": "NewVersion",
        "Tags": TAGS,
    }
    with Trial("AWS::SSM::Document", properties) as document:
        found = document.read()
        assert {name: found[name] for name in properties} == properties
        new = {**properties, "Content": {**CONTENT, "description": "two"}, "Tags": TAGS[:1]}
        assert document.provider.replaces(properties, new, ("Content",)) is False
        found = document.update(new)
        assert found["Content"]["description"] == "two"
        assert found["Tags"] == TAGS[:1]
        described = client("ssm").describe_document(Name=document.physical_id)["Document"]
        assert described["DocumentVersion"] == "2"
        replaced = {name: value for name, value in new.items() if name != "UpdateMethod"}
        assert document.provider.replaces(properties, replaced, ("Content",)) is True


def test_yaml_document() -> None:
    text = json.dumps(CONTENT)
    properties = {"Content": text, "DocumentFormat": "YAML", "Name": "ferry-greet"}
    with Trial("AWS::SSM::Document", properties) as document:
        found = document.read()
        assert {name: found[name] for name in properties} == properties


def test_maintenance_window() -> None:
    properties = {
        "Name": "nightly",
        "AllowUnassociatedTargets": True,
        "Cutoff": 1,
        "Duration": 3,
        "Schedule": "cron(0 2 ? * * *)",
        "ScheduleTimezone": "UTC",
        "Tags": TAGS,
    }
    with Trial("AWS::SSM::MaintenanceWindow", properties) as window:
        found = window.read()
        assert found["WindowId"] == window.physical_id
        assert {name: found[name] for name in properties} == properties
        assert window.update({**properties, "Tags": TAGS[:1]})["Tags"] == TAGS[:1]
        with pytest.raises(NotSimulatedError):
            window.update({**window.properties, "Duration": 4})
        target = {
            "WindowId": window.physical_id,
            "ResourceType": "INSTANCE",
            "Targets": [{"Key": "tag:a", "Values": ["1"]}],
            "Name": "all",
        }
        with Trial("AWS::SSM::MaintenanceWindowTarget", target) as it:
            assert it.read() == {"WindowTargetId": it.physical_id, **target}
        parameters = {"MaintenanceWindowRunCommandParameters": {"Comment": "c"}}
        task = {
            "WindowId": window.physical_id,
            "Priority": 1,
            "TaskType": "RUN_COMMAND",
            "TaskArn": "AWS-RunShellScript",
            "MaxConcurrency": "1",
            "MaxErrors": "1",
            "Targets": target["Targets"],
            "TaskInvocationParameters": parameters,
        }
        with Trial("AWS::SSM::MaintenanceWindowTask", task) as it:
            assert it.read() == {"WindowTaskId": it.physical_id, **task}


def test_a_patch_group_has_a_baseline_for_each_system() -> None:
    systems = ("AMAZON_LINUX", "AMAZON_LINUX_2", "WINDOWS")
    made = [
        Trial(
            "AWS::SSM::PatchBaseline",
            {"Name": f"fleet-{n}", "OperatingSystem": system, "PatchGroups": ["fleet"]},
            logical_id=f"B{n}",
        )
        for n, system in enumerate(systems)
    ]
    ssm = client("ssm")
    with several(*made):
        for system, one in zip(systems, made, strict=True):
            found = ssm.get_patch_baseline_for_patch_group(
                PatchGroup="fleet", OperatingSystem=system
            )
            assert found["BaselineId"] == one.physical_id
        other = {"Name": "other", "OperatingSystem": "WINDOWS", "PatchGroups": ["fleet"]}
        with pytest.raises(ClientError, match="already has a baseline registered"):
            Trial("AWS::SSM::PatchBaseline", other).create()


def test_patch_baseline() -> None:
    properties = {
        "Name": "ferry",
        "OperatingSystem": "AMAZON_LINUX_2",
        "Description": "ours",
        "ApprovedPatches": ["a"],
        "PatchGroups": ["web"],
        "Tags": TAGS,
    }
    with Trial("AWS::SSM::PatchBaseline", properties) as baseline:
        found = baseline.read()
        assert found["Id"] == baseline.physical_id
        assert {name: found[name] for name in properties} == properties
        ssm = client("ssm")
        web = {"PatchGroup": "web", "OperatingSystem": "AMAZON_LINUX_2"}
        group = ssm.get_patch_baseline_for_patch_group(**web)
        assert group["BaselineId"] == baseline.physical_id
        found = baseline.update({**properties, "PatchGroups": ["db"], "Tags": TAGS[:1]})
        assert found["Tags"] == TAGS[:1]
        assert ssm.get_patch_baseline_for_patch_group(**web)["BaselineId"] != found["Id"]
        group = ssm.get_patch_baseline_for_patch_group(**{**web, "PatchGroup": "db"})
        assert group["BaselineId"] == found["Id"]
        assert "DefaultBaseline" in str(
            baseline.provider.unsupported({**properties, "DefaultBaseline": True})
        )
