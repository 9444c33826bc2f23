"""Security groups that instances cannot have."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from in_process import client


@pytest.mark.parametrize("where", ["instance", "interface"])
def test_groups_that_cannot_be(where: str) -> None:
    ec2 = client("ec2")
    images = ec2.describe_images(Filters=[{"Name": "name", "Values": ["amzn2*"]}])["Images"]
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    subnet = ec2.describe_subnets(Filters=wanted)["Subnets"][0]["SubnetId"]
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    foreign = ec2.create_security_group(GroupName="far", Description="far", VpcId=vpc)["GroupId"]

    def launch(group: str) -> None:
        if where == "instance":
            given = {"SubnetId": subnet, "SecurityGroupIds": [group]}
        else:
            nic = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}
            given = {"NetworkInterfaces": [nic]}
        ec2.run_instances(ImageId=images[0]["ImageId"], MinCount=1, MaxCount=1, **given)

    def instances() -> list[str]:
        groups = ec2.describe_instances()["Reservations"]
        return [one["InstanceId"] for group in groups for one in group["Instances"]]

    before = instances()
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        launch("sg-0123456789abcdef0")
    with pytest.raises(ClientError, match="belong to different networks"):
        launch(foreign)
    with pytest.raises(ClientError, match='expecting "sg-'):
        launch("default")
    assert instances() == before
    ec2.delete_security_group(GroupId=foreign)
    ec2.delete_vpc(VpcId=vpc)
