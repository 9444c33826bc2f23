"""AWS::ElasticLoadBalancingV2, type by type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "Name", "Value": "one"}, {"Key": "aws:cloudformation:stack-name", "Value": "trial"}]
ELB = "AWS::ElasticLoadBalancingV2::"


@pytest.fixture
def vpc() -> Iterator[str]:
    with Trial("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, "Vpc") as trial:
        yield trial.physical_id


@pytest.fixture
def subnets(vpc: str) -> Iterator[list[str]]:
    kind = "AWS::EC2::Subnet"
    first = {"VpcId": vpc, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-east-1a"}
    second = {"VpcId": vpc, "CidrBlock": "10.0.2.0/24", "AvailabilityZone": "us-east-1b"}
    with Trial(kind, first, "A") as one, Trial(kind, second, "B") as two:
        yield [one.physical_id, two.physical_id]


@pytest.fixture
def balancer(subnets: list[str]) -> Iterator[str]:
    with Trial(ELB + "LoadBalancer", {"Subnets": subnets}, "Balancer") as trial:
        yield trial.physical_id


@pytest.fixture
def group(vpc: str) -> Iterator[str]:
    properties = {"VpcId": vpc, "Protocol": "HTTP", "Port": 80}
    with Trial(ELB + "TargetGroup", properties, "Targets") as trial:
        yield trial.physical_id


def test_load_balancer(vpc: str, subnets: list[str]) -> None:
    properties: dict[str, Any] = {
        "Name": "front",
        "Subnets": subnets,
        "Scheme": "internal",
        "LoadBalancerAttributes": [
            {"Key": "idle_timeout.timeout_seconds", "Value": "90"},
            {"Key": "deletion_protection.enabled", "Value": "true"},
        ],
        "Tags": TAGS,
    }
    with Trial(ELB + "LoadBalancer", properties) as balancer:
        found = balancer.read()
        assert {name: found[name] for name in properties} == properties
        assert found["LoadBalancerArn"] == balancer.physical_id
        assert found["LoadBalancerFullName"].startswith("app/front/")
        assert found["LoadBalancerName"] == "front"
        assert found["DNSName"].startswith("front-")
        assert found["Type"] == "application"
        assert len(found["SecurityGroups"]) == 1
        with pytest.raises(ResourceError, match="deletion protection is enabled"):
            balancer.delete()
        attributes = [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}]
        kind = "AWS::EC2::SecurityGroup"
        with Trial(kind, {"VpcId": vpc, "GroupDescription": "g"}, "G") as group:
            new = {
                "Subnets": subnets,
                "LoadBalancerAttributes": attributes,
                "SecurityGroups": [group.physical_id],
            }
            found = balancer.update(new)
            assert {name: found[name] for name in new} == new
            assert found["Tags"] == []
            given = client("elbv2").describe_load_balancer_attributes(
                LoadBalancerArn=balancer.physical_id
            )["Attributes"]
            assert {"Key": "deletion_protection.enabled", "Value": "false"} in given


def test_network_load_balancer(subnets: list[str]) -> None:
    properties = {"Type": "network", "SubnetMappings": [{"SubnetId": subnets[0]}]}
    with Trial(ELB + "LoadBalancer", properties) as balancer:
        found = balancer.read()
        assert {name: found[name] for name in properties} == properties
        assert found["SecurityGroups"] == []


def test_target_group(vpc: str) -> None:
    properties = {
        "VpcId": vpc,
        "Protocol": "HTTP",
        "Port": 8080,
        "TargetType": "ip",
        "HealthCheckPath": "/health",
        "HealthCheckIntervalSeconds": 15,
        "HealthyThresholdCount": 3,
        "Matcher": {"HttpCode": "200-299"},
        "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "20"}],
        "Targets": [{"Id": "10.0.1.5", "Port": 8080}],
        "Tags": TAGS,
    }
    with Trial(ELB + "TargetGroup", properties) as group:
        found = group.read()
        assert {name: found[name] for name in properties} == properties
        assert found["TargetGroupFullName"] == (
            f"targetgroup/{found['TargetGroupName']}/{group.physical_id.rpartition('/')[2]}"
        )
        assert found["LoadBalancerArns"] == []
        names = ("VpcId", "Protocol", "Port", "TargetType")
        new = {**{name: properties[name] for name in names}, "HealthCheckEnabled": True}
        found = group.update({**new, "Targets": [{"Id": "10.0.1.6", "Port": 8080}]})
        assert found["HealthCheckPath"] == "/"
        assert found["HealthCheckIntervalSeconds"] == 30
        assert found["Matcher"] == {"HttpCode": "200"}
        assert {"Key": "deregistration_delay.timeout_seconds", "Value": "300"} in found[
            "TargetGroupAttributes"
        ]
        assert found["Targets"] == [{"Id": "10.0.1.6", "Port": 8080}]
        assert found["Tags"] == []


def test_listener(balancer: str, group: str) -> None:
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    properties = {
        "LoadBalancerArn": balancer,
        "Port": 80,
        "Protocol": "HTTP",
        "DefaultActions": forward,
        "Tags": TAGS,
    }
    with Trial(ELB + "Listener", properties) as listener:
        found = listener.read()
        assert {name: found[name] for name in properties} == properties
        assert found["ListenerArn"] == listener.physical_id
        trial = Trial(ELB + "TargetGroup", {})
        trial.physical_id = group
        assert trial.read()["LoadBalancerArns"] == [balancer]
        with pytest.raises(ClientError, match="ResourceInUse"):
            trial.delete()
        fixed = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "none"}
        rule_properties = {
            "ListenerArn": listener.physical_id,
            "Priority": 10,
            "Conditions": [{"Field": "path-pattern", "Values": ["/a/*"]}],
            "Actions": [{"Type": "fixed-response", "FixedResponseConfig": fixed}],
            "Tags": TAGS,
        }
        with Trial(ELB + "ListenerRule", rule_properties) as rule:
            read = rule.read()
            assert {name: read[name] for name in rule_properties} == rule_properties
            assert read["IsDefault"] is False
            new = {
                **rule_properties,
                "Priority": 20,
                "Actions": forward,
                "Conditions": [
                    {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.test"]}}
                ],
                "Tags": [],
            }
            read = rule.update(new)
            assert {name: read[name] for name in new} == new
        redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
        actions = [{"Type": "redirect", "RedirectConfig": redirect}]
        found = listener.update({**properties, "Port": 81, "DefaultActions": actions})
        assert found["Port"] == 81
        assert found["DefaultActions"] == actions


def test_rules_with_regular_expressions(balancer: str) -> None:
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    listening = {
        "LoadBalancerArn": balancer,
        "Port": 81,
        "Protocol": "HTTP",
        "DefaultActions": [fixed],
    }
    conditions = [
        {"Field": "host-header", "HostHeaderConfig": {"RegexValues": [r".*\.example\.com"]}},
        {
            "Field": "http-header",
            "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "RegexValues": ["^Moz.*$"]},
        },
        {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/api/.*$"]}},
    ]
    with Trial("AWS::ElasticLoadBalancingV2::Listener", listening, logical_id="Ear") as listener:
        given = {
            "ListenerArn": listener.physical_id,
            "Actions": [fixed],
            "Conditions": conditions,
            "Priority": 5,
        }
        with Trial("AWS::ElasticLoadBalancingV2::ListenerRule", given) as rule:
            assert rule.read()["Conditions"] == conditions
            assert (
                rule.update({**given, "Conditions": conditions[:1]})["Conditions"]
                == (conditions[:1])
            )
        conditions[0]["HostHeaderConfig"]["Values"] = ["a"]  # type: ignore[index]
        with pytest.raises(ClientError, match="both Values and RegexValues"):
            Trial("AWS::ElasticLoadBalancingV2::ListenerRule", given).create()


def test_certificates(balancer: str, group: str) -> None:
    acm = client("acm")
    first, second = (
        acm.request_certificate(DomainName=f"{name}.test")["CertificateArn"] for name in "ab"
    )
    properties = {
        "LoadBalancerArn": balancer,
        "Port": 443,
        "Protocol": "HTTPS",
        "Certificates": [{"CertificateArn": first}],
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "DefaultActions": [
            {
                "Type": "forward",
                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group, "Weight": 1}]},
            }
        ],
    }
    with Trial(ELB + "Listener", properties) as listener:
        found = listener.read()
        assert {name: found[name] for name in properties} == properties
        more = {
            "ListenerArn": listener.physical_id,
            "Certificates": [{"CertificateArn": second}],
        }
        with Trial(ELB + "ListenerCertificate", more) as certificate:
            assert certificate.read() == {"Id": certificate.physical_id, **more}
            assert listener.read()["Certificates"] == [{"CertificateArn": first}]
    refused = {"MutualAuthentication": {"Mode": "verify"}}
    assert "Mode verify" in str(listener.provider.unsupported(refused))
