"""AWS::DocDB: document databases, which are databases of RDS with an engine of their own."""

from __future__ import annotations

from typing import ClassVar

from dryrun.cloud.cloudformation.providers import neptune, rds, rds_groups
from dryrun.cloud.cloudformation.providers.base import Context, Properties
from dryrun.cloud.rds import engines

_NO_METRICS = "no database runs here, so there are no figures of it to be seen"


class DBCluster(rds.DBCluster):
    """A cluster; its physical id is its identifier."""

    lenient: ClassVar[dict[str, str]] = {}
    type = "AWS::DocDB::DBCluster"
    handled = neptune.CLUSTER | {
        "ManageMasterUserPassword",
        "MasterUserPassword",
        "MasterUserSecretKmsKeyId",
        "MasterUsername",
        "Port",
        "SnapshotIdentifier",
        "StorageType",
    }
    harmless = {
        "NetworkType": "no connection reaches a database here",
        "ServerlessV2ScalingConfiguration": "a matter of speed only",
    }
    fixed = {"Engine": engines.ENGINE}
    written = frozenset({"MasterUserPassword", "MasterUserSecretKmsKeyId", "SnapshotIdentifier"})

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with a version, the newest where none is given."""
        properties.setdefault("EngineVersion", engines.VERSION)
        return properties

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the cluster in the schema's shape."""
        shown = neptune.shown_cluster(super().finished(at, physical_id, shown))
        return {**shown, "Id": physical_id, "Port": int(shown["Port"])}


class DBInstance(rds.DBInstance):
    """An instance of a cluster; its physical id is its identifier."""

    type = "AWS::DocDB::DBInstance"
    handled = neptune.INSTANCE | {"CACertificateIdentifier"}
    harmless = {
        "CertificateRotationRestart": "no database runs here that could restart",
        "EnablePerformanceInsights": _NO_METRICS,
    }
    fixed = {"Engine": engines.ENGINE}
    renamed = {}
    written = frozenset()

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the instance in the schema's shape."""
        shown = neptune.shown_instance(super().finished(at, physical_id, shown))
        return {**shown, "Id": physical_id}


class DBSubnetGroup(rds_groups.DBSubnetGroup):
    """A group of subnets; its physical id is its name."""

    type = "AWS::DocDB::DBSubnetGroup"


class DBClusterParameterGroup(rds_groups.DBClusterParameterGroup):
    """A group of a cluster's parameters."""

    type = "AWS::DocDB::DBClusterParameterGroup"
    handled = frozenset({"Description", "Family", "Name", "Parameters", "Tags"})
    renamed = {"Family": "DBParameterGroupFamily", "Name": "DBClusterParameterGroupName"}
    name_property, named = "Name", 255
