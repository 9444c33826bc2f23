"""What an account holds, as parameters of templates ask for it."""

from __future__ import annotations

import pytest
from in_process import client, forget, lab
from trial import ADMIN

from dryrun.cloud import inside
from dryrun.cloud.cloudformation.template import AwsLookup

PUBLIC = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


def test_parameters_resources_and_their_attributes_are_looked_up() -> None:
    lab()
    forget("ec2")  # other tests of this process may have left some
    lookup = AwsLookup("us-east-1")
    ec2 = client("ec2")
    ec2.create_key_pair(KeyName="mine")
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.describe_security_groups()["SecurityGroups"][0]
    with inside.calling_as(ADMIN):
        ami, kind = lookup.ssm(PUBLIC)
        assert (ami[:4], kind) == ("ami-", "String")
        with pytest.raises(KeyError):
            lookup.ssm("/none")
        there = {
            "AWS::EC2::AvailabilityZone::Name": "us-east-1a",
            "AWS::EC2::Image::Id": ami,
            "AWS::EC2::KeyPair::KeyName": "mine",
            "AWS::EC2::SecurityGroup::GroupName": "default",
            "AWS::EC2::SecurityGroup::Id": group["GroupId"],
            "AWS::EC2::Subnet::Id": subnet["SubnetId"],
            "AWS::EC2::VPC::Id": subnet["VpcId"],
        }
        for aws_type, value in there.items():
            assert lookup.exists(aws_type, value), aws_type
            assert not lookup.exists(aws_type, "nonsense"), aws_type
            assert value in lookup.all_of(aws_type) or aws_type == "AWS::EC2::Image::Id"
        for aws_type in ("AWS::EC2::Instance::Id", "AWS::EC2::Volume::Id"):
            assert not lookup.exists(aws_type, "i-0123456789abcdef0"), aws_type
            assert lookup.all_of(aws_type) == []
        assert not lookup.exists("AWS::Route53::HostedZone::Id", "Z123")
        vpc = ("AWS::EC2::VPC::Id", subnet["VpcId"])
        assert lookup.attribute(*vpc, "DefaultNetworkAcl").startswith("acl-")
        assert lookup.attribute(*vpc, "DefaultSecurityGroup").startswith("sg-")
        assert lookup.attribute(*vpc, "Tags.none") == ""
        assert lookup.attribute("AWS::EC2::Subnet::Id", subnet["SubnetId"], "VpcId") == vpc[1]
