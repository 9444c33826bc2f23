"""AWS::DocDB and AWS::Neptune."""

from __future__ import annotations

from typing import Any

import pytest
from trial import Trial, client


@pytest.fixture(scope="module")
def subnets() -> list[str]:
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    found = client("ec2").describe_subnets(Filters=wanted)["Subnets"]
    return [one["SubnetId"] for one in found[:2]]


@pytest.mark.parametrize(
    ("service", "port", "family", "more"),
    [
        (
            "DocDB",
            27017,
            "docdb5.0",
            {"MasterUsername": "captain", "MasterUserPassword": "harbour-master"},
        ),
        ("Neptune", "8182", "neptune1.3", {}),
    ],
)
def test_a_cluster_with_all_its_groups(
    subnets: list[str], service: str, port: Any, family: str, more: dict[str, Any]
) -> None:
    kind = f"AWS::{service}::"
    named = service.lower()
    group = {
        "DBSubnetGroupName": f"{named}-net",
        "DBSubnetGroupDescription": "for boats",
        "SubnetIds": subnets,
    }
    settings = {
        "Name": f"{named}-settings",
        "Family": family,
        "Description": "for boats",
        "Parameters": {"audit_logs": "enabled"},
    }
    cluster = {
        "DBClusterIdentifier": f"{named}-boats",
        "DBSubnetGroupName": f"{named}-net",
        "DBClusterParameterGroupName": f"{named}-settings",
        "StorageEncrypted": True,
        "BackupRetentionPeriod": 3,
        "Tags": [{"Key": "team", "Value": "blue"}],
        **more,
    }
    with (
        Trial(kind + "DBSubnetGroup", group, "Net") as net,
        Trial(kind + "DBClusterParameterGroup", settings, "Settings") as kept,
        Trial(kind + "DBCluster", cluster, "Cluster") as it,
    ):
        assert net.read()["SubnetIds"] == subnets
        assert {name: kept.read()[name] for name in settings} == settings
        found = it.read()
        assert {name: found[name] for name in cluster} == cluster
        assert found["Port"] == port
        assert found["Endpoint"].startswith(f"{named}-boats.cluster-")
        assert found["ReadEndpoint"]
        assert found["ClusterResourceId"].startswith("cluster-")
        instance = {
            "DBClusterIdentifier": f"{named}-boats",
            "DBInstanceClass": "db.r5.large",
            "DBInstanceIdentifier": f"{named}-one",
        }
        with Trial(kind + "DBInstance", instance, "Instance") as one:
            shown = one.read()
            assert {name: shown[name] for name in instance} == instance
            assert isinstance(shown["Endpoint"], str)
            described = client("rds").describe_db_instances(DBInstanceIdentifier=f"{named}-one")
            assert described["DBInstances"][0]["Engine"] == named
        changed = it.update({**cluster, "BackupRetentionPeriod": 7, "Tags": []})
        assert changed["BackupRetentionPeriod"] == 7
        assert changed["Tags"] == []


def test_parameters_of_graph_instances() -> None:
    asked = {
        "Family": "neptune1.3",
        "Description": "for boats",
        "Parameters": {"neptune_query_timeout": "60000"},
    }
    with Trial("AWS::Neptune::DBParameterGroup", asked) as it:
        assert {name: it.read()[name] for name in asked} == asked
