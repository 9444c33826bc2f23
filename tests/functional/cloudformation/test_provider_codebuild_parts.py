"""Projects of CodeBuild with several sources and artifacts."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def project(**more: Any) -> dict[str, Any]:
    return {
        "Name": "ferry",
        "ServiceRole": "arn:aws:iam::123456789012:role/builds",
        "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2"},
        "Artifacts": {"Type": "NO_ARTIFACTS"},
        "Environment": {
            "Type": "linuxContainer",
            "ComputeType": "BUILD_GENERAL1_SMALL",
            "Image": "aws/codebuild/standard:7.0",
        },
        **more,
    }


def test_parts() -> None:
    parts = {
        "SecondarySources": [
            {"SourceIdentifier": "docs", "Type": "S3", "Location": "ferry-docs/docs.zip"}
        ],
        "SecondaryArtifacts": [
            {"ArtifactIdentifier": "site", "Type": "S3", "Location": "ferry-site", "Name": "site"}
        ],
        "SecondarySourceVersions": [{"SourceIdentifier": "docs", "SourceVersion": "7"}],
    }
    asked = project(**parts)
    with Trial("AWS::CodeBuild::Project", asked) as it:
        found = it.read()
        assert {name: found[name] for name in parts} == parts
        assert found["Environment"]["Type"] == "linuxContainer"
        shown = client("codebuild").batch_get_projects(names=["ferry"])["projects"][0]
        assert shown["environment"]["type"] == "LINUX_CONTAINER"
        assert [one["sourceIdentifier"] for one in shown["secondarySources"]] == ["docs"]
        assert "SecondarySources" not in it.update(project())


def test_parts_without_a_name() -> None:
    with pytest.raises(ClientError, match="identifiers of their own"):
        Trial(
            "AWS::CodeBuild::Project",
            project(SecondarySources=[{"Type": "S3", "Location": "ferry-docs/docs.zip"}]),
        ).create()


def test_role_by_its_name() -> None:
    with Trial("AWS::CodeBuild::Project", project(ServiceRole="builds")) as it:
        assert it.read()["ServiceRole"] == "builds"
        shown = client("codebuild").batch_get_projects(names=["ferry"])["projects"][0]
        assert shown["serviceRole"] == "arn:aws:iam::123456789012:role/builds"
