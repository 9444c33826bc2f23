"""AWS::RDS::GlobalCluster."""

from __future__ import annotations

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

TYPE = "AWS::RDS::GlobalCluster"


def test_global_cluster() -> None:
    given = {
        "GlobalClusterIdentifier": "Boats",
        "Engine": "aurora-mysql",
        "EngineVersion": "8.0.mysql_aurora.3.05.2",
        "DeletionProtection": True,
        "StorageEncrypted": True,
    }
    with Trial(TYPE, given) as boats:
        found = boats.read()
        assert {name: found[name] for name in given} == given
        assert boats.physical_id == "boats"
        assert found["GlobalEndpoint"]["Address"].startswith("boats.global-")
        with pytest.raises(ResourceError, match="Cannot delete protected Global Cluster boats"):
            boats.delete()
        assert boats.update({**given, "DeletionProtection": False})["DeletionProtection"] is False


def test_members() -> None:
    user = {"MasterUsername": "admin", "MasterUserPassword": "not-a-secret-1"}
    with Trial("AWS::RDS::DBCluster", {"Engine": "aurora-mysql", **user}) as first:
        source = {"SourceDBClusterIdentifier": first.physical_id}
        with Trial(TYPE, {"GlobalClusterIdentifier": "fleet", **source}) as fleet:
            shown = client("rds").describe_global_clusters()["GlobalClusters"]
            found = next(one for one in shown if one["GlobalClusterIdentifier"] == "fleet")
            assert len(found["GlobalClusterMembers"]) == 1
            assert fleet.read()["Engine"] == "aurora-mysql"
