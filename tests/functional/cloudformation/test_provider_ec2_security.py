"""AWS::EC2: security groups and key pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "Name", "Value": "one"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]
EC2 = "AWS::EC2::"
HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}
SSH = {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8", "Description": "s"}
ALL = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}


@pytest.fixture
def vpc() -> Iterator[str]:
    with Trial(EC2 + "VPC", {"CidrBlock": "10.0.0.0/16"}, "Vpc") as trial:
        yield trial.physical_id


@pytest.fixture
def group(vpc: str) -> Iterator[str]:
    with Trial(EC2 + "SecurityGroup", {"GroupDescription": "one", "VpcId": vpc}, "Group") as trial:
        yield trial.physical_id


def permissions(group_id: str, name: str = "IpPermissions") -> list[dict[str, Any]]:
    groups = client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    return list(groups[0][name])


def test_security_group(vpc: str, group: str) -> None:
    properties = {
        "GroupDescription": "web",
        "VpcId": vpc,
        "SecurityGroupIngress": [HTTP, SSH, {**HTTP, "CidrIp": "10.1.0.0/16"}],
        "Tags": TAGS,
    }
    with Trial(EC2 + "SecurityGroup", properties) as web:
        found = web.read()
        assert web.physical_id.startswith("sg-")
        assert found["GroupId"] == web.physical_id
        assert found["GroupName"].startswith("trial-Thing-")
        assert {name: found[name] for name in properties} == properties
        assert found["SecurityGroupEgress"] == [ALL]
        from_group = {
            "IpProtocol": "icmp",
            "FromPort": -1,
            "ToPort": -1,
            "SourceSecurityGroupId": group,
            "Description": "ping",
        }
        changed = {
            **properties,
            "SecurityGroupIngress": [HTTP, {**SSH, "Description": "t"}, from_group],
            "SecurityGroupEgress": [HTTP],
            "Tags": [],
        }
        assert {name: web.update(changed)[name] for name in changed} == changed
        assert len(permissions(web.physical_id)) == 3
        assert [one["FromPort"] for one in permissions(web.physical_id, "IpPermissionsEgress")] == [
            80
        ]
        found = web.update({"GroupDescription": "web", "VpcId": vpc})
        assert found["SecurityGroupIngress"] == []
        assert found["SecurityGroupEgress"] == [ALL]


def test_security_group_of_the_default_vpc() -> None:
    with Trial(EC2 + "SecurityGroup", {"GroupDescription": "web"}) as web:
        assert web.physical_id.startswith("trial-Thing-")
        assert web.read()["GroupId"].startswith("sg-")


def test_security_group_in_use(vpc: str, group: str) -> None:
    rule = {**HTTP, "SourceSecurityGroupId": group}
    del rule["CidrIp"]
    trial = Trial(EC2 + "SecurityGroup", {})
    trial.physical_id = group
    message = f"resource {group} has a dependent object"
    with (
        Trial(
            EC2 + "SecurityGroup",
            {"GroupDescription": "two", "VpcId": vpc, "SecurityGroupIngress": [rule]},
        ),
        pytest.raises(ResourceError, match=message),
    ):
        trial.delete()
    subnet = Trial(EC2 + "Subnet", {"VpcId": vpc, "CidrBlock": "10.0.1.0/24"}, "Subnet")
    with subnet:
        made = client("ec2").create_network_interface(SubnetId=subnet.physical_id, Groups=[group])
        interface = made["NetworkInterface"]["NetworkInterfaceId"]
        with pytest.raises(ResourceError, match=message):
            trial.delete()
        client("ec2").delete_network_interface(NetworkInterfaceId=interface)


def test_rules_apart(group: str) -> None:
    properties = {**SSH, "GroupId": group}
    with Trial(EC2 + "SecurityGroupIngress", properties) as ingress:
        assert ingress.physical_id.startswith("sgr-")
        assert ingress.read() == {"Id": ingress.physical_id, **properties}
        assert ingress.update({**properties, "Description": "new"})["Description"] == "new"
        assert len(permissions(group)) == 1
    assert permissions(group) == []
    properties = {"GroupId": group, "IpProtocol": "-1", "DestinationSecurityGroupId": group}
    with Trial(EC2 + "SecurityGroupEgress", properties) as egress:
        assert egress.read() == {"Id": egress.physical_id, **properties}
    assert len(permissions(group, "IpPermissionsEgress")) == 1


def test_rule_for_a_group_and_its_owner(group: str) -> None:
    owned = {"SourceSecurityGroupId": group, "SourceSecurityGroupOwnerId": "123456789012"}
    given = {"GroupId": group, "IpProtocol": "-1", **owned}
    with Trial(EC2 + "SecurityGroupIngress", given) as rule:
        assert {name: rule.read()[name] for name in given} == given


def test_rules_that_say_too_little(group: str) -> None:
    rule = Trial(EC2 + "SecurityGroupIngress", {"GroupId": group, "IpProtocol": "tcp", **ALL})
    rule.properties["IpProtocol"] = "tcp"
    with pytest.raises(ResourceError, match="Must specify both from and to ports"):
        rule.create()
    rule = Trial(EC2 + "SecurityGroupIngress", {"GroupId": group, "IpProtocol": "-1"})
    with pytest.raises(ResourceError, match="Exactly one of CidrIp"):
        rule.create()


def test_key_pair() -> None:
    with Trial(EC2 + "KeyPair", {"KeyName": "ferry", "Tags": TAGS}) as pair:
        found = pair.read()
        assert pair.physical_id == "ferry"
        assert found["KeyType"] == "rsa"
        assert found["KeyFingerprint"]
        name = f"/ec2/keypair/{found['KeyPairId']}"
        shown = client("ssm").get_parameter(Name=name, WithDecryption=True)
        assert "PRIVATE KEY" in shown["Parameter"]["Value"]
    assert client("ssm").get_parameters(Names=[name])["Parameters"] == []


def test_rule_for_a_prefix_list_with_a_description() -> None:
    lists = client("ec2").describe_managed_prefix_lists()["PrefixLists"]
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 8080,
        "ToPort": 8080,
        "SourcePrefixListId": lists[0]["PrefixListId"],
        "Description": "From the edge",
    }
    given = {"GroupDescription": "Edge", "SecurityGroupIngress": [rule]}
    with Trial("AWS::EC2::SecurityGroup", given) as group:
        found = group.read()
        assert found["SecurityGroupIngress"] == [rule]
        named = [{"Name": "group-id", "Values": [found["GroupId"]]}]
        rules = client("ec2").describe_security_group_rules(Filters=named)["SecurityGroupRules"]
        texts = {one.get("PrefixListId"): one.get("Description") for one in rules}
        assert texts[rule["SourcePrefixListId"]] == "From the edge"
