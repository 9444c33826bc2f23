"""AWS::CodeBuild: credentials of sources, and webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import GoneError

CREDENTIAL = {"AuthType": "PERSONAL_ACCESS_TOKEN", "ServerType": "GITHUB", "Token": "secret"}
PUSHED = {"Type": "EVENT", "Pattern": "PUSH"}
MAIN = {"Type": "HEAD_REF", "Pattern": "^refs/heads/main$", "ExcludeMatchedPattern": False}
TRIGGERS = {"Webhook": True, "FilterGroups": [[PUSHED, MAIN]]}


def _project(triggers: dict[str, Any] | None) -> dict[str, Any]:
    asked = {
        "Artifacts": {"Type": "NO_ARTIFACTS"},
        "Environment": {
            "ComputeType": "BUILD_GENERAL1_SMALL",
            "Image": "aws/codebuild/standard:7.0",
            "Type": "LINUX_CONTAINER",
        },
        "Name": "boats",
        "ServiceRole": "arn:aws:iam::123456789012:role/builder",
        "Source": {"Type": "GITHUB", "Location": "https://github.com/me/boats.git"},
    }
    return asked | ({"Triggers": triggers} if triggers else {})


def test_credential() -> None:
    with Trial("AWS::CodeBuild::SourceCredential", CREDENTIAL) as it:
        assert it.physical_id == "arn:aws:codebuild:us-east-1:123456789012:token/github"
        read = it.read()
        assert (read["ServerType"], read["AuthType"]) == ("GITHUB", "PERSONAL_ACCESS_TOKEN")
        assert "Token" not in read
        with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
            Trial("AWS::CodeBuild::SourceCredential", CREDENTIAL).create()
        assert it.update(CREDENTIAL | {"AuthType": "OAUTH"})["AuthType"] == "OAUTH"
    with pytest.raises(GoneError):
        it.read()


def test_webhook() -> None:
    builds = client("codebuild")
    with pytest.raises(ClientError, match="Could not find access token for server type github"):
        Trial("AWS::CodeBuild::Project", _project(TRIGGERS)).create()
    assert builds.list_projects()["projects"] == []
    with (
        Trial("AWS::CodeBuild::SourceCredential", CREDENTIAL),
        Trial("AWS::CodeBuild::Project", _project(TRIGGERS)) as it,
    ):
        assert it.read()["Triggers"] == TRIGGERS
        first = builds.batch_get_projects(names=["boats"])["projects"][0]["webhook"]
        assert first["filterGroups"][0][0] == {"type": "EVENT", "pattern": "PUSH"}
        assert first["url"].startswith("https://github.com/me/boats/")
        fewer = {"Webhook": True, "FilterGroups": [[PUSHED]]}
        assert it.update(_project(fewer))["Triggers"] == fewer
        again = builds.batch_get_projects(names=["boats"])["projects"][0]["webhook"]
        assert again["payloadUrl"] == first["payloadUrl"]
        with pytest.raises(ClientError, match="already exists"):
            builds.create_webhook(projectName="boats")
        it.update(_project(None))
        assert "webhook" not in builds.batch_get_projects(names=["boats"])["projects"][0]
        with pytest.raises(ClientError, match="Webhook not found"):
            builds.delete_webhook(projectName="boats")
        assert it.update(_project(TRIGGERS))["Triggers"] == TRIGGERS
        builds.delete_webhook(projectName="boats")
        assert it.read()["Triggers"]["Webhook"] is False
        whole = {**TRIGGERS, "ScopeConfiguration": {"Name": "us"}}
        refused = it.provider.unsupported(_project(whole))
        assert refused is not None
        assert "Triggers.ScopeConfiguration" in refused
