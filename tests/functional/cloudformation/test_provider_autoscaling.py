"""AWS::AutoScaling, type by type."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from delivering import hear
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

SCALING = "AWS::AutoScaling::"
AMI = "ami-0ff8a91507f77f867"
TAGS = [
    {"Key": "Name", "Value": "web", "PropagateAtLaunch": True},
    {"Key": "team", "Value": "a", "PropagateAtLaunch": False},
]
USER_DATA = base64.b64encode(b"#!/bin/sh\n").decode()
ZONES = ["us-east-1a", "us-east-1b"]


@pytest.fixture
def configuration() -> Iterator[str]:
    properties = {"ImageId": AMI, "InstanceType": "t3.micro"}
    with Trial(SCALING + "LaunchConfiguration", properties, "Launch") as trial:
        yield trial.physical_id


@pytest.fixture
def group(configuration: str) -> Iterator[str]:
    properties = {
        "LaunchConfigurationName": configuration,
        "MinSize": "0",
        "MaxSize": "2",
        "AvailabilityZones": ZONES,
    }
    with Trial(SCALING + "AutoScalingGroup", properties, "Group") as trial:
        yield trial.physical_id


def instances(name: str) -> list[dict[str, Any]]:
    filters = [
        {"Name": "tag:aws:autoscaling:groupName", "Values": [name]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    found = client("ec2").describe_instances(Filters=filters)["Reservations"]
    return [one for reservation in found for one in reservation["Instances"]]


def test_launch_configuration() -> None:
    properties = {
        "ImageId": AMI,
        "InstanceType": "t3.micro",
        "UserData": USER_DATA,
        "AssociatePublicIpAddress": True,
        "InstanceMonitoring": False,
        "SpotPrice": "0.05",
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 12, "VolumeType": "gp3"}},
            {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
        ],
    }
    with Trial(SCALING + "LaunchConfiguration", properties) as launch:
        found = launch.read()
        assert launch.physical_id == found["LaunchConfigurationName"]
        assert {name: found[name] for name in properties} == properties
        using = {
            "LaunchConfigurationName": launch.physical_id,
            "MinSize": "1",
            "MaxSize": "1",
            "AvailabilityZones": ZONES,
        }
        with Trial(SCALING + "AutoScalingGroup", using) as group:
            assert len(instances(group.physical_id)) == 1
            with pytest.raises(ResourceError, match="because it is attached to AutoScalingGroup"):
                launch.delete()


def test_group(configuration: str) -> None:
    topic = client("sns").create_topic(Name="scaling")["TopicArn"]
    queue = client("sqs").create_queue(QueueName="scaling")["QueueUrl"]
    hear(topic, queue)
    properties: dict[str, Any] = {
        "LaunchConfigurationName": configuration,
        "MinSize": "1",
        "MaxSize": "3",
        "DesiredCapacity": "2",
        "AvailabilityZones": ZONES,
        "HealthCheckType": "ELB",
        "HealthCheckGracePeriod": 120,
        "Cooldown": "60",
        "TerminationPolicies": ["OldestInstance"],
        "MetricsCollection": [{"Granularity": "1Minute", "Metrics": ["GroupMinSize"]}],
        "LifecycleHookSpecificationList": [
            {
                "LifecycleHookName": "start",
                "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
                "HeartbeatTimeout": 60,
            }
        ],
        "NotificationConfigurations": [
            {"TopicARN": topic, "NotificationTypes": ["autoscaling:EC2_INSTANCE_LAUNCH"]}
        ],
        "Tags": TAGS,
    }
    with Trial(SCALING + "AutoScalingGroup", properties) as group:
        found = group.read()
        assert group.physical_id.startswith("trial-Thing-")
        assert {name: found[name] for name in properties} == properties
        assert found["AutoScalingGroupARN"].endswith(group.physical_id)
        started = instances(group.physical_id)
        assert len(started) == 2
        tags = {one["Key"]: one["Value"] for one in started[0]["Tags"]}
        assert tags["Name"] == "web"
        assert "team" not in tags
        events = []
        while got := client("sqs").receive_message(QueueUrl=queue).get("Messages"):
            for one in got:
                body = json.loads(json.loads(one["Body"])["Message"])
                events.append(body["Event"].partition(":")[2])
                client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
        assert sorted(events) == ["EC2_INSTANCE_LAUNCH", "EC2_INSTANCE_LAUNCH", "TEST_NOTIFICATION"]
        new = {**properties, "DesiredCapacity": "1", "MaxSize": "1", "Tags": TAGS[1:]}
        del new["HealthCheckType"], new["MetricsCollection"], new["LifecycleHookSpecificationList"]
        found = group.update(new)
        assert (found["MaxSize"], found["DesiredCapacity"]) == ("1", "1")
        assert found["HealthCheckType"] == "EC2"
        assert found["MetricsCollection"] == []
        assert "LifecycleHookSpecificationList" not in found
        assert found["Tags"] == TAGS[1:]
        assert len(instances(group.physical_id)) == 1
        with pytest.raises(NotSimulatedError, match="Cooldown"):
            group.update({**new, "Cooldown": "10"})
    assert instances(group.physical_id) == []


def test_group_with_template() -> None:
    data = {"ImageId": AMI, "InstanceType": "t3.small", "UserData": USER_DATA}
    kind = "AWS::EC2::LaunchTemplate"
    with (
        Trial(kind, {"LaunchTemplateData": data}, "Template") as template,
        Trial("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, "Vpc") as vpc,
        Trial(
            "AWS::EC2::Subnet", {"VpcId": vpc.physical_id, "CidrBlock": "10.0.1.0/24"}, "Subnet"
        ) as subnet,
        Trial(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            {"VpcId": vpc.physical_id, "Port": 80, "Protocol": "HTTP"},
            "Targets",
        ) as targets,
    ):
        use = {"LaunchTemplateId": template.physical_id, "Version": "1"}
        properties = {
            "LaunchTemplate": use,
            "MinSize": "1",
            "MaxSize": "2",
            "VPCZoneIdentifier": [subnet.physical_id],
            "TargetGroupARNs": [targets.physical_id],
        }
        with Trial(SCALING + "AutoScalingGroup", properties) as group:
            found = group.read()
            assert {name: found[name] for name in properties} == properties
            one = instances(group.physical_id)[0]
            assert (one["InstanceType"], one["SubnetId"]) == ("t3.small", subnet.physical_id)
            assert [target["Id"] for target in targets.read()["Targets"]] == [one["InstanceId"]]
            new = {**properties, "TargetGroupARNs": []}
            assert group.update(new)["TargetGroupARNs"] == []


def test_group_of_mixed_instances() -> None:
    data = {"ImageId": AMI, "InstanceType": "t3.small"}
    with Trial("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": data}, "Template") as template:
        policy = {
            "LaunchTemplate": {
                "LaunchTemplateSpecification": {
                    "LaunchTemplateId": template.physical_id,
                    "Version": "1",
                },
                "Overrides": [{"InstanceType": "t3.small"}, {"InstanceType": "t3.large"}],
            },
            "InstancesDistribution": {"OnDemandBaseCapacity": 1},
        }
        properties = {
            "MixedInstancesPolicy": policy,
            "MinSize": "1",
            "MaxSize": "1",
            "AvailabilityZones": ZONES,
        }
        with Trial(SCALING + "AutoScalingGroup", properties) as group:
            assert group.read()["MixedInstancesPolicy"] == policy
            assert len(instances(group.physical_id)) == 1


def test_policies(group: str) -> None:
    step = {
        "AutoScalingGroupName": group,
        "PolicyType": "StepScaling",
        "AdjustmentType": "ChangeInCapacity",
        "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 1}],
        "EstimatedInstanceWarmup": 60,
    }
    with Trial(SCALING + "ScalingPolicy", step) as policy:
        found = policy.read()
        assert {name: found[name] for name in step} == step
        assert policy.physical_id == found["Arn"]
        assert found["PolicyName"].startswith("trial-Thing-")
    simple = {
        "AutoScalingGroupName": group,
        "PolicyType": "SimpleScaling",
        "AdjustmentType": "ChangeInCapacity",
        "ScalingAdjustment": 1,
        "Cooldown": "60",
    }
    with Trial(SCALING + "ScalingPolicy", simple) as policy:
        found = policy.read()
        assert {name: found[name] for name in simple} == simple
        found = policy.update({**simple, "ScalingAdjustment": -1})
        assert found["ScalingAdjustment"] == -1
    tracking = {
        "AutoScalingGroupName": group,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingConfiguration": {
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            "TargetValue": 50.0,
        },
    }
    with Trial(SCALING + "ScalingPolicy", tracking) as policy:
        found = policy.read()
        assert {name: found[name] for name in tracking} == tracking


def test_what_belongs_to_a_group(group: str) -> None:
    scheduled = {"AutoScalingGroupName": group, "MinSize": 1, "Recurrence": "0 7 * * *"}
    with Trial(SCALING + "ScheduledAction", scheduled) as action:
        assert action.read() == {"ScheduledActionName": action.physical_id, **scheduled}
        found = action.update({**scheduled, "StartTime": "2030-01-01T00:00:00Z"})
        assert found["StartTime"] == "2030-01-01T00:00:00Z"
    hooked = {
        "AutoScalingGroupName": group,
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        "DefaultResult": "CONTINUE",
        "HeartbeatTimeout": 30,
    }
    with Trial(SCALING + "LifecycleHook", hooked) as hook:
        assert hook.read() == {"LifecycleHookName": hook.physical_id, **hooked}
        assert hook.update({**hooked, "HeartbeatTimeout": 60})["HeartbeatTimeout"] == 60
    pool = {"AutoScalingGroupName": group, "MinSize": 1, "PoolState": "Stopped"}
    with Trial(SCALING + "WarmPool", pool) as warm:
        assert warm.physical_id == group
        assert warm.read() == pool
        assert warm.update({**pool, "MinSize": 2})["MinSize"] == 2
