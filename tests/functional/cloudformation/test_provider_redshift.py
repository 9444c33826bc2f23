"""AWS::Redshift: the audit logs of a cluster."""

from __future__ import annotations

import pytest
from trial import Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

CLUSTER = {
    "ClusterType": "single-node",
    "DBName": "boats",
    "MaintenanceTrackName": "current",
    "MasterUserPassword": "Not-a-secret-1",
    "MasterUsername": "captain",
    "NodeType": "ra3.large",
}


def test_audit_logs() -> None:
    logs = {"BucketName": "audits", "S3KeyPrefix": "boats/"}
    given = {**CLUSTER, "LoggingProperties": logs}
    with pytest.raises(ResourceError, match="Could not find the specified S3 bucket"):
        Trial("AWS::Redshift::Cluster", given).create()
    assert client("redshift").describe_clusters()["Clusters"] == []
    client("s3").create_bucket(Bucket="audits")
    with Trial("AWS::Redshift::Cluster", given) as cluster:
        assert cluster.read()["LoggingProperties"] == logs
        assert "LoggingProperties" not in cluster.update(CLUSTER)
        shown = client("redshift").describe_logging_status(ClusterIdentifier=cluster.physical_id)
        assert shown["LoggingEnabled"] is False
        other = {**logs, "S3KeyPrefix": "ships/"}
        assert cluster.update({**CLUSTER, "LoggingProperties": other})["LoggingProperties"] == other
    client("s3").delete_bucket(Bucket="audits")
