"""AWS::RDS: instances and clusters."""

from __future__ import annotations

from typing import Any

from moto.rds.models import AssociatedRole, rds_backends

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_NO_METRICS = "no database runs here, so there are no figures of it to be seen"
_NO_DIRECTORY = "no directory can be joined by a database that does not run"
RDS_TAGS: dict[str, Any] = {
    "key": "ResourceName",
    "add": "add_tags_to_resource",
    "remove": "remove_tags_from_resource",
    "answer": "TagList",
}
_LOGS = "EnableCloudwatchLogsExports"
_MANAGED = "MasterUserSecret"
_ROLES = "AssociatedRoles"


def backend(at: Context) -> Any:
    """Return moto's RDS, for what its operations of change lose."""
    return rds_backends[at.account][at.region]


class _Database(Declared):
    """What instances and clusters share."""

    service = "rds"

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the key of the managed password beside the others."""
        if "Engine" in properties:
            properties["Engine"] = properties["Engine"].lower()  # RDS takes MySQL for mysql
        secret = properties.pop(_MANAGED, None)
        if secret and secret.get("KmsKeyId"):
            properties["MasterUserSecretKmsKeyId"] = secret["KmsKeyId"]
        return properties

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Turn exports of logs on and off by name, and whatever else differs at once."""
        if _LOGS in names:
            had, has = old.get(_LOGS) or [], new.get(_LOGS) or []
            self.modify_logs(
                at,
                physical_id,
                {
                    "EnableLogTypes": [one for one in has if one not in had],
                    "DisableLogTypes": [one for one in had if one not in has],
                },
            )
        if _ROLES in names:
            self._set_roles(at, physical_id, new)
        return [name for name in names if name not in (_LOGS, _ROLES, *self.written)] + [
            name for name in names if name == "MasterUserPassword" and name in new
        ]

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Give the database its roles."""
        if properties.get(_ROLES):
            self._set_roles(at, physical_id, properties)

    def found(self, at: Context, physical_id: str) -> Any:
        """Return moto's own record."""
        return backend(at).databases[physical_id]

    def _set_roles(self, at: Context, physical_id: str, new: Properties) -> None:
        # Moto can only add roles, and only one for no feature.
        self.found(at, physical_id)._associated_roles = [
            AssociatedRole(one["RoleArn"], one.get("FeatureName", ""))
            for one in new.get(_ROLES) or ()
        ]

    def modify_logs(self, at: Context, physical_id: str, change: dict[str, Any]) -> None:
        """Change the exports of logs."""
        self.call(
            at,
            self.updates,
            {
                self.key: physical_id,
                "CloudwatchLogsExportConfiguration": change,
                "ApplyImmediately": True,
            },
        )

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Let every change be applied immediately, as CloudFormation does."""
        given = super().request(at, name, properties, tags=tags)
        return {**given, "ApplyImmediately": True} if name == self.updates else given


def _roles(shown: Properties) -> Properties:
    roles = shown.pop(_ROLES, None) or ()
    kept = [
        {name: one[name] for name in ("FeatureName", "RoleArn") if one.get(name)} for one in roles
    ]
    return {_ROLES: kept} if kept else {}


class DBInstance(_Database):
    """A database instance; its physical id is its identifier."""

    type = "AWS::RDS::DBInstance"
    handled = frozenset(
        {
            "AllocatedStorage",
            _ROLES,
            "AutoMinorVersionUpgrade",
            "AvailabilityZone",
            "BackupRetentionPeriod",
            "CACertificateIdentifier",
            "CharacterSetName",
            "CopyTagsToSnapshot",
            "DBClusterIdentifier",
            "DBInstanceClass",
            "DBInstanceIdentifier",
            "DBName",
            "DBParameterGroupName",
            "DBSecurityGroups",
            "DBSnapshotIdentifier",
            "DBSubnetGroupName",
            "DeletionProtection",
            _LOGS,
            "EnableIAMDatabaseAuthentication",
            "Engine",
            "EngineVersion",
            "Iops",
            "KmsKeyId",
            "LicenseModel",
            "ManageMasterUserPassword",
            "MasterUserPassword",
            _MANAGED,
            "MasterUsername",
            "MaxAllocatedStorage",
            "MonitoringInterval",
            "MonitoringRoleArn",
            "MultiAZ",
            "OptionGroupName",
            "Port",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "PromotionTier",
            "PubliclyAccessible",
            "SourceDBInstanceIdentifier",
            "StorageEncrypted",
            "StorageThroughput",
            "StorageType",
            "Tags",
            "VPCSecurityGroups",
        }
    )
    harmless = {
        "AllowMajorVersionUpgrade": "permits an update and changes nothing itself",
        "ApplyImmediately": "every change is applied immediately",
        "CertificateRotationRestart": "no database runs here that could restart",
        "DatabaseInsightsMode": _NO_METRICS,
        "DedicatedLogVolume": "a matter of speed only",
        "DeleteAutomatedBackups": "automated backups end with their instance here",
        "Domain": _NO_DIRECTORY,
        "DomainIAMRoleName": _NO_DIRECTORY,
        "EnablePerformanceInsights": _NO_METRICS,
        "EngineLifecycleSupport": "a matter of price only",
        "MasterUserAuthenticationType": "nobody can sign in to a database that does not run",
        "NetworkType": "no connection reaches a database here",
        "PerformanceInsightsKMSKeyId": _NO_METRICS,
        "PerformanceInsightsRetentionPeriod": _NO_METRICS,
        "ProcessorFeatures": "a matter of speed only",
        "SourceRegion": "the source's ARN tells its region",
        "Timezone": "no database runs here that could tell the time",
        "UseDefaultProcessorFeatures": "a matter of speed only",
    }
    written = frozenset({"DBSnapshotIdentifier", "MasterUserPassword"})
    name_property, named, lower = "DBInstanceIdentifier", 63, True
    seconds = Seconds(create=420, update=180, delete=240)
    creates, reads = "create_db_instance", "describe_db_instances"
    updates, deletes = "modify_db_instance", "delete_db_instance"
    key, made, item = "DBInstanceIdentifier", "DBInstance.DBInstanceIdentifier", "DBInstances.0"
    ending = {"SkipFinalSnapshot": True}
    renamed = {"VPCSecurityGroups": "VpcSecurityGroupIds", "Port": "DBPortNumber"}
    answered = {
        "DBInstanceArn": "DBInstanceArn",
        "DBParameterGroupName": "DBParameterGroups.0.DBParameterGroupName",
        "DBSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
        "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
        _LOGS: "EnabledCloudwatchLogsExports",
        "OptionGroupName": "OptionGroupMemberships.0.OptionGroupName",
        "SourceDBInstanceIdentifier": "ReadReplicaSourceDBInstanceIdentifier",
    }
    defaults = {
        "AutoMinorVersionUpgrade": True,
        "BackupRetentionPeriod": 1,
        "CopyTagsToSnapshot": False,
        "DeletionProtection": False,
        "EnableIAMDatabaseAuthentication": False,
        "ManageMasterUserPassword": False,
        "MonitoringInterval": 0,
        "MultiAZ": False,
        "PubliclyAccessible": False,
    }
    tagging = Tagging("DBInstanceArn", **RDS_TAGS)

    def create(self, at: Context, properties: Properties) -> str:
        """Create an instance: anew, from a snapshot, or as a replica of another."""
        given = self.prepared(at, dict(properties))
        name, sent = self.creates, dict(given)
        if given.get("DBSnapshotIdentifier"):
            name = "restore_db_instance_from_db_snapshot"
        elif given.get("SourceDBInstanceIdentifier"):
            name = "create_db_instance_read_replica"
        sent.setdefault("DBInstanceIdentifier", at.name(63, lower=True))
        port = sent.pop("Port", None)
        request = self.request(at, name, sent)
        if port is not None:
            request["Port"] = int(port)
        if name != self.creates:
            request.setdefault("Tags", [])
        answer = self.call(at, name, request)
        made = str(answer["DBInstance"]["DBInstanceIdentifier"])
        self.after_create(at, made, properties)
        return made

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the instance in the schema's shape."""
        endpoint = shown.get("Endpoint") or {}
        if "Port" in endpoint:
            endpoint["Port"] = shown["Port"] = str(endpoint["Port"])
        if "AllocatedStorage" in shown:
            shown["AllocatedStorage"] = str(shown["AllocatedStorage"])
        groups = shown.get("VPCSecurityGroups") or []
        shown["VPCSecurityGroups"] = [one["VpcSecurityGroupId"] for one in groups]
        groups = shown.get("DBSecurityGroups") or []
        shown["DBSecurityGroups"] = [one["DBSecurityGroupName"] for one in groups]
        shown["ManageMasterUserPassword"] = _MANAGED in shown
        roles = _roles(shown)
        return {**shown, **roles}

    def snapshot(self, at: Context, physical_id: str) -> None:
        """Take the final snapshot."""
        at.client("rds").create_db_snapshot(
            DBInstanceIdentifier=physical_id,
            DBSnapshotIdentifier=f"{at.name(200, lower=True)}-snapshot",
        )


class DBCluster(_Database):
    """A cluster; its physical id is its identifier."""

    type = "AWS::RDS::DBCluster"
    handled = frozenset(
        {
            "AllocatedStorage",
            _ROLES,
            "AutoMinorVersionUpgrade",
            "AvailabilityZones",
            "BacktrackWindow",
            "BackupRetentionPeriod",
            "CopyTagsToSnapshot",
            "DBClusterIdentifier",
            "DBClusterInstanceClass",
            "DBClusterParameterGroupName",
            "DBSubnetGroupName",
            "DatabaseName",
            "DeletionProtection",
            _LOGS,
            "EnableIAMDatabaseAuthentication",
            "Engine",
            "EngineMode",
            "EngineVersion",
            "GlobalClusterIdentifier",
            "Iops",
            "KmsKeyId",
            "ManageMasterUserPassword",
            "MasterUserPassword",
            _MANAGED,
            "MasterUsername",
            "NetworkType",
            "Port",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "PubliclyAccessible",
            "ReplicationSourceIdentifier",
            "ScalingConfiguration",
            "ServerlessV2ScalingConfiguration",
            "SnapshotIdentifier",
            "StorageEncrypted",
            "StorageType",
            "Tags",
            "VpcSecurityGroupIds",
        }
    )
    lenient = {"EngineMode": "AWS no longer creates clusters of Aurora Serverless v1"}
    harmless = {
        "DatabaseInsightsMode": _NO_METRICS,
        "DBInstanceParameterGroupName": "read only when the engine's version changes",
        "DeleteAutomatedBackups": "automated backups end with their cluster here",
        "Domain": _NO_DIRECTORY,
        "DomainIAMRoleName": _NO_DIRECTORY,
        "EnableHttpEndpoint": "no database runs here that could be asked over HTTP",
        "EngineLifecycleSupport": "a matter of price only",
        "MasterUserAuthenticationType": "nobody can sign in to a database that does not run",
        "MonitoringInterval": _NO_METRICS,
        "MonitoringRoleArn": _NO_METRICS,
        "PerformanceInsightsEnabled": _NO_METRICS,
        "PerformanceInsightsKmsKeyId": _NO_METRICS,
        "PerformanceInsightsRetentionPeriod": _NO_METRICS,
        "SourceRegion": "the source's ARN tells its region",
    }
    written = frozenset({"MasterUserPassword", "SnapshotIdentifier"})
    name_property, named, lower = "DBClusterIdentifier", 63, True
    seconds = Seconds(create=300, update=120, delete=180)
    creates, reads = "create_db_cluster", "describe_db_clusters"
    updates, deletes = "modify_db_cluster", "delete_db_cluster"
    key, made, item = "DBClusterIdentifier", "DBCluster.DBClusterIdentifier", "DBClusters.0"
    ending = {"SkipFinalSnapshot": True}
    answered = {
        "DBClusterParameterGroupName": "DBClusterParameterGroup",
        "DBSubnetGroupName": "DBSubnetGroup",
        "DBClusterResourceId": "DbClusterResourceId",
        "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
        _LOGS: "EnabledCloudwatchLogsExports",
        "ReadEndpoint.Address": "ReaderEndpoint",
        "ScalingConfiguration": "ScalingConfigurationInfo",
    }
    defaults = {
        "BackupRetentionPeriod": 1,
        "CopyTagsToSnapshot": False,
        "DeletionProtection": False,
        "EnableIAMDatabaseAuthentication": False,
        "ManageMasterUserPassword": False,
    }
    tagging = Tagging("DBClusterArn", **RDS_TAGS)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a cluster: anew, or from a snapshot."""
        if not properties.get("SnapshotIdentifier"):
            return super().create(at, properties)
        name, given = "restore_db_cluster_from_snapshot", self.prepared(at, dict(properties))
        given.setdefault("DBClusterIdentifier", at.name(63, lower=True))
        answer = self.call(at, name, self.request(at, name, given))
        made = str(answer["DBCluster"]["DBClusterIdentifier"])
        self.after_create(at, made, properties)
        return made

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the cluster in the schema's shape."""
        shown["Endpoint"] = {"Address": shown.get("Endpoint"), "Port": str(shown.get("Port"))}
        groups = shown.pop("VpcSecurityGroups", None) or []
        shown["VpcSecurityGroupIds"] = [one["VpcSecurityGroupId"] for one in groups]
        shown["ManageMasterUserPassword"] = _MANAGED in shown
        roles = _roles(shown)
        return {**shown, **roles}

    def found(self, at: Context, physical_id: str) -> Any:
        """Return moto's own record."""
        return backend(at).clusters[physical_id]

    def modify_logs(self, at: Context, physical_id: str, change: dict[str, Any]) -> None:
        """Set the exports of logs; moto's ModifyDBCluster looks for them under another name."""
        cluster = self.found(at, physical_id)
        had = cluster.enabled_cloudwatch_logs_exports
        kept = [one for one in had if one not in change["DisableLogTypes"]]
        cluster.enabled_cloudwatch_logs_exports = kept + change["EnableLogTypes"]

    def snapshot(self, at: Context, physical_id: str) -> None:
        """Take the final snapshot."""
        at.client("rds").create_db_cluster_snapshot(
            DBClusterIdentifier=physical_id,
            DBClusterSnapshotIdentifier=f"{at.name(200, lower=True)}-snapshot",
        )
