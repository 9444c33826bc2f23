"""AWS::EC2: instances and what they use."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import forget
from trial import ADMIN, Trial, client

from dryrun.cloud import inside
from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

TAGS = [{"Key": "Name", "Value": "one"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]
EC2 = "AWS::EC2::"
AMI = "ami-0ff8a91507f77f867"
USER_DATA = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()


@pytest.fixture(autouse=True)
def no_others() -> None:
    """Forget what other tests of this process left in EC2."""
    forget("ec2")


@pytest.fixture
def vpc() -> Iterator[str]:
    with Trial(EC2 + "VPC", {"CidrBlock": "10.0.0.0/16"}, "Vpc") as trial:
        yield trial.physical_id


@pytest.fixture
def subnet(vpc: str) -> Iterator[str]:
    properties = {"VpcId": vpc, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-east-1b"}
    with Trial(EC2 + "Subnet", properties, "Subnet") as trial:
        yield trial.physical_id


@pytest.fixture
def group(vpc: str) -> Iterator[str]:
    with Trial(EC2 + "SecurityGroup", {"GroupDescription": "one", "VpcId": vpc}, "Group") as trial:
        yield trial.physical_id


@pytest.fixture
def profile() -> Iterator[str]:
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [trust | {"Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(document))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    yield "web"
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="web")
    iam.delete_role(RoleName="web")


def shown(instance_id: str) -> dict[str, Any]:
    found = client("ec2").describe_instances(InstanceIds=[instance_id])
    return dict(found["Reservations"][0]["Instances"][0])


def test_instance(subnet: str, group: str, profile: str) -> None:
    properties = {
        "ImageId": AMI,
        "InstanceType": "t3.micro",
        "SubnetId": subnet,
        "SecurityGroupIds": [group],
        "UserData": USER_DATA,
        "IamInstanceProfile": profile,
        "Monitoring": True,
        "EbsOptimized": True,
        "SourceDestCheck": False,
        "PrivateIpAddress": "10.0.1.77",
        "InstanceInitiatedShutdownBehavior": "terminate",
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3"}},
            {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 5, "Iops": 300, "VolumeType": "io1"}},
        ],
        "Tags": TAGS,
    }
    with Trial(EC2 + "Instance", properties) as instance:
        found = instance.read()
        options = found.pop("MetadataOptions")
        assert options["HttpTokens"] == "required"
        assert options["HttpPutResponseHopLimit"] == 2
        assert {name: found[name] for name in properties if name in found} == {
            name: properties[name] for name in properties if name != "MetadataOptions"
        }
        assert found["PrivateIp"] == "10.0.1.77"
        assert found["PrivateDnsName"] == "ip-10-0-1-77.ec2.internal"
        assert found["AvailabilityZone"] == "us-east-1b"
        assert (found["PublicIp"], found["PublicDnsName"]) == ("", "")
        interface = shown(instance.physical_id)["NetworkInterfaces"][0]
        assert interface["Attachment"]["DeleteOnTermination"] is True
        new = {
            **properties,
            "InstanceType": "t3.large",
            "DisableApiTermination": True,
            "Tags": TAGS[1:],
        }
        del new["IamInstanceProfile"], new["MetadataOptions"], new["SourceDestCheck"]
        found = instance.update(new)
        assert found["InstanceType"] == "t3.large"
        assert found["MetadataOptions"]["HttpTokens"] == "optional"
        assert found["SourceDestCheck"] is True
        assert "IamInstanceProfile" not in found
        assert found["Tags"] == TAGS[1:]
        assert shown(instance.physical_id)["State"]["Name"] == "running"
        with pytest.raises(ClientError, match="may not be terminated"):
            instance.delete()
        instance.update({**new, "DisableApiTermination": False})
        with pytest.raises(NotSimulatedError, match="Monitoring"):
            instance.update({**new, "Monitoring": False})
    left = client("ec2").describe_volumes()["Volumes"]
    assert [one["Size"] for one in left] == [5]
    client("ec2").delete_volume(VolumeId=left[0]["VolumeId"])


def test_instance_in_the_default_vpc() -> None:
    with Trial(EC2 + "Instance", {"ImageId": AMI, "AvailabilityZone": "us-east-1c"}) as instance:
        found = instance.read()
        assert found["AvailabilityZone"] == "us-east-1c"
        assert found["PublicIp"]
        assert found["PublicDnsName"].startswith("ec2-")
        assert len(found["SecurityGroupIds"]) == 1
    assert client("ec2").describe_network_interfaces()["NetworkInterfaces"] == []


def test_instance_with_interfaces(vpc: str, subnet: str, group: str) -> None:
    first = {
        "DeviceIndex": "0",
        "SubnetId": subnet,
        "GroupSet": [group],
        "AssociatePublicIpAddress": True,
    }
    properties = {"ImageId": AMI, "InstanceType": "t3.micro", "NetworkInterfaces": [first]}
    other = Trial(
        EC2 + "SecurityGroup", {"GroupDescription": "two", "VpcId": vpc}, logical_id="Other"
    )
    with other, Trial(EC2 + "Instance", properties) as instance:
        found = instance.read()
        assert found["PublicIp"]
        assert found["NetworkInterfaces"] == [first]
        assert found["SecurityGroupIds"] == [group]
        found = instance.update({**properties, "SecurityGroupIds": [other.physical_id]})
        assert found["SecurityGroupIds"] == [other.physical_id]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "must contain the parameter ImageId"),
        ({"ImageId": "web"}, 'Invalid id: "web"'),
        ({"ImageId": AMI, "UserData": "not base 64!"}, "Invalid BASE64"),
        ({"ImageId": AMI, "UserData": "QUFB" * 6000}, "limited to 16384 bytes"),
    ],
)
def test_instance_refused(properties: dict[str, Any], message: str) -> None:
    with pytest.raises(ResourceError, match=message):
        Trial(EC2 + "Instance", properties).create()


def test_instance_that_is_not_simulated() -> None:
    trial = Trial(EC2 + "Instance", {})
    assert "Tenancy host" in str(trial.provider.unsupported({"Tenancy": "host"}))


def test_addresses_are_free(subnet: str) -> None:
    properties = {"ImageId": AMI, "SubnetId": subnet, "PrivateIpAddress": "10.0.1.9"}
    with Trial(EC2 + "Instance", properties), pytest.raises(ResourceError, match="is in use"):
        Trial(EC2 + "Instance", properties).create()
    with Trial(EC2 + "Instance", properties):
        pass
    with pytest.raises(ResourceError, match="does not fall within"):
        Trial(EC2 + "Instance", {**properties, "PrivateIpAddress": "10.1.1.9"}).create()


def test_launch_template(subnet: str, group: str, profile: str) -> None:
    data = {
        "ImageId": AMI,
        "InstanceType": "t3.small",
        "UserData": USER_DATA,
        "IamInstanceProfile": {"Name": profile},
        "Monitoring": {"Enabled": True},
        "NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}],
        "TagSpecifications": [{"ResourceType": "instance", "Tags": TAGS[:1]}],
    }
    tagged = [{"ResourceType": "launch-template", "Tags": TAGS}]
    properties = {"LaunchTemplateData": data, "TagSpecifications": tagged}
    with Trial(EC2 + "LaunchTemplate", properties, "Template") as template:
        found = template.read()
        assert found["LaunchTemplateId"] == template.physical_id
        assert found["LaunchTemplateName"].startswith("trial-Template-")
        assert (found["DefaultVersionNumber"], found["LatestVersionNumber"]) == ("1", "1")
        assert found["TagSpecifications"] == tagged
        use = {"LaunchTemplateId": template.physical_id, "Version": "1"}
        with Trial(EC2 + "Instance", {"LaunchTemplate": use}) as instance:
            read = instance.read()
            assert read["InstanceType"] == "t3.small"
            assert read["SubnetId"] == subnet
            assert read["SecurityGroupIds"] == [group]
            assert read["IamInstanceProfile"] == profile
            assert read["UserData"] == USER_DATA
            assert read["Monitoring"] is True
            assert read["Tags"] == TAGS[:1]
        found = template.update(
            {"LaunchTemplateData": {**data, "InstanceType": "t3.large"}, "TagSpecifications": []}
        )
        assert (found["DefaultVersionNumber"], found["LatestVersionNumber"]) == ("1", "2")
        assert "TagSpecifications" not in found
        use["Version"] = found["LatestVersionNumber"]
        with Trial(EC2 + "Instance", {"LaunchTemplate": use}) as instance:
            assert instance.read()["InstanceType"] == "t3.large"
            assert instance.read()["UserData"] == USER_DATA


def test_volume(subnet: str) -> None:
    ec2 = client("ec2")
    properties = {
        "AvailabilityZone": "us-east-1b",
        "Size": 10,
        "VolumeType": "gp3",
        "Encrypted": True,
        "Tags": TAGS,
    }
    with Trial(EC2 + "Volume", properties) as volume:
        found = volume.read()
        assert {name: found[name] for name in properties} == properties
        found = volume.update({**properties, "Size": 20, "VolumeType": "io1", "Iops": 200})
        assert (found["Size"], found["VolumeType"], found["Iops"]) == (20, "io1", 200)
        with pytest.raises(ResourceError, match="cannot be smaller"):
            volume.update({**properties, "Size": 5})
        with pytest.raises(ResourceError, match="AvailabilityZone"):
            volume.update({**volume.properties, "AvailabilityZone": "us-east-1a"})
        with Trial(EC2 + "Instance", {"ImageId": AMI, "SubnetId": subnet}) as instance:
            both = {"InstanceId": instance.physical_id, "VolumeId": volume.physical_id}
            attach = {**both, "Device": "/dev/sdh"}
            with Trial(EC2 + "VolumeAttachment", attach) as attachment:
                assert attachment.physical_id == f"{volume.physical_id}|{instance.physical_id}"
                assert attachment.read() == attach
                with pytest.raises(ResourceError, match="already attached"):
                    Trial(EC2 + "VolumeAttachment", attach).create()
                with pytest.raises(ClientError, match="VolumeInUse"):
                    volume.delete()
        with inside.calling_as(ADMIN):
            volume.provider.snapshot(volume.at, volume.physical_id)
        mine = [{"Name": "tag:Name", "Values": ["one"]}]
        snapshots = ec2.describe_snapshots(Filters=mine)["Snapshots"]
        assert [one["VolumeId"] for one in snapshots] == [volume.physical_id]
    assert ec2.describe_volumes()["Volumes"] == []


def test_volume_in_another_zone(subnet: str) -> None:
    with (
        Trial(EC2 + "Volume", {"AvailabilityZone": "us-east-1a", "Size": 1}) as volume,
        Trial(EC2 + "Instance", {"ImageId": AMI, "SubnetId": subnet}) as instance,
    ):
        both = {"InstanceId": instance.physical_id, "VolumeId": volume.physical_id}
        with pytest.raises(ResourceError, match="not in the same availability zone"):
            Trial(EC2 + "VolumeAttachment", {**both, "Device": "/dev/sdh"}).create()


def test_network_interface(subnet: str, group: str) -> None:
    properties = {
        "SubnetId": subnet,
        "GroupSet": [group],
        "Description": "second",
        "PrivateIpAddress": "10.0.1.50",
        "SourceDestCheck": False,
        "Tags": TAGS,
    }
    with (
        Trial(EC2 + "Instance", {"ImageId": AMI, "SubnetId": subnet}) as instance,
        Trial(EC2 + "NetworkInterface", properties) as interface,
    ):
        found = interface.read()
        assert {name: found[name] for name in properties} == properties
        assert found["PrimaryPrivateIpAddress"] == "10.0.1.50"
        assert found["SecondaryPrivateIpAddresses"] == []
        found = interface.update({**properties, "SourceDestCheck": True, "Tags": []})
        assert found["SourceDestCheck"] is True
        assert found["Tags"] == []
        attach = {
            "DeviceIndex": "1",
            "InstanceId": instance.physical_id,
            "NetworkInterfaceId": interface.physical_id,
        }
        with Trial(EC2 + "NetworkInterfaceAttachment", attach) as attachment:
            assert attachment.physical_id.startswith("eni-attach-")
            assert attachment.read() == {"AttachmentId": attachment.physical_id, **attach}
            with pytest.raises(ResourceError, match="is currently in use"):
                interface.delete()
    with pytest.raises(ClientError, match="InvalidGroup"):
        Trial(EC2 + "NetworkInterface", {**properties, "GroupSet": ["sg-12345678"]}).create()


def test_documents_of_an_instance(subnet: str) -> None:
    join = {
        "DocumentName": "AWS-JoinDirectoryServiceDomain",
        "AssociationParameters": [
            {"Key": "directoryName", "Value": ["corp.example.com"]},
            {"Key": "directoryId", "Value": ["d-1234567890"]},
        ],
    }
    patch = {"DocumentName": "AWS-RunPatchBaseline"}
    given = {"ImageId": AMI, "InstanceType": "t3.micro", "SubnetId": subnet}
    with Trial(EC2 + "Instance", {**given, "SsmAssociations": [join]}) as instance:
        assert instance.read()["SsmAssociations"] == [join]
        named = {"Name": "AWS-JoinDirectoryServiceDomain", "InstanceId": instance.physical_id}
        found = client("ssm").describe_association(**named)["AssociationDescription"]
        assert found["Parameters"]["directoryId"] == ["d-1234567890"]
        changed = instance.update({**given, "SsmAssociations": [patch]})
        assert changed["SsmAssociations"] == [patch]
        with pytest.raises(ClientError, match="does not exist"):
            client("ssm").describe_association(**named)
    with pytest.raises(ClientError, match="Document with name none does not exist"):
        Trial(EC2 + "Instance", {**given, "SsmAssociations": [{"DocumentName": "none"}]}).create()
    assert client("ssm").list_associations()["Associations"] == []
