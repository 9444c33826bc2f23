"""AWS::Redshift."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    ResourceError,
    Seconds,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging, in_order

_NO_WAREHOUSE = "no warehouse runs here"
_QUICK = Seconds(create=5, update=5, delete=5)
_LOGS = "LoggingProperties"


def _tagging(kind: str) -> Tagging:
    place = f"arn:{{partition}}:redshift:{{region}}:{{account}}:{kind}:{{id}}"
    return Tagging(
        place,
        key="ResourceName",
        add="create_tags",
        remove="delete_tags",
        listed="",
    )


class Cluster(Declared):
    """A cluster; its physical id is its identifier."""

    type = "AWS::Redshift::Cluster"
    handled = frozenset(
        {
            "AllowVersionUpgrade",
            "AutomatedSnapshotRetentionPeriod",
            "AvailabilityZone",
            "ClusterIdentifier",
            "ClusterParameterGroupName",
            "ClusterSubnetGroupName",
            "ClusterType",
            "ClusterVersion",
            "DBName",
            "Encrypted",
            "EnhancedVpcRouting",
            "IamRoles",
            "KmsKeyId",
            _LOGS,
            "MasterUserPassword",
            "MasterUsername",
            "NodeType",
            "NumberOfNodes",
            "Port",
            "PreferredMaintenanceWindow",
            "PubliclyAccessible",
            "Tags",
            "VpcSecurityGroupIds",
        }
    )
    harmless = {
        "AquaConfigurationStatus": "AWS gives it to no cluster any more",
        "AvailabilityZoneRelocation": "no zone fails here",
        "Classic": "how a cluster is resized cannot be seen",
        "DeferMaintenance": "nobody maintains a cluster here",
        "DeferMaintenanceDuration": "nobody maintains a cluster here",
        "DeferMaintenanceEndTime": "nobody maintains a cluster here",
        "DeferMaintenanceStartTime": "nobody maintains a cluster here",
        "MaintenanceTrackName": "nobody maintains a cluster here",
        "ManualSnapshotRetentionPeriod": "how long the copies of snapshots stay, of which are none",
    }
    service = "redshift"
    name_property, named, lower = "ClusterIdentifier", 63, True
    seconds = Seconds(create=300, update=180, delete=180)
    written = frozenset(
        {"ClusterParameterGroupName", "ClusterType", "IamRoles", "MasterUserPassword"}
    )
    creates, reads = "create_cluster", "describe_clusters"
    updates, deletes = "modify_cluster", "delete_cluster"
    key, item = "ClusterIdentifier", "Clusters.0"
    ending = {"SkipFinalClusterSnapshot": True}
    defaults = {"AllowVersionUpgrade": True, "PubliclyAccessible": False}
    tagging = _tagging("cluster")

    def create(self, at: Context, properties: Properties) -> str:
        """Create a cluster, whose logs need a bucket that is there."""
        bucket = (properties.get(_LOGS) or {}).get("BucketName")
        if bucket is not None:
            _find(at, bucket)
        return super().create(at, properties)

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Turn its audit logs on."""
        if properties.get(_LOGS):
            self._log(at, physical_id, properties)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Turn its audit logs on or off."""
        if _LOGS in names:
            self._log(at, physical_id, new)
        return [name for name in names if name != _LOGS]

    def _log(self, at: Context, physical_id: str, properties: Properties) -> None:
        client, wanted = at.client("redshift"), properties.get(_LOGS)
        if wanted:
            if "BucketName" in wanted:
                _find(at, wanted["BucketName"])
            client.enable_logging(ClusterIdentifier=physical_id, **wanted)
        else:
            client.disable_logging(ClusterIdentifier=physical_id)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the cluster in the schema's shape."""
        logs = at.client("redshift").describe_logging_status(ClusterIdentifier=physical_id)
        if logs["LoggingEnabled"]:
            names = ("BucketName", "LogDestinationType", "LogExports", "S3KeyPrefix")
            shown[_LOGS] = {name: logs[name] for name in names if logs.get(name)}
        endpoint: dict[str, Any] = shown.get("Endpoint") or {}
        if "Port" in endpoint:
            shown["Port"] = int(endpoint["Port"])
            endpoint["Port"] = str(endpoint["Port"])
        groups = shown.get("VpcSecurityGroups") or []
        shown["VpcSecurityGroupIds"] = [one["VpcSecurityGroupId"] for one in groups]
        return shown

    def snapshot(self, at: Context, physical_id: str) -> None:
        """Take the final snapshot."""
        at.client("redshift").create_cluster_snapshot(
            ClusterIdentifier=physical_id,
            SnapshotIdentifier=f"{at.name(200, lower=True)}-snapshot",
        )


def _find(at: Context, bucket: str) -> None:
    try:
        at.client("s3").get_bucket_location(Bucket=bucket)
    except ClientError as error:
        # BucketNotFoundFault of EnableLogging, which moto lacks.
        raise ResourceError(
            "Could not find the specified S3 bucket. (Service: Redshift, Status Code: 400)",
            "InvalidRequest",
        ) from error


class ClusterSubnetGroup(Declared):
    """A group of subnets; its physical id is its name."""

    type = "AWS::Redshift::ClusterSubnetGroup"
    handled = frozenset({"Description", "SubnetIds", "Tags"})
    service = "redshift"
    seconds = _QUICK
    creates, reads = "create_cluster_subnet_group", "describe_cluster_subnet_groups"
    deletes, key = "delete_cluster_subnet_group", "ClusterSubnetGroupName"
    made, item = "ClusterSubnetGroup.ClusterSubnetGroupName", "ClusterSubnetGroups.0"
    tagging = _tagging("subnetgroup")

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Give the group a name; the type has no property for it."""
        made = super().request(at, name, properties, tags=tags)
        return {"ClusterSubnetGroupName": at.name(255, lower=True), **made}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the subnets by their ids."""
        found = shown.pop("Subnets", None) or []
        ids = [one["SubnetIdentifier"] for one in found]
        shown["SubnetIds"] = in_order(ids, at.known.get("SubnetIds"))
        return shown


class ClusterParameterGroup(Declared):
    """A group of parameters; its physical id is its name."""

    type = "AWS::Redshift::ClusterParameterGroup"
    handled = frozenset({"Description", "ParameterGroupFamily", "ParameterGroupName", "Tags"})
    harmless = {"Parameters": _NO_WAREHOUSE}
    service = "redshift"
    name_property, named, lower = "ParameterGroupName", 255, True
    seconds = _QUICK
    creates, reads = "create_cluster_parameter_group", "describe_cluster_parameter_groups"
    deletes, key, item = "delete_cluster_parameter_group", "ParameterGroupName", "ParameterGroups.0"
    tagging = _tagging("parametergroup")
