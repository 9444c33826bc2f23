"""AWS::ECR, CodeBuild, CodePipeline and CodeCommit, type by type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import ACCOUNT, Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError

ROLE = f"arn:aws:iam::{ACCOUNT}:role/works"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "pull",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": ["ecr:BatchGetImage"],
        }
    ],
}


def test_repository() -> None:
    rules = {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "any",
                    "countType": "imageCountMoreThan",
                    "countNumber": 3,
                },
                "action": {"type": "expire"},
            }
        ]
    }
    properties = {
        "EncryptionConfiguration": {"EncryptionType": "AES256"},
        "ImageScanningConfiguration": {"ScanOnPush": True},
        "ImageTagMutability": "IMMUTABLE",
        "LifecyclePolicy": {"LifecyclePolicyText": json.dumps(rules)},
        "RepositoryName": "shop",
        "RepositoryPolicyText": POLICY,
        "Tags": TAGS,
    }
    with Trial("AWS::ECR::Repository", properties) as repository:
        found = repository.read()
        assert {name: found[name] for name in properties} == properties
        assert found["Arn"].endswith(":repository/shop")
        assert found["RepositoryUri"] == f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/shop"
        client("ecr").put_image(
            repositoryName="shop",
            imageManifest=json.dumps({"schemaVersion": 2, "config": {"size": 1}, "layers": []}),
            imageManifestMediaType="application/vnd.docker.distribution.manifest.v2+json",
            imageTag="1",
        )
        with pytest.raises(ClientError, match="RepositoryNotEmpty"):
            repository.delete()
        found = repository.update(
            {"EmptyOnDelete": True, "RepositoryName": "shop", "Tags": TAGS[1:]}
        )
        assert found["ImageTagMutability"] == "MUTABLE"
        assert found["ImageScanningConfiguration"] == {"ScanOnPush": False}
        assert found["Tags"] == TAGS[1:]
        assert "LifecyclePolicy" not in found
        assert "RepositoryPolicyText" not in found


def test_registry() -> None:
    statement = {**POLICY["Statement"][0], "Action": ["ecr:ReplicateImage"], "Resource": "*"}
    properties: dict[str, Any] = {"PolicyText": {**POLICY, "Statement": [statement]}}
    with Trial("AWS::ECR::RegistryPolicy", properties) as policy:
        assert policy.read() == {**properties, "RegistryId": ACCOUNT}
    rules = [{"Destinations": [{"Region": "eu-west-1", "RegistryId": ACCOUNT}]}]
    properties = {"ReplicationConfiguration": {"Rules": rules}}
    with Trial("AWS::ECR::ReplicationConfiguration", properties) as it:
        found = it.read()["ReplicationConfiguration"]["Rules"][0]
        assert found["Destinations"] == rules[0]["Destinations"]


def test_build_project() -> None:
    properties = {
        "Artifacts": {"Type": "NO_ARTIFACTS"},
        "Cache": {"Type": "LOCAL", "Modes": ["LOCAL_SOURCE_CACHE"]},
        "Description": "builds",
        "Environment": {
            "ComputeType": "BUILD_GENERAL1_SMALL",
            "EnvironmentVariables": [{"Name": "A", "Value": "1", "Type": "PLAINTEXT"}],
            "Image": "aws/codebuild/standard:7.0",
            "Type": "LINUX_CONTAINER",
        },
        "LogsConfig": {"CloudWatchLogs": {"Status": "ENABLED", "GroupName": "g"}},
        "Name": "shop",
        "ServiceRole": ROLE,
        "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2"},
        "Tags": TAGS,
        "TimeoutInMinutes": 10,
    }
    with Trial("AWS::CodeBuild::Project", properties) as project:
        found = project.read()
        assert {name: found[name] for name in properties} == properties
        assert found["Arn"].endswith(":project/shop")
        assert found["QueuedTimeoutInMinutes"] == 480
        builds = client("codebuild")
        build = builds.start_build(projectName="shop")["build"]["id"]
        found = project.update({**properties, "TimeoutInMinutes": 20, "Tags": TAGS[:1]})
        assert (found["TimeoutInMinutes"], found["Tags"]) == (20, TAGS[:1])
        assert builds.list_builds_for_project(projectName="shop")["ids"] == [build]


def test_pipeline() -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "codepipeline.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }

    def stage(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
        kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
        return {"Name": name, "Actions": [{"ActionTypeId": kind, "Name": name, **more}]}

    source = stage(
        "Source",
        "Source",
        "S3",
        Configuration={"S3Bucket": "b", "S3ObjectKey": "k"},
        InputArtifacts=[],
        OutputArtifacts=[{"Name": "code"}],
        RunOrder=1,
    )
    deploy = stage(
        "Deploy",
        "Deploy",
        "CloudFormation",
        Configuration={"ActionMode": "CREATE_UPDATE", "StackName": "s"},
        InputArtifacts=[{"Name": "code"}],
        OutputArtifacts=[],
        RunOrder=1,
    )
    with Trial("AWS::IAM::Role", {"AssumeRolePolicyDocument": trust, "Path": "/p/"}) as role:
        properties = {
            "ArtifactStore": {"Location": "bucket", "Type": "S3"},
            "Name": "release",
            "RoleArn": role.read()["Arn"],
            "Stages": [source, deploy],
            "Tags": TAGS,
        }
        with Trial("AWS::CodePipeline::Pipeline", properties) as pipeline:
            found = pipeline.read()
            assert {name: found[name] for name in properties} == {**properties, "Tags": TAGS[1:]}
            assert found["Version"] == "1"
            changed = {**properties, "Stages": [source, {**deploy, "Name": "Ship"}], "Tags": []}
            found = pipeline.update(changed)
            assert found["Stages"][1]["Name"] == "Ship"
            assert (found["Tags"], found["Version"]) == ([], "2")


@pytest.mark.parametrize(
    ("principal", "trusted"),
    [
        ({"Service": ["codepipeline.amazonaws.com", "codebuild.amazonaws.com"]}, True),
        ({"AWS": "arn:aws:iam::123456789012:root"}, False),
        ({"Service": "codebuild.amazonaws.com"}, False),
    ],
)
def test_role_of_a_pipeline(principal: dict[str, Any], trusted: bool) -> None:
    person = {"AWS": "arn:aws:iam::123456789012:root"}
    statements = [
        {"Effect": "Allow", "Principal": one, "Action": "sts:AssumeRole"}
        for one in (person, principal)
    ]
    trust = {"Version": "2012-10-17", "Statement": statements}
    kind = {"Owner": "AWS", "Version": "1"}
    source = {
        "Name": "Source",
        "ActionTypeId": {**kind, "Category": "Source", "Provider": "S3"},
        "Configuration": {"S3Bucket": "b", "S3ObjectKey": "k"},
        "OutputArtifacts": [{"Name": "code"}],
    }
    ask = {"Name": "Ask", "ActionTypeId": {**kind, "Category": "Approval", "Provider": "Manual"}}
    with Trial("AWS::IAM::Role", {"AssumeRolePolicyDocument": trust}) as role:
        properties = {
            "ArtifactStore": {"Location": "bucket", "Type": "S3"},
            "RoleArn": role.read()["Arn"],
            "Stages": [{"Name": one["Name"], "Actions": [one]} for one in (source, ask)],
        }
        if trusted:
            with Trial("AWS::CodePipeline::Pipeline", properties) as pipeline:
                assert pipeline.read()["RoleArn"] == properties["RoleArn"]
        else:
            with pytest.raises(ClientError, match="not authorized to perform AssumeRole"):
                Trial("AWS::CodePipeline::Pipeline", properties).create()


def test_commits() -> None:
    properties = {"RepositoryDescription": "code", "RepositoryName": "shop"}
    with Trial("AWS::CodeCommit::Repository", properties) as repository:
        found = repository.read()
        assert {name: found[name] for name in properties} == properties
        assert found["RepositoryId"] == repository.physical_id
        assert found["CloneUrlHttp"].endswith("/v1/repos/shop")
        with pytest.raises(NotSimulatedError, match="RepositoryDescription"):
            repository.update({**properties, "RepositoryDescription": "other"})
