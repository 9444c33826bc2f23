"""AWS::ECS, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]
CONTAINER = {
    "Name": "web",
    "Image": "nginx",
    "Essential": True,
    "Memory": 128,
    "PortMappings": [{"ContainerPort": 80, "HostPort": 80, "Protocol": "tcp"}],
    "Environment": [{"Name": "A", "Value": "1"}],
    "DockerLabels": {"lower": "case"},
    "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g"}},
}


def kept(trial: Trial) -> dict[str, Any]:
    found = trial.read()
    return {name: found.get(name) for name in trial.properties}


def task(**properties: Any) -> Trial:
    given = {"ContainerDefinitions": [CONTAINER], **properties}
    return Trial("AWS::ECS::TaskDefinition", given, logical_id="Task")


def test_cluster() -> None:
    settings = [{"Name": "containerInsights", "Value": "enabled"}]
    given = {"ClusterSettings": settings, "CapacityProviders": ["FARGATE"], "Tags": TAGS}
    with Trial("AWS::ECS::Cluster", given) as cluster:
        assert kept(cluster) == given
        assert cluster.read()["Arn"].endswith(f":cluster/{cluster.physical_id}")
        found = cluster.update({"CapacityProviders": ["FARGATE_SPOT"], "Tags": TAGS[:1]})
        assert found["ClusterSettings"][0]["Value"] == "disabled"
        assert (found["CapacityProviders"], found["Tags"]) == (["FARGATE_SPOT"], TAGS[:1])
        strategy = [{"CapacityProvider": "FARGATE", "Weight": 1, "Base": 0}]
        link = Trial(
            "AWS::ECS::ClusterCapacityProviderAssociations",
            {
                "Cluster": cluster.physical_id,
                "CapacityProviders": ["FARGATE"],
                "DefaultCapacityProviderStrategy": strategy,
            },
        ).create()
        assert kept(link) == link.properties
        assert link.physical_id == cluster.physical_id


def test_task_definition() -> None:
    role = "arn:aws:iam::123456789012:role/task"
    given = {
        "Family": "boats",
        "Cpu": "256",
        "Memory": "512",
        "NetworkMode": "awsvpc",
        "RequiresCompatibilities": ["FARGATE"],
        "ExecutionRoleArn": role,
        "TaskRoleArn": role,
        "Volumes": [{"Name": "v"}],
        "Tags": TAGS,
    }
    with task(**given) as made:
        found = made.read()
        assert {name: found[name] for name in given if name != "Volumes"} == {
            name: given[name] for name in given if name != "Volumes"
        }
        assert found["Volumes"][0]["Name"] == "v"
        shown = found["ContainerDefinitions"][0]
        assert {name: shown[name] for name in CONTAINER} == CONTAINER
        assert made.physical_id == found["TaskDefinitionArn"]
        assert ":task-definition/boats:" in made.physical_id
        assert made.update({**made.properties, "Tags": TAGS[1:]})["Tags"] == TAGS[1:]


def test_service() -> None:
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    with Trial("AWS::ECS::Cluster", {}, logical_id="Cluster") as cluster, task() as one:
        given = {
            "Cluster": cluster.physical_id,
            "TaskDefinition": one.physical_id,
            "DesiredCount": 2,
            "LaunchType": "FARGATE",
            "DeploymentConfiguration": {"MaximumPercent": 150, "MinimumHealthyPercent": 50},
            "HealthCheckGracePeriodSeconds": 30,
            "EnableExecuteCommand": True,
            "PropagateTags": "SERVICE",
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {"Subnets": [subnet], "AssignPublicIp": "ENABLED"}
            },
            "Tags": TAGS,
        }
        with Trial("AWS::ECS::Service", given, logical_id="Service") as service:
            assert kept(service) == given
            found = service.read()
            assert found["ServiceArn"] == service.physical_id
            assert found["Name"].startswith("trial-Service-")
            with pytest.raises(ResourceError, match="while Services are active"):
                cluster.delete()
            found = service.update({**given, "DesiredCount": 3, "Tags": TAGS[:1]})
            assert (found["DesiredCount"], found["Tags"]) == (3, TAGS[:1])
            revision = one.physical_id.rpartition("/")[2]
            for named in (revision, revision.partition(":")[0]):
                found = service.update({**given, "TaskDefinition": named})
                assert found["TaskDefinition"] == named


def test_capacity_provider() -> None:
    group = {
        "AutoScalingGroupArn": (
            "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/a"
        ),
        "ManagedScaling": {"Status": "ENABLED", "TargetCapacity": 80},
        "ManagedTerminationProtection": "DISABLED",
    }
    with Trial("AWS::ECS::CapacityProvider", {"AutoScalingGroupProvider": group}) as provider:
        found = provider.read()["AutoScalingGroupProvider"]
        assert found["AutoScalingGroupArn"] == group["AutoScalingGroupArn"]
        assert found["ManagedScaling"]["TargetCapacity"] == 80
        changed = {**group, "ManagedScaling": {"Status": "ENABLED", "TargetCapacity": 90}}
        found = provider.update({"AutoScalingGroupProvider": changed})["AutoScalingGroupProvider"]
        assert found["ManagedScaling"]["TargetCapacity"] == 90
