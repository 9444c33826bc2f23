"""AWS::ElasticLoadBalancing, type by type."""

from __future__ import annotations

from typing import Any

from trial import Trial, client

TAGS = [{"Key": "Name", "Value": "one"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]
BALANCER = "AWS::ElasticLoadBalancing::LoadBalancer"
LISTENER = {"LoadBalancerPort": "80", "InstancePort": "8080", "Protocol": "HTTP"}
CHECK = {
    "Target": "HTTP:8080/",
    "HealthyThreshold": "3",
    "UnhealthyThreshold": "5",
    "Interval": "30",
    "Timeout": "5",
}


def test_load_balancer() -> None:
    instance = Trial("AWS::EC2::Instance", {"ImageId": "ami-0ff8a91507f77f867"}, "Instance")
    properties: dict[str, Any] = {
        "AvailabilityZones": ["us-east-1a", "us-east-1b"],
        "Listeners": [LISTENER],
        "HealthCheck": CHECK,
        "CrossZone": True,
        "ConnectionSettings": {"IdleTimeout": 120},
        "ConnectionDrainingPolicy": {"Enabled": True, "Timeout": 30},
        "Tags": TAGS,
    }
    with instance:
        properties["Instances"] = [instance.physical_id]
        with Trial(BALANCER, properties) as balancer:
            found = balancer.read()
            assert balancer.physical_id == found["LoadBalancerName"]
            assert balancer.physical_id.startswith("trial-Thing-")
            assert {name: found[name] for name in properties} == properties
            assert found["DNSName"].endswith(".elb.amazonaws.com")
            assert found["CanonicalHostedZoneNameID"] == "Z35SXDOTRQ7X7K"
            assert found["SourceSecurityGroup"]["GroupName"] == "default"
            new = {
                "AvailabilityZones": ["us-east-1b"],
                "Listeners": [
                    {**LISTENER, "InstancePort": "9090", "PolicyNames": ["sticky"]},
                    {"LoadBalancerPort": "22", "InstancePort": "22", "Protocol": "TCP"},
                ],
                "LBCookieStickinessPolicy": [
                    {"PolicyName": "sticky", "CookieExpirationPeriod": "60"}
                ],
                "Policies": [
                    {
                        "PolicyName": "proxy",
                        "PolicyType": "ProxyProtocolPolicyType",
                        "Attributes": [{"Name": "ProxyProtocol", "Value": "true"}],
                        "InstancePorts": ["9090"],
                    }
                ],
                "Tags": TAGS[1:],
            }
            found = balancer.update(new)
            assert {name: found[name] for name in new} == new
            assert found["CrossZone"] is False
            assert found["ConnectionSettings"] == {"IdleTimeout": 60}
            assert found["HealthCheck"]["Target"] == "TCP:9090"
            assert found["Instances"] == []
            shown = client("elb").describe_load_balancer_policies(
                LoadBalancerName=balancer.physical_id
            )["PolicyDescriptions"]
            assert sorted(one["PolicyName"] for one in shown) == ["proxy", "sticky"]


def test_load_balancer_in_a_vpc() -> None:
    with (
        Trial("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, "Vpc") as vpc,
        Trial(
            "AWS::EC2::Subnet", {"VpcId": vpc.physical_id, "CidrBlock": "10.0.1.0/24"}, "A"
        ) as one,
        Trial(
            "AWS::EC2::Subnet", {"VpcId": vpc.physical_id, "CidrBlock": "10.0.2.0/24"}, "B"
        ) as two,
        Trial(
            "AWS::EC2::SecurityGroup", {"VpcId": vpc.physical_id, "GroupDescription": "g"}, "G"
        ) as group,
    ):
        properties = {
            "Subnets": [one.physical_id],
            "SecurityGroups": [group.physical_id],
            "Scheme": "internal",
            "Listeners": [LISTENER],
        }
        with Trial(BALANCER, properties) as balancer:
            found = balancer.read()
            assert {name: found[name] for name in properties} == properties
            assert found["SourceSecurityGroup"]["GroupName"].startswith("trial-G-")
            found = balancer.update({**properties, "Subnets": [two.physical_id]})
            assert found["Subnets"] == [two.physical_id]
