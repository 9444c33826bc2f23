"""AWS::Batch."""

from __future__ import annotations

import json
from typing import Any

from trial import Trial, client, several

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def environment(**more: Any) -> dict[str, Any]:
    ec2 = client("ec2")
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]
    wanted = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    subnet = ec2.describe_subnets(Filters=wanted)["Subnets"][0]["SubnetId"]
    group = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"][0]["GroupId"]
    return {
        "Type": "managed",
        "ComputeResources": {
            "Type": "FARGATE",
            "MaxvCpus": 4,
            "Subnets": [subnet],
            "SecurityGroupIds": [group],
        },
        **more,
    }


def test_environment_and_queue() -> None:
    asked = environment(Tags={"team": "blue"})
    above = Trial("AWS::Batch::ComputeEnvironment", asked, "Env")
    with above:
        found = above.read()
        assert found["ComputeEnvironmentArn"] == above.physical_id
        assert {name: found[name] for name in asked} == asked
        shown = client("batch").describe_compute_environments()["computeEnvironments"][0]
        assert shown["serviceRole"].endswith(
            "role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
        )
        assert shown["state"] == "ENABLED"
        order = [{"Order": 1, "ComputeEnvironment": above.physical_id}]
        queue = {"Priority": 1, "ComputeEnvironmentOrder": order}
        with Trial("AWS::Batch::JobQueue", queue, "Queue") as it:
            assert it.read() == {**queue, "JobQueueArn": it.physical_id, "Tags": {}}
            assert it.update({**queue, "Priority": 7, "Tags": {"a": "b"}})["Priority"] == 7
            assert it.read()["Tags"] == {"a": "b"}
        disabled = above.update({**asked, "State": "DISABLED"})
        assert disabled["State"] == "DISABLED"


def test_environment_of_instances() -> None:
    iam = client("iam")
    iam.create_role(RoleName="for-instances", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_instance_profile(InstanceProfileName="for-instances")
    asked = environment(Type="MANAGED")
    asked["ComputeResources"] |= {
        "Type": "EC2",
        "MinvCpus": 0,
        "DesiredvCpus": 0,
        "InstanceTypes": ["optimal"],
        "InstanceRole": "for-instances",
    }
    with Trial("AWS::Batch::ComputeEnvironment", asked) as it:
        assert it.read()["ComputeResources"] == asked["ComputeResources"]


def test_job_definition() -> None:
    container = {
        "Image": "busybox",
        "Command": ["echo", "boat"],
        "ResourceRequirements": [
            {"Type": "VCPU", "Value": "1"},
            {"Type": "MEMORY", "Value": "512"},
        ],
    }
    asked = {
        "Type": "container",
        "JobDefinitionName": "boats",
        "ContainerProperties": container,
        "RetryStrategy": {"Attempts": 2},
        "Timeout": {"AttemptDurationSeconds": 60},
        "Parameters": {"harbour": "north"},
    }
    with Trial("AWS::Batch::JobDefinition", asked) as it:
        found = it.read()
        assert it.physical_id.endswith(":job-definition/boats:1")
        assert found["JobDefinitionArn"] == it.physical_id
        assert {name: found[name] for name in asked} == asked
        assert it.provider.replaces(asked, {**asked, "Timeout": {}}, ("Timeout",))
        shown = client("batch").describe_job_definitions(jobDefinitionName="boats")
        assert [one["status"] for one in shown["jobDefinitions"]] == ["ACTIVE"]
    asked |= {"RetryStrategy": {}, "Timeout": {}}
    with Trial("AWS::Batch::JobDefinition", asked) as it:
        found = it.read()
        assert {name: found[name] for name in asked} == asked


def test_scheduling_policy() -> None:
    share = {"ShareDecaySeconds": 10.0, "ComputeReservation": 1.0}
    asked = {"Name": "fair", "FairsharePolicy": share}
    it = Trial("AWS::Batch::SchedulingPolicy", asked)
    with several(it):
        found = it.read()
        assert found["Arn"] == it.physical_id
        assert found["FairsharePolicy"]["ShareDecaySeconds"] == 10
        changed = it.update({**asked, "FairsharePolicy": {"ShareDecaySeconds": 20.0}})
        assert changed["FairsharePolicy"]["ShareDecaySeconds"] == 20
