"""Launches: later versions of templates, groups over several subnets, placement groups."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import create, delete, physical, template
from trial import Trial, client

AMI = "ami-0ff8a91507f77f867"
USER_DATA = base64.b64encode(b"#!/bin/sh\n").decode()


def network() -> dict[str, Any]:
    subnets = {
        f"Subnet{number}": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": f"10.9.{number}.0/24",
                "AvailabilityZone": f"us-east-1{'ab'[number]}",
            },
        }
        for number in range(2)
    }
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}
    return {"Vpc": vpc, **subnets}


def group_of_two() -> dict[str, Any]:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    security = {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "of the interfaces"}
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
        "Profile": {
            "Type": "AWS::IAM::InstanceProfile",
            "Properties": {"Roles": [{"Ref": "Role"}]},
        },
        "Security": {"Type": "AWS::EC2::SecurityGroup", "Properties": security},
        "Launch": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {
                "LaunchTemplateData": {
                    "ImageId": AMI,
                    "InstanceType": "t3.micro",
                    "UserData": USER_DATA,
                    "IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}},
                    "NetworkInterfaces": [
                        {"DeviceIndex": 0, "Groups": [{"Fn::GetAtt": ["Security", "GroupId"]}]}
                    ],
                    "BlockDeviceMappings": [
                        {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
                        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 9}},
                    ],
                }
            },
        },
        "Group": {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "Properties": {
                "MinSize": "2",
                "MaxSize": "4",
                "VPCZoneIdentifier": [{"Ref": "Subnet0"}, {"Ref": "Subnet1"}],
                "LaunchTemplate": {
                    "LaunchTemplateId": {"Ref": "Launch"},
                    "Version": {"Fn::GetAtt": ["Launch", "LatestVersionNumber"]},
                },
            },
        },
    }


def instances(group: str) -> list[dict[str, Any]]:
    filters = [
        {"Name": "tag:aws:autoscaling:groupName", "Values": [group]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    found = client("ec2").describe_instances(Filters=filters)["Reservations"]
    return [one for reservation in found for one in reservation["Instances"]]


def test_a_group_launches_what_its_template_says() -> None:
    found = create(
        "launches",
        template(None, **network(), **group_of_two()),
        Capabilities=["CAPABILITY_IAM"],
    )
    assert found["StackStatus"] == "CREATE_COMPLETE"
    started = instances(physical("launches", "Group"))
    subnets = [physical("launches", name) for name in ("Subnet0", "Subnet1")]
    assert sorted(one["SubnetId"] for one in started) == sorted(subnets)
    for one in started:
        assert one["IamInstanceProfile"]["Arn"].endswith(physical("launches", "Profile"))
        groups = [group["GroupId"] for group in one["NetworkInterfaces"][0]["Groups"]]
        assert groups == [physical("launches", "Security")]
        assert [device["DeviceName"] for device in one["BlockDeviceMappings"]] == ["/dev/xvda"]
    _scale_with_a_second_version(physical("launches", "Group"), physical("launches", "Launch"))
    assert delete("launches")["StackStatus"] == "DELETE_COMPLETE"


def _scale_with_a_second_version(group: str, launch: str) -> None:
    client("ec2").create_launch_template_version(
        LaunchTemplateId=launch,
        SourceVersion="1",
        LaunchTemplateData={"InstanceType": "t3.small", "UserData": USER_DATA},
    )
    scaling = client("autoscaling")
    scaling.update_auto_scaling_group(
        AutoScalingGroupName=group,
        LaunchTemplate={"LaunchTemplateId": launch, "Version": "2"},
        DesiredCapacity=3,
    )
    kinds = sorted(one["InstanceType"] for one in instances(group))
    assert kinds == ["t3.micro", "t3.micro", "t3.small"]
    scaling.update_auto_scaling_group(AutoScalingGroupName=group, MinSize=0, DesiredCapacity=0)


def test_placement_group() -> None:
    properties = {"Strategy": "spread", "Tags": [{"Key": "team", "Value": "a"}]}
    with Trial("AWS::EC2::PlacementGroup", properties) as trial:
        read = trial.read()
        assert read["Strategy"] == "spread"
        assert read["SpreadLevel"] == "rack"
        assert read["Tags"] == properties["Tags"]
        assert trial.update({"Strategy": "spread"})["Tags"] == []
        wanted = {"ImageId": AMI, "PlacementGroupName": trial.physical_id}
        with Trial("AWS::EC2::Instance", wanted, "Server") as server:
            assert server.read()["PlacementGroupName"] == trial.physical_id
            with pytest.raises(ClientError, match="is in use and may not be deleted"):
                client("ec2").delete_placement_group(GroupName=trial.physical_id)
    with pytest.raises(ClientError, match="is unknown"):
        client("ec2").run_instances(
            ImageId=AMI, MinCount=1, MaxCount=1, Placement={"GroupName": trial.physical_id}
        )


def test_a_security_group_that_is_not_there() -> None:
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        client("ec2").run_instances(
            ImageId=AMI, MinCount=1, MaxCount=1, SecurityGroups=["no-such-group"]
        )


def test_interfaces_after_the_end_of_their_instance() -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.0.0/24")["Subnet"]["SubnetId"]
    kept = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    interfaces = [
        {"DeviceIndex": 0, "SubnetId": subnet},
        {"DeviceIndex": 1, "NetworkInterfaceId": kept},
    ]
    launch = {"ImageId": AMI, "MinCount": 1, "MaxCount": 1, "NetworkInterfaces": interfaces}
    with pytest.raises(ClientError):
        ec2.run_instances(**launch | {"SecurityGroups": ["no-such-group"]})
    made = ec2.run_instances(**launch)["Instances"][0]["InstanceId"]
    ec2.terminate_instances(InstanceIds=[made])
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    left = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    assert [(one["NetworkInterfaceId"], one["Status"]) for one in left] == [(kept, "available")]
    ec2.delete_network_interface(NetworkInterfaceId=kept)
