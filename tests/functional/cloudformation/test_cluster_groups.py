"""What EKS makes and keeps of a cluster: its security group, its key."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client


def test_the_group_comes_and_goes_with_the_cluster() -> None:
    ec2 = client("ec2")
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    subnets = ec2.describe_subnets(Filters=wanted)["Subnets"][:2]
    asked = {
        "Name": "boats",
        "RoleArn": "arn:aws:iam::123456789012:role/eks",
        "ResourcesVpcConfig": {"SubnetIds": [one["SubnetId"] for one in subnets]},
    }
    with Trial("AWS::EKS::Cluster", asked) as it:
        group = it.read()["ClusterSecurityGroupId"]
        found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        assert found["VpcId"] == subnets[0]["VpcId"]
        assert found["GroupName"].startswith("eks-cluster-sg-boats-")
        pairs = found["IpPermissions"][0]["UserIdGroupPairs"]
        assert [one["GroupId"] for one in pairs] == [group]
        shown = client("eks").describe_cluster(name="boats")["cluster"]["resourcesVpcConfig"]
        assert shown["vpcId"] == subnets[0]["VpcId"]
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        ec2.describe_security_groups(GroupIds=[group])


def test_the_key_of_a_cluster() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/one"
    asked = {
        "Name": "secret-boats",
        "RoleArn": "arn:aws:iam::123456789012:role/eks",
        "ResourcesVpcConfig": {"SubnetIds": []},
        "EncryptionConfig": [{"Provider": {"KeyArn": key}, "Resources": ["secrets"]}],
    }
    with Trial("AWS::EKS::Cluster", asked) as it:
        found = it.read()
        assert found["EncryptionConfigKeyArn"] == key
        assert found["EncryptionConfig"] == asked["EncryptionConfig"]
