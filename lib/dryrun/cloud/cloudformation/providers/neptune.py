"""AWS::Neptune: graph databases, which are databases of RDS with an engine of their own."""

from __future__ import annotations

from typing import ClassVar

from dryrun.cloud.cloudformation.providers import rds, rds_groups
from dryrun.cloud.cloudformation.providers.base import Context, Properties

_LOGS = "EnableCloudwatchLogsExports"
CLUSTER = frozenset(
    {
        "AvailabilityZones",
        "BackupRetentionPeriod",
        "CopyTagsToSnapshot",
        "DBClusterIdentifier",
        "DBClusterParameterGroupName",
        "DBSubnetGroupName",
        "DeletionProtection",
        _LOGS,
        "EngineVersion",
        "KmsKeyId",
        "PreferredBackupWindow",
        "PreferredMaintenanceWindow",
        "StorageEncrypted",
        "Tags",
        "VpcSecurityGroupIds",
    }
)
INSTANCE = frozenset(
    {
        "AutoMinorVersionUpgrade",
        "AvailabilityZone",
        "DBClusterIdentifier",
        "DBInstanceClass",
        "DBInstanceIdentifier",
        "PreferredMaintenanceWindow",
        "Tags",
    }
)


def shown_cluster(shown: Properties) -> Properties:
    """Return a cluster with its addresses as these types have them: as text."""
    shown["Endpoint"] = shown["Endpoint"]["Address"]
    shown["ReadEndpoint"] = (shown.get("ReadEndpoint") or {}).get("Address")
    shown["ClusterResourceId"] = shown.get("DBClusterResourceId")
    shown["Port"] = str(shown.get("Port"))
    return shown


def shown_instance(shown: Properties) -> Properties:
    """Return an instance with its address as these types have it: as text."""
    endpoint = shown.get("Endpoint") or {}
    shown["Endpoint"] = endpoint.get("Address")
    shown["Port"] = str(endpoint.get("Port", shown.get("Port")))
    return shown


class DBCluster(rds.DBCluster):
    """A cluster; its physical id is its identifier."""

    lenient: ClassVar[dict[str, str]] = {}
    type = "AWS::Neptune::DBCluster"
    handled = CLUSTER | {"DBPort", "IamAuthEnabled", "SnapshotIdentifier"}
    harmless = {
        "AssociatedRoles": "no database runs here that could load anything",
        "DBInstanceParameterGroupName": "read only when the engine's version changes",
        "ServerlessScalingConfiguration": "a matter of speed only",
    }
    fixed = {"Engine": "neptune"}
    renamed = {"DBPort": "Port", "IamAuthEnabled": "EnableIAMDatabaseAuthentication"}
    written = frozenset({"DBPort", "IamAuthEnabled", "SnapshotIdentifier"})

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the engine, which restoring asks for as well."""
        return properties

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the cluster in the schema's shape."""
        return shown_cluster(super().finished(at, physical_id, shown))


class DBInstance(rds.DBInstance):
    """An instance of a cluster; its physical id is its identifier."""

    type = "AWS::Neptune::DBInstance"
    handled = INSTANCE | {"DBParameterGroupName", "DBSubnetGroupName", "PubliclyAccessible"}
    harmless = {"AllowMajorVersionUpgrade": "permits an update and changes nothing itself"}
    fixed = {"Engine": "neptune"}
    renamed = {}
    written = frozenset()

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the instance in the schema's shape."""
        return shown_instance(super().finished(at, physical_id, shown))


class DBSubnetGroup(rds_groups.DBSubnetGroup):
    """A group of subnets; its physical id is its name."""

    type = "AWS::Neptune::DBSubnetGroup"


class DBParameterGroup(rds_groups.DBParameterGroup):
    """A group of an instance's parameters."""

    type = "AWS::Neptune::DBParameterGroup"
    handled = frozenset({"Description", "Family", "Name", "Parameters", "Tags"})
    renamed = {"Family": "DBParameterGroupFamily", "Name": "DBParameterGroupName"}
    name_property, named = "Name", 255


class DBClusterParameterGroup(rds_groups.DBClusterParameterGroup):
    """A group of a cluster's parameters."""

    type = "AWS::Neptune::DBClusterParameterGroup"
    handled = frozenset({"Description", "Family", "Name", "Parameters", "Tags"})
    renamed = {"Family": "DBParameterGroupFamily", "Name": "DBClusterParameterGroupName"}
    name_property, named = "Name", 255
