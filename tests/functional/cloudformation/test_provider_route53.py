"""AWS::Route53 and AWS::CertificateManager, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def kept(trial: Trial) -> dict[str, Any]:
    found = trial.read()
    return {name: found.get(name) for name in trial.properties}


def zone(name: str, **properties: Any) -> Trial:
    return Trial("AWS::Route53::HostedZone", {"Name": name, **properties}, logical_id="Zone")


def test_hosted_zone() -> None:
    config = {"HostedZoneConfig": {"Comment": "c"}, "HostedZoneTags": TAGS}
    with zone("boats.example", **config) as made:
        assert kept(made) == made.properties
        assert len(made.read()["NameServers"]) >= 2
        found = made.update({"Name": "boats.example", "HostedZoneTags": TAGS[:1]})
        assert found["HostedZoneTags"] == TAGS[:1]
        assert "HostedZoneConfig" not in found


def test_private_zone() -> None:
    vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    with zone("inside.example", VPCs=[{"VPCId": vpc, "VPCRegion": "us-east-1"}]) as made:
        assert kept(made) == made.properties


def test_record() -> None:
    with zone("records.example") as made:
        given = {
            "HostedZoneName": "records.example.",
            "Name": "www.records.example",
            "Type": "A",
            "TTL": "300",
            "ResourceRecords": ["10.0.0.1"],
        }
        with Trial("AWS::Route53::RecordSet", given) as record:
            assert kept(record) == given
            assert record.physical_id == "www.records.example"
            with pytest.raises(ResourceError, match="but it already exists"):
                Trial("AWS::Route53::RecordSet", given).create()
            with pytest.raises(ResourceError, match="non-required resource record sets"):
                made.delete()
            found = record.update({**given, "ResourceRecords": ["10.0.0.2"], "TTL": "60"})
            assert (found["ResourceRecords"], found["TTL"]) == (["10.0.0.2"], "60")
            found = record.update({**given, "Type": "TXT", "ResourceRecords": ['"x"']})
            assert found["Type"] == "TXT"
            sets = client("route53").list_resource_record_sets(HostedZoneId=made.physical_id)
            types = [one["Type"] for one in sets["ResourceRecordSets"]]
            assert sorted(types) == ["NS", "SOA", "TXT"]
        alias = {
            "HostedZoneId": made.physical_id,
            "Name": "records.example.",
            "Type": "A",
            "AliasTarget": {"DNSName": "d1.cloudfront.net", "HostedZoneId": "Z2FDTNDATAQYW2"},
        }
        with Trial("AWS::Route53::RecordSet", alias) as record:
            assert kept(record) == alias
            assert record.provider.replaces({}, {}, ("Name",)) is True
    with pytest.raises(ResourceError, match=r"No hosted zones named records\.example\. found"):
        Trial("AWS::Route53::RecordSet", given).create()


def test_record_group() -> None:
    with zone("group.example") as made:
        records = [
            {
                "Name": f"{name}.group.example",
                "Type": "CNAME",
                "TTL": "60",
                "ResourceRecords": ["a"],
            }
            for name in ("a", "b")
        ]
        given = {"HostedZoneId": made.physical_id, "RecordSets": records}
        with Trial("AWS::Route53::RecordSetGroup", given) as group:
            assert kept(group) == given
            changed = [records[0], {**records[1], "Name": "c.group.example"}]
            found = group.update({**given, "RecordSets": changed})
            assert found["RecordSets"] == changed
            sets = client("route53").list_resource_record_sets(HostedZoneId=made.physical_id)
            names = [one["Name"] for one in sets["ResourceRecordSets"] if one["Type"] == "CNAME"]
            assert names == ["a.group.example.", "c.group.example."]


def test_health_check() -> None:
    config = {
        "Type": "HTTPS",
        "FullyQualifiedDomainName": "example.com",
        "Port": 443,
        "ResourcePath": "/",
        "RequestInterval": 30,
        "FailureThreshold": 3,
    }
    given = {"HealthCheckConfig": config, "HealthCheckTags": TAGS}
    with Trial("AWS::Route53::HealthCheck", given) as check:
        found = check.read()
        assert {name: found["HealthCheckConfig"][name] for name in config} == config
        assert found["HealthCheckTags"] == TAGS
        changed = {"HealthCheckConfig": {**config, "FailureThreshold": 5}, "HealthCheckTags": []}
        found = check.update(changed)
        assert found["HealthCheckConfig"]["FailureThreshold"] == 5
        assert found["HealthCheckTags"] == []


def test_certificate_proves_its_domain() -> None:
    with zone("tls.example") as made:
        options = [{"DomainName": "www.tls.example", "HostedZoneId": made.physical_id}]
        given = {
            "DomainName": "www.tls.example",
            "ValidationMethod": "DNS",
            "DomainValidationOptions": options,
            "SubjectAlternativeNames": ["tls.example"],
            "Tags": TAGS[1:],
        }
        with Trial("AWS::CertificateManager::Certificate", given) as certificate:
            assert kept(certificate) == given
            assert certificate.physical_id.startswith("arn:aws:acm:us-east-1:")
            assert certificate.update({**given, "Tags": []})["Tags"] == []
        route53 = client("route53")
        sets = route53.list_resource_record_sets(HostedZoneId=made.physical_id)
        proofs = [one for one in sets["ResourceRecordSets"] if one["Type"] == "CNAME"]
        assert len(proofs) == 1
        assert proofs[0]["Name"].endswith(".www.tls.example.")
        batch = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": proofs[0]}]}
        route53.change_resource_record_sets(HostedZoneId=made.physical_id, ChangeBatch=batch)


def test_certificate_with_tags_of_the_stack_alone() -> None:
    given = {"DomainName": "plain.example", "ValidationMethod": "DNS", "Tags": TAGS[:1]}
    with Trial("AWS::CertificateManager::Certificate", given) as certificate:
        assert certificate.read()["Tags"] == []


def test_health_check_of_an_alarm() -> None:
    alarm = {"Name": "flood", "Region": "us-east-1"}
    config = {
        "Type": "CLOUDWATCH_METRIC",
        "AlarmIdentifier": alarm,
        "InsufficientDataHealthStatus": "Unhealthy",
        "Inverted": False,
    }
    with Trial("AWS::Route53::HealthCheck", {"HealthCheckConfig": config}) as check:
        shown = check.read()["HealthCheckConfig"]
        assert {name: shown[name] for name in config} == config
        assert "Port" not in shown
        real = client("route53").get_health_check(HealthCheckId=check.physical_id)["HealthCheck"]
        assert real["HealthCheckConfig"]["AlarmIdentifier"] == alarm
        changed = {**config, "InsufficientDataHealthStatus": "Healthy", "Inverted": True}
        shown = check.update({"HealthCheckConfig": changed})["HealthCheckConfig"]
        assert {name: shown[name] for name in changed} == changed
        with pytest.raises(ClientError, match="does not simulate the status"):
            client("route53").get_health_check_status(HealthCheckId=check.physical_id)
    with pytest.raises(ClientError, match="AlarmIdentifier is required"):
        client("route53").create_health_check(
            CallerReference="r", HealthCheckConfig={"Type": "CLOUDWATCH_METRIC"}
        )
