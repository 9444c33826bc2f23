"""Instances launched with volumes that need IOPS."""

from __future__ import annotations

from typing import Any

import pytest
from trial import Trial, client

FAST = {"VolumeType": "io1", "VolumeSize": 100, "Iops": 1000}
MAPPINGS = [{"DeviceName": "/dev/sdf", "Ebs": FAST}]


def volumes(instance_id: str) -> list[Any]:
    wanted = [{"Name": "attachment.instance-id", "Values": [instance_id]}]
    found = client("ec2").describe_volumes(Filters=wanted)["Volumes"]
    return [(one["VolumeType"], one.get("Iops")) for one in found if one["Size"] == 100]


@pytest.fixture(scope="module")
def place() -> dict[str, str]:
    ec2 = client("ec2")
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    subnet = ec2.describe_subnets(Filters=wanted)["Subnets"][0]["SubnetId"]
    images = ec2.describe_images(Filters=[{"Name": "name", "Values": ["amzn2*"]}])["Images"]
    return {"subnet": subnet, "image": images[0]["ImageId"]}


def test_run_instances(place: dict[str, str]) -> None:
    made = client("ec2").run_instances(
        ImageId=place["image"],
        SubnetId=place["subnet"],
        MinCount=1,
        MaxCount=1,
        BlockDeviceMappings=MAPPINGS,
    )
    assert volumes(made["Instances"][0]["InstanceId"]) == [("io1", 1000)]


def test_launch_template(place: dict[str, str]) -> None:
    ec2 = client("ec2")
    data = {"ImageId": place["image"], "BlockDeviceMappings": MAPPINGS}
    ec2.create_launch_template(LaunchTemplateName="fast", LaunchTemplateData=data)
    made = ec2.run_instances(
        LaunchTemplate={"LaunchTemplateName": "fast"},
        SubnetId=place["subnet"],
        MinCount=1,
        MaxCount=1,
    )
    assert volumes(made["Instances"][0]["InstanceId"]) == [("io1", 1000)]


def test_launch_configuration(place: dict[str, str]) -> None:
    config = {
        "ImageId": place["image"],
        "InstanceType": "t3.micro",
        "BlockDeviceMappings": MAPPINGS,
    }
    with Trial("AWS::AutoScaling::LaunchConfiguration", config, "Config") as it:
        group = {
            "LaunchConfigurationName": it.physical_id,
            "MinSize": "1",
            "MaxSize": "1",
            "VPCZoneIdentifier": [place["subnet"]],
        }
        with Trial("AWS::AutoScaling::AutoScalingGroup", group, "Group") as made:
            found = client("autoscaling").describe_auto_scaling_groups(
                AutoScalingGroupNames=[made.physical_id]
            )["AutoScalingGroups"][0]
            assert volumes(found["Instances"][0]["InstanceId"]) == [("io1", 1000)]
