"""Fleets of instances."""

from __future__ import annotations

from typing import Any

import pytest
from trial import Trial, client


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    ec2 = client("ec2")
    images = ec2.describe_images(Filters=[{"Name": "name", "Values": ["amzn2*"]}])["Images"]
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    data = {
        "ImageId": images[0]["ImageId"],
        "InstanceType": "t3.micro",
    }
    made = ec2.create_launch_template(LaunchTemplateName="fleet", LaunchTemplateData=data)
    subnet = ec2.describe_subnets(Filters=wanted)["Subnets"][0]["SubnetId"]
    found = made["LaunchTemplate"]
    return {"id": found["LaunchTemplateId"], "subnet": subnet, "image": data["ImageId"]}


def test_fleet(template: dict[str, Any]) -> None:
    asked = {
        "LaunchTemplateConfigs": [
            {
                "LaunchTemplateSpecification": {
                    "LaunchTemplateId": template["id"],
                    "Version": "1",
                },
                "Overrides": [{"InstanceType": "t3.small", "SubnetId": template["subnet"]}],
            }
        ],
        "TargetCapacitySpecification": {
            "TotalTargetCapacity": 2,
            "DefaultTargetCapacityType": "on-demand",
        },
        "Type": "maintain",
    }
    with Trial("AWS::EC2::EC2Fleet", asked) as it:
        assert it.read() == {**asked, "FleetId": it.physical_id}
        found = client("ec2").describe_fleet_instances(FleetId=it.physical_id)["ActiveInstances"]
        assert [one["InstanceType"] for one in found] == ["t3.small", "t3.small"]
    ids = [one["InstanceId"] for one in found]
    ended = client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    states = [one["State"]["Name"] for group in ended for one in group["Instances"]]
    assert states == ["terminated", "terminated"]


def test_spot_fleet(template: dict[str, Any]) -> None:
    config = {
        "IamFleetRole": "arn:aws:iam::123456789012:role/fleet",
        "TargetCapacity": 1,
        "SpotPrice": "0.1",
        "LaunchSpecifications": [
            {
                "ImageId": template["image"],
                "InstanceType": "t3.micro",
                "SubnetId": template["subnet"],
            }
        ],
    }
    asked = {"SpotFleetRequestConfigData": config}
    with Trial("AWS::EC2::SpotFleet", asked) as it:
        assert it.read() == {**asked, "Id": it.physical_id}
        larger = {"SpotFleetRequestConfigData": {**config, "TargetCapacity": 3}}
        assert it.update(larger) == {**larger, "Id": it.physical_id}
        found = client("ec2").describe_spot_fleet_instances(SpotFleetRequestId=it.physical_id)
        assert len(found["ActiveInstances"]) == 3
