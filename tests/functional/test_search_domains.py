"""Domains as OpenSearch Service shows them, and as its older name does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client

ZONES = {"ZoneAwarenessEnabled": True, "InstanceCount": 2}


def described(name: str) -> dict[str, Any]:
    return dict(client("opensearch").describe_domain(DomainName=name)["DomainStatus"])


def refused(call: Any, **given: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_a_domain_with_everything_by_default() -> None:
    client("opensearch").create_domain(DomainName="plain", EngineVersion="OpenSearch_2.19")
    found = described("plain")
    assert found["Endpoint"].startswith("search-plain-")
    assert found["ServiceSoftwareOptions"]["CurrentVersion"].startswith("OpenSearch_2_19_R")
    assert found["ServiceSoftwareOptions"]["UpdateStatus"] == "COMPLETED"
    assert found["ChangeProgressDetails"]["ConfigChangeStatus"] == "Completed"
    assert found["ClusterConfig"]["MultiAZWithStandbyEnabled"] is False
    window = {"WindowStartTime": {"Hours": 2, "Minutes": 0}}
    assert {
        "AutoTuneOptions": {"State": "DISABLED", "UseOffPeakWindow": False},
        "DomainEndpointOptions": {
            "CustomEndpointEnabled": False,
            "EnforceHTTPS": False,
            "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
        },
        "DomainProcessingStatus": "Active",
        "IPAddressType": "ipv4",
        "IdentityCenterOptions": {},
        "ModifyingProperties": [],
        "OffPeakWindowOptions": {"Enabled": True, "OffPeakWindow": window},
        "SoftwareUpdateOptions": {"AutoSoftwareUpdateEnabled": False},
    }.items() <= found.items()
    assert "LogPublishingOptions" not in found


def test_what_was_asked_for_is_kept_beside_the_rest() -> None:
    client("opensearch").create_domain(
        DomainName="asked",
        AdvancedOptions={"override_main_response_version": "true"},
        AdvancedSecurityOptions={
            "Enabled": True,
            "MasterUserOptions": {"MasterUserName": "me", "MasterUserPassword": "Secret-123"},
        },
        ClusterConfig={"InstanceType": "r5.large.search", **ZONES},
        DomainEndpointOptions={"EnforceHTTPS": True},
    )
    found = described("asked")
    assert found["AdvancedOptions"] == {
        "override_main_response_version": "true",
        "rest.action.multi.allow_explicit_index": "true",
    }
    assert found["AdvancedSecurityOptions"] == {
        "AnonymousAuthEnabled": False,
        "Enabled": True,
        "InternalUserDatabaseEnabled": False,
    }
    assert found["AutoTuneOptions"]["State"] == "ENABLED"
    assert found["ClusterConfig"]["ZoneAwarenessConfig"] == {"AvailabilityZoneCount": 2}
    assert found["DomainEndpointOptions"]["EnforceHTTPS"] is True


def test_a_change() -> None:
    client("opensearch").create_domain(
        DomainName="change", ClusterConfig={"InstanceType": "r5.large.search"}
    )
    before = described("change")["ChangeProgressDetails"]["ChangeId"]
    config = client("opensearch").update_domain_config(
        DomainName="change", ClusterConfig={"InstanceCount": 3}
    )["DomainConfig"]
    cluster = config["ClusterConfig"]
    assert cluster["Options"]["InstanceCount"] == 3
    assert cluster["Options"]["InstanceType"] == "r5.large.search"
    assert (cluster["Status"]["State"], cluster["Status"]["UpdateVersion"]) == ("Active", 2)
    assert config["ChangeProgressDetails"]["ChangeId"] != before
    assert config["VPCOptions"]["Options"] == {}


def test_lists_are_of_one_engine_if_asked_for() -> None:
    client("opensearch").create_domain(DomainName="listed", EngineVersion="OpenSearch_2.19")
    for name, there in (("OpenSearch", True), ("Elasticsearch", False)):
        found = client("opensearch").list_domain_names(EngineType=name)["DomainNames"]
        assert ({"DomainName": "listed", "EngineType": name} in found) is there
    versions = client("opensearch").get_compatible_versions(DomainName="listed")
    assert versions["CompatibleVersions"]


def test_a_name_is_taken_once() -> None:
    client("opensearch").create_domain(DomainName="taken")
    said = refused(client("opensearch").create_domain, DomainName="taken")
    assert said == ("ResourceAlreadyExistsException", 409)
    said = refused(client("opensearch").update_domain_config, DomainName="nothere")
    assert said == ("ResourceNotFoundException", 409)


def test_elasticsearch() -> None:
    es = client("es")
    made = es.create_elasticsearch_domain(
        DomainName="older",
        ElasticsearchVersion="7.10",
        ElasticsearchClusterConfig={"InstanceType": "m3.medium.elasticsearch", **ZONES},
    )["DomainStatus"]
    assert made["ElasticsearchVersion"] == "7.10"
    assert made["ElasticsearchClusterConfig"]["InstanceType"] == "m3.medium.elasticsearch"
    assert "MultiAZWithStandbyEnabled" not in made["ElasticsearchClusterConfig"]
    assert made["AutoTuneOptions"] == {"State": "ENABLED"}
    assert es.describe_elasticsearch_domain(DomainName="older")["DomainStatus"] == made
    found = described("older")
    assert found["EngineVersion"] == "Elasticsearch_7.10"
    assert found["ClusterConfig"]["InstanceType"] == "m3.medium.search"
    es.add_tags(ARN=made["ARN"], TagList=[{"Key": "a", "Value": "1"}])
    assert es.list_tags(ARN=made["ARN"])["TagList"] == [{"Key": "a", "Value": "1"}]
    config = es.update_elasticsearch_domain_config(
        DomainName="older", ElasticsearchClusterConfig={"InstanceCount": 4}
    )["DomainConfig"]
    assert config["ElasticsearchClusterConfig"]["Options"]["InstanceCount"] == 4
    assert config["ElasticsearchVersion"]["Options"] == "7.10"
    again = es.describe_elasticsearch_domain_config(DomainName="older")["DomainConfig"]
    assert again == config
    (listed,) = es.describe_elasticsearch_domains(DomainNames=["older"])["DomainStatusList"]
    assert listed["ElasticsearchClusterConfig"]["InstanceCount"] == 4
    gone = es.delete_elasticsearch_domain(DomainName="older")["DomainStatus"]
    assert (gone["Deleted"], gone["DomainProcessingStatus"]) == (True, "Deleting")
    said = refused(es.describe_elasticsearch_domain, DomainName="older")
    assert said == ("ResourceNotFoundException", 409)
